// How every verb begins and ends.
#ifndef DEVICEFLOW_DEMO_TERMINAL_REPORT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_REPORT_HPP

#include "common/output.hpp"
#include "common/session.hpp"
#include "exit_code.hpp"
#include "options.hpp"

namespace deviceflow::demo {

/// Reads all files that the command line names and starts the clock of --timeout.
Result<Session> open_session(const CommandLine& line, Output& output);

/// Says why a verb failed, and gives its exit code. `prompted`: see exit_code_for().
ExitCode report_failure(Output& output, const Session* session, Failure failure, bool prompted);

/// The exit code of a verb that has said all it had to say.
ExitCode finish(Output& output, const Session& session, ExitCode code);

}  // namespace deviceflow::demo

#endif
