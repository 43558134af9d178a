// What the tests of the doctor's judgements share.
#ifndef DEVICEFLOW_TESTS_DOCTOR_HELPERS_HPP
#define DEVICEFLOW_TESTS_DOCTOR_HELPERS_HPP

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "common/doctor_finding.hpp"

namespace deviceflow::demo {

inline void PrintTo(Grade grade, std::ostream* out) {
  *out << (grade == Grade::good ? "good" : grade == Grade::odd ? "odd" : "bad");
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The first finding of that check.
inline Finding find(const Findings& findings, std::string_view check) {
  for (const Finding& finding : findings) {
    if (finding.check == check) return finding;
  }
  ADD_FAILURE() << "there is no finding " << check;
  return {};
}

/// Whoever reads a finding that is not good has to know what to do.
inline void expect_actionable(const Finding& finding) {
  EXPECT_NE(finding.detail, "") << finding.check;
  if (finding.grade == Grade::good) return;
  EXPECT_NE(finding.advice, "") << finding.check << ": " << finding.detail;
}

}  // namespace deviceflow::demo

#endif
