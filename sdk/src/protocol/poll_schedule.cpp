#include <algorithm>
#include <cmath>
#include <deviceflow/device_login.hpp>

#include "foundation/json.hpp"
#include "protocol/seconds.hpp"

namespace deviceflow {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kFirstStartWait{2};
constexpr seconds kLongestStartWait{30};
constexpr milliseconds kShortestTry{1000};
// How much longer waits get each time they prove too short, in percent of the interval.
constexpr int kStretchStep = 20;
constexpr int kMostStretch = 200;
// Two dates are each cut to whole seconds, and their responses may have travelled differently.
constexpr milliseconds kDateError{2000};

// `part` in percent of `whole`, rounded up, as a stretch.
int percent(milliseconds part, milliseconds whole) {
  const std::int64_t value = (100 * part.count() + whole.count() - 1) / whole.count();
  return static_cast<int>(std::clamp<std::int64_t>(value, 100, kMostStretch));
}

// Digits with an optional fraction, and nothing else: no sign, no exponent, no blanks (row W-5).
std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  double scale = 1;
  bool fraction = false;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '.' && !fraction && digits > 0) {
      fraction = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    ++digits;
    value = value * 10 + (c - '0');
    if (fraction) scale *= 10;
  }
  if (digits == 0 || text.back() == '.' || !std::isfinite(value) || !std::isfinite(scale)) {
    return std::nullopt;
  }
  return value / scale;
}

}  // namespace

seconds next_wait(seconds last, seconds first, seconds longest) {
  return std::min(longest, std::max(2 * last, first));
}

std::optional<seconds> read_seconds(const JsonValue& value, bool round_up, Quirks& quirks) {
  std::optional<double> number = value.as_number();
  const auto text = value.as_string();
  if (text) number = plain_number(*text);
  if (!number || !(*number >= 0)) return std::nullopt;
  if (text) quirks.add(Quirk::number_as_string);
  const double whole = round_up ? std::ceil(*number) : std::floor(*number);
  if (whole != *number) quirks.add(Quirk::number_not_whole);
  if (whole >= static_cast<double>(kLongest.count())) return kLongest;
  return seconds(static_cast<std::int64_t>(whole));
}

seconds settle_interval(const JsonValue* sent, seconds expires_in, seconds fallback,
                        Quirks& quirks) {
  if (sent == nullptr) return fallback;
  const auto interval = read_seconds(*sent, true, quirks);
  if (!interval || interval->count() == 0) {
    quirks.add(Quirk::interval_unusable);
    return fallback;
  }
  if (*interval < expires_in) return *interval;
  const seconds as_milliseconds = *interval / 1000;
  if (*interval % 1000 == seconds(0) && as_milliseconds <= seconds(60)) {
    quirks.add(Quirk::interval_in_milliseconds);
    return as_milliseconds;
  }
  quirks.add(Quirk::interval_beyond_expiry);
  return fallback;
}

PollSchedule::PollSchedule(const PollPolicy& policy, seconds interval, seconds expires_in,
                           SteadyTime issued, std::uint64_t seed)
    : policy_(policy),
      interval_(interval),
      expires_in_(expires_in),
      expires_at_(issued + expires_in),
      random_(seed) {}

void PollSchedule::on_date(SteadyTime arrival, WallTime date) {
  if (!first_date_) {
    first_date_ = date;
    first_arrival_ = arrival;
    return;
  }
  const milliseconds here = arrival - first_arrival_;
  const milliseconds there = date - *first_date_;
  // A server's clock that was set proves nothing about ours.
  dated_ = there > 2 * kDateError && 2 * there > here && there < 2 * here;
  if (!dated_) return;
  least_stretch_ = percent(here, there + kDateError);
  most_stretch_ = percent(here, there - kDateError);
}

void PollSchedule::on_answer() {
  back_off_ = seconds(0);
  slowed_down_ = false;
}

void PollSchedule::on_slow_down(std::optional<seconds> sent, bool waited, Quirks& quirks) {
  // The first one means the server's interval. One more, after a wait of all of that, means that
  // its seconds are longer than ours.
  if (slowed_down_ && waited) stretch_ = std::min(stretch_ + kStretchStep, kMostStretch);
  on_answer();
  slowed_down_ = true;
  seconds grown = interval_ + policy_.slow_down_step;
  if (sent) {
    quirks.add(Quirk::slow_down_with_interval);
    const JsonValue value = JsonValue::integer(sent->count());
    grown = std::max(grown, settle_interval(&value, expires_in_, grown, quirks));
  }
  interval_ = std::min(grown, kLongest);
}

int PollSchedule::stretch() const noexcept {
  if (stretch_ == 100 || !dated_) return stretch_;
  return std::clamp(stretch_, least_stretch_, most_stretch_);
}

bool PollSchedule::drifts() const noexcept {
  return stretch_ > 100 && (!dated_ || least_stretch_ > 100);
}

void PollSchedule::on_fault(bool refused) {
  const seconds cap = refused ? policy_.refused_cap : std::max(policy_.back_off_cap, 2 * interval_);
  back_off_ = next_wait(back_off_, 2 * interval_, cap);
}

std::optional<SteadyTime> PollSchedule::next_poll(SteadyTime arrival,
                                                  std::optional<seconds> retry_after) {
  const milliseconds margin = draw_margin();
  const SteadyTime earliest = arrival + interval_ + margin;
  const milliseconds stretched = milliseconds(interval_) * stretch() / 100;
  SteadyTime when = arrival + std::max<milliseconds>(stretched, back_off_) + margin;
  if (back_off_ > interval_ || stretched > interval_) {
    // Our own caution must not cost the last chance.
    when = std::min(when, std::max(earliest, expires_at_ - policy_.last_poll_lead));
  }
  if (retry_after) when = std::max(when, arrival + *retry_after + margin);
  if (when >= expires_at_) return std::nullopt;
  return when;
}

milliseconds PollSchedule::draw_margin() {
  // splitmix64: enough to spread polls, and the same on every machine for the same seed.
  random_ += 0x9E3779B97F4A7C15u;
  std::uint64_t z = random_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  z ^= z >> 31;
  const auto span =
      static_cast<std::uint64_t>((policy_.margin_max - policy_.margin_min).count()) + 1;
  return policy_.margin_min + milliseconds(static_cast<std::int64_t>(z % span));
}

StartSchedule::StartSchedule(SteadyTime begin, std::optional<milliseconds> deadline) {
  if (deadline) deadline_ = begin + std::clamp<milliseconds>(*deadline, seconds(0), kLongest);
}

std::optional<SteadyTime> StartSchedule::next_try(SteadyTime now,
                                                  std::optional<seconds> retry_after) {
  const SteadyTime earliest = now + retry_after.value_or(seconds(0));
  if (!deadline_ || now >= *deadline_ || earliest > *deadline_) return std::nullopt;
  wait_ = next_wait(wait_, kFirstStartWait, kLongestStartWait);
  return std::max(earliest, std::min(now + wait_, *deadline_));
}

std::optional<milliseconds> StartSchedule::left(SteadyTime now) const {
  if (!deadline_) return std::nullopt;
  return std::max(milliseconds(0), *deadline_ - now);
}

milliseconds StartSchedule::timeout(SteadyTime now) const {
  const auto rest = left(now);
  return rest ? std::max(kShortestTry, *rest) : milliseconds(0);
}

}  // namespace deviceflow
