// DPoP proofs, nonces, and the token types that follow.
#include <gtest/gtest.h>

#include <deviceflow/auth.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>
#include <set>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "jose_helpers.hpp"
#include "key_maker.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

constexpr WallTime kNow{seconds(1800000000)};
constexpr const char* kToken = "https://id.example.com/token";

std::shared_ptr<Signer> signer() {
  return std::move(*make_pem_signer(private_key("EC", "P-256")));
}

std::shared_ptr<Dpop> dpop() {
  return std::move(*Dpop::make(signer(), openssl_hash, {}));
}

Exchange exchange_of(std::unique_ptr<Authenticator> auth) {
  Exchange::Options options;
  options.authenticator = std::move(auth);
  return Exchange(std::move(options));
}

Exchange exchange_with(std::shared_ptr<Dpop> key, DpopScope scope = DpopScope::token_requests) {
  return exchange_of(make_dpop_auth(
      std::move(key), std::move(*make_client_auth(ClientAuth::none, "tv", Secret())), scope));
}

RandomBytes random_of(int round) {
  RandomBytes bytes{};
  bytes[31] = static_cast<std::uint8_t>(round);
  return bytes;
}

HttpRequest poll(const Exchange& exchange, int round = 0, const char* url = kToken) {
  auto request = exchange.prepare(make_device_token_request(url, Secret("device-code")), kNow,
                                  random_of(round));
  EXPECT_TRUE(request.ok());
  return std::move(*request);
}

Jwt proof_of(const HttpRequest& request) {
  int found = 0;
  for (const Header& header : request.headers) found += header.name == "DPoP" ? 1 : 0;
  EXPECT_EQ(found, 1);  // N-4-1
  return std::move(*parse_jwt(*find_header(request.headers, "DPoP")));
}

std::string text(const JsonValue& object, std::string_view member) {
  const JsonValue* value = object.find(member);
  return value == nullptr ? "" : std::string(value->as_string().value_or(""));
}

HttpResponse with_nonce(const char* nonce) {
  return answer(400, R"({"error":"authorization_pending"})", "application/json",
                {{"DPoP-Nonce", nonce}});
}

// --- Misuse ---

TEST(Dpop, RefusesAnAlgorithmThatTheServerDoesNotList) {  // N-4.2-1
  EXPECT_EQ(Dpop::make(signer(), openssl_hash, {"RS256", "EdDSA"}).error().code,
            ErrorCode::not_possible);
  EXPECT_EQ(Dpop::make(nullptr, openssl_hash, {}).error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(Dpop::make(signer(), openssl_hash, {"RS256", "ES256"}).ok());
}

TEST(Dpop, NeedsTheTimeAndSaysSo) {
  const auto request = exchange_with(dpop()).prepare(
      make_device_token_request(kToken, Secret("device-code")), std::nullopt, RandomBytes{});
  EXPECT_EQ(request.error().code, ErrorCode::not_possible);
  EXPECT_NE(request.error().message.find("time"), std::string::npos);
}

// --- Proofs ---

TEST(Dpop, AProofShowsThePublicKeyAndNothingPrivate) {  // N-4.2-1
  const auto key = dpop();
  const Jwt proof = proof_of(poll(exchange_with(key)));
  EXPECT_EQ(proof.typ, "dpop+jwt");
  EXPECT_EQ(proof.algorithm, JwsAlgorithm::es256);
  const JsonValue& jwk = *proof.header.find("jwk");
  for (const char* member : {"d", "p", "q", "k", "kid"}) EXPECT_EQ(jwk.find(member), nullptr);
  const auto keys = read_jwks("{\"keys\":[" + to_json(jwk) + "]}");
  ASSERT_EQ(keys->keys.size(), 1u);
  EXPECT_EQ(*verify_signature(proof, *keys, *make_openssl_verifier()), SignatureCheck::valid);
  EXPECT_EQ(jwk_thumbprint(keys->keys[0], openssl_hash), key->thumbprint());
}

TEST(Dpop, AProofNamesMethodTargetAndTime) {  // N-4.2-2
  const auto exchange = exchange_with(dpop());
  const Jwt proof = proof_of(poll(exchange, 1, "https://id.example.com:8443/token?x=1"));
  EXPECT_EQ(text(proof.claims, "htm"), "POST");
  EXPECT_EQ(text(proof.claims, "htu"), "https://id.example.com:8443/token");
  EXPECT_EQ(proof.claims.find("iat")->as_integer(), 1800000000);
  EXPECT_EQ(base64url_decode(text(proof.claims, "jti"))->size(), 16u);
  EXPECT_EQ(proof.claims.find("ath"), nullptr);
  EXPECT_EQ(proof.claims.find("nonce"), nullptr);
  EXPECT_EQ(text(proof_of(poll(exchange, 1, "https://id.example.com")).claims, "htu"),
            "https://id.example.com/");
}

TEST(Dpop, EveryPollCarriesANewProof) {  // N-4-1, N-5-1
  const auto exchange = exchange_with(dpop());
  std::set<std::string> ids;
  for (int round = 0; round < 10; ++round) {
    ids.insert(text(proof_of(poll(exchange, round)).claims, "jti"));
  }
  EXPECT_EQ(ids.size(), 10u);
}

TEST(Dpop, ARefreshCarriesAProofAndADeviceRequestOnlyOnDemand) {  // N-5-1
  const auto has_proof = [](const Exchange& exchange, OAuthRequest request) {
    request.url = kToken;
    const auto finished = exchange.prepare(std::move(request), kNow, RandomBytes{});
    return find_header(finished->headers, "DPoP").has_value();
  };
  const auto refresh = [] {
    OAuthRequest request;
    request.form.add("grant_type", "refresh_token");
    return request;
  };
  const auto start = [] { return *make_device_authorization_request({}); };
  const auto revocation = [] {
    OAuthRequest request;
    request.stage = Stage::revocation;
    request.form.add("token", "x");
    return request;
  };
  const auto plain = exchange_with(dpop());
  EXPECT_TRUE(has_proof(plain, refresh()));
  EXPECT_FALSE(has_proof(plain, start()));
  EXPECT_FALSE(has_proof(plain, revocation()));
  const auto more = exchange_with(dpop(), DpopScope::device_authorization_too);
  EXPECT_TRUE(has_proof(more, start()));
  EXPECT_FALSE(has_proof(more, revocation()));
}

TEST(Dpop, StandsBesideAnyClientAuthentication) {  // T-2.3-1
  ClientAssertionOptions options;
  options.client_id = "tv";
  options.audience = "https://id.example.com";
  options.signer = signer();
  const auto exchange = exchange_of(
      make_dpop_auth(dpop(), std::move(*make_client_assertion_auth(std::move(options)))));
  RandomBytes random{};
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<std::uint8_t>(i);
  const auto request =
      exchange.prepare(make_device_token_request(kToken, Secret("device-code")), kNow, random);
  const auto form = Form::parse(request->body.reveal());
  const auto assertion = parse_jwt(form->get("client_assertion"));
  EXPECT_NE(text(assertion->claims, "jti"), text(proof_of(*request).claims, "jti"));
}

TEST(Dpop, TheSecretBesideItIsTakenOutOfEveryText) {
  const auto auth = make_dpop_auth(
      dpop(), std::move(*make_client_auth(ClientAuth::post, "tv", Secret("a client secret"))));
  Redactor redactor;
  auth->reveal_to(redactor);
  EXPECT_EQ(redactor.scrub("It said a client secret.").find("a client secret"), std::string::npos);
}

// --- Nonces ---

TEST(Dpop, TheNewestNonceOfAnyAnswerCounts) {  // N-8.2-1
  const auto exchange = exchange_with(dpop());
  poll(exchange);
  for (const char* nonce : {"n1", "n2", "n3", "n4"}) {
    exchange.accept(with_nonce(nonce));
    EXPECT_EQ(text(proof_of(poll(exchange)).claims, "nonce"), nonce);
  }
  exchange.accept(answer(200, "{}"));
  EXPECT_EQ(text(proof_of(poll(exchange)).claims, "nonce"), "n4");
}

TEST(Dpop, ANonceOfTheDeviceRequestServesTheFirstPoll) {  // N-8.2-1
  const auto exchange = exchange_with(dpop());
  DeviceAuthorizationParameters parameters;
  parameters.endpoint = "https://id.example.com/device";
  ASSERT_TRUE(
      exchange.prepare(*make_device_authorization_request(parameters), std::nullopt, RandomBytes{})
          .ok());
  exchange.accept(with_nonce("early"));
  EXPECT_EQ(text(proof_of(poll(exchange)).claims, "nonce"), "early");
}

TEST(Dpop, TwoNoncesOrAMalformedOneAreIgnored) {  // N-8-1
  const auto exchange = exchange_with(dpop());
  poll(exchange);
  exchange.accept(with_nonce("good"));
  HttpResponse two = with_nonce("a");
  two.headers.push_back({"dpop-nonce", Secret("b")});
  exchange.accept(std::move(two));
  for (const std::string& bad : {std::string("a b"), std::string("a\"b"), std::string("a\\b"),
                                 std::string("\xC3\xA9"), std::string(1025, 'n')}) {
    exchange.accept(with_nonce(bad.c_str()));
  }
  EXPECT_EQ(text(proof_of(poll(exchange)).claims, "nonce"), "good");
}

TEST(Dpop, NoncesStayWithTheirOrigin) {  // N-9-1
  const auto key = dpop();
  const auto server = exchange_with(key);
  poll(server);
  server.accept(with_nonce("as-nonce"));
  const auto resource = exchange_of(make_dpop_access(key, Secret("access-token")));
  OAuthRequest request;
  request.method = Method::get;
  request.url = "https://api.example.com/userinfo";
  const auto first = resource.prepare(request, kNow, random_of(1));
  EXPECT_EQ(text(proof_of(*first).claims, "nonce"), "");
  resource.accept(with_nonce("rs-nonce"));
  EXPECT_EQ(text(proof_of(*resource.prepare(request, kNow, random_of(2))).claims, "nonce"),
            "rs-nonce");
  EXPECT_EQ(text(proof_of(poll(server)).claims, "nonce"), "as-nonce");
  // The same server, written with its default port.
  EXPECT_EQ(text(proof_of(poll(server, 3, "https://ID.example.com:443/token")).claims, "nonce"),
            "as-nonce");
}

// --- At resource servers ---

TEST(Dpop, AResourceRequestCarriesTheTokenUnderItsSchemeAndItsHash) {  // N-4.2-3, B-2-1
  // The example of RFC 9449 section 7.1.
  const auto exchange =
      exchange_of(make_dpop_access(dpop(), Secret("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")));
  OAuthRequest request;
  request.method = Method::get;
  request.url = "https://resource.example.org/protectedresource?a=b";
  const auto finished = exchange.prepare(std::move(request), kNow, RandomBytes{});
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(*find_header(finished->headers, "Authorization"),
            "DPoP Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
  const Jwt proof = proof_of(*finished);
  EXPECT_EQ(text(proof.claims, "ath"), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
  EXPECT_EQ(text(proof.claims, "htm"), "GET");
  EXPECT_EQ(text(proof.claims, "htu"), "https://resource.example.org/protectedresource");
  EXPECT_EQ(finished->url.find("Kz~"), std::string::npos);
  Redactor redactor;
  exchange.authenticator()->reveal_to(redactor);
  EXPECT_EQ(redactor.scrub("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"), "[redacted]");
}

TEST(Dpop, KnowsAResourceServersDemandForANonce) {  // N-9-1
  const auto demand = [](int status, const char* challenge, const char* nonce) {
    return demands_dpop_nonce(
        answer(status, "", "text/plain", {{"WWW-Authenticate", challenge}, {"DPoP-Nonce", nonce}}));
  };
  EXPECT_TRUE(demand(401, R"(DPoP error="use_dpop_nonce", algs="ES256")", "n"));
  EXPECT_FALSE(demand(401, R"(DPoP error="invalid_token")", "n"));
  EXPECT_FALSE(demand(403, R"(DPoP error="use_dpop_nonce")", "n"));
  EXPECT_FALSE(demand(401, R"(DPoP error="use_dpop_nonce")", "a b"));
  EXPECT_FALSE(demands_dpop_nonce(answer(401, "")));
}

// --- Token types ---

TokenAnswer judged(std::string_view type, DpopMode mode) {
  return read_token_response(
      answer(200, R"({"access_token":"access-token","token_type":")" + std::string(type) + "\"}"),
      {}, mode);
}

TEST(DpopTokenType, IsRequiredWhereThatWasAsked) {  // N-5-2
  for (const char* type : {"Bearer", "bearer", "mac", "DPoP "}) {
    const auto answer = judged(type, DpopMode::require);
    ASSERT_TRUE(answer.error.has_value()) << type;
    EXPECT_EQ(answer.error->code, ErrorCode::unsupported_token_type);
    EXPECT_FALSE(answer.tokens.has_value());
  }
  EXPECT_TRUE(judged("dpop", DpopMode::require).tokens.has_value());
}

TEST(DpopTokenType, IsPreferredWithAFlagOnAnythingElse) {  // N-5-2
  const auto bearer = judged("Bearer", DpopMode::prefer);
  ASSERT_TRUE(bearer.tokens.has_value());
  EXPECT_TRUE(bearer.quirks.has(Quirk::token_not_bound));
  const auto bound = judged("DPoP", DpopMode::prefer);
  EXPECT_EQ(bound.tokens->token_type, "DPoP");
  EXPECT_FALSE(bound.quirks.has(Quirk::token_not_bound));
  EXPECT_FALSE(judged("mac", DpopMode::prefer).tokens.has_value());
}

TEST(DpopTokenType, IsUnknownWhereNobodyAskedForIt) {  // T-7.1-1
  EXPECT_FALSE(judged("DPoP", DpopMode::off).tokens.has_value());
  EXPECT_TRUE(judged("Bearer", DpopMode::off).tokens.has_value());
}

// --- With the login ---

TEST(DpopLogin, ADemandForANonceCostsOneRequestAndNotTheSession) {  // N-8-1, N-8-2
  const auto exchange = exchange_with(dpop());
  VirtualLogin run;
  run.script({error("use_dpop_nonce"), tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
  EXPECT_EQ(run.polls.size(), 2u);
  EXPECT_EQ(run.poll_departures[0], run.poll_departures[1]);
  // The repeated poll goes through the Exchange like any other, with the nonce.
  poll(exchange, 1);
  exchange.accept(with_nonce("n1"));
  EXPECT_EQ(text(proof_of(poll(exchange, 2)).claims, "nonce"), "n1");
}

TEST(DpopLogin, ADemandForANonceBeforeTheCodesCostsOneRequestAtOnce) {  // N-8-1
  DeviceLoginOptions options;
  options.start_deadline = seconds(60);
  VirtualLogin run(codes_json(), std::move(options));
  run.start_script({fails(TransportFailure::Kind::refused, true), error("use_dpop_nonce", 401),
                    replies(answer(200, codes_json()))});
  run.script({error("use_dpop_nonce"), tokens()});
  std::vector<SteadyTime> left;
  run.each_step([&](VirtualLogin& here) {
    if (here.starts.size() > left.size()) left.push_back(here.now);
    // The try that never left is told; the demand is no failure.
    EXPECT_EQ(here.login().start_failure() != nullptr, here.starts.size() == 1);
  });
  EXPECT_TRUE(run.run().tokens.ok());
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[1], left[2]);
  // The first poll has a repetition of its own.
  EXPECT_EQ(run.polls.size(), 2u);
}

TEST(DpopLogin, EndlessDemandsBeforeTheCodesEndTheLogin) {  // N-8-1
  VirtualLogin run;
  run.start_script({error("use_dpop_nonce")});
  EXPECT_EQ(run.run().tokens.error().oauth_code, "use_dpop_nonce");
  EXPECT_EQ(run.starts.size(), 2u);
}

TEST(DpopLogin, EndlessDemandsEndTheLogin) {  // N-8-1
  VirtualLogin run;
  run.script({error("use_dpop_nonce")});
  EXPECT_EQ(run.run().tokens.error().oauth_code, "use_dpop_nonce");
  EXPECT_EQ(run.polls.size(), 2u);
}

}  // namespace
}  // namespace deviceflow::test
