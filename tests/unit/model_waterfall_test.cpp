#include <gtest/gtest.h>

#include "model/waterfall.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

ExchangeRecord answered(SteadyTime at, PhaseTimes phases) {
  ExchangeRecord record;
  record.sent_at = at;
  record.duration = milliseconds(41);
  record.response.emplace();
  record.response->phases = phases;
  return record;
}

PhaseTimes kept_connection() {
  PhaseTimes phases;
  phases.queue = microseconds(100);
  phases.wait = microseconds(9000);
  phases.receive = microseconds(900);
  return phases;
}

Timing after(seconds start) {
  return timing_of(answered(SteadyTime(start), kept_connection()));
}

float length(const Bar& bar) {
  return bar.parts.back().until - bar.parts.front().from;
}

TEST(Timing, AKeptConnectionHasNeitherConnectingNorHandshake) {
  const Timing timing = after(seconds(0));
  ASSERT_EQ(timing.phases.size(), 3U);
  EXPECT_EQ(timing.phases[0].phase, Phase::queue);
  EXPECT_EQ(timing.phases[1].phase, Phase::wait);
  EXPECT_EQ(timing.phases[2].phase, Phase::receive);
  EXPECT_EQ(timing.length(), milliseconds(10));
}

TEST(Timing, WhereTheTransportKnowsNoPhasesAllOfItIsWaiting) {
  const Timing timing = timing_of(answered(SteadyTime(seconds(1)), {}));
  ASSERT_EQ(timing.phases.size(), 1U);
  EXPECT_EQ(timing.phases[0].phase, Phase::wait);
  EXPECT_EQ(timing.length(), milliseconds(41));
}

TEST(Timing, AFailureIsOnePhase) {
  ExchangeRecord record;
  record.duration = seconds(10);
  record.failure = TransportFailure{TransportFailure::Kind::timeout, false, "Too slow."};
  const Timing timing = timing_of(record);
  ASSERT_EQ(timing.phases.size(), 1U);
  EXPECT_EQ(timing.phases[0].phase, Phase::unanswered);
  EXPECT_EQ(timing.length(), seconds(10));
}

TEST(Waterfall, NothingMakesNoBars) {
  EXPECT_TRUE(waterfall({}).empty());
}

TEST(Waterfall, OneBarFillsTheAxisPartAfterPart) {
  const Timing one = after(seconds(7));
  const Bar bar = waterfall({&one}).front();
  ASSERT_EQ(bar.parts.size(), 3U);
  EXPECT_FLOAT_EQ(bar.parts[0].from, 0);
  EXPECT_FLOAT_EQ(bar.parts[0].until, 0.01F);
  EXPECT_FLOAT_EQ(bar.parts[1].from, 0.01F);
  EXPECT_FLOAT_EQ(bar.parts[2].until, 1);
}

TEST(Waterfall, TheWaitBetweenTwoPollsIsCut) {
  const Timing first = after(seconds(0));
  const Timing second = after(seconds(5));
  const Timing third = after(seconds(605));
  const auto bars = waterfall({&first, &second, &third});
  EXPECT_FLOAT_EQ(bars[0].parts.front().from, 0);
  EXPECT_FLOAT_EQ(bars[2].parts.back().until, 1);
  for (const Bar& bar : bars) EXPECT_NEAR(length(bar), 0.25F, 0.001F);
  // Half a bar each, however long it was.
  EXPECT_NEAR(bars[1].parts.front().from - bars[0].parts.back().until, 0.125F, 0.001F);
  EXPECT_NEAR(bars[2].parts.front().from - bars[1].parts.back().until, 0.125F, 0.001F);
}

TEST(Waterfall, ShortWaitsAndOverlapsStayAsTheyWere) {
  Timing first = after(seconds(0));
  Timing second = after(seconds(0));
  second.from += milliseconds(5);
  const auto bars = waterfall({&second, &first});  // in any order
  EXPECT_FLOAT_EQ(bars[1].parts.front().from, 0);
  EXPECT_NEAR(bars[0].parts.front().from, 5.0F / 15, 0.001F);
  EXPECT_FLOAT_EQ(bars[0].parts.back().until, 1);
}

TEST(PhaseText, HasTheDigitsThatCount) {
  EXPECT_EQ(phase_text(microseconds(0)), "0.0 ms");
  EXPECT_EQ(phase_text(microseconds(412)), "0.4 ms");
  EXPECT_EQ(phase_text(microseconds(9949)), "9.9 ms");
  EXPECT_EQ(phase_text(microseconds(9950)), "10 ms");
  EXPECT_EQ(phase_text(milliseconds(999)), "999 ms");
  EXPECT_EQ(phase_text(milliseconds(1250)), "1.25 s");
  EXPECT_EQ(phase_text(seconds(30)), "30.00 s");
}

}  // namespace
}  // namespace deviceflow::demo
