// UserInfo: the request, the judgement of the answer, challenges, and what to call a person.
#include <gtest/gtest.h>

#include <deviceflow/exchange.hpp>
#include <deviceflow/messages.hpp>

#include "protocol/challenge.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

Result<UserInfo> read(std::string_view body) {
  return read_userinfo_response(answer(200, body));
}

Error error_of(const HttpResponse& response) {
  const auto result = read_userinfo_response(response);
  EXPECT_FALSE(result.ok());
  return result.ok() ? Error{} : result.error();
}

HttpResponse challenged(int status, const char* challenge, std::string_view body = "") {
  return answer(status, body, "", {{"WWW-Authenticate", challenge}});
}

// --- The request ---

TEST(UserInfo, IsAskedForByGetWithTheTokenInTheHeaderOnly) {  // B-2-1
  const auto request = make_userinfo_request("https://e.com/me?v=1", Secret("tok+/="));
  EXPECT_EQ(request.stage, Stage::userinfo);
  EXPECT_EQ(request.method, Method::get);
  const auto finished = Exchange().prepare(request, std::nullopt, RandomBytes{});
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(finished->url, "https://e.com/me?v=1");
  EXPECT_TRUE(finished->body.empty());
  ASSERT_EQ(finished->headers.size(), 2u);
  EXPECT_EQ(*find_header(finished->headers, "Authorization"), "Bearer tok+/=");
  EXPECT_EQ(*find_header(finished->headers, "Accept"), "application/json");
}

TEST(UserInfo, IsNotAskedForOverPlainHttp) {  // D-3.1-5, B-5.3-1
  const auto request = Exchange().prepare(make_userinfo_request("http://e.com/me", Secret("tok")),
                                          std::nullopt, RandomBytes{});
  EXPECT_EQ(request.error().code, ErrorCode::insecure_endpoint);
  EXPECT_EQ(request.error().stage, Stage::userinfo);
}

// --- Refusals ---

TEST(UserInfo, ARedirectIsRefused) {  // H-15.4-1
  for (const int status : {301, 302, 303, 307, 308}) {
    const Error error = error_of(answer(status, R"({"sub":"u1"})", "application/json",
                                        {{"Location", "https://evil.com/me"}}));
    EXPECT_EQ(error.code, ErrorCode::redirect_refused);
    EXPECT_EQ(error.http_status, status);
  }
}

TEST(UserInfo, TheChallengeSaysWhyATokenIsRefused) {  // B-3-1
  const Error error = error_of(
      challenged(401, R"(Bearer realm="x", error="invalid_token", error_description="It expired")",
                 "<html>Sign in</html>"));
  EXPECT_EQ(error.code, ErrorCode::oauth_error);
  EXPECT_EQ(error.blame, Blame::server);
  EXPECT_EQ(error.label(), "invalid_token");
  EXPECT_EQ(error.description, "It expired");
  EXPECT_EQ(error.http_status, 401);
  EXPECT_FALSE(error.retryable);
  EXPECT_NE(error.message.find("Sign in again"), std::string::npos);
  EXPECT_EQ(
      error_of(challenged(403, R"(Bearer error="insufficient_scope", scope="openid")")).label(),
      "insufficient_scope");
}

TEST(UserInfo, TheChallengeWinsOverTheBody) {
  const Error error = error_of(challenged(401, R"(Bearer error="invalid_token")",
                                          R"({"sub":"u1","error":"something_else"})"));
  EXPECT_EQ(error.label(), "invalid_token");
}

TEST(UserInfo, AnErrorInTheBodyCountsWhereNoChallengeHasOne) {
  const Error refused = error_of(challenged(
      401, "Bearer realm=\"x\"", R"({"error":"invalid_token","error_description":"No"})"));
  EXPECT_EQ(refused.label(), "invalid_token");
  EXPECT_EQ(refused.description, "No");
  EXPECT_EQ(error_of(answer(200, R"({"error":"invalid_token"})")).code, ErrorCode::oauth_error);
}

TEST(UserInfo, ARefusalWithoutAReasonSaysSo) {
  for (const int status : {401, 403}) {
    for (const char* body : {"", "Unauthorized", R"({"error":{"code":"x"}})", R"({"sub":"u1"})"}) {
      const Error error = error_of(answer(status, body));
      EXPECT_EQ(error.code, ErrorCode::invalid_response) << body;
      EXPECT_EQ(error.http_status, status);
      EXPECT_NE(error.message.find("did not accept the access token"), std::string::npos);
    }
  }
}

TEST(UserInfo, ErrorsAreCleanedAndHoldNoSecret) {  // T-10.14-1
  Redactor redactor;
  redactor.add(Secret("token-sentinel"));
  const auto result = read_userinfo_response(
      challenged(
          401, "Bearer error=\"bad\x1b[2J token-sentinel\", error_description=\"token-sentinel\""),
      std::nullopt, redactor);
  EXPECT_EQ(result.error().oauth_code, clean_text("bad\x1b[2J [redacted]"));
  EXPECT_EQ(result.error().description, "[redacted]");
  EXPECT_EQ(result.error().message.find("sentinel"), std::string::npos);
}

// --- Malformed answers ---

TEST(UserInfo, WhatIsNoJsonObjectIsRefused) {
  for (const char* body :
       {"", "{", "[]", "null", "\"u1\"", R"([{"sub":"u1"}])", "<html></html>", R"({"sub":"u1"}{})",
        R"({"sub":"u1","sub":"u2"})", "{\"sub\":\"\xFF\"}"}) {
    const Error error = error_of(answer(200, body));
    EXPECT_EQ(error.code, ErrorCode::invalid_response) << body;
    EXPECT_EQ(error.stage, Stage::userinfo);
    EXPECT_FALSE(error.message.empty());
  }
  EXPECT_FALSE(read_userinfo_response(answer(200, R"({"sub":"u1"})", "text/html")).ok());
  EXPECT_FALSE(
      read_userinfo_response(answer(200, "sub=u1", "application/x-www-form-urlencoded")).ok());
}

TEST(UserInfo, SignedAndEncryptedAnswersAreNotSupported) {
  for (const char* type : {"application/jwt", "Application/JWT; charset=utf-8"}) {
    for (const char* body : {"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1MSJ9.sig", R"({"sub":"u1"})"}) {
      const Error error = error_of(answer(200, body, type));
      EXPECT_EQ(error.code, ErrorCode::invalid_response);
      EXPECT_NE(error.message.find("not supported"), std::string::npos) << error.message;
    }
  }
}

TEST(UserInfo, OnlyStatus200IsASuccess) {
  for (const int status : {201, 204, 400, 404, 500, 503}) {
    const Error error = error_of(answer(status, R"({"sub":"u1"})"));
    EXPECT_EQ(error.code, ErrorCode::invalid_response) << status;
    EXPECT_EQ(error.http_status, status);
    EXPECT_EQ(error.retryable, status >= 500);
  }
}

TEST(UserInfo, TheSubjectIsANonEmptyString) {  // O-5.3.2-1
  for (const char* body :
       {"{}", R"({"name":"Ada"})", R"({"sub":null})", R"({"sub":""})", R"({"sub":5})",
        R"({"sub":true})", R"({"sub":["u1"]})", R"({"sub":{}})"}) {
    const Error error = error_of(answer(200, body));
    EXPECT_EQ(error.code, ErrorCode::invalid_response) << body;
    EXPECT_NE(error.message.find("\"sub\""), std::string::npos) << error.message;
  }
}

TEST(UserInfo, AnotherSubjectThanTheIdTokensIsAnAlarmAndHandsNothingOut) {  // O-5.3.2-1
  for (const char* expected : {"u2", "U1", "u1 ", "u", ""}) {
    const auto result =
        read_userinfo_response(answer(200, R"({"sub":"u1","name":"Ada"})"), expected);
    ASSERT_FALSE(result.ok()) << expected;
    EXPECT_EQ(result.error().code, ErrorCode::subject_mismatch);
    EXPECT_EQ(result.error().label(), "subject_mismatch");
    EXPECT_EQ(result.error().blame, Blame::protocol);
    EXPECT_TRUE(is_security_alarm(result.error().code));
    EXPECT_FALSE(result.error().retryable);
    EXPECT_EQ(result.error().message.find("u1"), std::string::npos);
  }
  EXPECT_TRUE(read_userinfo_response(answer(200, R"({"sub":"u1"})"), "u1").ok());
}

// --- Limits ---

TEST(UserInfo, DepthAndSizeAreBounded) {
  EXPECT_FALSE(
      read(R"({"sub":"u1","x":)" + std::string(100, '[') + std::string(100, ']') + "}").ok());
  EXPECT_FALSE(read("{\"sub\":\"u1\",\"x\":\"" + std::string(300000, 'x') + "\"}").ok());
  EXPECT_FALSE(read("{\"sub\":\"u1\"" + std::string(std::size_t{1} << 20, ' ') + "}").ok());
}

// --- Success ---

TEST(UserInfo, HandsOutTheSubjectAndEveryClaim) {
  const auto info =
      read(R"({"sub":"u1","name":"Ada","email_verified":true,"address":{"country":"GB"}})");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->subject, "u1");
  EXPECT_EQ(info->members.reveal(),
            R"({"sub":"u1","name":"Ada","email_verified":true,"address":{"country":"GB"}})");
  EXPECT_TRUE(info->quirks.list().empty());
}

TEST(UserInfo, AClaimCalledErrorIsNoError) {
  EXPECT_TRUE(read(R"({"sub":"u1","error":"none"})").ok());
}

TEST(UserInfo, JsonUnderAnotherTypeIsToleratedAndNamed) {
  const auto info = read_userinfo_response(answer(200, R"({"sub":"u1"})", "text/plain"));
  ASSERT_TRUE(info.ok());
  EXPECT_TRUE(info->quirks.has(Quirk::unexpected_content_type));
}

// --- display_name ---

std::string name_of(const std::string& claims) {
  return display_name(*read("{\"sub\":\"u1\"" + claims + "}"));
}

TEST(UserInfo, APersonIsCalledByTheFirstClaimThatHasAName) {
  const std::string all =
      R"(,"email":"a@e.com","nickname":"nick","preferred_username":"ada","name":"Ada Lovelace")";
  EXPECT_EQ(name_of(all), "Ada Lovelace");
  EXPECT_EQ(name_of(R"(,"email":"a@e.com","nickname":"nick","preferred_username":"ada")"), "ada");
  EXPECT_EQ(name_of(R"(,"email":"a@e.com","nickname":"nick")"), "nick");
  EXPECT_EQ(name_of(R"(,"email":"a@e.com")"), "a@e.com");
  EXPECT_EQ(name_of(""), "u1");
}

TEST(UserInfo, ANameThatIsNoTextOrBlankIsPassedOver) {
  for (const char* name : {R"("")", R"("  ")", R"("\n\t\r")", "5", "null", R"(["Ada"])"}) {
    EXPECT_EQ(name_of(R"(,"name":)" + std::string(name) + R"(,"nickname":"nick")"), "nick") << name;
  }
}

TEST(UserInfo, ANameCanNotFoolAScreen) {  // T-10.14-1
  EXPECT_EQ(name_of(R"(,"name":"A\u001b[2J\u202Eb\nc")"), clean_text("A\x1b[2J\u202E"
                                                                     "b c"));
  EXPECT_EQ(name_of(",\"name\":\"" + std::string(5000, 'x') + "\""), std::string(200, 'x') + "…");
}

// --- Challenges ---

TEST(Challenge, IsFoundAmongOthersWithoutRegardToCase) {  // B-3-1
  const auto error_in = [](const char* header) {
    return challenge_parameter(challenged(401, header), "Bearer", "error");
  };
  EXPECT_EQ(error_in(R"(Bearer error="invalid_token")"), "invalid_token");
  EXPECT_EQ(error_in(R"(bEARER ERROR=invalid_token)"), "invalid_token");
  EXPECT_EQ(challenge_parameter(challenged(403, R"(Basic realm="x", Bearer scope="a b")"), "Bearer",
                                "scope"),
            "a b");
  EXPECT_EQ(error_in(R"(Bearer realm="a, Basic b=\"c\"", error = "x")"), "x");
  EXPECT_EQ(error_in(R"(Basic realm="x", error="basic", bearer scope="a b", error="x")"), "x");
  EXPECT_EQ(error_in(R"(DPoP algs="ES256", error="dpop", Bearer error="x",error_description="y")"),
            "x");
  EXPECT_EQ(error_in(R"(Negotiate YWJj==, Bearer error="x")"), "x");
  EXPECT_EQ(error_in(R"(Bearer error="x", Basic error="basic")"), "x");
  EXPECT_EQ(error_in(R"(Bearer error_description="error=y")"), "");
  EXPECT_EQ(error_in(R"(Bearer realm="x", DPoP error="dpop")"), "");
  EXPECT_EQ(error_in(R"(error="x")"), "");
}

TEST(Challenge, NonsenseEndsInNothing) {
  for (const char* header :
       {"", ",", "=", "\"", "Bearer", "Bearer ", "Bearer error", "Bearer error=", "Bearer error=\"",
        "Bearer =x", "Bearer ,,,===\"\"", "Bearer \\"}) {
    EXPECT_EQ(challenge_parameter(challenged(401, header), "Bearer", "error"), "") << header;
  }
  EXPECT_EQ(challenge_parameter(challenged(401, "Bearer error=\"cut\\"), "Bearer", "error"),
            "cut\\");
}

TEST(Challenge, MayStandInAnotherHeaderOfTheSameName) {
  HttpResponse response = challenged(401, "Basic realm=\"x\"");
  response.headers.push_back({"www-authenticate", Secret("Bearer error=\"invalid_token\"")});
  EXPECT_EQ(challenge_parameter(response, "Bearer", "error"), "invalid_token");
}

}  // namespace
}  // namespace deviceflow::test
