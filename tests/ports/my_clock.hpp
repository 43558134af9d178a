// A template to copy: the clock of a device with a tick counter of 32 bits and a real-time
// clock that may never have been set. What is yours goes into MyHardware.
#ifndef DEVICEFLOW_TESTS_MY_CLOCK_HPP
#define DEVICEFLOW_TESTS_MY_CLOCK_HPP

#include <algorithm>
#include <cstdint>
#include <deviceflow/clock.hpp>
#include <functional>
#include <mutex>
#include <utility>

namespace deviceflow::test {

struct MyHardware {
  /// Milliseconds since the start, time asleep included. Starts anew at 2^32; look at it at least
  /// once in 49 days.
  std::function<std::uint32_t()> ticks;
  /// Seconds since 1970 of the real-time clock.
  std::function<std::int64_t()> rtc;
};

class MyClock final : public Clock {
 public:
  explicit MyClock(MyHardware hardware) : hardware_(std::move(hardware)) {}

  SteadyTime steady_now() override {
    const std::lock_guard guard(mutex_);
    const std::uint32_t ticks = hardware_.ticks();
    total_ +=
        static_cast<std::uint32_t>(ticks - last_);  // right where the counter went past its end
    last_ = ticks;
    return SteadyTime(std::chrono::milliseconds(total_));
  }
  std::optional<WallTime> wall_now() override {
    const std::int64_t seconds = hardware_.rtc();
    constexpr std::int64_t kStartOf2024 = 1704067200;  // earlier: nobody has set it
    if (seconds < kStartOf2024) return std::nullopt;
    return WallTime(std::chrono::seconds(seconds));
  }

 private:
  MyHardware hardware_;
  std::mutex mutex_;
  std::uint32_t last_ = 0;
  std::int64_t total_ = 0;
};

}  // namespace deviceflow::test

#endif
