// A session's calls without waiting: for frame loops, GUIs and many at once.
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

class SessionPending : public SessionTest {
 protected:
  /// Draws frames, one a second, until the call has ended.
  template <typename T>
  int frames(Pending<T>& pending) {
    int count = 0;
    for (; !pending.poll() && count < 2000; ++count) pass(seconds(1));
    return count;
  }
  /// The same for a runner.
  void run(Runner& runner) {
    while (runner.poll() != kNever) pass(seconds(1));
  }
  static std::string value(const Result<AccessToken>& token) {
    return token.ok() ? std::string(token->token.reveal())
                      : "(" + std::string(token.error().label()) + ")";
  }
  static SignInOptions renewing(int times) {
    SignInOptions options;
    options.renewals = times;
    return options;
  }
};

// ---- A frame loop

TEST_F(SessionPending, AFrameLoopSignsIn) {
  server_answers(response_of(pending()), response_of(slow_down()), fresh("a1", "r1"));
  auto sign_in = session->begin_sign_in();
  EXPECT_EQ(sign_in.codes(), nullptr);
  EXPECT_EQ(sign_in.state(), LoginState::ready);
  std::vector<std::string> seen;
  for (int frame = 0; !sign_in.poll() && frame < 100; ++frame) {
    std::string now = sign_in.codes() != nullptr ? sign_in.codes()->user_code : "-";
    if (sign_in.last_poll() != nullptr) now += " " + std::to_string(sign_in.last_poll()->attempt);
    if (seen.empty() || seen.back() != now) seen.push_back(now);
    pass(seconds(1));
  }
  const std::string code = "WDJB-MJHT";
  EXPECT_EQ(seen.front(), "-");
  EXPECT_EQ(seen.back(), code + " 2");
  EXPECT_NE(std::find(seen.begin(), seen.end(), code), seen.end());
  EXPECT_EQ(sign_in.codes(), nullptr);
  EXPECT_EQ(sign_in.state(), LoginState::finished);
  EXPECT_EQ(value(sign_in.result()), "a1");
  EXPECT_EQ(world.waits, 0);
  EXPECT_EQ(get(), "a1");
}

TEST_F(SessionPending, EveryCallHasOne) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"), fresh("a3", "r3"));
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"alice"})"));
  world.answers["https://id.example.com/introspect"].push_back(answer(200, R"({"active":true})"));
  config.client_secret = Secret("s");
  restart();
  auto token = session->begin_access_token();
  auto api = session->begin_authorize("GET", kApi);
  auto bad = session->begin_authorize("GET", "http://api.example.com/");
  EXPECT_LT(frames(token), 10);
  EXPECT_LT(frames(api), 10);
  EXPECT_LT(frames(bad), 10);
  EXPECT_EQ(value(token.result()), "a2");
  EXPECT_EQ(api.result()->token.reveal(), "a2");
  EXPECT_EQ(bad.result().error().code, ErrorCode::invalid_argument);
  auto again = session->begin_refresh();
  EXPECT_LT(frames(again), 10);
  EXPECT_EQ(value(again.result()), "a3");
  auto user = session->begin_userinfo();
  auto active = session->begin_introspect(Secret("a3"));
  auto metadata = session->begin_discover();
  auto keys = session->begin_keys();
  auto revoked = session->begin_revoke(Secret("x"), TokenHint::access_token);
  EXPECT_LT(frames(user) + frames(active) + frames(metadata) + frames(keys) + frames(revoked), 50);
  EXPECT_EQ(user.result()->subject, "alice");
  EXPECT_TRUE(active.result()->active);
  EXPECT_EQ(metadata.result()->issuer, kIssuer);
  EXPECT_EQ(keys.result().error().code, ErrorCode::not_possible);
  EXPECT_EQ(revoked.result().kind, RevocationAnswer::Kind::revoked);
  auto out = session->begin_sign_out();
  EXPECT_LT(frames(out), 10);
  EXPECT_TRUE(out.result().removed);
  EXPECT_TRUE(store_empty());
}

TEST_F(SessionPending, TheStoreIsCheckedBeforeBeginReturns) {
  store.lockable = false;
  auto sign_in = session->begin_sign_in();
  store.lockable = true;
  frames(sign_in);
  EXPECT_EQ(sign_in.result().error().code, ErrorCode::store_io);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionPending, TheNextSignInMayBeginWhenOneHasEnded) {
  server_answers(fresh("a1", "r1"));
  auto first = session->begin_sign_in();
  auto second = session->begin_sign_in();
  frames(second);
  EXPECT_EQ(second.result().error().code, ErrorCode::not_possible);
  frames(first);
  auto third = session->begin_sign_in();
  frames(third);
  EXPECT_EQ(value(third.result()), "a1");
}

// ---- Giving up

TEST_F(SessionPending, ACancelEndsIt) {
  server_answers(response_of(pending()));
  auto sign_in = session->begin_sign_in();
  for (int frame = 0; frame < 20; ++frame, pass(seconds(1))) sign_in.poll();
  sign_in.cancel();
  EXPECT_TRUE(sign_in.poll());
  EXPECT_EQ(sign_in.result().error().code, ErrorCode::cancelled);
}

TEST_F(SessionPending, DroppingItCancelsIt) {
  server_answers(response_of(pending()));
  {
    auto dropped = session->begin_sign_in();
    for (int frame = 0; frame < 3; ++frame, pass(seconds(1))) dropped.poll();
  }
  auto next = session->begin_sign_in();
  server_answers(fresh("a1", "r1"));
  frames(next);
  EXPECT_EQ(value(next.result()), "a1");
}

TEST_F(SessionPending, TokensThatHaveJustComeAreRevokedWhenItIsDropped) {
  server_answers(fresh("a1", "r1"));
  {
    auto dropped = session->begin_sign_in();
    for (; world.count(kToken) == 0; pass(seconds(1))) dropped.poll();
  }
  EXPECT_EQ(world.count(kRevoke), 1);
  EXPECT_TRUE(store_empty());
}

TEST_F(SessionPending, ItMayOutliveItsSession) {
  server_answers(fresh("a1", "r1"));
  auto sign_in = session->begin_sign_in();
  session.reset();
  frames(sign_in);
  EXPECT_EQ(value(sign_in.result()), "a1");
  EXPECT_EQ(value(open_session()->access_token()), "a1");
}

// ---- On a runner of the caller's

TEST_F(SessionPending, ManyRunOnOneRunner) {
  Runner runner(world.ports());
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"alice"})"));
  auto token = session->begin_access_token(&runner);
  auto user = session->begin_userinfo(&runner);
  EXPECT_FALSE(token.poll());
  EXPECT_TRUE(world.requests.empty()) << "poll() only looks";
  run(runner);
  EXPECT_TRUE(token.poll());
  EXPECT_TRUE(user.poll());
  EXPECT_EQ(value(token.result()), "a2");
  EXPECT_EQ(user.result()->subject, "alice");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionPending, OneThatIsDroppedIsCancelledThere) {
  Runner runner(world.ports());
  server_answers(response_of(pending()));
  {
    auto dropped = session->begin_sign_in({}, &runner);
    runner.poll();
  }
  run(runner);
  EXPECT_EQ(world.count(kToken), 0);
}

// ---- The lock on the record

TEST_F(SessionPending, ALockThatAnotherProcessHoldsBlocksNoFrame) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  auto held = store.inner.lock(session->store_key(), milliseconds(0), Cancel::never());
  auto token = session->begin_access_token();
  for (int frame = 0; frame < 30; ++frame, pass(seconds(1))) EXPECT_FALSE(token.poll());
  *held = nullptr;
  EXPECT_LT(frames(token), 3);
  EXPECT_EQ(value(token.result()), "a2");
}

TEST_F(SessionPending, ALockThatIsNeverGivenUpIsAnErrorAfterAMinute) {
  sign_in(seconds(0));
  const auto held = store.inner.lock(session->store_key(), milliseconds(0), Cancel::never());
  auto token = session->begin_access_token();
  const int count = frames(token);
  EXPECT_GE(count, 60);
  EXPECT_LE(count, 62);
  EXPECT_EQ(token.result().error().code, ErrorCode::store_locked);
}

TEST_F(SessionPending, ACancelEndsTheWaitForALock) {
  sign_in(seconds(0));
  const auto held = store.inner.lock(session->store_key(), milliseconds(0), Cancel::never());
  auto token = session->begin_access_token();
  for (int frame = 0; frame < 5; ++frame, pass(seconds(1))) token.poll();
  token.cancel();
  EXPECT_TRUE(token.poll());
  EXPECT_EQ(token.result().error().code, ErrorCode::cancelled);
}

// ---- Codes that expire

TEST_F(SessionPending, NewCodesAreShownAsOftenAsIsAllowed) {
  world.answers[kDevice] = {answer(200, codes_json("5", "30"))};
  server_answers(response_of(pending()));
  int shown = 0;
  Sent ends;
  SignInOptions options = renewing(2);
  options.show = [&](const DeviceAuthorization&) { ++shown; };
  options.on_end = [&](const LoginOutcome& outcome) {
    ends.emplace_back(outcome.tokens.error().label());
  };
  EXPECT_EQ(value(session->sign_in(std::move(options))), "(expired_token)");
  EXPECT_EQ(shown, 3);
  EXPECT_EQ(world.count(kDevice), 3);
  EXPECT_EQ(ends, (Sent{"expired_token", "expired_token", "expired_token"}));
}

TEST_F(SessionPending, TheNewCodesSignIn) {
  server_answers(response_of(error("expired_token")), fresh("a1", "r1"));
  EXPECT_EQ(value(session->sign_in(renewing(1))), "a1");
  EXPECT_EQ(world.count(kDevice), 2);
}

TEST_F(SessionPending, WithoutItExpiredCodesEndTheSignIn) {
  server_answers(response_of(error("expired_token")));
  EXPECT_EQ(value(session->sign_in(SignInOptions())), "(expired_token)");
  EXPECT_EQ(world.count(kDevice), 1);
}

TEST_F(SessionPending, ADenialIsNoReasonForNewCodes) {
  server_answers(response_of(error("access_denied")));
  EXPECT_EQ(value(session->sign_in(renewing(5))), "(access_denied)");
  EXPECT_EQ(world.count(kDevice), 1);
}

}  // namespace
}  // namespace deviceflow::test
