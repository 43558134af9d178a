#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deviceflow/store.hpp>

#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::size_t kLongestToken = std::size_t{256} << 10;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

Error stopped() {
  return make_error(Blame::user, ErrorCode::cancelled, Stage::usage,
                    "Cancelled while the token was awaited on standard input.");
}

Result<Secret> read_token() {
  Secret text;
  text.reserve(kLongestToken / 16);
  char buffer[4096];
  for (;;) {
    pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {stop_descriptor(), POLLIN, 0}};
    poll(fds, 2, -1);
    if (stop_reason() != Stop::none) return stopped();
    if (fds[0].revents == 0) continue;
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) {
      return usage_error(std::string("Standard input can't be read: ") + std::strerror(errno) +
                         ".");
    }
    if (got == 0) break;
    text.append({buffer, static_cast<std::size_t>(got)});
    wipe(buffer, sizeof buffer);
    if (text.size() > kLongestToken) return usage_error("Standard input is too long for a token.");
  }
  std::string_view token = text.reveal();
  while (!token.empty() && is_space(token.front())) token.remove_prefix(1);
  while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
  if (token.empty()) return usage_error("There was no token on standard input.");
  return Secret(token);
}

Result<Introspection> ask_about_input(const Session& settings) {
  if (settings.settings.issuer.empty() && named_endpoints(settings).introspection.empty()) {
    return usage_error("Which provider? Give --provider, --issuer or --introspection-endpoint.");
  }
  auto who = introspection_credentials(settings);
  if (!who.ok()) return who.error();
  auto token = read_token();
  if (!token.ok()) return token.error();
  deviceflow::Session provider(make_config(settings), std::make_shared<MemoryStore>());
  return provider.introspect(*token, {std::move(*who)}, stop_cancel());
}

// As it is stored: not renewed first, since that would be another token.
Result<Introspection> ask_about_stored(const Session& settings, LoginKeeper& keeper) {
  auto who = introspection_credentials(settings);
  if (!who.ok()) return who.error();
  const auto login = keeper.stored();
  if (!login.ok()) return login.error();
  return keeper.session().introspect(login->tokens.access_token, {std::move(*who)}, stop_cancel());
}

}  // namespace

ExitCode run_introspect(const CommandLine& line, Output& output) {
  const auto tell = [&](const Result<Introspection>& answer) -> Result<ExitCode> {
    if (!answer.ok()) return answer.error();
    output.introspection(*answer);
    return answer->active ? kDone : kNegative;
  };
  if (line.token_from_input) {
    return with_settings(line, output,
                         [&](const Session& settings) { return tell(ask_about_input(settings)); });
  }
  return with_stored_login(line, output, [&](const Session& settings, LoginKeeper& keeper) {
    return tell(ask_about_stored(settings, keeper));
  });
}

}  // namespace deviceflow::demo
