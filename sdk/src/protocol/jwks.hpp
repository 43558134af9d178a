// Key sets, and checking a token's signature with them.
#ifndef DEVICEFLOW_SRC_JWKS_HPP
#define DEVICEFLOW_SRC_JWKS_HPP

#include <deviceflow/messages.hpp>
#include <string>
#include <string_view>

#include "foundation/json.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

/// Reads a key set. Fails with invalid_response for a document that is none, is over 1 MiB, or
/// holds so many values that parse_json() refuses it.
Result<Jwks> read_jwks(std::string_view json);

enum class SignatureCheck {
  valid,
  invalid,      ///< The key that the token's kid names did not make the signature. Final.
  unknown_key,  ///< No such key: the server may have new ones. Fetch the set again, once.
};

/// Checks the signature of `jwt` with each key that fits its algorithm and has its kid. A token or
/// a key without a kid leaves the choice open: such keys are tried as well. Fails with the
/// verifier's error: crypto_failed if the library failed with any of them, or why the only key
/// can't be used.
Result<SignatureCheck> verify_signature(const Jwt& jwt, const Jwks& keys,
                                        SignatureVerifier& verifier);

/// The members that make a public key, for a DPoP proof's header: no kid, use or alg.
JsonValue to_json_value(const Jwk& key);
/// The key's SHA-256 fingerprint, base64url (RFC 7638).
std::string jwk_thumbprint(const Jwk& key, const HashFunction& hash);

}  // namespace deviceflow

#endif
