#include <poll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deviceflow/platform.hpp>
#include <limits>

#include "adapters/cancel.hpp"

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

// How long a wait lasts that nothing can end early, for want of a descriptor.
constexpr int kSliceMs = 100;
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

// ---- Cancel ----

struct Cancel::State {
  std::atomic<bool> set{false};
  const int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::shared_ptr<State> parent;
  static_assert(std::atomic<bool>::is_always_lock_free, "signal handlers set it");

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (event >= 0) close(event);
  }
};

Cancel::Cancel() : state_(std::make_shared<State>()) {}

const Cancel& Cancel::never() noexcept {
  static const Cancel never{std::shared_ptr<State>()};
  return never;
}

Cancel Cancel::child() const {
  Cancel out;
  out.state_->parent = state_;
  return out;
}

void Cancel::set() const noexcept {
  if (!state_) return;
  const int saved = errno;  // this may run in a signal handler
  state_->set.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  const ssize_t written = write(state_->event, &one, sizeof one);
  static_cast<void>(written);  // nobody reads it, so it stays readable
  errno = saved;
}

bool Cancel::is_set() const noexcept {
  for (const State* at = state_.get(); at != nullptr; at = at->parent.get()) {
    if (at->set.load(std::memory_order_acquire)) return true;
  }
  return false;
}

CancelWatch::CancelWatch(const Cancel& cancel) noexcept {
  for (const auto* at = cancel.state_.get(); at != nullptr; at = at->parent.get()) {
    if (at->event < 0 || count_ == kMost) {
      complete_ = false;
    } else {
      descriptors_[count_++] = at->event;
    }
  }
}

// ---- Waiting ----

void SystemWaiter::wait_until(SteadyTime deadline, const Cancel& cancel) {
  const std::int64_t ms = deadline.time_since_epoch().count();
  if (cancel.is_set() || ms <= 0) return;
  const int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (deadline != kNever) {
    // Where time_t has 32 bits a wait of more than 68 years ends early; callers look again anyway.
    constexpr std::int64_t kMost = std::numeric_limits<time_t>::max();
    itimerspec when{};
    when.it_value.tv_sec = static_cast<time_t>(std::min(ms / 1000, kMost));
    when.it_value.tv_nsec = static_cast<long>(ms % 1000 * 1000000);
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, nullptr);
  }
  const CancelWatch watch(cancel);
  std::array<pollfd, CancelWatch::kMost + 1> fds{};
  nfds_t count = 0;
  fds[count++] = {timer, POLLIN, 0};  // one that could not be had (-1) is passed over
  for (const int descriptor : watch) fds[count++] = {descriptor, POLLIN, 0};
  poll(fds.data(), count, timer >= 0 && watch.complete() ? -1 : kSliceMs);
  if (timer >= 0) close(timer);
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
