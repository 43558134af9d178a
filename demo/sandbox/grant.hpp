// One device code from the server's side.
#ifndef DEVICEFLOW_SANDBOX_GRANT_HPP
#define DEVICEFLOW_SANDBOX_GRANT_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/clock.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "scenario.hpp"

namespace deviceflow::sandbox {

struct Grant {
  enum class State { pending, approved, denied, redeemed };

  std::uint64_t ticket = 0;
  std::string device_code;
  std::string user_code;
  std::string client_id;
  std::string scope;
  std::string person;          ///< Who approved it.
  std::string code_challenge;  ///< Empty where the login does without PKCE.
  State state = State::pending;

  SteadyTime issued{};  ///< When the answer with the codes left.
  SteadyTime expires{};
  std::chrono::milliseconds first_interval{0};
  std::chrono::milliseconds interval{0};  ///< In force: grows by 5 s with each slow_down.

  SteadyTime answered{};  ///< When the last answer left, or will leave; waits count from here.
  int polls = 0;
  bool finished = false;                      ///< The client has had a final answer.
  std::optional<ScriptedAnswer> next_answer;  ///< What the next poll gets, whatever is scripted.
  /// Set after a passing fault: the row that wants a longer wait now, and the server's Retry-After.
  std::string back_off_rule;
  std::optional<SteadyTime> retry_at;
};

enum class DecisionResult { done, unknown_code, used_code, expired_code };

/// A typed user code as it is compared: letters and digits only, upper case.
std::string normalise_user_code(std::string_view typed);

}  // namespace deviceflow::sandbox

#endif
