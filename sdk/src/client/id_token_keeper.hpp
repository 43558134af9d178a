// Verifies ID tokens with the issuer's keys, which it fetches when they are needed.
#ifndef DEVICEFLOW_SRC_ID_TOKEN_KEEPER_HPP
#define DEVICEFLOW_SRC_ID_TOKEN_KEEPER_HPP

#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

class IdTokenKeeper {
 public:
  template <typename T>
  using Then = std::function<void(T)>;
  /// Fetches and reads the key set of Question::jwks_uri.
  using Fetch = std::function<void(Then<Result<Jwks>>)>;
  /// Which login the token belongs to, and when it came.
  struct Question {
    std::string issuer;
    std::string client_id;
    std::string jwks_uri;
    std::string scope;    ///< As requested; empty in a refresh, which may come without an ID token.
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
    /// The token breaks a rule, so the tokens beside it are dropped. A problem with the reason
    /// "unknown_key" breaks none for sure: the key set may lag behind. If this is false, the token
    /// could not be checked now: no keys, or crypto_failed.
    bool disbelieved = false;
  };

  IdTokenKeeper();

  /// Checks the ID token among `tokens`, which have to live until the verdict is there.
  ///
  /// Keys are kept for good, and fetched again for a token that none of them signed: once for the
  /// token, and at most once a minute.
  void decide(const TokenSet& tokens, const Question& question, const Fetch& fetch,
              Then<Verdict> then);
  /// The same keys for another kind of token. Fails if they can't be fetched, with crypto_failed,
  /// or with id_token_invalid for a key that must not be used.
  void check_signature(const Jwt& jwt, const Question& question, const Fetch& fetch,
                       Then<Result<SignatureCheck>> then);
  /// What was tolerated in the key set that is in use.
  Quirks quirks() const { return keys_ ? keys_->quirks : Quirks(); }

 private:
  void check(const TokenSet& tokens, const Question& question, const Fetch& fetch,
             Then<Result<IdTokenClaims>> then);
  Result<IdTokenClaims> check_claims(const Jwt& jwt, const TokenSet& tokens,
                                     const Question& question) const;
  /// The claims of a token whose signature can't be checked now contradict the sign-in: whatever
  /// key signed it, it must not be believed.
  std::optional<Error> contradiction(const TokenSet& tokens, const Question& question) const;
  Verdict settle(const TokenSet& tokens, const Question& question,
                 Result<IdTokenClaims> claims) const;
  void load(const Question& question, const Fetch& fetch, Then<Result<void>> then);

  std::unique_ptr<SignatureVerifier> verifier_;
  std::optional<Jwks> keys_;
  SteadyTime loaded_at_{};
};

}  // namespace deviceflow

#endif
