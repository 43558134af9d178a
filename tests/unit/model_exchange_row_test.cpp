#include <gtest/gtest.h>

#include "model/exchange_row.hpp"
#include "model_exchanges.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

ExchangeRow row(const ExchangeRecord& record) {
  return row_of(record, {}, seconds(0));
}

void expect_meaning(const ExchangeRecord& record, std::string_view meaning, Tone tone) {
  const ExchangeRow shown = row(record);
  EXPECT_EQ(shown.meaning, meaning);
  EXPECT_EQ(shown.tone, tone) << meaning;
}

std::string took(int ms) {
  ExchangeRecord record = exchange(Stage::token, 400, kPending);
  record.duration = milliseconds(ms);
  return row(record).took;
}

std::string size_of(std::size_t bytes) {
  return row(exchange(Stage::token, 502, std::string(bytes, 'x'), "text/html")).size;
}

TEST(ModelExchangeRow, AnUrlThatIsNoneIsShownCleaned) {
  ExchangeRecord record = request_of(Stage::token, "no\x1burl\xE2\x80\xAE", "a=b");
  EXPECT_EQ(row(record).url, "no\xEF\xBF\xBDurl\xEF\xBF\xBD");
  EXPECT_EQ(row(record).path, row(record).url);
}

TEST(ModelExchangeRow, ARecordWithoutOutcomeShowsDashes) {
  const ExchangeRow shown = row(request_of(Stage::token, "https://auth.example"));
  EXPECT_EQ(shown.time, "-");
  EXPECT_EQ(shown.method, "GET");
  EXPECT_EQ(shown.path, "/");
  EXPECT_EQ(shown.status, "-");
  EXPECT_EQ(shown.size, "-");
  EXPECT_EQ(shown.meaning, "-");
  EXPECT_EQ(shown.tone, Tone::neutral);
}

TEST(ModelExchangeRow, AnAnswerThatAProfileMendedIsJudgedAsMended) {
  ExchangeRecord record = exchange(Stage::token, 400, R"({"state":"waiting"})");
  ExchangeRecord normalized = exchange(Stage::token, 400, kPending);
  record.normalized = std::move(*normalized.response);
  EXPECT_EQ(row(record).meaning, row(exchange(Stage::token, 400, kPending)).meaning);
  EXPECT_EQ(row(record).size, size_of(record.response->body.size()));
}

TEST(ModelExchangeRow, AnErrorCodeOfTheServerIsCleaned) {  // T-10.14-1
  expect_meaning(exchange(Stage::token, 400, "{\"error\":\"bad\\u001b[31m\"}"),
                 "bad\xEF\xBF\xBD[31m", Tone::bad);
}

TEST(ModelExchangeRow, ABodyThatSaysNothingLeavesTheStatus) {
  expect_meaning(exchange(Stage::token, 502, "<html>", "text/html"), "HTTP 502", Tone::warning);
  expect_meaning(exchange(Stage::token, 404, "{}"), "HTTP 404", Tone::warning);
  expect_meaning(exchange(Stage::token, 200, "<html>", "text/html"), "unreadable", Tone::warning);
  expect_meaning(exchange(Stage::introspection, 401, ""), "HTTP 401", Tone::bad);
  expect_meaning(exchange(Stage::userinfo, 503, "soon"), "HTTP 503", Tone::warning);
  expect_meaning(exchange(Stage::discovery, 404, "no"), "HTTP 404", Tone::bad);
  expect_meaning(exchange(Stage::token, 302, ""), "redirect_refused", Tone::bad);
}

TEST(ModelExchangeRow, MetadataNeedAnIssuer) {
  expect_meaning(exchange(Stage::discovery, 200, "{}"), "invalid_response", Tone::bad);
  expect_meaning(exchange(Stage::discovery, 200, "[]"), "invalid_response", Tone::bad);
}

TEST(ModelExchangeRow, AFailureIsCalledByItsName) {
  using Kind = TransportFailure::Kind;
  expect_meaning(failed(Kind::timeout), "timeout", Tone::warning);
  expect_meaning(failed(Kind::refused), "refused", Tone::warning);
  expect_meaning(failed(Kind::tls_untrusted), "tls_untrusted", Tone::bad);
  expect_meaning(failed(Kind::too_large), "too_large", Tone::bad);
  expect_meaning(failed(Kind::cancelled), "cancelled", Tone::muted);
  EXPECT_EQ(row(failed(Kind::timeout)).status, "-");
}

TEST(ModelExchangeRow, DurationsHaveTwoDigitsThatMatter) {
  EXPECT_EQ(took(-5), "0 ms");
  EXPECT_EQ(took(41), "41 ms");
  EXPECT_EQ(took(999), "999 ms");
  EXPECT_EQ(took(1000), "1.0 s");
  EXPECT_EQ(took(1249), "1.2 s");
  EXPECT_EQ(took(9960), "10 s");
  EXPECT_EQ(took(12400), "12 s");
}

TEST(ModelExchangeRow, SizesHaveTheirUnit) {
  EXPECT_EQ(size_of(0), "0 B");
  EXPECT_EQ(size_of(318), "318 B");
  EXPECT_EQ(size_of(1400), "1.4 kB");
  EXPECT_EQ(size_of(12345), "12 kB");
  EXPECT_EQ(size_of(1048576), "1.0 MB");
}

TEST(ModelExchangeRow, TimeIsLocalAndWrapsAtMidnight) {
  ExchangeRecord record = exchange(Stage::token, 400, kPending);
  record.sent_at_wall = WallTime(seconds(86400 * 20000 + 23 * 3600 + 4 * 60 + 2));
  EXPECT_EQ(row_of(record, {}, seconds(0)).time, "23:04:02");
  EXPECT_EQ(row_of(record, {}, hours(2)).time, "01:04:02");
  EXPECT_EQ(row_of(record, {}, -hours(4)).time, "19:04:02");
  record.sent_at_wall = WallTime(seconds(-1));
  EXPECT_EQ(row_of(record, {}, -hours(14)).time, "09:59:59");
}

TEST(ModelExchangeRow, SecretsInTheUrlAreMaskedAndTheRestOfTheQueryStays) {
  const ExchangeRow shown =
      row(request_of(Stage::userinfo, "https://auth.example/userinfo?a=1&access_token=s3cret&b=2"));
  EXPECT_EQ(shown.url, "https://auth.example/userinfo?a=1&access_token=[redacted]&b=2");
  EXPECT_EQ(shown.path, "/userinfo");
}

TEST(ModelExchangeRow, PollsSpeakTheProtocolsWords) {
  expect_meaning(exchange(Stage::token, 400, kPending), "authorization_pending", Tone::muted);
  expect_meaning(exchange(Stage::token, 400, R"({"error":"slow_down"})"), "slow_down",
                 Tone::warning);
  expect_meaning(exchange(Stage::token, 400, R"({"error":"authorization_declined"})"),
                 "access_denied", Tone::bad);
  expect_meaning(exchange(Stage::token, 400, R"({"error":"expired_token"})"), "expired_token",
                 Tone::bad);
  expect_meaning(exchange(Stage::token, 503, R"({"error":"server_error"})"), "server_error",
                 Tone::warning);
  expect_meaning(exchange(Stage::token, 401, R"({"error":"invalid_client"})"), "invalid_client",
                 Tone::bad);
  expect_meaning(exchange(Stage::token, 400, R"({"error":"use_dpop_nonce"})"), "use_dpop_nonce",
                 Tone::warning);
  expect_meaning(
      exchange(Stage::token, 200, "error=slow_down", "application/x-www-form-urlencoded"),
      "slow_down", Tone::warning);
}

TEST(ModelExchangeRow, GoodAnswersSayWhatTheyBring) {
  expect_meaning(exchange(Stage::token, 200, kTokens), "Tokens", Tone::good);
  expect_meaning(exchange(Stage::discovery, 200, R"({"issuer":"https://auth.example"})"),
                 "Metadata", Tone::good);
  expect_meaning(exchange(Stage::device_authorization, 200,
                          R"({"device_code":"d","user_code":"WDJB-MJHT","expires_in":600,)"
                          R"("verification_uri":"http://192.168.1.20:8080/device"})"),
                 "Device authorization", Tone::good);
  expect_meaning(exchange(Stage::device_authorization, 400, R"({"error":"invalid_scope"})"),
                 "invalid_scope", Tone::bad);
  expect_meaning(exchange(Stage::introspection, 200, R"({"active":true})"), "active: true",
                 Tone::good);
  expect_meaning(exchange(Stage::introspection, 200, R"({"active":false})"), "active: false",
                 Tone::warning);
  expect_meaning(exchange(Stage::userinfo, 200, R"({"sub":"ada"})"), "UserInfo", Tone::good);
  expect_meaning(exchange(Stage::revocation, 200, ""), "Revocation", Tone::neutral);
}

}  // namespace
}  // namespace deviceflow::demo
