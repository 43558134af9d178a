// What the help of each verb says beside its options.
#ifndef DEVICEFLOW_DEMO_TERMINAL_HELP_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_HELP_TEXT_HPP

#include "options.hpp"

namespace deviceflow::demo {

/// Examples and exit codes, for the end of the main help.
extern const char* const kMainFooter;

struct VerbHelp {
  const char* name;
  const char* title;   ///< One line in the list of verbs.
  const char* footer;  ///< What it does, and examples.
};
const VerbHelp& help_of(Verb verb);

}  // namespace deviceflow::demo

#endif
