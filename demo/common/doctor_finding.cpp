#include "doctor_finding.hpp"

#include <algorithm>

namespace deviceflow::demo {

namespace {

std::string points(std::ptrdiff_t count) {
  return count == 1 ? std::string("one point") : std::to_string(count) + " points";
}

}  // namespace

Finding Finding::as(std::string named, Values filled) && {
  code = std::move(named);
  values = std::move(filled);
  return std::move(*this);
}

Finding Finding::as(const Error& found) && {
  error = found;
  return std::move(*this);
}

Verdict verdict_of(const Findings& findings) {
  const auto count = [&](Grade grade) {
    return std::count_if(findings.begin(), findings.end(),
                         [&](const Finding& finding) { return finding.grade == grade; });
  };
  const auto wrong = count(Grade::bad);
  const auto odd = count(Grade::odd);
  const bool settings = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.grade == Grade::bad && finding.check == kSettings;
  });
  if (settings) {
    return {false, true, "Nothing was sent: the settings can't be used like this.", "settings", 0};
  }
  if (wrong > 0) {
    return {false, false,
            "Not usable: " + points(wrong) + " must be fixed before a device can sign in.",
            "not_usable", static_cast<int>(wrong)};
  }
  std::string sentence = "Usable: a device can get a code here and wait for a person.";
  if (odd > 0) sentence += " Worth fixing: " + points(odd) + ".";
  return {true, false, sentence + " Whether a person can approve was not tried.",
          odd > 0 ? "usable_with" : "usable", static_cast<int>(odd)};
}

}  // namespace deviceflow::demo
