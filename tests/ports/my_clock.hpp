// A template to copy: clock and waiter of a device with a tick counter of 32 bits, a real-time
// clock that may never have been set, and semaphores. What is yours goes into MyHardware.
#ifndef DEVICEFLOW_TESTS_MY_CLOCK_HPP
#define DEVICEFLOW_TESTS_MY_CLOCK_HPP

#include <semaphore.h>

#include <cstdint>
#include <ctime>
#include <deviceflow/clock.hpp>
#include <functional>
#include <mutex>

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

/// sem_post() may be called in a signal handler; the semaphore of an RTOS, in an interrupt.
class MyWaiter final : public Waiter {
 public:
  /// `clock`: whose time the deadlines are. Has to outlive this one.
  explicit MyWaiter(Clock& clock) : clock_(clock) { sem_init(&woken_, 0, 0); }
  ~MyWaiter() override { sem_destroy(&woken_); }
  MyWaiter(const MyWaiter&) = delete;
  MyWaiter& operator=(const MyWaiter&) = delete;

  void wait_until(SteadyTime deadline, const Cancel& cancel) override {
    if (cancel.is_set()) return;
    if (deadline == kNever) {
      sem_wait(&woken_);
    } else {
      const std::int64_t ms = (deadline - clock_.steady_now()).count();
      if (ms <= 0) return;
      timespec until{};
      clock_gettime(CLOCK_MONOTONIC, &until);
      const std::int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
      until.tv_sec += static_cast<std::time_t>(ms / 1000 + ns / 1000000000);
      until.tv_nsec = static_cast<long>(ns % 1000000000);
      sem_clockwait(&woken_, CLOCK_MONOTONIC, &until);
    }
    while (sem_trywait(&woken_) == 0) {  // several wake-ups end one wait
    }
  }
  void wake() noexcept override { sem_post(&woken_); }

 private:
  Clock& clock_;
  sem_t woken_{};
};

}  // namespace deviceflow::test

#endif
