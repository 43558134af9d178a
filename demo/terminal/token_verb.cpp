#include <algorithm>
#include <deviceflow/platform.hpp>

#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

std::optional<std::chrono::seconds> left_of(const AccessToken& token) {
  const auto now = SystemClock().wall_now();
  if (!now || !token.expires_at) return std::nullopt;
  return std::max(std::chrono::seconds(0),
                  std::chrono::duration_cast<std::chrono::seconds>(*token.expires_at - *now));
}

// A line break in it would become a second header or a second variable (RFC 6749 appendix A.12).
bool is_printable(const Secret& token) {
  const std::string_view text = token.reveal();
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

ExitCode run_token(const CommandLine& line, Output& output) {
  return with_stored_login(
      line, output, [&](const Session&, LoginKeeper& keeper) -> Result<ExitCode> {
        const auto token = keeper.session().access_token(stop_cancel());
        if (!token.ok()) return token.error();
        if (!is_printable(token->token)) {
          return make_error(Blame::protocol, ErrorCode::invalid_response, Stage::token,
                            "The access token holds characters that no token may have.");
        }
        output.token({*token, left_of(*token)});
        return kDone;
      });
}

}  // namespace deviceflow::demo
