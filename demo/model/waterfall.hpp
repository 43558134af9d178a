// Where the time of exchanges went: each as a bar of phases, on an axis that several share.
#ifndef DEVICEFLOW_DEMO_MODEL_WATERFALL_HPP
#define DEVICEFLOW_DEMO_MODEL_WATERFALL_HPP

#include <chrono>
#include <deviceflow/http.hpp>
#include <string_view>
#include <vector>

namespace deviceflow::demo {

/// `unanswered` is the whole of an exchange that failed.
enum class Phase { queue, connect, tls, wait, receive, unanswered };
/// A key of the languages.
std::string_view title_of(Phase phase);

struct PhaseLength {
  Phase phase = Phase::wait;
  std::chrono::microseconds length{0};
};

/// Where one exchange stands in time.
struct Timing {
  SteadyTime from{};
  std::vector<PhaseLength> phases;  ///< In order; those that did not happen are left out.
  bool new_connection = false;

  std::chrono::microseconds length() const;
};
/// All of the time counts as waiting where the transport does not know more.
Timing timing_of(const ExchangeRecord& record);

/// Places on the axis, from 0 to 1.
struct Bar {
  struct Part {
    Phase phase = Phase::wait;
    float from = 0;
    float until = 0;
  };
  std::vector<Part> parts;
};
/// A bar for each of `shown`, all on one axis. Where nothing was on its way for long, as between
/// two polls, the axis is cut: otherwise every bar would be a dot.
std::vector<Bar> waterfall(const std::vector<const Timing*>& shown);

/// "0.4 ms", "41 ms", "1.25 s".
std::string phase_text(std::chrono::microseconds length);

}  // namespace deviceflow::demo

#endif
