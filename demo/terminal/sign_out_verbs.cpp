// revoke and logout: the first wants the tokens dead, the second wants them gone from here.
#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

// Why a token may still be alive; empty where none is.
std::optional<Error> unconfirmed(const SignOutReport& report) {
  for (const auto* part : {&report.refresh_token, &report.access_token}) {
    if (part->result == SignOutReport::Part::Result::not_confirmed) return part->error;
  }
  return std::nullopt;
}

}  // namespace

ExitCode run_revoke(const CommandLine& line, Output& output) {
  return with_stored_login(
      line, output, [&](const Session&, LoginKeeper& keeper) -> Result<ExitCode> {
        const auto login = keeper.stored();
        if (!login.ok()) return login.error();
        SignOutNews news;
        news.report = keeper.session().sign_out(Forget::when_revoked, stop_cancel());
        output.signed_out(news);
        if (news.report.local_error) return *news.report.local_error;
        if (auto why = unconfirmed(news.report)) {
          why->message +=
              " The login stays stored, so that you can try again; \"logout\" forgets it.";
          return std::move(*why);
        }
        return kDone;
      });
}

ExitCode run_logout(const CommandLine& line, Output& output) {
  return with_stored_login(line, output,
                           [&](const Session&, LoginKeeper& keeper) -> Result<ExitCode> {
                             SignOutNews news;
                             news.logout = true;
                             const auto login = keeper.stored();
                             if (!login.ok() && login.error().code == ErrorCode::not_stored) {
                               news.report.removed = true;
                               output.signed_out(news);
                               return kDone;
                             }
                             news.report = keeper.session().sign_out(Forget::always, stop_cancel());
                             output.signed_out(news);
                             if (news.report.local_error && !news.report.removed)
                               return *news.report.local_error;
                             const auto why = unconfirmed(news.report);
                             if (why && why->code == ErrorCode::cancelled) return *why;
                             return kDone;
                           });
}

}  // namespace deviceflow::demo
