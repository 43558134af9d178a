// The rules for ID tokens from the token endpoint (OpenID Connect Core section 3.1.3.7).
#ifndef DEVICEFLOW_ID_TOKEN_HPP
#define DEVICEFLOW_ID_TOKEN_HPP

#include <chrono>
#include <deviceflow/jose.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/jwt.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// What an ID token has to say to be ours.
struct IdTokenExpectations {
  /// The issuer exactly as the metadata have it.
  std::string issuer;
  std::string client_id;
  /// What was sent; empty where none was, and then a nonce in the token means nothing.
  std::string nonce;
  /// Who signed in, where the token continues that login (a refresh, OpenID Connect Core section
  /// 12.2); empty at a login, when nobody is known yet.
  std::string subject;
  /// When the ID token was made that this one takes the place of; empty where there is none.
  std::optional<WallTime> newer_than;
  /// The access token that came with it, for at_hash; null leaves at_hash unchecked. Not owned.
  const Secret* access_token = nullptr;
  /// Audiences besides the client that are known and fine.
  std::vector<std::string> further_audiences;
  std::vector<JwsAlgorithm> algorithms = {JwsAlgorithm::rs256, JwsAlgorithm::ps256,
                                          JwsAlgorithm::es256, JwsAlgorithm::es384,
                                          JwsAlgorithm::eddsa};
  /// How far clocks may differ.
  std::chrono::seconds leeway{120};
};

/// The claims of a token that keeps the rules.
struct IdTokenClaims {
  /// With `subject`, and only together with it, who the person is. Compare both with regard to
  /// case; never go by an e-mail address.
  std::string issuer;
  std::string subject;
  WallTime expires_at{};
  WallTime issued_at{};
  /// False where nobody knows what time it is: every rule holds but the ones of time, of which
  /// nothing can be said. Neither take the token for expired then, nor for fresh.
  bool time_judged = false;
  /// Every claim. They may identify a person: keep them out of logs.
  JsonValue members;

  IdTokenClaims copy() const;
};

/// Judges the claims of `jwt`. Its signature is verify_signature()'s business, and comes first.
///
/// `now` is the device's clock and `server_date` the Date header of the answer that brought the
/// token, each empty where unknown. Time is judged by `now`, unless it is unknown, before 2024, or
/// more than a day away from `server_date`: then IdTokenClaims::time_judged is false.
///
/// Fails with algorithm_not_allowed, or with id_token_invalid and a `reason`: "typ" (another kind
/// of token), "iss", "sub", "aud", "azp", "exp", "iat" (missing, no whole number, out of order, or
/// before the last token's), "expired", "issued_in_future", "nonce", "at_hash".
Result<IdTokenClaims> check_id_token(const Jwt& jwt, const IdTokenExpectations& expected,
                                     std::optional<WallTime> now,
                                     std::optional<WallTime> server_date, const HashFunction& hash);

/// id_token_invalid with this reason and sentence.
Error id_token_error(std::string_view reason, std::string_view why);

}  // namespace deviceflow

#endif
