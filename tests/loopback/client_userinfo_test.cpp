// UserInfo over real sockets: where the access token goes, and where it does not.
#include "client_helpers.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

constexpr std::string_view kToken = "SECRETtoken-0123456789";

Config config_of(const FaultServer& server) {
  Config config;
  config.client_id = "demo-tv";
  config.endpoints.userinfo = server.url("/userinfo");
  return config;
}

// B-2-1
TEST(ClientUserInfo, TheTokenStandsInOneHeaderAndNowhereElse) {
  FaultServer server({answer(200, R"({"sub":"u1","name":"Ada"})")});
  Client client(config_of(server));
  const auto info = client.userinfo(Secret(kToken));
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_EQ(info->subject, "u1");
  ASSERT_EQ(server.requests().size(), 1u);
  const ReceivedRequest seen = server.requests().front();
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, "/userinfo");
  EXPECT_EQ(seen.count("Authorization"), 1);
  EXPECT_EQ(seen.header("Authorization"), "Bearer " + std::string(kToken));
  EXPECT_EQ(seen.body, "");
}

// H-15.4-1, B-5.3-1
TEST(ClientUserInfo, ARedirectTakesTheTokenNowhere) {
  FaultServer elsewhere({answer(200, R"({"sub":"u1"})")});
  FaultServer server({answer(307, "", {{"Location", elsewhere.url("/userinfo")}})});
  Client client(config_of(server));
  EXPECT_EQ(client.userinfo(Secret(kToken)).error().code, ErrorCode::redirect_refused);
  EXPECT_EQ(elsewhere.connections(), 0);
}

// T-10.9-1, B-5.3-1
TEST(ClientUserInfo, AnUntrustedServerSeesNoToken) {
  const TestCertificates& made = TestCertificates::get();
  for (const TlsSettings* settings :
       {&made.expired, &made.wrong_host, &made.self_signed, &made.good}) {
    FaultServer server({answer(200, R"({"sub":"u1"})")},
                       {FaultServerOptions::Mode::serve, *settings});
    Config config = config_of(server);
    config.ca_file = settings == &made.good ? made.other_ca : made.ca;
    Client client(std::move(config));
    EXPECT_EQ(client.userinfo(Secret(kToken)).error().code, ErrorCode::tls);
    EXPECT_EQ(server.bytes_received(), 0u);
  }
}

// H-x-1
TEST(ClientUserInfo, ATokenWithALineBreakIsNotSent) {
  FaultServer server({answer(200, R"({"sub":"u1"})")});
  Client client(config_of(server));
  const auto info = client.userinfo(Secret("tok\r\nX-Injected: 1"));
  EXPECT_EQ(info.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(server.requests().size(), 0u);
}

TEST(ClientUserInfo, AnEchoedTokenStaysOutOfErrorsAndTraces) {
  const std::string echo = "no SECRETtoken-0123456789 here";
  FaultServer server({answer(401, "{\"error_description\":\"" + echo + "\"}",
                             {{"WWW-Authenticate",
                               "Bearer error=\"invalid_token\", "
                               "error_description=\"" +
                                   echo + "\""}})});
  Config config = config_of(server);
  LoginLog log;
  record_into(log, config);
  Client client(std::move(config));
  const auto info = client.userinfo(Secret(kToken));
  ASSERT_FALSE(info.ok());
  EXPECT_EQ(info.error().label(), "invalid_token");
  EXPECT_EQ(info.error().description, "no [redacted] here");
  expect_clean(texts_of(info.error()));
  ASSERT_EQ(log.traces.size(), 1u);
  expect_clean(log.traces.front());
}

}  // namespace
}  // namespace deviceflow::test
