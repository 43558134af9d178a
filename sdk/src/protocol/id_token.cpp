#include <algorithm>
#include <deviceflow/form.hpp>
#include <deviceflow/id_token.hpp>

#include "foundation/ascii.hpp"
#include "protocol/claims.hpp"

namespace deviceflow {

namespace {

constexpr std::size_t kMaxSubject = 255;

bool is_our_kind(const Jwt& jwt) {
  // at+jwt, logout+jwt, token-introspection+jwt … each has rules of its own (RFC 8725
  // section 3.12).
  if (!jwt.typ.empty() && !ascii::same(jwt.typ, "JWT")) return false;
  // Their older forms have no typ.
  return jwt.claims.find("events") == nullptr && jwt.claims.find("token_introspection") == nullptr;
}

bool is_subject(std::string_view subject) {
  return !subject.empty() && subject.size() <= kMaxSubject &&
         std::all_of(subject.begin(), subject.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

// The client is among the audiences, and nobody that is not known.
bool is_for_us(const JsonValue* audience, const IdTokenExpectations& expected) {
  if (audience == nullptr) return false;
  if (const auto one = audience->as_string()) return *one == expected.client_id;
  bool ours = false;
  for (const JsonValue& item : audience->items()) {
    const auto one = item.as_string();
    if (!one) return false;
    const auto& known = expected.further_audiences;
    if (*one == expected.client_id) {
      ours = true;
    } else if (std::find(known.begin(), known.end(), *one) == known.end()) {
      return false;
    }
  }
  return ours;
}

bool hash_fits(const Jwt& jwt, std::string_view at_hash, const Secret& access_token,
               const HashFunction& hash) {
  const std::string whole = hash(hash_of(jwt.algorithm), access_token.reveal());
  return base64url_encode(std::string_view(whole).substr(0, whole.size() / 2)) == at_hash;
}

Result<void> check_identity(const Jwt& jwt, const IdTokenExpectations& expected) {
  const JsonValue& claims = jwt.claims;
  if (!is_our_kind(jwt)) return id_token_error("typ", "it is another kind of token");
  if (text_claim(claims, "iss") != std::string_view(expected.issuer)) {
    return id_token_error("iss", "another issuer made it");
  }
  if (!is_subject(text_claim(claims, "sub").value_or(""))) {
    return id_token_error("sub", "it names no usable subject");
  }
  if (!expected.subject.empty() &&
      text_claim(claims, "sub") != std::string_view(expected.subject)) {
    return id_token_error("sub", "it is about somebody else than the one who signed in");
  }
  if (!is_for_us(claims.find("aud"), expected)) {
    return id_token_error("aud", "it is meant for another client, or for others as well");
  }
  if (claims.find("azp") != nullptr && text_claim(claims, "azp") != expected.client_id) {
    return id_token_error("azp", "it was issued to another client");
  }
  if (!expected.nonce.empty() && text_claim(claims, "nonce") != expected.nonce) {
    return id_token_error("nonce", "it does not answer this request");
  }
  return {};
}

}  // namespace

IdTokenClaims IdTokenClaims::copy() const {
  return {issuer, subject, expires_at, issued_at, time_judged, members.copy()};
}

Error id_token_error(std::string_view reason, std::string_view why) {
  Error error = make_error(Blame::protocol, ErrorCode::id_token_invalid, Stage::id_token,
                           "The ID token is not to be believed: " + std::string(why) + ".");
  error.reason = std::string(reason);
  return error;
}

Result<IdTokenClaims> check_id_token(const Jwt& jwt, const IdTokenExpectations& expected,
                                     std::optional<WallTime> now,
                                     std::optional<WallTime> server_date,
                                     const HashFunction& hash) {
  const auto& allowed = expected.algorithms;
  if (std::find(allowed.begin(), allowed.end(), jwt.algorithm) == allowed.end()) {
    return make_error(Blame::protocol, ErrorCode::algorithm_not_allowed, Stage::id_token,
                      "The ID token is signed with " + std::string(name(jwt.algorithm)) +
                          ", which is not allowed for this client.");
  }
  const auto ours = check_identity(jwt, expected);
  if (!ours.ok()) return ours.error();

  const auto expires = time_claim(jwt.claims, "exp");
  const auto issued = time_claim(jwt.claims, "iat");
  if (!expires) return id_token_error("exp", "its expiry is no time in whole seconds");
  if (!issued || *issued > *expires) {
    return id_token_error("iat", "its time of issue is no time before its expiry");
  }
  if (expected.newer_than && *issued + expected.leeway < *expected.newer_than) {
    return id_token_error("iat", "it is older than the one whose place it takes");
  }
  const bool judge = can_judge_time(now, server_date);
  if (judge && *now - expected.leeway >= *expires) {
    return id_token_error("expired", "it has expired, or this device's clock is wrong");
  }
  if (judge && is_from_the_future(*issued, *now, expected.leeway)) {
    return id_token_error("issued_in_future",
                          "it was issued in the future, or this device's clock is wrong");
  }
  if (expected.access_token != nullptr && jwt.claims.find("at_hash") != nullptr &&
      !hash_fits(jwt, text_claim(jwt.claims, "at_hash").value_or(""), *expected.access_token,
                 hash)) {
    return id_token_error("at_hash", "it belongs to another access token");
  }
  return IdTokenClaims{expected.issuer, std::string(*text_claim(jwt.claims, "sub")),
                       *expires,        *issued,
                       judge,           jwt.claims.copy()};
}

}  // namespace deviceflow
