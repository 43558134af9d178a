// ID tokens (OpenID Connect Core) and the key that proves them.
#include "client_endpoints.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::size_t kAtHashBytes = 16;  // The left half of SHA-256.

JsonValue public_key(const Signer& signer) {
  // In the order that makes the thumbprint (RFC 7638).
  JsonValue key = JsonValue::object();
  key.set("crv", "P-256");
  key.set("kty", "EC");
  key.set("x", base64url_encode(signer.x));
  key.set("y", base64url_encode(signer.y));
  return key;
}

}  // namespace

std::string AuthorizationServer::key_id() const {
  return base64url_encode(settings_.sha256(to_json(public_key(settings_.signer))));
}

Response AuthorizationServer::jwks(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response response = oauth_error(405, "invalid_request", "Keys are read with GET.");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  JsonValue key = public_key(settings_.signer);
  key.set("kid", key_id());
  key.set("use", "sig");
  key.set("alg", "ES256");
  JsonValue keys = JsonValue::array();
  keys.push(std::move(key));
  JsonValue body = JsonValue::object();
  body.set("keys", std::move(keys));
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
  claims.set("exp", seconds_since_epoch(wall_time(now + scenario_.access_token_life)));
  claims.set("iat", seconds_since_epoch(wall_time(now)));
  const std::string hash = settings_.sha256(access_token);
  claims.set("at_hash", base64url_encode(std::string_view(hash).substr(0, kAtHashBytes)));
  if (has_scope(scope, "profile")) claims.set("name", person.full_name);
  const std::string signed_part =
      base64url_encode(to_json(header)) + "." +
      base64url_encode(to_json(with_replacements(claims, scenario_.id_token)));
  return signed_part + "." + base64url_encode(settings_.signer.sign(signed_part));
}

}  // namespace deviceflow::sandbox
