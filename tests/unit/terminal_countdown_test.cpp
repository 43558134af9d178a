#include <gtest/gtest.h>

#include <deviceflow/testing.hpp>

#include "common/words.hpp"
#include "terminal/countdown.hpp"
#include "terminal/ticking_network.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SteadyTime at(std::int64_t ms) {
  return SteadyTime(milliseconds(ms));
}

Tty terminal(int columns) {
  Tty screen;
  screen.terminal = true;
  screen.utf8 = true;
  screen.columns = columns;
  return screen;
}

Countdown waiting() {
  Countdown countdown;
  countdown.now = at(1000);
  countdown.expires_at = at(601000);
  countdown.next_request = at(5400);
  return countdown;
}

TEST(TerminalCountdown, DurationsNameTheirTwoLargestUnits) {
  EXPECT_EQ(duration_words(seconds(0)), "0 seconds");
  EXPECT_EQ(duration_words(seconds(1)), "1 second");
  EXPECT_EQ(duration_words(seconds(90)), "1 minute 30 seconds");
  EXPECT_EQ(duration_words(seconds(600)), "10 minutes");
  EXPECT_EQ(duration_words(seconds(3600)), "1 hour");
  EXPECT_EQ(duration_words(seconds(3601)), "1 hour");
  EXPECT_EQ(duration_words(seconds(90000)), "1 day 1 hour");
}

TEST(TerminalCountdown, DurationsAreRoundedAsAUserWouldSayThem) {
  EXPECT_EQ(duration_words(seconds(119)), "1 minute 59 seconds");
  EXPECT_EQ(duration_words(seconds(299)), "5 minutes");
  EXPECT_EQ(duration_words(seconds(599)), "10 minutes");
  EXPECT_EQ(duration_words(seconds(1797)), "30 minutes");
  EXPECT_EQ(duration_words(seconds(3599)), "1 hour");
  EXPECT_EQ(duration_words(seconds(5400)), "1 hour 30 minutes");
  EXPECT_EQ(duration_words(seconds(43199)), "12 hours");
  EXPECT_EQ(duration_words(seconds(86399)), "1 day");
  EXPECT_EQ(duration_words(seconds(7775999)), "90 days");
}

TEST(TerminalCountdown, TheClockShowsHoursOnlyWhereThereAreSome) {
  EXPECT_EQ(clock_words(seconds(-3)), "0:00");
  EXPECT_EQ(clock_words(seconds(581)), "9:41");
  EXPECT_EQ(clock_words(seconds(3723)), "1:02:03");
}

TEST(TerminalCountdown, ItSaysHowLongIsLeftAndWhenTheNextCheckComes) {
  EXPECT_EQ(countdown_line(waiting(), terminal(80)),
            "  Waiting for you to approve · 10:00 left · next check in 5 s");
}

TEST(TerminalCountdown, ItSaysWhenItIsChecking) {
  Countdown countdown = waiting();
  countdown.now = countdown.next_request;
  EXPECT_EQ(countdown_line(countdown, terminal(80)),
            "  Waiting for you to approve · 9:56 left · checking now");
}

TEST(TerminalCountdown, NetworkTroubleIsNamedWithoutJargon) {
  Countdown countdown = waiting();
  countdown.last = PollReport::Result::retry;
  countdown.reason = "timeout";
  EXPECT_EQ(countdown_line(countdown, terminal(80)),
            "  The server does not answer, still trying · 10:00 left · next check in 5 s");
}

TEST(TerminalCountdown, NoCheckIsPromisedThatWouldComeAfterExpiry) {
  Countdown countdown = waiting();
  countdown.next_request = countdown.expires_at;
  EXPECT_EQ(countdown_line(countdown, terminal(80)),
            "  Waiting for you to approve · 10:00 left · no further check fits");
}

TEST(TerminalCountdown, ANarrowWindowLosesTheLessImportantParts) {
  EXPECT_EQ(countdown_line(waiting(), terminal(50)), "  Waiting for you to approve · 10:00 left");
  EXPECT_EQ(countdown_line(waiting(), terminal(20)), "  10:00 left");
}

// The provider reports a blocked device grant on the phone only.
TEST(TerminalCountdown, AfterAMinuteItSaysWhatToDoIfCodesAreNotAllowed) {
  Countdown countdown = waiting();
  countdown.shown_at = at(1000);
  countdown.now = at(60999);
  countdown.next_request = at(65999);
  EXPECT_EQ(countdown_line(countdown, terminal(80)),
            "  Waiting for you to approve · 9:01 left · next check in 5 s");
  countdown.now = at(61000);
  countdown.next_request = at(66000);
  const std::string line = countdown_line(countdown, terminal(80));
  EXPECT_EQ(line, "  Codes not allowed? Ask your administrator · 9:00 left · next check in 5 s");
  EXPECT_LT(width(line), 80);
  EXPECT_EQ(countdown_line(countdown, terminal(50)), "  Waiting for you to approve · 9:00 left");
  countdown.last = PollReport::Result::retry;
  countdown.reason = "timeout";
  EXPECT_EQ(countdown_line(countdown, terminal(80)),
            "  The server does not answer, still trying · 9:00 left · next check in 5 s");
}

TEST(TerminalCountdown, WithoutUtf8ItIsPlainAscii) {
  Tty screen = terminal(80);
  screen.utf8 = false;
  EXPECT_EQ(countdown_line(waiting(), screen),
            "  Waiting for you to approve - 10:00 left - next check in 5 s");
}

TEST(TerminalTickingNetwork, ItLooksUpEverySecondBeforeATimeAndAtIt) {
  VirtualWorld world;
  world.clock.set_steady(at(0));
  world.on_request = [](const HttpRequest&) { return json_response(200, "{}"); };
  std::vector<std::int64_t> ticks;
  TickingNetwork network(world.ports().network(), world.clock, [&](SteadyTime now, SteadyTime) {
    ticks.push_back(now.time_since_epoch().count());
  });
  std::vector<Network::Finished> finished;
  while (world.clock.steady_now() < at(2300)) network.wait(at(2300), Cancel::never(), finished);
  EXPECT_EQ(ticks, (std::vector<std::int64_t>{0, 300, 1300, 2300}));
  ticks.clear();
  network.wait(at(2000), Cancel::never(), finished);
  EXPECT_EQ(ticks, std::vector<std::int64_t>{2300});
  EXPECT_EQ(world.clock.steady_now(), at(2300)) << "a time that has passed needs no wait";
  EXPECT_TRUE(std::holds_alternative<HttpResponse>(send(network, HttpRequest())));
  EXPECT_EQ(ticks.size(), 1u) << "no ticks while a response is awaited";
}

}  // namespace
}  // namespace deviceflow::demo
