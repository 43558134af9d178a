// What the tests of the doctor's judgements share.
#ifndef DEVICEFLOW_TESTS_DOCTOR_HELPERS_HPP
#define DEVICEFLOW_TESTS_DOCTOR_HELPERS_HPP

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "common/doctor_finding.hpp"
#include "model/finding_words.hpp"

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

/// The reader of a finding that is not good has to know what to do, in every language.
inline void expect_actionable(const Finding& finding) {
  EXPECT_NE(finding.detail, "") << finding.check;
  EXPECT_NE(finding.error.has_value(), !finding.code.empty()) << finding.detail;
  for (const LanguageFile& file : language_files()) {
    const Language say = language_of(file.code);
    for (const std::string& words : {finding_words(finding, say), finding_advice(finding, say)}) {
      EXPECT_FALSE(words.starts_with("finding.")) << words;
      EXPECT_EQ(words.find('{'), std::string::npos) << words;
    }
  }
  if (finding.grade == Grade::good) return;
  EXPECT_NE(finding.advice, "") << finding.check << ": " << finding.detail;
}

}  // namespace deviceflow::demo

#endif
