// Refreshing an access token (RFC 6749 section 6) as a pair of pure functions.
#ifndef DEVICEFLOW_REFRESH_HPP
#define DEVICEFLOW_REFRESH_HPP

#include <chrono>
#include <deviceflow/http.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/text.hpp>
#include <deviceflow/token.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// What a refresh builds on.
struct RefreshParameters {
  std::string token_endpoint;
  Secret refresh_token;
  /// Asks for less than was granted; empty asks for the same again and sends no scope.
  std::string scope;
  /// The scope in force, as the last response (or the login's request) had it. Empty: not known,
  /// and then no narrower one can be asked for.
  std::string granted_scope;
  /// The APIs that the new access token is for (RFC 8707 section 2.2), each sent by itself: those
  /// of the login, or some of them. Empty leaves it to the server.
  std::vector<std::string> resources;
  /// Which token types are taken. The proofs are the Exchange's business (make_dpop_auth()).
  DpopMode dpop = DpopMode::off;
  /// The type of the tokens so far. It stays if the response names none. Empty: not known.
  std::string token_type = {};
};

/// The refresh request, still without client identification (the Exchange adds it).
/// Fails with ErrorCode::invalid_argument for an empty refresh token, a scope outside RFC 6749
/// section 3.3, or one that asks for more than `granted_scope`.
Result<OAuthRequest> make_refresh_request(const RefreshParameters& parameters);

/// What the response means for the session.
struct RefreshAnswer {
  enum class Kind {
    tokens,
    nonce_demanded,  ///< Repeat once with the nonce from the header (RFC 9449 section 8).
    failed,          ///< No new tokens; the session lives. Error::retryable says whether to wait.
    user_needed,     ///< Refused, and the user has to sign in. Keep the refresh token: the server
                     ///< did not say that it is dead.
    session_over,    ///< invalid_grant: the refresh token is dead, and only a new sign-in helps.
  };
  Kind kind = Kind::failed;
  /// Complete: what the response left out is taken over (the refresh token, the type, the scope).
  std::optional<TokenSet> tokens;
  /// A new refresh token in a successful response whose access token can't be used: it replaces the
  /// old one all the same. Empty for every other response.
  Secret refresh_token;
  /// Filled for every kind but tokens. Its code is sign_in_needed with session_over and with
  /// user_needed; there `reason` is the server's code ("interaction_required") or its status
  /// ("http_401").
  std::optional<Error> error;
  /// True if the server may have used up the refresh token and its response tells nothing about it:
  /// a broken body, a 5xx. The next try may find it spent.
  bool maybe_spent = false;
  /// What the server asked to wait at least, from the arrival of the response.
  std::optional<std::chrono::seconds> retry_after;
  Quirks quirks;
};

/// Reads the response to a request made of the same `parameters`.
///
/// A refresh token in the response replaces the old one; without one, the old one stays. Without a
/// scope in the response the one asked for (or granted before) stays in force; one that is wider
/// than what was granted is reported as Quirk::scope_grew.
///
/// Only invalid_grant ends the session. Any other refusal that is not about the client, the request
/// or the moment (interaction_required, consent_required, a code that we don't know, a sentence, an
/// empty 401) means that the user has to sign in again.
/// The secrets that `redactor` knows stay out of the Error.
RefreshAnswer read_refresh_response(const HttpResponse& response,
                                    const RefreshParameters& parameters,
                                    const Redactor& redactor = {});

}  // namespace deviceflow

#endif
