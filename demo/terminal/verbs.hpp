// The verbs: each runs to its end and answers the exit code.
#ifndef DEVICEFLOW_DEMO_TERMINAL_VERBS_HPP
#define DEVICEFLOW_DEMO_TERMINAL_VERBS_HPP

#include "common/output.hpp"
#include "common/sink.hpp"
#include "exit_code.hpp"
#include "options.hpp"

namespace deviceflow::demo {

ExitCode run_login(const CommandLine& line, Output& output);
ExitCode run_introspect(const CommandLine& line, Output& output);
ExitCode run_token(const CommandLine& line, Output& output);
ExitCode run_refresh(const CommandLine& line, Output& output);
ExitCode run_userinfo(const CommandLine& line, Output& output);
ExitCode run_status(const CommandLine& line, Output& output);
ExitCode run_revoke(const CommandLine& line, Output& output);
ExitCode run_logout(const CommandLine& line, Output& output);
ExitCode run_providers(const CommandLine& line, Output& output);
ExitCode run_discover(const CommandLine& line, Output& output);
ExitCode run_doctor(const CommandLine& line, Output& output);
/// Writes by itself: it has more to say than Output knows.
ExitCode run_replay(const CommandLine& line, const Sink& out, const Sink& err);

}  // namespace deviceflow::demo

#endif
