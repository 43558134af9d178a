#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

using AnswerKind = TokenAnswer::Kind;

TokenAnswer read(std::string_view body, int status = 200,
                 std::string_view type = "application/json") {
  return read_token_response(answer(status, body, type));
}

// --- Success ---

TEST(TokenResponse, NeedsAnAccessTokenAndAType) {  // T-5.1-1
  for (const char* body :
       {"{}", R"({"access_token":"a"})", R"({"token_type":"Bearer"})",
        R"({"access_token":"","token_type":"Bearer"})", R"({"access_token":"a","token_type":""})",
        R"({"access_token":5,"token_type":"Bearer"})",
        R"({"access_token":null,"token_type":"Bearer"})",
        R"({"access_token":["a"],"token_type":"Bearer"})",
        R"({"access_token":"a","token_type":7})"}) {
    const auto out = read(body);
    EXPECT_EQ(out.kind, AnswerKind::refused) << body;
    EXPECT_EQ(out.error->code, ErrorCode::invalid_response) << body;
    EXPECT_FALSE(out.tokens.has_value());
  }
}

TEST(TokenResponse, ATokenLabelledAsAWebPageIsNotTaken) {  // T-5.1-1
  const auto out = read(R"({"access_token":"a","token_type":"Bearer"})", 200, "text/html");
  EXPECT_EQ(out.kind, AnswerKind::refused);
}

TEST(TokenResponse, ComparesTheMediaTypeWithoutCaseAndParameters) {  // T-5.1-1
  for (const char* type :
       {"application/json", "Application/JSON;charset=UTF-8", "application/json ; x=y"}) {
    const auto out = read(R"({"access_token":"a","token_type":"Bearer"})", 200, type);
    EXPECT_EQ(out.kind, AnswerKind::tokens);
    EXPECT_TRUE(out.quirks.list().empty()) << type;
  }
}

TEST(TokenResponse, ComparesTheTokenTypeWithoutCase) {  // T-5.1-2
  for (const char* type : {"bearer", "Bearer", "BEARER"}) {
    const auto out = read(R"({"access_token":"a","token_type":")" + std::string(type) + "\"}");
    EXPECT_EQ(out.kind, AnswerKind::tokens);
    EXPECT_EQ(out.tokens->token_type, type);
  }
}

TEST(TokenResponse, RefusesATypeItDoesNotUnderstand) {  // T-7.1-1
  for (const char* type : {"mac", "N_A", "DPoP"}) {
    const auto out = read(R"({"access_token":"a","token_type":")" + std::string(type) + "\"}");
    EXPECT_EQ(out.kind, AnswerKind::refused);
    EXPECT_EQ(out.error->code, ErrorCode::unsupported_token_type);
  }
}

TEST(TokenResponse, ReadsEveryMemberAndIgnoresTheRest) {  // T-5.1-5
  const auto out = read(
      R"({"x":{"y":[null]},"expires_in":3600,"scope":"b a","id_token":"i","refresh_token":"r",)"
      R"("token_type":"Bearer","z":null,"access_token":"a"})");
  ASSERT_EQ(out.kind, AnswerKind::tokens);
  EXPECT_EQ(out.tokens->access_token.reveal(), "a");
  EXPECT_EQ(out.tokens->refresh_token.reveal(), "r");
  EXPECT_EQ(out.tokens->id_token.reveal(), "i");
  EXPECT_EQ(*out.tokens->scope, "b a");
  EXPECT_EQ(out.tokens->expires_in, seconds(3600));
}

TEST(TokenResponse, AMissingOrUnusableLifetimeIsUnknown) {  // T-5.1-3
  for (const char* member : {"", ",\"expires_in\":null", ",\"expires_in\":\"soon\"",
                             ",\"expires_in\":-5", ",\"expires_in\":{}"}) {
    const auto out =
        read(R"({"access_token":"a","token_type":"Bearer")" + std::string(member) + "}");
    ASSERT_EQ(out.kind, AnswerKind::tokens) << member;
    EXPECT_FALSE(out.tokens->expires_in.has_value());
  }
  EXPECT_EQ(
      read(R"({"access_token":"a","token_type":"Bearer","expires_in":"60"})").tokens->expires_in,
      seconds(60));
}

TEST(TokenResponse, AnAbsentScopeIsNotAnEmptyOne) {  // T-5.1-4
  EXPECT_FALSE(read(R"({"access_token":"a","token_type":"Bearer"})").tokens->scope.has_value());
  EXPECT_EQ(*read(R"({"access_token":"a","token_type":"Bearer","scope":""})").tokens->scope, "");
  EXPECT_FALSE(
      read(R"({"access_token":"a","token_type":"Bearer","scope":[5]})").tokens->scope.has_value());
}

TEST(TokenResponse, TakesLargeTokens) {  // T-5.1-6
  const std::string large(32 * 1024, 't');
  const auto out = read(R"({"token_type":"Bearer","access_token":")" + large + "\"}");
  EXPECT_EQ(out.tokens->access_token.size(), large.size());
}

TEST(TokenResponse, RefusesAnErrorAndATokenTogether) {  // T-5.1-7
  for (const char* error : {"\"authorization_pending\"", "\"slow_down\"", "\"x\"", "5", "true"}) {
    const auto out =
        read(R"({"access_token":"a","token_type":"Bearer","error":)" + std::string(error) + "}");
    EXPECT_EQ(out.kind, AnswerKind::refused) << error;
    EXPECT_EQ(out.error->code, ErrorCode::invalid_response);
  }
}

TEST(TokenResponse, RefusesATokenUnderAnErrorStatus) {
  EXPECT_EQ(read(R"({"access_token":"a","token_type":"Bearer"})", 400).kind, AnswerKind::refused);
}

// --- Errors: body first ---

TEST(TokenResponse, TheBodyDecidesUnderEveryStatus) {  // W-1, D-3.5-4
  for (const int status : {200, 400, 401, 403, 404, 408, 418, 428, 429, 500, 503}) {
    EXPECT_EQ(read(R"({"error":"authorization_pending"})", status).kind, AnswerKind::pending);
    EXPECT_EQ(read(R"({"error":"slow_down"})", status).kind, AnswerKind::slow_down);
    EXPECT_EQ(read(R"({"error":"access_denied"})", status).kind, AnswerKind::denied);
    EXPECT_EQ(read(R"({"error":"expired_token"})", status).kind, AnswerKind::expired);
    EXPECT_EQ(read(R"({"error":"invalid_grant"})", status).kind, AnswerKind::refused);
    EXPECT_EQ(read(R"({"error":"x_unknown"})", status).kind, AnswerKind::refused);
  }
  EXPECT_TRUE(
      read(R"({"error":"authorization_pending"})", 200).quirks.has(Quirk::unexpected_status));
  EXPECT_FALSE(
      read(R"({"error":"authorization_pending"})", 400).quirks.has(Quirk::unexpected_status));
}

TEST(TokenResponse, ServerTroubleIsPassingUnder5xxOnly) {
  for (const char* code : {"server_error", "temporarily_unavailable"}) {
    const std::string body = "{\"error\":\"" + std::string(code) + "\"}";
    for (const int status : {500, 502, 503, 504}) {
      EXPECT_EQ(read(body, status).kind, AnswerKind::passing_fault);
    }
    for (const int status : {200, 400, 403})
      EXPECT_EQ(read(body, status).kind, AnswerKind::refused);
  }
}

TEST(TokenResponse, OtherSpellingsOfTheFinalCodesAreKnown) {  // W-4
  EXPECT_EQ(read(R"({"error":"authorization_declined"})", 400).kind, AnswerKind::denied);
  EXPECT_EQ(read(R"({"error":"token_expired"})", 200).kind, AnswerKind::expired);
  EXPECT_EQ(read(R"({"error":"code_expired"})", 400).kind, AnswerKind::expired);
  EXPECT_TRUE(read(R"({"error":"token_expired"})").quirks.has(Quirk::error_code_alias));
}

TEST(TokenResponse, FindsTheCodeThatWso2FiveElevenPutsIntoTheDescription) {
  const auto wrapped = [](const char* code) {
    return read(R"({"error":"invalid_grant","error_description":")" + std::string(code) + "\"}",
                400);
  };
  EXPECT_EQ(wrapped("authorization_pending").kind, AnswerKind::pending);
  EXPECT_EQ(wrapped("slow_down").kind, AnswerKind::slow_down);
  EXPECT_EQ(wrapped("expired_token").kind, AnswerKind::expired);
  EXPECT_EQ(wrapped("invalid_request").kind, AnswerKind::refused);
  EXPECT_EQ(wrapped("authorization_pending maybe").kind, AnswerKind::refused);
  EXPECT_TRUE(wrapped("slow_down").quirks.has(Quirk::error_code_in_description));
}

TEST(TokenResponse, TheDescriptionNeverChangesTheVerdictOfAnotherCode) {  // T-5.2-1
  for (const char* text : {"authorization_pending", "slow_down", "anything"}) {
    const auto out = read(R"({"error":"invalid_client","error_description":")" + std::string(text) +
                              R"(","error_uri":"https://e.com/help"})",
                          401);
    EXPECT_EQ(out.kind, AnswerKind::refused);
    EXPECT_EQ(out.error->label(), "invalid_client");
  }
  EXPECT_EQ(read(R"({"error":"access_denied"})", 400).error->description, "");
}

TEST(TokenResponse, AnErrorThatIsNoTextIsNoCode) {
  for (const char* value : {"5", "{}", "[]", "true", "\"\""}) {
    const auto out = read("{\"error\":" + std::string(value) + "}", 400);
    EXPECT_EQ(out.kind, AnswerKind::refused) << value;
    EXPECT_EQ(out.error->code, ErrorCode::invalid_response);
  }
}

TEST(TokenResponse, AnswersWithoutAVerdictArePassingFaults) {  // D-3.5-9
  EXPECT_EQ(read("", 200).reason, "unreadable");
  EXPECT_EQ(read("", 400).reason, "http_400");
  EXPECT_EQ(read("{\"error\":\"authoriz", 400).kind, AnswerKind::passing_fault);
  EXPECT_EQ(read("<html>", 200, "text/html").kind, AnswerKind::passing_fault);
  EXPECT_EQ(read("{\"errorCode\":\"E0000047\"}", 429).kind, AnswerKind::passing_fault);
  EXPECT_EQ(read("{}", 503).kind, AnswerKind::passing_fault);
  // A server that restarts; DeviceLogin ends if the endpoint stays away.
  EXPECT_EQ(read(R"({"message":"not found"})", 404).kind, AnswerKind::passing_fault);
}

TEST(TokenResponse, AJsonObjectThatIsNoAnswerIsFinal) {
  EXPECT_EQ(read(R"({"message":"not for you"})", 403).kind, AnswerKind::refused);
  EXPECT_EQ(read(R"({"status":"ok"})", 200).kind, AnswerKind::refused);
}

TEST(TokenResponse, RedirectsAreAlarms) {  // H-15.4-1
  for (const int status : {301, 302, 303, 307, 308}) {
    const auto out = read("<html>moved</html>", status, "text/html");
    EXPECT_EQ(out.kind, AnswerKind::refused);
    EXPECT_EQ(out.error->code, ErrorCode::redirect_refused);
  }
}

TEST(TokenResponse, InvalidClientUnder401IsAnOAuthError) {  // T-5.2-2
  auto response = answer(401, R"({"error":"invalid_client"})", "application/json",
                         {{"WWW-Authenticate", "Basic realm=localhost"}});
  EXPECT_EQ(read_token_response(response).error->label(), "invalid_client");
}

TEST(TokenResponse, ReadsTheIntervalOfASlowDown) {  // W-3
  EXPECT_EQ(read(R"({"error":"slow_down","interval":20})", 400).interval, seconds(20));
  EXPECT_EQ(read(R"({"error":"slow_down","interval":"20"})", 400).interval, seconds(20));
  EXPECT_EQ(read(R"({"error":"slow_down","interval":-4})", 400).interval, std::nullopt);
}

TEST(TokenResponse, ReadsFormEncodedAnswers) {
  const auto pending =
      read("error=authorization_pending&error_description=The+authorization+request+is+pending",
           200, "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_EQ(pending.kind, AnswerKind::pending);
  EXPECT_TRUE(pending.quirks.has(Quirk::form_encoded_answer));
  EXPECT_EQ(read(R"({"error":"slow_down"})", 400, "application/x-www-form-urlencoded").kind,
            AnswerKind::slow_down);  // the label is wrong, the JSON is not
  const auto good = read("access_token=gho_x&scope=repo%2Cgist&token_type=bearer", 200,
                         "application/x-www-form-urlencoded");
  EXPECT_EQ(good.tokens->access_token.reveal(), "gho_x");
}

// --- Scopes ---

TEST(Scope, AcceptsOnlyTheSyntaxOfTheStandard) {  // T-3.3-1
  for (const char* good : {"", "openid", "openid profile", "https://e.com/a.b?c=d", "a!#[]~"}) {
    EXPECT_TRUE(check_scope(good).ok()) << good;
  }
  for (const char* bad : {" a", "a ", "a  b", "a\"b", "a\\b", "a\nb", "a\tb", "ä", " "}) {
    EXPECT_FALSE(check_scope(bad).ok()) << bad;
  }
}

TEST(Scope, ComparesAsSetsWithRegardToCase) {  // T-3.3-1, T-5.1-4
  EXPECT_TRUE(missing_scopes("a b", "b a").empty());
  EXPECT_EQ(missing_scopes("read write", "Read write"), std::vector<std::string>{"read"});
  EXPECT_EQ(missing_scopes("a b c", "b"), (std::vector<std::string>{"a", "c"}));
  EXPECT_TRUE(missing_scopes("", "x").empty());
}

}  // namespace
}  // namespace deviceflow::test
