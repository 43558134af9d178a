// The exit codes of the terminal tool: a stable interface, listed in --help.
#ifndef DEVICEFLOW_DEMO_TERMINAL_EXIT_CODE_HPP
#define DEVICEFLOW_DEMO_TERMINAL_EXIT_CODE_HPP

#include <deviceflow/error.hpp>

#include "common/stop.hpp"

namespace deviceflow::demo {

enum ExitCode : int {
  kDone = 0,
  kNegative = 1,  ///< The token is not active, nothing is stored, the provider not usable, or the
                  ///< outcome of a replay another than recorded.
  kUsage = 2,     ///< Usage, configuration, or a file.
  kDenied = 3,    ///< The user said no.
  kExpired = 4,   ///< The code's time, or --timeout after the codes were shown.
  kRefused = 5,   ///< The server refused, or answered what can't be used.
  kNetwork = 6,   ///< Nothing could be reached, or the certificate is not trusted.
  kInterrupted = 130,
};

/// `prompted` tells whether the codes had been shown to the user by then.
ExitCode exit_code_for(const Error& error, bool prompted) noexcept;
/// For a verb that was stopped, with any reason but Stop::none.
ExitCode exit_code_for(Stop stop, bool prompted) noexcept;

}  // namespace deviceflow::demo

#endif
