// What every waiter has to keep (clock.hpp), to be run against one of your own: make it in a
// WaiterKind and instantiate WaiterContract with that. Waits for real, for some tens of
// milliseconds.
#ifndef DEVICEFLOW_TESTS_WAITER_CONTRACT_HPP
#define DEVICEFLOW_TESTS_WAITER_CONTRACT_HPP

#include <gtest/gtest.h>

#include <atomic>
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
  static constexpr ms kSoon{10000};      ///< On however busy a machine.
  static constexpr ms kCancelled{1000};  ///< 200 ms, and what a busy machine adds.

  SteadyTime now() { return under_test.clock->steady_now(); }
  void wait(SteadyTime deadline) { under_test.waiter->wait_until(deadline, cancel); }

  // A return for no reason is allowed.
  void wait_for_cancel(SteadyTime deadline) {
    while (!cancel.is_set()) wait(deadline);
  }
  /// Waits, and sets `ends` from another thread meanwhile: how long the return took after that.
  ms time_to_end(SteadyTime deadline, const Cancel& ends) {
    std::atomic<SteadyTime::rep> at{0};
    std::thread other([&] {
      std::this_thread::sleep_for(ms(20));
      at = now().time_since_epoch().count();
      ends.set();
    });
    wait_for_cancel(deadline);
    const SteadyTime back = now();
    other.join();
    return back - SteadyTime(ms(at));
  }

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

TEST_P(WaiterContract, WaitingCostsNoTimeOfTheProcessor) {
  const SteadyTime deadline = now() + ms(300);
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

TEST_P(WaiterContract, ACancelEndsAWait) {
  for (const SteadyTime deadline : {now() + kLong, kNever}) {
    cancel = Cancel();
    const Cancel other_handle = cancel;
    EXPECT_LT(time_to_end(deadline, other_handle), kCancelled);
  }
}

TEST_P(WaiterContract, ACancelEndsTheWaitOfItsChildren) {
  const Cancel parent;
  cancel = parent.child().child();
  EXPECT_LT(time_to_end(now() + kLong, parent), kCancelled);
}

TEST_P(WaiterContract, ACancelEndsTheWaitsOfSeveralThreads) {
  const SteadyTime before = now();
  std::thread others[] = {std::thread([&] { wait_for_cancel(before + kLong); }),
                          std::thread([&] { wait_for_cancel(before + kLong); })};
  cancel.set();
  for (std::thread& other : others) other.join();
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaiterContract, TheCancelOfAnotherWaitEndsNothing) {
  const Cancel other;
  other.set();
  const SteadyTime deadline = now() + ms(50);
  int returns = 0;
  while (now() < deadline) {
    wait(deadline);
    ++returns;
  }
  EXPECT_LT(returns, 100);
}

}  // namespace deviceflow::test

#endif
