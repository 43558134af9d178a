#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

Result<ExitCode> refresh(LoginKeeper& keeper, Output& output) {
  const auto before = keeper.stored();
  if (!before.ok()) return before.error();
  const auto token = keeper.session().refresh(stop_cancel());
  if (!token.ok()) return token.error();
  const auto login = keeper.stored();
  if (!login.ok()) return login.error();
  TokenNews news{login->tokens};
  news.renewed = true;
  news.quirks = token->quirks;
  if (token->id_token_claims) news.claims = &*token->id_token_claims;
  if (token->id_token_problem) news.claims_missing = &*token->id_token_problem;
  if (!token->store_failure) news.kept.folder = keeper.kept_at().folder;
  output.tokens(news);
  if (token->store_failure) return *token->store_failure;
  return kDone;
}

}  // namespace

ExitCode run_refresh(const CommandLine& line, Output& output) {
  return with_stored_login(
      line, output, [&](const Session&, LoginKeeper& keeper) { return refresh(keeper, output); });
}

}  // namespace deviceflow::demo
