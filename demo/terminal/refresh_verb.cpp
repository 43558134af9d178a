#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

ExitCode run_refresh(const CommandLine& line, Output& output) {
  return with_stored_login(line, output,
                           [&](const Session&, LoginKeeper& keeper) -> Result<ExitCode> {
                             const auto renewed = keeper.refresh();
                             if (!renewed.ok()) return renewed.error();
                             const auto login = keeper.stored();
                             if (!login.ok()) return login.error();
                             TokenNews news{login->tokens};
                             news.renewed = true;
                             news.quirks = renewed->quirks;
                             if (renewed->id_token_claims) news.claims = &*renewed->id_token_claims;
                             if (renewed->id_token_problem)
                               news.claims_missing = &*renewed->id_token_problem;
                             news.kept = keeper.kept_now();
                             output.tokens(news);
                             return kDone;
                           });
}

}  // namespace deviceflow::demo
