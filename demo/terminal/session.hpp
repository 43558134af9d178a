// What every verb starts with: merged settings, secrets, a trace, and a client made of them.
#ifndef DEVICEFLOW_DEMO_TERMINAL_SESSION_HPP
#define DEVICEFLOW_DEMO_TERMINAL_SESSION_HPP

#include <deviceflow/client.hpp>
#include <memory>
#include <string>

#include "exit_code.hpp"
#include "options.hpp"
#include "output.hpp"
#include "trace_file.hpp"

namespace deviceflow::terminal {

struct Session {
  ProviderSettings settings;   ///< The config file with the options on top.
  Endpoints config_endpoints;  ///< What the config file says; discovery wins over these.
  Secret client_secret;
  Profile profile;
  std::unique_ptr<TraceFile> trace;
};

/// Reads all files that the command line names and starts the clock of --timeout.
Result<Session> open_session(const CommandLine& line, Output& output);

/// A client of the provider. Discovers first where the config file names endpoints that the
/// metadata may name as well. `session` has to outlive it.
Result<std::unique_ptr<Client>> make_client(const Session& session, ClientPorts ports);

/// A client that knows no endpoints but those of the options, for asking the metadata.
std::unique_ptr<Client> make_discovering_client(const Session& session);

/// Says why a verb failed, and gives its exit code. `prompted`: see exit_code_for().
ExitCode report_failure(Output& output, const Session* session, Failure failure, bool prompted);

/// The exit code of a verb that has said all it had to say.
ExitCode finish(Output& output, const Session& session, ExitCode code);

}  // namespace deviceflow::terminal

#endif
