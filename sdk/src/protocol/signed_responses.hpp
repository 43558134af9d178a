// Signed responses: introspection (RFC 9701) and UserInfo (OpenID Connect Core section 5.3.2).
#ifndef DEVICEFLOW_SRC_SIGNED_RESPONSES_HPP
#define DEVICEFLOW_SRC_SIGNED_RESPONSES_HPP

#include <deviceflow/messages.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

/// Reads the answer where a signed one was asked for, without trusting it yet: verify_signature()
/// comes next, with the issuer's keys. Fails with introspection_invalid and a `reason`:
/// "not_signed" (another media type: the signature may have been removed on the way) or what
/// parse_jwt() says; with algorithm_not_allowed; and as read_introspection_response() does for an
/// error of the server.
Result<Jwt> read_signed_introspection_response(const HttpResponse& response,
                                               const Redactor& redactor = {});

/// What a signed response must say to be ours.
struct SignedIntrospectionExpectations {
  std::string issuer;
  /// Who asked: a client ID, or the server's name for the resource server.
  std::string audience;
  /// The `jti` of the token that was asked about; empty if it has none or can't be read.
  std::string token_id = {};
};

/// Checks the claims of `jwt`, given the result for its signature. The result comes from the claim
/// token_introspection alone. `now` and `server_date` are as for check_id_token().
///
/// Fails with introspection_invalid and a `reason`: "signature", "unknown_key", "typ", "iss",
/// "aud", "iat" (missing, not a time, in the future, or more than ten minutes ago), "exp" and "nbf"
/// (not a time), "expired" (the response, or a token that it calls active), "not_yet_valid",
/// "token_introspection" (missing, or without a boolean `active`), "jti" (another token's).
///
/// RFC 9701 has nothing that ties a response to its request. A response that was recorded in these
/// ten minutes can pass for a new one, also for another token if that has no `jti`.
Result<Introspection> check_signed_introspection(const Jwt& jwt, SignatureCheck signature,
                                                 const SignedIntrospectionExpectations& expected,
                                                 std::optional<WallTime> now,
                                                 std::optional<WallTime> server_date);

/// True if the response is a JWT, signed or encrypted (section 5.3.2): by its media type
/// application/jwt, or by its form under another one.
bool is_userinfo_jwt(const HttpResponse& response);

/// Reads a response that is a JWT, without trusting it yet: verify_signature() comes next, with the
/// issuer's keys. Fails with invalid_response and the reason "encrypted" for a JWE, which is not
/// supported; with userinfo_invalid and any other `reason` of parse_jwt(); and with
/// algorithm_not_allowed.
Result<Jwt> read_userinfo_jwt(const HttpResponse& response);

/// What a signed response must say to be ours.
struct UserInfoExpectations {
  /// The issuer exactly as in the metadata.
  std::string issuer;
  std::string client_id;
  /// As for read_userinfo_response().
  std::optional<std::string_view> subject;
};

/// Checks the claims of `jwt`, given the result for its signature. `iss`, `aud` and times need not
/// be there, but must fit if they are. `now` and `server_date` are as for check_id_token().
///
/// Fails with subject_mismatch, or with userinfo_invalid and a `reason`: "signature",
/// "unknown_key", "typ", "iss", "aud", "exp", "nbf", "iat" (not a time), "expired",
/// "not_yet_valid", "issued_in_future", "sub" (no non-empty string).
Result<UserInfo> check_userinfo_jwt(const Jwt& jwt, SignatureCheck signature,
                                    const UserInfoExpectations& expected,
                                    std::optional<WallTime> now,
                                    std::optional<WallTime> server_date);

}  // namespace deviceflow

#endif
