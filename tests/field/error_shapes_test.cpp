// Errors as servers write them: none at all beside a token, inside an object, in a list.
#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>
#include <deviceflow/provider.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

using Kind = TokenAnswer::Kind;

TokenAnswer read(std::string_view body, int status = 400) {
  return read_token_response(answer(status, body));
}

// --- Errors that are none ---

TEST(ErrorShapes, AnErrorThatSaysNothingBesideATokenIsNone) {  // T-5.1-7
  for (const char* none : {"\"\"", "false", "null", "0", "[]", "{}"}) {
    const auto out = read(
        R"({"access_token":"a","token_type":"Bearer","error":)" + std::string(none) + "}", 200);
    ASSERT_TRUE(out.tokens) << none;
    EXPECT_TRUE(out.quirks.has(Quirk::null_member)) << none;
  }
  for (const char* some : {"\"x\"", "true", "1", "[\"x\"]", R"({"code":"x"})"}) {
    const auto out = read(
        R"({"access_token":"a","token_type":"Bearer","error":)" + std::string(some) + "}", 200);
    EXPECT_EQ(out.kind, Kind::refused) << some;
  }
}

TEST(ErrorShapes, NorInARefreshOrBesideTheCodes) {
  RefreshParameters before;
  before.refresh_token = Secret("old");
  const auto refreshed = read_refresh_response(
      answer(200, R"({"access_token":"a","token_type":"Bearer","error":""})"), before);
  EXPECT_EQ(refreshed.kind, RefreshAnswer::Kind::tokens);
  for (const char* none : {R"("error":"")", R"("error":false)", R"("error_description":"")"}) {
    std::string body = codes_json();
    body.insert(body.size() - 1, "," + std::string(none));
    EXPECT_TRUE(read_device_authorization_response(answer(200, body)).ok()) << none;
  }
}

// A form has no null: "error=" says the same.
TEST(ErrorShapes, AnEmptyErrorInAFormIsNone) {
  const auto out = read_token_response(
      answer(200, "access_token=a&token_type=Bearer&error=", "application/x-www-form-urlencoded"));
  EXPECT_EQ(out.kind, Kind::tokens);
}

// A description's rule for a status looks for an error that says something.
TEST(ErrorShapes, AnEmptyErrorDoesNotHideWhatAStatusMeans) {
  const auto provider =
      parse_provider(R"({"name":"odd","title":"Odd","issuer":"https://odd.example",)"
                     R"("answer":{"statuses":{"428":"authorization_pending"}}})");
  ASSERT_TRUE(provider.ok()) << provider.error().message;
  const auto out =
      read_token_response(through(*provider, answer(428, R"({"error":""})"), Stage::token));
  EXPECT_EQ(out.kind, Kind::pending);
}

// Codes that say that they wait for the user.
TEST(ErrorShapes, AStatusBesideTheCodesIsNoError) {
  std::string body = codes_json();
  body.insert(body.size() - 1, R"(,"status":"authorization_pending")");
  EXPECT_TRUE(read_device_authorization_response(answer(200, body)).ok());
}

// --- Errors inside something ---

TEST(ErrorShapes, EveryCodeCountsInsideAnObject) {  // W-8
  const auto nested = [](const char* code, int status = 400) {
    return read(R"({"error":{"code":")" + std::string(code) + R"(","message":"Some words."}})",
                status);
  };
  EXPECT_EQ(nested("authorization_pending").kind, Kind::pending);
  EXPECT_EQ(nested("slow_down").kind, Kind::slow_down);
  EXPECT_EQ(nested("expired_token").kind, Kind::expired);
  EXPECT_EQ(nested("access_denied").kind, Kind::denied);
  EXPECT_EQ(nested("authorization_declined").kind, Kind::denied);
  EXPECT_EQ(nested("use_dpop_nonce").kind, Kind::nonce_demanded);
  EXPECT_EQ(nested("server_error", 500).kind, Kind::passing_fault);
  for (const char* code : {"invalid_client", "invalid_grant", "unauthorized_client", "E0000047"}) {
    const auto out = nested(code);
    EXPECT_EQ(out.kind, Kind::refused) << code;
    EXPECT_EQ(out.error->label(), code);
    EXPECT_EQ(out.error->description, "Some words.") << code;
    EXPECT_TRUE(out.quirks.has(Quirk::error_in_other_member)) << code;
  }
}

TEST(ErrorShapes, OrUnderAnotherNameThereOrAsTheOnlyElementOfAList) {  // W-8
  for (const char* body :
       {R"({"error":{"error":"access_denied","error_description":"No."}})",
        R"({"error":{"errorCode":"access_denied"}})", R"({"error":["access_denied"]})",
        R"({"errors":["access_denied"]})", R"({"errors":[{"code":"access_denied","title":"No"}]})",
        R"({"error":{"code":403,"error":"access_denied"}})",
        R"({"errors":{"code":"access_denied"}})"}) {
    EXPECT_EQ(read(body).kind, Kind::denied) << body;
  }
}

TEST(ErrorShapes, TheIntervalThatComesWithItCounts) {
  const auto out = read(R"({"error":{"code":"slow_down","interval":20}})");
  EXPECT_EQ(out.kind, Kind::slow_down);
  EXPECT_EQ(out.interval, seconds(20));
}

// A gateway's words under a status that says "not now" decide nothing, and two errors are none.
TEST(ErrorShapes, WhatIsNotClearEnoughIsNoCode) {  // W-8
  EXPECT_EQ(read(R"({"error":{"code":"ServiceUnavailable"}})", 503).kind, Kind::passing_fault);
  EXPECT_EQ(read(R"({"error":{"code":"rate_limited"}})", 429).kind, Kind::passing_fault);
  EXPECT_EQ(read(R"({"error":{"code":"slow_down"}})", 429).kind, Kind::slow_down);
  for (const char* body :
       {R"({"errors":["access_denied","expired_token"]})", R"({"errors":[]})",
        R"({"error":{"code":5}})", R"({"error":{"code":"not a code"}})",
        R"({"error":{"hint":"access_denied"}})", R"({"data":{"error":"access_denied"}})"}) {
    const auto out = read(body);
    EXPECT_EQ(out.kind, Kind::refused) << body;
    EXPECT_EQ(out.error->code, ErrorCode::invalid_response) << body;
  }
  EXPECT_EQ(
      read(R"({"access_token":"a","token_type":"Bearer","errors":["access_denied"]})", 200).kind,
      Kind::tokens);
}

TEST(ErrorShapes, ItIsTheSameAtEveryEndpoint) {
  const auto body = [](const char* code) {
    return R"({"error":{"code":")" + std::string(code) + "\"}}";
  };
  EXPECT_EQ(read_device_authorization_response(answer(400, body("invalid_scope"))).error().label(),
            "invalid_scope");
  EXPECT_EQ(read_userinfo_response(answer(401, body("invalid_token"))).error().label(),
            "invalid_token");
  EXPECT_EQ(read_introspection_response(answer(400, body("invalid_request"))).error().label(),
            "invalid_request");
  // At a resource server a code of its own says nothing about the token.
  EXPECT_EQ(read_userinfo_response(answer(401, body("E5"))).error().code,
            ErrorCode::invalid_response);
  EXPECT_EQ(read_revocation_response(answer(400, body("unsupported_token_type"))).kind,
            RevocationAnswer::Kind::unsupported_token_type);
  RefreshParameters before;
  before.refresh_token = Secret("old");
  // Not enough to remove a stored sign-in: see removed_sign_in_test.cpp.
  const auto refresh = read_refresh_response(answer(400, body("invalid_grant")), before);
  EXPECT_EQ(refresh.kind, RefreshAnswer::Kind::user_needed);
  EXPECT_EQ(refresh.error->reason, "invalid_grant");
}

// --- verification_uri_complete ---

Result<DeviceAuthorization> with_complete_uri(std::string_view json) {
  return read_device_authorization_response(
      answer(200, R"({"device_code":"d","user_code":"u","expires_in":60,)"
                  R"("verification_uri":"https://e.com/d","verification_uri_complete":)" +
                      std::string(json) + "}"));
}

TEST(ErrorShapes, ACompleteUriThatCantBeUsedIsLeftOut) {  // D-3.3.1-1
  for (const char* uri :
       {"\"http://192.168.1.5/d?c=U\"", "\"/d?c=U\"", "\"javascript:alert(1)\"",
        "\"https://a@e.com/\"", "5", "true", R"({"url":"https://e.com"})", "\"n/a\""}) {
    const auto codes = with_complete_uri(uri);
    ASSERT_TRUE(codes.ok()) << uri;
    EXPECT_FALSE(codes->verification_uri_complete.has_value()) << uri;
    EXPECT_TRUE(codes->quirks.has(Quirk::complete_uri_dropped)) << uri;
  }
  for (const char* none : {"\"\"", "null"}) {
    const auto codes = with_complete_uri(none);
    ASSERT_TRUE(codes.ok()) << none;
    EXPECT_FALSE(codes->quirks.has(Quirk::complete_uri_dropped)) << none;
  }
}

TEST(ErrorShapes, ItNeverTakesThePlaceOfTheOtherOne) {  // D-3.3-3
  const auto codes = read_device_authorization_response(
      answer(200, R"({"device_code":"d","user_code":"u","expires_in":60,)"
                  R"("verification_uri":"http://192.168.1.5/d",)"
                  R"("verification_uri_complete":"https://e.com/d?c=u"})"));
  ASSERT_FALSE(codes.ok());
  EXPECT_EQ(codes.error().code, ErrorCode::verification_uri_refused);
}

}  // namespace
}  // namespace deviceflow::test
