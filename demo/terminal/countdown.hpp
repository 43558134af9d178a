// Time and trouble in words: the line that counts down while the user approves.
#ifndef DEVICEFLOW_DEMO_TERMINAL_COUNTDOWN_HPP
#define DEVICEFLOW_DEMO_TERMINAL_COUNTDOWN_HPP

#include <chrono>
#include <deviceflow/device_login.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tty.hpp"

namespace deviceflow::demo {

/// "9:41", "1:02:03".
std::string clock_words(std::chrono::seconds time);

struct Countdown {
  SteadyTime now{};
  SteadyTime shown_at{};  ///< When the user got the code.
  SteadyTime expires_at{};
  /// When the server is asked next; at or after expires_at: no more.
  SteadyTime next_request{};
  /// Of the last poll; empty before the first.
  std::optional<PollReport::Result> last;
  std::string reason;            ///< With PollReport::Result::retry.
  std::string server_text = {};  ///< The same.
  bool check_endpoint = false;   ///< The same.
};

/// By then a user who could approve would have: the line adds what else may be in the way.
bool is_long_wait(const Countdown& countdown);

/// One line that fits the screen, without newline. Less important parts go first where it doesn't.
std::string countdown_line(const Countdown& countdown, const Tty& screen);

}  // namespace deviceflow::demo

#endif
