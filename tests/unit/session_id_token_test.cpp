// ID tokens in a session: who signed in is known from the login on, and a refresh can't change it.
#include "foundation/json.hpp"
#include "issuer.hpp"
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;

std::string id_token(const JsonValue& claims, const char* kid = "k1") {
  return signed_jwt(kid, "P-256", claims);
}

HttpResponse tokens_with(std::string_view access, const std::string& id_token) {
  return answer(200, R"({"token_type":"Bearer","expires_in":600,"refresh_token":"r-)" +
                         std::string(access) + R"(","access_token":")" + std::string(access) +
                         R"(","id_token":")" + id_token + "\"}");
}

class SessionIdToken : public SessionTest {
 protected:
  SessionIdToken() {
    publish_metadata(world);
    publish_keys(world, {{"k1", "P-256"}});
    config.scope = "openid tv";
    restart();
  }
  Result<AccessToken> log_in(const std::string& token) {
    return SessionTest::log_in(tokens_with("a1", token));
  }
  // Signed in as alice, with an access token that has to be refreshed but still serves.
  void sign_in_and_wait() {
    ASSERT_TRUE(log_in(id_token(id_claims(kNow, "alice"))).ok());
    pass(seconds(550));
    before_ = std::string(stored().tokens.id_token.reveal());
  }
  JsonValue refreshed(const char* subject) {
    return id_claims(world.clock.wall_now()->time_since_epoch().count(), subject);
  }
  // The refresh brings `token`, and all that comes of it is an alarm.
  void expect_refused(const std::string& token, std::string_view reason) {
    sign_in_and_wait();
    server_answers(tokens_with("a2", token));
    EXPECT_EQ(get(), "a1");
    ASSERT_TRUE(last->refresh_failure);
    EXPECT_EQ(last->refresh_failure->code, ErrorCode::id_token_invalid);
    EXPECT_EQ(last->refresh_failure->reason, reason);
    EXPECT_EQ(stored().subject, "alice");
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r-a1");
    EXPECT_EQ(stored().tokens.id_token.reveal(), before_);
    EXPECT_TRUE(stored().refresh_begun);
    for (const std::string& record : store.saved) {
      EXPECT_EQ(record.find("\"a2\""), std::string::npos);
    }
    // Revoking the new tokens could end the login that stays.
    EXPECT_EQ(world.count(kRevoke), 0);
  }

  std::string before_;
};

// --- Who signed in ---

TEST_F(SessionIdToken, TheShortWayStoresWhoSignedIn) {
  EXPECT_TRUE(needs_sign_in(session->access_token().error()));
  const auto token = log_in(id_token(id_claims(kNow, "alice")));
  ASSERT_TRUE(token.ok());
  ASSERT_TRUE(token->id_token_claims);
  EXPECT_EQ(token->id_token_claims->subject, "alice");
  EXPECT_EQ(stored().subject, "alice");
  EXPECT_EQ(stored().issuer, kIssuer);
  EXPECT_EQ(stored().tokens.scope, "openid tv");
  EXPECT_FALSE(stored().tokens.id_token.empty());
  EXPECT_EQ(get(), "a1");
}

TEST_F(SessionIdToken, AFailedLoginStoresNothing) {
  const auto result = log_in(id_token(id_claims(kNow, "alice", "another client")));
  EXPECT_EQ(result.error().code, ErrorCode::id_token_invalid);
  EXPECT_TRUE(store_empty());
}

TEST_F(SessionIdToken, WhatCouldNotBeVerifiedIsNotStored) {
  world.answers[kJwks].clear();
  const auto token = log_in(id_token(id_claims(kNow, "alice")));
  ASSERT_TRUE(token.ok());
  EXPECT_FALSE(token->id_token_claims);
  EXPECT_TRUE(token->id_token_problem);
  EXPECT_EQ(stored().subject, "");
  EXPECT_TRUE(stored().tokens.id_token.empty());
  EXPECT_EQ(get(), "a1");
}

// --- Refreshes ---

TEST_F(SessionIdToken, ARefreshOfTheSamePersonIsTaken) {  // O-12.2-1
  sign_in_and_wait();
  const std::string token = id_token(refreshed("alice"));
  server_answers(tokens_with("a2", token));
  EXPECT_EQ(get(), "a2");
  EXPECT_FALSE(last->id_token_problem);
  EXPECT_EQ(stored().tokens.id_token.reveal(), token);
  EXPECT_EQ(stored().subject, "alice");
  EXPECT_FALSE(stored().refresh_begun);
}

TEST_F(SessionIdToken, ARefreshMayBringNoIdToken) {  // O-12.2-1
  sign_in_and_wait();
  server_answers(fresh("a2", "r2"));
  EXPECT_EQ(get(), "a2");
  EXPECT_FALSE(last->id_token_problem);
  EXPECT_EQ(stored().tokens.id_token.reveal(), before_);
}

TEST_F(SessionIdToken, ARefreshCantChangeThePerson) {  // O-12.2-1
  expect_refused(id_token(refreshed("mallory")), "sub");
}

TEST_F(SessionIdToken, ARefreshCantChangeThePersonAfterARestart) {  // O-12.2-1
  sign_in_and_wait();
  restart();
  server_answers(tokens_with("a2", id_token(refreshed("mallory"))));
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(last->refresh_failure->reason, "sub");
}

TEST_F(SessionIdToken, ARefreshIsForThisClient) {  // O-12.2-1
  world.clock.set_wall(WallTime(seconds(kNow)));
  expect_refused(id_token(id_claims(kNow + 550, "alice", "another client")), "aud");
}

TEST_F(SessionIdToken, ARefreshIsOfThisIssuer) {  // O-12.2-1
  JsonValue claims = JsonValue::object();
  claims.set("iss", "https://evil.example.com").set("sub", "alice").set("aud", "tv");
  claims.set("iat", JsonValue::integer(kNow)).set("exp", JsonValue::integer(kNow + 900));
  expect_refused(id_token(claims), "iss");
}

TEST_F(SessionIdToken, AnOlderIdTokenIsRefused) {  // O-12.2-1
  JsonValue claims = JsonValue::object();
  claims.set("iss", kIssuer).set("sub", "alice").set("aud", "tv");
  claims.set("iat", JsonValue::integer(kNow - 121)).set("exp", JsonValue::integer(kNow + 900));
  expect_refused(id_token(claims), "iat");
}

TEST_F(SessionIdToken, AForgedIdTokenIsRefused) {  // O-12.2-1
  std::string forged = id_token(id_claims(kNow + 550, "alice"));
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  expect_refused(forged, "signature");
}

TEST_F(SessionIdToken, WithoutATokenThatServesTheAlarmIsTheError) {
  sign_in_and_wait();
  pass(seconds(60));
  server_answers(tokens_with("a2", id_token(refreshed("mallory"))));
  EXPECT_EQ(get(), "(id_token_invalid)");
  EXPECT_TRUE(is_security_alarm(last_error->code));
  pass(seconds(60));
  server_answers(tokens_with("a3", id_token(refreshed("alice"))));
  EXPECT_EQ(get(), "a3");
}

TEST_F(SessionIdToken, KeysOutOfReachCostTheIdTokenAndNotTheLogin) {
  sign_in_and_wait();
  restart();
  world.answers[kJwks].clear();
  server_answers(tokens_with("a2", id_token(refreshed("alice"))));
  EXPECT_EQ(get(), "a2");
  EXPECT_TRUE(last->id_token_problem);
  EXPECT_EQ(stored().subject, "alice");
  EXPECT_EQ(stored().tokens.id_token.reveal(), before_);
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r-a2");
}

// --- UserInfo ---

TEST_F(SessionIdToken, UserInfoIsAboutThePersonWhoSignedIn) {  // O-5.3.2-1
  ASSERT_TRUE(log_in(id_token(id_claims(kNow, "alice"))).ok());
  restart();
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"alice"})"));
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"mallory"})"));
  EXPECT_EQ(session->userinfo()->subject, "alice");
  EXPECT_EQ(session->userinfo().error().code, ErrorCode::subject_mismatch);
}

TEST_F(SessionIdToken, UserInfoReplacesARejectedTokenOnce) {  // B-3.1-1
  ASSERT_TRUE(log_in(id_token(id_claims(kNow, "alice"))).ok());
  server_answers(fresh("a2", "r2"), fresh("a3", "r3"));
  world.answers[kUserInfo].push_back(
      answer(401, "", "", {{"WWW-Authenticate", R"(Bearer error="invalid_token")"}}));
  EXPECT_EQ(session->userinfo().error().oauth_code, "invalid_token");
  EXPECT_EQ(world.count(kUserInfo), 2);
  EXPECT_EQ(get(), "a2");
}

TEST_F(SessionIdToken, UserInfoOfNobodyAsksNobody) {
  EXPECT_EQ(session->userinfo().error().code, ErrorCode::not_stored);
  EXPECT_EQ(world.count(kUserInfo), 0);
}

}  // namespace
}  // namespace deviceflow::test
