// What a look at a provider has found: each finding by itself, and the verdict over all.
#ifndef DEVICEFLOW_DEMO_COMMON_DOCTOR_FINDING_HPP
#define DEVICEFLOW_DEMO_COMMON_DOCTOR_FINDING_HPP

#include <deviceflow/error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deviceflow::demo {

enum class Grade {
  good,
  odd,  ///< Should be fixed; a login works all the same.
  bad,  ///< No login works like this.
};

struct Finding {
  using Values = std::vector<std::pair<std::string, std::string>>;

  std::string check;  ///< What was looked at: a stable name.
  Grade grade = Grade::good;
  std::string detail;  ///< What was found, in whole sentences. May hold foreign text.
  std::string advice;  ///< What to do and whom to ask; empty where there is nothing to do.
  std::string rfc;     ///< "RFC 8628 section 3.2", or empty.
  /// What was found, by a stable name, and what its sentence is filled with: for sentences in other
  /// languages. Empty if it is an error that was found.
  std::string code = {};
  Values values = {};
  std::optional<Error> error = {};

  /// The same finding with its code, or with the error that it is.
  Finding as(std::string named, Values filled = {}) &&;
  Finding as(const Error& found) &&;
};
using Findings = std::vector<Finding>;

inline Finding good(std::string check, std::string detail, std::string rfc = {}) {
  return {std::move(check), Grade::good, std::move(detail), {}, std::move(rfc)};
}
inline Finding odd(std::string check, std::string detail, std::string advice,
                   std::string rfc = {}) {
  return {std::move(check), Grade::odd, std::move(detail), std::move(advice), std::move(rfc)};
}
inline Finding bad(std::string check, std::string detail, std::string advice,
                   std::string rfc = {}) {
  return {std::move(check), Grade::bad, std::move(detail), std::move(advice), std::move(rfc)};
}

/// The check that needs no provider.
inline constexpr std::string_view kSettings = "settings";

/// Whom to ask about what a server does.
inline constexpr std::string_view kAskOperator = "Ask the operator of the provider";

/// What takes time now.
struct DoctorStep {
  std::string text;  ///< In English, without an end mark: "Looking at the certificate of …".
  std::string code;  ///< The same by a stable name, and what its sentence is filled with.
  Finding::Values values = {};
};

struct Verdict {
  bool usable = false;
  bool settings_wrong = false;  ///< Nothing was sent: it is this side that has to be fixed.
  std::string sentence;
  std::string code = {};  ///< Of the sentence, stable: "usable".
  int points = 0;         ///< What the sentence counts.
};
/// Usable unless a finding is bad.
Verdict verdict_of(const Findings& findings);

}  // namespace deviceflow::demo

#endif
