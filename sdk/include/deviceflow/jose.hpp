// Ports to cryptography: hashes, signatures that others made, and signatures of our own.
#ifndef DEVICEFLOW_JOSE_HPP
#define DEVICEFLOW_JOSE_HPP

#include <deviceflow/result.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// The signature algorithms that are accepted: every asymmetric one of RFC 7518, RFC 8037, RFC 8812
/// and RFC 9864. The list is closed: `none` and every HMAC are refused.
enum class JwsAlgorithm {
  rs256,    ///< RSASSA-PKCS1-v1_5 with SHA-256.
  rs384,    ///< RSASSA-PKCS1-v1_5 with SHA-384.
  rs512,    ///< RSASSA-PKCS1-v1_5 with SHA-512.
  ps256,    ///< RSASSA-PSS with SHA-256 and a salt of 32 bytes.
  ps384,    ///< RSASSA-PSS with SHA-384 and a salt of 48 bytes.
  ps512,    ///< RSASSA-PSS with SHA-512 and a salt of 64 bytes.
  es256,    ///< ECDSA on P-256 with SHA-256.
  es384,    ///< ECDSA on P-384 with SHA-384.
  es512,    ///< ECDSA on P-521 with SHA-512.
  es256k,   ///< ECDSA on secp256k1 with SHA-256.
  eddsa,    ///< Ed25519 or Ed448, as the key says.
  ed25519,  ///< Ed25519 under its own name.
  ed448,    ///< Ed448 under its own name.
};
/// The value of `alg`: "RS256", "EdDSA" …
std::string_view name(JwsAlgorithm algorithm) noexcept;
/// The reverse, with regard to case. Empty for every other name.
std::optional<JwsAlgorithm> jws_algorithm(std::string_view name) noexcept;

enum class HashAlgorithm {
  sha256,
  sha384,
  sha512,
  shake256,  ///< With 114 bytes of output, as Ed448 uses it.
};
/// The hash inside a signature algorithm, which at_hash is made with. EdDSA counts as Ed25519
/// (SHA-512).
HashAlgorithm hash_of(JwsAlgorithm algorithm) noexcept;

/// Hashes bytes; the result is raw. Floors 1 and 2 get it handed in. Called from any thread. There
/// is no failure to report, so an implementation that can't deliver must end the program.
using HashFunction = std::function<std::string(HashAlgorithm algorithm, std::string_view bytes)>;

/// A public key as JSON has it (RFC 7517). Never holds a private or symmetric member. The binary
/// values are base64url.
struct Jwk {
  std::string kty;  ///< "RSA", "EC" or "OKP".
  std::string crv;  ///< EC and OKP.
  std::string n;    ///< RSA.
  std::string e;    ///< RSA.
  std::string x;    ///< EC and OKP.
  std::string y;    ///< EC.
  std::string kid;  ///< Empty where there is none. Untrusted text: compare it, nothing else.
  std::string use;  ///< Empty or "sig".
  std::string alg;  ///< Empty, or the one algorithm this key may be used with.
};

/// True if a key of this kind can be used with `algorithm`, and the key's own `alg` agrees. EdDSA
/// and the name of the key's curve mean the same there (RFC 9864 section 2.2).
bool fits(const Jwk& key, JwsAlgorithm algorithm) noexcept;

/// Verifies signatures. Called from any thread, also from several at once.
class SignatureVerifier {
 public:
  virtual ~SignatureVerifier() {}
  /// True only if `signature` (raw, as RFC 7518 has it: ECDSA is r and s side by side) is one of
  /// `input` by `key`. False is a signature that does not fit.
  ///
  /// An Error with ErrorCode::invalid_response is a key that must not be used: of another kind than
  /// `algorithm` wants, RSA under 2048 bits, a point that is not on its curve. One with
  /// ErrorCode::crypto_failed is a failure of the cryptographic library, and says nothing about the
  /// signature. Must never pick the algorithm from the key, must never fall back to another one,
  /// and must not keep state.
  virtual Result<bool> verify(JwsAlgorithm algorithm, const Jwk& key, std::string_view input,
                              std::string_view signature) = 0;
};

/// Signs with one private key: the one hook for a key that never leaves a chip.
///
/// sign() is called on the thread that drives an exchange, once for every request that needs a
/// proof or an assertion; so it may block, for at most as long as a request may be late (a login's
/// poll: some seconds). One call at a time. The other two are called often, must be quick, and must
/// answer the same every time: a server binds tokens to the key's fingerprint.
class Signer {
 public:
  virtual ~Signer() {}
  virtual JwsAlgorithm algorithm() const = 0;
  /// The public half, with kid where the server knows the key by one. Nothing private may be in it:
  /// it is sent.
  virtual Jwk public_jwk() const = 0;
  /// The raw signature over `input`, in the form SignatureVerifier::verify() takes. An Error ends
  /// the request before it is sent; its message is shown to a person and must not hold the input.
  virtual Result<std::string> sign(std::string_view input) = 0;
};

}  // namespace deviceflow

#endif
