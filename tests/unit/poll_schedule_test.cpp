#include <gtest/gtest.h>

#include <deviceflow/device_login.hpp>
#include <type_traits>
#include <vector>

#include "foundation/json.hpp"
#include "protocol/seconds.hpp"

namespace deviceflow {
namespace {

using std::chrono::seconds;

struct Settled {
  seconds interval;
  Quirks quirks;
};

Settled settle(std::string_view json, seconds expires_in = seconds(600)) {
  Settled out{seconds(0), {}};
  auto value = parse_json(json);
  out.interval = settle_interval(&*value, expires_in, seconds(5), out.quirks);
  return out;
}

TEST(SettleInterval, AbsentMeansFiveAndIsNoQuirk) {  // D-3.2-2
  Quirks quirks;
  EXPECT_EQ(settle_interval(nullptr, seconds(600), seconds(5), quirks), seconds(5));
  EXPECT_TRUE(quirks.list().empty());
}

TEST(SettleInterval, ObeysPlainNumbers) {
  for (const int value : {1, 2, 5, 30, 120, 599}) {
    EXPECT_EQ(settle(std::to_string(value)).interval, seconds(value));
    EXPECT_TRUE(settle(std::to_string(value)).quirks.list().empty());
  }
}

TEST(SettleInterval, UnusableValuesMeanFiveAndAreReported) {  // D-3.2-3, W-5
  for (const char* value :
       {"0", "-1", "-0.5", "null", "true", "[]", "{}", "\"\"", "\"soon\"", "\"9e2\"", "\" 9\"",
        "\"-1\"", "\"0\"", "\"5.\"", "\".5\"", "\"1.2.3\""}) {
    EXPECT_EQ(settle(value).interval, seconds(5)) << value;
    EXPECT_TRUE(settle(value).quirks.has(Quirk::interval_unusable)) << value;
  }
}

TEST(SettleInterval, FractionsRoundUp) {
  EXPECT_EQ(settle("5.5").interval, seconds(6));
  EXPECT_EQ(settle("0.2").interval, seconds(1));
  EXPECT_EQ(settle("\"7.01\"").interval, seconds(8));
  EXPECT_TRUE(settle("5.5").quirks.has(Quirk::number_not_whole));
  EXPECT_FALSE(settle("5.0").quirks.has(Quirk::number_not_whole));
}

TEST(SettleInterval, MillisecondsAreRecognisedByNotFittingTheLife) {
  EXPECT_EQ(settle("5000").interval, seconds(5));
  EXPECT_EQ(settle("60000").interval, seconds(60));
  EXPECT_EQ(settle("\"5000\"", seconds(3600)).interval, seconds(5));
  EXPECT_TRUE(settle("5000").quirks.has(Quirk::interval_in_milliseconds));
  EXPECT_EQ(settle("5000", seconds(7200)).interval, seconds(5000));  // it can be obeyed, so it is
}

TEST(SettleInterval, AnythingElseBeyondTheLifeMeansFive) {
  for (const char* value : {"600", "601", "5001", "61000", "1e100", "99999999999999999999"}) {
    EXPECT_EQ(settle(value).interval, seconds(5)) << value;
    EXPECT_TRUE(settle(value).quirks.has(Quirk::interval_beyond_expiry)) << value;
  }
}

TEST(PollSchedule, TheSameSeedGivesTheSameWaits) {
  const PollPolicy policy;
  PollSchedule a(policy, seconds(5), seconds(600), SteadyTime{}, 7);
  PollSchedule b(policy, seconds(5), seconds(600), SteadyTime{}, 7);
  PollSchedule c(policy, seconds(5), seconds(600), SteadyTime{}, 8);
  int different = 0;
  for (int i = 0; i < 50; ++i) {
    const auto mine = a.next_poll(SteadyTime{}, std::nullopt);
    EXPECT_EQ(mine, b.next_poll(SteadyTime{}, std::nullopt));
    if (mine != c.next_poll(SteadyTime{}, std::nullopt)) ++different;
  }
  EXPECT_GT(different, 30);
}

TEST(PollSchedule, NothingIsDueAtTheMomentOfExpiryItself) {  // D-3.5-10
  PollPolicy policy;
  policy.margin_min = policy.margin_max = std::chrono::milliseconds(0);
  PollSchedule schedule(policy, seconds(5), seconds(10), SteadyTime{}, 1);
  const SteadyTime last_fit = SteadyTime(std::chrono::milliseconds(4999));
  EXPECT_TRUE(schedule.next_poll(last_fit, std::nullopt).has_value());
  EXPECT_FALSE(schedule.next_poll(SteadyTime(seconds(5)), std::nullopt).has_value());
}

TEST(PollSchedule, SurvivesTheLargestNumbers) {  // D-3.2-3
  PollSchedule schedule(PollPolicy{}, seconds(5), kLongest, SteadyTime{}, 1);
  Quirks quirks;
  for (int i = 0; i < 100; ++i) {
    schedule.on_fault(false);
    schedule.on_slow_down(kLongest, true, quirks);
  }
  const auto next = schedule.next_poll(SteadyTime{}, kLongest);
  EXPECT_FALSE(next.has_value());
  EXPECT_LE(schedule.interval(), kLongest);
}

// --- Starting ---

TEST(StartSchedule, WithoutADeadlineThereIsNoSecondTryAndNoLimit) {
  for (StartSchedule start : {StartSchedule(), StartSchedule(SteadyTime{}, std::nullopt)}) {
    EXPECT_FALSE(start.next_try(SteadyTime{}).has_value());
    EXPECT_FALSE(start.left(SteadyTime{}).has_value());
    EXPECT_EQ(start.timeout(SteadyTime{}), seconds(0));
  }
}

TEST(StartSchedule, DoublesUpToThirtySecondsAndEndsOnTheDeadline) {
  StartSchedule start(SteadyTime(seconds(1000)), seconds(100));
  SteadyTime now(seconds(1000));
  std::vector<long long> at;
  while (const auto next = start.next_try(now)) {
    now = *next;
    at.push_back(std::chrono::duration_cast<seconds>(now.time_since_epoch()).count() - 1000);
  }
  EXPECT_EQ(at, (std::vector<long long>{2, 6, 14, 30, 60, 90, 100}));
}

TEST(StartSchedule, SaysWhatIsLeftAndGrantsATryOneSecondAtLeast) {
  const StartSchedule start(SteadyTime(seconds(10)), seconds(5));
  EXPECT_EQ(start.left(SteadyTime(seconds(12))), seconds(3));
  EXPECT_EQ(start.timeout(SteadyTime(seconds(12))), seconds(3));
  EXPECT_EQ(start.left(SteadyTime(seconds(20))), seconds(0));
  EXPECT_EQ(start.timeout(SteadyTime(seconds(20))), seconds(1));
}

TEST(StartSchedule, SurvivesTheLargestAndTheSmallestDeadline) {
  StartSchedule forever(SteadyTime(seconds(10)), std::chrono::milliseconds::max());
  EXPECT_EQ(forever.next_try(SteadyTime(seconds(10))), SteadyTime(seconds(12)));
  EXPECT_EQ(forever.left(SteadyTime(seconds(10))), kLongest);
  StartSchedule never(SteadyTime(seconds(10)), std::chrono::milliseconds::min());
  EXPECT_FALSE(never.next_try(SteadyTime(seconds(10))).has_value());
}

TEST(Time, TheTwoClocksDoNotConvert) {
  static_assert(!std::is_convertible_v<SteadyTime, WallTime>);
  static_assert(!std::is_convertible_v<WallTime, SteadyTime>);
  static_assert(!std::is_constructible_v<SteadyTime, WallTime>);
  static_assert(!std::is_constructible_v<WallTime, SteadyTime>);
  SUCCEED() << "the assertions above are the test: they fail to compile otherwise";
}

}  // namespace
}  // namespace deviceflow
