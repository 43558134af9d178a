#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

using Kind = RevocationAnswer::Kind;

RevocationAnswer read(int status, std::string_view body = "",
                      std::string_view type = "application/json") {
  return read_revocation_response(answer(status, body, type));
}

TEST(RevocationRequest, IsAFormPostWithTokenAndHint) {  // R-2.1-1
  const auto request = make_revocation_request("https://id.example.com/revoke",
                                               Secret("token-sentinel"), TokenHint::refresh_token);
  EXPECT_EQ(request.method, Method::post);
  EXPECT_EQ(request.stage, Stage::revocation);
  EXPECT_EQ(request.url, "https://id.example.com/revoke");
  EXPECT_EQ(request.form.get("token"), "token-sentinel");
  EXPECT_EQ(request.form.get("token_type_hint"), "refresh_token");
  EXPECT_EQ(
      make_revocation_request("", Secret("t"), TokenHint::access_token).form.get("token_type_hint"),
      "access_token");
}

TEST(RevocationRequest, WithoutAHintSendsNone) {  // R-2.1-1
  const auto request = make_revocation_request("", Secret("t"), TokenHint::none);
  EXPECT_FALSE(request.form.has("token_type_hint"));
}

TEST(RevocationAnswer, SuccessWhateverTheBody) {  // R-2.2-1
  EXPECT_EQ(read(200).kind, Kind::revoked);
  EXPECT_EQ(read(200, "<html>", "text/html").kind, Kind::revoked);
  EXPECT_EQ(read(200, R"({"error":"invalid_token"})").kind, Kind::revoked);
  EXPECT_EQ(read(204).kind, Kind::revoked);
  EXPECT_FALSE(read(200).error);
}

TEST(RevocationAnswer, A503ConfirmsNothing) {  // R-2.2.1-1
  const auto out = read_revocation_response(answer(503, "", "", {{"Retry-After", "7"}}));
  EXPECT_EQ(out.kind, Kind::not_confirmed);
  EXPECT_EQ(out.retry_after, seconds(7));
  EXPECT_TRUE(out.error->retryable);
  EXPECT_EQ(read(429).kind, Kind::not_confirmed);
  EXPECT_EQ(read(500, R"({"error":"server_error"})").kind, Kind::not_confirmed);
}

TEST(RevocationAnswer, UnsupportedTokenTypeIsItsOwnOutcome) {  // R-2.2.1-2
  const auto out = read(400, R"({"error":"unsupported_token_type"})");
  EXPECT_EQ(out.kind, Kind::unsupported_token_type);
  EXPECT_EQ(out.error->oauth_code, "unsupported_token_type");
  EXPECT_FALSE(out.error->retryable);
}

TEST(RevocationAnswer, EveryOtherAnswerIsARefusal) {
  EXPECT_EQ(read(400, R"({"error":"invalid_client"})").kind, Kind::refused);
  EXPECT_EQ(read(404, "<html>", "text/html").kind, Kind::refused);
  EXPECT_EQ(read(302).kind, Kind::refused);
  EXPECT_EQ(read(302).error->code, ErrorCode::redirect_refused);
  EXPECT_EQ(read(400).error->stage, Stage::revocation);
}

}  // namespace
}  // namespace deviceflow::test
