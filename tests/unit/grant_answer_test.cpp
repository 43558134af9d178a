// The dialects of servers that differ from the RFCs: read without a profile, and never in silence.
#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

using Kind = TokenAnswer::Kind;

TokenAnswer read(std::string_view body, int status = 400,
                 std::string_view type = "application/json") {
  return read_token_response(answer(status, body, type));
}

Quirks only(std::initializer_list<Quirk> list) {
  Quirks out;
  for (const Quirk quirk : list) out.add(quirk);
  return out;
}

TEST(GrantAnswer, CodesInCamelCaseAreRead) {  // W-4
  const auto codes = read_device_authorization_response(
      answer(200, R"({"deviceCode":"d","userCode":"U","verificationUri":"https://e.com/d",)"
                  R"("verificationUriComplete":"https://e.com/d?c=U","expiresIn":600,)"
                  R"("interval":7})"));
  ASSERT_TRUE(codes.ok()) << codes.error().message;
  EXPECT_EQ(codes->device_code.reveal(), "d");
  EXPECT_EQ(codes->user_code, "U");
  EXPECT_EQ(codes->verification_uri, "https://e.com/d");
  EXPECT_EQ(codes->verification_uri_complete, "https://e.com/d?c=U");
  EXPECT_EQ(codes->expires_in, seconds(600));
  EXPECT_EQ(codes->interval, seconds(7));
  EXPECT_EQ(codes->quirks.list(), only({Quirk::member_name}).list());
}

TEST(GrantAnswer, AUrlIsAUriInEverySpelling) {  // W-4
  for (const char* name : {"verification_url", "verificationUrl", "VerificationURL"}) {
    const auto codes = read_device_authorization_response(
        answer(200, R"({"device_code":"d","user_code":"U","expires_in":600,")" + std::string(name) +
                        R"(":"https://e.com/d"})"));
    ASSERT_TRUE(codes.ok()) << name;
    EXPECT_EQ(codes->verification_uri, "https://e.com/d");
    EXPECT_TRUE(codes->quirks.has(Quirk::verification_url)) << name;
  }
}

TEST(GrantAnswer, TheStandardNameWinsOverEveryOtherSpelling) {  // W-4
  const auto out = read(
      R"({"accessToken":"wrong","access_token":"right","token_type":"Bearer","tokenType":"x"})",
      200);
  ASSERT_TRUE(out.tokens);
  EXPECT_EQ(out.tokens->access_token.reveal(), "right");
  EXPECT_EQ(out.tokens->token_type, "Bearer");
  EXPECT_TRUE(out.quirks.list().empty());
}

TEST(GrantAnswer, TokensInCamelCaseWithNullsAreRead) {
  const auto out =
      read(R"({"accessToken":"a","expiresIn":28800,"idToken":null,"refreshToken":null,)"
           R"("tokenType":"Bearer"})",
           200);
  ASSERT_TRUE(out.tokens);
  EXPECT_EQ(out.tokens->expires_in, seconds(28800));
  EXPECT_TRUE(out.tokens->refresh_token.empty());
  EXPECT_EQ(out.quirks.list(), only({Quirk::member_name, Quirk::null_member}).list());
}

TEST(GrantAnswer, AnErrorAndATokenAreRefusedInEverySpelling) {  // T-5.1-7
  EXPECT_EQ(read(R"({"accessToken":"a","tokenType":"Bearer","Error":"slow_down"})", 200).kind,
            Kind::refused);
  EXPECT_EQ(read(R"({"access_token":"a","token_type":"Bearer","error":null})", 200).kind,
            Kind::tokens);
}

TEST(GrantAnswer, CodesAreKnownInEverySpelling) {  // W-4
  for (const char* code : {"Authorization Pending", "AUTHORIZATION_PENDING", "authorizationPending",
                           "AuthorizationPendingException", "authorization-pending"}) {
    const auto out = read("{\"error\":\"" + std::string(code) + "\"}");
    EXPECT_EQ(out.kind, Kind::pending) << code;
    EXPECT_TRUE(out.quirks.has(Quirk::error_code_alias)) << code;
  }
  EXPECT_EQ(read(R"({"error":"Slow Down"})").kind, Kind::slow_down);
  EXPECT_EQ(read(R"({"error":"AccessDenied"})").kind, Kind::denied);
  EXPECT_EQ(read(R"({"error":"not_authorization_pending"})").kind, Kind::refused);
}

TEST(GrantAnswer, AnUnknownCodeIsToldAsThat) {  // W-4, D-3.5-4
  for (const char* body :
       {R"({"error":"incorrect_device_code"})", R"({"error":"bad_verification_code"})",
        R"({"error":"invalid_grant","error_description":"invalid_request"})",
        R"({"error":"invalid_grant"})"}) {
    const auto out = read(body);
    EXPECT_EQ(out.kind, Kind::refused) << body;
    EXPECT_NE(out.error->message.find("does not know this code"), std::string::npos) << body;
    EXPECT_EQ(out.error->code, ErrorCode::oauth_error);
  }
  EXPECT_EQ(read(R"({"error":"bad_verification_code"})").error->label(), "bad_verification_code");
}

TEST(GrantAnswer, CodesOfThisGrantAloneMayStandElsewhere) {
  for (const char* body : {R"({"status":400,"message":"authorization_pending"})",
                           R"({"error_code":"authorization_pending"})",
                           R"({"error":{"code":"AuthorizationPending","message":"not yet"}})"}) {
    const auto out = read(body);
    EXPECT_EQ(out.kind, Kind::pending) << body;
    EXPECT_TRUE(out.quirks.has(Quirk::error_in_other_member)) << body;
  }
}

// Each of these could be somebody else's: a gateway's "access_denied", a text that only mentions a
// code, a member that is no place for errors.
TEST(GrantAnswer, WhatCouldMeanSomethingElseIsNoCode) {  // T-5.2-1
  for (const char* body :
       {R"({"message":"access_denied"})", R"({"message":"token_expired"})",
        R"({"message":"authorization_pending, maybe"})", R"({"value":"authorization_pending"})",
        R"({"error":{"message":"not yet","hint":"authorization_pending"}})",
        R"({"errorCode":"E0000047"})"}) {
    const auto out = read(body);
    EXPECT_EQ(out.kind, Kind::refused) << body;
    EXPECT_EQ(out.error->code, ErrorCode::invalid_response) << body;
  }
  EXPECT_EQ(read(R"({"access_token":"a","token_type":"Bearer","message":"slow_down"})", 200).kind,
            Kind::tokens);
}

TEST(GrantAnswer, AFormWithoutALabelIsReadWhereItHoldsAnAnswer) {
  for (const char* type : {"text/plain", "", "application/json"}) {
    const auto out = read("error=slow_down&interval=10\r\n", 200, type);
    EXPECT_EQ(out.kind, Kind::slow_down) << type;
    EXPECT_EQ(out.interval, seconds(10));
    EXPECT_TRUE(out.quirks.has(Quirk::form_encoded_answer));
  }
  EXPECT_EQ(read("a=b&c=d", 200, "text/plain").kind, Kind::passing_fault);
  EXPECT_EQ(read("error=slow_down", 200, "text/html").kind, Kind::passing_fault);
}

TEST(GrantAnswer, AScopeMayBeAnArray) {  // T-5.1-4
  const auto out = read(R"({"access_token":"a","token_type":"bearer","scope":["x","y"]})", 200);
  EXPECT_EQ(out.tokens->scope, "x y");
  EXPECT_TRUE(out.quirks.has(Quirk::scope_as_list));
}

// A comma may be part of a scope (RFC 6749 section 3.3), so it separates by a profile's word only.
TEST(GrantAnswer, ACommaInAScopeStays) {  // W-2
  const auto out = read(R"({"access_token":"a","token_type":"bearer","scope":"x,y"})", 200);
  EXPECT_EQ(out.tokens->scope, "x,y");
}

TEST(GrantAnswer, ANullIntervalKeepsItsOwnRule) {  // D-3.2-2
  const auto codes = read_device_authorization_response(answer(200, codes_json("null")));
  EXPECT_EQ(codes->interval, seconds(5));
  EXPECT_EQ(codes->quirks.list(), only({Quirk::interval_unusable}).list());
}

}  // namespace
}  // namespace deviceflow::test
