// What every clock has to keep (clock.hpp), to be run against one of your own: make it in a
// ClockKind and instantiate ClockContract with that, as ports_test.cpp does. One whose hardware can
// be pushed forward goes through SleepingClockContract as well.
#ifndef DEVICEFLOW_TESTS_CLOCK_CONTRACT_HPP
#define DEVICEFLOW_TESTS_CLOCK_CONTRACT_HPP

#include <gtest/gtest.h>

#include <chrono>
#include <deviceflow/clock.hpp>
#include <functional>
#include <memory>
#include <ostream>
#include <thread>
#include <vector>

namespace deviceflow::test {

struct ClockKind {
  const char* name;
  std::shared_ptr<Clock> (*make)();
};

inline void PrintTo(const ClockKind& kind, std::ostream* out) {
  *out << kind.name;
}

class ClockContract : public testing::TestWithParam<ClockKind> {
 protected:
  std::shared_ptr<Clock> clock = GetParam().make();
};

TEST_P(ClockContract, SteadyTimeNeverGoesBack) {
  SteadyTime before = clock->steady_now();
  for (int i = 0; i < 10000; ++i) {
    const SteadyTime now = clock->steady_now();
    ASSERT_GE(now, before);
    before = now;
  }
}

TEST_P(ClockContract, ThreadsSeeTheSameTime) {
  const SteadyTime before = clock->steady_now();
  SteadyTime seen{};
  std::thread([&] { seen = clock->steady_now(); }).join();
  EXPECT_GE(seen, before);
  EXPECT_LE(seen, clock->steady_now());
}

TEST_P(ClockContract, WallTimeIsUnknownRatherThanWrong) {
  const auto wall = clock->wall_now();
  if (!wall) return;
  const WallTime start_of_2024(std::chrono::seconds(1704067200));
  EXPECT_GE(*wall, start_of_2024);
}

/// A clock over hardware that a test can push forward.
struct SleepingClock {
  std::shared_ptr<Clock> clock;
  /// The device sleeps so long, and nobody reads the clock meanwhile.
  std::function<void(std::chrono::milliseconds)> sleep;
};

struct SleepingClockKind {
  const char* name;
  SleepingClock (*make)();
};

inline void PrintTo(const SleepingClockKind& kind, std::ostream* out) {
  *out << kind.name;
}

class SleepingClockContract : public testing::TestWithParam<SleepingClockKind> {
 protected:
  SleepingClock under_test = GetParam().make();
};

// Codes expire while a device sleeps.
TEST_P(SleepingClockContract, SteadyTimeCountsSleep) {
  const SteadyTime before = under_test.clock->steady_now();
  under_test.sleep(std::chrono::minutes(30));
  EXPECT_EQ(under_test.clock->steady_now() - before, std::chrono::minutes(30));
}

// A counter of 32 bits starts anew after 49.7 days.
TEST_P(SleepingClockContract, SteadyTimeOutlivesItsCounter) {
  const SteadyTime before = under_test.clock->steady_now();
  for (int day = 0; day < 100; ++day) {
    under_test.sleep(std::chrono::hours(24));
    static_cast<void>(under_test.clock->steady_now());
  }
  EXPECT_EQ(under_test.clock->steady_now() - before, std::chrono::hours(2400));
}

}  // namespace deviceflow::test

#endif
