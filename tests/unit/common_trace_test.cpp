#include <gtest/gtest.h>

#include "common/trace.hpp"
#include "foundation/json.hpp"
#include "protocol/exchange_secrets.hpp"
#include "traced.hpp"
#include "virtual_login.hpp"

namespace deviceflow::demo {
namespace {

using namespace test;

std::string problem_of(const std::string& text) {
  const auto trace = read_trace(text);
  return trace.ok() ? "" : trace.error().message;
}

TEST(Trace, ALineThatCannotBeUsedIsNamedWithWhatIsWrong) {
  const std::string good = codes_line();
  EXPECT_NE(problem_of(good + "nonsense\n").find("Line 2"), std::string::npos);
  EXPECT_NE(problem_of("{}\n").find("\"stage\""), std::string::npos);
  EXPECT_NE(problem_of("[]\n").find("it is no JSON object"), std::string::npos);
  EXPECT_NE(problem_of(exchange_line("token", -1, 0, response_json(200, "{}"))).find("sent_at_ms"),
            std::string::npos);
  EXPECT_NE(problem_of(exchange_line("token", 1, -1, response_json(200, "{}"))).find("duration_ms"),
            std::string::npos);
  EXPECT_NE(problem_of(exchange_line("nowhere", 1, 1, response_json(200, "{}"))).find("stage"),
            std::string::npos);
  EXPECT_NE(problem_of(exchange_line("token", 1, 1, failure_json("bad_luck", true))).find("kind"),
            std::string::npos);
  EXPECT_NE(problem_of(exchange_line("token", 1, 1, R"("x":1)")).find("kind"), std::string::npos);
  EXPECT_NE(problem_of(exchange_line("token", 1, 1, response_json(2000, "{}"))).find("status"),
            std::string::npos);
  EXPECT_NE(problem_of(outcome_line(1, "tokens", "1")).find("quirks"), std::string::npos);
}

TEST(Trace, ALastLineThatBreaksOffIsLeftOutAndSaidSo) {
  const std::string whole = codes_line() + poll_line(6200, "authorization_pending");
  for (std::size_t size = codes_line().size() + 1; size + 1 < whole.size(); ++size) {
    const auto trace = read_trace(whole.substr(0, size));
    ASSERT_TRUE(trace.ok()) << size;
    EXPECT_TRUE(trace->cut_off);
    ASSERT_EQ(trace->logins.size(), 1u);
    EXPECT_EQ(trace->logins[0].exchanges.size(), 1u);
    EXPECT_FALSE(trace->logins[0].outcome.has_value());
  }
  EXPECT_FALSE(read_trace(whole)->cut_off);
}

TEST(Trace, EveryOutcomeEndsALogin) {
  const auto trace =
      read_trace(codes_line() + outcome_line(2000, "cancelled") + "\n" + codes_line() +
                 outcome_line(3000, "tokens", R"(["number_as_string"])"));
  ASSERT_EQ(trace->logins.size(), 2u);
  EXPECT_EQ(trace->logins[0].outcome->code, "cancelled");
  EXPECT_EQ(trace->logins[0].outcome->stage, "token");
  EXPECT_EQ(trace->logins[1].outcome->quirks, std::vector<std::string>{"number_as_string"});
  EXPECT_TRUE(read_trace("")->logins.empty());
}

ExchangeRecord record(HttpResponse response) {
  ExchangeRecord out;
  out.sent_at = SteadyTime(milliseconds(1234));
  out.sent_at_wall = WallTime(seconds(1750000000));
  out.duration = milliseconds(56);
  out.request.method = Method::post;
  out.request.url = "https://id.example.com/token";
  set_header(out.request.headers, "DPoP", "proof-sentinel");
  out.response = std::move(response);
  return out;
}

// As it is written and read back.
ExchangeRecord through_a_trace(const ExchangeRecord& record) {
  const JsonValue line = trace_line(record, Redactor(), TraceSecrets::redact);
  auto trace = read_trace(to_json(line) + "\n");
  EXPECT_TRUE(trace.ok()) << trace.error().message;
  return std::move(trace->logins.at(0).exchanges.at(0));
}

TEST(Trace, WhatIsWrittenComesBackButForTheSecrets) {
  const ExchangeRecord back = through_a_trace(
      record(answer(429, R"({"error":"slow_down","interval":7.5})", "application/json",
                    {{"Retry-After", "3"}, {"DPoP-Nonce", "nonce-sentinel"}})));
  EXPECT_EQ(back.sent_at, SteadyTime(milliseconds(1234)));
  EXPECT_EQ(back.sent_at_wall, WallTime(seconds(1750000000)));
  EXPECT_EQ(back.duration, milliseconds(56));
  EXPECT_EQ(back.request.url, "https://id.example.com/token");
  EXPECT_EQ(find_header(back.request.headers, "DPoP"), "[redacted]");
  EXPECT_EQ(back.response->status, 429);
  EXPECT_EQ(find_header(back.response->headers, "Retry-After"), "3");
  EXPECT_EQ(back.response->body.reveal(), R"({"error":"slow_down","interval":7.5})");
}

// Redaction must not change what the readers make of an answer.
TEST(Trace, ARedactedAnswerIsJudgedAsTheOneThatCame) {
  const std::pair<const char*, const char*> bodies[] = {
      {R"({"access_token":"sentinel-1","token_type":"Bearer","refresh_token":"sentinel-2"})", ""},
      {R"({"access_token":"","token_type":"Bearer"})", ""},
      {"access_token=sentinel-1&token_type=bearer&expires_in=60",
       "application/x-www-form-urlencoded"},
      {"error=authorization_pending", "application/x-www-form-urlencoded"},
      {"<html>sentinel-1</html>", "text/html"},
      {"{\"access_token\":\"sentinel-1", ""},
      {"[]", ""},
      {"", ""}};
  for (const auto& [body, type] : bodies) {
    const HttpResponse came = answer(200, body, *type != '\0' ? type : "application/json");
    const ExchangeRecord back = through_a_trace(record(came));
    EXPECT_EQ(back.response->body.reveal().find("sentinel"), std::string_view::npos) << body;
    const TokenAnswer expected = read_token_response(came);
    const TokenAnswer read = read_token_response(*back.response);
    EXPECT_EQ(read.kind, expected.kind) << body;
    EXPECT_EQ(read.quirks.list(), expected.quirks.list()) << body;
    EXPECT_EQ(read.reason, expected.reason) << body;
  }
}

TEST(Trace, AHeaderThatCameTwiceStandsThereTwice) {
  HttpResponse response = answer(401, "");
  response.headers.push_back({"WWW-Authenticate", Secret("Basic")});
  response.headers.push_back({"WWW-Authenticate", Secret("Bearer")});
  const ExchangeRecord back = through_a_trace(record(std::move(response)));
  ASSERT_EQ(back.response->headers.size(), 3u);
  EXPECT_EQ(back.response->headers[1].value.reveal(), "Basic");
  EXPECT_EQ(back.response->headers[2].value.reveal(), "Bearer");
}

TEST(Trace, AnOutcomeComesBackAsItWasWritten) {
  LoginOutcome denied{
      make_error(Blame::server, ErrorCode::oauth_error, Stage::token, "No."), {}, {}};
  denied.quirks.add(Quirk::number_as_string);
  const auto trace =
      read_trace(to_json(to_trace(denied, SteadyTime(milliseconds(77)), "sandbox")) + "\n" +
                 to_json(to_trace({TokenSet(), {}, {}}, SteadyTime(milliseconds(78)), "")));
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  ASSERT_EQ(trace->logins.size(), 2u);
  const TracedOutcome& first = *trace->logins[0].outcome;
  EXPECT_EQ(first.at, SteadyTime(milliseconds(77)));
  EXPECT_EQ(first.code, "oauth_error");
  EXPECT_EQ(first.stage, "token");
  EXPECT_EQ(first.profile, "sandbox");
  EXPECT_EQ(first.quirks, std::vector<std::string>{"number_as_string"});
  EXPECT_EQ(trace->logins[1].outcome->code, "tokens");
}

}  // namespace
}  // namespace deviceflow::demo
