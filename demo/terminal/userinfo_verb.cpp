#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

ExitCode run_userinfo(const CommandLine& line, Output& output) {
  return with_stored_login(line, output,
                           [&](const Session&, LoginKeeper& keeper) -> Result<ExitCode> {
                             const auto info = keeper.session().userinfo(stop_cancel());
                             if (!info.ok()) return info.error();
                             output.userinfo(*info);
                             return kDone;
                           });
}

}  // namespace deviceflow::demo
