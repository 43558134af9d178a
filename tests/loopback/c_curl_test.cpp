// The C API over libcurl against the sandbox.
#include <deviceflow/deviceflow_curl.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "../c_api/c_helpers.hpp"
#include "client_helpers.hpp"
#include "sandbox/listener.hpp"

namespace deviceflow::test {
namespace {

struct FreeCurl {
  void operator()(deviceflow_curl* curl) const { deviceflow_curl_free(curl); }
};

class CCurl : public testing::Test {
 public:
  CCurl() {
    const auto options = sized<deviceflow_curl_options>();
    deviceflow_curl* made = nullptr;
    EXPECT_EQ(deviceflow_curl_new(&options, &made), DEVICEFLOW_OK);
    curl.reset(made);
  }

  /// A sandbox whose person approves after one poll, and a login there.
  void start() {
    sandbox::ListenerOptions options;
    auto scenario = sandbox::parse_scenario(
        R"({"expires_in":30,"interval":1,"decision":{"action":"approve","after_polls":1}})",
        "test");
    ASSERT_TRUE(scenario.ok());
    options.scenario = std::move(*scenario);
    auto started = sandbox::Listener::start(std::move(options));
    ASSERT_TRUE(started.ok());
    server = std::move(*started);
    make_login_at("http://127.0.0.1:" + std::to_string(server->port()));
  }
  void make_login_at(const std::string& origin) {
    const std::string codes = origin + "/device_authorization";
    const std::string token = origin + "/token";
    const std::string revocation = origin + "/revoke";
    auto options = sized<deviceflow_client_options>();
    options.client_id = text("demo-tv");
    options.device_authorization_endpoint = text(codes);
    options.token_endpoint = text(token);
    options.revocation_endpoint = text(revocation);
    client = make_client(options);
    login = make_login(client.get());
    ASSERT_NE(login, nullptr);
  }
  int run(void (*on_codes)(const deviceflow_codes*, void*) = nullptr) {
    auto events = sized<deviceflow_login_events>();
    events.on_codes = on_codes;
    events.user_data = this;
    return deviceflow_login_run_blocking(login.get(), curl.get(), &events);
  }

  std::unique_ptr<deviceflow_curl, FreeCurl> curl;
  std::unique_ptr<sandbox::Listener> server;
  ClientHandle client;
  LoginHandle login;
  std::string shown;
};

TEST_F(CCurl, LogsInRefreshesAndSignsOut) {
  ASSERT_NO_FATAL_FAILURE(start());
  const auto remember = [](const deviceflow_codes* codes, void* test) {
    static_cast<CCurl*>(test)->shown = str(codes->verification_uri);
  };
  ASSERT_EQ(run(remember), DEVICEFLOW_OK);
  EXPECT_EQ(shown, server->verification_uri());
  auto tokens = sized<deviceflow_tokens>();
  ASSERT_EQ(deviceflow_login_tokens(login.get(), &tokens), DEVICEFLOW_OK);
  deviceflow_call* made = nullptr;
  ASSERT_EQ(deviceflow_refresh_new(client.get(), tokens.refresh_token, {}, {}, &made),
            DEVICEFLOW_OK);
  CallHandle call(made);
  ASSERT_EQ(deviceflow_call_run_blocking(call.get(), curl.get()), DEVICEFLOW_OK);
  ASSERT_EQ(deviceflow_call_tokens(call.get(), &tokens), DEVICEFLOW_OK);
  ASSERT_EQ(deviceflow_revocation_new(client.get(), tokens.refresh_token, &made), DEVICEFLOW_OK);
  call.reset(made);
  EXPECT_EQ(deviceflow_call_run_blocking(call.get(), curl.get()), DEVICEFLOW_OK);
  for (const auto& violation : server->violations()) ADD_FAILURE() << violation.detail;
}

TEST_F(CCurl, ACancelEndsTheRunThatIsGoingOnAndNoOther) {
  ASSERT_NO_FATAL_FAILURE(start());
  const auto cancel = [](const deviceflow_codes*, void* test) {
    deviceflow_curl_cancel(static_cast<CCurl*>(test)->curl.get());
  };
  EXPECT_EQ(run(cancel), DEVICEFLOW_CANCELLED);
  login = make_login(client.get());
  EXPECT_EQ(run(), DEVICEFLOW_OK);
}

TEST_F(CCurl, ACancelWithoutARunHasNoEffect) {
  ASSERT_NO_FATAL_FAILURE(start());
  deviceflow_curl_cancel(curl.get());  // before the first
  ASSERT_EQ(run(), DEVICEFLOW_OK);
  auto tokens = sized<deviceflow_tokens>();
  ASSERT_EQ(deviceflow_login_tokens(login.get(), &tokens), DEVICEFLOW_OK);
  deviceflow_call* made = nullptr;
  ASSERT_EQ(deviceflow_revocation_new(client.get(), tokens.refresh_token, &made), DEVICEFLOW_OK);
  const CallHandle call(made);
  deviceflow_curl_cancel(curl.get());  // after the end of one
  EXPECT_EQ(deviceflow_call_run_blocking(call.get(), curl.get()), DEVICEFLOW_OK);
}

// The program gives up in the moment in which the tokens arrive.
TEST_F(CCurl, ACancelWinsOverTheResponseThatIsOnItsWay) {
  FaultServer tokens([&](const ReceivedRequest& request) {
    if (request.target == "/device_authorization") return answer(200, scripted_codes());
    if (request.target == "/token") deviceflow_curl_cancel(curl.get());
    return answer(200, request.target == "/token" ? scripted_tokens() : "");
  });
  ASSERT_NO_FATAL_FAILURE(make_login_at(tokens.origin()));
  EXPECT_EQ(run(), DEVICEFLOW_CANCELLED);
}

TEST_F(CCurl, ACancelFromAnotherThreadEndsACallAndALogin) {
  FaultServer silent({silence()});
  ASSERT_NO_FATAL_FAILURE(make_login_at(silent.origin()));
  deviceflow_call* made = nullptr;
  ASSERT_EQ(deviceflow_revocation_new(client.get(), text("t0ken"), &made), DEVICEFLOW_OK);
  const CallHandle call(made);
  std::thread canceller([&] {
    for (const int requests : {1, 2}) {
      silent.wait_for_requests(requests);
      deviceflow_curl_cancel(curl.get());
    }
  });
  EXPECT_EQ(deviceflow_call_run_blocking(call.get(), curl.get()), DEVICEFLOW_CANCELLED);
  EXPECT_EQ(run(), DEVICEFLOW_CANCELLED);
  canceller.join();
}

TEST_F(CCurl, WithoutAServerItIsTheNetwork) {
  ASSERT_NO_FATAL_FAILURE(make_login_at("http://127.0.0.1:1"));
  EXPECT_EQ(run(), DEVICEFLOW_NETWORK);
  deviceflow_call* made = nullptr;
  ASSERT_EQ(deviceflow_revocation_new(client.get(), text("t0ken"), &made), DEVICEFLOW_OK);
  const CallHandle call(made);
  EXPECT_EQ(deviceflow_call_run_blocking(call.get(), curl.get()), DEVICEFLOW_NETWORK);
  auto error = sized<deviceflow_error>();
  ASSERT_EQ(deviceflow_call_error(call.get(), &error), DEVICEFLOW_OK);
  EXPECT_EQ(str(error.reason), "refused");
  EXPECT_EQ(error.retryable, 1);
}

TEST_F(CCurl, MisusesAreErrorCodes) {
  auto options = sized<deviceflow_curl_options>();
  deviceflow_curl* made = nullptr;
  EXPECT_EQ(deviceflow_curl_new(nullptr, &made), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_curl_new(&options, nullptr), DEVICEFLOW_NULL_ARGUMENT);
  ++options.size;
  EXPECT_EQ(deviceflow_curl_new(&options, &made), DEVICEFLOW_WRONG_SIZE);
  EXPECT_EQ(deviceflow_login_run_blocking(nullptr, curl.get(), nullptr), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_call_run_blocking(nullptr, curl.get()), DEVICEFLOW_NULL_ARGUMENT);
  deviceflow_curl_cancel(nullptr);
  deviceflow_curl_free(nullptr);
}

TEST(CQr, GivesOneByteAModule) {
  std::vector<unsigned char> modules(31329, 7);
  int side = 0;
  EXPECT_EQ(deviceflow_qr_encode(text("https://id.example.com/device"), nullptr, 0, &side),
            DEVICEFLOW_BUFFER_TOO_SMALL);
  EXPECT_EQ(side, 29);
  ASSERT_EQ(deviceflow_qr_encode(text("https://id.example.com/device"), modules.data(),
                                 modules.size(), &side),
            DEVICEFLOW_OK);
  // The first row of a finder pattern and the light module beside it.
  EXPECT_EQ(std::vector<unsigned char>(modules.begin(), modules.begin() + 8),
            (std::vector<unsigned char>{1, 1, 1, 1, 1, 1, 1, 0}));
  EXPECT_EQ(modules[29 * 29], 7);
  EXPECT_EQ(deviceflow_qr_encode(text(""), modules.data(), modules.size(), &side),
            DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(deviceflow_qr_encode(text("x"), nullptr, 1, &side), DEVICEFLOW_NULL_ARGUMENT);
}

}  // namespace
}  // namespace deviceflow::test
