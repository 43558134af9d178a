// A traced login once more, through this version of the SDK, on a virtual clock.
#ifndef DEVICEFLOW_DEMO_COMMON_REPLAY_HPP
#define DEVICEFLOW_DEMO_COMMON_REPLAY_HPP

#include <chrono>
#include <cstddef>
#include <deviceflow/device_login.hpp>
#include <functional>
#include <optional>
#include <string>

#include "trace.hpp"

namespace deviceflow::demo {

/// What is told while a login replays. `at` counts from its first exchange. Each may be null.
struct ReplayEvents {
  std::function<void(std::chrono::milliseconds at)> on_start;  ///< It asks for codes.
  std::function<void(std::chrono::milliseconds at, const DeviceAuthorization& codes)> on_prompt;
  /// `next_in` is the least: the random margin of a wait is left out.
  std::function<void(std::chrono::milliseconds at, const PollReport& report,
                     std::optional<std::chrono::milliseconds> next_in)>
      on_poll;
  /// The recorded request left `late` after the moment that is due by the rules of this version;
  /// negative: before it. Told where that is more than the random margin of a wait explains.
  std::function<void(std::chrono::milliseconds at, std::chrono::milliseconds late)> on_drift;
};

struct Replayed {
  /// Empty where the exchanges came to an end before the login did.
  std::optional<LoginOutcome> outcome;
  std::chrono::milliseconds at{0};  ///< When it ended.
  int drifts = 0;
  std::size_t unused = 0;  ///< Exchanges of the login that this version would not have made.
  /// The provider's profile that the trace names, where it is none of the built-in ones: then the
  /// answers were read as they came.
  std::string unknown_profile;

  std::string code() const;  ///< As TracedOutcome::code; empty without an outcome.
};

/// True where there is a login in it: a device authorization request at least.
bool holds_login(const TracedLogin& login);

/// Gives the recorded answers, each as long after its request as it came when it was recorded.
/// `login` holds one; see holds_login().
Replayed replay(const TracedLogin& login, const ReplayEvents& events = {});

/// Whether the login came to the recorded end, with the same quirks. An ID token can't be checked
/// by a trace: where it ended a login, the tokens count as the same. Empty where no end was
/// recorded.
std::optional<bool> same_outcome(const TracedLogin& login, const Replayed& replayed);

}  // namespace deviceflow::demo

#endif
