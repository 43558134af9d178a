// What becomes of a code that nobody approved in time, as the settings have it.
#include <gtest/gtest.h>

#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

AppModel with_new_codes(int count) {
  SettingsStart start;
  start.saved.new_codes = count;
  AppModel model(sandbox_facts(), SettingsModel(start));
  model.on_intent({Kind::log_in, 0});
  feed(model, codes_at());
  return model;
}

TEST(ModelNewCodes, WhoWantsToBeAskedSeesThatTheCodeHasExpired) {
  AppModel model = with_new_codes(kAskForNewCode);
  EXPECT_EQ(words(model.on_time(after(std::chrono::minutes(10)))), "");
  EXPECT_EQ(model.screen(), Screen::expired);
}

TEST(ModelNewCodes, TheyComeByThemselvesAsOftenAsIsSet) {
  AppModel model = with_new_codes(2);
  model.on_intent({Kind::show_developer, 0});
  EXPECT_EQ(words(model.on_time(after(std::chrono::minutes(10)))), "cancel 1, log_in 2");
  EXPECT_EQ(model.screen(), Screen::connecting);
  EXPECT_EQ(model.tab(), Tab::developer);
  feed(model, codes_at(), 2);
  // The server may say it before this device's clock does.
  feed(model, LoginFailed{error_for(Screen::expired), {}, {}}, 2);
  EXPECT_EQ(words(model.on_time(kStart)), "cancel 2, log_in 3");
  feed(model, codes_at(), 3);
  EXPECT_EQ(words(model.on_time(after(std::chrono::minutes(10)))), "");
  EXPECT_EQ(model.screen(), Screen::expired);
  EXPECT_EQ(after_intent(model, Kind::log_in), "cancel 3, log_in 4");
  feed(model, codes_at(), 4);
  EXPECT_EQ(words(model.on_time(after(std::chrono::minutes(10)))), "cancel 4, log_in 5");
}

TEST(ModelNewCodes, WithoutThemTheFirstScreenSaysWhatHappened) {
  AppModel model = with_new_codes(0);
  EXPECT_EQ(words(model.on_time(after(std::chrono::minutes(10)))), "cancel 1");
  EXPECT_EQ(model.screen(), Screen::home);
  EXPECT_EQ(model.notice(), "That code is no longer valid");
}

}  // namespace
}  // namespace deviceflow::demo
