// What the answer with the codes is like, for a program and for the person who has to type.
#ifndef DEVICEFLOW_DEMO_COMMON_DOCTOR_CODES_HPP
#define DEVICEFLOW_DEMO_COMMON_DOCTOR_CODES_HPP

#include <deviceflow/messages.hpp>

#include "doctor_finding.hpp"

namespace deviceflow::demo {

/// Codes came. None of the findings repeats one of them, or is about the user code.
Findings assess_codes(const DeviceAuthorization& codes);
/// The user codes of several device authorizations, one at least: a single one need not show the
/// whole alphabet.
Finding assess_user_codes(const std::vector<std::string>& codes);
/// None came; `error` says why.
Finding assess_no_codes(const Error& error);

/// A deviation of the server, by name.
Finding assess_quirk(Quirk quirk);

/// What one poll, an interval after the codes, has brought.
struct OnePoll {
  enum class Came {
    pending,
    slow_down,
    fault,   ///< No result: `reason` says why not.
    error,   ///< `error` ended the login.
    tokens,  ///< Though nobody has seen the codes.
  };
  Came came = Came::pending;
  bool by_refusal = false;  ///< Pending was told by a refusal (Quirk::pending_as_refusal).
  std::string reason;
  Error error;
  std::chrono::seconds interval{0};
};
Finding assess_poll(const OnePoll& poll);

}  // namespace deviceflow::demo

#endif
