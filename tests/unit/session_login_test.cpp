// A sign-in that outlives the program: kept beside the tokens while it waits, taken up, erased at
// every end.
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

class SessionLoginTest : public SessionTest {
 protected:
  SessionLoginTest() {
    config.resume = true;
    config.scope = "tv";
    three_polls();
    restart();
  }
  void three_polls() {
    server_answers(response_of(pending()), response_of(pending()), response_of(tokens()));
  }
  // Signs in; `while_waiting` is called at the first wait.
  Result<AccessToken> login(const std::function<void()>& while_waiting = nullptr,
                            const Cancel& cancel = Cancel::never()) {
    bool called = false;
    world.on_wait = [&] {
      if (!std::exchange(called, true) && while_waiting) while_waiting();
    };
    auto result = session->sign_in(SignInOptions(), cancel);
    world.on_wait = nullptr;
    return result;
  }
  StoreKey waiting_key() {
    StoreKey key = session->store_key();
    key.account += "\x1fpending";
    return key;
  }
  std::string raw(const StoreKey& key) {
    const auto record = store.load(key);
    return *record ? std::string((*record)->reveal()) : std::string();
  }
  /// The record of the sign-in that waits; or empty.
  std::string waiting() { return raw(waiting_key()); }
  /// The record of the tokens; or empty.
  std::string record() { return raw(session->store_key()); }
  void put(const StoreKey& key, const std::string& text) {
    const auto lock = store.inner.lock(key, seconds(1), Cancel::never());
    ASSERT_TRUE((*lock)->save(Secret(text)).ok());
  }
  void erase(const StoreKey& key) {
    ASSERT_TRUE((*store.inner.lock(key, seconds(1), Cancel::never()))->erase().ok());
  }
  // The snapshot of a sign-in at the moment when it waited.
  std::string snapshot() {
    std::string out;
    EXPECT_TRUE(login([&] { out = waiting(); }).ok());
    erase(session->store_key());
    world.requests.clear();
    server_answers(response_of(pending()), response_of(tokens()));
    restart();
    return out;
  }
  // As a killed program leaves it.
  void leave_a_login_waiting() { put(waiting_key(), snapshot()); }
  // As a program of version 0.1 leaves it: inside the tokens' record.
  void leave_an_old_login_waiting(StoredLogin tokens) {
    tokens.issuer = kIssuer;
    tokens.client_id = "tv";
    tokens.pending = read_record(Secret(snapshot()))->pending;
    write(tokens);
  }
};

TEST_F(SessionLoginTest, KeepsALoginWhileItWaitsAndErasesItAtTheEnd) {  // D-3.3-2
  std::string seen;
  EXPECT_TRUE(login([&] { seen = waiting(); }).ok());
  EXPECT_NE(seen.find("device-code-sentinel"), std::string::npos);
  EXPECT_EQ(waiting(), "");
  EXPECT_EQ(record().find("device-code-sentinel"), std::string::npos);
}

TEST_F(SessionLoginTest, WithoutBeingAskedItKeepsNothing) {  // D-3.3-2
  config.resume = false;
  restart();
  std::string seen = "not looked at";
  EXPECT_TRUE(login([&] { seen = waiting() + record(); }).ok());
  EXPECT_EQ(seen, "");
}

TEST_F(SessionLoginTest, EveryEndErasesIt) {
  for (const char* code : {"access_denied", "expired_token", "invalid_client"}) {
    server_answers(refusal(code));
    EXPECT_FALSE(login().ok());
    EXPECT_EQ(waiting() + record(), "") << code;
  }
  three_polls();
  const Cancel cancel;
  EXPECT_EQ(login([&] { cancel.set(); }, cancel).error().code, ErrorCode::cancelled);
  EXPECT_EQ(waiting() + record(), "");
}

TEST_F(SessionLoginTest, ARestartedProgramTakesItUp) {
  leave_a_login_waiting();
  EXPECT_EQ(get(), "(not_stored)");
  EXPECT_TRUE(stored().tokens.access_token.empty());
  EXPECT_EQ(stored().pending->device_code.reveal(), "device-code-sentinel");
  EXPECT_TRUE(login().ok());
  EXPECT_EQ(world.count(kDevice), 0);
  EXPECT_EQ(waiting(), "");
  EXPECT_EQ(get(), "access-token-sentinel");
}

TEST_F(SessionLoginTest, ItsCodesAreShownAgain) {
  leave_a_login_waiting();
  std::string shown;
  EXPECT_TRUE(
      session->sign_in([&](const DeviceAuthorization& codes) { shown = codes.user_code; }).ok());
  EXPECT_EQ(shown, "WDJB-MJHT");
}

TEST_F(SessionLoginTest, WhatCantBeTakenUpIsStartedAnew) {
  leave_a_login_waiting();
  pass(seconds(3600));
  EXPECT_TRUE(login().ok());
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_EQ(waiting(), "");
}

TEST_F(SessionLoginTest, ALoginForAnotherScopeIsNotTakenUp) {
  leave_a_login_waiting();
  config.scope = "radio";
  restart();
  EXPECT_TRUE(login().ok());
  EXPECT_EQ(world.count(kDevice), 1);
}

TEST_F(SessionLoginTest, TheTokensOfAnEarlierLoginStayUntilTheNewOnesAreThere) {
  sign_in();
  const auto look = [&] {
    EXPECT_NE(waiting().find("device-code-sentinel"), std::string::npos);
    EXPECT_NE(record().find("\"r1\""), std::string::npos);
    EXPECT_EQ(record().find("device-code-sentinel"), std::string::npos);
    EXPECT_EQ(get(), "a1");
  };
  server_answers(response_of(pending()), refusal("access_denied"));
  EXPECT_FALSE(login(look).ok());
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(waiting(), "");
  three_polls();
  EXPECT_TRUE(login(look).ok());
  EXPECT_EQ(get(), "access-token-sentinel");
  EXPECT_EQ(waiting(), "");
}

TEST_F(SessionLoginTest, ADamagedRecordIsNotOverwrittenByASnapshot) {
  put(session->store_key(), "{");
  server_answers(response_of(pending()), refusal("access_denied"));
  EXPECT_FALSE(login([&] {
                 EXPECT_EQ(record(), "{");
                 EXPECT_NE(waiting().find("device-code-sentinel"), std::string::npos);
               }).ok());
  EXPECT_EQ(record(), "{");
}

TEST_F(SessionLoginTest, ASnapshotThatCantBeReadCostsItsCodesAndNoMore) {
  put(waiting_key(), "{");
  EXPECT_TRUE(login().ok());
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_EQ(waiting(), "");
}

TEST_F(SessionLoginTest, WhileAnotherProgramHoldsTheRecordASignInGoesOnAndIsSavedLater) {
  auto held = store.lock(session->store_key(), seconds(1), Cancel::never());
  const auto token = login([&] { EXPECT_EQ(record(), ""); });
  ASSERT_TRUE(token.ok());
  ASSERT_TRUE(token->store_failure);
  EXPECT_EQ(token->store_failure->code, ErrorCode::store_locked);
  EXPECT_EQ(record(), "");
  EXPECT_EQ(get(), "access-token-sentinel");
  EXPECT_EQ(last->store_failure->code, ErrorCode::store_locked);
  *held = nullptr;
  EXPECT_EQ(get(), "access-token-sentinel");
  EXPECT_FALSE(last->store_failure);
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "refresh-token-sentinel");
}

// ---- Two processes

TEST_F(SessionLoginTest, ItsLockIsHeldAsLongAsTheCodesAreValid) {
  const auto lock = [&] {
    return store.inner.lock(waiting_key(), milliseconds(0), Cancel::never());
  };
  int looks = 0;
  const auto look = [&] {
    ++looks;
    EXPECT_EQ(lock().error().code, ErrorCode::store_locked);
  };
  world.on_wait = look;
  EXPECT_TRUE(session->sign_in(SignInOptions()).ok());
  world.on_wait = nullptr;
  EXPECT_EQ(looks, 3);
  EXPECT_TRUE(lock().ok());
}

TEST_F(SessionLoginTest, TwoProcessesNeverPollForOneDeviceCode) {
  leave_a_login_waiting();
  world.answers[kDevice] = {answer(200, R"({"device_code":"theirs","user_code":"X","interval":5,)"
                                        R"("expires_in":600,)"
                                        R"("verification_uri":"https://id.example.com/device"})")};
  const auto other = open_session();
  std::vector<std::string> polled;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kToken) {
      polled.emplace_back(Form::parse(request.body.reveal())->get("device_code"));
    }
  };
  EXPECT_TRUE(login([&] {
                auto hook = std::exchange(world.on_wait, nullptr);
                const std::string before = waiting();
                EXPECT_TRUE(other->sign_in(SignInOptions()).ok());
                EXPECT_EQ(waiting(), before);
                server_answers(response_of(tokens()));
                world.on_wait = hook;
              }).ok());
  EXPECT_EQ(polled, (Sent{"theirs", "theirs", "device-code-sentinel"}));
  EXPECT_EQ(world.count(kDevice), 1);
}

// ---- Version 0.1 kept it inside the tokens' record

TEST_F(SessionLoginTest, TakesUpALoginOfAnOlderVersionAndRemovesIt) {
  leave_an_old_login_waiting(StoredLogin());
  EXPECT_EQ(get(), "(not_stored)");
  server_answers(response_of(pending()), refusal("access_denied"));
  EXPECT_FALSE(login().ok());
  EXPECT_EQ(world.count(kDevice), 0);
  EXPECT_EQ(waiting() + record(), "");
}

TEST_F(SessionLoginTest, TakesItUpBesideTokensAndLeavesThese) {
  StoredLogin tokens;
  tokens.tokens.access_token = Secret("a1");
  tokens.tokens.token_type = "Bearer";
  tokens.tokens.refresh_token = Secret("r1");
  leave_an_old_login_waiting(std::move(tokens));
  server_answers(response_of(pending()), refusal("access_denied"));
  EXPECT_FALSE(login().ok());
  EXPECT_EQ(world.count(kDevice), 0);
  EXPECT_FALSE(in_store().pending);
  EXPECT_EQ(get(), "a1");
}

TEST_F(SessionLoginTest, ASignOutRemovesTheLoginThatWaitsToo) {
  leave_a_login_waiting();
  EXPECT_TRUE(session->sign_out().removed);
  EXPECT_EQ(waiting() + record(), "");
}

// A kill while the store is checked leaves a record of nobody.
TEST_F(SessionLoginTest, ARecordOfNobodyIsNoSignInThatWaits) {
  StoredLogin nobody;
  nobody.issuer = kIssuer;
  nobody.client_id = "tv";
  for (const bool resume : {false, true}) {
    config.resume = resume;
    restart();
    write(nobody);
    EXPECT_FALSE(session->stored()->has_value());
    EXPECT_EQ(get(), "(not_stored)");
    EXPECT_FALSE(login()->replaced);
    erase(session->store_key());
    three_polls();
  }
}

}  // namespace
}  // namespace deviceflow::test
