// What the doctor has found, in the user's language.
#ifndef DEVICEFLOW_DEMO_MODEL_FINDING_WORDS_HPP
#define DEVICEFLOW_DEMO_MODEL_FINDING_WORDS_HPP

#include <string>

#include "common/doctor_finding.hpp"
#include "language.hpp"

namespace deviceflow::demo {

/// By its code and values; those of an error by the error. Both may hold foreign text.
std::string finding_words(const Finding& finding, const Language& say);
/// What to do, in the words of the window; empty if there is nothing to do.
std::string finding_advice(const Finding& finding, const Language& say);

std::string step_words(const DoctorStep& step, const Language& say);
std::string verdict_words(const Verdict& verdict, const Language& say);

}  // namespace deviceflow::demo

#endif
