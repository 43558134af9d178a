// Discovery over real sockets: where the metadata are looked for, whom they are believed from, and
// how far a redirect is followed.
#include "client_helpers.hpp"
#include "tcp_relay.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

using Targets = std::vector<std::string>;
using End = Action::Then;

constexpr std::string_view kOAuth = "/.well-known/oauth-authorization-server";
constexpr std::string_view kOpenId = "/.well-known/openid-configuration";

std::string metadata_of(const std::string& issuer, const std::string& more = {}) {
  return "{\"issuer\":\"" + issuer + "\",\"device_authorization_endpoint\":\"" + issuer +
         "/device_authorization\",\"token_endpoint\":\"" + issuer +
         "/token\",\"introspection_endpoint\":\"" + issuer +
         "/introspect\",\"revocation_endpoint\":\"" + issuer +
         "/revoke\",\"userinfo_endpoint\":\"" + issuer + "/userinfo\",\"jwks_uri\":\"" + issuer +
         "/jwks\"" + more + "}";
}

std::string issuer_of(const ReceivedRequest& request) {
  return "http://" + request.header("Host");
}

Targets targets(const FaultServer& server) {
  Targets out;
  for (const ReceivedRequest& request : server.requests()) out.push_back(request.target);
  return out;
}

Config issuer_config(const std::string& issuer) {
  Config config;
  config.issuer = issuer;
  config.client_id = "demo-tv";
  return config;
}

Error discovery_error(Config config) {
  Client client(std::move(config));
  const auto metadata = client.discover();
  EXPECT_FALSE(metadata.ok());
  if (metadata.ok()) return {};
  EXPECT_EQ(metadata.error().stage, Stage::discovery);
  expect_clean(texts_of(metadata.error()));
  return metadata.error();
}

Action redirect(const std::string& location, int status = 302) {
  return answer(status, "", {{"Location", location}});
}

// M-8414-3.1-1
TEST(ClientDiscovery, TheInsertedFormComesFirst) {
  FaultServer server([](const ReceivedRequest& request) {
    return answer(200, metadata_of(issuer_of(request) + "/tenant/1"));
  });
  Client client(issuer_config(server.url("/tenant/1")));
  const auto metadata = client.discover();
  ASSERT_TRUE(metadata.ok()) << metadata.error().message;
  EXPECT_EQ(metadata->endpoints.token, server.url("/tenant/1/token"));
  EXPECT_EQ(targets(server), Targets{std::string(kOAuth) + "/tenant/1"});
  const ReceivedRequest seen = server.requests().front();
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.header("Accept"), "application/json");
}

TEST(ClientDiscovery, OpenIdsInsertedFormComesSecondAndItsOwnLast) {
  // M-8414-5-1, M-OD-4.1-1
  for (const Action& first :
       {answer(404, ""), answer(404, "<html></html>", {{"Content-Type", "text/html"}}),
        answer(200, "<html></html>", {{"Content-Type", "text/html"}}), answer(200, "{}")}) {
    FaultServer server([first](const ReceivedRequest& request) {
      return request.number <= 2 ? first : answer(200, metadata_of(issuer_of(request) + "/t"));
    });
    Client client(issuer_config(server.url("/t")));
    EXPECT_TRUE(client.discover().ok());
    EXPECT_EQ(targets(server), (Targets{std::string(kOAuth) + "/t", std::string(kOpenId) + "/t",
                                        "/t" + std::string(kOpenId)}));
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST(ClientDiscovery, TheMetadataAreFetchedOnce) {
  FaultServer server(
      [](const ReceivedRequest& request) { return answer(200, metadata_of(issuer_of(request))); });
  Client client(issuer_config(server.origin()));
  EXPECT_TRUE(client.discover().ok());
  EXPECT_TRUE(client.discover().ok());
  EXPECT_EQ(server.requests().size(), 1u);
}

// M-8414-3.2-1
TEST(ClientDiscovery, NothingThereIsNoMetadata) {
  FaultServer server({answer(404, "{}")});
  const Error error = discovery_error(issuer_config(server.origin()));
  EXPECT_EQ(error.code, ErrorCode::invalid_response);
  EXPECT_EQ(error.blame, Blame::protocol);
  EXPECT_EQ(error.http_status, 404);
  EXPECT_NE(error.message.find(server.origin()), std::string::npos);
  EXPECT_EQ(server.requests().size(), 2u);
}

// M-8414-3.2-1
TEST(ClientDiscovery, UnreadableMetadataAreRefused) {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"),
        std::string("{\"issuer\":5}"), std::string(1000000, '['),
        "{\"issuer\":\"x\"," + metadata_of("x").substr(1), std::string("{\"issuer\":\"\xFF\"}")}) {
    FaultServer server({answer(200, body)});
    const Error error = discovery_error(issuer_config(server.origin()));
    EXPECT_TRUE(error.code == ErrorCode::invalid_response ||
                error.code == ErrorCode::issuer_mismatch)
        << name(error.code) << " for " << body.substr(0, 40);
    EXPECT_EQ(error.http_status, 200);
  }
}

TEST(ClientDiscovery, AnEndlessDocumentIsGivenUp) {
  FaultServer server({large_body(64, true)});
  EXPECT_EQ(discovery_error(issuer_config(server.origin())).code, ErrorCode::response_too_large);
}

// M-8414-3.3-1. The issuer has to be the same, byte for byte.
TEST(ClientDiscovery, AnotherIssuersMetadataAreAnAlarm) {
  for (const char* suffix : {"/", "/other", "?a=b", "#a"}) {
    FaultServer server([suffix](const ReceivedRequest& request) {
      return answer(200, metadata_of(issuer_of(request) + suffix));
    });
    const Error error = discovery_error(issuer_config(server.origin()));
    EXPECT_EQ(error.code, ErrorCode::issuer_mismatch);
    EXPECT_TRUE(is_security_alarm(error.code));
    EXPECT_EQ(server.requests().size(), 1u);  // M-8414-6.1-1
  }
}

// H-15.4-2
TEST(ClientDiscovery, ThreeRedirectsAreFollowedAndAFourthIsNot) {
  for (const int allowed : {1, 3, 4}) {
    FaultServer server([allowed](const ReceivedRequest& request) {
      if (request.number <= allowed) return redirect("/hop/" + std::to_string(request.number), 301);
      return answer(200, metadata_of(issuer_of(request)));
    });
    Client client(issuer_config(server.origin()));
    const auto metadata = client.discover();
    EXPECT_EQ(metadata.ok(), allowed <= 3) << allowed;
    EXPECT_EQ(server.requests().size(), 4u - (allowed == 1 ? 2u : 0u));
    if (metadata.ok()) continue;
    EXPECT_EQ(metadata.error().code, ErrorCode::redirect_refused);
    EXPECT_TRUE(is_security_alarm(metadata.error().code));
  }
}

// H-15.4-2
TEST(ClientDiscovery, ALoopIsLeft) {
  FaultServer server([](const ReceivedRequest& request) { return redirect(request.target, 308); });
  EXPECT_EQ(discovery_error(issuer_config(server.origin())).code, ErrorCode::redirect_refused);
  EXPECT_EQ(server.requests().size(), 4u);
}

// H-15.4-2: to another origin, with nothing that says who asks, and the issuer check unchanged.
TEST(ClientDiscovery, ARedirectElsewhereCarriesNoCredentials) {
  FaultServer elsewhere(
      [](const ReceivedRequest& request) { return answer(200, metadata_of(issuer_of(request))); });
  FaultServer server({redirect(elsewhere.url("/metadata"), 307)});
  Config config = issuer_config(server.origin());
  config.client_secret = Secret("SECRETvalue");
  EXPECT_EQ(discovery_error(std::move(config)).code, ErrorCode::issuer_mismatch);
  ASSERT_GE(elsewhere.requests().size(), 1u);
  for (const ReceivedRequest& request : elsewhere.requests()) {
    EXPECT_EQ(request.count("Authorization"), 0);
    EXPECT_EQ(request.head.find("SECRET"), std::string::npos);
    EXPECT_EQ(request.body, "");
  }
}

// H-15.4-2: no socket is opened for it.
TEST(ClientDiscovery, ARedirectToPlainHttpOnAnotherMachineIsRefused) {
  FaultServer proxy({answer(200, "{}")});
  setenv("http_proxy", proxy.origin().c_str(), 1);
  FaultServer server({redirect("http://elsewhere.example/metadata")});
  const Error error = discovery_error(issuer_config(server.origin()));
  unsetenv("http_proxy");
  EXPECT_TRUE(is_security_alarm(error.code)) << name(error.code);
  EXPECT_EQ(proxy.connections(), 0);
}

// H-15.4-2
TEST(ClientDiscovery, ADowngradeFromHttpsIsRefusedEvenOnThisMachine) {
  FaultServer plain({answer(200, "{}")});
  FaultServer server({redirect(plain.url("/metadata"))},
                     {FaultServerOptions::Mode::serve, TestCertificates::get().good});
  Config config = issuer_config(server.origin());
  config.ca_file = TestCertificates::get().ca;
  EXPECT_TRUE(is_security_alarm(discovery_error(std::move(config)).code));
  EXPECT_EQ(plain.connections(), 0);
}

// H-15.4-2
TEST(ClientDiscovery, ARedirectToNowhereIsRefused) {
  for (const char* location : {"file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)",
                               "//elsewhere.example/x", "metadata.json", "https://"}) {
    FaultServer server({redirect(location)});
    const Error error = discovery_error(issuer_config(server.origin()));
    EXPECT_NE(error.blame, Blame::network) << location;
    EXPECT_EQ(server.requests().size(), 1u) << location;
  }
}

// T-10.9-1, M-8414-6.1-1
TEST(ClientDiscovery, AnUntrustedServerSeesNoRequest) {
  const TestCertificates& made = TestCertificates::get();
  for (const TlsSettings* settings :
       {&made.expired, &made.wrong_host, &made.self_signed, &made.good}) {
    FaultServer server({answer(200, "{}")}, {FaultServerOptions::Mode::serve, *settings});
    Config config = issuer_config(server.origin());
    config.ca_file = settings == &made.good ? made.other_ca : made.ca;
    const Error error = discovery_error(std::move(config));
    EXPECT_EQ(error.code, ErrorCode::tls);
    EXPECT_FALSE(error.retryable);
    EXPECT_EQ(server.bytes_received(), 0u);
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST(ClientDiscovery, FaultsOfTheNetworkKeepTheirNames) {
  const ClosedPort port;
  const Error refused = discovery_error(issuer_config(port.origin()));
  EXPECT_EQ(refused.code, ErrorCode::network);
  EXPECT_EQ(refused.reason, "refused");
  for (const Action& end : {hang_up(), reset()}) {
    FaultServer server({end});
    const Error error = discovery_error(issuer_config(server.origin()));
    EXPECT_EQ(error.code, ErrorCode::network);
    EXPECT_TRUE(error.retryable);
  }
}

LoginOutcome login_at(const FaultServer& server) {
  Client client(issuer_config(server.origin()));
  LoginLog log;
  return run_login(client, log);
}

// A device that is switched on before its network is there.
TEST(ClientDiscovery, ALoginThatBeginsOfflineGoesOnOnceTheNetworkIsBack) {
  FaultServer server([](const ReceivedRequest& request) {
    if (request.method == "GET") return answer(200, metadata_of(issuer_of(request)));
    return answer(200, request.target == "/token" ? scripted_tokens() : scripted_codes());
  });
  TcpRelay relay(server.port());
  relay.take_away();
  Client client(issuer_config("http://127.0.0.1:" + std::to_string(relay.port())));
  LoginLog log;
  log.on_start_retry = [&] { relay.bring_back(); };
  LoginRequest request;
  request.start_deadline = std::chrono::milliseconds(20000);
  const LoginOutcome outcome = run_login(client, log, request);
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(log.events, (std::vector<std::string>{"retry discovery refused", "prompt"}));
  EXPECT_EQ(targets(server), (Targets{std::string(kOAuth), "/device_authorization", "/token"}));
}

// D-4-1: no path is guessed.
TEST(ClientDiscovery, WithoutADeviceEndpointTheFlowIsNotSupported) {
  FaultServer server([](const ReceivedRequest& request) {
    const std::string issuer = issuer_of(request);
    return answer(200,
                  "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"" + issuer + "/token\"}");
  });
  const LoginOutcome outcome = login_at(server);
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::device_flow_not_supported);
  EXPECT_EQ(outcome.tokens.error().blame, Blame::server);
  // The issuer's other document might name it.
  EXPECT_EQ(targets(server), (Targets{std::string(kOAuth), std::string(kOpenId)}));
}

// D-3.1-5, M-8414-2-1
TEST(ClientDiscovery, ADiscoveredEndpointOverPlainHttpIsRefusedBeforeASocketOpens) {
  FaultServer proxy({answer(200, "{}")});
  setenv("http_proxy", proxy.origin().c_str(), 1);
  FaultServer server([](const ReceivedRequest& request) {
    return answer(200, "{\"issuer\":\"" + issuer_of(request) +
                           "\",\"device_authorization_endpoint\":\"http://as.example/d\","
                           "\"token_endpoint\":\"http://as.example/t\"}");
  });
  const LoginOutcome outcome = login_at(server);
  unsetenv("http_proxy");
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::insecure_endpoint);
  EXPECT_EQ(proxy.connections(), 0);
}

// D-4-2
TEST(ClientDiscovery, AGrantThatIsNotListedIsAQuirkAndNoError) {
  FaultServer server([](const ReceivedRequest& request) {
    if (request.method == "GET") return answer(200, metadata_of(issuer_of(request)));
    return answer(200, request.target == "/token" ? scripted_tokens() : scripted_codes());
  });
  const LoginOutcome outcome = login_at(server);
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_TRUE(outcome.quirks.has(Quirk::grant_not_listed));
}

}  // namespace
}  // namespace deviceflow::test
