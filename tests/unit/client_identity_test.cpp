// The blocking client's ways to prove who it is, and what else a login can carry.
#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>
#include <set>

#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "jose_helpers.hpp"
#include "key_maker.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::test {
namespace {

constexpr WallTime kNow{seconds(1800000000)};

class ClientIdentity : public ClientTest {
 protected:
  ClientIdentity() { world.clock.set_wall(kNow); }

  // The metadata with further members.
  void metadata(const std::string& more) {
    std::string json = metadata_json();
    json.insert(json.size() - 1, "," + more);
    world.answers[kWellKnown].clear();
    world.answers[kWellKnown].push_back(answer(200, json));
  }
  void token_answers(std::vector<HttpResponse> answers) {
    world.answers[kToken] = std::move(answers);
  }
  LoginOutcome login(const LoginRequest& request = {}) {
    return client().login(request, LoginEvents{});
  }
  // What went to `url`, in order.
  std::vector<Form> forms(std::string_view url) const {
    std::vector<Form> out;
    for (const HttpRequest& request : world.requests) {
      if (request.url == url) out.push_back(std::move(*Form::parse(request.body.reveal())));
    }
    return out;
  }
  std::vector<Jwt> proofs(std::string_view url) const {
    std::vector<Jwt> out;
    for (const HttpRequest& request : world.requests) {
      const auto proof = find_header(request.headers, "DPoP");
      if (request.url == url && proof) out.push_back(std::move(*parse_jwt(*proof)));
    }
    return out;
  }
};

std::string text(const JsonValue& object, std::string_view member) {
  const JsonValue* value = object.find(member);
  return value == nullptr ? "" : std::string(value->as_string().value_or(""));
}

HttpResponse bound_tokens(const char* type = "DPoP") {
  return answer(200, R"({"access_token":"access-token-sentinel","token_type":")" +
                         std::string(type) + R"(","refresh_token":"refresh-token-sentinel"})");
}

HttpResponse demand(const char* nonce) {
  return answer(400, R"({"error":"use_dpop_nonce"})", "application/json", {{"DPoP-Nonce", nonce}});
}

// --- private_key_jwt ---

TEST_F(ClientIdentity, AKeyThatCantBeUsedEndsTheLoginBeforeTheDeviceRequest) {
  config.client_key.pem = encrypted_key();
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().reason, "key_encrypted");
  EXPECT_EQ(world.count(kDevice), 0);
}

TEST_F(ClientIdentity, AKeyOfTheWrongKindForTheServerEndsTheLoginBeforeTheDeviceRequest) {
  // K-3-3
  metadata(R"("token_endpoint_auth_signing_alg_values_supported":["RS256","PS256"])");
  config.client_key.pem = private_key("EC", "P-256");
  EXPECT_EQ(login().tokens.error().code, ErrorCode::not_possible);
  EXPECT_EQ(world.count(kDevice), 0);
}

TEST_F(ClientIdentity, WithoutTheTimeNoAssertionIsMade) {
  world.clock.set_wall(std::nullopt);
  config.client_key.pem = private_key("EC", "P-256");
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::not_possible);
  EXPECT_EQ(world.count(kDevice), 0);
}

TEST_F(ClientIdentity, SignsInWithAnAssertionInEveryRequest) {  // K-bis-1, K-3-2, T-2.3-1
  config.client_key.pem = private_key("EC", "P-256");
  config.client_key.key_id = "key-7";
  config.client_secret = Secret("a secret that is of no use here");
  ASSERT_TRUE(login().tokens.ok());
  std::vector<Form> all = forms(kDevice);
  for (Form& form : forms(kToken)) all.push_back(std::move(form));
  ASSERT_EQ(all.size(), 3u);
  std::set<std::string> ids;
  for (const Form& form : all) {
    EXPECT_FALSE(form.has("client_secret"));
    const auto jwt = parse_jwt(form.get("client_assertion"));
    ASSERT_TRUE(jwt.ok());
    EXPECT_EQ(text(jwt->claims, "aud"), kIssuer);
    EXPECT_EQ(jwt->kid, "key-7");
    ids.insert(text(jwt->claims, "jti"));
  }
  EXPECT_EQ(ids.size(), 3u);
}

TEST_F(ClientIdentity, AnRsaKeyTakesTheAlgorithmThatTheServerLists) {  // K-3-3
  metadata(R"("token_endpoint_auth_signing_alg_values_supported":["ES256","PS256"],)"
           R"("token_endpoint_auth_methods_supported":["private_key_jwt"])");
  config.client_key.pem = private_key("RSA", "2048");
  config.assertion_audience = AssertionAudience::token_endpoint;
  ASSERT_TRUE(login().tokens.ok());
  const auto jwt = parse_jwt(forms(kToken)[0].get("client_assertion"));
  EXPECT_EQ(jwt->algorithm, JwsAlgorithm::ps256);
  EXPECT_EQ(text(jwt->claims, "aud"), kToken);
  EXPECT_EQ(jwt->typ, "client-authentication+jwt");
}

TEST_F(ClientIdentity, EveryAlgorithmThatAServerListsAndTheKeyCanDoIsTaken) {  // K-3-3
  for (const auto& [listed, kind, detail] :
       {std::tuple{"PS512", "RSA", "2048"}, std::tuple{"RS384", "RSA", "2048"},
        std::tuple{"PS384", "RSA-PSS", "2048"}, std::tuple{"ES512", "EC", "P-521"},
        std::tuple{"ES256K", "EC", "secp256k1"}, std::tuple{"Ed25519", "ED25519", ""},
        std::tuple{"Ed448", "ED448", ""}, std::tuple{"EdDSA", "ED448", ""}}) {
    world.requests.clear();
    metadata(R"("token_endpoint_auth_signing_alg_values_supported":["HS256",")" +
             std::string(listed) +
             R"("],"token_endpoint_auth_methods_supported":)"
             R"(["private_key_jwt"])");
    config = Config();
    config.issuer = kIssuer;
    config.client_id = "tv";
    config.client_key.pem = private_key(kind, detail);
    client_.reset();
    ASSERT_TRUE(login().tokens.ok()) << listed;
    EXPECT_EQ(name(parse_jwt(forms(kToken)[0].get("client_assertion"))->algorithm), listed);
  }
}

TEST_F(ClientIdentity, ARegisteredAlgorithmIsUsedThoughTheServerListsOthers) {  // K-3-3
  metadata(R"("token_endpoint_auth_signing_alg_values_supported":["RS256","PS256"])");
  config.client_key.pem = private_key("RSA", "2048");
  config.client_key.algorithm = JwsAlgorithm::ps256;
  ASSERT_TRUE(login().tokens.ok());
  EXPECT_EQ(parse_jwt(forms(kToken)[0].get("client_assertion"))->algorithm, JwsAlgorithm::ps256);
}

TEST_F(ClientIdentity, ASignerOfTheCallersOwnIsUsed) {
  config.client_key.signer = std::move(*make_pem_signer(private_key("ED25519")));
  ASSERT_TRUE(login().tokens.ok());
  EXPECT_EQ(parse_jwt(forms(kToken)[0].get("client_assertion"))->algorithm, JwsAlgorithm::eddsa);
}

// A fake chip that is not there.
class LostSigner final : public Signer {
 public:
  JwsAlgorithm algorithm() const override { return JwsAlgorithm::es256; }
  Jwk public_jwk() const override { return kEcKey; }
  Result<std::string> sign(std::string_view) override {
    return make_error(Blame::storage, ErrorCode::not_possible, Stage::usage, "The chip is gone.");
  }
};

TEST_F(ClientIdentity, ASignerThatFailsEndsTheLoginBeforeTheDeviceRequest) {
  config.client_key.signer = std::make_shared<LostSigner>();
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().message, "The chip is gone.");
  EXPECT_EQ(world.count(kDevice), 0);
}

TEST_F(ClientIdentity, AProofThatCantBeSignedEndsTheLoginBeforeThePoll) {
  config.dpop = DpopMode::require;
  config.dpop_key.signer = std::make_shared<LostSigner>();
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().message, "The chip is gone.");
  EXPECT_EQ(outcome.tokens.error().stage, Stage::token);
  EXPECT_EQ(world.count(kToken), 0);
}

TEST_F(ClientIdentity, ARevocationThatCantBeSignedIsNotSentAndNotRepeated) {
  config.client_key.signer = std::make_shared<LostSigner>();
  const auto answer = client().revoke(Secret("token"), TokenHint::refresh_token);
  EXPECT_EQ(answer.kind, RevocationAnswer::Kind::refused);
  EXPECT_EQ(answer.error->message, "The chip is gone.");
  EXPECT_EQ(world.count(kRevoke), 0);
}

TEST_F(ClientIdentity, ARevocationWithAKeyThatCantBeUsedIsNotSentAndNotRepeated) {
  config.client_key.pem = encrypted_key();
  const auto answer = client().revoke(Secret("token"), TokenHint::refresh_token);
  EXPECT_EQ(answer.kind, RevocationAnswer::Kind::refused);
  EXPECT_EQ(answer.error->reason, "key_encrypted");
  EXPECT_EQ(world.count(kRevoke), 0);
}

// --- Certificates ---

TEST_F(ClientIdentity, ACertificateGoesToTheAliases) {  // X-2-1, X-5-1
  metadata(R"("mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example.com/token"})");
  world.answers["https://mtls.example.com/token"].push_back(response_of(tokens()));
  config.client_cert_file = "client.pem";
  ASSERT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count(kToken), 0);
  EXPECT_EQ(forms(kDevice)[0].get("client_id"), "tv");
  EXPECT_EQ(forms("https://mtls.example.com/token")[0].get("client_id"), "tv");
}

TEST_F(ClientIdentity, WithoutACertificateTheAliasesAreLeftAlone) {  // X-5-1
  metadata(R"("mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example.com/token"})");
  ASSERT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count("https://mtls.example.com/token"), 0);
}

// --- The rest of a token's life ---

// Refreshes, revokes and asks about a token, without a login before.
void use_everything(Client& client) {
  EXPECT_TRUE(refresh_with(client, "refresh").tokens.ok());
  EXPECT_EQ(client.revoke(Secret("token"), TokenHint::access_token).kind,
            RevocationAnswer::Kind::revoked);
  EXPECT_TRUE(client.introspect(Secret("token")).ok());
}

TEST_F(ClientIdentity, EveryCallCarriesAnAssertionOfItsOwn) {  // T-6-2, R-2.1-1, I-2.1-2
  token_answers({});
  world.answers[kToken].push_back(response_of(tokens()));
  world.answers["https://id.example.com/introspect"].push_back(answer(200, R"({"active":true})"));
  config.client_key.pem = private_key("EC", "P-256");
  use_everything(client());
  std::set<std::string> ids;
  for (const char* url : {kToken, kRevoke, "https://id.example.com/introspect"}) {
    ASSERT_EQ(forms(url).size(), 1u) << url;
    const auto jwt = parse_jwt(forms(url)[0].get("client_assertion"));
    ASSERT_TRUE(jwt.ok()) << url;
    EXPECT_EQ(text(jwt->claims, "aud"), kIssuer);
    ids.insert(text(jwt->claims, "jti"));
  }
  EXPECT_EQ(ids.size(), 3u);
}

TEST_F(ClientIdentity, EveryCallGoesToTheAliasesWithACertificate) {  // X-2-1, X-5-1, X-3-1
  metadata(R"("mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example.com/token",)"
           R"("revocation_endpoint":"https://mtls.example.com/revoke",)"
           R"("introspection_endpoint":"https://mtls.example.com/introspect"})");
  world.answers["https://mtls.example.com/token"].push_back(response_of(tokens()));
  world.answers["https://mtls.example.com/revoke"].push_back(answer(200, ""));
  world.answers["https://mtls.example.com/introspect"].push_back(answer(200, R"({"active":true})"));
  config.client_cert_file = "client.pem";
  use_everything(client());
  for (const char* url : {kToken, kRevoke, "https://id.example.com/introspect"}) {
    EXPECT_EQ(world.count(url), 0) << url;
  }
  EXPECT_EQ(forms("https://mtls.example.com/revoke")[0].get("client_id"), "tv");
}

TEST_F(ClientIdentity, TheMetadataNameTheMethodForEveryCall) {  // T-6-2, S-2.5-1
  metadata(R"("token_endpoint_auth_methods_supported":["client_secret_post"])");
  token_answers({});
  world.answers[kToken].push_back(response_of(tokens()));
  world.answers["https://id.example.com/introspect"].push_back(answer(200, R"({"active":true})"));
  config.client_secret = Secret("client-secret");
  config.endpoints.token = kToken;
  config.endpoints.revocation = kRevoke;
  config.endpoints.introspection = "https://id.example.com/introspect";
  use_everything(client());
  for (const char* url : {kToken, kRevoke, "https://id.example.com/introspect"}) {
    EXPECT_EQ(forms(url)[0].get("client_secret"), "client-secret") << url;
  }
}

// --- What else a login can carry ---

TEST_F(ClientIdentity, TiesALoginToThisDevice) {  // P-4.2-1, P-4.5-1
  config.pkce = true;
  ASSERT_TRUE(login().tokens.ok());
  const std::string challenge(forms(kDevice)[0].get("code_challenge"));
  std::set<std::string> verifiers;
  for (const Form& form : forms(kToken)) verifiers.insert(std::string(form.get("code_verifier")));
  ASSERT_EQ(verifiers.size(), 1u);
  EXPECT_EQ(base64url_encode(openssl_hash(HashAlgorithm::sha256, *verifiers.begin())), challenge);
  token_answers({});
  world.answers[kToken].push_back(response_of(tokens()));
  ASSERT_TRUE(login().tokens.ok());
  EXPECT_NE(forms(kDevice)[1].get("code_challenge"), challenge);  // P-4.1-1
}

TEST_F(ClientIdentity, AsksForResourcesAndDetails) {  // G-2.2-1, A-3-1
  LoginRequest request;
  request.resources = {"https://api.example.com/"};
  request.authorization_details = R"([{"type":"payment"}])";
  ASSERT_TRUE(login(request).tokens.ok());
  EXPECT_EQ(forms(kDevice)[0].get("resource"), "https://api.example.com/");
  EXPECT_EQ(forms(kToken)[0].get("resource"), "https://api.example.com/");
  EXPECT_EQ(forms(kDevice)[0].get("authorization_details"), R"([{"type":"payment"}])");
}

// --- DPoP ---

TEST_F(ClientIdentity, WithoutTheTimeNoCodeIsAskedForThatCouldNotBePolledFor) {
  world.clock.set_wall(std::nullopt);
  config.dpop = DpopMode::prefer;
  EXPECT_EQ(login().tokens.error().code, ErrorCode::not_possible);
  EXPECT_EQ(world.count(kDevice), 0);
}

TEST_F(ClientIdentity, ADemandForANonceCostsOneRequestOfTheSameInterval) {  // N-8-1, N-8-2
  std::vector<HttpResponse> answers;
  answers.push_back(demand("n1"));
  answers.push_back(response_of(pending()));
  set_header(answers.back().headers, "DPoP-Nonce", "n2");
  answers.push_back(bound_tokens());
  token_answers(std::move(answers));
  config.dpop = DpopMode::require;
  const auto outcome = login();
  ASSERT_TRUE(outcome.tokens.ok());
  const auto sent = proofs(kToken);
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(text(sent[0].claims, "nonce"), "");
  EXPECT_EQ(text(sent[1].claims, "nonce"), "n1");
  EXPECT_EQ(text(sent[2].claims, "nonce"), "n2");  // N-8.2-1
  std::set<std::string> ids;
  for (const Jwt& proof : sent) ids.insert(text(proof.claims, "jti"));
  EXPECT_EQ(ids.size(), 3u);             // N-4-1
  EXPECT_TRUE(proofs(kDevice).empty());  // N-5-1
  EXPECT_EQ(world.waits, 2);             // none before the repeated poll
}

TEST_F(ClientIdentity, ADemandForANonceBeforeTheCodesIsMetOnce) {  // N-8-1, N-5-1
  world.answers[kDevice].insert(world.answers[kDevice].begin(), demand("n1"));
  token_answers({});
  world.answers[kToken].push_back(bound_tokens());
  config.dpop = DpopMode::require;
  config.dpop_scope = DpopScope::device_authorization_too;
  ASSERT_TRUE(login().tokens.ok());
  const auto sent = proofs(kDevice);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(text(sent[0].claims, "nonce"), "");
  EXPECT_EQ(text(sent[1].claims, "nonce"), "n1");
  EXPECT_NE(text(sent[0].claims, "jti"), text(sent[1].claims, "jti"));  // N-4-1
}

TEST_F(ClientIdentity, EndlessDemandsEndTheLogin) {  // N-8-1
  token_answers({});
  world.answers[kToken].push_back(demand("again"));
  config.dpop = DpopMode::prefer;
  EXPECT_EQ(login().tokens.error().oauth_code, "use_dpop_nonce");
  EXPECT_EQ(world.count(kToken), 2);
}

TEST_F(ClientIdentity, ABearerTokenIsRefusedOrFlagged) {  // N-5-2
  config.dpop = DpopMode::require;
  EXPECT_EQ(login().tokens.error().code, ErrorCode::unsupported_token_type);
}

TEST_F(ClientIdentity, ABearerTokenIsFlaggedWhereDpopIsPreferred) {  // N-5-2
  config.dpop = DpopMode::prefer;
  const auto outcome = login();
  ASSERT_TRUE(outcome.tokens.ok());
  EXPECT_TRUE(outcome.quirks.has(Quirk::token_not_bound));
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"person-1"})"));
  ASSERT_TRUE(client().userinfo(outcome.tokens->access_token).ok());
  EXPECT_TRUE(proofs(kUserInfo).empty());
}

TEST_F(ClientIdentity, AKeyThatStaysInItsChipBindsTokensAndIsNotStored) {  // C-SC-1, N-5-3
  token_answers({});
  world.answers[kToken].push_back(bound_tokens());
  config.dpop = DpopMode::require;
  config.dpop_key.signer = std::move(*make_pem_signer(private_key("ED25519")));
  const std::string shown = to_json(to_json_value(config.dpop_key.signer->public_jwk()));
  ASSERT_TRUE(login().tokens.ok());
  EXPECT_EQ(to_json(*proofs(kToken)[0].header.find("jwk")), shown);
  EXPECT_TRUE(client().dpop_key().empty());
}

TEST_F(ClientIdentity, TheKeyOutlivesTheClient) {  // N-5-3
  token_answers({});
  world.answers[kToken].push_back(bound_tokens());
  config.dpop = DpopMode::require;
  EXPECT_TRUE(client().dpop_key().empty());
  ASSERT_TRUE(login().tokens.ok());
  const Secret kept = client().dpop_key();
  const std::string before = to_json(*proofs(kToken)[0].header.find("jwk"));

  Config again;
  again.issuer = kIssuer;
  again.client_id = "tv";
  again.dpop = DpopMode::require;
  again.dpop_key.pem = kept;
  world.requests.clear();
  Client later(std::move(again), world.ports());
  ASSERT_TRUE(later.login({}, LoginEvents{}).tokens.ok());
  EXPECT_EQ(to_json(*proofs(kToken)[0].header.find("jwk")), before);
}

TEST_F(ClientIdentity, TheServersListDecidesBeforeAnyRequest) {  // N-4.2-1
  metadata(R"("dpop_signing_alg_values_supported":["RS256"])");
  config.dpop = DpopMode::prefer;
  EXPECT_EQ(login().tokens.error().code, ErrorCode::not_possible);
  EXPECT_EQ(world.count(kDevice), 0);
}

TEST_F(ClientIdentity, UserInfoIsAskedForWithTheKeyAndMeetsOneDemandForANonce) {
  // N-4.2-3, N-9-1
  token_answers({});
  world.answers[kToken].push_back(bound_tokens());
  config.dpop = DpopMode::require;
  const auto outcome = login();
  world.answers[kUserInfo].push_back(
      answer(401, "", "",
             {{"WWW-Authenticate", R"(DPoP error="use_dpop_nonce")"}, {"DPoP-Nonce", "rs-1"}}));
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"person-1"})"));
  ASSERT_TRUE(client().userinfo(outcome.tokens->access_token).ok());
  const auto sent = proofs(kUserInfo);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(text(sent[1].claims, "nonce"), "rs-1");
  EXPECT_EQ(*find_header(world.requests.back().headers, "Authorization"),
            "DPoP access-token-sentinel");
}

TEST_F(ClientIdentity, AStoredTokenIsUsedWithItsStoredKey) {  // N-5-3, N-4.2-3
  config.dpop = DpopMode::require;
  config.dpop_key.pem = generate_es256_key();
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"person-1"})"));
  ASSERT_TRUE(client().userinfo(Secret("stored-token")).ok());
  EXPECT_EQ(proofs(kUserInfo).size(), 1u);
}

TEST_F(ClientIdentity, NothingOfAKeyGetsIntoATrace) {
  config.client_key.pem = private_key("EC", "P-256");
  config.dpop = DpopMode::prefer;
  config.pkce = true;
  std::string traces;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    traces += to_trace(record, redactor, TraceSecrets::redact).reveal();
  };
  ASSERT_TRUE(login().tokens.ok());
  const auto form = std::move(forms(kToken)[0]);
  for (const std::string_view secret :
       {form.get("client_assertion"), form.get("code_verifier"), std::string_view("PRIVATE KEY")}) {
    ASSERT_FALSE(secret.empty());
    EXPECT_EQ(traces.find(secret), std::string::npos);
  }
}

}  // namespace
}  // namespace deviceflow::test
