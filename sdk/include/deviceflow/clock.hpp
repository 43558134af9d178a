// Time and chance: the ports to them, and the handle that ends a call.
#ifndef DEVICEFLOW_CLOCK_HPP
#define DEVICEFLOW_CLOCK_HPP

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace [[gnu::visibility("default")]] deviceflow {

/// Tag of the steady timeline. Its origin is the adapter's business and means nothing.
struct SteadyTimeline {
  using rep = std::int64_t;
  using period = std::milli;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<SteadyTimeline, duration>;
  static constexpr bool is_steady = true;
};

/// Tag of the wall timeline. Its origin is the Unix epoch.
struct WallTimeline {
  using rep = std::int64_t;
  using period = std::ratio<1>;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<WallTimeline, duration>;
  static constexpr bool is_steady = false;
};

/// A moment on the steady timeline, in milliseconds.
using SteadyTime = SteadyTimeline::time_point;
/// A moment on the wall timeline, in seconds since the Unix epoch. Unknown time is an empty
/// std::optional<WallTime>, never a special value.
using WallTime = WallTimeline::time_point;

/// "Until something is fed in": later than every deadline.
inline constexpr SteadyTime kNever = SteadyTime::max();

// Ports to time and chance. Floors 1 and 2 never read a clock; drivers do, through these.

/// Ends one call, or several. A handle: copies share one flag, which is set once and stays set.
///
/// The call returns within 200 ms after set(). Make a new one for each call that may be cancelled
/// by itself. Thread-safe.
class Cancel {
 public:
  /// Takes a file descriptor for as long as a copy lives. Without one left, a call that waits
  /// looks ten times a second.
  Cancel();
  /// The one that is never set: its set() does nothing.
  static const Cancel& never() noexcept;
  /// A flag of its own, which counts as set as well once this one is.
  Cancel child() const;

  /// Safe from any thread and in a signal handler.
  void set() const noexcept;
  bool is_set() const noexcept;

 private:
  friend class CancelWatch;
  struct State;
  explicit Cancel(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
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
