#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

std::string without(std::string json, std::string_view member, std::string_view replacement) {
  const std::string key = "\"" + std::string(member) + "\":";
  const std::size_t at = json.find(key);
  std::size_t end = json.find(json[at + key.size()] == '"' ? "\"," : ",", at + key.size() + 1);
  if (json[at + key.size()] == '"') end += 1;
  return json.replace(at, end - at,
                      replacement.empty() ? "\"gone\":0" : key + std::string(replacement));
}

const std::string kGood =
    R"({"device_code":"dc","user_code":"WDJB-MJHT","verification_uri":"https://e.com/d",)"
    R"("expires_in":600,"interval":5,"last":1})";

Result<DeviceAuthorization> read(std::string_view body, int status = 200,
                                 std::string_view type = "application/json") {
  return read_device_authorization_response(answer(status, body, type));
}

// --- The request ---

TEST(DeviceAuthorizationRequest, IsAPostWithEverythingInTheForm) {  // D-3.1-1
  DeviceAuthorizationParameters parameters;
  parameters.endpoint = "https://e.com/device?tenant=1";
  parameters.scope = "openid profile";
  parameters.extra = {{"audience", "https://api.example.com/ä"}};
  const auto request = make_device_authorization_request(parameters);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->method, Method::post);
  EXPECT_EQ(request->url, "https://e.com/device?tenant=1");
  EXPECT_EQ(request->form.encode().reveal(),
            "scope=openid+profile&audience=https%3A%2F%2Fapi.example.com%2F%C3%A4");
}

TEST(DeviceAuthorizationRequest, WithoutAScopeThereIsNoScopeParameter) {  // D-3.1-3, T-10.3-2
  DeviceAuthorizationParameters parameters;
  parameters.endpoint = "https://e.com/device";
  parameters.extra = {{"empty", ""}};
  const auto request = make_device_authorization_request(parameters);
  EXPECT_TRUE(request->form.empty());
}

TEST(DeviceAuthorizationRequest, RefusesReservedRepeatedAndNamelessParameters) {  // D-3.1-4
  for (const auto& extra :
       std::vector<std::vector<std::pair<std::string, std::string>>>{{{"client_id", "x"}},
                                                                     {{"scope", "x"}},
                                                                     {{"grant_type", "x"}},
                                                                     {{"client_secret", "x"}},
                                                                     {{"a", "1"}, {"a", "2"}},
                                                                     {{"", "x"}}}) {
    DeviceAuthorizationParameters parameters;
    parameters.endpoint = "https://e.com/device";
    parameters.extra = extra;
    const auto request = make_device_authorization_request(parameters);
    ASSERT_FALSE(request.ok());
    EXPECT_EQ(request.error().code, ErrorCode::invalid_argument);
  }
}

// --- The answer ---

TEST(DeviceAuthorizationResponse, EachMissingEmptyNullOrMistypedMemberIsRefused) {  // D-3.2-1
  for (const char* member : {"device_code", "user_code", "verification_uri", "expires_in"}) {
    for (const char* replacement : {"", "null", "[]", "{}", "true", "\"\""}) {
      const auto codes = read(without(kGood, member, replacement));
      ASSERT_FALSE(codes.ok()) << member << " " << replacement;
      EXPECT_EQ(codes.error().code, ErrorCode::invalid_response);
      EXPECT_NE(codes.error().message.find(member), std::string::npos);
    }
  }
  EXPECT_FALSE(read(without(kGood, "device_code", "5")).ok());
}

TEST(DeviceAuthorizationResponse, AnExpiryOfNothingIsRefused) {
  for (const char* value :
       {"0", "-1", "0.4", "\"0\"", "\"900s\"", "\"9e2\"", "\" 900\"", "\"-1\""}) {
    EXPECT_FALSE(read(without(kGood, "expires_in", value)).ok()) << value;
  }
}

TEST(DeviceAuthorizationResponse, ReadsAGoodAnswer) {  // D-3.3.1-1, T-5.1-5
  const auto codes = read(
      R"({"x":{"y":[1,null]},"interval":7,"expires_in":900,"verification_uri":"https://e.com/d",)"
      R"("user_code":"wdjb mjht","device_code":"dc"})");
  ASSERT_TRUE(codes.ok());
  EXPECT_EQ(codes->device_code.reveal(), "dc");
  EXPECT_EQ(codes->user_code, "wdjb mjht");
  EXPECT_EQ(codes->verification_uri, "https://e.com/d");
  EXPECT_FALSE(codes->verification_uri_complete.has_value());
  EXPECT_EQ(codes->expires_in, seconds(900));
  EXPECT_EQ(codes->interval, seconds(7));
  EXPECT_TRUE(codes->quirks.list().empty());
}

TEST(DeviceAuthorizationResponse, KeepsTheUserCodeExactlyAsSent) {  // D-6.1-1
  for (const char* code : {"wdjb-mjht", "019-450-730", "WDJBMJHT", "WWWWWWWWWWWWWWW", "xKt4Rw"}) {
    EXPECT_EQ(read(without(kGood, "user_code", "\"" + std::string(code) + "\""))->user_code, code);
  }
}

TEST(DeviceAuthorizationResponse, KeepsBothUrisByteForByte) {  // D-3.3-3, D-3.3.1-4
  const std::string plain = "https://e.com/Device" + std::string(180, 'x');
  const std::string complete = "https://e.com/D?c=WDJB%2DMJHT&x=%2f#Frag";
  const auto codes =
      read(R"({"device_code":"d","user_code":"u","expires_in":60,"verification_uri":")" + plain +
           R"(","verification_uri_complete":")" + complete + "\"}");
  EXPECT_EQ(codes->verification_uri, plain);
  EXPECT_EQ(*codes->verification_uri_complete, complete);
}

TEST(DeviceAuthorizationResponse, RefusesVerificationUrisNobodyShouldOpen) {  // D-3.3-3
  for (const char* uri :
       {"javascript:alert(1)", "javascript://e.com/%0aalert(1)", "file:///etc/passwd",
        "http://e.com/device", "http://192.168.1.5/device", "https://a@e.com/", "/device",
        "e.com/device", "https:///device", "https://e.com/a b", "https://e.com/\\u0007",
        "https://e.com/\\u202e", "https://e.com:99999/", "data:text/html,x", "HTTP://e.com/"}) {
    const std::string quoted = "\"" + std::string(uri) + "\"";
    const auto codes = read(without(kGood, "verification_uri", quoted));
    ASSERT_FALSE(codes.ok()) << uri;
    EXPECT_EQ(codes.error().code, ErrorCode::verification_uri_refused) << uri;
    EXPECT_TRUE(is_security_alarm(codes.error().code));
    // Beside a good one it is only left out.
    const auto beside =
        read(without(kGood, "interval", "5,\"verification_uri_complete\":" + quoted));
    ASSERT_TRUE(beside.ok()) << uri;
    EXPECT_FALSE(beside->verification_uri_complete.has_value()) << uri;
    EXPECT_TRUE(beside->quirks.has(Quirk::complete_uri_dropped)) << uri;
  }
}

TEST(DeviceAuthorizationResponse, AllowsPlainHttpForThisMachineAndForTheSandboxOnly) {
  for (const char* uri : {"http://localhost:8080/d", "http://127.0.0.1/d", "http://[::1]:1/d"}) {
    EXPECT_TRUE(read(without(kGood, "verification_uri", "\"" + std::string(uri) + "\"")).ok());
  }
  const std::string lan = without(kGood, "verification_uri", "\"http://192.168.1.5:8080/d\"");
  EXPECT_FALSE(read_device_authorization_response(answer(200, lan), false).ok());
  EXPECT_TRUE(read_device_authorization_response(answer(200, lan), true).ok());
}

TEST(DeviceAuthorizationResponse, AcceptsTheMisspeltUrlOnlyWithoutTheStandardName) {  // W-4
  const auto alias = read(
      R"({"device_code":"d","user_code":"u","expires_in":60,"verification_url":"https://alias.com/"})");
  EXPECT_EQ(alias->verification_uri, "https://alias.com/");
  EXPECT_TRUE(alias->quirks.has(Quirk::verification_url));
  const auto both = read(
      R"({"device_code":"d","user_code":"u","expires_in":60,"verification_url":"https://alias.com/",)"
      R"("verification_uri":"https://standard.com/"})");
  EXPECT_EQ(both->verification_uri, "https://standard.com/");
  EXPECT_FALSE(both->quirks.has(Quirk::verification_url));
  const auto complete = read(
      R"({"device_code":"d","user_code":"u","expires_in":60,)"
      R"("verification_uri":"https://a.com/","verification_url_complete":"https://a.com/?c=u"})");
  EXPECT_EQ(complete->verification_uri_complete, "https://a.com/?c=u");
  EXPECT_TRUE(complete->quirks.has(Quirk::verification_url));
}

TEST(DeviceAuthorizationResponse, AcceptsPlainDigitsInStrings) {  // W-5
  const auto codes = read(without(without(kGood, "expires_in", "\"900\""), "interval", "\"7\""));
  EXPECT_EQ(codes->expires_in, seconds(900));
  EXPECT_EQ(codes->interval, seconds(7));
  EXPECT_TRUE(codes->quirks.has(Quirk::number_as_string));
}

TEST(DeviceAuthorizationResponse, RefusesADuplicatedMember) {  // D-3.1-4
  const auto codes =
      read(R"({"interval":5,"interval":1,"device_code":"d","user_code":"u","expires_in":60,)"
           R"("verification_uri":"https://e.com/"})");
  ASSERT_FALSE(codes.ok());
  EXPECT_NE(codes.error().message.find("interval"), std::string::npos);
}

TEST(DeviceAuthorizationResponse, AnOAuthErrorIsThatErrorWhateverTheStatus) {  // D-3.2-5, W-1
  for (const int status : {200, 400, 401, 403, 429, 500}) {
    const auto codes = read(
        R"({"error":"invalid_client","error_description":"Unknown\u001b[31m client"})", status);
    ASSERT_FALSE(codes.ok());
    EXPECT_EQ(codes.error().code, ErrorCode::oauth_error);
    EXPECT_EQ(codes.error().label(), "invalid_client");
    EXPECT_EQ(codes.error().http_status, status);
    EXPECT_EQ(codes.error().description.find('\x1b'), std::string::npos);  // T-10.14-1
  }
}

TEST(DeviceAuthorizationResponse, AnythingElseIsUnusableAndSaysHow) {
  EXPECT_NE(read("<html>", 200, "text/html").error().message.find("web page"), std::string::npos);
  EXPECT_EQ(read("", 502).error().reason, "http_502");
  EXPECT_TRUE(read("", 503).error().retryable);
  EXPECT_FALSE(read("", 404).error().retryable);
  EXPECT_EQ(read("", 200).error().code, ErrorCode::invalid_response);
  EXPECT_EQ(read("[]", 200).error().code, ErrorCode::invalid_response);
  EXPECT_EQ(read("{}", 400).error().code, ErrorCode::invalid_response);
  EXPECT_EQ(read(kGood, 500).error().code, ErrorCode::invalid_response);
  EXPECT_EQ(read(kGood, 200, "text/html").error().code, ErrorCode::invalid_response);
}

TEST(DeviceAuthorizationResponse, ARedirectIsAnAlarm) {  // H-15.4-1
  for (const int status : {301, 302, 303, 307, 308}) {
    const auto codes = read("", status);
    EXPECT_EQ(codes.error().code, ErrorCode::redirect_refused);
    EXPECT_TRUE(is_security_alarm(codes.error().code));
  }
}

TEST(DeviceAuthorizationResponse, ToleratesOtherJsonTypesAndFormsAndSaysSo) {
  EXPECT_TRUE(read(kGood, 200, "text/plain")->quirks.has(Quirk::unexpected_content_type));
  EXPECT_TRUE(read(kGood, 200, "")->quirks.has(Quirk::unexpected_content_type));
  EXPECT_TRUE(read(kGood, 200, "Application/JSON; charset=UTF-8")->quirks.list().empty());
  const auto form = read(
      "device_code=d&user_code=U-1&verification_uri=https%3A%2F%2Fe.com%2F&expires_in=899&interval="
      "5",
      200, "application/x-www-form-urlencoded; charset=utf-8");
  ASSERT_TRUE(form.ok());
  EXPECT_EQ(form->expires_in, seconds(899));
  EXPECT_TRUE(form->quirks.has(Quirk::form_encoded_answer));
}

}  // namespace
}  // namespace deviceflow::test
