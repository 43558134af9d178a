#include "enter_key.hpp"

#include <poll.h>
#include <unistd.h>

#include <string_view>

namespace deviceflow::demo {

// Outside of the foreground any use of the terminal would stop this program.
bool EnterKey::is_there() {
  return isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

EnterKey::EnterKey() {
  termios mode{};
  if (!is_there() || tcgetattr(STDIN_FILENO, &mode) != 0) return;
  before_ = mode;
  mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
  // Enter that was pressed too early must open nothing.
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode);
}

EnterKey::~EnterKey() {
  if (before_ && is_there()) tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

bool EnterKey::pressed() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  bool found = false;
  while (before_ && is_there() && poll(&input, 1, 0) == 1) {
    char line[256];
    const ssize_t got = read(STDIN_FILENO, line, sizeof line);
    if (got <= 0) break;
    found = found || std::string_view(line, static_cast<std::size_t>(got)) == "\n";
  }
  return found;
}

}  // namespace deviceflow::demo
