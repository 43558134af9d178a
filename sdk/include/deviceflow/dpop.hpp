// DPoP (RFC 9449): tokens that are of no use without this device's key.
#ifndef DEVICEFLOW_DPOP_HPP
#define DEVICEFLOW_DPOP_HPP

#include <deviceflow/authenticator.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/jose.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

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
