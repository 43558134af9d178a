#include "outcome_text.hpp"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <deviceflow/json.hpp>
#include <vector>

#include "common/words.hpp"
#include "countdown.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::string_view kMargin = "  ";

std::string headline(std::string_view text, Style style, const Tty& screen) {
  std::string mark;
  if (screen.terminal && screen.utf8 && style == Style::good) mark = "✓ ";
  if (screen.terminal && screen.utf8 && style == Style::bad) mark = "✗ ";
  std::string out =
      wrapped(mark + std::string(text), screen, kMargin, mark.empty() ? "  " : "    ");
  out.pop_back();
  return styled(out, style, screen) + "\n";
}

std::string line(std::string_view text, const Tty& screen) {
  return wrapped(text, screen, "    ", "    ");
}

std::string listed(std::string_view scope) {
  std::string out;
  for (const char c : scope) out += c == ' ' ? std::string(", ") : std::string(1, c);
  return out;
}

struct Told {
  std::string what;
  std::vector<std::string> more;
};

Told tell_stop(const Failure& failure) {
  if (failure.stop == Stop::interrupted) return {"Cancelled.", {}};
  return {failure.error.message, {"Run the command again, with more time or without --timeout."}};
}

Told tell(const Failure& failure) {
  const Error& error = failure.error;
  switch (error.code) {
    case ErrorCode::access_denied:
      return {"The request was denied.", {"If that was a mistake, run the command again."}};
    case ErrorCode::expired_token: {
      Told told{"The code expired before it was approved.",
                {"Run the command again for a new code."}};
      if (!failure.last_failure.empty()) {
        std::string trouble = trouble_words(failure.last_failure);
        trouble[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(trouble[0])));
        told.more.insert(told.more.begin(), "At the last check: " + trouble + " (" +
                                                failure.last_failure + "). Check the network.");
      }
      return told;
    }
    case ErrorCode::tls:
      return {error.message,
              {"Check the date and the network of this computer. --cacert names the certificate "
               "of an authority of your own."}};
    case ErrorCode::network:
    case ErrorCode::timeout:
      return {error.message, {"Check the network, then run the command again."}};
    default: break;
  }
  Told told{error.message, {}};
  if (!error.description.empty()) told.more.push_back("The server says: " + error.description);
  if (error.retryable) told.more.emplace_back("It may work later: run the command again then.");
  if (error.blame == Blame::protocol || error.blame == Blame::server) {
    told.more.emplace_back("--trace FILE records what was sent and answered, without secrets.");
  }
  return told;
}

std::string date_words(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  char text[40] = "";
  if (gmtime_r(&time, &parts) == nullptr) return {};
  if (std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0) return {};
  return text;
}

std::string value_words(std::string_view key, const JsonValue& value) {
  if (const auto text = value.as_string()) return std::string(*text);
  const bool is_time = key == "exp" || key == "iat" || key == "nbf";
  const auto number = value.as_integer();
  const std::string date = is_time && number ? date_words(*number) : std::string();
  return to_json(value) + (date.empty() ? "" : "  (" + date + ")");
}

std::string row(std::string_view name, int name_width, std::string_view value) {
  std::string out = "  " + std::string(name);
  out.append(static_cast<std::size_t>(std::max(1, name_width - width(name) + 2)), ' ');
  return out + std::string(value) + "\n";
}

std::string token_lines(const TokenSet& tokens, const Tty& screen) {
  std::string out;
  const auto add = [&](std::string_view name, const Secret& token) {
    if (!token.empty()) out += std::string(name) + "\n" + shown(token.reveal(), screen) + "\n";
  };
  add("Access token:", tokens.access_token);
  add("Refresh token:", tokens.refresh_token);
  add("ID token:", tokens.id_token);
  return out;
}

}  // namespace

std::string success_text(const TokenSet& tokens, std::string_view requested_scope, bool show_tokens,
                         const Tty& screen) {
  std::string out = headline("Signed in.", Style::good, screen);
  const std::string granted = tokens.scope.value_or(std::string(requested_scope));
  if (!granted.empty()) out += line("Allowed: " + shown(listed(granted), screen) + ".", screen);
  const auto missing = missing_scopes(requested_scope, granted);
  std::string names;
  for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
  if (!names.empty()) out += line("Not allowed: " + shown(names, screen) + ".", screen);
  std::string life = "The provider doesn't say how long this lasts";
  if (tokens.expires_in) life = "This lasts " + duration_words(*tokens.expires_in);
  if (!tokens.refresh_token.empty()) life += " and can be renewed";
  out += line(life + ".", screen);
  if (show_tokens) return out + token_lines(tokens, screen);
  return out + line("Nothing is stored. --show-tokens prints what came.", screen);
}

std::string failure_text(const Failure& failure, const Tty& screen) {
  const Told told = failure.stop == Stop::none ? tell(failure) : tell_stop(failure);
  const bool calm = failure.stop == Stop::interrupted;
  std::string out = headline(shown(told.what, screen), calm ? Style::bold : Style::bad, screen);
  for (const std::string& sentence : told.more) out += line(shown(sentence, screen), screen);
  return out;
}

std::string introspection_text(const Introspection& answer, const Tty& screen) {
  std::string out = answer.active ? headline("The token is active.", Style::good, screen)
                                  : headline("The token is not active.", Style::bad, screen);
  int longest = 0;
  for (const auto& member : answer.members.members()) {
    longest = std::max(longest, std::min(width(member.key), 30));
  }
  for (const auto& member : answer.members.members()) {
    if (member.key == "active") continue;
    out += row(shown(member.key, screen), longest,
               shown(value_words(member.key, member.value), screen));
  }
  return out;
}

std::string endpoints_text(const KnownEndpoints& known, const Tty& screen) {
  std::string out;
  if (!known.issuer.empty()) out += row("issuer", 29, shown(known.issuer, screen));
  for (std::size_t i = 0; i < kEndpointNames.size(); ++i) {
    const KnownEndpoint& endpoint = known.endpoints[i];
    const std::string from = " (" + std::string(endpoint.from) + ")";
    out += row(kEndpointNames[i].key, 29,
               endpoint.url.empty() ? "-" : shown(endpoint.url, screen) + from);
  }
  if (known.quirks.has(Quirk::grant_not_listed)) {
    out += "The provider doesn't list the device grant. It may work all the same.\n";
  }
  return out;
}

}  // namespace deviceflow::demo
