// The machine's own clocks, waiting and randomness (Linux).
#ifndef DEVICEFLOW_SYSTEM_CLOCK_HPP
#define DEVICEFLOW_SYSTEM_CLOCK_HPP

#include <deviceflow/clock.hpp>

namespace [[gnu::visibility("default")]] deviceflow {

/// CLOCK_BOOTTIME for steady time, since it counts the time the machine sleeps, and CLOCK_REALTIME
/// for wall time. Wall time before 2024 means that the clock was never set: unknown. Thread-safe.
class SystemClock final : public Clock {
 public:
  SteadyTime steady_now() override;
  std::optional<WallTime> wall_now() override;
};

/// Waits on a timerfd of CLOCK_BOOTTIME: a wait that ends while the machine sleeps ends when it
/// wakes, not later. Thread-safe.
class SystemWaiter final : public Waiter {
 public:
  void wait_until(SteadyTime deadline, const Cancel& cancel) override;
};

/// getrandom(2). Thread-safe.
class SystemRandom final : public RandomSource {
 public:
  RandomBytes bytes() override;
};

}  // namespace deviceflow

#endif
