// How every verb begins and ends.
#ifndef DEVICEFLOW_DEMO_TERMINAL_REPORT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_REPORT_HPP

#include <functional>

#include "common/login_keeper.hpp"
#include "common/output.hpp"
#include "common/session.hpp"
#include "exit_code.hpp"
#include "options.hpp"

namespace deviceflow::demo {

/// Reads all files that the command line names and starts the clock of --timeout.
Result<Session> open_session(const CommandLine& line, Output& output);

/// Says why a verb failed, and gives its exit code. `prompted`: see exit_code_for().
ExitCode report_failure(Output& output, const Session* session, Failure failure, bool prompted);

/// Runs `work` with the settings of the command line; what it fails with is reported.
ExitCode with_settings(const CommandLine& line, Output& output,
                       const std::function<Result<ExitCode>(const Session&)>& work);
/// Runs `work` with the stored login that these settings name.
Result<ExitCode> with_keeper(const Session& session,
                             const std::function<Result<ExitCode>(LoginKeeper&)>& work);
/// Both.
ExitCode with_stored_login(
    const CommandLine& line, Output& output,
    const std::function<Result<ExitCode>(const Session&, LoginKeeper&)>& work);

/// The exit code of a verb that has said all it had to say.
ExitCode finish(Output& output, const Session& session, ExitCode code);

}  // namespace deviceflow::demo

#endif
