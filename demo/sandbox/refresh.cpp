// Tokens given out at the end of a login, and renewed (RFC 6749 section 6).
//
// A refresh token is good for one use: the answer brings the next one. One that comes back after it
// was replaced may have been stolen, so everything its login has given out ends with it.
#include <algorithm>

#include "client_endpoints.hpp"
#include "foundation/json.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::ptrdiff_t kMostTokens = 2048;  // Of one client.

// True where every word of `narrow` is one of `wide`.
bool is_within(std::string_view narrow, std::string_view wide) {
  while (!narrow.empty()) {
    const auto space = narrow.find(' ');
    const std::string_view one = narrow.substr(0, space);
    if (!one.empty() && !has_scope(wide, one)) return false;
    narrow = space == std::string_view::npos ? std::string_view() : narrow.substr(space + 1);
  }
  return true;
}

Response dead_token(std::string_view why) {
  return oauth_error(400, "invalid_grant", why);
}

}  // namespace

bool AuthorizationServer::gives_refresh_token(std::string_view scope) const {
  return scenario_.refresh_tokens == RefreshTokens::always ||
         (scenario_.refresh_tokens == RefreshTokens::offline_access &&
          has_scope(scope, "offline_access"));
}

Response AuthorizationServer::give_tokens(const Login& login, std::string_view scope,
                                          std::uint64_t ticket, bool with_refresh_token,
                                          SteadyTime now) {
  const auto add = [&](Token::Kind kind, std::string_view token_scope, std::chrono::seconds life) {
    Token token;
    token.kind = kind;
    token.value = random_token();
    token.login = login;
    token.scope = std::string(token_scope);
    token.issued = now;
    token.expires = now + life;
    token.issued_by = ticket;
    tokens_.push_back(std::move(token));
    return tokens_.back().value;
  };
  JsonValue body = JsonValue::object();
  const std::string access = add(Token::Kind::access, scope, scenario_.access_token_life);
  body.set("access_token", access);
  body.set("token_type", "Bearer");
  body.set("expires_in", JsonValue::integer(scenario_.access_token_life.count()));
  body.set("scope", scope);
  if (with_refresh_token) {
    // A new one is for all that was approved, even where this access token is for less.
    body.set("refresh_token", add(Token::Kind::refresh, login.scope, scenario_.refresh_token_life));
  }
  if (settings_.signer.sign && has_scope(scope, "openid")) {
    body.set("id_token", id_token(login, scope, access, now));
  }
  drop_old_tokens(login.client_id, now);
  return json_response(200, with_replacements(body, scenario_.token_response));
}

// The oldest that is of no use first, then the oldest access token; never another client's.
void AuthorizationServer::drop_old_tokens(std::string_view client_id, SteadyTime now) {
  const auto own = [&](const Token& token) { return token.login.client_id == client_id; };
  auto count = std::count_if(tokens_.begin(), tokens_.end(), own);
  for (; count > kMostTokens; --count) {
    auto old = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& token) {
      return own(token) && !token.is_active(now);
    });
    if (old == tokens_.end()) {
      old = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& token) {
        return own(token) && token.kind == Token::Kind::access;
      });
    }
    tokens_.erase(old == tokens_.end() ? std::find_if(tokens_.begin(), tokens_.end(), own) : old);
  }
}

Response AuthorizationServer::refresh(const Form& form, const Client& client, SteadyTime now) {
  if (form.has("code_verifier")) violated("P-4.5-1", "a code_verifier in a refresh");
  if (!form.has("refresh_token")) {
    violated("T-6-1", "refresh_token is missing");
    return oauth_error(400, "invalid_request", "refresh_token is missing.");
  }
  Token* token = find_token(form.get("refresh_token"));
  // It may be one from before a restart, so this is no violation.
  if (token == nullptr) return dead_token("No such refresh token.");
  if (token->kind != Token::Kind::refresh) {
    violated("T-6-1", "an access token stands in for the refresh token");
    return dead_token("This is no refresh token.");
  }
  if (token->login.client_id != client.id) {
    violated("T-6-2", "the refresh_token was given to another client");
    return dead_token("Not this client's refresh token.");
  }
  if (!token->is_active(now)) return refuse_dead(*token, now);
  const std::string_view scope = form.get("scope");
  if (!is_scope(scope)) {
    violated("T-3.3-1", "a scope with characters that a scope can't have");
    return oauth_error(400, "invalid_scope", "The scope has characters it can't have.");
  }
  if (!is_within(scope, token->login.scope)) {
    violated("T-6-1", "a refresh asks for more than was granted");
    return oauth_error(400, "invalid_scope", "More than was granted.");
  }
  if (now < token->answered) {
    violated("T-6-4", "a refresh came while the one before it was still in flight");
  } else if (token->retry_at && now < *token->retry_at) {
    violated("H-10.2.3-1", "a refresh came " + in_seconds(*token->retry_at - now) +
                               " before what Retry-After asked for was over");
  }
  return exchange(*token, scope.empty() ? token->login.scope : std::string(scope), now);
}

// The ordinary answer to a refresh in order, or the scripted one.
Response AuthorizationServer::exchange(Token& token, const std::string& scope, SteadyTime now) {
  token.retry_at.reset();
  const ScriptedAnswer* script = find_script(scenario_.refresh_answers, ++refreshes_);
  if (script != nullptr && (script->replaces || script->hang_up)) {
    Response response = scripted_response(*script);
    token.retry_at = retry_time(response, now);
    if (script->error == "invalid_grant") token.state = Token::State::refused;
    return response;
  }
  const auto delay = script == nullptr ? std::chrono::milliseconds(0) : script->delay;
  const std::uint64_t ticket = next_ticket_++;
  token.refreshed_by = ticket;
  token.answered = now + delay;
  if (scenario_.rotation) token.state = Token::State::replaced;
  // A copy, since making room for new tokens may push this one out.
  const Login login = token.login;
  Response response = give_tokens(login, scope, ticket, scenario_.rotation, now);
  response.delay = delay;
  response.poll_ticket = ticket;
  return response;
}

Response AuthorizationServer::refuse_dead(Token& token, SteadyTime now) {
  const Token::State before = token.state;
  token.state = Token::State::refused;
  switch (before) {
    case Token::State::replaced:
      violated(now < token.answered ? "T-6-4" : "T-6-3",
               now < token.answered
                   ? "a second refresh while the answer to the first was still in flight"
                   : "a refresh token that had been replaced; its login is over");
      end_login(token.login.id, Token::State::withdrawn);
      return dead_token("This refresh token was replaced. The login is over.");
    case Token::State::revoked:
      violated("R-2.1-2", "a refresh with a token that the client had revoked");
      token.state = before;
      return dead_token("This refresh token was revoked.");
    case Token::State::refused:
      violated("T-6-5", "a refresh with a token that had been refused with invalid_grant");
      return dead_token("This refresh token is no longer good.");
    case Token::State::withdrawn: return dead_token("The login is over.");
    case Token::State::alive: break;
  }
  return dead_token("This refresh token expired.");
}

void AuthorizationServer::end_login(std::uint64_t id, Token::State state) {
  for (Token& token : tokens_) {
    if (token.login.id != id) continue;
    if (state == Token::State::revoked || token.state == Token::State::alive) token.state = state;
  }
}

// The answer never arrived: the client still has the old token, and nothing else.
void AuthorizationServer::take_refresh_back(std::uint64_t ticket, SteadyTime now) {
  const auto old = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& token) {
    return token.refreshed_by == ticket && token.answered > now;
  });
  if (old == tokens_.end()) return;
  old->answered = now;
  if (old->state == Token::State::replaced) old->state = Token::State::alive;
  std::erase_if(tokens_, [&](const Token& token) { return token.issued_by == ticket; });
}

Token* AuthorizationServer::find_token(std::string_view value) {
  const auto found = std::find_if(tokens_.begin(), tokens_.end(),
                                  [&](const Token& token) { return token.value == value; });
  return found == tokens_.end() ? nullptr : &*found;
}

}  // namespace deviceflow::sandbox
