// Who the client is and how it proves that: the ports to keys, client authentication, DPoP.
#ifndef DEVICEFLOW_AUTH_HPP
#define DEVICEFLOW_AUTH_HPP

#include <chrono>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// Client authentication: who the client says it is, and how it proves that.

/// Adds one client's identification and proof to a request. Called by Exchange, for every request
/// anew, from whichever thread drives the exchange.
class Authenticator {
 public:
  virtual ~Authenticator() {}
  /// Adds exactly one kind of authentication (RFC 6749 section 2.3), and client_id to the form if
  /// the request asks for it (OAuthRequest::names_client). `wall` is empty if the time is unknown;
  /// `random` is fresh for this request. An Error ends the request before it is sent.
  virtual Result<void> apply(OAuthRequest& request, std::optional<WallTime> wall,
                             const RandomBytes& random) = 0;
  /// Sees every answer, so that a nonce the server hands out can be used next time.
  virtual void learn(const HttpResponse&) {}
  /// Adds the secrets that must never show up in any text.
  virtual void reveal_to(Redactor&) const {}
};

/// The methods of RFC 6749 section 2.3, OpenID Connect Core section 9 and RFC 8705 section 2.
enum class ClientAuth {
  none,             ///< A public client: client_id in the body.
  basic,            ///< client_secret_basic: id and secret in the Authorization header.
  post,             ///< client_secret_post: id and secret in the body.
  private_key_jwt,  ///< A signed assertion in the body; see client_assertion.hpp.
  tls,              ///< tls_client_auth: client_id in the body, a certificate in the handshake.
};
std::string_view name(ClientAuth method) noexcept;

/// The audience of the assertions of ClientAuth::private_key_jwt; see
/// ClientAssertionOptions::audience.
enum class AssertionAudience { issuer, token_endpoint };

/// How id and secret stand in the header of ClientAuth::basic.
enum class BasicEncoding {
  form,  ///< Each form-urlencoded first (RFC 6749 section 2.3.1).
  raw,   ///< As they are, for servers that don't decode them.
};

/// Makes an authenticator for `client_id`.
///
/// `secret` is needed for basic and post and must be empty for none and tls. For tls the
/// certificate is the network's business (CurlOptions::client_cert_file). Fails with
/// ErrorCode::invalid_argument for an empty id, an id with control characters, a missing secret, a
/// secret that the method would not use, or private_key_jwt (make_client_assertion_auth() does it).
Result<std::unique_ptr<Authenticator>> make_client_auth(ClientAuth method,
                                                        std::string_view client_id, Secret secret,
                                                        BasicEncoding basic = BasicEncoding::form);

/// HTTP Basic with a person's or service's account (RFC 7617: no form-urlencoding), for servers
/// whose introspection endpoint wants one, such as WSO2. Fails with ErrorCode::invalid_argument for
/// a name that is empty or holds a colon, and for control characters.
Result<std::unique_ptr<Authenticator>> make_account_auth(std::string_view user, Secret password);

/// Adds nothing: for an introspection endpoint that wants neither credentials nor a client ID.
std::unique_ptr<Authenticator> make_no_auth();

/// What a client has to prove who it is.
struct Credentials {
  bool secret = false;
  bool key = false;          ///< A key that signs assertions.
  bool certificate = false;  ///< A certificate for TLS, and its key.
};

/// The method to use where the caller named none: private_key_jwt, tls, basic, post, in this order,
/// each where its credential is there and the metadata allow it; none where there is no credential.
/// An empty list means that the metadata say nothing: then the first whose credential is there (RFC
/// 8414 section 2 makes basic the default, and RFC 6749 section 2.3.1). Fails with
/// ErrorCode::not_possible where there are credentials and none of them is allowed.
Result<ClientAuth> choose_client_auth(const std::vector<std::string>& methods_supported,
                                      const Credentials& have);

// private_key_jwt: a client that proves itself with a signature (RFC 7523, and its successor).

struct ClientAssertionOptions {
  std::string client_id;
  /// The server that the assertion is for: the issuer, as the validated metadata have it. Some
  /// servers accept only the token endpoint's URL. Give that only with a key that no other server
  /// knows: a hostile one could use the assertion there.
  std::string audience;
  std::shared_ptr<Signer> signer;
  /// The metadata's token_endpoint_auth_signing_alg_values_supported. Empty: not known.
  std::vector<std::string> algorithms_supported;
  std::chrono::seconds lifetime{60};
  /// Old servers want "JWT" here.
  std::string typ = "client-authentication+jwt";
};

/// An authenticator that puts a new assertion into every request, polls included.
///
/// Fails with invalid_argument for a missing id, audience or signer, or a life outside 1 s to 10
/// min, and with not_possible where the server does not list the signer's algorithm. Its apply()
/// fails with not_possible while the time of day is unknown, and with whatever the signer reports.
Result<std::unique_ptr<Authenticator>> make_client_assertion_auth(ClientAssertionOptions options);

// DPoP (RFC 9449): tokens that are of no use without this device's key.

/// One key, and the nonces that servers handed out for proofs with it: one an origin, since each
/// belongs to the server that made it. Not thread-safe: one request at a time.
class Dpop {
 public:
  /// `algorithms_supported` are the metadata's dpop_signing_alg_values_supported; empty where they
  /// are not known. Fails with not_possible where the signer's algorithm is not among them, and
  /// with invalid_argument without a signer.
  static Result<std::shared_ptr<Dpop>> make(std::shared_ptr<Signer> signer, HashFunction hash,
                                            const std::vector<std::string>& algorithms_supported);

  /// Puts a new proof into the request, and its only one. `access_token` is the token the request
  /// carries, for a resource server; null at the authorization server. Fails with not_possible
  /// where the time is unknown, and with whatever the signer reports.
  Result<void> prove(OAuthRequest& request, const Secret* access_token,
                     std::optional<WallTime> wall, const RandomBytes& random);
  /// The proof alone, for a request of any method; `stage` is for the error.
  Result<Secret> proof(std::string_view method, std::string_view url, Stage stage,
                       const Secret* access_token, std::optional<WallTime> wall,
                       const RandomBytes& random);
  /// The nonce for the next proof to the origin of `url`; or empty.
  std::string nonce(std::string_view url) const;
  /// Keeps the nonce of an answer, of whatever status, for later proofs to the same origin. Two
  /// such headers are malformed, and none of them is taken.
  void learn(std::string_view url, const HttpResponse& response);
  /// The key's fingerprint, which the server binds the tokens to (RFC 9449 section 6).
  std::string thumbprint() const;

 private:
  Dpop(std::shared_ptr<Signer> signer, HashFunction hash)
      : signer_(std::move(signer)), hash_(std::move(hash)) {}

  std::shared_ptr<Signer> signer_;
  HashFunction hash_;
  std::map<std::string, std::string, std::less<>> nonces_;  // by origin
};

/// Which requests to the authorization server carry a proof.
enum class DpopScope {
  token_requests,  ///< Polls and refreshes, as RFC 9449 section 5 has it.
  /// The device authorization request as well. No RFC defines that; a server that knows it can tie
  /// the codes to the key. Where such a server demands a nonce there, the login ends with its
  /// error.
  device_authorization_too,
};

/// Client authentication by `inner` (null: none), and a proof. Learns nonces from every answer.
std::unique_ptr<Authenticator> make_dpop_auth(std::shared_ptr<Dpop> dpop,
                                              std::shared_ptr<Authenticator> inner,
                                              DpopScope scope = DpopScope::token_requests);

/// For requests to a resource server: the token as `Authorization: DPoP`, and a proof that names it
/// (RFC 9449 section 7). Give an Exchange this instead of client authentication.
std::unique_ptr<Authenticator> make_dpop_access(std::shared_ptr<Dpop> dpop, Secret access_token);

/// True where a resource server wants the same request once more, with the nonce that came with
/// this answer (RFC 9449 section 9). Do it once at the most.
bool demands_dpop_nonce(const HttpResponse& response);

}  // namespace deviceflow

#endif
