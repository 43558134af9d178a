// JSON Web Tokens in their compact signed form (RFC 7515, RFC 7519): reading without trusting, and
// writing.
#ifndef DEVICEFLOW_JWT_HPP
#define DEVICEFLOW_JWT_HPP

#include <cstddef>
#include <deviceflow/auth.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/secret.hpp>
#include <string>
#include <string_view>

#include "foundation/json.hpp"

namespace deviceflow {

/// A token taken apart. Nothing in it is true yet: verify_signature() comes first. Keys that its
/// header names by URL or by value (jku, x5u, jwk, x5c) are not looked at (RFC 8725 section 3.10).
struct Jwt {
  JwsAlgorithm algorithm = JwsAlgorithm::rs256;
  std::string kid;  ///< Empty where there is none. Untrusted text: compare it, nothing else.
  std::string typ;  ///< Empty where there is none.
  JsonValue header;
  JsonValue claims;
  Secret signing_input;
  Secret signature;
};

/// Takes a compact JWS apart, strictly.
///
/// Fails with algorithm_not_allowed (an alarm) for every `alg` that is not a JwsAlgorithm, and with
/// invalid_response for anything else; `reason` says which: "too_large", "parts", "encrypted" (a
/// JWE), "base64url" (padding, foreign characters, stray bits), "json" (not an object in UTF-8, or
/// a member that occurs twice), "crit", "header".
Result<Jwt> parse_jwt(std::string_view text, std::size_t max_bytes = std::size_t{64} << 10);

/// Makes a compact JWS. `header` gets `alg` from the signer; the rest is the caller's. Fails with
/// whatever the signer reports.
Result<Secret> sign_jwt(Signer& signer, JsonValue header, const JsonValue& claims);

}  // namespace deviceflow

#endif
