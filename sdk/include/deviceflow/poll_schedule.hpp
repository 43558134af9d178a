// When to poll: the rules of time of RFC 8628 section 3.5, as data and small calculators.
#ifndef DEVICEFLOW_POLL_SCHEDULE_HPP
#define DEVICEFLOW_POLL_SCHEDULE_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/json.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/time.hpp>
#include <optional>

namespace [[gnu::visibility("default")]] deviceflow {

/// The one rule of backing off: the wait after `last`, which doubles it, from `first` (the wait
/// where `last` is zero) up to `longest`.
std::chrono::seconds next_wait(std::chrono::seconds last, std::chrono::seconds first,
                               std::chrono::seconds longest);

/// The rules of polling. They follow RFC 8628 and what servers were seen to need.
struct PollPolicy {
  /// Added to every wait, drawn evenly from this range: servers compare strictly, and some restart
  /// the wait at every early poll.
  std::chrono::milliseconds margin_min{100};
  std::chrono::milliseconds margin_max{250};
  /// Used where the server sends no usable interval (RFC 8628 section 3.2).
  static constexpr std::chrono::seconds default_interval{5};
  /// What each slow_down adds (RFC 8628 section 3.5).
  static constexpr std::chrono::seconds slow_down_step{5};
  /// Back-off doubles up to this, or up to twice the interval where that is longer.
  static constexpr std::chrono::seconds back_off_cap{60};
  /// The same for refused connections, which cost the server nothing: a user who approved while it
  /// restarted must not wait a minute.
  static constexpr std::chrono::seconds refused_cap{15};
  /// How long before expiry a last poll is placed when back-off would have slept past it.
  static constexpr std::chrono::milliseconds last_poll_lead{1000};
};

/// The longest duration this SDK counts with; longer ones sent by a server are cut to it.
inline constexpr std::chrono::seconds kLongest{std::int64_t{10} * 365 * 24 * 3600};

/// A number of seconds as a JSON member gave it: a number, or digits in a string. Fractions round
/// up or down as `round_up` says, and are reported. Empty for every other value, negative numbers
/// included.
std::optional<std::chrono::seconds> read_seconds(const JsonValue& value, bool round_up,
                                                 Quirks& quirks);

/// Settles the `interval` of a device authorization answer: `sent` is null where the member is
/// absent. Absent, null, zero, negative or no number: `fallback`. Not smaller than `expires_in`: a
/// whole multiple of 1000 that makes 1 to 60 s is read as milliseconds, any other becomes
/// `fallback`. Everything but absence is reported as a quirk.
std::chrono::seconds settle_interval(const JsonValue* sent, std::chrono::seconds expires_in,
                                     std::chrono::seconds fallback, Quirks& quirks);

/// Says when the next poll is due. A value: copy it, compare runs, no clock inside.
class PollSchedule {
 public:
  /// `interval` is settled; `seed` decides the margins, so a run can be repeated.
  PollSchedule(const PollPolicy& policy, std::chrono::seconds interval,
               std::chrono::seconds expires_in, SteadyTime issued, std::uint64_t seed);

  /// A response that arrived at `arrival` and that the server dated `date`: shows how fast the
  /// local clock runs. Call it before one of the others.
  void on_date(SteadyTime arrival, WallTime date);
  /// A completed round trip: back-off falls back to the interval in force.
  void on_answer();
  /// slow_down: the interval grows by the step, or to `sent` if that is larger, for good. If the
  /// response before was slow_down as well and this poll `waited` the interval (it is no repeat
  /// with a nonce), the local clock may run fast: the waits stretch to 1.2, 1.4 … 2 times the
  /// interval, within what the dates of the responses allow.
  void on_slow_down(std::optional<std::chrono::seconds> sent, bool waited, Quirks& quirks);
  /// A transient error: the wait doubles. `refused`: the connection was refused with nothing sent.
  void on_fault(bool refused);

  /// When to poll after an answer (or failure) that came at `arrival`; empty where no poll fits
  /// before expiry. `retry_after` is never shortened. Draws a new margin at each call.
  std::optional<SteadyTime> next_poll(SteadyTime arrival,
                                      std::optional<std::chrono::seconds> retry_after);

  std::chrono::seconds interval() const noexcept { return interval_; }
  /// True if waits are stretched, and the dates, if there are any, show that the clock runs fast.
  bool drifts() const noexcept;
  SteadyTime expires_at() const noexcept { return expires_at_; }

 private:
  std::chrono::milliseconds draw_margin();
  int stretch() const noexcept;

  PollPolicy policy_;
  std::chrono::seconds interval_;
  std::chrono::seconds expires_in_;
  std::chrono::seconds back_off_{0};  // zero while nothing is wrong
  SteadyTime expires_at_;
  std::uint64_t random_;
  std::optional<WallTime> first_date_;
  SteadyTime first_arrival_{};
  int stretch_ = 100;  // of the interval, in percent
  int least_stretch_ = 100;
  int most_stretch_ = 100;
  bool dated_ = false;
  bool slowed_down_ = false;  // the last response was slow_down
};

/// Says when to try again to start a login that did not reach the server: after 2, 4, 8 … 30 s,
/// until a deadline. The caller decides what may be repeated at all. A value, like
/// PollSchedule.
class StartSchedule {
 public:
  /// No deadline: no second try, and no limit to the first.
  StartSchedule() = default;
  /// `deadline` counts from `begin`; empty: as above.
  StartSchedule(SteadyTime begin, std::optional<std::chrono::milliseconds> deadline);

  /// When to repeat the try that failed at `now`; the last one falls on the deadline. Empty where
  /// the deadline has come. Each call lengthens the next wait.
  std::optional<SteadyTime> next_try(SteadyTime now);
  /// What is left of the deadline, never negative; empty where there is none.
  std::optional<std::chrono::milliseconds> left(SteadyTime now) const;
  /// How long a request of a try may take: what is left, a second at least. Zero where there is no
  /// deadline, as in HttpRequest::timeout.
  std::chrono::milliseconds timeout(SteadyTime now) const;

 private:
  std::optional<SteadyTime> deadline_;
  std::chrono::seconds wait_{0};
};

}  // namespace deviceflow

#endif
