#include "tokens_model.hpp"

#include <algorithm>
#include <utility>

#include "body_lines.hpp"
#include "foundation/json.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::demo {

namespace {

using State = TokenCheck::State;

// Where in the order of check_id_token() a reason stands; the signature comes before all.
int rank_of(const Error& error) {
  struct Ranked {
    std::string_view reason;
    int rank;
  };
  constexpr std::array kRanks{
      Ranked{"typ", 1},     Ranked{"iss", 2},
      Ranked{"sub", 3},     Ranked{"aud", 4},
      Ranked{"azp", 4},     Ranked{"nonce", 5},
      Ranked{"exp", 6},     Ranked{"iat", 6},
      Ranked{"expired", 6}, Ranked{"issued_in_future", 6},
      Ranked{"nbf", 6},     Ranked{"not_yet_valid", 6},
      Ranked{"at_hash", 7},
  };
  if (error.code == ErrorCode::algorithm_not_allowed) return 0;
  const auto found = std::ranges::find(kRanks, error.reason, &Ranked::reason);
  return found == kRanks.end() ? 0 : found->rank;
}

// Claims that say nothing of a person (RFC 7519 section 4.1, OpenID Connect Core section 2, RFC
// 9068 section 2.2).
bool is_impersonal(std::string_view claim) {
  constexpr std::array<std::string_view, 17> kNames{
      "iss", "aud",     "azp",   "exp", "iat",       "nbf",        "auth_time", "acr", "amr",
      "typ", "at_hash", "scope", "scp", "client_id", "token_type", "token_use", "ver"};
  return std::ranges::find(kNames, claim) != kNames.end();
}

JsonValue masked_claims(const JsonValue& claims) {
  JsonValue out = JsonValue::object();
  for (const auto& [name, value] : claims.members()) {
    if (is_impersonal(name)) {
      out.set(name, value);
    } else {
      const auto text = value.as_string();
      out.set(name, text ? masked_value(*text) : "••••••••");
    }
  }
  return out;
}

}  // namespace

TokenChecks checks_of(IdTokenCheck check, const std::string& problem) {
  TokenChecks out;
  const bool verified = check == IdTokenCheck::verified || check == IdTokenCheck::verified_but_time;
  for (TokenCheck* one : {&out.signature, &out.issuer, &out.audience, &out.expiry, &out.rest}) {
    one->state = verified ? State::passed : State::not_made;
  }
  if (check == IdTokenCheck::verified_but_time) out.expiry.state = State::not_made;
  if (check == IdTokenCheck::not_verified) out.signature.why = problem;
  return out;
}

TokenChecks checks_of(const Error& error) {
  TokenChecks out;
  const int failed = rank_of(error);
  const auto set_state = [&](TokenCheck& check, int rank) {
    if (rank < failed) check.state = State::passed;
    if (rank == failed) check = {State::failed, error.message};
  };
  set_state(out.signature, 0);
  set_state(out.issuer, 2);
  set_state(out.audience, 4);
  set_state(out.expiry, 6);
  if (failed % 2 == 1) out.rest = {State::failed, error.message};
  // Whether the time could be checked is not known then.
  if (failed > 6) out.expiry = {};
  return out;
}

std::vector<Line> token_lines(const Secret& token, Secrets mode, const Redactor& secrets) {
  LineWriter out;
  if (token.empty()) return {};
  const bool masks = mode == Secrets::masked;
  out.line(masks ? Ink::masked : Ink::plain,
           masks ? masked_value(token.reveal()) : clean_text(token.reveal(), std::string::npos));
  out.end();
  const auto jwt = parse_jwt(token.reveal());
  if (!jwt.ok()) {
    out.line(Ink::muted, jwt.error().code == ErrorCode::algorithm_not_allowed
                             ? clean_text(jwt.error().message)
                             : "Not a JWT in compact signed form: only its server can read it.");
    return out.take();
  }
  const Presenter present(mode, secrets);
  out.line(Ink::muted, "Header");
  write_json(jwt->header, present, out);
  out.end();
  out.line(Ink::muted, "Claims");
  write_json(masks ? masked_claims(jwt->claims) : jwt->claims, present, out);
  return out.take();
}

void TokensModel::set(TokensCame event) {
  const bool same_id_token = known_ && tokens_.id_token.reveal() == event.tokens.id_token.reveal();
  // A refresh that brought no ID token leaves the one from before, and what is known of it.
  if (!same_id_token || event.id_token != IdTokenCheck::none_came) {
    checks_ = checks_of(event.id_token, event.id_token_problem);
  }
  known_ = true;
  tokens_ = std::move(event.tokens);
  scope_ = std::move(event.scope);
}

void TokensModel::refuse(const Error& error, Secret id_token) {
  forget();
  known_ = true;
  selected_ = TokenKind::id;
  tokens_.id_token = std::move(id_token);
  checks_ = checks_of(error);
}

void TokensModel::forget() {
  *this = TokensModel();
}

const Secret& TokensModel::value(TokenKind kind) const noexcept {
  switch (kind) {
    case TokenKind::access: return tokens_.access_token;
    case TokenKind::refresh: return tokens_.refresh_token;
    case TokenKind::id: return tokens_.id_token;
  }
  return tokens_.access_token;
}

}  // namespace deviceflow::demo
