// How the waits of one login went: how long each was, and why (RFC 8628 section 3.5).
#ifndef DEVICEFLOW_DEMO_MODEL_TIMELINE_HPP
#define DEVICEFLOW_DEMO_MODEL_TIMELINE_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <deviceflow/device_login.hpp>
#include <deviceflow/http.hpp>
#include <optional>
#include <string>
#include <vector>

#include "language.hpp"

namespace deviceflow::demo {

/// What decided how long a wait is. The later ones tell of more trouble.
enum class WaitReason {
  first,        ///< The codes have come.
  pending,      ///< The person has not decided.
  slow_down,    ///< The interval grew.
  retry_after,  ///< The server's header, longer than everything else.
  fault,        ///< A passing fault doubled it.
  last_chance,  ///< The same, cut so that one more poll leaves before the code expires.
  none_fits,    ///< No further poll does.
};

inline constexpr std::array kWaitReasons{
    WaitReason::first, WaitReason::pending,     WaitReason::slow_down, WaitReason::retry_after,
    WaitReason::fault, WaitReason::last_chance, WaitReason::none_fits};

/// From the codes or an answer to the poll after it.
struct Wait {
  SteadyTime from{};
  SteadyTime until{};  ///< When the poll left, or is due; where none fits, when the code expires.
  WaitReason reason = WaitReason::first;
  std::chrono::seconds interval{0};  ///< In force.
  std::chrono::seconds before{0};    ///< The interval of the wait before.
  std::chrono::seconds wanted{0};    ///< Without margin: interval, back-off, or Retry-After.
  std::string fault;                 ///< PollReport::reason.
};

/// The waits of the newest login. Keeps the newest ones only; a login of 30 minutes with an
/// interval of one second has no more than kMaxWaits.
class Timeline {
 public:
  static constexpr std::size_t kMaxWaits = 1800;

  /// The codes came at `issued`; forgets the login before.
  void begin(SteadyTime issued, std::chrono::seconds expires_in, std::chrono::seconds interval);
  /// A token exchange, whatever came of it.
  void exchanged(const ExchangeRecord& record);
  /// What the login made of the exchange before.
  void polled(const PollReport& report);
  /// The login is over. `words` say how, in the protocol's words.
  void end(std::string words, bool good);

  const std::vector<Wait>& waits() const noexcept { return waits_; }
  /// How many waits were let go.
  std::size_t dropped() const noexcept { return dropped_; }
  SteadyTime issued() const noexcept { return issued_; }
  SteadyTime expires_at() const noexcept { return expires_at_; }
  bool over() const noexcept { return over_; }
  bool good() const noexcept { return good_; }
  /// How it ended; empty while it goes on.
  const std::string& outcome() const noexcept { return outcome_; }

 private:
  struct Answer {
    SteadyTime at{};
    std::optional<std::chrono::seconds> retry_after;
    std::optional<std::chrono::seconds> interval;
    bool waited = true;    ///< No repeat with a nonce.
    bool refused = false;  ///< The connection was, with nothing sent.
  };
  void add(Wait wait);

  SteadyTime issued_{};
  SteadyTime expires_at_{};
  std::optional<PollSchedule> schedule_;  ///< Empty before the first login.
  std::optional<Answer> answer_;          ///< Not yet reported.
  std::vector<Wait> waits_;
  std::size_t dropped_ = 0;
  bool over_ = false;
  bool good_ = false;
  std::string outcome_;
};

/// A sentence or two: why `wait` is as long as it is, with the section that says so.
std::string explain(const Wait& wait, const Language& say);

/// "0.2 s", "10 s", "1830 s": tenths where there are any.
std::string seconds_text(SteadyTime::duration time);
/// "0:07", "12:30", "1:02:03".
std::string clock_text(SteadyTime::duration time);

struct TimeSpan {
  SteadyTime from{};
  SteadyTime until{};
};
/// What the axis shows: the whole login, or, halved `zoom` times, the part of it around the
/// selected wait.
TimeSpan shown_span(const Timeline& timeline, std::size_t selected, int zoom);
/// How often it can be halved so that some waits are still seen.
int most_zoom(const Timeline& timeline);

/// Waits that are drawn as one, since they lie too close. Places are parts of the span, 0 to 1.
struct Mark {
  float from = 0;
  float until = 0;
  std::size_t first = 0;  ///< Index of a wait.
  std::size_t last = 0;
  SteadyTime::duration longest{0};
  std::chrono::seconds interval{0};       ///< In force at its end.
  WaitReason reason = WaitReason::first;  ///< The one that tells of the most trouble.
};
/// The waits that reach into `span`, as no more than `most` + 1 marks.
std::vector<Mark> marks_of(const std::vector<Wait>& waits, TimeSpan span, std::size_t most);

/// A round step for the labels of an axis, so that there are at most `most` of them.
std::chrono::seconds tick_step(SteadyTime::duration span, int most);

}  // namespace deviceflow::demo

#endif
