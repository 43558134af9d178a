#include "protocol/jwks.hpp"

#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>
#include <optional>

#include "foundation/encoding.hpp"
#include "protocol/answer.hpp"

namespace deviceflow {

namespace {

constexpr Stage kStage = Stage::id_token;
constexpr std::size_t kMaxKeys = 100;

// Members that a public key never has (RFC 7518 section 6). A key that shows one is public in full.
constexpr std::string_view kPrivate[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

constexpr std::string_view kRead[] = {"kty", "crv", "n", "e", "x", "y", "kid", "use", "alg"};

std::string text(const JsonValue& key, std::string_view member) {
  const JsonValue* value = key.find(member);
  if (value == nullptr) return {};
  return std::string(value->as_string().value_or(std::string_view()));
}

// base64url of so many bytes; any number above zero where `bytes` is zero.
bool is_bytes(const std::string& value, std::size_t bytes = 0) {
  const auto decoded = base64url_decode(value);
  return decoded && !decoded->empty() && (bytes == 0 || decoded->size() == bytes);
}

bool has_its_members(const Jwk& key) {
  if (key.kty == "RSA") return is_bytes(key.n) && is_bytes(key.e);
  if (key.kty == "EC" && key.crv == "P-256") return is_bytes(key.x, 32) && is_bytes(key.y, 32);
  if (key.kty == "EC" && key.crv == "P-384") return is_bytes(key.x, 48) && is_bytes(key.y, 48);
  if (key.kty == "EC" && key.crv == "P-521") return is_bytes(key.x, 66) && is_bytes(key.y, 66);
  if (key.kty == "EC" && key.crv == "secp256k1") return is_bytes(key.x, 32) && is_bytes(key.y, 32);
  if (key.kty == "OKP" && key.crv == "Ed25519") return is_bytes(key.x, 32);
  return key.kty == "OKP" && key.crv == "Ed448" && is_bytes(key.x, 57);
}

// A list without an operation restricts nothing (RFC 7517 section 4.3).
bool may_verify(const JsonValue& key) {
  const JsonValue* operations = key.find("key_ops");
  if (operations == nullptr || operations->items().empty()) return true;
  for (const JsonValue& operation : operations->items()) {
    if (operation.as_string() == std::string_view("verify")) return true;
  }
  return false;
}

std::optional<Jwk> read_key(const JsonValue& value) {
  for (const std::string_view member : kPrivate) {
    if (value.find(member) != nullptr) return std::nullopt;
  }
  for (const std::string_view member : kRead) {
    const JsonValue* part = value.find(member);
    if (part != nullptr && part->is_unreadable()) return std::nullopt;
  }
  Jwk key{text(value, "kty"), text(value, "crv"), text(value, "n"),
          text(value, "e"),   text(value, "x"),   text(value, "y"),
          text(value, "kid"), text(value, "use"), text(value, "alg")};
  const bool for_signatures = key.use.empty() || key.use == "sig";
  const bool known = key.alg.empty() || jws_algorithm(key.alg).has_value();
  if (!for_signatures || !known || !may_verify(value) || !has_its_members(key)) return std::nullopt;
  return key;
}

Jwks keys_of(const JsonValue& list) {
  Jwks out;
  for (const JsonValue& item : list.items()) {
    auto key = out.keys.size() < kMaxKeys ? read_key(item) : std::nullopt;
    if (key) {
      out.keys.push_back(std::move(*key));
    } else {
      ++out.skipped;
    }
  }
  return out;
}

Error no_key_set(std::string why) {
  return make_error(Blame::protocol, ErrorCode::invalid_response, kStage,
                    "The server's key set can't be used. " + std::move(why));
}

Result<Jwks> keys_in(const JsonValue& document) {
  const JsonValue* list = document.find("keys");
  if (list == nullptr || !list->is(JsonValue::Kind::array)) {
    return no_key_set("It has no list of keys (RFC 7517 section 5).");
  }
  return keys_of(*list);
}

}  // namespace

Result<Jwks> read_jwks(std::string_view json) {
  const auto document = parse_json(json);
  if (!document.ok()) return no_key_set(document.error().message);
  return keys_in(*document);
}

OAuthRequest make_jwks_request(std::string_view jwks_uri) {
  OAuthRequest request;
  request.stage = kStage;
  request.method = Method::get;
  request.url = std::string(jwks_uri);
  return request;
}

Result<Jwks> read_jwks_response(const HttpResponse& response, const Redactor& redactor) {
  if (response.status != 200) {
    Answer answer;
    answer.status = response.status;
    return unusable_answer(answer, kStage, "There is no key set.", redactor);
  }
  Quirks quirks;
  const auto document = parse_response_json(response.body.reveal(), quirks);
  if (!document.ok()) return no_key_set(redactor.scrub(why_unreadable(response, document.error())));
  auto keys = keys_in(*document);
  if (keys.ok()) keys->quirks = std::move(quirks);
  return keys;
}

Result<SignatureCheck> verify_signature(const Jwt& jwt, const Jwks& keys,
                                        SignatureVerifier& verifier) {
  std::optional<Error> failure;   // of the library, so that nothing is known of the signature
  std::optional<Error> unusable;  // why a key can't be used
  bool tried = false;
  bool named = false;  // a key with the token's kid has not made the signature
  for (const Jwk& key : keys.keys) {
    if (!fits(key, jwt.algorithm)) continue;
    // Both may go without a kid (RFC 7515 section 4.1.4, RFC 7517 section 4.5).
    if (!jwt.kid.empty() && !key.kid.empty() && key.kid != jwt.kid) continue;
    const auto good =
        verifier.verify(jwt.algorithm, key, jwt.signing_input.reveal(), jwt.signature.reveal());
    if (good.ok() && *good) return SignatureCheck::valid;
    if (good.ok()) {
      tried = true;
      named = named || (!jwt.kid.empty() && key.kid == jwt.kid);
      continue;
    }
    auto& kept = good.error().code == ErrorCode::crypto_failed ? failure : unusable;
    if (!kept) kept = good.error();
  }
  if (failure) return std::move(*failure);
  if (named) return SignatureCheck::invalid;
  // Without a kid, a forged token looks like one signed with a key that is not published yet.
  if (unusable && !tried) return std::move(*unusable);
  return SignatureCheck::unknown_key;
}

JsonValue to_json_value(const Jwk& key) {
  // In the order RFC 7638 wants for a fingerprint.
  JsonValue out = JsonValue::object();
  if (!key.crv.empty()) out.set("crv", key.crv);
  if (!key.e.empty()) out.set("e", key.e);
  out.set("kty", key.kty);
  if (!key.n.empty()) out.set("n", key.n);
  if (!key.x.empty()) out.set("x", key.x);
  if (!key.y.empty()) out.set("y", key.y);
  return out;
}

std::string jwk_thumbprint(const Jwk& key, const HashFunction& hash) {
  return base64url_encode(hash(HashAlgorithm::sha256, to_json(to_json_value(key))));
}

}  // namespace deviceflow
