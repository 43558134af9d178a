// UserInfo (OpenID Connect Core section 5.3) as a pair of pure functions: who signed in.
#ifndef DEVICEFLOW_USERINFO_HPP
#define DEVICEFLOW_USERINFO_HPP

#include <deviceflow/http.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/text.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// Asks who `access_token` stands for: a GET with the token in the Authorization header (OpenID
/// Connect Core section 5.3.1, RFC 6750 section 2.1), never in the URL. The token is the
/// credential: finish the request with an Exchange that has no authenticator. A token with a line
/// break in it is refused by the transport.
OAuthRequest make_userinfo_request(std::string_view endpoint, const Secret& access_token);

/// What the server says about the person who signed in.
struct UserInfo {
  /// `sub`: the person's identifier at this issuer, never empty. The only one that does not change.
  std::string subject;
  /// Every claim the server sent, `sub` included. They identify a person: keep them out of logs.
  JsonValue members;
  Quirks quirks;
};

/// Judges the answer. `expected_subject` is the `sub` of a validated ID token, compared byte for
/// byte; empty where there is none to compare with. The secrets that `redactor` knows stay out of
/// the Error.
///
/// Fails with
///   oauth_error       the server refused: the code of its Bearer challenge (RFC 6750 section 3),
///                     or of its body. invalid_token: the access token has to be replaced
///   subject_mismatch  the answer is about somebody else than `expected_subject`, and none of it
///                     may be used (section 5.3.2). A security alarm
///   redirect_refused  the token would have gone elsewhere. A security alarm
///   invalid_response  anything else that is not 200 with a JSON object and a non-empty string
///                     `sub`; signed or encrypted answers (application/jwt) as well: they are not
///                     supported
Result<UserInfo> read_userinfo_response(
    const HttpResponse& response, std::optional<std::string_view> expected_subject = std::nullopt,
    const Redactor& redactor = {});

/// What to call the person on a screen: the first of `name`, `preferred_username`, `nickname`,
/// `email` and `sub` that is a string and not blank, cleaned by clean_text() and cut to 200 bytes.
/// People choose these texts themselves and may share them: decide nothing by them.
std::string display_name(const UserInfo& info);

}  // namespace deviceflow

#endif
