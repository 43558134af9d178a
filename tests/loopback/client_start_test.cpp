// Device authorization requests over real sockets that come to nothing: every bad answer has its
// own error, and none of them leads to a prompt or a poll.
#include <deviceflow/secret.hpp>

#include "client_helpers.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

using End = Action::Then;
using Members = std::vector<std::pair<std::string, std::string>>;

struct BadStart {
  std::string name;
  Action action;
  ErrorCode code;
  Blame blame;
  std::optional<int> http_status;
  bool retryable = false;
  std::string label = {};  ///< Where it is not the code's own name.
};

Action page(int status) {
  return answer(status, "<html><body>Service of the hotel</body></html>",
                {{"Content-Type", "text/html; charset=utf-8"}});
}

BadStart unusable(std::string name, std::string body, int status = 200) {
  return {std::move(name), answer(status, body), ErrorCode::invalid_response, Blame::protocol,
          status};
}

BadStart unusable(std::string name, const Members& members) {
  return unusable(std::move(name), scripted_codes(members));
}

BadStart bad_uri(std::string name, const std::string& uri) {
  return {std::move(name), answer(200, scripted_codes({{"verification_uri", "\"" + uri + "\""}})),
          ErrorCode::verification_uri_refused, Blame::protocol, 200};
}

BadStart broken(std::string name, Action action) {
  return {std::move(name), std::move(action), ErrorCode::network, Blame::network, {}, true};
}

std::vector<BadStart> unreadable_answers() {
  BadStart gateway{"AGatewaysPage", page(502), ErrorCode::invalid_response, Blame::protocol, 502};
  gateway.retryable = true;
  const std::string duplicate = "{\"interval\":5," + scripted_codes().substr(1);
  return {
      unusable("Empty", ""),
      {"APage", page(200), ErrorCode::invalid_response, Blame::protocol, 200},
      gateway,
      unusable("BrokenJson", scripted_codes().substr(0, 40)),
      unusable("TrailingBytes", scripted_codes() + "{}"),
      unusable("AnArray", "[" + scripted_codes() + "]"),
      unusable("AString", "\"SECRET\""),
      unusable("NestedAMillionDeep", std::string(1000000, '[')),
      unusable("NestedObjects", "{\"a\":" + std::string(100000, '{')),
      unusable("DuplicateMembers", duplicate),
      unusable("InvalidUtf8", Members{{"user_code", "\"AB\xC3\x28\""}}),
      unusable("OverlongUtf8", Members{{"user_code", "\"AB\xC0\xAF\""}}),
      unusable("Nul", scripted_codes() + std::string(1, '\0')),
      unusable("BytesBehindANul", scripted_codes() + std::string(1, '\0') + "{}"),
      unusable("AHugeNumber", Members{{"expires_in", "1e999"}}),
      {"OverTheCap", large_body(64, false), ErrorCode::response_too_large, Blame::protocol, {}},
      {"OverTheCapInChunks",
       large_body(64, true),
       ErrorCode::response_too_large,
       Blame::protocol,
       {}},
      {"AFloodOfHeaders", header_flood(100000), ErrorCode::response_too_large, Blame::protocol, {}},
  };
}

std::vector<BadStart> bad_members() {
  std::vector<BadStart> rows;
  for (const std::string member : {"device_code", "user_code", "verification_uri", "expires_in"}) {
    for (const auto& [what, text] : Members{{"Missing", ""},
                                            {"Null", "null"},
                                            {"Empty", "\"\""},
                                            {"AnArray", "[]"},
                                            {"AnObject", "{\"a\":1}"},
                                            {"ABoolean", "true"}}) {
      rows.push_back(unusable(member + what, Members{{member, text}}));
    }
  }
  for (const std::string member : {"device_code", "user_code", "verification_uri"}) {
    rows.push_back(unusable(member + "ANumber", Members{{member, "5"}}));
  }
  for (const std::string text : {"0", "-1", "\"soon\"", "\"-5\""}) {
    rows.push_back(unusable("expires_in " + text, Members{{"expires_in", text}}));
  }
  return rows;
}

std::vector<BadStart> bad_uris() {
  return {
      bad_uri("Script", "javascript:alert(1)"),
      bad_uri("ScriptWithSlashes", "javascript://as.example/%0Aalert(1)"),
      bad_uri("Data", "data:text/html,x"),
      bad_uri("File", "file:///etc/passwd"),
      bad_uri("Relative", "/device"),
      bad_uri("PlainHttp", "http://as.example/device"),
      bad_uri("UserName", "https://as.example@evil.example/device"),
      bad_uri("ControlCharacter", "https://as.example/\\u001b[31mdevice"),
      bad_uri("LineBreak", "https://as.example/\\r\\ndevice"),
      bad_uri("Space", "https://as.example/a b"),
      bad_uri("Directions", "https://as.example/\\u202Eecived"),
  };
}

std::vector<BadStart> refusals() {
  std::vector<BadStart> rows;
  for (const int status : {301, 302, 303, 307, 308}) {
    rows.push_back({"Redirect" + std::to_string(status),
                    answer(status, "", {{"Location", "https://evil.example/device"}}),
                    ErrorCode::redirect_refused, Blame::protocol, status});
  }
  for (const auto& [code, status] :
       std::vector<std::pair<std::string, int>>{{"invalid_client", 401},
                                                {"unauthorized_client", 400},
                                                {"invalid_scope", 400},
                                                {"invalid_request", 400},
                                                {"x_unknown", 403}}) {
    const std::string body = "{\"error\":\"" + code + "\",\"error_description\":\"No.\"}";
    rows.push_back({code, answer(status, body, {{"WWW-Authenticate", "Basic realm=\"x\""}}),
                    ErrorCode::oauth_error, Blame::server, status, false, code});
  }
  // What a terminal would obey, and what would turn a line around.
  const std::string hostile =
      "{\"error\":\"bad\\u001b]0;owned\\u0007\",\"error_description\":\"\\u001b[2Ja\\r\\nb\\u0000"
      "\\u202Etxet\\u009b31m\"}";
  rows.push_back({"Escapes", answer(400, hostile), ErrorCode::oauth_error, Blame::server, 400,
                  false, clean_text("bad\x1b]0;owned\x07")});
  return rows;
}

std::vector<BadStart> broken_connections() {
  return {
      broken("HungUp", hang_up()),
      broken("Reset", reset()),
      broken("HalfAnAnswer", half_answer(200, scripted_codes(), End::close)),
      broken("HalfAnAnswerAndReset", half_answer(200, scripted_codes(), End::reset)),
      broken("NoHttp", raw("SSH-2.0-OpenSSH\r\n", End::close)),
  };
}

struct Table {
  const char* name;
  std::vector<BadStart> (*rows)();
};

void PrintTo(const Table& table, std::ostream* out) {
  *out << table.name;
}

class BadStarts : public testing::TestWithParam<Table> {};

// D-3.2-1, D-3.2-5, D-3.1-4, D-3.3-3, D-3.5-5, H-15.4-1, H-9.2.2-1, T-5.1-6, T-5.2-2
TEST_P(BadStarts, EachEndsTheLoginWithItsOwnError) {
  for (const BadStart& row : GetParam().rows()) {
    SCOPED_TRACE(row.name);
    FaultServer server(authorization_server(row.action, {answer(200, scripted_tokens())}));
    Config config = client_of(server.origin());
    LoginLog log;
    record_into(log, config);
    Client client(std::move(config));

    const LoginOutcome outcome = run_login(client, log);

    EXPECT_EQ(server.requests().size(), 1u);
    EXPECT_EQ(log.events, std::vector<std::string>()) << "nothing may be shown";
    if (outcome.tokens.ok()) {
      ADD_FAILURE() << "logged in";
      continue;
    }
    const Error& error = outcome.tokens.error();
    EXPECT_EQ(error.code, row.code) << error.message;
    EXPECT_EQ(error.blame, row.blame);
    EXPECT_EQ(error.stage, Stage::device_authorization);
    EXPECT_EQ(error.http_status, row.http_status);
    EXPECT_EQ(error.retryable, row.retryable);
    EXPECT_EQ(error.label(), row.label.empty() ? name(row.code) : std::string_view(row.label));
    EXPECT_FALSE(error.message.empty());
    expect_clean(texts_of(error));
    for (const std::string& trace : log.traces) expect_clean(trace);
  }
}

INSTANTIATE_TEST_SUITE_P(ClientStart, BadStarts,
                         testing::Values(Table{"UnreadableAnswers", &unreadable_answers},
                                         Table{"BadMembers", &bad_members},
                                         Table{"BadVerificationUris", &bad_uris},
                                         Table{"Refusals", &refusals},
                                         Table{"BrokenConnections", &broken_connections}),
                         [](const auto& table) { return table.param.name; });

// D-3.3.1-1, D-3.3-3
TEST(ClientStart, ACompleteUriThatNobodyShouldOpenIsNotShown) {
  for (const char* uri : {"javascript:alert(1)", "http://as.example/device?user_code=X"}) {
    FaultServer server(authorization_server(
        answer(200,
               scripted_codes({{"verification_uri_complete", "\"" + std::string(uri) + "\""}})),
        {answer(200, scripted_tokens())}));
    Client client(client_of(server.origin()));
    std::optional<std::string> shown = "nothing was shown";
    const LoginOutcome outcome = client.login(
        {}, [&](const DeviceAuthorization& codes) { shown = codes.verification_uri_complete; });
    EXPECT_TRUE(outcome.tokens.ok()) << uri;
    EXPECT_EQ(shown, std::nullopt) << uri;
    EXPECT_TRUE(outcome.quirks.has(Quirk::complete_uri_dropped)) << uri;
  }
}

Error start_error(const std::string& origin, const std::string& ca_file = {},
                  std::optional<std::chrono::milliseconds> deadline = {}) {
  Config config = client_of(origin);
  config.ca_file = ca_file;
  Client client(std::move(config));
  LoginLog log;
  LoginRequest request;
  request.start_deadline = deadline;
  const LoginOutcome outcome = run_login(client, log, request);
  EXPECT_FALSE(outcome.tokens.ok());
  return outcome.tokens.ok() ? Error{} : outcome.tokens.error();
}

TEST(ClientStart, ARefusedPortIsANetworkError) {
  const ClosedPort port;
  const Error error = start_error(port.origin());
  EXPECT_EQ(error.code, ErrorCode::network);
  EXPECT_EQ(error.blame, Blame::network);
  EXPECT_EQ(error.reason, "refused");
  EXPECT_TRUE(error.retryable);
}

TEST(ClientStart, AnUnknownHostIsANetworkError) {
  const Error error = start_error("https://nonexistent.invalid");
  EXPECT_EQ(error.code, ErrorCode::network);
  EXPECT_EQ(error.reason, "dns");
}

// H-9.2.2-1: what may have arrived is not repeated, even where the caller allows retries.
TEST(ClientStart, ASilentServerIsATimeoutAndIsNotAskedAgain) {
  FaultServer server({silence()});
  const Error error = start_error(server.origin(), {}, std::chrono::milliseconds(1500));
  EXPECT_EQ(error.code, ErrorCode::timeout);
  EXPECT_EQ(error.blame, Blame::network);
  EXPECT_EQ(error.reason, "timeout");
  EXPECT_EQ(server.requests().size(), 1u);
}

// T-10.9-1, L-3.1-1, D-3.5-9
TEST(ClientStart, CertificatesAreCheckedBeforeTheRequestIsSent) {
  const TestCertificates& made = TestCertificates::get();
  for (TlsSettings settings : {made.expired, made.wrong_host, made.self_signed, made.good}) {
    FaultServer server({answer(200, scripted_codes())},
                       {FaultServerOptions::Mode::serve, settings});
    const bool good = settings.certificate_file == made.good.certificate_file;
    const Error error = start_error(server.origin(), good ? made.other_ca : made.ca,
                                    std::chrono::milliseconds(20000));
    EXPECT_EQ(error.code, ErrorCode::tls) << settings.certificate_file;
    EXPECT_EQ(error.blame, Blame::network);
    EXPECT_EQ(error.reason, "tls_untrusted");
    EXPECT_FALSE(error.retryable);
    EXPECT_EQ(server.connections(), 1) << "final at once";
    EXPECT_EQ(server.bytes_received(), 0u);
  }
}

// L-3.1-1
TEST(ClientStart, Tls11IsRefused) {
  TlsSettings settings = TestCertificates::get().good;
  settings.version = TlsSettings::Version::only_1_1;
  FaultServer server({answer(200, scripted_codes())}, {FaultServerOptions::Mode::serve, settings});
  const Error error = start_error(server.origin(), TestCertificates::get().ca);
  EXPECT_EQ(error.code, ErrorCode::tls);
  EXPECT_EQ(error.reason, "tls_handshake");
}

TEST(ClientStart, ACaFileThatIsMissingIsTheCallersFault) {
  FaultServer server({answer(200, scripted_codes())},
                     {FaultServerOptions::Mode::serve, TestCertificates::get().good});
  const Error error = start_error(server.origin(), "/nonexistent/ca.pem");
  EXPECT_EQ(error.code, ErrorCode::invalid_argument);
  EXPECT_EQ(error.blame, Blame::caller);
  EXPECT_NE(error.message.find("/nonexistent/ca.pem"), std::string::npos);
}

// D-3.1-5
TEST(ClientStart, PlainHttpToAnotherMachineIsRefusedBeforeASocketOpens) {
  FaultServer proxy({answer(200, scripted_codes())});
  setenv("http_proxy", proxy.origin().c_str(), 1);
  const Error error = start_error("http://as.example");
  EXPECT_EQ(error.code, ErrorCode::insecure_endpoint);
  EXPECT_EQ(error.blame, Blame::caller);
  EXPECT_EQ(proxy.connections(), 0);
  unsetenv("http_proxy");
}

// D-3.3-2: servers put what they were sent into their descriptions.
TEST(ClientStart, AnEchoedClientSecretStaysOutOfEveryText) {
  const std::string echo =
      R"({"error":"invalid_client","error_description":"wrong secret SECRETclient+value for demo"})";
  FaultServer server({answer(401, echo)});
  Config config = client_of(server.origin());
  config.client_secret = Secret("SECRETclient+value");
  LoginLog log;
  record_into(log, config);
  Client client(std::move(config));
  const LoginOutcome outcome = run_login(client, log);
  ASSERT_FALSE(outcome.tokens.ok());
  expect_clean(texts_of(outcome.tokens.error()));
  EXPECT_NE(outcome.tokens.error().description.find("wrong secret"), std::string::npos);
  for (const std::string& trace : log.traces) expect_clean(trace);
}

}  // namespace
}  // namespace deviceflow::test
