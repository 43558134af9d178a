// Introspection (RFC 7662), revocation (RFC 7009) and the UserInfo endpoint.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "client_endpoints.hpp"

namespace deviceflow::sandbox {

namespace {

// Some servers want a person's account at their introspection endpoint; this one takes it as well.
constexpr std::string_view kAdministrator = "admin";

Response bearer_challenge(std::string_view error) {
  Response response;
  response.status = 401;
  std::string challenge = "Bearer realm=\"deviceflow sandbox\"";
  if (!error.empty()) challenge += ", error=\"" + std::string(error) + "\"";
  response.headers = {{"WWW-Authenticate", challenge}, {"Cache-Control", "no-store"}};
  return response;
}

}  // namespace

std::int64_t seconds_since_epoch(WallTime at) {
  return at.time_since_epoch().count();
}

Response AuthorizationServer::introspect(const Request& request, SteadyTime now) {
  constexpr EndpointRules kRules{"/introspect", "I-2.1-1", "I-2.1-1"};
  Response refusal;
  const auto form = read_form(request, kRules, refusal);
  if (!form || !may_introspect(request, *form, refusal)) return refusal;
  if (!form->has("token")) {
    violated("I-2.1-1", "token is missing");
    return oauth_error(400, "invalid_request", "token is missing.");
  }
  const Token* token = find_token(form->get("token"));
  const bool active = token != nullptr && token->is_active(now);
  nlohmann::ordered_json body{{"active", active}};
  if (active) {
    body["scope"] = token->scope;
    body["client_id"] = token->login.client_id;
    body["username"] = token->login.person;
    body["sub"] = find_person(token->login.person)->subject;
    if (token->kind == Token::Kind::access) body["token_type"] = "Bearer";
    body["exp"] = seconds_since_epoch(wall_time(token->expires));
    body["iat"] = seconds_since_epoch(wall_time(token->issued));
    body["iss"] = settings_.issuer;
  }
  return json_response(200, body);
}

bool AuthorizationServer::may_introspect(const Request& request, const Form& form,
                                         Response& refusal) {
  const auto authorization = find_header(request.headers, "Authorization");
  if (authorization) {
    const auto credentials = read_basic(*authorization);
    if (credentials && credentials->id == kAdministrator && credentials->secret == kAdministrator) {
      return true;
    }
  } else if (!form.has("client_secret")) {
    violated("I-2.1-2", "introspection without credentials");
    refusal = invalid_client("Introspection needs credentials.");
    return false;
  }
  return identify(request, form, "I-2.1-2", refusal) != nullptr;
}

Response AuthorizationServer::revoke(const Request& request, SteadyTime now) {
  constexpr EndpointRules kRules{"/revoke", "R-2.1-1", "R-2.1-1"};
  Response refusal;
  const auto form = read_form(request, kRules, refusal);
  if (!form) return refusal;
  const Client* client = identify(request, *form, "R-2.1-1", refusal);
  if (client == nullptr) return refusal;
  if (!form->has("token")) {
    violated("R-2.1-1", "token is missing");
    return oauth_error(400, "invalid_request", "token is missing.");
  }
  // The hint is not trusted: every token is looked for under its value alone.
  const std::string_view hint = form->get("token_type_hint");
  if (!hint.empty() && hint != "access_token" && hint != "refresh_token") {
    violated("R-2.1-1", "token_type_hint is neither access_token nor refresh_token");
  }
  Token* token = find_token(form->get("token"));
  // Another client's token stays; either way the answer is the same (RFC 7009 section 2.2).
  if (token != nullptr && token->login.client_id != client->id) token = nullptr;
  return revoke_token(token, now);
}

// Null: a token that is not known, or not the client's.
Response AuthorizationServer::revoke_token(Token* token, SteadyTime now) {
  if (token != nullptr && token->retry_at && now < *token->retry_at) {
    violated("R-2.2.1-1", "a revocation came " + in_seconds(*token->retry_at - now) +
                              " before what Retry-After asked for was over");
  }
  Response response;
  response.headers = {{"Cache-Control", "no-store"}};
  if (const auto* script = find_script(scenario_.revocation_answers, ++revocations_)) {
    if (script->replaces || script->hang_up) {
      response = scripted_response(*script);
      if (token != nullptr) token->retry_at = retry_time(response, now);
      return response;
    }
    response.delay = script->delay;
  }
  if (token != nullptr && token->kind == Token::Kind::refresh) {
    end_login(token->login.id, Token::State::revoked);
  } else if (token != nullptr) {
    token->state = Token::State::revoked;
  }
  return response;
}

Response AuthorizationServer::userinfo(const Request& request, SteadyTime now) {
  if (request.method != "GET" && request.method != "POST") {
    Response response = oauth_error(405, "invalid_request", "UserInfo is read with GET.");
    response.headers.emplace_back("Allow", "GET, POST");
    return response;
  }
  if (!request.query().empty()) violated("T-10.3-1", "parameters in the query of /userinfo");
  constexpr std::string_view kScheme = "Bearer ";
  const auto authorization = find_header(request.headers, "Authorization").value_or("");
  if (authorization.size() <= kScheme.size() ||
      !equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) {
    return bearer_challenge("");
  }
  const Token* token = find_token(authorization.substr(kScheme.size()));
  if (token != nullptr && token->kind == Token::Kind::refresh) {
    violated("T-10.3-1", "a refresh token in place of an access token");
    token = nullptr;
  } else if (token != nullptr && token->state == Token::State::revoked) {
    violated("R-2.1-2", "/userinfo with a token that the client had revoked");
  }
  if (token == nullptr || !token->is_active(now)) return bearer_challenge("invalid_token");
  // The user who approves is one of them.
  const Person& person = *find_person(token->login.person);
  nlohmann::ordered_json body{{"sub", person.subject}, {"preferred_username", person.username}};
  if (has_scope(token->scope, "profile")) body["name"] = person.full_name;
  if (has_scope(token->scope, "email")) {
    body["email"] = person.email;
    body["email_verified"] = true;
  }
  return json_response(200, body);
}

WallTime AuthorizationServer::wall_time(SteadyTime at) const {
  return settings_.started_wall +
         std::chrono::duration_cast<std::chrono::seconds>(at - settings_.started);
}

}  // namespace deviceflow::sandbox
