#include "timeline.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deviceflow/messages.hpp>
#include <utility>

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLeastWaits = 4;
constexpr int kMostZoom = 10;

// The schedule of the login without its margins and without an end, so that it says how long a wait
// wants to be.
PollSchedule bare_schedule(seconds interval, seconds expires_in) {
  PollPolicy policy;
  policy.margin_min = milliseconds(0);
  policy.margin_max = milliseconds(0);
  const SteadyTime never_near = SteadyTime(kLongest);
  return PollSchedule(policy, interval, expires_in, never_near, 0);
}

seconds wanted_by(PollSchedule& schedule) {
  const SteadyTime begin{};
  const auto next = schedule.next_poll(begin, std::nullopt);
  return next ? std::chrono::floor<seconds>(*next - begin) : schedule.interval();
}

// The reason that decides, where a poll fits at all; see PollSchedule::next_poll().
WaitReason reason_of(PollReport::Result result) {
  switch (result) {
    case PollReport::Result::authorization_pending: return WaitReason::pending;
    case PollReport::Result::slow_down: return WaitReason::slow_down;
    case PollReport::Result::retry: return WaitReason::fault;
  }
  return WaitReason::pending;
}

}  // namespace

void Timeline::begin(SteadyTime issued, seconds expires_in, seconds interval) {
  *this = Timeline();
  issued_ = issued;
  expires_at_ = issued + expires_in;
  schedule_ = bare_schedule(interval, expires_in);
  Wait first;
  first.from = issued;
  first.until = std::min(issued + interval, expires_at_);
  first.interval = first.before = first.wanted = interval;
  add(std::move(first));
}

void Timeline::exchanged(const ExchangeRecord& record) {
  if (!schedule_ || over_ || record.stage != Stage::token || record.sent_at < waits_.back().from) {
    return;
  }
  // One that is repeated at once, with a nonce, belongs to the same poll.
  const bool repeated = answer_.has_value();
  if (!repeated) waits_.back().until = record.sent_at;
  answer_ = Answer{};
  answer_->at = record.sent_at + record.duration;
  answer_->waited = !repeated;
  answer_->refused = record.failure && record.failure->nothing_sent &&
                     record.failure->kind == TransportFailure::Kind::refused;
  if (record.effective_response() == nullptr) return;
  const TokenAnswer answer = read_token_response(*record.effective_response());
  if (answer.date) schedule_->on_date(answer_->at, *answer.date);
  answer_->retry_after = answer.retry_after;
  answer_->interval = answer.interval;
}

void Timeline::polled(const PollReport& report) {
  if (!schedule_ || !answer_) return;
  const Answer answer = *std::exchange(answer_, std::nullopt);
  Wait wait;
  wait.from = answer.at;
  wait.before = schedule_->interval();
  wait.fault = report.reason;
  wait.reason = reason_of(report.result);
  Quirks quirks;  // the login reports them
  switch (report.result) {
    case PollReport::Result::authorization_pending: schedule_->on_answer(); break;
    case PollReport::Result::slow_down:
      schedule_->on_slow_down(answer.interval, answer.waited, quirks);
      break;
    case PollReport::Result::retry: schedule_->on_fault(answer.refused); break;
  }
  wait.interval = schedule_->interval();
  wait.wanted = wanted_by(*schedule_);
  if (answer.retry_after && *answer.retry_after > wait.wanted) {
    wait.wanted = *answer.retry_after;
    wait.reason = WaitReason::retry_after;
  }
  wait.until = report.next_poll.value_or(expires_at_);
  if (!report.next_poll) {
    wait.reason = WaitReason::none_fits;
  } else if (wait.until - wait.from < wait.wanted) {
    wait.reason = WaitReason::last_chance;
  }
  add(std::move(wait));
}

void Timeline::end(std::string words, bool good) {
  if (!schedule_ || over_) return;
  over_ = true;
  answer_.reset();
  good_ = good;
  outcome_ = std::move(words);
}

void Timeline::add(Wait wait) {
  waits_.push_back(std::move(wait));
  if (waits_.size() <= kMaxWaits) return;
  waits_.erase(waits_.begin());
  ++dropped_;
}

std::string explain(const Wait& wait, const Language& say) {
  const std::string interval = seconds_text(wait.interval);
  const std::string before = seconds_text(wait.before);
  const std::string wanted = seconds_text(wait.wanted);
  const auto margin = std::max(SteadyTime::duration(0), wait.until - wait.from - wait.wanted);
  const auto with = [&](std::string_view key) {
    return say(key, {{"interval", interval},
                     {"before", before},
                     {"wanted", wanted},
                     {"margin", seconds_text(margin)},
                     {"fault", wait.fault}});
  };
  switch (wait.reason) {
    case WaitReason::first: return with("timeline.why.first");
    case WaitReason::pending: return with("timeline.why.pending");
    case WaitReason::slow_down: return with("timeline.why.slow_down");
    case WaitReason::retry_after: return with("timeline.why.retry_after");
    case WaitReason::fault: return with("timeline.why.fault");
    case WaitReason::last_chance: return with("timeline.why.last_chance");
    case WaitReason::none_fits: return with("timeline.why.none_fits");
  }
  return {};
}

std::string seconds_text(SteadyTime::duration time) {
  const auto tenths = std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(time);
  const std::int64_t count = std::max<std::int64_t>(0, tenths.count());
  std::string text = std::to_string(count / 10);
  if (count % 10 != 0) text += "." + std::to_string(count % 10);
  return text + " s";
}

std::string clock_text(SteadyTime::duration time) {
  const auto all = std::max(seconds(0), std::chrono::floor<seconds>(time)).count();
  std::array<char, 48> text{};
  const int hours = static_cast<int>(all / 3600);
  const int minutes = static_cast<int>(all / 60 % 60);
  const int rest = static_cast<int>(all % 60);
  if (hours > 0) {
    std::snprintf(text.data(), text.size(), "%d:%02d:%02d", hours, minutes, rest);
  } else {
    std::snprintf(text.data(), text.size(), "%d:%02d", minutes, rest);
  }
  return text.data();
}

TimeSpan shown_span(const Timeline& timeline, std::size_t selected, int zoom) {
  const auto& waits = timeline.waits();
  if (waits.empty()) return {};
  // A login that ended before its poll left has no use for what was planned.
  const TimeSpan whole{waits.front().from,
                       std::max(waits.back().until, waits.front().from + milliseconds(1))};
  const Wait& wait = waits[selected];
  const SteadyTime::duration all = whole.until - whole.from;
  // The selected wait is seen whole.
  const auto length = std::min(all, std::max({SteadyTime::duration(1), all / (1 << zoom),
                                              (wait.until - wait.from) * 3 / 2}));
  const SteadyTime middle = wait.from + (wait.until - wait.from) / 2;
  const SteadyTime from =
      std::clamp(middle - length / 2, whole.from, std::max(whole.from, whole.until - length));
  return {from, from + length};
}

int most_zoom(const Timeline& timeline) {
  const auto& waits = timeline.waits();
  int zoom = 0;
  for (std::size_t shown = waits.size() / 2; shown >= kLeastWaits && zoom < kMostZoom; shown /= 2) {
    ++zoom;
  }
  return zoom;
}

std::vector<Mark> marks_of(const std::vector<Wait>& waits, TimeSpan span, std::size_t most) {
  std::vector<Mark> marks;
  const auto length = std::chrono::duration<float>(span.until - span.from);
  const auto place = [&](SteadyTime time) {
    return std::clamp(std::chrono::duration<float>(time - span.from) / length, 0.0F, 1.0F);
  };
  const float least = 1.0F / static_cast<float>(std::max<std::size_t>(1, most));
  for (std::size_t i = 0; i < waits.size(); ++i) {
    const Wait& wait = waits[i];
    if (wait.until <= span.from || wait.from >= span.until) continue;
    const float until = place(wait.until);
    if (marks.empty() || marks.back().until - marks.back().from >= least) {
      marks.push_back({place(wait.from), until, i, i, {}, {}, wait.reason});
    }
    Mark& mark = marks.back();
    mark.until = until;
    mark.last = i;
    mark.longest = std::max(mark.longest, wait.until - wait.from);
    mark.interval = wait.interval;
    mark.reason = std::max(mark.reason, wait.reason);
  }
  return marks;
}

seconds tick_step(SteadyTime::duration span, int most) {
  constexpr std::array kSteps{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600};
  for (const int step : kSteps) {
    if (span / seconds(step) < most) return seconds(step);
  }
  return seconds(3600) * (span / (seconds(3600) * most) + 1);
}

}  // namespace deviceflow::demo
