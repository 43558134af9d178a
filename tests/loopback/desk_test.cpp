// The desk's presses against the sandbox, with a whole login that copes with them.
#include <gtest/gtest.h>

#include <deviceflow/platform.hpp>
#include <deviceflow/testing.hpp>

#include "client_calls.hpp"
#include "sandbox/listener.hpp"
#include "shell/press_desk.hpp"

namespace deviceflow::demo {
namespace {

constexpr std::string_view kScenario = R"({"expires_in":60,"interval":1})";

class Desk : public testing::Test {
 protected:
  void SetUp() override {
    sandbox::ListenerOptions options;
    auto scenario = sandbox::parse_scenario(kScenario, "test");
    ASSERT_TRUE(scenario.ok());
    options.scenario = std::move(*scenario);
    auto started = sandbox::Listener::start(std::move(options));
    ASSERT_TRUE(started.ok());
    listener_ = std::move(*started);
    Config config;
    config.issuer = listener_->issuer();
    config.client_id = "demo-tv";
    use_provider(config, *builtin_provider("sandbox"));
    client_ = std::make_unique<test::Client>(std::move(config));
  }

  DeskResult press(DeskPress press) {
    CurlNetwork network;
    return press_desk(network, listener_->issuer(), press, user_code_, {});
  }

  // Presses `first` when the codes are there and approves after the first poll.
  LoginOutcome login(DeskPress first) {
    LoginEvents events;
    events.on_prompt = [&](const DeviceAuthorization& codes) {
      user_code_ = codes.user_code;
      EXPECT_EQ(press(first), DeskResult::done);
    };
    events.on_poll = [&](const PollReport& report) {
      polls_.push_back(report.reason.empty() ? std::string(name(report.result)) : report.reason);
      if (polls_.size() == 1) approved_ = press(DeskPress::approve);
    };
    return client_->login({}, events);
  }

  std::unique_ptr<sandbox::Listener> listener_;
  std::unique_ptr<test::Client> client_;
  std::string user_code_;
  std::vector<std::string> polls_;
  DeskResult approved_ = DeskResult::unreachable;
};

TEST_F(Desk, ALoginCopesWithA502AndIsApproved) {
  const auto outcome = login(DeskPress::bad_gateway);
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  EXPECT_EQ(polls_, std::vector<std::string>{"http_502"});
  EXPECT_EQ(approved_, DeskResult::done);
  EXPECT_EQ(press(DeskPress::approve), DeskResult::decided);
  EXPECT_EQ(press(DeskPress::slow_down), DeskResult::decided);
  EXPECT_TRUE(listener_->violations().empty());
}

TEST_F(Desk, ALoginCopesWithAConnectionThatIsClosed) {
  ASSERT_TRUE(login(DeskPress::reset).tokens.ok());
  EXPECT_EQ(polls_, std::vector<std::string>{"connection"});
  EXPECT_TRUE(listener_->violations().empty());
}

TEST_F(Desk, ALoginThatIsToldOfItsEndEnds) {
  const auto outcome = login(DeskPress::expired_token);
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
  EXPECT_EQ(press(DeskPress::deny), DeskResult::decided);
}

TEST_F(Desk, ADeniedLoginEnds) {
  const auto outcome = login(DeskPress::deny);
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::access_denied);
}

TEST_F(Desk, ALoginThatTheSandboxDoesNotKnowCannotBeDecided) {
  user_code_ = "XXXX-XXXX";
  EXPECT_EQ(press(DeskPress::approve), DeskResult::unknown);
}

TEST_F(Desk, NobodyThere) {
  user_code_ = "WDJB-MJHT";
  listener_->stop();
  EXPECT_EQ(press(DeskPress::approve), DeskResult::unreachable);
}

TEST(DeskIssuer, ASandboxIsOnThisMachineOrItIsNone) {
  VirtualWorld world;
  const auto network = world.ports().network();
  for (const char* issuer : {"https://login.example.com", "http://192.168.1.20:4711", ""}) {
    EXPECT_EQ(press_desk(*network, issuer, DeskPress::approve, "WDJB-MJHT", {}),
              DeskResult::unreachable);
  }
  EXPECT_TRUE(world.requests.empty()) << "sent to somebody else";
}

}  // namespace
}  // namespace deviceflow::demo
