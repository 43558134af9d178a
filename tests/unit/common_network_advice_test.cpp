// What the user reads when a proxy or a port is at fault.
#include <gtest/gtest.h>

#include "common/settings.hpp"
#include "common/words.hpp"
#include "protocol/answer.hpp"

namespace deviceflow::demo {
namespace {

Error failed_with(std::string reason, std::string setting = "https_proxy") {
  TransportFailure failure{TransportFailure::Kind::refused, true, "It failed."};
  failure.reason = std::move(reason);
  failure.details = {"id.example.com", "443", "proxy.example.com:3128", std::move(setting), ""};
  return error_from(failure, Stage::token);
}

TEST(ProxySentences, TheAdviceNamesTheSettingThatIsInForce) {
  EXPECT_EQ(network_advice(failed_with("proxy_auth")),
            "Set the environment variable https_proxy to "
            "http://USER:PASSWORD@proxy.example.com:3128.");
  EXPECT_NE(network_advice(failed_with("proxy_auth", "proxy")).find("Leave --proxy out"),
            std::string::npos);
  EXPECT_NE(network_advice(failed_with("proxy_unreachable", "proxy")).find("Check --proxy"),
            std::string::npos);
  EXPECT_NE(network_advice(failed_with("proxy_refused")).find("operator of the proxy"),
            std::string::npos);
}

// The advice of one error must not lead to another: http is refused beyond this machine.
TEST(ProxySentences, HttpIsAdvisedForThisMachineOnly) {
  Error error = failed_with("plain_http");
  EXPECT_EQ(network_advice(error), "Use the port of the https address.");
  error.details.host = "127.0.0.1";
  EXPECT_NE(network_advice(error).find("http://"), std::string::npos);
}

TEST(ProxySentences, ASettingHasNoPassword) {
  EXPECT_EQ(proxy_problem(""), "");
  EXPECT_EQ(proxy_problem("http://proxy.example.com:3128"), "");
  EXPECT_EQ(proxy_problem("socks5h://127.0.0.1:1080/"), "");
  for (const char* wrong : {"proxy.example.com:3128", "http://proxy.example.com",
                            "http://proxy.example.com:3128/x", "gopher://proxy.example.com:70"}) {
    EXPECT_NE(proxy_problem(wrong).find("http://HOST:PORT"), std::string::npos) << wrong;
  }
  const std::string problem = proxy_problem("http://ada:hunter2@proxy.example.com:3128");
  EXPECT_NE(problem.find("https_proxy"), std::string::npos);
  EXPECT_EQ(problem.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::demo
