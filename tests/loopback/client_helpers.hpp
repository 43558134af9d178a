// Shared by the tests that run whole logins: what a login told on its way, and an authorization
// server of a few scripted answers.
#ifndef DEVICEFLOW_TEST_CLIENT_HELPERS_HPP
#define DEVICEFLOW_TEST_CLIENT_HELPERS_HPP

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client_calls.hpp"
#include "fault_server.hpp"

namespace deviceflow {

inline void PrintTo(ErrorCode code, std::ostream* out) {
  *out << name(code);
}
inline void PrintTo(Blame blame, std::ostream* out) {
  *out << name(blame);
}
inline void PrintTo(Stage stage, std::ostream* out) {
  *out << name(stage);
}

namespace test {

/// The device code of scripted_codes(): with characters that every escaping changes.
inline constexpr std::string_view kDeviceCode = "SECRETdc+with/odd=chars&\"quotes\"%and more";

/// What a login told, in order.
struct LoginLog {
  /// "retry discovery refused", "prompt", "poll 1 authorization_pending", "poll 2 retry http_503" …
  std::vector<std::string> events;
  /// The wait that each poll announced; empty where none follows.
  std::vector<std::optional<std::chrono::milliseconds>> waits;
  std::string user_code;
  std::string verification_uri;
  /// Every exchange as to_trace() writes it with its secrets redacted.
  std::vector<std::string> traces;
  /// Called after a "retry" was written down; may be null.
  std::function<void()> on_start_retry;
  int exchanges = 0;
  int new_connections = 0;
};

/// Makes the config's client write its exchanges into `log`, which must outlive the client.
void record_into(LoginLog& log, Config& config);
/// Runs a login that writes its events into `log`.
LoginOutcome run_login(Client& client, LoginLog& log, const LoginRequest& request = {},
                       const Cancel& cancel = Cancel::never());

/// A public client of the server at `origin`, with /device_authorization and /token.
Config client_of(const std::string& origin);

/// A good device authorization answer with kDeviceCode. `members` replaces members by their JSON
/// text; an empty text leaves the member out.
std::string scripted_codes(const std::vector<std::pair<std::string, std::string>>& members = {});
/// A good token answer.
std::string scripted_tokens();
/// Answers /device_authorization with `start`, and the nth poll of /token with the nth of `polls`
/// (the last one from then on).
FaultServer::Script authorization_server(Action start, std::vector<Action> polls);

/// Every text of an error in one string.
std::string texts_of(const Error& error);
/// Fails the test where `text` holds the device code in any escaping, whole or in part, or
/// characters that a terminal obeys.
void expect_clean(std::string_view text);

/// Runs all of `tasks` at once.
void in_parallel(const std::vector<std::function<void()>>& tasks);

}  // namespace test
}  // namespace deviceflow

#endif
