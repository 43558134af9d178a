// The doctor's report for people.
#ifndef DEVICEFLOW_DEMO_TERMINAL_DOCTOR_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_DOCTOR_TEXT_HPP

#include <string>

#include "common/doctor_finding.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

/// A mark, the check and what was found; below it what to do, where there is something.
std::string finding_text(const Finding& finding, const Tty& screen);
std::string verdict_text(const Verdict& verdict, const Tty& screen);

}  // namespace deviceflow::demo

#endif
