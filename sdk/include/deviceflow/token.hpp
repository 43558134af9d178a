// The token exchange of the device grant (RFC 8628 sections 3.4 and 3.5) as a pair of pure
// functions, and what comes out of it.
#ifndef DEVICEFLOW_TOKEN_HPP
#define DEVICEFLOW_TOKEN_HPP

#include <chrono>
#include <deviceflow/http.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/text.hpp>
#include <deviceflow/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// What a login yields (RFC 6749 section 5.1).
struct TokenSet {
  Secret access_token;
  /// As the server wrote it; compare without regard to case.
  std::string token_type;
  /// Lifetime as sent. Empty means unknown: neither zero nor endless.
  std::optional<std::chrono::seconds> expires_in;
  /// When the access token ends, counted from the moment the request left (a slow answer shortens
  /// the usable life). Empty where expires_in is.
  std::optional<SteadyTime> expires_at;
  /// As the server sent it. Empty means: granted as requested.
  std::optional<std::string> scope;
  Secret refresh_token;  ///< Empty where none came.
  Secret id_token;       ///< Empty where none came. Not verified.
  /// The authorization details granted (RFC 9396 section 7), which may be fewer or richer than
  /// those asked for. Null where the server sent none.
  JsonValue authorization_details;
};

/// What a poll carries besides the device code.
struct PollExtras {
  Secret code_verifier;                ///< Pkce::verifier, or empty.
  std::vector<std::string> resources;  ///< As in the device authorization request.
  /// The scope that was asked for, and the user code: not sent, but see OAuthRequest::context.
  std::string scope = {};
  std::string user_code = {};
};

/// One poll of the token endpoint. `device_code` goes out exactly as received.
OAuthRequest make_device_token_request(std::string_view token_endpoint, const Secret& device_code,
                                       const PollExtras& extras = {});

/// What a poll's response means. `error` is filled for denied, expired, refused and transient
/// errors; `reason` for transient errors ("http_503", "unreadable" …).
struct TokenAnswer {
  enum class Kind {
    tokens,
    pending,         ///< Keep polling.
    slow_down,       ///< Keep polling, slower from now on.
    passing_fault,   ///< It says nothing about the grant: back off and try again.
    nonce_demanded,  ///< Repeat once with the nonce from the answer's header (RFC 9449 section 8).
    denied,
    expired,
    refused,  ///< Final, for any other reason.
  };
  Kind kind = Kind::refused;
  std::optional<TokenSet> tokens;
  /// An interval sent with slow_down, rounded up, not yet checked against the code's life.
  std::optional<std::chrono::seconds> interval;
  /// What the server asked to wait at least, from the arrival of the answer.
  std::optional<std::chrono::seconds> retry_after;
  /// When the server sent it, by its own clock (the Date header).
  std::optional<WallTime> date;
  std::string reason;
  std::optional<Error> error;
  /// Tokens that a refused 2xx response holds, to be revoked: nobody will use them.
  std::vector<TokenSet> lost_tokens;
  Quirks quirks;
};

/// Which token types are taken (RFC 9449 section 5).
enum class DpopMode {
  off,      ///< Bearer alone.
  prefer,   ///< DPoP or Bearer; with Bearer, Quirk::token_not_bound says that it is not protected.
  require,  ///< DPoP alone.
};

/// Reads the response: the body first, the status second (RFC 8628 section 3.5; providers send
/// pending under 200, 400, 401, 403 and 428). `known_type` is the token type if the response leaves
/// it out (Quirk::token_type_missing); empty: such a response is refused.
/// The secrets that `redactor` knows stay out of the Error.
TokenAnswer read_token_response(const HttpResponse& response, const Redactor& redactor = {},
                                DpopMode dpop = DpopMode::off, std::string_view known_type = {});

/// Fails with ErrorCode::invalid_argument unless `scope` is empty or space-separated scope tokens
/// (RFC 6749 section 3.3).
Result<void> check_scope(std::string_view scope);
/// The scope tokens of `requested` that `granted` lacks; compared as sets, with regard to case.
std::vector<std::string> missing_scopes(std::string_view requested, std::string_view granted);

}  // namespace deviceflow

#endif
