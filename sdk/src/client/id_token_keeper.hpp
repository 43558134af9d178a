// Verifies ID tokens with the issuer's keys, which it fetches when they are needed.
#ifndef DEVICEFLOW_SRC_ID_TOKEN_KEEPER_HPP
#define DEVICEFLOW_SRC_ID_TOKEN_KEEPER_HPP

#include <deviceflow/http.hpp>
#include <deviceflow/id_token.hpp>
#include <deviceflow/jwks.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/time.hpp>
#include <deviceflow/token.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace deviceflow {

class IdTokenKeeper {
 public:
  /// Sends a GET and follows redirects as for metadata.
  using Fetch = std::function<Result<HttpResponse>(OAuthRequest)>;
  /// Whose login it was, and when.
  struct Question {
    std::string issuer;
    std::string client_id;
    std::string jwks_uri;
    std::string scope;    ///< As it was asked for; empty in a refresh, which may bring no ID token.
    std::string subject;  ///< See IdTokenExpectations.
    /// The tokens renew a sign-in: what can't be checked now costs them nothing.
    bool renewal = false;
    std::optional<WallTime> newer_than;
    SteadyTime now{};
    std::optional<WallTime> wall;
    std::optional<WallTime> server_date;
  };

  struct Verdict {
    std::optional<IdTokenClaims> claims;
    /// Why there are none, though a token came or was due.
    std::optional<Error> problem;
    /// It must not be believed: the tokens beside it are to be thrown away.
    bool disbelieved = false;
  };

  IdTokenKeeper();

  /// Judges the ID token among `tokens`.
  ///
  /// Keys are kept for good, and fetched again for a token with an unknown one: once for the token,
  /// and at most once a minute.
  Verdict judge(const TokenSet& tokens, const Question& question, const Fetch& fetch);
  /// The same keys for another kind of token. Fails where they can't be had.
  Result<SignatureCheck> check_signature(const Jwt& jwt, const Question& question,
                                         const Fetch& fetch);

 private:
  Result<IdTokenClaims> check(const TokenSet& tokens, const Question& question, const Fetch& fetch);
  Result<IdTokenClaims> check_claims(const Jwt& jwt, const TokenSet& tokens,
                                     const Question& question) const;
  /// The claims of a token whose signature can't be checked now contradict the sign-in: whatever
  /// key signed it, it must not be believed.
  std::optional<Error> contradiction(const TokenSet& tokens, const Question& question) const;
  Result<void> load(const Question& question, const Fetch& fetch);

  std::unique_ptr<SignatureVerifier> verifier_;
  std::optional<Jwks> keys_;
  SteadyTime loaded_at_{};
};

}  // namespace deviceflow

#endif
