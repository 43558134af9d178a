// UserInfo (OpenID Connect Core section 5.3) as a pair of pure functions: who signed in.
#ifndef DEVICEFLOW_USERINFO_HPP
#define DEVICEFLOW_USERINFO_HPP

#include <chrono>
#include <deviceflow/http.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/jwks.hpp>
#include <deviceflow/jwt.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/text.hpp>
#include <deviceflow/time.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// Asks who `access_token` stands for: a GET with the token in the Authorization header (OpenID
/// Connect Core section 5.3.1, RFC 6750 section 2.1), never in the URL. The token is the
/// credential: finish the request with an Exchange that has no authenticator. A token with a line
/// break in it is refused by the transport.
OAuthRequest make_userinfo_request(std::string_view endpoint, const Secret& access_token);

/// Claims of the server about the person who signed in.
struct UserInfo {
  /// `sub`: the person's identifier at this issuer, never empty. The only one that does not change.
  std::string subject;
  /// Every claim the server sent, `sub` included. They identify a person: keep them out of logs.
  JsonValue members;
  Quirks quirks;
};

/// Reads a response in plain JSON. `expected_subject` is the `sub` of a validated ID token,
/// compared byte for byte; empty if there is none to compare with. The secrets that `redactor`
/// knows stay out of the Error.
///
/// Fails with
///   oauth_error       the server refused: the code of its Bearer challenge (RFC 6750 section 3),
///                     or of its body. invalid_token: the access token has to be replaced
///   subject_mismatch  the response is about another person than `expected_subject`, and none of
///                     it may be used (section 5.3.2). A security alarm
///   redirect_refused  the token would have gone elsewhere. A security alarm
///   invalid_response  anything else that is not 200 with a JSON object and a non-empty string
///                     `sub`; a JWT as well: see is_userinfo_jwt()
Result<UserInfo> read_userinfo_response(
    const HttpResponse& response, std::optional<std::string_view> expected_subject = std::nullopt,
    const Redactor& redactor = {});

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

/// What to call the person on a screen: the first of `name`, `preferred_username`, `nickname`,
/// `email` and `sub` that is a string and not blank, cleaned by clean_text() and cut to 200 bytes.
/// People choose these texts themselves and may share them: decide nothing by them.
std::string display_name(const UserInfo& info);

}  // namespace deviceflow

#endif
