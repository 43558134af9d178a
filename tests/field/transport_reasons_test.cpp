// What an error says about a failed connection, by name.
#include <gtest/gtest.h>

#include "protocol/answer.hpp"

namespace deviceflow::test {
namespace {

TEST(TransportReasons, AnErrorCarriesTheReasonAndTheDetailsOfTheFailure) {
  TransportFailure failure{TransportFailure::Kind::refused, true, "It failed."};
  failure.reason = "proxy_auth";
  failure.details = {"id.example.com", "443", "proxy.example.com:3128", "https_proxy", ""};
  const Error error = error_from(failure, Stage::token);
  EXPECT_EQ(error.code, ErrorCode::network);
  EXPECT_EQ(error.reason, "proxy_auth");
  EXPECT_EQ(error.details.proxy, "proxy.example.com:3128");
  EXPECT_EQ(error.details.setting, "https_proxy");
  EXPECT_TRUE(error.retryable);
  EXPECT_EQ(error_from({TransportFailure::Kind::dns, true, "No."}, Stage::token).reason, "dns");
}

}  // namespace
}  // namespace deviceflow::test
