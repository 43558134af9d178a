#include "sink.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "stop.hpp"

namespace deviceflow::demo {

namespace {

// A pipe that poll(2) calls writable takes this much without blocking.
constexpr std::size_t kAtOnce = 4096;
constexpr int kGraceMs = 200;

}  // namespace

bool write_whole(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    // A reader that dawdles is waited for, but after Ctrl-C only for a moment.
    const bool stopped = stop_reason() != Stop::none;
    pollfd fds[] = {{descriptor, POLLOUT, 0}, {stop_descriptor(), POLLIN, 0}};
    poll(fds, stopped ? 1 : 2, stopped ? kGraceMs : -1);
    if (fds[0].revents == 0) {
      if (stopped) return false;
      continue;
    }
    const ssize_t written = write(descriptor, text.data(), std::min(text.size(), kAtOnce));
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno != EINTR && errno != EAGAIN) {
      return false;
    }
  }
  return true;
}

Sink standard_output() {
  return [](std::string_view text) {
    if (!write_whole(STDOUT_FILENO, text) && stop_reason() == Stop::none) {
      request_stop(Stop::output_closed);
    }
  };
}

Sink standard_error() {
  return [](std::string_view text) { write_whole(STDERR_FILENO, text); };
}

}  // namespace deviceflow::demo
