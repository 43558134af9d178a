// Whole logins against the sandbox, which is stricter than real servers and writes down every rule
// that a client breaks.
#include <deviceflow/auth.hpp>

#include "client_helpers.hpp"
#include "foundation/json.hpp"
#include "sandbox/listener.hpp"
#include "tcp_relay.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Events = std::vector<std::string>;

constexpr std::string_view kApprove =
    R"({"expires_in":30,"interval":1,"decision":{"action":"approve","after_polls":1}})";

struct Setup {
  std::string_view scenario = kApprove;
  bool tls = false;
  seconds keep_alive{60};
};

// The HTTP library fills tables of its own at its first request, behind a guard that the thread
// sanitizer can't see, since the library was built without it. So the first request comes alone.
bool served_once() {
  sandbox::ListenerOptions options;
  options.scenario = std::move(*sandbox::parse_scenario(kApprove, "test"));
  auto started = sandbox::Listener::start(std::move(options));
  Config config;
  config.issuer = (*started)->issuer();
  return Client(std::move(config)).discover().ok();
}

/// A sandbox, and a client that sees it through a relay.
class SandboxLogin {
 public:
  explicit SandboxLogin(const Setup& setup) {
    static const bool first = served_once();
    EXPECT_TRUE(first);
    sandbox::ListenerOptions options;
    auto scenario = sandbox::parse_scenario(setup.scenario, "test");
    EXPECT_TRUE(scenario.ok()) << scenario.error().message;
    options.scenario = std::move(*scenario);
    options.tls = setup.tls;
    options.keep_alive = setup.keep_alive;
    auto started = sandbox::Listener::start(std::move(options));
    EXPECT_TRUE(started.ok());
    server_ = std::move(*started);
    relay_ = std::make_unique<TcpRelay>(server_->port());
    const std::string origin =
        (setup.tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(relay_->port());
    config = client_of(origin);
    config.endpoints.introspection = origin + "/introspect";
    config.endpoints.revocation = origin + "/revoke";
    if (setup.tls) config.ca_file = folder_.write("ca.pem", server_->ca_pem());
    record_into(log, config);
  }

  LoginOutcome run(const LoginRequest& request = {}, const Cancel& cancel = Cancel::never()) {
    client.emplace(std::move(config));
    return run_login(*client, log, request, cancel);
  }

  sandbox::Listener& server() { return *server_; }
  TcpRelay& relay() { return *relay_; }

  void expect_no_violations() const {
    for (const sandbox::Violation& violation : server_->violations()) {
      ADD_FAILURE() << violation.rule << ": " << violation.detail;
    }
  }
  int requests_to(std::string_view path) const {
    int found = 0;
    for (const sandbox::LogEntry& entry : server_->log()) found += entry.path == path ? 1 : 0;
    return found;
  }

  Config config;
  LoginLog log;
  std::optional<Client> client;

 private:
  TemporaryFolder folder_;
  std::unique_ptr<sandbox::Listener> server_;
  std::unique_ptr<TcpRelay> relay_;
};

// D-3.4-1, D-3.5-1, D-3.5-2: approved after one pending answer.
void expect_approved(bool tls) {
  SandboxLogin login({kApprove, tls});
  LoginRequest request;
  request.scope = "profile photos";
  const LoginOutcome outcome = login.run(request);
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  EXPECT_EQ(outcome.tokens->token_type, "Bearer");
  EXPECT_EQ(outcome.tokens->expires_in, seconds(3600));
  EXPECT_EQ(outcome.tokens->scope, "profile photos");
  EXPECT_EQ(outcome.quirks.list().size(), 0u);
  EXPECT_EQ(login.log.events, (Events{"prompt", "poll 1 authorization_pending"}));
  EXPECT_EQ(login.log.verification_uri, login.server().verification_uri());
  login.expect_no_violations();

  auto account = make_account_auth("admin", Secret("admin"));
  ASSERT_TRUE(account.ok());
  const auto active = login.client->introspect(outcome.tokens->access_token, {std::move(*account)});
  ASSERT_TRUE(active.ok()) << active.error().message;
  EXPECT_TRUE(active->active);
  for (const std::string& trace : login.log.traces) {
    EXPECT_EQ(trace.find(outcome.tokens->access_token.reveal()), std::string::npos);
  }
}

// D-3.5-5
void expect_denied(bool tls) {
  SandboxLogin login(
      {R"({"expires_in":30,"interval":1,"decision":{"action":"deny","after_polls":1}})", tls});
  const LoginOutcome outcome = login.run();
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::access_denied);
  EXPECT_EQ(outcome.tokens.error().blame, Blame::user);
  EXPECT_EQ(login.log.events, (Events{"prompt", "poll 1 authorization_pending"}));
  login.expect_no_violations();
}

// D-3.5-10, D-3.2-4
void expect_expired(bool tls) {
  SandboxLogin login({R"({"expires_in":3,"interval":1})", tls});
  const LoginOutcome outcome = login.run();
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
  EXPECT_EQ(outcome.tokens.error().blame, Blame::user);
  EXPECT_EQ(outcome.last_failure, "");
  EXPECT_EQ(login.log.events,
            (Events{"prompt", "poll 1 authorization_pending", "poll 2 authorization_pending"}));
  EXPECT_FALSE(login.log.waits.back().has_value()) << "no further poll fits";
  EXPECT_EQ(login.requests_to("/token"), 2);
  login.expect_no_violations();
}

// D-3.5-3: with the five seconds that slow_down adds, over a connection that idles meanwhile.
void expect_slowed_down(bool tls, seconds keep_alive, int connections) {
  SandboxLogin login(
      {R"({"expires_in":60,"interval":1,"poll_answers":[{"poll":1,"error":"slow_down"}],
                          "decision":{"action":"approve","after":0}})",
       tls, keep_alive});
  const LoginOutcome outcome = login.run();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(login.log.events, (Events{"prompt", "poll 1 slow_down"}));
  EXPECT_GE(login.log.waits.front(), milliseconds(5900));
  EXPECT_EQ(login.relay().connections(), connections);
  EXPECT_EQ(login.relay().tls_connections(), tls ? connections : 0);
  EXPECT_EQ(login.log.new_connections, connections);
  login.expect_no_violations();
}

// D-3.5-7, D-3.5-9: 503 with Retry-After, then a connection that closes, then the tokens.
void expect_through_faults(bool tls) {
  SandboxLogin login({R"({"expires_in":60,"interval":1,"poll_answers":[
                          {"poll":1,"status":503,"headers":{"Retry-After":"3"}},
                          {"poll":2,"hang_up":true}],
                          "decision":{"action":"approve","after":0}})",
                      tls});
  const LoginOutcome outcome = login.run();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(login.log.events,
            (Events{"prompt", "poll 1 retry http_503", "poll 2 retry connection"}));
  EXPECT_GE(login.log.waits[0], milliseconds(2900));
  EXPECT_EQ(login.requests_to("/token"), 3);
  login.expect_no_violations();
}

class Scenarios : public testing::TestWithParam<bool> {};

TEST_P(Scenarios, EndAsTheyShouldWithoutAViolation) {
  const bool tls = GetParam();
  in_parallel({[&] { expect_approved(tls); }, [&] { expect_denied(tls); },
               [&] { expect_expired(tls); }, [&] { expect_through_faults(tls); },
               [&] { expect_slowed_down(tls, seconds(60), 1); },
               [&] { expect_slowed_down(tls, seconds(5), 2); }});
}

INSTANTIATE_TEST_SUITE_P(ClientSandbox, Scenarios, testing::Values(false, true),
                         [](const auto& row) { return row.param ? "Https" : "Http"; });

// One connection and one handshake for a whole login; and where the server closes what idles for a
// second, a new one for every poll, and no failure.
TEST(ClientSandbox, OneConnectionServesAWholeLogin) {
  constexpr std::string_view slow =
      R"({"expires_in":60,"interval":2,"decision":{"action":"approve","after_polls":2}})";
  in_parallel({[&] {
                 SandboxLogin login({kApprove, true, seconds(60)});
                 EXPECT_TRUE(login.run().tokens.ok());
                 EXPECT_EQ(login.log.exchanges, 3);
                 EXPECT_EQ(login.log.new_connections, 1);
                 EXPECT_EQ(login.relay().connections(), 1);
                 EXPECT_EQ(login.relay().tls_connections(), 1);
                 login.expect_no_violations();
               },
               [&] {
                 SandboxLogin login({slow, true, seconds(1)});
                 EXPECT_TRUE(login.run().tokens.ok());
                 EXPECT_EQ(login.log.exchanges, 4);
                 EXPECT_EQ(login.log.new_connections, 4);
                 EXPECT_EQ(login.relay().connections(), 4);
                 EXPECT_EQ(login.log.events, (Events{"prompt", "poll 1 authorization_pending",
                                                     "poll 2 authorization_pending"}));
                 login.expect_no_violations();
               }});
}

// D-3.5-9: the network goes away in the middle of a login and comes back.
void expect_outlived(bool tls) {
  SandboxLogin login({kApprove, tls});
  Client client(std::move(login.config));
  LoginEvents events;
  Events seen;
  events.on_prompt = [&](const DeviceAuthorization&) { login.relay().take_away(); };
  events.on_poll = [&](const PollReport& poll) {
    seen.push_back(std::string(name(poll.result)) + " " + poll.reason);
    login.relay().bring_back();
  };
  const LoginOutcome outcome = client.login({}, events);
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(seen, (Events{"retry refused", "authorization_pending "}));
  EXPECT_EQ(login.requests_to("/device_authorization"), 1);
  EXPECT_EQ(login.requests_to("/token"), 2);
  login.expect_no_violations();
}

TEST(ClientSandbox, AnOutageInMidLoginIsOutlived) {
  in_parallel({[] { expect_outlived(false); }, [] { expect_outlived(true); }});
}

TEST(ClientSandbox, AnOutageUntilExpiryIsAnExpiredCodeThatSaysWhy) {
  SandboxLogin login({R"({"expires_in":4,"interval":1})"});
  Client client(std::move(login.config));
  LoginEvents events;
  events.on_prompt = [&](const DeviceAuthorization&) { login.relay().take_away(); };
  const LoginOutcome outcome = client.login({}, events);
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
  EXPECT_EQ(outcome.last_failure, "refused");
  EXPECT_EQ(login.requests_to("/token"), 0);
}

// Only where the caller allows it, and only after failures that prove that nothing was sent.
TEST(ClientSandbox, AStartWithADeadlineOutlivesAnOutage) {
  SandboxLogin login({kApprove});
  login.relay().take_away();
  // The network comes back once the first attempt has failed.
  const auto record = login.config.on_exchange;
  login.config.on_exchange = [&](const ExchangeRecord& one, const Redactor& redactor) {
    record(one, redactor);
    if (one.failure) login.relay().bring_back();
  };
  LoginRequest request;
  request.start_deadline = milliseconds(20000);
  EXPECT_TRUE(login.run(request).tokens.ok());
  EXPECT_EQ(login.log.exchanges, 4);
  EXPECT_EQ(login.log.events, (Events{"retry device_authorization refused", "prompt",
                                      "poll 1 authorization_pending"}));
  EXPECT_EQ(login.requests_to("/device_authorization"), 1);
  login.expect_no_violations();
}

// D-3.5-12: the answer with the token is there when the person gives up.
TEST(ClientSandbox, ATokenThatArrivesAfterACancelIsRevokedAndNotHandedOut) {
  SandboxLogin login(
      {R"({"expires_in":30,"interval":1,"decision":{"action":"approve","after":0}})"});
  Secret token;
  const Cancel cancel;
  const auto record = login.config.on_exchange;
  login.config.on_exchange = [&](const ExchangeRecord& one, const Redactor& redactor) {
    record(one, redactor);
    if (one.stage != Stage::token || !one.response || one.response->status != 200) return;
    const auto body = parse_json(one.response->body.reveal());
    ASSERT_TRUE(body.ok());
    token = Secret(*body->find("access_token")->as_string());
    cancel.set();
  };
  const LoginOutcome outcome = login.run({}, cancel);
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(login.requests_to("/token"), 1);
  EXPECT_EQ(login.requests_to("/revoke"), 1);
  ASSERT_FALSE(token.empty());
  for (const std::string& trace : login.log.traces) {
    EXPECT_EQ(trace.find(token.reveal()), std::string::npos) << trace;
  }
  auto account = make_account_auth("admin", Secret("admin"));
  ASSERT_TRUE(account.ok());
  const auto inactive = login.client->introspect(token, {std::move(*account)});
  ASSERT_TRUE(inactive.ok()) << inactive.error().message;
  EXPECT_FALSE(inactive->active);
  login.expect_no_violations();
}

// D-3.1-2, D-3.4-2: the same proof at every endpoint.
TEST(ClientSandbox, ClientsWithASecretLogInToo) {
  std::vector<std::function<void()>> tasks;
  for (const ClientAuth method : {ClientAuth::basic, ClientAuth::post}) {
    tasks.push_back([method] {
      SandboxLogin login({kApprove});
      const std::string id = method == ClientAuth::basic ? "demo-basic" : "demo-post";
      login.config.client_id = id;
      login.config.client_secret = Secret(id + "-secret");
      login.config.client_auth = method;
      const LoginOutcome outcome = login.run();
      ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
      const auto active = login.client->introspect(outcome.tokens->access_token);
      ASSERT_TRUE(active.ok());
      EXPECT_TRUE(active->active);
      login.expect_no_violations();
    });
  }
  in_parallel(tasks);
}

// D-4-1: from the issuer alone, over TLS.
TEST(ClientSandbox, TheIssuerAloneIsEnough) {
  SandboxLogin login({kApprove, true});
  login.config.endpoints = {};
  login.config.issuer = login.server().issuer();
  const LoginOutcome outcome = login.run();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_FALSE(outcome.quirks.has(Quirk::grant_not_listed));
  EXPECT_EQ(login.log.new_connections, 1);
  login.expect_no_violations();
}

// O-5.3.2-1: the token says who signed in; one that is worth nothing says why.
void expect_named(bool tls) {
  SandboxLogin login(
      {R"({"expires_in":30,"interval":1,"decision":{"action":"approve","after":0}})", tls});
  login.config.endpoints.userinfo = (tls ? "https://127.0.0.1:" : "http://127.0.0.1:") +
                                    std::to_string(login.relay().port()) + "/userinfo";
  const LoginOutcome outcome = login.run();
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  const auto info = login.client->userinfo(outcome.tokens->access_token);
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_FALSE(info->subject.empty());
  EXPECT_FALSE(display_name(*info).empty());
  EXPECT_EQ(display_name(*info), *json_or_null(info->members.reveal()).find("name")->as_string());
  EXPECT_TRUE(login.client->userinfo(outcome.tokens->access_token, info->subject).ok());
  EXPECT_EQ(login.client->userinfo(outcome.tokens->access_token, "nobody").error().code,
            ErrorCode::subject_mismatch);
  EXPECT_EQ(login.client->userinfo(Secret("worth-nothing")).error().label(), "invalid_token");
  EXPECT_EQ(login.requests_to("/userinfo"), 4);
  EXPECT_EQ(login.relay().connections(), 1);
  for (const std::string& trace : login.log.traces) {
    EXPECT_EQ(trace.find(outcome.tokens->access_token.reveal()), std::string::npos);
    EXPECT_EQ(trace.find("worth-nothing"), std::string::npos);
    EXPECT_EQ(trace.find("\"" + info->subject + "\""), std::string::npos) << trace;
  }
  login.expect_no_violations();
}

TEST(ClientSandbox, UserInfoSaysWhoSignedIn) {
  in_parallel({[] { expect_named(false); }, [] { expect_named(true); }});
}

// The next login of the same client uses the connection of the last one.
TEST(ClientSandbox, AClientLogsInAgain) {
  SandboxLogin login(
      {R"({"expires_in":30,"interval":1,"decision":{"action":"approve","after":0}})"});
  EXPECT_TRUE(login.run().tokens.ok());
  EXPECT_TRUE(run_login(*login.client, login.log).tokens.ok());
  EXPECT_EQ(login.relay().connections(), 1);
  EXPECT_EQ(login.requests_to("/device_authorization"), 2);
  login.expect_no_violations();
}

constexpr std::string_view kPkceDemanded =
    R"({"expires_in":30,"interval":1,"pkce":"required",
        "decision":{"action":"approve","after_polls":1}})";

// Each of two logins keeps its own verifier through its polls.
void expect_tied_to_this_device() {
  SandboxLogin login({kPkceDemanded});
  login.config.pkce = true;
  EXPECT_TRUE(login.run().tokens.ok());
  EXPECT_TRUE(run_login(*login.client, login.log).tokens.ok());
  EXPECT_EQ(login.requests_to("/token"), 4);
  login.expect_no_violations();
}

void expect_refused_without_pkce() {
  SandboxLogin login({kPkceDemanded});
  const LoginOutcome outcome = login.run();
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().label(), "invalid_request");
  EXPECT_EQ(login.log.events, Events{});
}

// P-4.1-1, P-4.2-1, P-4.5-1
TEST(ClientSandbox, PkceIsUsedWhereAServerDemandsIt) {
  in_parallel({expect_tied_to_this_device, expect_refused_without_pkce});
}

}  // namespace
}  // namespace deviceflow::test
