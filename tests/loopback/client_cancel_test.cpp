// Cancelling a login in each of its phases: it ends within a moment, as cancelled, with nothing
// sent afterwards. D-3.5-12
#include <cstdio>
#include <optional>
#include <thread>

#include "client_helpers.hpp"
#include "network_helpers.hpp"
#include "sockets.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

using Mode = FaultServerOptions::Mode;

void wait_a_little() {
  const Descriptor never = make_event();
  wait_for(-1, 0, never.get(), milliseconds(150));
}

/// Logs in, cancels once `reached` returns, and expects a cancelled login soon after.
LoginLog expect_cancelled(Config config, const char* phase, const std::function<void()>& reached,
                          const LoginRequest& request = {}) {
  LoginLog log;
  record_into(log, config);
  Client client(std::move(config));
  const Cancel cancel;
  std::optional<Stopwatch> since_cancel;
  std::thread canceller([&] {
    reached();
    since_cancel.emplace();
    cancel.set();
  });
  const LoginOutcome outcome = run_login(client, log, request, cancel);
  const Stopwatch since_return;
  canceller.join();
  const milliseconds took = since_cancel->elapsed() - since_return.elapsed();
  std::printf("login cancelled while %s: ended within %d ms\n", phase,
              static_cast<int>(took.count()));
  EXPECT_LT(took, milliseconds(1000)) << phase;
  EXPECT_FALSE(outcome.tokens.ok());
  if (!outcome.tokens.ok()) {
    EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled) << phase;
    EXPECT_EQ(outcome.tokens.error().blame, Blame::user) << phase;
  }
  return log;
}

TEST(ClientCancel, WhileDiscovering) {
  FaultServer server({silence()});
  Config config;
  config.issuer = server.origin();
  config.client_id = "demo-tv";
  expect_cancelled(std::move(config), "discovering", [&] { server.wait_for_requests(1); });
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(ClientCancel, WhileConnecting) {
  FaultServer server({silence()}, {Mode::never_accept, {}});
  expect_cancelled(client_of(server.origin()), "connecting", [] { wait_a_little(); });
}

TEST(ClientCancel, WhileShakingHands) {
  FaultServer server({silence()}, {Mode::mute, {}});
  expect_cancelled(client_of("https://127.0.0.1:" + std::to_string(server.port())), "shaking hands",
                   [&] {
                     server.wait_for_connections(1);
                     wait_a_little();
                   });
}

TEST(ClientCancel, WhileAskingForCodes) {
  FaultServer server({silence()});
  const LoginLog log = expect_cancelled(client_of(server.origin()), "asking for codes",
                                        [&] { server.wait_for_requests(1); });
  EXPECT_EQ(log.events.size(), 0u);
}

TEST(ClientCancel, WhileWaitingToAskAgain) {
  const ClosedPort port;
  LoginRequest request;
  request.start_deadline = milliseconds(60000);
  expect_cancelled(
      client_of(port.origin()), "waiting to ask again", [] { wait_a_little(); }, request);
}

TEST(ClientCancel, WhileWaitingToFetchTheMetadataAgain) {
  const ClosedPort port;
  Config config;
  config.issuer = port.origin();
  config.client_id = "demo-tv";
  LoginRequest request;
  request.start_deadline = milliseconds(60000);
  const LoginLog log = expect_cancelled(
      std::move(config), "waiting to fetch the metadata again", [] { wait_a_little(); }, request);
  EXPECT_EQ(log.events, std::vector<std::string>{"retry discovery refused"});
}

TEST(ClientCancel, WhileWaitingForTheNextPoll) {
  const std::string codes = scripted_codes({{"expires_in", "600"}, {"interval", "60"}});
  FaultServer server(authorization_server(answer(200, codes), {answer(200, scripted_tokens())}));
  const LoginLog log =
      expect_cancelled(client_of(server.origin()), "waiting for the next poll", [&] {
        server.wait_for_requests(1);
        wait_a_little();
      });
  EXPECT_EQ(log.events, std::vector<std::string>{"prompt"});
  EXPECT_EQ(server.requests_to("/token"), 0);
}

TEST(ClientCancel, WhilePolling) {
  FaultServer server(authorization_server(answer(200, scripted_codes()), {silence()}));
  const LoginLog log =
      expect_cancelled(client_of(server.origin()), "polling", [&] { server.wait_for_requests(2); });
  EXPECT_EQ(log.events, std::vector<std::string>{"prompt"});
  EXPECT_EQ(server.requests_to("/token"), 1);
}

TEST(ClientCancel, WhileTheAnswerToAPollDrips) {
  FaultServer server(authorization_server(
      answer(200, scripted_codes()), {drip(answer(200, scripted_tokens()), milliseconds(50))}));
  expect_cancelled(client_of(server.origin()), "reading the tokens", [&] {
    server.wait_for_requests(2);
    wait_a_little();
  });
  EXPECT_EQ(server.requests_to("/token"), 1);
}

TEST(ClientCancel, FromThePromptItself) {
  FaultServer server(authorization_server(answer(200, scripted_codes()), {silence()}));
  Client client(client_of(server.origin()));
  const Cancel cancel;
  LoginEvents events;
  events.on_prompt = [&](const DeviceAuthorization&) { cancel.set(); };
  const LoginOutcome outcome = client.login({}, events, cancel);
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(server.requests_to("/token"), 0);
}

TEST(ClientCancel, FromTheReportOfAPoll) {
  FaultServer server(authorization_server(answer(200, scripted_codes()),
                                          {answer(400, R"({"error":"authorization_pending"})")}));
  Client client(client_of(server.origin()));
  const Cancel cancel;
  LoginEvents events;
  events.on_poll = [&](const PollReport&) { cancel.set(); };
  const LoginOutcome outcome = client.login({}, events, cancel);
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(server.requests_to("/token"), 1);
}

// A call that is given a Cancel which was set before: that one only.
TEST(ClientCancel, BeforeTheLoginAndNotTheOneAfter) {
  FaultServer server(
      authorization_server(answer(200, scripted_codes()), {answer(200, scripted_tokens())}));
  Client client(client_of(server.origin()));
  const Cancel cancel;
  cancel.set();
  LoginLog log;
  const LoginOutcome cancelled = run_login(client, log, {}, cancel);
  ASSERT_FALSE(cancelled.tokens.ok());
  EXPECT_EQ(cancelled.tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(server.connections(), 0);
  EXPECT_TRUE(run_login(client, log).tokens.ok());
}

// The clean-up after a cancel must not keep the person waiting either.
TEST(ClientCancel, ARevocationThatHangsIsGivenUp) {
  FaultServer server([](const ReceivedRequest& request) {
    if (request.target == "/device_authorization") return answer(200, scripted_codes());
    return request.target == "/token" ? answer(200, scripted_tokens()) : silence();
  });
  Config config = client_of(server.origin());
  config.endpoints.revocation = server.url("/revoke");
  const Cancel cancel;
  Stopwatch since_cancel;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor&) {
    if (record.stage != Stage::token) return;
    since_cancel = Stopwatch();
    cancel.set();
  };
  Client client(std::move(config));
  LoginLog log;
  const LoginOutcome outcome = run_login(client, log, {}, cancel);
  std::printf("cancelled with a revocation that hangs: ended within %d ms\n",
              static_cast<int>(since_cancel.elapsed().count()));
  EXPECT_LT(since_cancel.elapsed(), milliseconds(2000));
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
  ASSERT_EQ(server.requests_to("/revoke"), 1);
  EXPECT_EQ(server.requests().back().body,
            "token=SECRETrefresh-0123456789&token_type_hint=refresh_token&client_id=demo-tv");
}

// T-10.9-1: a token is not shown to a server that can't prove who it is.
TEST(ClientCancel, ARevocationToAnUntrustedServerSendsNoToken) {
  FaultServer server(
      authorization_server(answer(200, scripted_codes()), {answer(200, scripted_tokens())}));
  FaultServer revocation({answer(200, "")}, {Mode::serve, TestCertificates::get().good});
  Config config = client_of(server.origin());
  config.endpoints.revocation = revocation.url("/revoke");
  config.ca_file = TestCertificates::get().other_ca;
  const Cancel cancel;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor&) {
    if (record.stage == Stage::token) cancel.set();
  };
  Client client(std::move(config));
  LoginLog log;
  EXPECT_FALSE(run_login(client, log, {}, cancel).tokens.ok());
  EXPECT_EQ(revocation.connections(), 1);
  EXPECT_EQ(revocation.bytes_received(), 0u);
}

}  // namespace
}  // namespace deviceflow::test
