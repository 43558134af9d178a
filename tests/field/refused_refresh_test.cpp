// Refreshes that are refused because the user is needed: keboola/cli 535 (a sentence under 401),
// azuredatastudio 10373 (interaction_required), and whatever else says "no" without saying that the
// refresh token is dead. The stored sign-in stays, and the provider is not asked at every call.
#include <deviceflow/provider.hpp>

#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

using Kind = RefreshAnswer::Kind;

RefreshAnswer read(int status, std::string_view body, std::string_view type = "application/json") {
  RefreshParameters with;
  with.refresh_token = Secret("old-refresh-sentinel");
  Redactor redactor;
  redactor.add(with.refresh_token);
  return read_refresh_response(answer(status, body, type), with, redactor);
}

TEST(RefusedRefresh, NeedsTheUserWhateverTheWords) {  // T-6-5
  struct Case {
    int status;
    const char* body;
    const char* reason;
    const char* description;
  };
  const Case cases[] = {
      {400, R"({"error":"interaction_required","error_description":"MFA"})", "interaction_required",
       "MFA"},
      {400, R"({"error":"login_required"})", "login_required", ""},
      {400, R"({"error":"consent_required"})", "consent_required", ""},
      {400, R"({"error":"account_selection_required"})", "account_selection_required", ""},
      {503, R"({"error":"interaction_required"})", "interaction_required", ""},
      {200, R"({"error":"interaction_required"})", "interaction_required", ""},
      {400, R"({"error":"access_denied"})", "access_denied", ""},
      {400, R"({"error":"expired_token"})", "expired_token", ""},
      {401, R"({"error":"invalid_token"})", "invalid_token", ""},
      {400, R"({"error":"token_revoked"})", "token_revoked", ""},
      {401, R"({"error":"Invalid refresh token."})", "http_401", "Invalid refresh token."},
      {401, R"({"message":"Invalid refresh token."})", "http_401", "Invalid refresh token."},
      {400, R"({"error":"invalid_grant: token expired"})", "http_400",
       "invalid_grant: token expired"},
      {401, "", "http_401", ""},
      {403, "", "http_403", ""},
      {400, "", "http_400", ""},
      {403, "{}", "http_403", ""},
      {401, "Unauthorized", "http_401", ""},
  };
  for (const Case& c : cases) {
    const auto out = read(c.status, c.body);
    ASSERT_EQ(out.kind, Kind::user_needed) << c.status << c.body;
    EXPECT_EQ(out.error->code, ErrorCode::sign_in_needed) << c.body;
    EXPECT_EQ(out.error->blame, Blame::user) << c.body;
    EXPECT_EQ(out.error->label(), "sign_in_needed") << c.body;
    EXPECT_EQ(out.error->reason, c.reason) << c.body;
    EXPECT_EQ(out.error->description, c.description) << c.body;
    EXPECT_NE(out.error->message.find("Sign in again."), std::string::npos) << c.body;
    EXPECT_FALSE(out.error->retryable) << c.body;
    EXPECT_FALSE(out.maybe_spent) << c.body;
  }
}

TEST(RefusedRefresh, AboutTheClientOrTheMomentIsNoMatterOfTheUser) {
  struct Case {
    int status;
    const char* body;
  };
  const Case cases[] = {{401, R"({"error":"invalid_client"})"},
                        {400, R"({"error":"unauthorized_client"})"},
                        {400, R"({"error":"invalid_request"})"},
                        {400, R"({"error":"invalid_scope"})"},
                        {400, R"({"error":"invalid_target"})"},
                        {400, R"({"error":"unsupported_grant_type"})"},
                        {400, R"({"error":"invalid_dpop_proof"})"},
                        {400, R"({"error":"temporarily_unavailable"})"},
                        {400, R"({"error":"slow_down"})"},
                        {429, R"({"error":"rate_limit_exceeded"})"},
                        {503, R"({"message":"Invalid refresh token."})"},
                        {404, ""},
                        {405, ""},
                        {407, ""},
                        {302, ""}};
  for (const Case& c : cases) {
    const auto out = read(c.status, c.body);
    EXPECT_EQ(out.kind, Kind::failed) << c.status << c.body;
    EXPECT_NE(out.error->code, ErrorCode::sign_in_needed) << c.status << c.body;
  }
}

TEST(RefusedRefresh, KeepsTheTokenOutOfItsWords) {
  const auto out = read(401, R"({"error":"no such token: old-refresh-sentinel"})");
  EXPECT_EQ(out.error->description.find("sentinel"), std::string::npos);
  EXPECT_EQ(out.error->message.find("sentinel"), std::string::npos);
}

// --- Codes of one provider ---

TEST(RefusedRefresh, ACodeOfTheProvidersDescriptionEndsTheSignIn) {
  for (const char* name : {"github", "github-enterprise"}) {
    const Provider provider = *builtin_provider(name);
    const auto response = answer(200, R"({"error":"bad_refresh_token"})");
    EXPECT_EQ(read_refresh_response(response, {}).kind, Kind::user_needed) << name;
    const auto normalised = through(provider, response, Stage::refresh);
    EXPECT_EQ(read_refresh_response(normalised, {}).kind, Kind::session_over) << name;
    EXPECT_TRUE(normalised.quirks.has(Quirk::error_code_alias)) << name;
  }
  const Provider twitch = *builtin_provider("twitch");
  const auto theirs =
      answer(400, R"({"error":"Bad Request","status":400,"message":"Invalid refresh token"})");
  EXPECT_EQ(read_refresh_response(through(twitch, theirs, Stage::refresh), {}).kind,
            Kind::session_over);
}

TEST(RefusedRefresh, SuchACodeSaysNothingAboutADeviceCode) {
  const auto provider = parse_provider(
      R"({"name":"x","title":"X","issuer":"https://x.example.com",
          "answer":{"ends_sign_in":["gone"]}})");
  ASSERT_TRUE(provider.ok()) << provider.error().message;
  const auto poll = through(*provider, answer(400, R"({"error":"gone"})"), Stage::token);
  EXPECT_EQ(read_token_response(poll).error->oauth_code, "gone");
}

// --- A session ---

class RefusedSession : public SessionTest {
 protected:
  RefusedSession() { sign_in(seconds(100)); }
};

TEST_F(RefusedSession, KeepsTheSignInAndHandsTheTokenOutWhileItLives) {
  server_answers(refusal("interaction_required"));
  pass(seconds(95));
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(last->refresh_failure->code, ErrorCode::sign_in_needed);
  pass(seconds(5));
  EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_EQ(last_error->reason, "interaction_required");
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r1");
  EXPECT_FALSE(stored().refresh_begun);
  EXPECT_TRUE(needs_sign_in(*last_error));
}

TEST_F(RefusedSession, IsNotAskedAgainByAnotherProcessEither) {  // T-6-5
  server_answers(refusal("consent_required"));
  pass(seconds(100));
  EXPECT_EQ(get(), "(sign_in_needed)");
  const std::string first = last_error->message;
  for (int i = 0; i < 5; ++i) {
    restart();
    EXPECT_EQ(get(), "(sign_in_needed)");
    EXPECT_EQ(last_error->message, first);
    EXPECT_EQ(last_error->reason, "consent_required");
    EXPECT_EQ(get_after_rejection("a1"), "(sign_in_needed)");
    pass(seconds(9));
  }
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(RefusedSession, IsAskedAgainAfterAWhileThatGrows) {
  server_answers(answer(401, ""));
  pass(seconds(100));
  std::size_t sent = 0;
  for (const int minutes : {1, 2, 4, 8, 16, 32, 60, 60}) {
    restart();
    EXPECT_EQ(get(), "(sign_in_needed)");
    EXPECT_EQ(sent_refresh_tokens().size(), ++sent) << minutes;
    pass(seconds(minutes * 60 - 1));
    restart();
    EXPECT_EQ(get(), "(sign_in_needed)");
    EXPECT_EQ(sent_refresh_tokens().size(), sent) << minutes;
    pass(seconds(1));
  }
  server_answers(fresh("a2", "r2"));  // a proxy was in the way
  restart();
  EXPECT_EQ(get(), "a2");
  EXPECT_FALSE(stored().refused);
}

TEST_F(RefusedSession, ObeysALongerRetryAfter) {
  server_answers(answer(403, "", "", {{"Retry-After", "500"}}));
  pass(seconds(100));
  EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_EQ(stored().refused->wait, seconds(500));
}

TEST_F(RefusedSession, WithoutAClockItIsAskedOnceAMinute) {
  EXPECT_EQ(get(), "a1");  // from now on the steady clock knows its end
  world.clock.set_wall(std::nullopt);
  server_answers(answer(401, ""));
  pass(seconds(100));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
  pass(seconds(60));
  EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_EQ(sent_refresh_tokens().size(), 2u);
}

TEST_F(RefusedSession, IsOverWithANewSignIn) {
  server_answers(refusal("login_required"));
  pass(seconds(100));
  EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_TRUE(stored().refused);
  ASSERT_TRUE(log_in(fresh("a2", "r2", 100)).ok());
  EXPECT_EQ(get(), "a2");
  EXPECT_FALSE(stored().refused);
  server_answers(fresh("a3", "r3"));
  pass(seconds(95));
  EXPECT_EQ(get(), "a3");
}

TEST_F(RefusedSession, AnInterruptedRefreshStaysMarked) {
  pass(seconds(100));
  world.failures[kToken] = {failure(TransportFailure::Kind::connection)};
  EXPECT_FALSE(session->access_token().ok());
  restart();
  pass(seconds(2));  // the wait after a failure is stored
  server_answers(answer(401, ""), refusal("invalid_grant"));
  EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_TRUE(stored().refresh_begun);
  pass(seconds(60));
  EXPECT_EQ(get(), "(invalid_grant)");
  EXPECT_EQ(last_error->reason, "interrupted_refresh");
  EXPECT_TRUE(store_empty());
}

TEST_F(RefusedSession, TheRecordRemembersIt) {
  StoredLogin login = stored();
  login.refused = RefreshRefusal{"http_401", "Refused. Sign in again.", "Invalid refresh token.",
                                 WallTime(seconds(1800000000)), seconds(120)};
  login.revoked = true;
  const auto read = read_record(to_record(login));
  ASSERT_TRUE(read.ok());
  ASSERT_TRUE(read->refused);
  EXPECT_EQ(read->refused->reason, "http_401");
  EXPECT_EQ(read->refused->message, "Refused. Sign in again.");
  EXPECT_EQ(read->refused->description, "Invalid refresh token.");
  EXPECT_EQ(read->refused->at, WallTime(seconds(1800000000)));
  EXPECT_EQ(read->refused->wait, seconds(120));
  EXPECT_TRUE(read->revoked);
  EXPECT_FALSE(read_record(Secret(R"({"format":1,"issuer":"i","client_id":"c","tokens":{},)"
                                  R"("refused":{"wait":-1}})"))
                   .ok());
}

}  // namespace
}  // namespace deviceflow::test
