#include <gtest/gtest.h>

#include <stdexcept>

#include "model/exchange_log.hpp"
#include "model_exchanges.hpp"

namespace deviceflow::demo {
namespace {

TEST(ModelExchangeLog, ThereIsNoRecordBeyondTheLast) {
  ExchangeLog log;
  log.add(exchange(Stage::token, 400, kPending));
  EXPECT_THROW(static_cast<void>(log.at(1)), std::out_of_range);
}

TEST(ModelExchangeLog, AnEmptyLogFindsNothing) {
  const ExchangeLog log;
  EXPECT_EQ(log.size(), 0U);
  EXPECT_FALSE(log.device_authorization());
  EXPECT_FALSE(log.token());
  EXPECT_FALSE(log.last_of(Stage::introspection));
  EXPECT_EQ(log.secrets().scrub("anything"), "anything");
}

TEST(ModelExchangeLog, ADeviceAuthorizationWithoutAnAnswerDoesNotCount) {
  ExchangeLog log;
  log.add(exchange(Stage::device_authorization, 200, "{}"));
  log.add(request_of(Stage::device_authorization, "https://auth.example/d", "client_id=tv"));
  EXPECT_EQ(log.device_authorization(), 0U);
}

TEST(ModelExchangeLog, TheOldestGoBeyondFiveHundredRecords) {
  ExchangeLog log;
  for (int i = 0; i < 502; ++i) log.add(exchange(Stage::token, 400 + i, kPending));
  EXPECT_EQ(log.size(), 500U);
  EXPECT_EQ(log.dropped(), 2U);
  EXPECT_EQ(log.at(0).response->status, 402);
  EXPECT_EQ(log.at(499).response->status, 901);
}

TEST(ModelExchangeLog, TheOldestGoBeyondSixteenMebibytesOfBodies) {
  ExchangeLog log;
  const std::string body(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 18; ++i) log.add(exchange(Stage::token, 500 + i, body, "text/plain"));
  EXPECT_EQ(log.size(), 15U);  // the requests have bodies too
  EXPECT_EQ(log.dropped(), 3U);
  EXPECT_EQ(log.at(0).response->status, 503);
}

TEST(ModelExchangeLog, ASecretOutlivesItsRecord) {
  ExchangeLog log;
  log.add(exchange(Stage::token, 200, kTokens));
  for (std::size_t i = 0; i < ExchangeLog::kMaxRecords; ++i) {
    log.add(exchange(Stage::token, 400, kPending));
  }
  EXPECT_EQ(log.dropped(), 1U);
  EXPECT_EQ(log.secrets().scrub("access-token-1"), "[redacted]");
}

TEST(ModelExchangeLog, AFloodOfSecretsKeepsTheNewest) {
  ExchangeLog log;
  for (int i = 0; i < 300; ++i) {
    log.add(
        exchange(Stage::token, 200, R"({"access_token":"number-)" + std::to_string(i) + "x\"}"));
  }
  EXPECT_EQ(log.secrets().scrub("number-299x number-44x"), "[redacted] [redacted]");
  EXPECT_EQ(log.secrets().scrub("number-0x"), "number-0x");
}

TEST(ModelExchangeLog, TokensAreFoundBeforeANewerPoll) {
  ExchangeLog log;
  log.add(exchange(Stage::token, 400, kPending));
  log.add(exchange(Stage::token, 400, kPending));
  EXPECT_EQ(log.token(), 1U);
  log.add(exchange(Stage::token, 200, kTokens));
  log.add(exchange(Stage::introspection, 200, R"({"active":true})"));
  log.add(exchange(Stage::token, 400, kPending));
  EXPECT_EQ(log.token(), 2U);
  EXPECT_EQ(log.last_of(Stage::introspection), 3U);
  log.add(exchange(Stage::token, 200, kTokens));
  EXPECT_EQ(log.token(), 5U);
}

TEST(ModelExchangeLog, RecordsKeepTheirOrder) {
  ExchangeLog log;
  log.add(exchange(Stage::device_authorization, 200, "{}"));
  log.add(failed(TransportFailure::Kind::timeout));
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log.at(0).stage, Stage::device_authorization);
  EXPECT_TRUE(log.at(1).failure);
  EXPECT_EQ(log.dropped(), 0U);
}

}  // namespace
}  // namespace deviceflow::demo
