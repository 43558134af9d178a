#include "protocol/id_token.hpp"

#include <algorithm>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "protocol/claims.hpp"

namespace deviceflow {

namespace {

constexpr std::size_t kMaxSubject = 255;
constexpr std::size_t kEd448Bytes = 114;

bool is_our_kind(const Jwt& jwt) {
  if (!is_plain_type(jwt.typ)) return false;
  // Logout tokens and signed introspection responses in their older forms have no typ.
  return jwt.claims.find("events") == nullptr && jwt.claims.find("token_introspection") == nullptr;
}

// All strings, the client among them.
bool is_for_us(const JsonValue* audience, const std::string& client_id) {
  if (!is_among(client_id, audience)) return false;
  const auto& all = audience->items();
  return std::all_of(all.begin(), all.end(),
                     [](const JsonValue& item) { return item.is(JsonValue::Kind::string); });
}

bool has_other_audiences(const JsonValue& audience, const std::string& client_id) {
  const auto& all = audience.items();
  return std::any_of(all.begin(), all.end(),
                     [&](const JsonValue& item) { return item.as_string() != client_id; });
}

// EdDSA has two curves. The signature is verified by now, and as long as its curve's are.
HashAlgorithm hash_of(const Jwt& jwt) {
  const bool ed448 = jwt.algorithm == JwsAlgorithm::eddsa && jwt.signature.size() == kEd448Bytes;
  return hash_of(ed448 ? JwsAlgorithm::ed448 : jwt.algorithm);
}

bool hash_fits(const Jwt& jwt, std::string_view at_hash, const Secret& access_token,
               const HashFunction& hash) {
  const std::string whole = hash(hash_of(jwt), access_token.reveal());
  return base64url_encode(std::string_view(whole).substr(0, whole.size() / 2)) == at_hash;
}

Result<void> check_identity(const Jwt& jwt, const IdTokenExpectations& expected) {
  const JsonValue& claims = jwt.claims;
  if (!is_our_kind(jwt)) return id_token_error("typ", "it is another kind of token");
  if (text_claim(claims, "iss") != std::string_view(expected.issuer)) {
    return id_token_error("iss", "another issuer made it");
  }
  const std::string_view subject = text_claim(claims, "sub").value_or("");
  if (subject.empty() || subject.size() > kMaxSubject) {
    return id_token_error("sub", "it names no usable subject");
  }
  if (!expected.subject.empty() && subject != expected.subject) {
    return id_token_error("sub", "it is about another person than the one who signed in");
  }
  const JsonValue* audience = claims.find("aud");
  if (!is_for_us(audience, expected.client_id)) {
    return id_token_error("aud", "it is meant for another client");
  }
  const bool named = claims.find("azp") != nullptr;
  if (named && text_claim(claims, "azp") != expected.client_id) {
    return id_token_error("azp", "it was issued to another client");
  }
  if (!named && has_other_audiences(*audience, expected.client_id)) {
    return id_token_error("azp", "it has several audiences and does not name this client as azp");
  }
  if (!expected.nonce.empty() && text_claim(claims, "nonce") != expected.nonce) {
    return id_token_error("nonce", "it does not belong to this request");
  }
  return {};
}

}  // namespace

Error id_token_error(std::string_view reason, std::string_view why) {
  Error error = make_error(Blame::protocol, ErrorCode::id_token_invalid, Stage::id_token,
                           "The ID token was rejected: " + std::string(why) + ".");
  error.reason = std::string(reason);
  return error;
}

Result<IdTokenClaims> check_id_token(const Jwt& jwt, const IdTokenExpectations& expected,
                                     std::optional<WallTime> now,
                                     std::optional<WallTime> server_date,
                                     const HashFunction& hash) {
  const auto& allowed = expected.algorithms;
  if (!allowed.empty() &&
      std::find(allowed.begin(), allowed.end(), jwt.algorithm) == allowed.end()) {
    return make_error(Blame::protocol, ErrorCode::algorithm_not_allowed, Stage::id_token,
                      "The ID token is signed with " + std::string(name(jwt.algorithm)) +
                          ", which is not allowed for this client.");
  }
  const auto ours = check_identity(jwt, expected);
  if (!ours.ok()) return ours.error();

  const auto expires = time_claim(jwt.claims, "exp");
  const auto issued = time_claim(jwt.claims, "iat");
  if (!expires) return id_token_error("exp", "its expiry is not a time");
  if (!issued || *issued > *expires) {
    return id_token_error("iat", "its time of issue is not a time before its expiry");
  }
  if (expected.newer_than && *issued + kLeeway < *expected.newer_than) {
    return id_token_error("iat", "it is older than the one that it replaces");
  }
  const bool clock_good = is_clock_good(now, server_date);
  const auto fault = time_fault(jwt.claims, clock_good ? now : std::nullopt);
  if (fault) return id_token_error(fault->reason, fault->why);
  if (expected.access_token != nullptr && jwt.claims.find("at_hash") != nullptr &&
      !hash_fits(jwt, text_claim(jwt.claims, "at_hash").value_or(""), *expected.access_token,
                 hash)) {
    return id_token_error("at_hash", "it belongs to another access token");
  }
  return IdTokenClaims{expected.issuer, std::string(*text_claim(jwt.claims, "sub")),
                       *expires,        *issued,
                       clock_good,      to_secret_json(jwt.claims)};
}

}  // namespace deviceflow
