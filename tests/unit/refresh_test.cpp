#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

using Kind = RefreshAnswer::Kind;

RefreshParameters parameters(std::string scope = {}) {
  return {"https://id.example.com/token",
          Secret("old-refresh-sentinel"),
          std::move(scope),
          "openid profile tv",
          {}};
}

RefreshAnswer read(int status, std::string_view body, const RefreshParameters& with) {
  return read_refresh_response(answer(status, body), with);
}
RefreshAnswer read(int status, std::string_view body) {
  return read(status, body, parameters());
}

TEST(RefreshRequest, NamesTheResourcesOneByOne) {  // G-2-2, G-2.2-1
  RefreshParameters with = parameters();
  with.resources = {"https://api.example.com", "urn:x"};
  const auto request = make_refresh_request(with);
  ASSERT_TRUE(request.ok());
  std::vector<std::string> sent;
  for (const Form::Field& field : request->form.fields()) {
    if (field.name == "resource") sent.emplace_back(field.value.reveal());
  }
  EXPECT_EQ(sent, with.resources);
}

TEST(RefreshRequest, IsAFormPostWithGrantTypeAndToken) {  // T-6-1
  const auto request = make_refresh_request(parameters());
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->method, Method::post);
  EXPECT_EQ(request->stage, Stage::refresh);
  EXPECT_EQ(request->url, "https://id.example.com/token");
  EXPECT_EQ(request->form.get("grant_type"), "refresh_token");
  EXPECT_EQ(request->form.get("refresh_token"), "old-refresh-sentinel");
  EXPECT_FALSE(request->form.has("scope"));
  EXPECT_EQ(request->form.fields().size(), 2u);  // nothing else, no code verifier
}

TEST(RefreshRequest, RefusesAnEmptyToken) {
  RefreshParameters empty = parameters();
  empty.refresh_token = Secret();
  EXPECT_EQ(make_refresh_request(empty).error().code, ErrorCode::invalid_argument);
}

TEST(RefreshRequest, AsksForLessButNeverForMoreThanWasGranted) {  // T-6-1
  EXPECT_EQ(make_refresh_request(parameters("tv openid"))->form.get("scope"), "tv openid");
  const auto wider = make_refresh_request(parameters("tv admin"));
  EXPECT_EQ(wider.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(wider.error().stage, Stage::refresh);
  EXPECT_EQ(make_refresh_request(parameters("TV")).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(make_refresh_request(parameters("tv  x\"")).error().code, ErrorCode::invalid_argument);
}

TEST(RefreshAnswer, ANewRefreshTokenReplacesTheOldOne) {  // T-6-3
  const auto out = read(200, R"({"access_token":"a2","token_type":"bearer","expires_in":60,)"
                             R"("refresh_token":"r2","scope":"tv"})");
  ASSERT_EQ(out.kind, Kind::tokens);
  EXPECT_EQ(out.tokens->access_token.reveal(), "a2");
  EXPECT_EQ(out.tokens->refresh_token.reveal(), "r2");
  EXPECT_EQ(out.tokens->scope, "tv");
  EXPECT_EQ(out.tokens->expires_in, seconds(60));
}

TEST(RefreshAnswer, WithoutANewRefreshTokenTheOldOneStays) {  // T-6-3
  const auto out = read(200, R"({"access_token":"a2","token_type":"Bearer"})");
  ASSERT_EQ(out.kind, Kind::tokens);
  EXPECT_EQ(out.tokens->refresh_token.reveal(), "old-refresh-sentinel");
  EXPECT_FALSE(out.tokens->expires_in);
}

TEST(RefreshAnswer, AnAbsentScopeMeansAsAskedForOrAsBefore) {  // T-5.1-4
  constexpr auto body = R"({"access_token":"a2","token_type":"Bearer"})";
  EXPECT_EQ(read(200, body).tokens->scope, "openid profile tv");
  EXPECT_EQ(read(200, body, parameters("tv")).tokens->scope, "tv");
  RefreshParameters unknown = parameters();
  unknown.granted_scope.clear();
  EXPECT_FALSE(read(200, body, unknown).tokens->scope);
}

TEST(RefreshAnswer, AScopeThatGrewIsReported) {  // T-6-1
  const auto out = read(200, R"({"access_token":"a2","token_type":"Bearer","scope":"tv admin"})");
  ASSERT_EQ(out.kind, Kind::tokens);
  EXPECT_TRUE(out.quirks.has(Quirk::scope_grew));
  const auto same = read(200, R"({"access_token":"a2","token_type":"Bearer","scope":"tv openid"})");
  EXPECT_FALSE(same.quirks.has(Quirk::scope_grew));
}

TEST(RefreshAnswer, InvalidGrantEndsTheSession) {  // T-6-5
  for (const int status : {400, 401, 403, 429}) {
    const auto out = read(status, R"({"error":"invalid_grant","error_description":"gone"})");
    ASSERT_EQ(out.kind, Kind::session_over) << status;
    EXPECT_EQ(out.error->code, ErrorCode::sign_in_needed);
    EXPECT_EQ(out.error->blame, Blame::user);
    EXPECT_EQ(out.error->label(), "invalid_grant");
    EXPECT_EQ(out.error->stage, Stage::refresh);
    EXPECT_FALSE(out.error->retryable);
  }
}

TEST(RefreshAnswer, InvalidGrantWithAPollingCodeInsideStillEndsTheSession) {  // T-6-5
  const auto out = read(400, R"({"error":"invalid_grant","error_description":"expired_token"})");
  EXPECT_EQ(out.kind, Kind::session_over);
}

TEST(RefreshAnswer, NothingElseEndsTheSession) {  // T-6-5
  struct Case {
    int status;
    const char* body;
    bool maybe_spent;
    bool retryable;
  };
  const Case cases[] = {
      {400, R"({"error":"invalid_client"})", false, false},
      {400, R"({"error":"invalid_scope"})", false, false},
      {400, R"({"error":"unsupported_grant_type"})", false, false},
      {400, R"({"error":"slow_down"})", false, false},
      {429, R"({"error":"slow_down"})", false, true},
      {429, "", false, true},
      {503, "", true, true},
      {500, R"({"error":"server_error"})", true, true},
      {503, R"({"error":"temporarily_unavailable"})", true, true},
      {404, "<html>", false, true},
      {200, "<html>", true, true},
      {200, R"({"access_token":"a"})", true, false},
      {200, R"({"token_type":"Bearer"})", true, false},
      {200, R"({"access_token":"a","token_type":"Bearer","error":"invalid_grant"})", true, false},
      {302, "", false, false},
  };
  for (const Case& c : cases) {
    const auto out = read(c.status, c.body);
    ASSERT_EQ(out.kind, Kind::failed) << c.status << c.body;
    ASSERT_TRUE(out.error) << c.status << c.body;
    EXPECT_EQ(out.error->stage, Stage::refresh) << c.body;
    EXPECT_NE(out.error->code, ErrorCode::sign_in_needed) << c.body;
    EXPECT_EQ(out.maybe_spent, c.maybe_spent) << c.status << c.body;
    EXPECT_EQ(out.error->retryable, c.retryable) << c.status << c.body;
    EXPECT_FALSE(out.error->message.empty()) << c.status << c.body;
  }
}

TEST(RefreshAnswer, ANonceIsAskedForByItsOwnKind) {
  const auto out = read(400, R"({"error":"use_dpop_nonce"})");
  EXPECT_EQ(out.kind, Kind::nonce_demanded);
  EXPECT_EQ(out.error->oauth_code, "use_dpop_nonce");
}

TEST(RefreshAnswer, HandsOnRetryAfter) {
  const auto out = read_refresh_response(answer(503, "", "", {{"Retry-After", "7"}}), parameters());
  EXPECT_EQ(out.retry_after, seconds(7));
}

TEST(RefreshAnswer, KeepsTheTokenOutOfTheDescription) {
  Redactor redactor;
  redactor.add(Secret("old-refresh-sentinel"));
  const auto out = read_refresh_response(
      answer(400,
             R"({"error":"invalid_grant","error_description":"no such old-refresh-sentinel"})"),
      parameters(), redactor);
  EXPECT_EQ(out.error->description.find("sentinel"), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::test
