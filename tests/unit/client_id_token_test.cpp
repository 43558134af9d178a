// The blocking client and ID tokens: keys are fetched, kept and fetched again, and only what is
// verified comes out.
#include <gtest/gtest.h>

#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "issuer.hpp"
#include "jose_helpers.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;

class ClientIdToken : public ClientTest {
 protected:
  ClientIdToken() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    publish_metadata(world);
    publish({{"k1", "P-256"}});
    hand_out(token("k1", "P-256"));
    request.scope = "openid";
  }

  void publish(const Keys& keys) { publish_keys(world, keys); }

  static std::string token(const char* kid, const char* curve, const char* audience = "tv") {
    return signed_jwt(kid, curve, id_claims(kNow, "person-1", audience));
  }
  void hand_out(const std::string& id_token, std::string_view more = "") {
    std::string body = R"({"access_token":"access-token-sentinel","token_type":"Bearer")";
    if (!id_token.empty()) body += R"(,"id_token":")" + id_token + "\"";
    world.answers[kToken].clear();
    world.answers[kToken].push_back(answer(200, body + std::string(more) + "}"));
  }
  LoginOutcome login(const Cancel& cancel = Cancel::never()) {
    return client().login(request, LoginEvents{}, cancel);
  }

  LoginRequest request;
};

// --- Tokens that must not be believed ---

TEST_F(ClientIdToken, AForgedTokenTakesAllTokensWithIt) {  // O-3.1.3.7-4
  std::string forged = token("k1", "P-256");
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  hand_out(forged);
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::id_token_invalid);
  EXPECT_EQ(outcome.tokens.error().reason, "signature");
  EXPECT_FALSE(outcome.id_token_claims.has_value());
}

TEST_F(ClientIdToken, TheTokensBesideARefusedOneAreRevokedInAHurry) {
  hand_out(token("k1", "P-256", "phone"), R"(,"refresh_token":"refresh-token-sentinel")");
  EXPECT_EQ(login().tokens.error().reason, "aud");
  ASSERT_EQ(world.count(kRevoke), 1);
  const HttpRequest& sent = world.requests.back();
  EXPECT_EQ(sent.url, kRevoke);
  EXPECT_EQ(Form::parse(sent.body.reveal())->get("token"), "refresh-token-sentinel");
  EXPECT_EQ(sent.timeout, milliseconds(500));
}

TEST_F(ClientIdToken, ARevocationThatFailsChangesNothing) {
  hand_out(token("k1", "P-256", "phone"));
  world.failures[kRevoke].push_back(failure(TransportFailure::Kind::timeout));
  EXPECT_EQ(login().tokens.error().reason, "aud");
  EXPECT_EQ(world.count(kRevoke), 1);
}

TEST_F(ClientIdToken, AnUnsignedTokenSoundsTheAlarm) {  // O-3.1.3.7-5
  const std::string good = token("k1", "P-256");
  const std::size_t payload = good.find('.');
  for (const char* alg : {"none", "None", "HS256"}) {
    hand_out(base64url_encode(std::string(R"({"alg":")") + alg + R"("})") +
             good.substr(payload, good.rfind('.') - payload) + ".");
    const auto outcome = login();
    EXPECT_EQ(outcome.tokens.error().code, ErrorCode::algorithm_not_allowed);
    EXPECT_EQ(outcome.tokens.error().stage, Stage::id_token);
  }
  EXPECT_EQ(world.count(kJwks), 0);
}

TEST_F(ClientIdToken, ATokenForAnotherClientIsRefused) {  // O-3.1.3.7-2
  hand_out(token("k1", "P-256", "phone"));
  EXPECT_EQ(login().tokens.error().reason, "aud");
}

TEST_F(ClientIdToken, AMalformedTokenIsRefused) {  // J-3.7-1
  hand_out("a.b.c.d.e");
  const auto error = login().tokens.error();
  EXPECT_EQ(error.code, ErrorCode::id_token_invalid);
  EXPECT_EQ(error.reason, "parts");
}

TEST_F(ClientIdToken, AtHashHasToFitTheTokenBesideIt) {  // O-3.1.3.8-1
  JsonValue claims = id_claims(kNow, "person-1");
  claims.set("at_hash", "AAAA");
  hand_out(signed_jwt("k1", "P-256", claims));
  EXPECT_EQ(login().tokens.error().reason, "at_hash");
}

// --- Secrets ---

// T-10.14-1: while the keys are fetched, the tokens are alive already.
TEST_F(ClientIdToken, TheTokensThatCameStayOutOfEveryTextFromThenOn) {
  std::string scrubbed;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    if (record.stage == Stage::id_token) scrubbed += redactor.scrub("access-token-sentinel ");
    if (record.stage == Stage::id_token) scrubbed += redactor.scrub("refresh-token-sentinel ");
  };
  hand_out(token("k1", "P-256"), R"(,"refresh_token":"refresh-token-sentinel")");
  EXPECT_TRUE(login().id_token_claims.has_value());
  EXPECT_EQ(scrubbed, "[redacted] [redacted] ");
}

TEST_F(ClientIdToken, SoDoThoseOfARefreshAndTheOneThatWasUsed) {  // T-10.14-1
  std::string scrubbed;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    if (record.stage == Stage::id_token) scrubbed += redactor.scrub("access-token-sentinel ");
    if (record.stage == Stage::id_token) scrubbed += redactor.scrub("refresh-token-sentinel ");
  };
  EXPECT_TRUE(refresh_with(client(), "refresh-token-sentinel").id_token_claims.has_value());
  EXPECT_EQ(scrubbed, "[redacted] [redacted] ");
}

// --- Keys ---

TEST_F(ClientIdToken, KeysAreFetchedOnceForManyLogins) {
  EXPECT_TRUE(login().id_token_claims.has_value());
  EXPECT_TRUE(login().id_token_claims.has_value());
  EXPECT_EQ(world.count(kJwks), 1);
}

TEST_F(ClientIdToken, ANewKeyIsFetchedAndManyUnknownOnesAreNot) {  // O-10.1.1-1
  ASSERT_TRUE(login().id_token_claims.has_value());
  publish({{"k1", "P-256"}, {"k2", "P-384"}});
  hand_out(token("k2", "P-384"));
  world.clock.advance(seconds(60));
  EXPECT_TRUE(login().id_token_claims.has_value());
  EXPECT_EQ(world.count(kJwks), 2);
  hand_out(token("k3", "P-256"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(login().tokens.error().reason, "unknown_key");
  EXPECT_LE(world.count(kJwks), 2 + 100 * 6 / 60);
}

TEST_F(ClientIdToken, KeysUnderAForeignNameAreNotFetched) {  // J-3.10-1
  const auto signer = make_pem_signer(private_key("EC", "P-256"));
  JsonValue header = JsonValue::object();
  header.set("kid", "mine").set("jku", "https://evil.example.com/jwks");
  header.set("jwk", to_json_value((*signer)->public_jwk()));
  hand_out(
      std::string(sign_jwt(**signer, std::move(header), id_claims(kNow, "person-1"))->reveal()));
  EXPECT_EQ(login().tokens.error().reason, "unknown_key");
  EXPECT_EQ(world.count("https://evil.example.com/jwks"), 0);
}

TEST_F(ClientIdToken, KeysFollowTheRulesOfMetadataForRedirects) {  // H-15.4-2
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(302, "", "", {{"Location", "https://cdn.example.com/k"}}));
  world.answers["https://cdn.example.com/k"].push_back(answer(200, key_set({{"k1", "P-256"}})));
  EXPECT_TRUE(login().id_token_claims.has_value());
}

TEST_F(ClientIdToken, KeysAreNotFetchedOverPlainHttp) {  // H-15.4-2
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(302, "", "", {{"Location", "http://id.example.com/k"}}));
  const auto outcome = login();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(outcome.id_token_problem->code, ErrorCode::redirect_refused);
  EXPECT_EQ(world.count("http://id.example.com/k"), 0);
}

TEST_F(ClientIdToken, KeysOverPlainHttpAreNotFetched) {  // M-8414-2-1
  std::string metadata = metadata_json();
  metadata.insert(metadata.size() - 1, R"(,"jwks_uri":"http://id.example.com/jwks")");
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(200, metadata));
  const auto outcome = login();
  ASSERT_TRUE(outcome.id_token_problem.has_value());
  EXPECT_EQ(outcome.id_token_problem->code, ErrorCode::insecure_endpoint);
  EXPECT_EQ(world.count("http://id.example.com/jwks"), 0);
}

// --- What could not be checked ---

TEST_F(ClientIdToken, WithoutKeysTheTokensAreGoodAndNobodyIsNamed) {
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(503, "", "text/html"));
  const auto outcome = login();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_FALSE(outcome.id_token_claims.has_value());
  ASSERT_TRUE(outcome.id_token_problem.has_value());
  EXPECT_EQ(outcome.id_token_problem->stage, Stage::id_token);
  EXPECT_TRUE(outcome.id_token_problem->retryable);
}

TEST_F(ClientIdToken, WhereTheMetadataNameNoKeysTheTokensAreGoodAndNobodyIsNamed) {
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(200, metadata_json()));
  const auto outcome = login();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_FALSE(outcome.id_token_claims.has_value());
  ASSERT_TRUE(outcome.id_token_problem.has_value());
  EXPECT_EQ(outcome.id_token_problem->code, ErrorCode::not_possible);
  EXPECT_EQ(world.count(kJwks), 0);
}

TEST_F(ClientIdToken, WithoutAnIssuerNobodyIsNamed) {
  config.issuer.clear();
  config.endpoints.device_authorization = kDevice;
  config.endpoints.token = kToken;
  config.endpoints.jwks_uri = kJwks;
  const auto outcome = login();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(outcome.id_token_problem->code, ErrorCode::not_possible);
}

TEST_F(ClientIdToken, AMissingTokenIsToldWhereOpenidWasGranted) {  // O-3.1.3.3-1
  hand_out("");
  const auto outcome = login();
  EXPECT_TRUE(outcome.tokens.ok());
  ASSERT_TRUE(outcome.id_token_problem.has_value());
  EXPECT_EQ(outcome.id_token_problem->reason, "missing");
}

TEST_F(ClientIdToken, AMissingTokenIsFineWhereOpenidWasNot) {  // O-3.1.3.3-1
  hand_out("", R"(,"scope":"photos")");
  EXPECT_FALSE(login().id_token_problem.has_value());
  request.scope = "photos";
  EXPECT_FALSE(login().id_token_problem.has_value());
}

TEST_F(ClientIdToken, WithoutTheTimeEverythingElseIsVerified) {
  world.clock.set_wall(std::nullopt);
  const auto outcome = login();
  ASSERT_TRUE(outcome.id_token_claims.has_value());
  EXPECT_FALSE(outcome.id_token_claims->time_checked);
}

TEST_F(ClientIdToken, AClockThatContradictsTheServersIsNotBelieved) {
  world.clock.set_wall(WallTime(seconds(kNow + 5 * 86400)));
  set_header(world.answers[kToken].front().headers, "Date", "Fri, 15 Jan 2027 08:00:00 GMT");
  const auto outcome = login();
  ASSERT_TRUE(outcome.id_token_claims.has_value());
  EXPECT_FALSE(outcome.id_token_claims->time_checked);
}

TEST_F(ClientIdToken, ACancelWhileKeysAreFetchedTakesTheTokensBack) {  // D-3.5-12
  const Cancel cancel;
  world.on_send = [&](const HttpRequest& sent) {
    if (sent.url == kJwks) {
      world.failures[kJwks].push_back(failure(TransportFailure::Kind::cancelled));
      cancel.set();
    }
  };
  const auto outcome = login(cancel);
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(world.count(kRevoke), 1);
}

TEST_F(ClientIdToken, NamesThePerson) {  // O-2-1
  const auto outcome = login();
  ASSERT_TRUE(outcome.tokens.ok());
  ASSERT_TRUE(outcome.id_token_claims.has_value());
  EXPECT_EQ(outcome.id_token_claims->subject, "person-1");
  EXPECT_TRUE(outcome.id_token_claims->time_checked);
  EXPECT_FALSE(outcome.id_token_problem.has_value());
}

}  // namespace
}  // namespace deviceflow::test
