#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

// Those that the options name; none of them: all.
bool is_named(const LoginStatus& status, const ProviderSettings& settings) {
  return (settings.client_id.empty() || settings.client_id == status.client_id) &&
         (settings.account.empty() || settings.account == status.account);
}

Result<ExitCode> list_all(const Session& session, Output& output) {
  auto found = list_logins(session);
  if (!found.ok()) return found.error();
  std::vector<LoginStatus> named;
  for (LoginStatus& one : found->logins) {
    if (is_named(one, session.settings)) named.push_back(std::move(one));
  }
  output.stored(named, found->kept);
  if (found->unreadable) return *found->unreadable;
  for (const LoginStatus& one : named) {
    if (one.logged_in) return kDone;
  }
  return kNegative;
}

}  // namespace

ExitCode run_status(const CommandLine& line, Output& output) {
  return with_settings(line, output, [&](const Session& session) -> Result<ExitCode> {
    const bool named = !session.settings.issuer.empty() || any_endpoint(named_endpoints(session));
    if (!named) return list_all(session, output);
    return with_keeper(session, [&](LoginKeeper& keeper) -> Result<ExitCode> {
      const auto status = keeper.status();
      if (!status.ok()) return status.error();
      output.status(*status);
      return status->logged_in ? kDone : kNegative;
    });
  });
}

}  // namespace deviceflow::demo
