// Two clocks, two types that do not convert into each other.
//
// Steady time drives waits and expiry: it never jumps and keeps counting while the device sleeps.
// Wall time checks JWT claims and stored tokens, and may be unknown on a device that has just
// started. Neither type can read a clock; adapters do that (see ports.hpp).
#ifndef DEVICEFLOW_TIME_HPP
#define DEVICEFLOW_TIME_HPP

#include <chrono>
#include <cstdint>

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

}  // namespace deviceflow

#endif
