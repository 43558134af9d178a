// Signing in through the front door: what is checked first, what is stored, and what is locked.
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

using Part = SignOutReport::Part::Result;

class SessionSignIn : public SessionTest {
 protected:
  static HttpResponse tokens(std::string_view number) {
    return fresh("a" + std::string(number), "r" + std::string(number));
  }
};

// ---- What it brings

TEST_F(SessionSignIn, StoresTheTokensForEverySessionOverTheStore) {
  const auto token = log_in(tokens("1"));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->token.reveal(), "a1");
  EXPECT_EQ(token->token_type, "Bearer");
  EXPECT_EQ(token->expires_at, *world.clock.wall_now() + seconds(3600));
  EXPECT_FALSE(token->store_failure);
  EXPECT_FALSE(token->replaced);
  world.requests.clear();
  EXPECT_EQ(open_session()->access_token()->token.reveal(), "a1");
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r1");
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionSignIn, AsksForWhatTheConfigNames) {
  config.scope = "openid tv";
  config.resources = {"https://api.example.com"};
  config.extra = {{"audience", "tv-api"}};
  config.authorization_details = R"([{"type":"tv"}])";
  restart();
  ASSERT_TRUE(log_in(tokens("1")).ok());
  for (const HttpRequest& request : world.requests) {
    if (request.url != kDevice) continue;
    const auto form = Form::parse(request.body.reveal());
    EXPECT_EQ(form->get("scope"), "openid tv");
    EXPECT_EQ(form->get("resource"), "https://api.example.com");
    EXPECT_EQ(form->get("audience"), "tv-api");
    EXPECT_EQ(form->get("authorization_details"), R"([{"type":"tv"}])");
  }
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_EQ(in_store().tokens.scope, "openid tv");
}

TEST_F(SessionSignIn, ReportsWhatHappensInOrder) {
  server_answers(response_of(pending()), response_of(slow_down()), tokens("1"));
  Sent seen;
  SignInOptions options;
  options.show = [&](const DeviceAuthorization& codes) { seen.push_back(codes.user_code); };
  options.on_poll = [&](const PollReport& report) {
    seen.push_back(report.next_in >= seconds(10) ? "longer" : "poll");
  };
  int steps = 0;
  options.on_transition = [&](const LoginTransition&) { ++steps; };
  options.on_end = [&](const LoginOutcome& outcome) {
    seen.emplace_back(outcome.tokens->access_token.reveal());
    EXPECT_TRUE(store_empty());
  };
  options.accept = [&](const IdTokenClaims* claims) -> Result<void> {
    EXPECT_EQ(claims, nullptr);
    seen.emplace_back("accept");
    return {};
  };
  ASSERT_TRUE(session->sign_in(options).ok());
  EXPECT_EQ(seen, (Sent{"WDJB-MJHT", "poll", "longer", "a1", "accept"}));
  EXPECT_GT(steps, 4);
}

TEST_F(SessionSignIn, AFailureIsTheServersAndStoresNothing) {
  sign_in();
  EXPECT_EQ(log_in(refusal("access_denied")).error().code, ErrorCode::access_denied);
  EXPECT_EQ(log_in(refusal("expired_token")).error().code, ErrorCode::expired_token);
  EXPECT_EQ(get(), "a1");
}

// ---- Cancels

TEST_F(SessionSignIn, ACancelThatIsSetAfterTheEndDoesNotTouchTheNextOne) {
  const Cancel first;
  ASSERT_TRUE(log_in(tokens("1"), {}, first).ok());
  first.set();
  EXPECT_EQ(get(), "a1");
  const auto second = log_in(tokens("2"), {}, Cancel());
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->token.reveal(), "a2");
  EXPECT_TRUE(log_in(tokens("3")).ok());
}

TEST_F(SessionSignIn, ACancelEndsItsCallAndNoOther) {
  sign_in();
  const Cancel cancel;
  SignInOptions options;
  options.show = [&](const DeviceAuthorization&) { cancel.set(); };
  EXPECT_EQ(log_in(tokens("2"), options, cancel).error().code, ErrorCode::cancelled);
  EXPECT_EQ(get(cancel), "a1");  // needs no wait
  EXPECT_EQ(refresh(), "a2");
  EXPECT_TRUE(log_in(tokens("3")).ok());
}

TEST_F(SessionSignIn, ACancelThatIsSetBeforeSendsNothing) {
  const Cancel cancel;
  cancel.set();
  EXPECT_EQ(log_in(tokens("1"), {}, cancel).error().code, ErrorCode::cancelled);
  EXPECT_EQ(world.count(kDevice), 0);
  EXPECT_TRUE(store_empty());
}

// ---- The store

TEST_F(SessionSignIn, AStoreThatCantBeWrittenIsFoundBeforeTheFirstRequest) {
  const auto expect_failure = [&] {
    const auto token = log_in(tokens("2"));
    ASSERT_FALSE(token.ok());
    EXPECT_EQ(token.error().code, ErrorCode::store_io);
    EXPECT_TRUE(world.requests.empty());
  };
  for (const bool signed_in : {false, true}) {
    if (signed_in) sign_in();
    store.saves_left = 0;
    expect_failure();
    store.saves_left = -1;
    store.lockable = false;
    expect_failure();
    store.lockable = true;
    EXPECT_EQ(get(), signed_in ? "a1" : "(not_stored)");
  }
}

TEST_F(SessionSignIn, ARecordOfANewerVersionIsFoundBeforeTheFirstRequest) {
  write(Secret(R"({"format":99})"));
  const auto token = log_in(tokens("1"));
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, ErrorCode::store_newer_version);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionSignIn, TheCheckLeavesTheRecordAsItIs) {
  for (const bool signed_in : {false, true}) {
    if (signed_in) sign_in();
    const auto before = store.load(session->store_key());
    world.on_wait = [&] {
      const auto now = store.load(session->store_key());
      EXPECT_EQ(now->has_value(), signed_in);
      if (signed_in) {
        EXPECT_EQ((**now).reveal(), (**before).reveal());
      }
    };
    EXPECT_FALSE(log_in(refusal("access_denied")).ok());
  }
}

TEST_F(SessionSignIn, WhileAnotherProcessHoldsTheRecordTheCheckIsLeftOut) {
  auto held = store.lock(session->store_key(), seconds(1), Cancel::never());
  SignInOptions options;
  options.show = [&](const DeviceAuthorization&) { *held = nullptr; };
  const auto token = log_in(tokens("1"), std::move(options));
  ASSERT_TRUE(token.ok());
  EXPECT_FALSE(token->store_failure);
}

TEST_F(SessionSignIn, TokensThatCantBeStoredAreReturnedAndSavedByTheNextCall) {
  SignInOptions options;
  options.on_end = [&](const LoginOutcome&) { store.saves_left = 0; };
  const auto token = log_in(tokens("1"), std::move(options));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->token.reveal(), "a1");
  ASSERT_TRUE(token->store_failure);
  EXPECT_EQ(token->store_failure->code, ErrorCode::store_io);
  EXPECT_TRUE(store_empty());
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(last->store_failure);
  store.saves_left = -1;
  EXPECT_EQ(get(), "a1");
  EXPECT_FALSE(last->store_failure);
  EXPECT_EQ(open_session()->access_token()->token.reveal(), "a1");  // another process
  EXPECT_EQ(world.count(kRevoke), 0);
}

TEST_F(SessionSignIn, TokensAreKeptIfTheRecordCantBeLockedAfterTheApproval) {
  SignInOptions options;
  options.on_end = [&](const LoginOutcome&) { store.lockable = false; };
  const auto token = log_in(tokens("1"), std::move(options));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->store_failure->code, ErrorCode::store_io);
  EXPECT_EQ(get(), "a1");
  store.lockable = true;
  const auto stored = session->stored();
  EXPECT_EQ((*stored)->tokens.access_token.reveal(), "a1");
  EXPECT_EQ(in_store().tokens.access_token.reveal(), "a1");
}

TEST_F(SessionSignIn, ACancelDuringTheWaitForTheRecordRevokesTheTokens) {
  const Cancel cancel;
  std::unique_ptr<RecordLock> held;
  SignInOptions options;
  options.on_end = [&](const LoginOutcome&) {
    held = std::move(*store.inner.lock(session->store_key(), seconds(1), Cancel::never()));
    cancel.set();
  };
  EXPECT_EQ(log_in(tokens("1"), std::move(options), cancel).error().code, ErrorCode::cancelled);
  EXPECT_EQ(world.count(kRevoke), 2);
  held = nullptr;
  EXPECT_EQ(get(), "(not_stored)");
}

// ---- Two at once

TEST_F(SessionSignIn, ASecondOneFailsAtOnceAndSaysWhy) {
  server_answers(response_of(pending()), tokens("1"));
  int looks = 0;
  world.on_wait = [&] {
    if (++looks > 2) return;  // it would be the second one's
    const auto second = session->sign_in(SignInOptions());
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, ErrorCode::not_possible);
    EXPECT_NE(second.error().message.find("going on already"), std::string::npos);
    EXPECT_EQ(world.count(kDevice), 1);
  };
  ASSERT_TRUE(session->sign_in(SignInOptions()).ok());
  EXPECT_EQ(looks, 2);
  world.on_wait = nullptr;
  EXPECT_TRUE(log_in(tokens("2")).ok());
}

TEST_F(SessionSignIn, AfterAFailureThereCanBeAnother) {
  store.saves_left = 0;
  EXPECT_FALSE(log_in(tokens("1")).ok());
  store.saves_left = -1;
  EXPECT_FALSE(log_in(refusal("access_denied")).ok());
  EXPECT_TRUE(log_in(tokens("1")).ok());
}

// ---- What is locked while a request is on its way

class SessionLocks : public SessionSignIn {
 protected:
  SessionLocks() {
    world.on_send = [this](const HttpRequest& request) {
      const std::string body(request.body.reveal());
      const bool is_refresh = body.find("grant_type=refresh_token") != std::string::npos;
      (is_refresh ? during_refresh_ : during_others_).insert(store.held);
    };
  }
  std::set<int> during_refresh_;
  std::set<int> during_others_;
};

TEST_F(SessionLocks, NothingIsLockedDuringASignIn) {
  ASSERT_TRUE(log_in(tokens("1")).ok());
  EXPECT_EQ(world.count(kWellKnown), 1);
  EXPECT_EQ(during_others_, std::set<int>{0});
}

TEST_F(SessionLocks, OnlyTheWaitingSignInIsLockedIfItIsKept) {
  config.resume = true;
  restart();
  const auto free = [&] {
    return store.inner.lock(session->store_key(), milliseconds(0), Cancel::never()).ok();
  };
  const auto look = world.on_send;
  world.on_send = [&](const HttpRequest& request) {
    look(request);
    EXPECT_TRUE(free());
  };
  ASSERT_TRUE(log_in(tokens("1")).ok());
  EXPECT_EQ(during_others_, std::set<int>{1});
}

TEST_F(SessionLocks, TheRecordIsLockedDuringARefreshAndNotDuringDiscovery) {
  sign_in(seconds(0));
  server_answers(tokens("2"));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(world.count(kWellKnown), 1);
  EXPECT_EQ(during_others_, std::set<int>{0});
  EXPECT_EQ(during_refresh_, std::set<int>{1});
  EXPECT_EQ(store.held, 0);
}

TEST_F(SessionLocks, NothingIsLockedDuringRevocations) {
  sign_in();
  EXPECT_TRUE(session->sign_out().removed);
  SignInOptions options;
  options.accept = [](const IdTokenClaims*) -> Result<void> {
    return make_error(Blame::user, ErrorCode::access_denied, Stage::usage, "No.");
  };
  EXPECT_FALSE(log_in(tokens("1"), std::move(options)).ok());
  EXPECT_EQ(world.count(kRevoke), 4);
  EXPECT_EQ(during_others_, std::set<int>{0});
}

TEST_F(SessionLocks, NothingIsLockedDuringOtherRequests) {
  sign_in();
  EXPECT_FALSE(session->userinfo().ok());
  EXPECT_FALSE(session->introspect(Secret("t")).ok());
  EXPECT_TRUE(session->discover().ok());
  session->revoke(Secret("t"), TokenHint::access_token);
  EXPECT_EQ(world.count(kRevoke), 1);
  EXPECT_EQ(during_others_, std::set<int>{0});
}

// ---- Threads

// The user, for whom a sign-in waits: no time passes until they have approved.
class User {
 public:
  void wait() {
    std::unique_lock guard(mutex_);
    waited_for_ = true;
    changed_.notify_all();
    changed_.wait(guard, [&] { return approved_; });
  }
  void until_waited_for() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return waited_for_; });
  }
  void approve() {
    const std::lock_guard guard(mutex_);
    approved_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waited_for_ = false;
  bool approved_ = false;
};

class SessionThreads : public SessionSignIn {
 protected:
  SessionThreads() {
    world.on_wait = [this] { user.wait(); };
    both = std::make_unique<Session>(
        config, std::shared_ptr<TokenStore>(std::shared_ptr<void>(), &store), world.ports());
  }
  User user;
  std::unique_ptr<Session> both;
};

TEST_F(SessionThreads, AnAccessTokenIsThereAtOnceWhileASignInWaitsForItsUser) {
  sign_in();
  // The clock stands: the sign-in ends with its first poll, at the latest when its codes expire.
  server_answers(tokens("2"));
  std::thread ninth([&] { static_cast<void>(both->sign_in(SignInOptions())); });
  user.until_waited_for();
  EXPECT_EQ(both->access_token()->token.reveal(), "a1");
  EXPECT_EQ(both->authorize("GET", kApi)->token.reveal(), "a1");
  EXPECT_EQ((*both->stored())->tokens.access_token.reveal(), "a1");
  world.clock.advance(seconds(60));
  user.approve();
  ninth.join();
  EXPECT_EQ(both->access_token()->token.reveal(), "a2");
}

TEST_F(SessionThreads, EightThreadsNeedOneRefreshWhileANinthSignsIn) {  // T-6-4
  sign_in(seconds(100));
  pass(seconds(95));  // due, and still valid
  server_answers(tokens("2"), tokens("3"));
  std::mutex mutex;
  std::condition_variable changed;
  int refreshes = 0;
  bool answered = false;
  std::multiset<std::string> got;
  world.on_send = [&](const HttpRequest& request) {
    if (request.body.reveal().find("grant_type=refresh_token") == std::string::npos) return;
    std::unique_lock guard(mutex);
    ++refreshes;
    changed.wait(guard, [&] { return answered; });
  };
  std::thread ninth([&] { static_cast<void>(both->sign_in(SignInOptions())); });
  user.until_waited_for();
  std::vector<std::thread> eight;
  for (int i = 0; i < 8; ++i) {
    eight.emplace_back([&] {
      const auto token = both->access_token();
      const std::lock_guard guard(mutex);
      got.emplace(token.ok() ? token->token.reveal() : "(failed)");
      changed.notify_all();
    });
  }
  {
    std::unique_lock guard(mutex);
    changed.wait(guard, [&] { return got.size() == 7; });  // while the refresh is on its way
    answered = true;
    changed.notify_all();
  }
  for (std::thread& thread : eight) thread.join();
  EXPECT_EQ(got.count("a1"), 7u);
  EXPECT_EQ(got.count("a2"), 1u);
  EXPECT_EQ(refreshes, 1);
  world.clock.advance(seconds(60));
  user.approve();
  ninth.join();
  EXPECT_EQ(both->access_token()->token.reveal(), "a3");
}

}  // namespace
}  // namespace deviceflow::test
