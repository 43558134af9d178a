// What every waiter has to keep (clock.hpp), to be run against one of your own: make it in a
// WaiterKind and instantiate WaiterContract with that. Waits for real, for some tens of
// milliseconds.
#ifndef DEVICEFLOW_TESTS_WAITER_CONTRACT_HPP
#define DEVICEFLOW_TESTS_WAITER_CONTRACT_HPP

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <deviceflow/clock.hpp>
#include <memory>
#include <ostream>
#include <thread>

namespace deviceflow::test {

/// A waiter, and the clock whose time its deadlines are.
struct WaiterUnderTest {
  std::shared_ptr<Clock> clock;
  std::shared_ptr<Waiter> waiter;
};

struct WaiterKind {
  const char* name;
  WaiterUnderTest (*make)();
};

inline void PrintTo(const WaiterKind& kind, std::ostream* out) {
  *out << kind.name;
}

class WaiterContract : public testing::TestWithParam<WaiterKind> {
 protected:
  using ms = std::chrono::milliseconds;
  static constexpr ms kLong{60000};
  static constexpr ms kSoon{10000};  ///< On however busy a machine.

  SteadyTime now() { return under_test.clock->steady_now(); }
  void wait(SteadyTime deadline) { under_test.waiter->wait_until(deadline, cancel); }

  WaiterUnderTest under_test = GetParam().make();
  Cancel cancel;
};

TEST_P(WaiterContract, AWaitEndsOnTime) {
  const SteadyTime deadline = now() + ms(50);
  int returns = 0;
  while (now() < deadline) {
    wait(deadline);
    ++returns;
  }
  EXPECT_LT(returns, 100) << "it spins";
  EXPECT_LT(now() - deadline, kSoon);
}

TEST_P(WaiterContract, ADeadlineThatHasPassedNeedsNoWait) {
  const SteadyTime before = now();
  wait(before - ms(1));
  wait(before);
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaiterContract, WakingEndsAWaitForNothing) {
  const SteadyTime before = now();
  std::thread other([this] { under_test.waiter->wake(); });
  wait(kNever);
  other.join();
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaiterContract, WakingBeforehandEndsTheNextWait) {
  const SteadyTime before = now();
  under_test.waiter->wake();
  wait(before + kLong);
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaiterContract, AWakeUpServesOnce) {
  under_test.waiter->wake();
  under_test.waiter->wake();
  wait(now() + kLong);
  const SteadyTime deadline = now() + ms(30);
  const std::clock_t burnt = std::clock();
  while (now() < deadline) wait(deadline);
  EXPECT_LT(std::clock() - burnt, CLOCKS_PER_SEC / 50) << "it spins";
}

TEST_P(WaiterContract, ACancelThatIsSetNeedsNoWait) {
  const SteadyTime before = now();
  cancel.set();
  wait(kNever);
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaiterContract, ACancelWithAWakeUpEndsAWait) {
  const SteadyTime before = now();
  std::thread other([this] {
    cancel.set();
    under_test.waiter->wake();
  });
  while (!cancel.is_set()) wait(before + kLong);
  other.join();
  EXPECT_LT(now() - before, kSoon);
}

}  // namespace deviceflow::test

#endif
