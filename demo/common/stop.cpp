#include "stop.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace deviceflow::demo {

namespace {

// Signal handlers can only reach what is global.
std::atomic<Stop> reason_now{Stop::none};
const Cancel cancel_now;
const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
static_assert(std::atomic<Stop>::is_always_lock_free);

void on_signal(int number) {
  const int saved = errno;
  request_stop(number == SIGALRM ? Stop::timed_out : Stop::interrupted);
  errno = saved;
}

void handle(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, nullptr);
}

}  // namespace

void watch_signals() {
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
  handle(SIGPIPE, SIG_IGN);
}

void watch_time(std::chrono::milliseconds after) {
  handle(SIGALRM, on_signal);
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  timer_t timer{};
  // This clock counts the time the machine sleeps, as the life of a code does.
  if (timer_create(CLOCK_BOOTTIME, &event, &timer) != 0) return;
  itimerspec when{};
  when.it_value.tv_sec = after.count() / 1000;
  when.it_value.tv_nsec = after.count() % 1000 * 1000000;
  timer_settime(timer, 0, &when, nullptr);
}

void request_stop(Stop reason) noexcept {
  Stop expected = Stop::none;
  reason_now.compare_exchange_strong(expected, reason);
  const std::uint64_t one = 1;
  const ssize_t written = write(descriptor, &one, sizeof one);
  static_cast<void>(written);  // can only fail where the descriptor is readable already
  cancel_now.set();
}

Stop stop_reason() noexcept {
  return reason_now.load();
}

int stop_descriptor() noexcept {
  return descriptor;
}

const Cancel& stop_cancel() noexcept {
  return cancel_now;
}

}  // namespace deviceflow::demo
