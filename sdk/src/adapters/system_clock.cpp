#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deviceflow/platform.hpp>

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
