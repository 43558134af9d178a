// The waits of a login and why each was as long as it was, fed by the machine itself.
#include <gtest/gtest.h>

#include <optional>

#include "model_exchanges.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Result = PollReport::Result;

constexpr SteadyTime kIssued{seconds(5000)};

// Polls as the login does: its schedule says when, and the timeline hears of it.
class Login {
 public:
  Login(seconds expires_in, seconds interval)
      : schedule_(PollPolicy(), interval, expires_in, kIssued, 7) {
    timeline_.begin(kIssued, expires_in, interval);
    due_ = schedule_.next_poll(kIssued, std::nullopt);
  }

  const Wait& pending() { return poll(Result::authorization_pending, answer(400, kPending)); }
  const Wait& slow_down(const std::string& more = "") {
    return poll(Result::slow_down, answer(400, R"({"error":"slow_down")" + more + "}"));
  }
  const Wait& fault() { return poll(Result::retry, failed(TransportFailure::Kind::timeout)); }
  const Wait& busy(const std::string& retry_after) {
    ExchangeRecord record = answer(503, "");
    set_header(record.response->headers, "Retry-After", retry_after);
    return poll(Result::retry, std::move(record));
  }

  bool can_poll() const { return due_.has_value(); }
  Timeline& timeline() { return timeline_; }
  std::string why() { return explain(timeline_.waits().back(), Language()); }

 private:
  static ExchangeRecord answer(int status, std::string_view body) {
    return exchange(Stage::token, status, body);
  }

  const Wait& poll(Result result, ExchangeRecord record) {
    record.sent_at = *due_;
    record.duration = milliseconds(40);
    const SteadyTime arrival = *due_ + record.duration;
    TokenAnswer read;
    if (record.response) read = read_token_response(*record.response);
    timeline_.exchanged(record);
    Quirks quirks;
    if (result == Result::authorization_pending) schedule_.on_answer();
    if (result == Result::slow_down) schedule_.on_slow_down(read.interval, true, quirks);
    if (result == Result::retry) schedule_.on_fault(false);
    due_ = schedule_.next_poll(arrival, read.retry_after);
    timeline_.polled({++attempts_, result, result == Result::retry ? "timeout" : "", due_});
    return timeline_.waits().back();
  }

  PollSchedule schedule_;
  Timeline timeline_;
  std::optional<SteadyTime> due_;
  int attempts_ = 0;
};

TEST(ModelTimeline, TheFirstWaitIsTheIntervalAndItsMargin) {
  Login login(minutes(10), seconds(5));
  login.pending();
  const Wait& first = login.timeline().waits().front();
  EXPECT_EQ(first.reason, WaitReason::first);
  EXPECT_EQ(first.from, kIssued);
  EXPECT_GT(first.until, kIssued + seconds(5));
  EXPECT_LE(first.until, kIssued + milliseconds(5250));
  EXPECT_TRUE(has(explain(first, Language()), "interval of 5 s"));
  EXPECT_TRUE(has(explain(first, Language()), "RFC 8628 sections 3.2 and 3.5"));
}

TEST(ModelTimeline, APendingAnswerWaitsForTheIntervalInForce) {
  Login login(minutes(10), seconds(5));
  const Wait& wait = login.pending();
  EXPECT_EQ(wait.reason, WaitReason::pending);
  EXPECT_EQ(wait.wanted, seconds(5));
  EXPECT_EQ(login.why().substr(0, 21), "authorization_pending");
  EXPECT_TRUE(has(login.why(), "margin of 0."));
}

TEST(ModelTimeline, EachSlowDownIsAStepOfTheInterval) {
  Login login(minutes(10), seconds(5));
  const Wait first = login.slow_down();
  EXPECT_EQ(first.reason, WaitReason::slow_down);
  EXPECT_EQ(first.before, seconds(5));
  EXPECT_EQ(first.interval, seconds(10));
  EXPECT_TRUE(has(login.why(), "grew from 5 s to 10 s"));
  const Wait after = login.pending();
  EXPECT_EQ(after.reason, WaitReason::pending);
  EXPECT_EQ(after.interval, seconds(10));
  EXPECT_EQ(login.slow_down().interval, seconds(15));
  EXPECT_EQ(login.slow_down(R"(,"interval":40)").interval, seconds(40));
}

TEST(ModelTimeline, FaultsDoubleTheWaitAndAnAnswerBringsTheIntervalBack) {
  Login login(minutes(10), seconds(5));
  for (const int wanted : {10, 20, 40, 60, 60}) {
    const Wait& wait = login.fault();
    EXPECT_EQ(wait.reason, WaitReason::fault);
    EXPECT_EQ(wait.wanted, seconds(wanted));
    EXPECT_EQ(wait.interval, seconds(5));
  }
  EXPECT_TRUE(has(login.why(), "timeout: each transient error"));
  EXPECT_TRUE(has(login.why(), "it became 60 s"));
  EXPECT_EQ(login.pending().wanted, seconds(5));
}

TEST(ModelTimeline, RetryAfterDecidesOnlyWhereItIsLonger) {
  Login login(minutes(10), seconds(5));
  EXPECT_EQ(login.busy("7").reason, WaitReason::fault);
  const Wait& wait = login.busy("90");
  EXPECT_EQ(wait.reason, WaitReason::retry_after);
  EXPECT_EQ(wait.wanted, seconds(90));
  EXPECT_TRUE(has(login.why(), "asked for 90 s in Retry-After"));
}

TEST(ModelTimeline, AWaitThatWasCutBeforeTheEndSaysSo) {
  Login login(seconds(60), seconds(5));
  EXPECT_EQ(login.fault().reason, WaitReason::fault);  // 5 to 15
  EXPECT_EQ(login.fault().reason, WaitReason::fault);  // to 35
  const Wait& cut = login.fault();
  EXPECT_EQ(cut.reason, WaitReason::last_chance);
  EXPECT_EQ(cut.wanted, seconds(40));
  EXPECT_EQ(cut.until, kIssued + seconds(59));
  EXPECT_TRUE(has(login.why(), "would have been 40 s"));
}

TEST(ModelTimeline, WhereNoPollFitsTheWaitEndsWithTheCode) {
  Login login(seconds(12), seconds(5));
  login.pending();
  const Wait& last = login.pending();
  EXPECT_FALSE(login.can_poll());
  EXPECT_EQ(last.reason, WaitReason::none_fits);
  EXPECT_EQ(last.until, kIssued + seconds(12));
  EXPECT_TRUE(has(login.why(), "No further poll fits"));
}

TEST(ModelTimeline, ARequestThatIsRepeatedAtOnceIsOnePoll) {
  Timeline timeline;
  timeline.begin(kIssued, minutes(10), seconds(5));
  ExchangeRecord record = exchange(Stage::token, 400, R"({"error":"use_dpop_nonce"})");
  record.sent_at = kIssued + seconds(5);
  timeline.exchanged(record);
  record = exchange(Stage::token, 400, kPending);
  record.sent_at = kIssued + seconds(6);
  timeline.exchanged(record);
  timeline.polled({1, Result::authorization_pending, "", kIssued + seconds(12)});
  ASSERT_EQ(timeline.waits().size(), 2U);
  EXPECT_EQ(timeline.waits()[0].until, kIssued + seconds(5));
  EXPECT_EQ(timeline.waits()[1].from, kIssued + seconds(6));
}

TEST(ModelTimeline, WhatComesAfterTheEndChangesNothing) {
  Login login(minutes(10), seconds(5));
  login.pending();
  login.timeline().end("tokens", true);
  login.timeline().end("cancelled", false);
  login.pending();
  EXPECT_EQ(login.timeline().waits().size(), 2U);
  EXPECT_EQ(login.timeline().outcome(), "tokens");
  EXPECT_TRUE(login.timeline().good());
}

TEST(ModelTimeline, AnAnswerThatIsJudgedAfterTheEndIsNone) {
  Timeline timeline;
  timeline.begin(kIssued, minutes(10), seconds(5));
  ExchangeRecord record = exchange(Stage::token, 400, kPending);
  record.sent_at = kIssued + seconds(5);
  timeline.exchanged(record);
  timeline.end("cancelled", false);
  timeline.polled({1, Result::authorization_pending, "", kIssued + seconds(10)});
  EXPECT_EQ(timeline.waits().size(), 1U);
}

TEST(ModelTimeline, ALoginIsFollowedFromItsCodesToItsEnd) {
  AppModel model = model_on(Screen::code);
  const Timeline& timeline = model.developer().timeline();
  EXPECT_EQ(timeline.issued(), kStart);
  EXPECT_EQ(timeline.expires_at(), kStart + minutes(10));
  ExchangeRecord record = exchange(Stage::token, 400, kPending);
  record.sent_at = kStart + seconds(5);
  feed(model, ExchangeCame{std::move(record)}, 0);
  feed(model, PollCame{{1, Result::authorization_pending, "", kStart + seconds(10)}, seconds(5)});
  EXPECT_EQ(timeline.waits().size(), 2U);
  EXPECT_FALSE(timeline.over());
  feed(model, LoginFailed{error_for(Screen::denied), {}, {}});
  EXPECT_EQ(timeline.outcome(), "access_denied");
  EXPECT_FALSE(timeline.good());
  EXPECT_TRUE(model_on(Screen::signed_in).developer().timeline().good());
  model = model_on(Screen::code);
  model.on_intent({Intent::Kind::cancel, 0});
  EXPECT_EQ(timeline.outcome(), "cancelled");
}

TEST(ModelTimeline, WithoutALoginNothingIsKept) {
  Timeline timeline;
  timeline.exchanged(exchange(Stage::token, 400, kPending));
  timeline.polled({1, Result::authorization_pending, "", kIssued});
  timeline.end("tokens", true);
  EXPECT_TRUE(timeline.waits().empty());
  EXPECT_FALSE(timeline.over());
}

TEST(ModelTimeline, HalfAnHourAtOneSecondIsKeptWholeAndDrawnInFewMarks) {
  Login login(minutes(30), seconds(1));
  login.fault();
  while (login.can_poll()) login.pending();
  const auto& waits = login.timeline().waits();
  EXPECT_GT(waits.size(), 1000U);
  EXPECT_EQ(login.timeline().dropped(), 0U);
  const TimeSpan span = shown_span(login.timeline(), 0, 0);
  EXPECT_EQ(span.from, kIssued);
  EXPECT_EQ(span.until, kIssued + minutes(30));
  const auto marks = marks_of(waits, span, 100);
  EXPECT_LE(marks.size(), 101U);
  EXPECT_GE(marks.size(), 90U);
  EXPECT_EQ(marks.front().reason, WaitReason::fault);  // the worst of those it stands for
  EXPECT_EQ(marks.back().reason, WaitReason::none_fits);
  std::size_t next = 0;
  for (const Mark& mark : marks) {
    EXPECT_EQ(mark.first, next);  // none is left out
    next = mark.last + 1;
  }
  EXPECT_EQ(next, waits.size());
}

TEST(ModelTimeline, ALongerLoginLosesItsOldestWaitsOnly) {
  Login login(std::chrono::hours(2), seconds(1));
  for (std::size_t i = 0; i < Timeline::kMaxWaits + 9; ++i) login.pending();
  EXPECT_EQ(login.timeline().waits().size(), Timeline::kMaxWaits);
  EXPECT_EQ(login.timeline().dropped(), 10U);
}

TEST(ModelTimeline, EachStepCloserHalvesWhatIsShownAroundTheSelectedWait) {
  Login login(minutes(30), seconds(1));
  for (int i = 0; i < 500; ++i) login.pending();
  const auto& waits = login.timeline().waits();
  const int most = most_zoom(login.timeline());
  EXPECT_EQ(most, 6);
  for (const std::size_t selected : {0U, 3U, 250U, 500U}) {
    auto before = shown_span(login.timeline(), selected, 0);
    for (int zoom = 1; zoom <= most; ++zoom) {
      const TimeSpan span = shown_span(login.timeline(), selected, zoom);
      EXPECT_LE(span.from, waits[selected].from);
      EXPECT_GE(span.until, waits[selected].until);
      EXPECT_GE(span.from, waits.front().from);
      EXPECT_LE(span.until, waits.back().until);
      EXPECT_LE((before.until - before.from) / 2 - (span.until - span.from), milliseconds(1));
      before = span;
    }
    EXPECT_LT(before.until - before.from, seconds(12));
  }
}

TEST(ModelTimeline, ALongWaitIsSeenWholeHoweverClose) {
  Login login(minutes(30), seconds(1));
  for (int i = 0; i < 100; ++i) login.pending();
  for (int i = 0; i < 5; ++i) login.fault();
  const auto& waits = login.timeline().waits();
  const std::size_t longest = waits.size() - 1;
  const TimeSpan span = shown_span(login.timeline(), longest, most_zoom(login.timeline()));
  EXPECT_LE(span.from, waits[longest].from);
  EXPECT_GE(span.until, waits[longest].until);
}

TEST(ModelTimeline, AFewWaitsNeedNoZoom) {
  Login login(minutes(30), seconds(5));
  EXPECT_EQ(most_zoom(login.timeline()), 0);
  EXPECT_EQ(most_zoom(Timeline()), 0);
}

TEST(ModelTimeline, TimesAreShort) {
  EXPECT_EQ(seconds_text(milliseconds(10200)), "10.2 s");
  EXPECT_EQ(seconds_text(seconds(60)), "60 s");
  EXPECT_EQ(seconds_text(milliseconds(-5)), "0 s");
  EXPECT_EQ(clock_text(seconds(7)), "0:07");
  EXPECT_EQ(clock_text(seconds(750)), "12:30");
  EXPECT_EQ(clock_text(seconds(3723)), "1:02:03");
}

TEST(ModelTimeline, AnAxisHasFewLabelsAtRoundPlaces) {
  EXPECT_EQ(tick_step(seconds(9), 10), seconds(1));
  EXPECT_EQ(tick_step(seconds(60), 9), seconds(10));
  EXPECT_EQ(tick_step(minutes(30), 9), seconds(300));
  for (const std::int64_t span : {1, 17, 600, 1800, 86400, 315360000}) {
    EXPECT_LT(seconds(span) / tick_step(seconds(span), 9), 9) << span;
  }
}

TEST(ModelTimeline, TheNewestWaitIsSelectedUntilThePersonLooksElsewhere) {
  using Kind = Intent::Kind;
  DeveloperModel model(seconds(0));
  DeviceAuthorization codes;
  codes.expires_in = minutes(10);
  codes.interval = seconds(5);
  model.codes_came(codes, kIssued);
  int attempt = 0;
  const auto poll = [&] {
    ExchangeRecord record = exchange(Stage::token, 400, kPending);
    record.sent_at = kIssued + seconds(6) * ++attempt;
    model.add(std::move(record));
    model.polled(
        {attempt, Result::authorization_pending, "", kIssued + seconds(6) * (attempt + 1)});
  };
  poll();
  EXPECT_EQ(model.selected_wait(), 1U);
  for (const int index : {-1, 2, 99}) {
    EXPECT_TRUE(model.on_intent({Kind::select_wait, index}));
    EXPECT_EQ(model.selected_wait(), 1U);
  }
  model.on_intent({Kind::select_wait, 0});
  poll();
  EXPECT_EQ(model.selected_wait(), 0U);
  model.on_intent({Kind::select_wait, 2});
  poll();
  EXPECT_EQ(model.selected_wait(), 3U);
}

}  // namespace
}  // namespace deviceflow::demo
