#include "stored_text.hpp"

#include <cctype>

#include "common/words.hpp"
#include "lines.hpp"

namespace deviceflow::demo {

namespace {

using Part = SignOutReport::Part;

std::string life_words(const LoginStatus& status) {
  const bool renewable = status.has_refresh_token && !status.refused;
  const std::string renew = renewable ? ", and can be renewed." : ".";
  if (!status.expires_in) return "The provider doesn't say how long the access token lasts" + renew;
  if (status.expires_in->count() > 0) {
    return "The access token is valid for another " + duration_words(*status.expires_in) + renew;
  }
  if (renewable) return "The access token has ended. It is renewed when it is needed.";
  return status.refused ? "The access token has ended."
                        : "The access token has ended. Sign in again.";
}

// What can't stand in a shell's word as it is.
bool needs_quotes(std::string_view token) {
  return token.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") !=
         std::string_view::npos;
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string part_words(std::string_view what, const Part& part, const Tty& screen) {
  const std::string name = "The " + std::string(what) + " token ";
  switch (part.result) {
    case Part::Result::absent: return {};
    case Part::Result::revoked:
      if (!part.error) return line(name + "is revoked.", screen);
      return line(name + "is no longer valid: the provider refuses to revoke it (" +
                      shown(part.error->label(), screen) + ").",
                  screen);
    case Part::Result::not_possible:
      return line("The provider can't revoke the " + std::string(what) +
                      " token. It stays valid until it ends.",
                  screen);
    case Part::Result::not_confirmed: break;
  }
  std::string why = part.error ? " " + shown(part.error->message, screen) : "";
  return line(name + "may stay valid until it ends: its revocation is not confirmed." + why,
              screen);
}

}  // namespace

std::string kept_text(const KeptAt& kept, const Tty& screen) {
  const std::string how = kept.protection.empty() ? "" : " " + shown(kept.protection, screen);
  return line("Stored in " + shown(kept.folder, screen) + "." + how, screen);
}

std::string status_text(const LoginStatus& status, const Tty& screen) {
  const std::string account =
      status.account.empty() ? "" : ", account " + shown(status.account, screen);
  const std::string where =
      shown(status.client_id, screen) + " at " + shown(status.issuer, screen) + account + ".";
  if (status.revoked) {
    return headline("Not signed in: the sign-in is revoked for " + where, Style::bold, screen) +
           line(
               "Its access token may stay valid until it ends. \"revoke\" tries again, \"logout\" "
               "forgets it.",
               screen);
  }
  if (!status.logged_in) {
    return headline("Not signed in: nothing is stored for " + where, Style::bold, screen);
  }
  std::string out = headline("Signed in: " + where, Style::good, screen);
  if (!status.subject.empty()) {
    out += line("The person is " + shown(status.subject, screen) + " there.", screen);
  }
  if (!status.scope.empty()) {
    out += line("Allowed: " + shown(listed(status.scope), screen) + ".", screen);
  }
  out += line(life_words(status), screen);
  if (status.refused) out += line(shown(status.refused->message, screen), screen);
  return status.kept.folder.empty() ? out : out + kept_text(status.kept, screen);
}

std::string stored_text(const std::vector<LoginStatus>& all, const KeptAt& kept,
                        const Tty& screen) {
  if (all.empty()) {
    return headline("Not signed in: nothing is stored in " + shown(kept.folder, screen) + ".",
                    Style::bold, screen);
  }
  std::string out;
  for (LoginStatus one : all) {
    one.kept = {};  // the same for all of them
    out += status_text(one, screen);
  }
  return out + kept_text(kept, screen);
}

bool is_bound(const AccessToken& token) {
  std::string type = token.token_type;  // names of types have no case (RFC 6749 section 5.1)
  for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return type == "dpop";
}

std::string token_text(const AccessToken& token, TokenFormat format) {
  const std::string text(token.token.reveal());
  switch (format) {
    case TokenFormat::plain: break;
    case TokenFormat::env:
      return "DEVICEFLOW_ACCESS_TOKEN=" + (needs_quotes(text) ? quoted(text) : text);
    case TokenFormat::header:
      return "Authorization: " + std::string(is_bound(token) ? "DPoP " : "Bearer ") + text;
  }
  return text;
}

std::string userinfo_text(const UserInfo& info, const Tty& screen) {
  return headline(shown(display_name(info), screen), Style::bold, screen) +
         member_rows(json_or_null(info.members.reveal()), "", screen);
}

std::string sign_out_text(const SignOutNews& news, const Tty& screen) {
  if (!news.report.removed) {
    const bool revoked = news.report.refresh_token.result == Part::Result::revoked ||
                         news.report.access_token.result == Part::Result::revoked;
    if (!news.report.local_error || !revoked) return {};
    return headline("What is stored could not be removed.", Style::bad, screen) +
           part_words("refresh", news.report.refresh_token, screen) +
           part_words("access", news.report.access_token, screen);
  }
  const bool nothing = news.report.refresh_token.result == Part::Result::absent &&
                       news.report.access_token.result == Part::Result::absent;
  std::string out = headline(news.logout ? "Signed out." : "The login is revoked and forgotten.",
                             Style::good, screen);
  if (nothing && !news.report.local_error) {
    return out + line("Nobody was signed in at this provider with this client.", screen);
  }
  if (news.report.local_error) {
    out += line("What was stored could not be read, so nothing was revoked: " +
                    shown(news.report.local_error->message, screen),
                screen);
  }
  return out + part_words("refresh", news.report.refresh_token, screen) +
         part_words("access", news.report.access_token, screen);
}

}  // namespace deviceflow::demo
