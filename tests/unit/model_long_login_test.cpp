// Half an hour of waiting, by the machine itself on a virtual clock, as the window's model sees it:
// what is kept is bounded, and what a person sees changes once a minute.
#include <gtest/gtest.h>

#include "model/code_words.hpp"
#include "model_exchanges.hpp"
#include "model_logins.hpp"
#include "virtual_login.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(ModelLongLogin, HalfAnHourAtOneSecondKeepsABoundedHistoryAndChangesOnceAMinute) {  // U-5
  test::VirtualLogin machine(test::codes_json("1", "1800"));
  machine.script({test::pending()}).run();
  ASSERT_GT(machine.reports.size(), 1400U);
  ASSERT_EQ(machine.reports.size(), machine.poll_departures.size());

  AppModel model(provider_facts());
  model.on_intent({Intent::Kind::log_in, 0});
  CodesCame codes = codes_at();
  codes.codes.interval = seconds(1);
  codes.codes.expires_in = minutes(30);
  codes.expires_at = machine.codes_arrived + minutes(30);
  feed(model, std::move(codes), kLogin, machine.codes_arrived);
  std::vector<std::string> shown;  // what changes on the screen
  for (std::size_t i = 0; i < machine.reports.size(); ++i) {
    const SteadyTime now = machine.poll_departures[i];
    ExchangeRecord record = exchange(Stage::token, 400, std::string(4096, 'w'));
    record.sent_at = now;
    feed(model, ExchangeCame{std::move(record)}, kLogin, now);
    feed(model, PollCame{machine.reports[i], seconds(1)}, kLogin, now);
    model.on_time(now);
    ASSERT_EQ(model.screen(), Screen::code) << i;
    const CodeView& code = *model.code();
    std::string words = code.status + time_left_words(code.expires_at, now, model.language());
    if (shown.empty() || shown.back() != words) shown.push_back(std::move(words));
  }
  EXPECT_LE(shown.size(), 31U);
  EXPECT_EQ(model.developer().log().size(), ExchangeLog::kMaxRecords);
  EXPECT_EQ(model.developer().log().dropped(), machine.reports.size() - ExchangeLog::kMaxRecords);
  EXPECT_EQ(model.developer().rows().size(), ExchangeLog::kMaxRecords);
  EXPECT_LE(model.developer().timeline().waits().size(), Timeline::kMaxWaits);

  model.on_time(machine.codes_arrived + minutes(30));
  EXPECT_EQ(model.screen(), Screen::expired);
}

}  // namespace
}  // namespace deviceflow::demo
