#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

ExitCode run_status(const CommandLine& line, Output& output) {
  return with_stored_login(line, output,
                           [&](const Session&, LoginKeeper& keeper) -> Result<ExitCode> {
                             const auto status = keeper.status();
                             if (!status.ok()) return status.error();
                             output.status(*status);
                             return status->logged_in ? kDone : kNegative;
                           });
}

}  // namespace deviceflow::demo
