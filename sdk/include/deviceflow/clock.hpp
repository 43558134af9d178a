// Ports to time and chance. Floors 1 and 2 never read a clock; drivers do, through these.
#ifndef DEVICEFLOW_CLOCK_HPP
#define DEVICEFLOW_CLOCK_HPP

#include <array>
#include <atomic>
#include <cstdint>
#include <deviceflow/time.hpp>
#include <optional>

namespace [[gnu::visibility("default")]] deviceflow {

/// Set once to give up whatever is going on. Setting it is safe from any thread and from a signal
/// handler; a thread that waits must be woken as well (Waiter::wake).
class CancelFlag {
 public:
  void set() noexcept { set_.store(true, std::memory_order_release); }
  void clear() noexcept { set_.store(false, std::memory_order_release); }
  bool is_set() const noexcept { return set_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> set_{false};
  static_assert(std::atomic<bool>::is_always_lock_free, "signal handlers set it");
};

/// Reads the time. Called by drivers, from any thread.
class Clock {
 public:
  virtual ~Clock() {}
  /// Must never go back, and must count the time the machine sleeps: expiry depends on it.
  virtual SteadyTime steady_now() = 0;
  /// Empty where the wall clock is not known to be right.
  virtual std::optional<WallTime> wall_now() = 0;
};

/// Waits. One thread waits at a time; wake() may come from anywhere.
class Waiter {
 public:
  virtual ~Waiter() {}
  /// Returns when `deadline` has come, when wake() was called since the last return, or when
  /// `cancel` is set; a return for no reason is allowed, an early return that claims to be on time
  /// does no harm because callers look at the clock again. Must not spin.
  virtual void wait_until(SteadyTime deadline, const CancelFlag& cancel) = 0;
  /// Ends a wait that is going on, or else the next one at once. Safe in a signal handler.
  virtual void wake() noexcept = 0;
};

/// Random bytes for one request: a jti, a key's nonce, the seed of a login's jitter.
using RandomBytes = std::array<std::uint8_t, 32>;

/// Hands out unpredictable bytes. Called from any thread.
class RandomSource {
 public:
  virtual ~RandomSource() {}
  /// Must be cryptographically strong; there is no failure to report, so an implementation that
  /// can't deliver must end the program.
  virtual RandomBytes bytes() = 0;
};

}  // namespace deviceflow

#endif
