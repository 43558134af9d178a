// A login through the C API: what it offers, and that every misuse is an error code after which it
// goes on as before.
#include <gtest/gtest.h>

#include <vector>

#include "c_helpers.hpp"

namespace deviceflow::test {
namespace {

class CLogin : public testing::Test {
 protected:
  CLogin() : client(make_client()), login(make_login(client.get())) {}

  /// Steps at `now` and returns the action.
  int step() {
    last = sized<deviceflow_step>();
    EXPECT_EQ(deviceflow_login_step(login.get(), now, &last), DEVICEFLOW_OK);
    return last.action;
  }
  /// Waits as long as it wants to.
  void wait() {
    ASSERT_EQ(step(), DEVICEFLOW_WAIT);
    ASSERT_LT(now, last.wait_until_ms);
    now = last.wait_until_ms;
  }
  int answer(std::string_view body, int status = 200) {
    const auto response = json_answer(status, body);
    return deviceflow_login_answer(login.get(), now, &response);
  }
  int fails(int kind, bool nothing_sent = false) {
    auto failure = sized<deviceflow_failure>();
    failure.kind = kind;
    failure.nothing_sent = nothing_sent ? 1 : 0;
    return deviceflow_login_failure(login.get(), now, &failure);
  }
  void show_codes() {
    ASSERT_EQ(step(), DEVICEFLOW_SEND);
    ASSERT_EQ(answer(kCodes), DEVICEFLOW_OK);
  }
  /// A login whose poll is on its way.
  void poll() {
    show_codes();
    wait();
    ASSERT_EQ(step(), DEVICEFLOW_SEND);
  }
  int tokens(deviceflow_tokens* out = nullptr) {
    auto own = sized<deviceflow_tokens>();
    return deviceflow_login_tokens(login.get(), out == nullptr ? &own : out);
  }
  deviceflow_error error() {
    auto out = sized<deviceflow_error>();
    EXPECT_EQ(deviceflow_login_error(login.get(), &out), DEVICEFLOW_OK);
    return out;
  }
  void goes_on_to_its_tokens() {
    ASSERT_EQ(answer(kTokens), DEVICEFLOW_OK);
    ASSERT_EQ(step(), DEVICEFLOW_FINISHED);
    EXPECT_EQ(tokens(), DEVICEFLOW_OK);
  }

  ClientHandle client;
  LoginHandle login;
  deviceflow_step last{};
  std::int64_t now = 1000;
};

TEST_F(CLogin, NullHandlesAreErrorCodes) {
  auto step_out = sized<deviceflow_step>();
  auto codes = sized<deviceflow_codes>();
  auto error_out = sized<deviceflow_error>();
  auto tokens_out = sized<deviceflow_tokens>();
  const auto response = json_answer(200, kCodes);
  const auto failure = sized<deviceflow_failure>();
  std::size_t needed = 0;
  const std::vector<int> results = {
      deviceflow_login_new(nullptr, nullptr, nullptr),
      deviceflow_login_step(nullptr, now, &step_out),
      deviceflow_login_step(login.get(), now, nullptr),
      deviceflow_login_answer(nullptr, now, &response),
      deviceflow_login_answer(login.get(), now, nullptr),
      deviceflow_login_failure(nullptr, now, &failure),
      deviceflow_login_failure(login.get(), now, nullptr),
      deviceflow_login_cancel(nullptr),
      deviceflow_login_codes(nullptr, &codes),
      deviceflow_login_codes(login.get(), nullptr),
      deviceflow_login_tokens(nullptr, &tokens_out),
      deviceflow_login_tokens(login.get(), nullptr),
      deviceflow_login_error(nullptr, &error_out),
      deviceflow_login_error(login.get(), nullptr),
      deviceflow_login_snapshot(nullptr, now, 1, nullptr, 0, &needed),
      deviceflow_login_snapshot(login.get(), now, 1, nullptr, 0, nullptr),
      deviceflow_login_snapshot(login.get(), now, 1, nullptr, 1, &needed),
  };
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i], DEVICEFLOW_NULL_ARGUMENT) << i;
  }
  deviceflow_login_free(nullptr);
  poll();
  goes_on_to_its_tokens();
}

TEST_F(CLogin, TextsWithoutTheirBytesAreRefused) {
  poll();
  auto response = json_answer(200, kTokens);
  response.body = {nullptr, 5};
  EXPECT_EQ(deviceflow_login_answer(login.get(), now, &response), DEVICEFLOW_NULL_ARGUMENT);
  response = json_answer(200, kTokens);
  response.headers = nullptr;
  EXPECT_EQ(deviceflow_login_answer(login.get(), now, &response), DEVICEFLOW_NULL_ARGUMENT);
  auto options = sized<deviceflow_login_options>();
  options.scope = {nullptr, 1};
  deviceflow_login* other = login.get();
  EXPECT_EQ(deviceflow_login_new(client.get(), &options, &other), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(other, nullptr);
  goes_on_to_its_tokens();
}

TEST_F(CLogin, StructsOfAnotherSizeAreRefused) {
  poll();
  auto step_out = sized<deviceflow_step>();
  auto response = json_answer(200, kTokens);
  auto failure = sized<deviceflow_failure>();
  auto codes = sized<deviceflow_codes>();
  auto error_out = sized<deviceflow_error>();
  auto tokens_out = sized<deviceflow_tokens>();
  auto options = sized<deviceflow_login_options>();
  deviceflow_login* other = nullptr;
  for (const int by : {-1, 1}) {
    const auto resize = [by](auto& value) {
      value.size = sizeof value + static_cast<std::size_t>(by);
    };
    resize(step_out);
    resize(response);
    resize(failure);
    resize(codes);
    resize(error_out);
    resize(tokens_out);
    resize(options);
    EXPECT_EQ(deviceflow_login_step(login.get(), now, &step_out), DEVICEFLOW_WRONG_SIZE);
    EXPECT_EQ(deviceflow_login_answer(login.get(), now, &response), DEVICEFLOW_WRONG_SIZE);
    EXPECT_EQ(deviceflow_login_failure(login.get(), now, &failure), DEVICEFLOW_WRONG_SIZE);
    EXPECT_EQ(deviceflow_login_codes(login.get(), &codes), DEVICEFLOW_WRONG_SIZE);
    EXPECT_EQ(deviceflow_login_error(login.get(), &error_out), DEVICEFLOW_WRONG_SIZE);
    EXPECT_EQ(deviceflow_login_tokens(login.get(), &tokens_out), DEVICEFLOW_WRONG_SIZE);
    EXPECT_EQ(deviceflow_login_new(client.get(), &options, &other), DEVICEFLOW_WRONG_SIZE);
  }
  goes_on_to_its_tokens();
}

TEST_F(CLogin, CallsInTheWrongOrderAreRefused) {
  EXPECT_EQ(answer(kCodes), DEVICEFLOW_WRONG_ORDER);  // nothing was sent
  EXPECT_EQ(fails(DEVICEFLOW_FAILURE_TIMEOUT), DEVICEFLOW_WRONG_ORDER);
  EXPECT_EQ(tokens(), DEVICEFLOW_WRONG_ORDER);
  auto codes = sized<deviceflow_codes>();
  EXPECT_EQ(deviceflow_login_codes(login.get(), &codes), DEVICEFLOW_WRONG_ORDER);
  EXPECT_EQ(error().status, DEVICEFLOW_OK);
  poll();
  EXPECT_EQ(step(), DEVICEFLOW_WAIT);  // the answer is awaited, and nothing is sent twice
  EXPECT_EQ(last.wait_until_ms, DEVICEFLOW_NEVER);
  goes_on_to_its_tokens();
  EXPECT_EQ(deviceflow_login_codes(login.get(), &codes), DEVICEFLOW_WRONG_ORDER);
  EXPECT_EQ(answer(kTokens), DEVICEFLOW_WRONG_ORDER);
}

TEST_F(CLogin, AnAnswerFedTwiceCountsOnce) {
  poll();
  ASSERT_EQ(answer(kPending, 400), DEVICEFLOW_OK);
  EXPECT_EQ(answer(kTokens), DEVICEFLOW_WRONG_ORDER);
  EXPECT_EQ(fails(DEVICEFLOW_FAILURE_LOCAL), DEVICEFLOW_WRONG_ORDER);
  wait();
  ASSERT_EQ(step(), DEVICEFLOW_SEND);
  goes_on_to_its_tokens();
}

TEST_F(CLogin, TimeThatGoesBackIsRefused) {
  poll();
  auto step_out = sized<deviceflow_step>();
  EXPECT_EQ(deviceflow_login_step(login.get(), now - 1, &step_out), DEVICEFLOW_TIME_WENT_BACK);
  const auto response = json_answer(200, kTokens);
  EXPECT_EQ(deviceflow_login_answer(login.get(), now - 1, &response), DEVICEFLOW_TIME_WENT_BACK);
  const auto failure = sized<deviceflow_failure>();
  EXPECT_EQ(deviceflow_login_failure(login.get(), 0, &failure), DEVICEFLOW_TIME_WENT_BACK);
  EXPECT_EQ(deviceflow_login_step(login.get(), -1, &step_out), DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(deviceflow_login_step(login.get(), INT64_MAX, &step_out), DEVICEFLOW_INVALID_ARGUMENT);
  goes_on_to_its_tokens();
}

TEST_F(CLogin, AnUnknownKindOfFailureIsRefused) {
  poll();
  EXPECT_EQ(fails(-1), DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(fails(DEVICEFLOW_FAILURE_LOCAL + 1), DEVICEFLOW_INVALID_ARGUMENT);
  goes_on_to_its_tokens();
}

// T-5.1-6
TEST_F(CLogin, AnAnswerOverTheLimitEndsIt) {
  poll();
  ASSERT_EQ(answer(std::string(DEVICEFLOW_MAX_ANSWER_BYTES + 1, ' ')), DEVICEFLOW_OK);
  ASSERT_EQ(step(), DEVICEFLOW_FINISHED);
  EXPECT_EQ(tokens(), DEVICEFLOW_RESPONSE_TOO_LARGE);
}

TEST_F(CLogin, HeadersOverTheLimitEndIt) {
  poll();
  const std::string value(DEVICEFLOW_MAX_HEADER_BYTES, 'x');
  const deviceflow_pair header = {text("X"), text(value)};
  auto response = json_answer(200, kTokens);
  response.headers = &header;
  ASSERT_EQ(deviceflow_login_answer(login.get(), now, &response), DEVICEFLOW_OK);
  EXPECT_EQ(tokens(), DEVICEFLOW_RESPONSE_TOO_LARGE);
}

TEST_F(CLogin, RequestsAreFinished) {
  ASSERT_EQ(step(), DEVICEFLOW_SEND);
  EXPECT_EQ(last.request->method, DEVICEFLOW_POST);
  EXPECT_EQ(str(last.request->url), "https://id.example.com/device_authorization");
  EXPECT_EQ(str(last.request->body), "client_id=tv");
  std::string headers;
  for (std::size_t i = 0; i < last.request->header_count; ++i) {
    headers +=
        str(last.request->headers[i].name) + ": " + str(last.request->headers[i].value) + "\n";
  }
  EXPECT_EQ(headers, "Accept: application/json\nContent-Type: application/x-www-form-urlencoded\n");
}

TEST_F(CLogin, ADeniedLoginSaysSo) {
  poll();
  ASSERT_EQ(answer(R"({"error":"access_denied"})", 400), DEVICEFLOW_OK);
  ASSERT_EQ(step(), DEVICEFLOW_FINISHED);
  EXPECT_EQ(tokens(), DEVICEFLOW_ACCESS_DENIED);
  EXPECT_EQ(error().status, DEVICEFLOW_ACCESS_DENIED);
  EXPECT_EQ(str(error().message), "The request was denied.");
  EXPECT_EQ(str(error().oauth_code), "access_denied");
}

TEST_F(CLogin, APollWithoutAVerdictIsRepeatedAndNamed) {
  poll();
  ASSERT_EQ(fails(DEVICEFLOW_FAILURE_TIMEOUT), DEVICEFLOW_OK);
  EXPECT_EQ(error().status, DEVICEFLOW_NETWORK);
  EXPECT_EQ(error().retryable, 1);
  EXPECT_EQ(str(error().reason), "timeout");
  wait();
  ASSERT_EQ(step(), DEVICEFLOW_SEND);
  goes_on_to_its_tokens();
  EXPECT_EQ(error().status, DEVICEFLOW_OK);
}

TEST_F(CLogin, AnInsecureEndpointEndsItBeforeAnythingIsSent) {
  auto options = example_options();
  options.device_authorization_endpoint = text("http://id.example.com/device_authorization");
  client = make_client(options);
  login = make_login(client.get());
  EXPECT_EQ(step(), DEVICEFLOW_FINISHED);
  EXPECT_EQ(tokens(), DEVICEFLOW_INSECURE_ENDPOINT);
}

TEST_F(CLogin, ACancelWinsOverTheTokensThatCrossItAndRevokesThem) {
  poll();
  ASSERT_EQ(deviceflow_login_cancel(login.get()), DEVICEFLOW_OK);
  ASSERT_EQ(step(), DEVICEFLOW_FINISHED);
  EXPECT_EQ(tokens(), DEVICEFLOW_CANCELLED);
  ASSERT_EQ(answer(kTokens), DEVICEFLOW_OK);
  ASSERT_EQ(step(), DEVICEFLOW_SEND);
  EXPECT_EQ(str(last.request->url), "https://id.example.com/revoke");
  EXPECT_EQ(str(last.request->body),
            "token=refresh-sentinel&token_type_hint=refresh_token&client_id=tv");
  EXPECT_EQ(tokens(), DEVICEFLOW_WRONG_ORDER);  // not finished yet
  ASSERT_EQ(answer("{}"), DEVICEFLOW_OK);
  ASSERT_EQ(step(), DEVICEFLOW_FINISHED);
  EXPECT_EQ(tokens(), DEVICEFLOW_CANCELLED);
}

TEST_F(CLogin, AUserCodeThatNobodyCanTypeEndsIt) {
  ASSERT_EQ(step(), DEVICEFLOW_SEND);
  ASSERT_EQ(answer(R"({"device_code":"d","user_code":"WDJB\u001b[31m","expires_in":600,)"
                   R"("verification_uri":"https://id.example.com/device"})"),
            DEVICEFLOW_OK);
  ASSERT_EQ(step(), DEVICEFLOW_FINISHED);
  EXPECT_EQ(tokens(), DEVICEFLOW_INVALID_RESPONSE);
}

TEST_F(CLogin, TheCodesAreThoseOfTheResponse) {
  ASSERT_EQ(step(), DEVICEFLOW_SEND);
  ASSERT_EQ(answer(R"({"device_code":"d","user_code":"WDJB","expires_in":600,)"
                   R"("verification_uri":"https://id.example.com/device"})"),
            DEVICEFLOW_OK);
  auto codes = sized<deviceflow_codes>();
  ASSERT_EQ(deviceflow_login_codes(login.get(), &codes), DEVICEFLOW_OK);
  EXPECT_EQ(str(codes.user_code), "WDJB");
  EXPECT_EQ(str(codes.verification_uri), "https://id.example.com/device");
  EXPECT_EQ(codes.verification_uri_complete.size, 0u);
  EXPECT_EQ(codes.expires_at_ms, now + 600000);
}

// ---- Snapshots ----------------------------------------------------------------------------------

constexpr std::int64_t kWall = 1793000000;

class CSnapshot : public CLogin {
 protected:
  int take(std::int64_t wall_s = kWall) {
    std::size_t needed = 0;
    const int status = deviceflow_login_snapshot(login.get(), now, wall_s, nullptr, 0, &needed);
    if (status != DEVICEFLOW_BUFFER_TOO_SMALL) return status;
    snapshot.resize(needed);
    return deviceflow_login_snapshot(login.get(), now, wall_s, snapshot.data(), needed, &needed);
  }
  int restore(std::int64_t wall_s) {
    const auto options = sized<deviceflow_login_options>();
    deviceflow_login* restored = nullptr;
    const int status =
        deviceflow_login_restore(client.get(), &options, text(snapshot), now, wall_s, &restored);
    if (status == DEVICEFLOW_OK) login.reset(restored);
    return status;
  }
  std::string snapshot;
};

TEST_F(CSnapshot, ALoginOutlivesARestart) {
  show_codes();
  ASSERT_EQ(take(), DEVICEFLOW_OK);
  now = 7;  // another start of the device, another steady clock
  ASSERT_EQ(restore(kWall + 100), DEVICEFLOW_OK);
  auto codes = sized<deviceflow_codes>();
  ASSERT_EQ(deviceflow_login_codes(login.get(), &codes), DEVICEFLOW_OK);
  EXPECT_EQ(str(codes.user_code), "WDJB-MJHT");
  EXPECT_EQ(codes.expires_at_ms, now + 500000);
  wait();
  EXPECT_GE(now, 5007);
  ASSERT_EQ(step(), DEVICEFLOW_SEND);
  EXPECT_NE(str(last.request->body).find("device_code=device-code-sentinel"), std::string::npos);
  goes_on_to_its_tokens();
}

TEST_F(CSnapshot, WithoutCodesOrTimeThereIsNone) {
  EXPECT_EQ(take(), DEVICEFLOW_CANNOT_RESUME);
  show_codes();
  EXPECT_EQ(take(DEVICEFLOW_UNKNOWN_TIME), DEVICEFLOW_CANNOT_RESUME);
  ASSERT_EQ(take(), DEVICEFLOW_OK);
  EXPECT_EQ(restore(DEVICEFLOW_UNKNOWN_TIME), DEVICEFLOW_CANNOT_RESUME);
  EXPECT_EQ(restore(kWall + 600), DEVICEFLOW_CANNOT_RESUME);  // expired
}

TEST_F(CSnapshot, ASmallBufferIsLeftAlone) {
  show_codes();
  std::string buffer(10, '-');
  std::size_t needed = 0;
  EXPECT_EQ(deviceflow_login_snapshot(login.get(), now, kWall, buffer.data(), 10, &needed),
            DEVICEFLOW_BUFFER_TOO_SMALL);
  EXPECT_GT(needed, 100u);
  EXPECT_EQ(buffer, "----------");
}

TEST_F(CSnapshot, AnotherServersSnapshotIsRefused) {
  show_codes();
  ASSERT_EQ(take(), DEVICEFLOW_OK);
  auto options = example_options();
  options.token_endpoint = text("https://other.example.com/token");
  client = make_client(options);
  EXPECT_EQ(restore(kWall + 1), DEVICEFLOW_CANNOT_RESUME);
  options = example_options();
  options.client_id = text("radio");
  client = make_client(options);
  EXPECT_EQ(restore(kWall + 1), DEVICEFLOW_CANNOT_RESUME);
}

TEST_F(CSnapshot, ADamagedSnapshotIsRefused) {
  show_codes();
  ASSERT_EQ(take(), DEVICEFLOW_OK);
  const std::string whole = snapshot;
  snapshot.resize(snapshot.size() / 2);
  EXPECT_EQ(restore(kWall + 1), DEVICEFLOW_STORE_DAMAGED);
  snapshot = whole;
  snapshot.replace(snapshot.find("\"format\":1"), 10, "\"format\":9");
  EXPECT_EQ(restore(kWall + 1), DEVICEFLOW_STORE_NEWER_VERSION);
}

}  // namespace
}  // namespace deviceflow::test
