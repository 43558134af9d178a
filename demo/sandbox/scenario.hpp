// How the sandbox behaves, as data. The format is described in assets/scenarios/README.md.
#ifndef DEVICEFLOW_SANDBOX_SCENARIO_HPP
#define DEVICEFLOW_SANDBOX_SCENARIO_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/json.hpp"
#include "messages.hpp"

namespace deviceflow::sandbox {

/// An answer given instead of the ordinary one.
struct ScriptedAnswer {
  /// The requests it answers: `first`, and `times - 1` after it. The first request is number 1.
  int first = 1;
  int times = 1;
  /// False: the ordinary answer, merely late.
  bool replaces = false;
  int status = 200;
  HeaderList headers;
  std::string body;
  /// The body's OAuth error code and interval where the body is an object that has them.
  std::string error;
  std::optional<std::int64_t> interval;
  bool has_access_token = false;
  std::chrono::milliseconds delay{0};
  bool hang_up = false;

  bool covers(int number) const { return number >= first && number - first < times; }
};

/// When a login ends with a refresh token as well.
enum class RefreshTokens { always, offline_access, never };

enum class Decision { none, approve, deny };

/// The person who isn't there.
struct AutomaticDecision {
  Decision action = Decision::none;
  std::string user = "Ada";
  /// Decides once this many polls have gone unanswered; without it, once `after` has passed.
  std::optional<int> after_polls;
  std::chrono::milliseconds after{0};
};

/// Moved, not copied (it holds JsonValues).
struct Scenario {
  std::string name;
  std::string description;
  /// Sent as they stand; an empty optional leaves the member out.
  std::optional<JsonValue> expires_in;
  std::optional<JsonValue> interval;
  /// 'X' becomes a consonant, '9' a digit, everything else stands for itself.
  std::string user_code_format = "XXXX-XXXX";
  /// Members that replace those of the ordinary answer; null takes one out.
  JsonValue device_response = JsonValue::object();
  JsonValue token_response = JsonValue::object();
  /// The same for the claims of an ID token.
  JsonValue id_token = JsonValue::object();
  std::vector<ScriptedAnswer> device_answers;
  std::vector<ScriptedAnswer> poll_answers;
  std::vector<ScriptedAnswer> refresh_answers;
  std::vector<ScriptedAnswer> revocation_answers;
  AutomaticDecision decision;
  /// Refuses a login that is begun without a code_challenge.
  bool pkce_required = false;
  RefreshTokens refresh_tokens = RefreshTokens::always;
  /// Every refresh brings a new refresh token and ends the old one.
  bool rotation = true;
  std::chrono::seconds access_token_life{3600};
  std::chrono::seconds refresh_token_life{30 * 24 * 3600};

  /// How long codes live: `expires_in` read as a client would read it, else 10 minutes.
  std::chrono::milliseconds lifetime() const;
  /// The interval a client has to keep: `interval` as a client has to read it (5 s for absent,
  /// zero, negative and unreadable ones; milliseconds where seconds would outlive the code).
  std::chrono::milliseconds polling_interval() const;
};

/// Reads a scenario. `name` is what a message calls it. Fails with ErrorCode::invalid_argument and
/// a sentence that names the file and the key.
Result<Scenario> parse_scenario(std::string_view text, std::string_view name);

/// The scenario that needs no file: a person decides, in ten minutes, polled every five seconds.
std::string_view built_in_default_scenario();

}  // namespace deviceflow::sandbox

#endif
