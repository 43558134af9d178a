#include "outcome_text.hpp"

#include <cctype>
#include <vector>

#include "common/words.hpp"
#include "lines.hpp"
#include "stored_text.hpp"

namespace deviceflow::demo {

namespace {

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
      Told told{"The code expired.", {}};
      if (!failure.last_failure.empty()) {
        std::string trouble = trouble_words(failure.last_failure);
        trouble[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(trouble[0])));
        trouble = "At the last check: " + trouble + " (" + failure.last_failure + ").";
        if (is_network_trouble(failure.last_failure)) trouble += " Check the network.";
        if (is_missing_endpoint(failure.last_failure)) trouble += " Check --token-endpoint.";
        told.more.push_back(std::move(trouble));
      }
      if (!error.description.empty()) told.more.push_back("The server says: " + error.description);
      told.more.emplace_back("Run the command again for a new code.");
      if (failure.last_failure.empty()) {
        told.more.emplace_back(
            "If your phone said that codes are not allowed, ask the administrator of your "
            "account.");
      }
      return told;
    }
    case ErrorCode::tls:
    case ErrorCode::network:
    case ErrorCode::timeout: return {error.message, {network_advice(error)}};
    default: break;
  }
  Told told{error.message, {}};
  if (!error.description.empty()) told.more.push_back("The server says: " + error.description);
  const std::string_view advice = option_advice(error);
  if (!advice.empty()) told.more.emplace_back(advice);
  if (error.retryable) told.more.emplace_back("It may work later: run the command again then.");
  if (error.blame == Blame::protocol || error.blame == Blame::server) {
    told.more.emplace_back("--trace FILE records what was sent and answered, without secrets.");
  }
  return told;
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

// Why it is not known who signed in.
std::string doubt(const Error& missing, const Tty& screen) {
  const bool none = missing.reason == "missing";
  return line("It is not certain who signed in. " +
                  (none ? "The provider sent no ID token." : shown(missing.message, screen)),
              screen);
}

std::string replaced_text(const ReplacedSignIn& replaced, const Tty& screen) {
  using Result = SignOutReport::Part::Result;
  const std::string whose =
      replaced.subject.empty() ? "" : " of " + shown(replaced.subject, screen);
  std::string out = "This replaces the earlier sign-in" + whose + ", which ";
  if (replaced.refresh_token.result == Result::revoked) return line(out + "is revoked.", screen);
  out += "stays valid at the provider until it ends.";
  if (replaced.refresh_token.error)
    out += " " + shown(replaced.refresh_token.error->message, screen);
  return line(out, screen);
}

}  // namespace

std::string tokens_text(const TokenNews& news, std::string_view requested_scope, bool show_tokens,
                        const Tty& screen) {
  const TokenSet& tokens = news.tokens;
  std::string out = headline(news.renewed ? "Renewed." : "Signed in.", Style::good, screen);
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
  if (news.claims_missing != nullptr) out += doubt(*news.claims_missing, screen);
  if (news.replaced != nullptr) out += replaced_text(*news.replaced, screen);
  if (!news.kept.folder.empty()) out += kept_text(news.kept, screen);
  if (show_tokens) return out + token_lines(tokens, screen);
  if (!news.kept.folder.empty()) return out;
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
  return out + member_rows(json_or_null(answer.members.reveal()), "active", screen);
}

// All of it is our own text.
std::string providers_text(const std::vector<Provider>& providers) {
  std::string out;
  for (const Provider& provider : providers) {
    std::string fields;
    for (const ProviderField& field : provider.fields) {
      fields += (field.optional ? " [" : " ") + field.name + "=" + field.example +
                (field.optional ? "]" : "");
    }
    out += row(provider.name, 17, provider.title + (fields.empty() ? "" : "," + fields));
  }
  return out + "The words with = are fields, as examples; those in [brackets] can be left out:\n" +
         "  deviceflow login --provider keycloak --field host=idp.example.com " +
         "--field realm=demo --client-id my-tv\n";
}

std::string endpoints_text(const KnownEndpoints& known, const Tty& screen) {
  std::string out;
  if (!known.issuer.empty()) out += row("issuer", 29, shown(known.issuer, screen));
  for (std::size_t i = 0; i < kEndpointNames.size(); ++i) {
    const KnownEndpoint& endpoint = known.endpoints[i];
    const std::string from = " (" + std::string(endpoint.from) + ")";
    out += row(kEndpointNames[i].key, 29,
               endpoint.url.empty() ? "not named" : shown(endpoint.url, screen) + from);
  }
  if (known.quirks.has(Quirk::grant_not_listed)) {
    out += "The provider doesn't list the device grant. It may work all the same.\n";
  }
  return out;
}

}  // namespace deviceflow::demo
