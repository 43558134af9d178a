// private_key_jwt.
#include <gtest/gtest.h>

#include <deviceflow/auth.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>
#include <set>

#include "foundation/json.hpp"
#include "jose_helpers.hpp"
#include "key_maker.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

constexpr WallTime kNow{seconds(1800000000)};

ClientAssertionOptions options() {
  ClientAssertionOptions out;
  out.client_id = "tv";
  out.audience = "https://id.example.com";
  out.signer = std::move(*make_pem_signer(private_key("EC", "P-256"), {}, "kid-1"));
  return out;
}

RandomBytes random_of(int round) {
  RandomBytes bytes{};
  bytes[0] = static_cast<std::uint8_t>(round);
  bytes[16] = static_cast<std::uint8_t>(round);
  return bytes;
}

OAuthRequest apply(ClientAssertionOptions how, int round = 0) {
  auto auth = make_client_assertion_auth(std::move(how));
  OAuthRequest request;
  request.url = "https://id.example.com/token?tenant=1";
  EXPECT_TRUE((*auth)->apply(request, kNow, random_of(round)).ok());
  return request;
}

Jwt assertion_of(const OAuthRequest& request) {
  return std::move(*parse_jwt(request.form.get("client_assertion")));
}

std::string text(const JsonValue& object, std::string_view member) {
  return std::string(object.find(member)->as_string().value_or(""));
}

TEST(ClientAssertion, RefusesWhatItCantUse) {
  auto how = options();
  how.client_id.clear();
  EXPECT_EQ(make_client_assertion_auth(std::move(how)).error().code, ErrorCode::invalid_argument);
  how = options();
  how.audience.clear();
  EXPECT_EQ(make_client_assertion_auth(std::move(how)).error().code, ErrorCode::invalid_argument);
  how = options();
  how.signer.reset();
  EXPECT_EQ(make_client_assertion_auth(std::move(how)).error().code, ErrorCode::invalid_argument);
  for (const int life : {0, -1, 601}) {
    how = options();
    how.lifetime = seconds(life);
    EXPECT_EQ(make_client_assertion_auth(std::move(how)).error().code, ErrorCode::invalid_argument);
  }
}

TEST(ClientAssertion, RefusesAnAlgorithmThatTheServerDoesNotList) {  // K-3-3
  auto how = options();
  how.algorithms_supported = {"RS256", "PS256", "none"};
  const auto auth = make_client_assertion_auth(std::move(how));
  EXPECT_EQ(auth.error().code, ErrorCode::not_possible);
  EXPECT_NE(auth.error().message.find("ES256"), std::string::npos);
  how = options();
  how.algorithms_supported = {"RS256", "ES256"};
  EXPECT_TRUE(make_client_assertion_auth(std::move(how)).ok());
}

TEST(ClientAssertion, NeedsTheTimeAndSaysSo) {
  auto auth = make_client_assertion_auth(options());
  OAuthRequest request;
  const auto applied = (*auth)->apply(request, std::nullopt, RandomBytes{});
  EXPECT_EQ(applied.error().code, ErrorCode::not_possible);
  EXPECT_NE(applied.error().message.find("time"), std::string::npos);
  EXPECT_TRUE(request.form.empty());
}

TEST(ClientAssertion, IsTheOnlyProofInTheRequest) {  // K-2.2-1, T-2.3-1
  const auto request = apply(options());
  EXPECT_EQ(request.form.get("client_assertion_type"),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  EXPECT_EQ(request.form.get("client_id"), "tv");
  EXPECT_EQ(request.form.fields().size(), 3u);
  EXPECT_FALSE(find_header(request.headers, "Authorization").has_value());
}

TEST(ClientAssertion, SaysWhoForWhomAndForHowLong) {  // K-3-1, K-3-2, K-bis-1, K-bis-2
  const Jwt jwt = assertion_of(apply(options()));
  EXPECT_EQ(text(jwt.claims, "iss"), "tv");
  EXPECT_EQ(text(jwt.claims, "sub"), "tv");
  EXPECT_EQ(text(jwt.claims, "aud"), "https://id.example.com");  // one string, no list
  EXPECT_EQ(jwt.claims.find("iat")->as_integer(), 1800000000);
  EXPECT_EQ(jwt.claims.find("exp")->as_integer(), 1800000060);
  EXPECT_EQ(jwt.typ, "client-authentication+jwt");
  EXPECT_EQ(jwt.kid, "kid-1");
  EXPECT_EQ(jwt.header.find("jwk"), nullptr);
}

TEST(ClientAssertion, OldServersGetTheirOldForm) {  // K-bis-1, K-bis-2
  auto how = options();
  how.audience = "https://id.example.com/token";
  how.typ = "JWT";
  const Jwt jwt = assertion_of(apply(std::move(how)));
  EXPECT_EQ(text(jwt.claims, "aud"), "https://id.example.com/token");
  EXPECT_EQ(jwt.typ, "JWT");
}

TEST(ClientAssertion, EveryPollCarriesANewOne) {  // K-3-2, D-3.4-2
  Exchange::Options how;
  how.authenticator = std::move(*make_client_assertion_auth(options()));
  const Exchange exchange(std::move(how));
  VirtualLogin run;
  run.script({pending(), pending(), pending(), tokens()});
  run.run();
  std::set<std::string> ids;
  int round = 0;
  for (const OAuthRequest& poll : run.polls) {
    const auto request = exchange.prepare(poll, kNow, random_of(++round));
    const auto form = Form::parse(request->body.reveal());
    ids.insert(text(parse_jwt(form->get("client_assertion"))->claims, "jti"));
  }
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_GE(ids.begin()->size(), 16u);
}

TEST(ClientAssertion, VerifiesWithThePublicKey) {  // K-3-3
  for (const auto& [kind, detail, algorithm] : {std::tuple{"RSA", "2048", JwsAlgorithm::rs256},
                                                {"RSA", "2048", JwsAlgorithm::ps256},
                                                {"EC", "P-256", JwsAlgorithm::es256},
                                                {"EC", "P-384", JwsAlgorithm::es384},
                                                {"ED25519", "", JwsAlgorithm::eddsa}}) {
    auto how = options();
    how.signer = std::move(*make_pem_signer(private_key(kind, detail), algorithm));
    Jwks keys;
    keys.keys.push_back(how.signer->public_jwk());
    const Jwt jwt = assertion_of(apply(std::move(how)));
    EXPECT_EQ(jwt.algorithm, algorithm);
    EXPECT_EQ(*verify_signature(jwt, keys, *make_openssl_verifier()), SignatureCheck::valid);
  }
}

class BrokenSigner final : public Signer {
 public:
  JwsAlgorithm algorithm() const override { return JwsAlgorithm::es256; }
  Jwk public_jwk() const override { return kEcKey; }
  Result<std::string> sign(std::string_view) override {
    return make_error(Blame::storage, ErrorCode::not_possible, Stage::usage, "The chip is asleep.");
  }
};

TEST(ClientAssertion, AKeyThatDoesNotAnswerEndsTheRequestBeforeItIsSent) {
  auto how = options();
  how.signer = std::make_shared<BrokenSigner>();
  auto auth = make_client_assertion_auth(std::move(how));
  OAuthRequest request;
  request.stage = Stage::device_authorization;
  const auto applied = (*auth)->apply(request, kNow, RandomBytes{});
  EXPECT_EQ(applied.error().message, "The chip is asleep.");
  EXPECT_EQ(applied.error().stage, Stage::device_authorization);
  EXPECT_TRUE(request.form.empty());
}

}  // namespace
}  // namespace deviceflow::test
