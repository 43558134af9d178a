#include <poll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deviceflow/system_clock.hpp>
#include <limits>

namespace deviceflow {

namespace {

[[noreturn]] void fatal(const char* what) {
  std::perror(what);
  std::abort();
}

timespec now_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now;
}

constexpr std::int64_t kStartOf2024 = 1704067200;

}  // namespace

SteadyTime SystemClock::steady_now() {
  const timespec now = now_of(CLOCK_BOOTTIME);
  return SteadyTime(std::chrono::milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1000000));
}

std::optional<WallTime> SystemClock::wall_now() {
  const timespec now = now_of(CLOCK_REALTIME);
  if (now.tv_sec < kStartOf2024) return std::nullopt;
  return WallTime(std::chrono::seconds(now.tv_sec));
}

SystemWaiter::SystemWaiter()
    : timer_(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (timer_ < 0 || event_ < 0) fatal("deviceflow: no file descriptor for a timer");
}

SystemWaiter::~SystemWaiter() {
  close(timer_);
  close(event_);
}

void SystemWaiter::wait_until(SteadyTime deadline, const CancelFlag& cancel) {
  if (cancel.is_set()) return;
  itimerspec when{};  // all zero disarms the timer: kNever waits for wake() alone
  if (deadline != kNever) {
    const std::int64_t ms = deadline.time_since_epoch().count();
    // Where time_t has 32 bits a wait of more than 68 years ends early; callers look again anyway.
    constexpr std::int64_t kMost = std::numeric_limits<time_t>::max();
    when.it_value.tv_sec = static_cast<time_t>(std::min(ms / 1000, kMost));
    when.it_value.tv_nsec = static_cast<long>(ms % 1000 * 1000000);
    if (ms <= 0) return;
  }
  timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  pollfd fds[] = {{timer_, POLLIN, 0}, {event_, POLLIN, 0}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR && !cancel.is_set()) {
  }
  // Takes the wake-ups that came, if any; arming the timer anew clears the timer.
  std::uint64_t count = 0;
  const ssize_t got = read(event_, &count, sizeof count);
  static_cast<void>(got);
}

void SystemWaiter::wake() noexcept {
  const int saved = errno;  // this may run in a signal handler
  const std::uint64_t one = 1;
  // Can only fail where the counter is full, and then a wake-up is pending anyway.
  const ssize_t written = write(event_, &one, sizeof one);
  static_cast<void>(written);
  errno = saved;
}

RandomBytes SystemRandom::bytes() {
  RandomBytes out{};
  std::size_t have = 0;
  while (have < out.size()) {
    const ssize_t got = getrandom(out.data() + have, out.size() - have, 0);
    if (got < 0 && errno != EINTR) fatal("deviceflow: getrandom");
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace deviceflow
