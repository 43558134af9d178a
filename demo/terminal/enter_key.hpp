// The Enter key, while something else is waited for.
#ifndef DEVICEFLOW_DEMO_TERMINAL_ENTER_KEY_HPP
#define DEVICEFLOW_DEMO_TERMINAL_ENTER_KEY_HPP

#include <termios.h>

#include <optional>

namespace deviceflow::demo {

/// Listens on standard input, and switches off its echo for as long as this lives.
class EnterKey {
 public:
  /// True if standard input is a terminal and this program runs in its foreground.
  static bool is_there();

  EnterKey();
  ~EnterKey();
  EnterKey(const EnterKey&) = delete;
  EnterKey& operator=(const EnterKey&) = delete;

  /// Whether Enter was pressed alone since the last call. What was typed before it is dropped: it
  /// was meant for another program. Never waits.
  bool pressed();

 private:
  std::optional<termios> before_;
};

}  // namespace deviceflow::demo

#endif
