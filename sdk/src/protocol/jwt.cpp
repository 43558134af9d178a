#include "protocol/jwt.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <optional>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow {

namespace {

Error malformed(const char* reason, std::string message) {
  Error error = make_error(Blame::protocol, ErrorCode::invalid_response, Stage::token,
                           "The token is not a usable JWT: " + std::move(message));
  error.reason = reason;
  return error;
}

// One part of the token as a JSON object.
Result<JsonValue> read_part(std::string_view part, const char* which) {
  const auto bytes = base64url_decode(part);
  if (!bytes) return malformed("base64url", std::string(which) + " is not base64url.");
  auto value = parse_json(bytes->reveal());
  if (!value.ok()) return malformed("json", std::string(which) + ". " + value.error().message);
  if (!value->is(JsonValue::Kind::object)) {
    return malformed("json", std::string(which) + " is not a JSON object.");
  }
  return value;
}

// A header parameter that must be a string if it is present.
bool read_text(const JsonValue& header, std::string_view member, std::string& out) {
  const JsonValue* value = header.find(member);
  if (value == nullptr) return true;
  const auto text = value->as_string();
  if (text) out = std::string(*text);
  return text.has_value();
}

// A JWE has five parts, and says in its header how the content is encrypted (RFC 7516 section 4).
bool is_encrypted(std::string_view text, std::string_view first_part) {
  if (std::count(text.begin(), text.end(), '.') != 4) return false;
  const auto header = read_part(first_part, "its header");
  return header.ok() && header->find("enc") != nullptr;
}

Result<void> read_header(Jwt& jwt) {
  std::string alg;
  if (!read_text(jwt.header, "alg", alg) || !read_text(jwt.header, "kid", jwt.kid) ||
      !read_text(jwt.header, "typ", jwt.typ)) {
    return malformed("header", "alg, kid or typ is not a string.");
  }
  // RFC 7515 section 4.1.11: extensions that must be understood; none is.
  if (jwt.header.find("crit") != nullptr || jwt.header.find("b64") != nullptr) {
    return malformed("crit", "it requires an extension that is not supported.");
  }
  const auto algorithm = jws_algorithm(alg);
  if (!algorithm) {
    // Any other name may be a secret that a server put there.
    const bool known = alg == "none" || alg == "HS256" || alg == "HS384" || alg == "HS512";
    return make_error(Blame::protocol, ErrorCode::algorithm_not_allowed, Stage::token,
                      "A token says that it is signed with " +
                          (known ? "\"" + alg + "\"" : std::string("an unknown algorithm")) +
                          ". Only RSA, ECDSA and EdDSA signatures are accepted.");
  }
  jwt.algorithm = *algorithm;
  return {};
}

}  // namespace

Result<Jwt> parse_jwt(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return malformed("too_large", "it is too large.");
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
    if (is_encrypted(text, text.substr(0, first))) {
      return malformed("encrypted", "it is encrypted. Register the client for signed tokens.");
    }
    return malformed("parts", "it does not have exactly three parts.");
  }
  Jwt jwt;
  auto header = read_part(text.substr(0, first), "its header");
  if (!header.ok()) return header.error();
  jwt.header = std::move(*header);
  const auto good = read_header(jwt);
  if (!good.ok()) return good.error();
  auto claims = read_part(text.substr(first + 1, second - first - 1), "its payload");
  if (!claims.ok()) return claims.error();
  jwt.claims = std::move(*claims);
  auto signature = base64url_decode(text.substr(second + 1));
  if (!signature) return malformed("base64url", "its signature is not base64url.");
  jwt.signature = std::move(*signature);
  jwt.signing_input = Secret(text.substr(0, second));
  return jwt;
}

Result<Secret> sign_jwt(Signer& signer, JsonValue header, const JsonValue& claims) {
  header.set("alg", name(signer.algorithm()));
  Secret token(base64url_encode(to_json(header)));
  token.append(".");
  token.append(base64url_encode(to_json(claims)));
  const auto signature = signer.sign(token.reveal());
  if (!signature.ok()) return signature.error();
  token.append(".");
  token.append(base64url_encode(*signature));
  return token;
}

}  // namespace deviceflow
