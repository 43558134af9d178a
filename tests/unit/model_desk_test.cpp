// The sandbox's desk: what can be pressed when, and what is told of it.
#include <gtest/gtest.h>

#include "model_exchanges.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = Intent::Kind;

const std::string kIssuer = "http://127.0.0.1:4711";

AppModel at_the_desk(bool login) {
  AppModel model(sandbox_facts());
  feed(model, SandboxReady{"", kIssuer}, 0);
  model.on_intent({Kind::show_developer, 0});
  model.on_intent({Kind::show_desk, 0});
  if (login) {
    model.on_intent({Kind::log_in, 0});
    feed(model, codes_at("http://127.0.0.1:4711/device"));
  }
  return model;
}

void poll(AppModel& model, int attempt, PollReport::Result result, SteadyTime at, seconds wait) {
  ExchangeRecord record = exchange(Stage::token, 400, "{}");
  record.sent_at = at;
  record.duration = milliseconds(0);
  feed(model, ExchangeCame{std::move(record)}, 0);
  const bool fault = result == PollReport::Result::retry;
  feed(model, PollCame{{attempt, result, fault ? "timeout" : "", at + wait}, wait});
}

TEST(ModelDesk, APressGoesToTheSandboxWithTheRunningLogin) {
  AppModel model = at_the_desk(true);
  EXPECT_TRUE(model.desk_open());
  const int press = static_cast<int>(DeskPress::silence);
  const auto commands = model.on_intent({Kind::press_desk, press});
  ASSERT_EQ(words(commands), "press_desk 1");
  EXPECT_EQ(commands.front().press, DeskPress::silence);
  EXPECT_EQ(commands.front().issuer, kIssuer);
  EXPECT_EQ(commands.front().user_code, "WDJB-MJHT");
}

TEST(ModelDesk, WithoutARunningLoginNothingCanBePressed) {
  AppModel model = at_the_desk(false);
  EXPECT_FALSE(model.desk_open());
  EXPECT_EQ(after_intent(model, Kind::press_desk, 0), "");
  AppModel over = at_the_desk(true);
  feed(over, SignedIn{});
  EXPECT_FALSE(over.desk_open());
  AppModel expired = at_the_desk(true);
  expired.on_time(kStart + std::chrono::minutes(10));
  EXPECT_FALSE(expired.desk_open());
  EXPECT_EQ(after_intent(expired, Kind::press_desk, 0), "");
}

TEST(ModelDesk, NoSuchButtonDoesNothing) {
  AppModel model = at_the_desk(true);
  EXPECT_EQ(after_intent(model, Kind::press_desk, -1), "");
  EXPECT_EQ(after_intent(model, Kind::press_desk, kDeskPresses), "");
}

TEST(ModelDesk, ARealProviderHasNone) {
  AppModel model(provider_facts());
  model.on_intent({Kind::log_in, 0});
  feed(model, codes_at());
  EXPECT_FALSE(model.desk_open());
  EXPECT_EQ(after_intent(model, Kind::press_desk, 0), "");
}

TEST(ModelDesk, ASandboxThatIsGoneHasNone) {
  AppModel model = at_the_desk(true);
  feed(model, SandboxFailed{error_of(ErrorCode::network, Blame::network)}, 0);
  EXPECT_EQ(after_intent(model, Kind::press_desk, 0), "");
}

TEST(ModelDesk, OneStaysThereForTheLoginAndForWhatComesOfIt) {
  AppModel model = at_the_desk(false);
  EXPECT_EQ(after_intent(model, Kind::log_in), "log_in 1");
  EXPECT_EQ(model.tab(), Tab::developer);
  feed(model, codes_at());
  EXPECT_EQ(model.tab(), Tab::developer);
  feed(model, SignedIn{});
  EXPECT_EQ(model.tab(), Tab::developer);
  EXPECT_EQ(model.developer().page(), Page::desk);
  EXPECT_EQ(model.screen(), Screen::signed_in);
}

TEST(ModelDesk, TellsOfThePressesTheNewestFirst) {
  AppModel model = at_the_desk(true);
  feed(model, DeskAnswered{DeskPress::approve, DeskResult::done}, 0);
  feed(model, DeskAnswered{DeskPress::approve, DeskResult::decided}, 0);
  const auto& log = model.developer().desk().log();
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log.front().result, DeskResult::decided);
  for (int i = 0; i < 100; ++i) {
    feed(model, DeskAnswered{DeskPress::deny, DeskResult::expired}, 0);
  }
  EXPECT_EQ(log.size(), DeskModel::kMaxEntries);
}

TEST(ModelDesk, EveryPressAndEveryAnswerHasItsWords) {
  const Language english;
  for (int i = 0; i < kDeskPresses; ++i) {
    const std::string press(name(static_cast<DeskPress>(i)));
    for (const char* start : {"desk.press.", "desk.done."}) {
      const std::string key = start + press;
      EXPECT_NE(english(key), key);
    }
  }
  for (const DeskResult result :
       {DeskResult::decided, DeskResult::expired, DeskResult::unknown, DeskResult::unreachable}) {
    const std::string key = "desk.result." + std::string(name(result));
    EXPECT_NE(english(key), key);
  }
}

TEST(ModelDesk, ShowsWhatTheLoginMakesOfItsPolls) {
  using Result = PollReport::Result;
  AppModel model = at_the_desk(true);
  const Timeline& timeline = model.developer().timeline();
  EXPECT_TRUE(newest_polls(timeline, Language(), 9).empty());
  poll(model, 1, Result::authorization_pending, kStart + seconds(5), seconds(5));
  poll(model, 2, Result::slow_down, kStart + seconds(10), seconds(10));
  poll(model, 3, Result::retry, kStart + seconds(20), seconds(20));
  const auto polls = newest_polls(timeline, Language(), 9);
  ASSERT_EQ(polls.size(), 3U);
  EXPECT_EQ(polls[0].number, 3U);
  EXPECT_EQ(polls[0].result, "timeout");
  EXPECT_EQ(polls[0].then, "interval 10 s, next after 20 s");
  EXPECT_EQ(polls[1].result, "slow_down");
  EXPECT_EQ(polls[1].then, "interval 10 s, next after 10 s");
  EXPECT_EQ(polls[2].result, "authorization_pending");
  feed(model, SignedIn{});
  const auto newest = newest_polls(timeline, Language(), 2);
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].result, "tokens received");
  EXPECT_EQ(newest[1].number, 3U);
}

}  // namespace
}  // namespace deviceflow::demo
