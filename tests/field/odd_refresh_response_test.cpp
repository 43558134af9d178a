// Responses to a refresh that leave something out, or whose ID token can't be checked yet
// (Bdaya-Dev oidc 332, quarkus 12984): the refresh token in them is the only one that still works,
// so it is kept.
#include "foundation/json.hpp"
#include "issuer.hpp"
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;

class OddRefreshResponse : public SessionTest {
 protected:
  OddRefreshResponse() {
    sign_in(seconds(100));
    pass(seconds(100));
  }
};

TEST_F(OddRefreshResponse, WithoutATokenTypeIsOfTheTypeBefore) {
  for (const char* type :
       {"", R"("token_type":null,)", R"("token_type":"",)", R"("token_type":1,)"}) {
    sign_in(seconds(0));
    server_answers(
        answer(200, "{" + std::string(type) + R"("access_token":"a2","refresh_token":"r2"})"));
    EXPECT_EQ(get(), "a2") << type;
    EXPECT_EQ(last->token_type, "Bearer") << type;
    EXPECT_TRUE(last->quirks.has(Quirk::token_type_missing)) << type;
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r2") << type;
  }
}

TEST_F(OddRefreshResponse, OfABoundSignInIsBoundAsBefore) {
  RefreshParameters parameters;
  parameters.token_type = "DPoP";
  parameters.dpop = DpopMode::require;
  const auto out = read_refresh_response(answer(200, R"({"access_token":"a2"})"), parameters);
  ASSERT_TRUE(out.tokens);
  EXPECT_EQ(out.tokens->token_type, "DPoP");
}

TEST_F(OddRefreshResponse, WithoutATokenTypeASignInIsStillRefused) {
  EXPECT_FALSE(read_token_response(answer(200, R"({"access_token":"a2"})")).tokens);
}

TEST_F(OddRefreshResponse, WithOtherOddMembersIsUsed) {
  for (const char* odd : {R"("expires_in":"soon",)", R"("expires_in":null,)", R"("expires_in":-5,)",
                          R"("scope":7,)", R"("scope":["openid","tv"],)", R"("id_token":null,)",
                          R"("authorization_details":"none",)"}) {
    sign_in(seconds(0));
    server_answers(
        answer(200, "{" + std::string(odd) +
                        R"("token_type":"Bearer","access_token":"a2","refresh_token":"r2"})"));
    EXPECT_EQ(get(), "a2") << odd;
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r2") << odd;
    EXPECT_EQ(stored().tokens.scope, "openid tv") << odd;
  }
}

TEST_F(OddRefreshResponse, WithoutAUsableRefreshTokenKeepsTheOldOne) {
  for (const char* odd :
       {R"("refresh_token":null,)", R"("refresh_token":"",)", R"("refresh_token":3,)"}) {
    sign_in(seconds(0));
    server_answers(
        answer(200, "{" + std::string(odd) + R"("token_type":"Bearer","access_token":"a2"})"));
    EXPECT_EQ(get(), "a2") << odd;
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r1") << odd;
  }
}

TEST_F(OddRefreshResponse, WithoutAUsableAccessTokenKeepsTheNewRefreshToken) {
  for (const char* body : {R"({"token_type":"Bearer","refresh_token":"r2"})",
                           R"({"token_type":"Bearer","access_token":5,"refresh_token":"r2"})",
                           R"({"token_type":"N_A","access_token":"a2","refresh_token":"r2"})"}) {
    sign_in(seconds(0));
    world.requests.clear();
    server_answers(answer(200, body), fresh("a3", "r3"));
    EXPECT_FALSE(session->access_token().ok()) << body;
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r2") << body;
    EXPECT_EQ(stored().tokens.access_token.reveal(), "a1") << body;
    EXPECT_FALSE(stored().refresh_begun) << body;
    pass(seconds(60));
    EXPECT_EQ(get(), "a3") << body;
    EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1", "r2"})) << body;
  }
}

TEST_F(OddRefreshResponse, KeepsTheNewRefreshTokenInMemoryWhileItCantBeStored) {
  server_answers(answer(200, R"({"token_type":"Bearer","refresh_token":"r2"})"), fresh("a3", "r3"));
  store.saves_left = 1;  // the mark
  EXPECT_FALSE(session->access_token().ok());
  EXPECT_EQ(get(), "(store_io)");
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r2");
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r1");
  store.saves_left = -1;
  pass(seconds(60));
  EXPECT_EQ(get(), "a3");
  EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1", "r2"}));
}

TEST_F(OddRefreshResponse, BelievesNoRefreshTokenOfAPageOrBesideAnError) {
  const HttpResponse bad[] = {
      answer(200, R"({"refresh_token":"r2"})", "text/html"),
      answer(200, R"({"access_token":"a","refresh_token":"r2","error":"invalid_grant"})"),
      answer(400, R"({"refresh_token":"r2"})")};
  for (const HttpResponse& response : bad) {
    EXPECT_TRUE(read_refresh_response(response, {}).refresh_token.empty());
  }
}

// --- ID tokens ---

class LaggingKeys : public SessionTest {
 protected:
  LaggingKeys() {
    publish_metadata(world);
    publish_keys(world, {{"k1", "P-256"}});
    config.scope = "openid";
    restart();
    EXPECT_TRUE(log_in(tokens("a1", signed_jwt("k1", "P-256", id_claims(kNow, "alice")))).ok());
    before = std::string(stored().tokens.id_token.reveal());
    pass(seconds(600));
  }
  static HttpResponse tokens(const std::string& access, const std::string& id_token) {
    return answer(200, R"({"token_type":"Bearer","expires_in":600,"refresh_token":"r-)" + access +
                           R"(","access_token":")" + access + R"(","id_token":")" + id_token +
                           "\"}");
  }
  JsonValue now_about(const char* subject, const char* audience = "tv") {
    return id_claims(world.clock.wall_now()->time_since_epoch().count(), subject, audience);
  }
  void expect_alarm(const JsonValue& claims, const char* reason) {
    server_answers(tokens("a2", signed_jwt("k2", "P-384", claims)));
    EXPECT_EQ(get(), "(id_token_invalid)") << reason;
    EXPECT_EQ(last_error->reason, reason);
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r-a1") << reason;
    pass(seconds(60));
  }
  std::string before;
};

TEST_F(LaggingKeys, CostTheIdTokenAndNotTheSignIn) {  // O-12.2-1
  for (const bool new_process : {false, true}) {
    if (new_process) restart();
    server_answers(tokens("a2", signed_jwt("k2", "P-384", now_about("alice"))));
    EXPECT_EQ(get(), "a2");
    ASSERT_TRUE(last->id_token_problem);
    EXPECT_EQ(last->id_token_problem->reason, "unknown_key");
    EXPECT_FALSE(is_security_alarm(last->id_token_problem->code));
    EXPECT_FALSE(last->id_token_claims);
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r-a2");
    EXPECT_EQ(stored().subject, "alice");
    EXPECT_EQ(stored().tokens.id_token.reveal(), before);
    EXPECT_FALSE(stored().refresh_begun);
    pass(seconds(600));
  }
  publish_keys(world, {{"k1", "P-256"}, {"k2", "P-384"}});
  server_answers(tokens("a3", signed_jwt("k2", "P-384", now_about("alice"))));
  EXPECT_EQ(get(), "a3");
  EXPECT_FALSE(last->id_token_problem);
  EXPECT_TRUE(last->id_token_claims);
}

TEST_F(LaggingKeys, WhatContradictsTheSignInIsAnAlarmUnderAnyKey) {  // O-12.2-1
  expect_alarm(now_about("mallory"), "sub");
  expect_alarm(now_about("alice", "phone"), "aud");
  JsonValue foreign = JsonValue::object();
  foreign.set("iss", "https://evil.example.com").set("sub", "alice").set("aud", "tv");
  foreign.set("iat", JsonValue::integer(kNow + 900)).set("exp", JsonValue::integer(kNow + 9000));
  expect_alarm(foreign, "iss");
}

TEST_F(LaggingKeys, ForAnotherUserIsAnAlarmWithoutKeysToo) {
  restart();
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(503, ""));
  expect_alarm(now_about("mallory"), "sub");
  server_answers(tokens("a2", signed_jwt("k2", "P-384", now_about("alice"))));
  EXPECT_EQ(get(), "a2");
  EXPECT_TRUE(last->id_token_problem->retryable);
}

TEST_F(LaggingKeys, AWrongSignatureUnderAKnownKeyIsAnAlarm) {
  std::string forged = signed_jwt("k1", "P-256", now_about("alice"));
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  server_answers(tokens("a2", forged));
  EXPECT_EQ(get(), "(id_token_invalid)");
  EXPECT_EQ(last_error->reason, "signature");
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r-a1");
}

TEST_F(LaggingKeys, ACancelWhileTheKeysAreFetchedKeepsTheTokens) {
  restart();
  const Cancel cancel;
  world.on_send = [&](const HttpRequest& sent) {
    if (sent.url != kJwks) return;
    world.failures[kJwks].push_back(failure(TransportFailure::Kind::cancelled));
    cancel.set();
  };
  server_answers(tokens("a2", signed_jwt("k1", "P-256", now_about("alice"))));
  static_cast<void>(get(cancel));
  world.on_send = nullptr;
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r-a2");
}

TEST_F(LaggingKeys, ASignInNobodyCanVouchForIsStillRefused) {
  EXPECT_EQ(log_in(tokens("a2", signed_jwt("k2", "P-384", now_about("alice")))).error().code,
            ErrorCode::id_token_invalid);
}

}  // namespace
}  // namespace deviceflow::test
