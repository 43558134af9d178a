// What was handed out at the end of a login, from the server's side.
#ifndef DEVICEFLOW_SANDBOX_TOKENS_HPP
#define DEVICEFLOW_SANDBOX_TOKENS_HPP

#include <cstdint>
#include <deviceflow/clock.hpp>
#include <optional>
#include <string>

namespace deviceflow::sandbox {

/// What every token of one login has in common.
struct Login {
  std::uint64_t id = 0;
  std::string client_id;
  std::string scope;  ///< As approved; a refresh can ask for less of it.
  std::string person;
};

struct Token {
  enum class Kind { access, refresh };
  enum class State {
    alive,
    replaced,   ///< A refresh token for which a newer one was given out.
    withdrawn,  ///< Ended with its login, when one that had been replaced came back.
    refused,    ///< The client has been told that it is worth nothing.
    revoked     ///< The client asked for its end.
  };

  Kind kind = Kind::access;
  State state = State::alive;
  std::string value;
  Login login;
  std::string scope;
  SteadyTime issued{};
  SteadyTime expires{};
  std::uint64_t issued_by = 0;  ///< Ticket of the request it answers.

  // The last refresh with it: its ticket, and when the answer left or will leave.
  std::uint64_t refreshed_by = 0;
  SteadyTime answered{};
  /// Set after a passing fault that came with Retry-After.
  std::optional<SteadyTime> retry_at;

  bool is_active(SteadyTime now) const { return state == State::alive && now < expires; }
};

}  // namespace deviceflow::sandbox

#endif
