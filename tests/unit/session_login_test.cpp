// A login that outlives the program: kept while it waits, taken up, erased at every end.
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

class SessionLoginTest : public SessionTest {
 protected:
  SessionLoginTest() {
    options.resume_logins = true;
    world.answers[kDevice].push_back(answer(200, codes_json()));
    server_answers(response_of(pending()), response_of(pending()), response_of(tokens()));
    restart();
  }
  // Runs a login; `while_waiting` is called at the first wait.
  LoginOutcome login(const std::function<void()>& while_waiting = nullptr) {
    LoginRequest request;
    request.scope = "tv";
    bool called = false;
    world.on_wait = [&] {
      if (!called && while_waiting) while_waiting();
      called = true;
    };
    LoginOutcome outcome = session->login(request, {});
    world.on_wait = nullptr;
    return outcome;
  }
  std::string raw() {
    const auto record = store.load(client->store_key());
    return *record ? std::string((*record)->reveal()) : std::string();
  }
  // As a killed program leaves it: the record of the moment when it waited.
  void leave_a_login_waiting() {
    std::string record;
    static_cast<void>(login([&] { record = raw(); }));
    const Cancel never;
    ASSERT_TRUE((*store.lock(client->store_key(), seconds(1), never))->save(Secret(record)).ok());
    world.requests.clear();
    server_answers(response_of(pending()), response_of(tokens()));
    restart();
  }
};

TEST_F(SessionLoginTest, KeepsALoginWhileItWaitsAndErasesItAtTheEnd) {  // D-3.3-2
  std::string waiting;
  EXPECT_TRUE(login([&] { waiting = raw(); }).tokens.ok());
  EXPECT_NE(waiting.find("device-code-sentinel"), std::string::npos);
  EXPECT_EQ(raw(), "");
}

TEST_F(SessionLoginTest, WithoutBeingAskedItKeepsNothing) {  // D-3.3-2
  options.resume_logins = false;
  restart();
  std::string waiting = "not looked at";
  EXPECT_TRUE(login([&] { waiting = raw(); }).tokens.ok());
  EXPECT_EQ(waiting, "");
}

TEST_F(SessionLoginTest, EveryEndErasesIt) {
  for (const char* code : {"access_denied", "expired_token", "invalid_client"}) {
    server_answers(refusal(code));
    EXPECT_FALSE(login().tokens.ok());
    EXPECT_EQ(raw(), "") << code;
  }
  EXPECT_EQ(login([&] { session->cancel(); }).tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(raw(), "");
}

TEST_F(SessionLoginTest, ARestartedProgramTakesItUp) {
  leave_a_login_waiting();
  EXPECT_EQ(get(), "(not_stored)");
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count(kDevice), 0);
  EXPECT_EQ(raw(), "");
}

TEST_F(SessionLoginTest, WhatCantBeTakenUpIsStartedAnew) {
  leave_a_login_waiting();
  pass(seconds(3600));
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_EQ(raw(), "");
}

TEST_F(SessionLoginTest, ALoginForAnotherScopeIsNotTakenUp) {
  leave_a_login_waiting();
  LoginRequest request;
  request.scope = "radio";
  EXPECT_TRUE(session->login(request, {}).tokens.ok());
  EXPECT_EQ(world.count(kDevice), 1);
}

TEST_F(SessionLoginTest, TheTokensOfAnEarlierLoginStayUntilTheNewOnesAreThere) {
  sign_in();
  static_cast<void>(login([&] {
    EXPECT_NE(raw().find("device-code-sentinel"), std::string::npos);
    EXPECT_NE(raw().find("\"r1\""), std::string::npos);
  }));
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(raw().find("device-code-sentinel"), std::string::npos);
}

TEST_F(SessionLoginTest, ADamagedRecordIsNotOverwrittenByASnapshot) {
  const Cancel never;
  ASSERT_TRUE((*store.lock(client->store_key(), seconds(1), never))->save(Secret("{")).ok());
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(raw(), "{");
}

TEST_F(SessionLoginTest, WhileAnotherProgramHoldsTheStoreALoginGoesOnAndSigningInSaysSo) {
  const Cancel never;
  const auto held = store.lock(client->store_key(), seconds(1), never);
  const auto outcome = login([&] { EXPECT_EQ(raw(), ""); });
  ASSERT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(session->sign_in(outcome).error().code, ErrorCode::store_locked);
  EXPECT_EQ(raw(), "");
}

}  // namespace
}  // namespace deviceflow::test
