// Introspection (RFC 7662), revocation (RFC 7009) and the UserInfo endpoint.
#include <algorithm>

#include "client_endpoints.hpp"

namespace deviceflow::sandbox {

namespace {

// Some servers want a person's account at their introspection endpoint; this one takes it as well.
constexpr std::string_view kAdministrator = "admin";

JsonValue seconds_since_epoch(WallTime at) {
  return JsonValue::integer(at.time_since_epoch().count());
}

Response bearer_challenge(std::string_view error) {
  Response response;
  response.status = 401;
  std::string challenge = "Bearer realm=\"deviceflow sandbox\"";
  if (!error.empty()) challenge += ", error=\"" + std::string(error) + "\"";
  response.headers = {{"WWW-Authenticate", challenge}, {"Cache-Control", "no-store"}};
  return response;
}

}  // namespace

Response AuthorizationServer::introspect(const Request& request, SteadyTime now) {
  constexpr EndpointRules kRules{"/introspect", "I-2.1-1", "I-2.1-1"};
  Response refusal;
  const auto form = read_form(request, kRules, refusal);
  if (!form || !may_introspect(request, *form, refusal)) return refusal;
  if (!form->has("token")) {
    violated("I-2.1-1", "token is missing");
    return oauth_error(400, "invalid_request", "token is missing.");
  }
  JsonValue body = JsonValue::object();
  const AccessToken* token = find_token(form->get("token"), now);
  body.set("active", JsonValue::boolean(token != nullptr));
  if (token != nullptr) {
    body.set("scope", token->scope);
    body.set("client_id", token->client_id);
    body.set("username", token->person);
    const Person* person = find_person(token->person);
    if (person != nullptr) body.set("sub", person->subject);
    body.set("token_type", "Bearer");
    body.set("exp", seconds_since_epoch(wall_time(token->expires)));
    body.set("iat", seconds_since_epoch(wall_time(token->issued)));
    body.set("iss", settings_.issuer);
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

Response AuthorizationServer::revoke(const Request& request) {
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
  const std::string_view value = form->get("token");
  // Another client's token stays; either way the answer is the same (RFC 7009 section 2.2).
  std::erase_if(tokens_, [&](const AccessToken& token) {
    return token.value == value && token.client_id == client->id;
  });
  Response response;
  response.headers = {{"Cache-Control", "no-store"}};
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
  const AccessToken* token = find_token(authorization.substr(kScheme.size()), now);
  if (token == nullptr) return bearer_challenge("invalid_token");
  const Person* person = find_person(token->person);
  JsonValue body = JsonValue::object();
  body.set("sub", person != nullptr ? person->subject : "user");
  body.set("name", token->person);
  return json_response(200, body);
}

const AuthorizationServer::AccessToken* AuthorizationServer::find_token(std::string_view value,
                                                                        SteadyTime now) const {
  const auto found = std::find_if(tokens_.begin(), tokens_.end(), [&](const AccessToken& token) {
    return token.value == value && now < token.expires;
  });
  return found == tokens_.end() ? nullptr : &*found;
}

WallTime AuthorizationServer::wall_time(SteadyTime at) const {
  return settings_.started_wall +
         std::chrono::duration_cast<std::chrono::seconds>(at - settings_.started);
}

}  // namespace deviceflow::sandbox
