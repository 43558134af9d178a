// Cancel wins over every later answer, and nothing overlaps.
#include <gtest/gtest.h>

#include <deviceflow/device_login.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

TEST(DeviceLoginCancel, BeforeTheStartSendsNothing) {
  VirtualLogin run;
  run.login().cancel();
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(run.starts.empty());
}

TEST(DeviceLoginCancel, WhileWaitingStopsPolling) {  // D-3.5-12
  VirtualLogin run;
  run.each_step([](VirtualLogin& v) {
    if (v.polls.size() == 2) v.login().cancel();
  });
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(run.polls.size(), 2u);
}

TEST(DeviceLoginCancel, DuringTheStartDropsTheCodes) {
  VirtualLogin run;
  run.start_script({late(replies(answer(200, codes_json())), seconds(2))});
  run.each_step([](VirtualLogin& v) {
    if (v.starts.size() == 1) v.login().cancel();
  });
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(run.login().codes(), nullptr);
  EXPECT_TRUE(run.polls.empty());
}

class CancelDuringAPoll : public testing::Test {
 protected:
  // Cancels while the first poll is on its way, and then lets `reply` arrive.
  LoginOutcome cancel_before(Reply reply, std::string revocation_endpoint) {
    DeviceLoginOptions options;
    options.revocation_endpoint = std::move(revocation_endpoint);
    run_.emplace(codes_json(), std::move(options));
    run_->script({late(std::move(reply), seconds(1))});
    run_->each_step([](VirtualLogin& v) {
      if (v.polls.size() == 1) v.login().cancel();
    });
    return run_->run();
  }
  std::optional<VirtualLogin> run_;
};

TEST_F(CancelDuringAPoll, ATokenThatArrivesAfterwardsIsRevokedAndNotHandedOut) {  // D-3.5-12
  const auto outcome = cancel_before(tokens(), "https://id.example.com/revoke");
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
  ASSERT_EQ(run_->revocations.size(), 1u);
  EXPECT_EQ(run_->revocations[0].url, "https://id.example.com/revoke");
  EXPECT_EQ(run_->revocations[0].form.get("token"), "refresh-token-sentinel");
  EXPECT_LE(run_->revocations[0].timeout, milliseconds(500));
}

TEST_F(CancelDuringAPoll, WithoutARevocationEndpointTheTokenIsDropped) {
  EXPECT_EQ(cancel_before(tokens(), "").tokens.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(run_->revocations.empty());
}

TEST_F(CancelDuringAPoll, EveryOtherAnswerIsDroppedToo) {
  for (const char* code : {"authorization_pending", "slow_down", "access_denied", "expired_token",
                           "invalid_client", "use_dpop_nonce"}) {
    const auto outcome = cancel_before(error(code), "https://id.example.com/revoke");
    EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled) << code;
    EXPECT_TRUE(run_->revocations.empty());
    EXPECT_EQ(run_->polls.size(), 1u);
  }
}

TEST(DeviceLoginCancel, ACancelledTransportCountsAsACancel) {
  VirtualLogin run;
  run.script({fails(TransportFailure::Kind::cancelled)});
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::cancelled);
}

TEST(DeviceLoginCancel, AFinishedLoginStaysAsItIs) {
  VirtualLogin run;
  run.script({tokens()});
  ASSERT_TRUE(run.run().tokens.ok());
  run.login().cancel();
  run.login().on_response(run.now, answer(200, codes_json()));
  run.login().on_failure(run.now, failure(TransportFailure::Kind::timeout));
  EXPECT_EQ(run.login().state(), LoginState::finished);
}

TEST(DeviceLoginSequence, HandsOutOneRequestAtATime) {  // D-3.5-11
  VirtualLogin run;
  DeviceLogin& login = run.login();
  ASSERT_TRUE(std::holds_alternative<DeviceLogin::Send>(login.step(run.now)));
  for (int i = 0; i < 1000; ++i) {
    const auto step = login.step(run.now + seconds(i));
    ASSERT_TRUE(std::holds_alternative<DeviceLogin::WaitUntil>(step));
    EXPECT_EQ(std::get<DeviceLogin::WaitUntil>(step).time, kNever);
  }
}

TEST(DeviceLoginSequence, AnAnswerNobodyWaitsForChangesNothing) {  // D-3.5-11
  VirtualLogin run;
  DeviceLogin& login = run.login();
  login.on_response(run.now, answer(200, codes_json()));
  EXPECT_EQ(login.state(), LoginState::ready);
  static_cast<void>(login.step(run.now));
  login.on_response(run.now, answer(200, codes_json()));
  const auto before = login.next_poll();
  login.on_response(run.now, answer(400, R"({"error":"access_denied"})"));
  login.on_failure(run.now, failure(TransportFailure::Kind::timeout));
  EXPECT_EQ(login.state(), LoginState::waiting);
  EXPECT_EQ(login.next_poll(), before);
}

TEST(DeviceLoginSequence, ARequestThatCouldNotBeMadeEndsTheLoginWithThatReason) {
  VirtualLogin run;
  static_cast<void>(run.login().step(run.now));
  Error error;
  error.code = ErrorCode::insecure_endpoint;
  run.login().on_refused(error);
  const auto step = run.login().step(run.now);
  ASSERT_TRUE(std::holds_alternative<DeviceLogin::Finished>(step));
  EXPECT_EQ(std::get<DeviceLogin::Finished>(step).outcome->tokens.error().code,
            ErrorCode::insecure_endpoint);
}

TEST(DeviceLoginSequence, AScopeThatIsNotAllowedSendsNothing) {  // T-3.3-1
  DeviceLoginOptions options;
  options.request.scope = "good \"bad\"";
  VirtualLogin run(codes_json(), std::move(options));
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(run.starts.empty());
}

}  // namespace
}  // namespace deviceflow::test
