// A command in a shell loop is a new process every time: src-cli 1275 wants one that prints a valid
// token. The wait after a failed refresh has to outlast the process, or the loop asks a server in
// trouble without a pause. And several users of one client keep apart by their accounts.
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

class StoredWait : public SessionTest {
 protected:
  /// The program runs again and asks for a token.
  std::string run() {
    restart();
    return get();
  }
};

TEST_F(StoredWait, SpacesOutTheRefreshesOfManyProcesses) {
  sign_in(seconds(0));
  server_answers(answer(503, ""));
  std::size_t expected = 0;
  for (const int wait : {2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(run(), "(invalid_response)");
    ++expected;
    pass(seconds(wait - 1));
    EXPECT_EQ(run(), "(invalid_response)");
    EXPECT_EQ(sent_refresh_tokens().size(), expected) << wait;
    pass(seconds(1));
  }
}

TEST_F(StoredWait, GivesTheFailureAgainAsItWas) {
  sign_in(seconds(0));
  server_answers(answer(503, R"({"error":"temporarily_unavailable","error_description":"soon"})"));
  EXPECT_EQ(run(), "(temporarily_unavailable)");
  const Error first = *last_error;
  EXPECT_EQ(run(), "(temporarily_unavailable)");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
  EXPECT_EQ(last_error->code, first.code);
  EXPECT_EQ(last_error->blame, first.blame);
  EXPECT_EQ(last_error->stage, Stage::refresh);
  EXPECT_EQ(last_error->message, first.message);
  EXPECT_EQ(last_error->description, "soon");
  EXPECT_EQ(last_error->http_status, 503);
  EXPECT_EQ(last_error->retryable, first.retryable);
}

TEST_F(StoredWait, NeverCostsATokenThatIsStillValid) {
  sign_in(seconds(100));
  server_answers(answer(503, ""));
  pass(seconds(95));
  EXPECT_EQ(run(), "a1");
  EXPECT_EQ(run(), "a1");
  EXPECT_TRUE(last->refresh_failure);
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
}

TEST_F(StoredWait, HonoursRetryAfter) {
  sign_in(seconds(0));
  server_answers(answer(429, "", "", {{"Retry-After", "300"}}), fresh("a2"));
  EXPECT_NE(run(), "a2");
  pass(seconds(299));
  EXPECT_NE(run(), "a2");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
  pass(seconds(1));
  EXPECT_EQ(run(), "a2");
}

TEST_F(StoredWait, IsShortAfterARefusalThatOtherSettingsMayEnd) {
  sign_in(seconds(0));
  server_answers(refusal("invalid_client", 401), fresh("a2"));
  EXPECT_EQ(run(), "(invalid_client)");
  EXPECT_EQ(run(), "(invalid_client)");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
  pass(seconds(2));
  EXPECT_EQ(run(), "a2");
}

TEST_F(StoredWait, IsOverAfterARefreshThatSucceeds) {
  sign_in(seconds(0));
  server_answers(answer(503, ""), answer(503, ""), fresh("a2", "r2", 0), answer(503, ""));
  run();
  pass(seconds(2));
  run();
  pass(seconds(4));
  EXPECT_EQ(run(), "a2");
  EXPECT_FALSE(stored().failed);
  EXPECT_EQ(run(), "(invalid_response)");
  pass(seconds(2));
  EXPECT_EQ(stored().failed->wait, seconds(2));
}

TEST_F(StoredWait, KeepsTheMarkOfARequestThatMayHaveArrived) {
  sign_in(seconds(0));
  server_answers(answer(200, "not JSON"));
  run();
  const StoredLogin login = stored();
  EXPECT_TRUE(login.refresh_begun);
  EXPECT_TRUE(login.failed);
}

TEST_F(StoredWait, IsKeptByTheProcessIfNoWallClockIsKnown) {
  sign_in(seconds(100));
  EXPECT_EQ(get(), "a1");  // from now on the steady clock knows its end
  world.clock.set_wall(std::nullopt);
  pass(seconds(100));
  server_answers(answer(503, ""), fresh("a2"));
  EXPECT_EQ(get(), "(invalid_response)");
  EXPECT_EQ(get(), "(invalid_response)");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
  pass(seconds(2));
  EXPECT_EQ(get(), "a2");
}

TEST_F(StoredWait, EndsIfTheClockWasSetBack) {
  sign_in(seconds(0));
  server_answers(answer(503, ""), fresh("a2"));
  run();
  world.clock.set_wall(*world.clock.wall_now() - seconds(3600));
  EXPECT_EQ(run(), "a2");
}

TEST_F(StoredWait, DoesNotHoldBackAReplacementThatIsAskedFor) {
  sign_in();
  server_answers(answer(503, ""), fresh("a2"));
  EXPECT_EQ(get_after_rejection("a1"), "(invalid_response)");
  restart();
  EXPECT_EQ(get_after_rejection("a1"), "a2");
}

TEST_F(StoredWait, StandsInTheRecord) {
  StoredLogin login;
  login.issuer = kIssuer;
  login.client_id = "tv";
  login.account = "ada";
  login.failed = RefreshFailure{
      make_error(Blame::network, ErrorCode::timeout, Stage::refresh, "No response in time."),
      WallTime(seconds(1800000000)), seconds(8)};
  login.failed->error.retryable = true;
  login.failed->error.details.proxy = "proxy.example.com:3128";
  const auto read = read_record(to_record(login));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->account, "ada");
  ASSERT_TRUE(read->failed);
  EXPECT_EQ(read->failed->error.code, ErrorCode::timeout);
  EXPECT_EQ(read->failed->error.blame, Blame::network);
  EXPECT_TRUE(read->failed->error.retryable);
  EXPECT_EQ(read->failed->error.details.proxy, "proxy.example.com:3128");
  EXPECT_EQ(read->failed->at, login.failed->at);
  EXPECT_EQ(read->failed->wait, seconds(8));
}

TEST_F(StoredWait, OfOneAccountIsNotTheOthers) {
  sign_in(seconds(0));
  config.account = "ada";
  restart();
  EXPECT_EQ(get(), "(not_stored)");
  sign_in(seconds(0));
  EXPECT_EQ(stored().account, "ada");
  server_answers(answer(503, ""), fresh("a2"));
  EXPECT_EQ(get(), "(invalid_response)");
  config.account = "";
  restart();
  EXPECT_EQ(stored().account, "");
  EXPECT_EQ(get(), "a2");
}

TEST_F(StoredWait, ARecordOfAnotherAccountIsNotUsed) {
  sign_in();
  StoredLogin login = stored();
  login.account = "eve";
  write(login);
  EXPECT_EQ(run(), "(store_damaged)");
}

}  // namespace
}  // namespace deviceflow::test
