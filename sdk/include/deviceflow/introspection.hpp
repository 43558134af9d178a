// Token introspection (RFC 7662, and signed: RFC 9701) as a pair of pure functions.
#ifndef DEVICEFLOW_INTROSPECTION_HPP
#define DEVICEFLOW_INTROSPECTION_HPP

#include <chrono>
#include <deviceflow/authenticator.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/jwks.hpp>
#include <deviceflow/jwt.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/text.hpp>
#include <deviceflow/time.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// What kind of answer to ask for.
enum class IntrospectionForm {
  json,        ///< A JSON object, whose only seal is the connection.
  signed_jwt,  ///< A JWT (RFC 9701). Anything else is then refused.
};

/// Asks about `token`, always by POST (RFC 7662 section 2.1). Who asks is the Exchange's business:
/// the endpoint wants credentials of its own, often not those of the device.
OAuthRequest make_introspection_request(std::string_view endpoint, const Secret& token,
                                        IntrospectionForm form = IntrospectionForm::json);

struct Introspection {
  bool active = false;
  /// Every member the server sent, `active` included. They may identify a person: keep them out of
  /// logs.
  JsonValue members;
  Quirks quirks = {};
};

/// How to ask about a token.
struct IntrospectionOptions {
  /// What the endpoint wants to see; null: the client's own credentials. A public client has to
  /// ask explicitly: make_client_auth() with ClientAuth::none sends the client ID alone,
  /// make_no_auth() nothing.
  std::shared_ptr<Authenticator> credentials = nullptr;
  IntrospectionForm form = IntrospectionForm::json;
  /// Whom a signed response has to be for; empty: this client.
  std::string audience = {};
};

/// Reads the response. Anything but 200 with a JSON boolean `active` is an error, never "active".
/// 401 and 403 mean that the caller's own credentials failed and say nothing about the token.
/// The secrets that `redactor` knows stay out of the Error.
Result<Introspection> read_introspection_response(const HttpResponse& response,
                                                  const Redactor& redactor = {});

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

}  // namespace deviceflow

#endif
