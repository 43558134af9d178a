// A server's public keys (RFC 7517), and checking a token's signature with them.
#ifndef DEVICEFLOW_JWKS_HPP
#define DEVICEFLOW_JWKS_HPP

#include <cstddef>
#include <deviceflow/http.hpp>
#include <deviceflow/jose.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/jwt.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/text.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// The keys of one issuer. Use them for tokens of that issuer only (RFC 8725 section 3.8).
struct Jwks {
  std::vector<Jwk> keys;
  /// How many entries were left out, since they can't be used: other kinds, encryption keys,
  /// symmetric keys, keys that show a private member, and all after the first 100.
  std::size_t skipped = 0;
  /// What was tolerated in reading the response.
  Quirks quirks = {};
};

/// Reads a key set. Fails with invalid_response for a document that is none, is over 1 MiB, or
/// holds so many values that parse_json() refuses it.
Result<Jwks> read_jwks(std::string_view json);

/// A GET of the key set, under the same rules as metadata.
OAuthRequest make_jwks_request(std::string_view jwks_uri);
Result<Jwks> read_jwks_response(const HttpResponse& response, const Redactor& redactor = {});

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
