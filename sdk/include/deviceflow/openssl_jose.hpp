// Hashes, signatures and keys over OpenSSL.
#ifndef DEVICEFLOW_OPENSSL_JOSE_HPP
#define DEVICEFLOW_OPENSSL_JOSE_HPP

#include <deviceflow/jose.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// A HashFunction. Thread-safe.
std::string openssl_hash(HashAlgorithm algorithm, std::string_view bytes);

/// Verifies signatures; see SignatureVerifier. RSA keys have 2048 to 8192 bits. Thread-safe.
///
/// Everything here uses OpenSSL's default provider in a library context of its own: neither the
/// file that OPENSSL_CONF names nor the program's settings change a result.
std::unique_ptr<SignatureVerifier> make_openssl_verifier();

/// A signer for the private key in `pem`: PKCS#8, or the older forms that OpenSSL reads.
///
/// `algorithm` must be one that the key can do; if empty, RSA takes RS256, RSA-PSS PS256, Ed25519
/// and Ed448 take EdDSA, and P-256, P-384, P-521 and secp256k1 the only one that they have. `kid`
/// goes into public_jwk() as it is.
///
/// Fails with invalid_argument and a sentence; `reason` says which: "not_pem", "not_a_private_key"
/// (a certificate or public key, or damaged), "key_encrypted", "key_too_short" (RSA under 2048
/// bits), "key_type" (a kind or curve that no JwsAlgorithm uses, or not the one `algorithm` needs).
/// Fails with crypto_failed if OpenSSL can't read any key.
Result<std::unique_ptr<Signer>> make_pem_signer(const Secret& pem,
                                                std::optional<JwsAlgorithm> algorithm = {},
                                                std::string_view kid = {});

/// A new P-256 private key in PEM (PKCS#8), for make_pem_signer(). A device that binds tokens to
/// it keeps it beside them: a refresh token of a public client works with this key only (RFC 9449
/// section 5). Ends the program if OpenSSL has no random numbers.
Secret generate_es256_key();

/// The certificate in a PEM file as RFC 8705 section 3.1 names it (`x5t#S256`): base64url of the
/// SHA-256 of its DER form. Of several the first counts. Empty if it can't be read.
std::string certificate_thumbprint(const std::string& pem_file);

}  // namespace deviceflow

#endif
