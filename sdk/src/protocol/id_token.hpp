// The rules for ID tokens from the token endpoint (OpenID Connect Core section 3.1.3.7).
#ifndef DEVICEFLOW_SRC_ID_TOKEN_HPP
#define DEVICEFLOW_SRC_ID_TOKEN_HPP

#include <deviceflow/messages.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/jwt.hpp"

namespace deviceflow {

/// What an ID token must say to be ours.
struct IdTokenExpectations {
  /// The issuer exactly as in the metadata.
  std::string issuer;
  std::string client_id;
  /// What was sent; if empty, a nonce in the token means nothing.
  std::string nonce;
  /// Who signed in, if the token comes with a refresh (OpenID Connect Core section 12.2); empty at
  /// a login.
  std::string subject;
  /// When the ID token was issued that this one replaces, if there is one.
  std::optional<WallTime> newer_than;
  /// The access token that came with it, for at_hash; null leaves at_hash unchecked. Not owned.
  const Secret* access_token = nullptr;
  /// The algorithms that are accepted; empty for every JwsAlgorithm.
  std::vector<JwsAlgorithm> algorithms;
};

/// Checks the claims of `jwt` by OpenID Connect Core section 3.1.3.7. Its signature comes first:
/// see verify_signature().
///
/// The client must be in `aud`. If others are in it too, `azp` must be the client, and an `azp`
/// that is there must be the client in any case. `sub` is any text of 1 to 255 bytes, so clean it
/// before a terminal shows it. Times may have fractions.
///
/// `now` is the device's clock and `server_date` the Date header of the response with the token,
/// each empty if unknown. Times are compared with `now`, unless it is unknown, before 2024, or more
/// than a day away from `server_date`: then IdTokenClaims::time_checked is false.
///
/// Fails with algorithm_not_allowed, or with id_token_invalid and a `reason`: "typ" (another kind
/// of token), "iss", "sub", "aud", "azp", "exp", "iat" (missing, not a time, out of order, or
/// before the last token's), "nbf" (not a time), "expired", "not_yet_valid", "issued_in_future",
/// "nonce", "at_hash".
Result<IdTokenClaims> check_id_token(const Jwt& jwt, const IdTokenExpectations& expected,
                                     std::optional<WallTime> now,
                                     std::optional<WallTime> server_date, const HashFunction& hash);

/// id_token_invalid with this reason and sentence.
Error id_token_error(std::string_view reason, std::string_view why);

}  // namespace deviceflow

#endif
