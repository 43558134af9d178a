// The C API's client, its single requests, and its error codes.
#include <gtest/gtest.h>

#include <deviceflow/error.hpp>
#include <set>

#include "c_helpers.hpp"

namespace deviceflow::test {
namespace {

std::string message(const ClientHandle& client) {
  auto error = sized<deviceflow_error>();
  EXPECT_EQ(deviceflow_client_error(client.get(), &error), DEVICEFLOW_OK);
  return str(error.message);
}

TEST(CClient, MisusesAreErrorCodes) {
  auto options = example_options();
  deviceflow_client* client = nullptr;
  EXPECT_EQ(deviceflow_client_new(nullptr, &client), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_client_new(&options, nullptr), DEVICEFLOW_NULL_ARGUMENT);
  options.client_secret = {nullptr, 3};
  EXPECT_EQ(deviceflow_client_new(&options, &client), DEVICEFLOW_NULL_ARGUMENT);
  options = example_options();
  options.client_auth = 17;
  EXPECT_EQ(deviceflow_client_new(&options, &client), DEVICEFLOW_INVALID_ARGUMENT);
  options = example_options();
  --options.size;
  EXPECT_EQ(deviceflow_client_new(&options, &client), DEVICEFLOW_WRONG_SIZE);
  EXPECT_EQ(client, nullptr);
  EXPECT_EQ(deviceflow_client_error(nullptr, nullptr), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_client_use_description(nullptr, text("{}"), nullptr, 0),
            DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_client_use_provider(nullptr, text("google"), nullptr, 0),
            DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_client_use_metadata(nullptr, nullptr), DEVICEFLOW_NULL_ARGUMENT);
  deviceflow_client_free(nullptr);
}

TEST(CClient, WhatIsMissingIsNamedWhenItIsNeeded) {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("tv");
  const auto client = make_client(options);
  const auto login_options = sized<deviceflow_login_options>();
  deviceflow_login* login = nullptr;
  EXPECT_EQ(deviceflow_login_new(client.get(), &login_options, &login), DEVICEFLOW_NOT_POSSIBLE);
  EXPECT_EQ(message(client),
            "The device authorization endpoint is not known. Name it in the client's options, or "
            "take it from a provider's description or the server's metadata.");
}

TEST(CClient, OptionsThatDoNotFitTogetherAreToldAtTheFirstRequest) {
  auto options = example_options();
  options.client_auth = DEVICEFLOW_AUTH_BASIC;
  const auto client = make_client(options);
  const auto login_options = sized<deviceflow_login_options>();
  deviceflow_login* login = nullptr;
  EXPECT_EQ(deviceflow_login_new(client.get(), &login_options, &login),
            DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(message(client), "Client authentication \"basic\" needs a client secret.");
}

TEST(CClient, AProviderBringsItsEndpoints) {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("tv");
  const auto client = make_client(options);
  ASSERT_EQ(deviceflow_client_use_provider(client.get(), text("github"), nullptr, 0),
            DEVICEFLOW_OK);
  const auto login = make_login(client.get());
  auto step = sized<deviceflow_step>();
  ASSERT_EQ(deviceflow_login_step(login.get(), 0, &step), DEVICEFLOW_OK);
  ASSERT_EQ(step.action, DEVICEFLOW_SEND);
  EXPECT_EQ(str(step.request->url), "https://github.com/login/device/code");
}

TEST(CClient, AnUnknownProviderOrFieldIsNamed) {
  const auto client = make_client();
  EXPECT_EQ(deviceflow_client_use_provider(client.get(), text("gogle"), nullptr, 0),
            DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(message(client), "There is no provider \"gogle\". Did you mean google?");
  EXPECT_EQ(deviceflow_client_use_provider(client.get(), text("keycloak"), nullptr, 0),
            DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_NE(message(client).find("needs the field"), std::string::npos);
}

constexpr std::string_view kDescription =
    R"({"name":"tiny","title":"Tiny","scope":"tv",)"
    R"("facts":{"date":"2026-11","source":"tiny.example","confidence":"docs"},)"
    R"("fields":{"host":{"title":"Host","example":"id.example.com"}},)"
    R"("endpoints":{"device_authorization_endpoint":"https://{host}/codes",)"
    R"("token_endpoint":"https://{host}/tokens"}})";

TEST(CClient, ADescriptionOfOnesOwnServesAndTheOptionsComeFirst) {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("tv");
  options.token_endpoint = text("https://mine.example.com/token");
  const auto client = make_client(options);
  const deviceflow_pair host = {text("host"), text("tiny.example")};
  ASSERT_EQ(deviceflow_client_use_description(client.get(), text(kDescription), &host, 1),
            DEVICEFLOW_OK)
      << message(client);
  const auto login = make_login(client.get());
  auto step = sized<deviceflow_step>();
  ASSERT_EQ(deviceflow_login_step(login.get(), 0, &step), DEVICEFLOW_OK);
  EXPECT_EQ(str(step.request->url), "https://tiny.example/codes");
  EXPECT_EQ(str(step.request->body), "scope=tv&client_id=tv");
  const auto codes = json_answer(200, kCodes);
  ASSERT_EQ(deviceflow_login_answer(login.get(), 0, &codes), DEVICEFLOW_OK);
  ASSERT_EQ(deviceflow_login_step(login.get(), 6000, &step), DEVICEFLOW_OK);
  EXPECT_EQ(str(step.request->url), "https://mine.example.com/token");
}

TEST(CClient, TheLastDescriptionCountsAsAWhole) {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("tv");
  const auto client = make_client(options);
  ASSERT_EQ(deviceflow_client_use_provider(client.get(), text("github"), nullptr, 0),
            DEVICEFLOW_OK);
  const deviceflow_pair host = {text("host"), text("tiny.example")};
  ASSERT_EQ(deviceflow_client_use_description(client.get(), text(kDescription), &host, 1),
            DEVICEFLOW_OK);
  const auto login = make_login(client.get());
  auto step = sized<deviceflow_step>();
  ASSERT_EQ(deviceflow_login_step(login.get(), 0, &step), DEVICEFLOW_OK);
  EXPECT_EQ(str(step.request->url), "https://tiny.example/codes");
  EXPECT_EQ(str(step.request->body), "scope=tv&client_id=tv");
}

TEST(CClient, EveryCodeOfTheSdkHasANumberOfItsOwnAndKeepsItsName) {
  std::set<std::string> names;
  for (int status = 0; status >= -200; --status) {
    const std::string name = deviceflow_error_string(status);
    if (name == "unknown") continue;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  for (int i = 0; i <= static_cast<int>(ErrorCode::store_io); ++i) {
    EXPECT_EQ(names.count(std::string(name(static_cast<ErrorCode>(i)))), 1u) << i;
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::store_io) + 1 + 7);
  EXPECT_STREQ(deviceflow_error_string(DEVICEFLOW_ACCESS_DENIED), "access_denied");
  EXPECT_STREQ(deviceflow_error_string(1), "unknown");
}

// ---- Single requests ----------------------------------------------------------------------------

class CCall : public testing::Test {
 protected:
  std::string body() {
    auto request = sized<deviceflow_request>();
    EXPECT_EQ(deviceflow_call_request(call.get(), &request), DEVICEFLOW_OK);
    return str(request.url) + " " + str(request.body);
  }
  int answer(int status, std::string_view text_of_it) {
    const auto response = json_answer(status, text_of_it);
    return deviceflow_call_answer(call.get(), &response);
  }
  deviceflow_error error() {
    auto out = sized<deviceflow_error>();
    EXPECT_EQ(deviceflow_call_error(call.get(), &out), DEVICEFLOW_OK);
    return out;
  }
  std::string json() {
    deviceflow_text out{};
    return deviceflow_call_json(call.get(), &out) == DEVICEFLOW_OK ? str(out) : "";
  }
  /// Takes the handle that a call with this status has made.
  int made(int status, deviceflow_call* const* handle) {
    call.reset(*handle);
    return status;
  }
  int refresh() {
    deviceflow_call* handle = nullptr;
    const int status =
        deviceflow_refresh_new(client.get(), text("refresh-sentinel"), {}, text("openid"), &handle);
    return made(status, &handle);
  }
  int introspection() {
    deviceflow_call* handle = nullptr;
    const int status = deviceflow_introspection_new(client.get(), text("a-token"), &handle);
    return made(status, &handle);
  }

  ClientHandle client = make_client();
  CallHandle call;
};

TEST_F(CCall, MisusesAreErrorCodes) {
  deviceflow_call* handle = nullptr;
  EXPECT_EQ(deviceflow_refresh_new(nullptr, {}, {}, {}, &handle), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_refresh_new(client.get(), {}, {}, {}, nullptr), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_refresh_new(client.get(), {}, {}, {}, &handle), DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(deviceflow_userinfo_new(client.get(), {nullptr, 1}, {}, &handle),
            DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_revocation_new(client.get(), {}, &handle), DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(deviceflow_introspection_new(client.get(), {}, &handle), DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(deviceflow_userinfo_new(client.get(), {}, {}, &handle), DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(deviceflow_discovery_new(client.get(), text("https://id.example.com"), 3, &handle),
            DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(handle, nullptr);
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  auto request = sized<deviceflow_request>();
  ++request.size;
  EXPECT_EQ(deviceflow_call_request(call.get(), &request), DEVICEFLOW_WRONG_SIZE);
  EXPECT_EQ(deviceflow_call_request(nullptr, &request), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_call_answer(call.get(), nullptr), DEVICEFLOW_NULL_ARGUMENT);
  EXPECT_EQ(deviceflow_call_answer(nullptr, nullptr), DEVICEFLOW_NULL_ARGUMENT);
  auto tokens = sized<deviceflow_tokens>();
  EXPECT_EQ(deviceflow_call_tokens(call.get(), &tokens), DEVICEFLOW_WRONG_ORDER);
  int active = 0;
  EXPECT_EQ(deviceflow_call_active(call.get(), &active), DEVICEFLOW_WRONG_ORDER);
  deviceflow_text out{};
  EXPECT_EQ(deviceflow_call_json(call.get(), &out), DEVICEFLOW_WRONG_ORDER);
  EXPECT_EQ(deviceflow_client_use_metadata(client.get(), call.get()), DEVICEFLOW_WRONG_ORDER);
  deviceflow_call_free(nullptr);
  ASSERT_EQ(answer(200, kTokens), DEVICEFLOW_OK);
  EXPECT_EQ(answer(200, kTokens), DEVICEFLOW_WRONG_ORDER);
}

TEST_F(CCall, ARefreshIsCompletedWithWhatTheServerLeftOut) {
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  EXPECT_EQ(body(),
            "https://id.example.com/token "
            "grant_type=refresh_token&refresh_token=refresh-sentinel&client_id=tv");
  ASSERT_EQ(answer(200, R"({"access_token":"new","token_type":"Bearer"})"), DEVICEFLOW_OK);
  auto tokens = sized<deviceflow_tokens>();
  ASSERT_EQ(deviceflow_call_tokens(call.get(), &tokens), DEVICEFLOW_OK);
  EXPECT_EQ(str(tokens.access_token), "new");
  EXPECT_EQ(str(tokens.refresh_token), "refresh-sentinel");
  EXPECT_EQ(str(tokens.scope), "openid");
  EXPECT_EQ(tokens.expires_in_s, DEVICEFLOW_UNKNOWN_TIME);
}

TEST_F(CCall, ADeadRefreshTokenAsksForANewSignInWithoutShowingIt) {
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  EXPECT_EQ(answer(400, R"({"error":"invalid_grant","error_description":"refresh-sentinel?"})"),
            DEVICEFLOW_SIGN_IN_NEEDED);
  EXPECT_EQ(error().status, DEVICEFLOW_SIGN_IN_NEEDED);
  EXPECT_EQ(str(error().description), "[redacted]?");
}

TEST_F(CCall, ARefusalThatIsNoDeadTokenHasNoOauthCode) {
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  EXPECT_EQ(answer(400, R"({"error":"interaction_required"})"), DEVICEFLOW_SIGN_IN_NEEDED);
  EXPECT_EQ(str(error().oauth_code), "");
  EXPECT_EQ(str(error().reason), "interaction_required");
}

TEST_F(CCall, ARefreshWithoutATokenTypeIsGood) {
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  ASSERT_EQ(answer(200, R"({"access_token":"new"})"), DEVICEFLOW_OK);
  auto tokens = sized<deviceflow_tokens>();
  ASSERT_EQ(deviceflow_call_tokens(call.get(), &tokens), DEVICEFLOW_OK);
  EXPECT_EQ(str(tokens.token_type), "Bearer");
}

TEST_F(CCall, ANewRefreshTokenIsThereEvenWithoutAnAccessToken) {
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  EXPECT_EQ(answer(200, R"({"refresh_token":"r2"})"), DEVICEFLOW_INVALID_RESPONSE);
  auto tokens = sized<deviceflow_tokens>();
  ASSERT_EQ(deviceflow_call_tokens(call.get(), &tokens), DEVICEFLOW_OK);
  EXPECT_EQ(str(tokens.refresh_token), "r2");
  EXPECT_EQ(str(tokens.access_token), "");
}

TEST_F(CCall, ARevocationIsConfirmedOrNot) {
  deviceflow_call* handle = nullptr;
  ASSERT_EQ(made(deviceflow_revocation_new(client.get(), text("t0ken"), &handle), &handle),
            DEVICEFLOW_OK);
  EXPECT_EQ(body(), "https://id.example.com/revoke token=t0ken&client_id=tv");
  EXPECT_EQ(answer(503, ""), DEVICEFLOW_INVALID_RESPONSE);
  EXPECT_EQ(error().retryable, 1);
  EXPECT_EQ(error().http_status, 503);
}

TEST_F(CCall, AnIntrospectionTellsWhetherTheTokenIsGood) {
  ASSERT_EQ(introspection(), DEVICEFLOW_OK);
  ASSERT_EQ(answer(200, R"({"active":false, "sub":"me"})"), DEVICEFLOW_OK);
  int active = 7;
  ASSERT_EQ(deviceflow_call_active(call.get(), &active), DEVICEFLOW_OK);
  EXPECT_EQ(active, 0);
  EXPECT_EQ(json(), R"({"active":false,"sub":"me"})");
}

TEST_F(CCall, ARequestWithoutAnAnswerSaysWhy) {
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  auto failure = sized<deviceflow_failure>();
  failure.kind = 17;
  EXPECT_EQ(deviceflow_call_failure(call.get(), &failure), DEVICEFLOW_INVALID_ARGUMENT);
  EXPECT_EQ(deviceflow_call_failure(call.get(), nullptr), DEVICEFLOW_NULL_ARGUMENT);
  failure.kind = DEVICEFLOW_FAILURE_DNS;
  failure.message = text("No address for refresh-sentinel.");
  EXPECT_EQ(deviceflow_call_failure(call.get(), &failure), DEVICEFLOW_NETWORK);
  EXPECT_EQ(str(error().message), "No address for [redacted].");
  EXPECT_EQ(str(error().reason), "dns");
  EXPECT_EQ(answer(200, kTokens), DEVICEFLOW_WRONG_ORDER);
  EXPECT_EQ(deviceflow_call_failure(call.get(), &failure), DEVICEFLOW_WRONG_ORDER);
}

TEST_F(CCall, AFailureCanSayMoreThanItsKind) {
  ASSERT_EQ(refresh(), DEVICEFLOW_OK);
  auto failure = sized<deviceflow_failure>();
  failure.kind = DEVICEFLOW_FAILURE_REFUSED;
  failure.reason = text("proxy_auth");
  EXPECT_EQ(deviceflow_call_failure(call.get(), &failure), DEVICEFLOW_NETWORK);
  EXPECT_EQ(str(error().reason), "proxy_auth");
}

TEST_F(CCall, UserInfoOfSomebodyElseIsRefused) {
  for (const char* subject : {"anna", "otto"}) {
    deviceflow_call* handle = nullptr;
    ASSERT_EQ(
        made(deviceflow_userinfo_new(client.get(), text("access-sentinel"), text(subject), &handle),
             &handle),
        DEVICEFLOW_OK);
    auto request = sized<deviceflow_request>();
    ASSERT_EQ(deviceflow_call_request(call.get(), &request), DEVICEFLOW_OK);
    EXPECT_EQ(request.method, DEVICEFLOW_GET);
    const bool same = std::string(subject) == "anna";
    EXPECT_EQ(answer(200, R"({"sub":"anna"})"), same ? DEVICEFLOW_OK : DEVICEFLOW_SUBJECT_MISMATCH);
    EXPECT_EQ(json(), same ? R"({"sub":"anna"})" : "");
  }
}

TEST_F(CCall, MetadataFillInWhatTheOptionsLeaveOpen) {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("tv");
  client = make_client(options);
  deviceflow_call* handle = nullptr;
  ASSERT_EQ(made(deviceflow_discovery_new(client.get(), text("https://id.example.com/a"),
                                          DEVICEFLOW_METADATA_OPENID, &handle),
                 &handle),
            DEVICEFLOW_OK);
  EXPECT_EQ(body(), "https://id.example.com/a/.well-known/openid-configuration ");
  ASSERT_EQ(answer(200, R"({"issuer":"https://id.example.com/a",)"
                        R"("device_authorization_endpoint":"https://id.example.com/d",)"
                        R"("token_endpoint":"https://id.example.com/t"})"),
            DEVICEFLOW_OK);
  ASSERT_EQ(deviceflow_client_use_metadata(client.get(), call.get()), DEVICEFLOW_OK);
  const auto login = make_login(client.get());
  ASSERT_NE(login, nullptr);
  auto step = sized<deviceflow_step>();
  ASSERT_EQ(deviceflow_login_step(login.get(), 0, &step), DEVICEFLOW_OK);
  EXPECT_EQ(str(step.request->url), "https://id.example.com/d");
}

TEST_F(CCall, AClientSecretThatMetadataEchoIsInNoError) {
  auto options = sized<deviceflow_client_options>();
  options.client_id = text("tv");
  options.client_secret = text("client-secret-sentinel");
  options.client_auth = DEVICEFLOW_AUTH_BASIC;
  client = make_client(options);
  const auto discover = [&] {
    deviceflow_call* handle = nullptr;
    return made(deviceflow_discovery_new(client.get(), text("https://id.example.com"),
                                         DEVICEFLOW_METADATA_OAUTH, &handle),
                &handle);
  };
  ASSERT_EQ(discover(), DEVICEFLOW_OK);
  EXPECT_EQ(answer(400, R"({"error":"x","error_description":"client-secret-sentinel"})"),
            DEVICEFLOW_INVALID_RESPONSE);
  EXPECT_EQ(str(error().description), "[redacted]");
  ASSERT_EQ(discover(), DEVICEFLOW_OK);
  EXPECT_EQ(answer(200, R"({"issuer":"https://client-secret-sentinel.example.com"})"),
            DEVICEFLOW_ISSUER_MISMATCH);
  EXPECT_EQ(str(error().message).find("sentinel"), std::string::npos);
  EXPECT_NE(str(error().message).find("[redacted]"), std::string::npos);

  const std::string url = "http://example.com/client-secret-sentinel";
  ASSERT_EQ(discover(), DEVICEFLOW_OK);
  ASSERT_EQ(answer(200, R"({"issuer":"https://id.example.com","userinfo_endpoint":")" + url +
                            R"(","device_authorization_endpoint":")" + url +
                            R"(","token_endpoint":")" + url + "\"}"),
            DEVICEFLOW_OK);
  ASSERT_EQ(deviceflow_client_use_metadata(client.get(), call.get()), DEVICEFLOW_OK);
  deviceflow_call* handle = nullptr;
  EXPECT_EQ(made(deviceflow_userinfo_new(client.get(), text("access"), {}, &handle), &handle),
            DEVICEFLOW_INSECURE_ENDPOINT);
  EXPECT_NE(message(client).find("example.com/[redacted]"), std::string::npos) << message(client);
  const auto login = make_login(client.get());
  ASSERT_NE(login, nullptr) << message(client);
  auto step = sized<deviceflow_step>();
  ASSERT_EQ(deviceflow_login_step(login.get(), 0, &step), DEVICEFLOW_OK);
  EXPECT_EQ(step.action, DEVICEFLOW_FINISHED);
  auto why = sized<deviceflow_error>();
  ASSERT_EQ(deviceflow_login_error(login.get(), &why), DEVICEFLOW_OK);
  EXPECT_EQ(why.status, DEVICEFLOW_INSECURE_ENDPOINT);
  EXPECT_NE(str(why.message).find("example.com/[redacted]"), std::string::npos);
}

TEST_F(CCall, MetadataOfAnotherIssuerAreRefused) {
  deviceflow_call* handle = nullptr;
  ASSERT_EQ(made(deviceflow_discovery_new(client.get(), text("https://id.example.com"),
                                          DEVICEFLOW_METADATA_OAUTH, &handle),
                 &handle),
            DEVICEFLOW_OK);
  EXPECT_EQ(answer(200, R"({"issuer":"https://evil.example.com"})"), DEVICEFLOW_ISSUER_MISMATCH);
}

}  // namespace
}  // namespace deviceflow::test
