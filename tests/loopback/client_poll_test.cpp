// Polls over real sockets that bring no tokens: what is final ends the login after that one poll,
// and what may pass is retried with a longer wait until the tokens come.
#include "client_helpers.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

using End = Action::Then;
using std::chrono::milliseconds;
using Events = std::vector<std::string>;

struct FinalPoll {
  std::string name;
  Action action;
  ErrorCode code;
  Blame blame;
  std::optional<int> http_status;
  std::string label = {};  ///< Where it is not the code's own name.
};

FinalPoll unusable(std::string name, std::string_view body, int status = 200) {
  return {std::move(name), answer(status, body), ErrorCode::invalid_response, Blame::protocol,
          status};
}

FinalPoll refused(const std::string& code, int status) {
  return {code + std::to_string(status),
          answer(status, "{\"error\":\"" + code + "\"}"),
          ErrorCode::oauth_error,
          Blame::server,
          status,
          code};
}

std::vector<FinalPoll> final_polls() {
  std::vector<FinalPoll> rows = {
      unusable("NoMembers", "{}"),
      unusable("DuplicateMembers", "{\"token_type\":\"Bearer\"," + scripted_tokens().substr(1)),
      unusable("NoTokenType", R"({"access_token":"SECRET-at"})"),
      unusable("TokenIsANumber", R"({"access_token":5,"token_type":"Bearer"})"),
      unusable("TokenIsNull", R"({"access_token":null,"token_type":"Bearer"})"),
      unusable("TokenIsEmpty", R"({"access_token":"","token_type":"Bearer"})"),
      unusable("TokenIsAnObject", R"({"access_token":{"a":"SECRET"},"token_type":"Bearer"})"),
      unusable("TypeIsNull", R"({"access_token":"SECRET-at","token_type":null})"),
      unusable("TokenAndError",
               R"({"access_token":"SECRET-at","token_type":"Bearer","error":"slow_down"})"),
      unusable("ErrorIsANumber", R"({"error":400})", 400),
      unusable("ErrorIsNull", R"({"error":null})", 400),
      unusable("ErrorIsEmpty", R"({"error":""})", 400),
      {"TokensInAPage", answer(200, scripted_tokens(), {{"Content-Type", "text/html"}}),
       ErrorCode::invalid_response, Blame::protocol, 200},
      {"AnotherTokenType", answer(200, R"({"access_token":"SECRET-at","token_type":"mac"})"),
       ErrorCode::unsupported_token_type, Blame::protocol, 200},
      {"OverTheCap", large_body(64, false), ErrorCode::response_too_large, Blame::protocol, {}},
      {"OverTheCapInChunks",
       large_body(64, true),
       ErrorCode::response_too_large,
       Blame::protocol,
       {}},
      {"AFloodOfHeaders", header_flood(100000), ErrorCode::response_too_large, Blame::protocol, {}},
      refused("invalid_grant", 400),
      refused("invalid_client", 401),
      refused("unsupported_grant_type", 400),
      refused("server_error", 400),
      refused("x_unknown", 400),
      {"access_denied", answer(400, R"({"error":"access_denied"})"), ErrorCode::access_denied,
       Blame::user, 400},
      {"expired_token", answer(400, R"({"error":"expired_token"})"), ErrorCode::expired_token,
       Blame::user, 400},
  };
  for (const int status : {301, 302, 303, 307, 308}) {
    rows.push_back({"Redirect" + std::to_string(status),
                    answer(status, "", {{"Location", "https://evil.example/token"}}),
                    ErrorCode::redirect_refused, Blame::protocol, status});
  }
  return rows;
}

void expect_final(const FinalPoll& row) {
  SCOPED_TRACE(row.name);
  FaultServer server(authorization_server(answer(200, scripted_codes()),
                                          {row.action, answer(200, scripted_tokens())}));
  Config config = client_of(server.origin());
  LoginLog log;
  record_into(log, config);
  Client client(std::move(config));

  const LoginOutcome outcome = run_login(client, log);

  if (outcome.tokens.ok()) {
    ADD_FAILURE() << "logged in";
    return;
  }
  const Error& error = outcome.tokens.error();
  EXPECT_EQ(error.code, row.code) << error.message;
  EXPECT_EQ(error.blame, row.blame);
  EXPECT_EQ(error.stage, Stage::token);
  EXPECT_EQ(error.http_status, row.http_status);
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(error.label(), row.label.empty() ? name(row.code) : std::string_view(row.label));
  expect_clean(texts_of(error));
  for (const std::string& trace : log.traces) expect_clean(trace);
  EXPECT_EQ(log.events, Events{"prompt"});
  EXPECT_EQ(server.requests_to("/token"), 1);
}

// D-3.5-4, D-3.5-5, T-5.1-1, T-5.1-6, T-5.1-7, H-15.4-1
TEST(ClientPoll, AFinalAnswerEndsTheLoginAfterThatOnePoll) {
  const std::vector<FinalPoll> rows = final_polls();
  std::vector<std::function<void()>> tasks;
  for (const FinalPoll& row : rows) tasks.push_back([&row] { expect_final(row); });
  in_parallel(tasks);
}

struct PassingPoll {
  std::string name;
  Action action;
  std::string event;
};

Action page(int status) {
  return answer(status, "<html><body>Please pay for the network</body></html>",
                {{"Content-Type", "text/html"}});
}

std::vector<PassingPoll> passing_polls() {
  const std::string tokens = scripted_tokens();
  std::vector<PassingPoll> rows = {
      {"Empty", answer(200, ""), "retry unreadable"},
      {"APage", page(200), "retry unreadable"},
      {"APageWith403", page(403), "retry http_403"},
      {"APageWith404", page(404), "retry http_404"},
      {"BrokenJson", answer(200, tokens.substr(0, 30)), "retry unreadable"},
      {"AnArray", answer(200, "[" + tokens + "]"), "retry unreadable"},
      {"NestedAMillionDeep", answer(200, std::string(1000000, '[')), "retry unreadable"},
      {"InvalidUtf8", answer(200, "{\"access_token\":\"\xFF\",\"token_type\":\"Bearer\"}"),
       "retry unreadable"},
      {"HungUp", hang_up(), "retry connection"},
      {"Reset", reset(), "retry connection"},
      {"HalfAnAnswer", half_answer(200, tokens, End::close), "retry connection"},
      {"HalfAnAnswerAndReset", half_answer(200, tokens, End::reset), "retry connection"},
      {"NoHttp", raw("220 mail.example ESMTP\r\n", End::close), "retry connection"},
      {"ServerError", answer(500, R"({"error":"server_error"})"), "retry http_500"},
      {"Unavailable", answer(503, R"({"error":"temporarily_unavailable"})"), "retry http_503"},
  };
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    rows.push_back(
        {"Status" + std::to_string(status), page(status), "retry http_" + std::to_string(status)});
  }
  return rows;
}

void expect_passing(const PassingPoll& row) {
  SCOPED_TRACE(row.name);
  FaultServer server(authorization_server(answer(200, scripted_codes()),
                                          {row.action, answer(200, scripted_tokens())}));
  Config config = client_of(server.origin());
  LoginLog log;
  record_into(log, config);
  Client client(std::move(config));

  const LoginOutcome outcome = run_login(client, log);

  EXPECT_TRUE(outcome.tokens.ok());
  if (outcome.tokens.ok()) {
    EXPECT_EQ(outcome.tokens->access_token.reveal(), "SECRETtoken-0123456789");
  }
  EXPECT_EQ(log.events, (Events{"prompt", "poll 1 " + row.event}));
  ASSERT_EQ(log.waits.size(), 1u);
  ASSERT_TRUE(log.waits[0].has_value());
  EXPECT_GE(*log.waits[0], milliseconds(1900)) << "longer than the interval";
  for (const std::string& trace : log.traces) expect_clean(trace);
  EXPECT_EQ(server.requests_to("/device_authorization"), 1);
  ASSERT_EQ(server.requests_to("/token"), 2);
  // The real gap, as the server saw it.
  const auto requests = server.requests();
  EXPECT_GE(requests[1].arrived - requests[0].arrived, milliseconds(1000));
  EXPECT_GE(requests[2].arrived - requests[1].arrived, milliseconds(2000));
}

// D-3.5-7, D-3.5-9, H-9.2.2-1
TEST(ClientPoll, APassingFaultIsRetriedLaterAndTheTokensStillCome) {
  const std::vector<PassingPoll> rows = passing_polls();
  std::vector<std::function<void()>> tasks;
  for (const PassingPoll& row : rows) tasks.push_back([&row] { expect_passing(row); });
  in_parallel(tasks);
}

// D-3.1-1, D-3.4-1, D-3.4-2, D-3.5-2
TEST(ClientPoll, EveryRequestIsWhatTheRfcSays) {
  const Action pending = answer(400, R"({"error":"authorization_pending"})");
  FaultServer server(authorization_server(answer(200, scripted_codes()),
                                          {pending, pending, answer(200, scripted_tokens())}));
  Client client(client_of(server.origin()));
  LoginLog log;
  LoginRequest request;
  request.scope = "profile photos";
  EXPECT_TRUE(run_login(client, log, request).tokens.ok());
  EXPECT_EQ(log.events,
            (Events{"prompt", "poll 1 authorization_pending", "poll 2 authorization_pending"}));
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(server.connections(), 1);
  for (const ReceivedRequest& one : seen) {
    EXPECT_EQ(one.method, "POST");
    EXPECT_EQ(one.header("Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(one.header("Accept"), "application/json");
    EXPECT_EQ(one.count("Authorization"), 0);
    EXPECT_EQ(one.count("Cookie"), 0);
  }
  EXPECT_EQ(seen[0].target, "/device_authorization");
  EXPECT_EQ(seen[0].body, "scope=profile+photos&client_id=demo-tv");
  for (std::size_t poll = 1; poll < seen.size(); ++poll) {
    EXPECT_EQ(seen[poll].target, "/token");
    EXPECT_EQ(seen[poll].body,
              "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
              "&device_code=SECRETdc%2Bwith%2Fodd%3Dchars%26%22quotes%22%25and+more"
              "&client_id=demo-tv");
    EXPECT_GE(seen[poll].arrived - seen[poll - 1].arrived, milliseconds(1000));
  }
}

// T-10.9-1, D-3.5-9: in the middle of a login too, and not one more try.
TEST(ClientPoll, AnUntrustedCertificateEndsTheLoginAtOnce) {
  FaultServer start({answer(200, scripted_codes())});
  const TestCertificates& made = TestCertificates::get();
  std::vector<std::function<void()>> tasks;
  for (const TlsSettings* settings :
       {&made.expired, &made.wrong_host, &made.self_signed, &made.good}) {
    tasks.push_back([&, settings] {
      FaultServer tokens({answer(200, scripted_tokens())},
                         {FaultServerOptions::Mode::serve, *settings});
      Config config = client_of(start.origin());
      config.endpoints.token = tokens.url("/token");
      config.ca_file = settings == &made.good ? made.other_ca : made.ca;
      Client client(std::move(config));
      LoginLog log;
      const LoginOutcome outcome = run_login(client, log);
      ASSERT_FALSE(outcome.tokens.ok());
      EXPECT_EQ(outcome.tokens.error().code, ErrorCode::tls);
      EXPECT_EQ(outcome.tokens.error().stage, Stage::token);
      EXPECT_EQ(outcome.tokens.error().reason, "tls_untrusted");
      EXPECT_EQ(log.events, Events{"prompt"});
      EXPECT_EQ(tokens.bytes_received(), 0u);
      EXPECT_EQ(tokens.connections(), 1);
    });
  }
  in_parallel(tasks);
}

// D-3.5-7, D-3.5-10
TEST(ClientPoll, NothingButSilenceOrRefusalsUntilExpiryIsAnExpiredCode) {
  const std::string codes = scripted_codes({{"expires_in", "3"}});
  const auto expect_expired = [](const LoginOutcome& outcome, const char* last_failure) {
    ASSERT_FALSE(outcome.tokens.ok());
    EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
    EXPECT_EQ(outcome.tokens.error().blame, Blame::user);
    EXPECT_EQ(outcome.last_failure, last_failure);
  };
  in_parallel({[&] {
                 FaultServer server(authorization_server(answer(200, codes), {silence()}));
                 Client client(client_of(server.origin()));
                 LoginLog log;
                 expect_expired(run_login(client, log), "timeout");
                 EXPECT_EQ(log.events, (Events{"prompt", "poll 1 retry timeout"}));
                 EXPECT_EQ(server.requests_to("/token"), 1);
               },
               [&] {
                 FaultServer server({answer(200, codes)});
                 const ClosedPort gone;
                 Config config = client_of(server.origin());
                 config.endpoints.token = gone.origin() + "/token";
                 Client client(std::move(config));
                 LoginLog log;
                 expect_expired(run_login(client, log), "refused");
                 ASSERT_GE(log.events.size(), 2u);
                 EXPECT_EQ(log.events[1], "poll 1 retry refused");
               }});
}

// H-10.2.3-1, H-6585-4-1
TEST(ClientPoll, RetryAfterIsHonouredAndNeverShortened) {
  const HeaderLines date = {{"Date", "Mon, 05 Jan 2026 10:00:00 GMT"},
                            {"Retry-After", "Mon, 05 Jan 2026 10:00:03 GMT"}};
  std::vector<std::function<void()>> tasks;
  for (const Action& action : {answer(429, "{}", {{"Retry-After", "3"}}), answer(503, "", date)}) {
    tasks.push_back([action] {
      FaultServer server(authorization_server(answer(200, scripted_codes()),
                                              {action, answer(200, scripted_tokens())}));
      Client client(client_of(server.origin()));
      LoginLog log;
      EXPECT_TRUE(run_login(client, log).tokens.ok());
      const auto seen = server.requests();
      ASSERT_EQ(seen.size(), 3u);
      EXPECT_GE(seen[2].arrived - seen[1].arrived, milliseconds(3000));
    });
  }
  in_parallel(tasks);
}

}  // namespace
}  // namespace deviceflow::test
