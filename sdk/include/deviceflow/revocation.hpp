// Token revocation (RFC 7009) as a pair of pure functions.
#ifndef DEVICEFLOW_REVOCATION_HPP
#define DEVICEFLOW_REVOCATION_HPP

#include <chrono>
#include <deviceflow/http.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/text.hpp>
#include <optional>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// What kind of token it is, so that the server need not search (RFC 7009 section 2.1).
enum class TokenHint { none, access_token, refresh_token };
std::string_view name(TokenHint hint) noexcept;

/// Asks the server to revoke `token`, still without client identification (the Exchange adds it).
OAuthRequest make_revocation_request(std::string_view endpoint, const Secret& token,
                                     TokenHint hint);

/// What a revocation came to.
struct RevocationAnswer {
  enum class Kind {
    revoked,                 ///< The token is dead: remove it at once.
    not_confirmed,           ///< Not known. Treat it as alive; trying again may help.
    unsupported_token_type,  ///< This server does not revoke tokens of this kind.
    refused,                 ///< Any other error; it will stay one.
  };
  Kind kind = Kind::refused;
  /// Why not; filled for every kind but revoked. There it is a remark, or empty.
  std::optional<Error> error;
  /// What the server asked to wait at least before another try.
  std::optional<std::chrono::seconds> retry_after;
};

/// Reads the response. 200 is success whatever the body, also for a token that the server never
/// knew (RFC 7009 section 2.2); any other 2xx is taken for one. 400 with invalid_token or
/// invalid_grant says that the token is dead already, which counts as revoked, with a remark. 408,
/// 425, 429 and 5xx confirm nothing. The secrets that `redactor` knows stay out of the Error.
RevocationAnswer read_revocation_response(const HttpResponse& response,
                                          const Redactor& redactor = {});

}  // namespace deviceflow

#endif
