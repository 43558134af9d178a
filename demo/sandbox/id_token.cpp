// ID tokens (OpenID Connect Core) and the key that proves them.
#include <nlohmann/json.hpp>

#include "client_endpoints.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::size_t kAtHashBytes = 16;  // The left half of SHA-256.

nlohmann::ordered_json public_key(const Signer& signer) {
  // In the order that makes the thumbprint (RFC 7638).
  return {{"crv", "P-256"},
          {"kty", "EC"},
          {"x", base64url_encode(signer.x)},
          {"y", base64url_encode(signer.y)}};
}

}  // namespace

std::string AuthorizationServer::key_id() const {
  return base64url_encode(settings_.sha256(json_text(public_key(settings_.signer))));
}

Response AuthorizationServer::jwks(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = oauth_error(405, "invalid_request", "Keys are read with GET.");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  nlohmann::ordered_json body;
  nlohmann::ordered_json& key = body["keys"].emplace_back(public_key(settings_.signer));
  key["kid"] = key_id();
  key["use"] = "sig";
  key["alg"] = "ES256";
  return json_response(200, body);
}

std::string AuthorizationServer::id_token(const Login& login, std::string_view scope,
                                          std::string_view access_token, SteadyTime now) const {
  const Person& person = *find_person(login.person);
  JsonValue header = JsonValue::object();
  header.set("alg", "ES256");
  header.set("kid", key_id());
  header.set("typ", "JWT");
  JsonValue claims = JsonValue::object();
  claims.set("iss", settings_.issuer);
  claims.set("sub", person.subject);
  claims.set("aud", login.client_id);
  const auto expires = wall_time(now + scenario_.access_token_life);
  claims.set("exp", JsonValue::integer(seconds_since_epoch(expires)));
  claims.set("iat", JsonValue::integer(seconds_since_epoch(wall_time(now))));
  const std::string hash = settings_.sha256(access_token);
  claims.set("at_hash", base64url_encode(std::string_view(hash).substr(0, kAtHashBytes)));
  if (has_scope(scope, "profile")) claims.set("name", person.full_name);
  const std::string signed_part =
      base64url_encode(to_json(header)) + "." +
      base64url_encode(to_json(with_replacements(claims, scenario_.id_token)));
  return signed_part + "." + base64url_encode(settings_.signer.sign(signed_part));
}

}  // namespace deviceflow::sandbox
