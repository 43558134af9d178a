// The device authorization exchange (RFC 8628 sections 3.1 and 3.2) as a pair of pure functions.
#ifndef DEVICEFLOW_DEVICE_AUTHORIZATION_HPP
#define DEVICEFLOW_DEVICE_AUTHORIZATION_HPP

#include <chrono>
#include <deviceflow/http.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/quirk.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/text.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

struct DeviceAuthorizationParameters {
  std::string endpoint;
  /// Space-separated; empty asks for none and sends none.
  std::string scope;
  /// Further parameters. A name that this SDK sets itself is refused.
  std::vector<std::pair<std::string, std::string>> extra;
  /// Pkce::challenge; empty where PKCE is not used.
  std::string code_challenge;
  /// The APIs the tokens are for (RFC 8707): absolute URIs without fragment, each sent by itself.
  std::vector<std::string> resources;
  /// What exactly is asked for (RFC 9396), in JSON: an array of objects that each have a `type`.
  /// Sent as it is; empty asks for nothing.
  std::string authorization_details;
};

/// The device authorization request, still without client identification (the Exchange adds it).
/// Fails with ErrorCode::invalid_argument for a scope outside RFC 6749 section 3.3, a resource or
/// authorization details outside their RFCs, or an extra parameter that is reserved, empty, or
/// given twice.
Result<OAuthRequest> make_device_authorization_request(
    const DeviceAuthorizationParameters& parameters);

/// A usable answer. `user_code` and both URIs are byte for byte the server's; clean them with
/// clean_text() before a screen shows the code.
struct DeviceAuthorization {
  Secret device_code;
  std::string user_code;
  std::string verification_uri;
  std::optional<std::string> verification_uri_complete;
  /// Life of both codes from the arrival of the answer.
  std::chrono::seconds expires_in{0};
  /// What to wait between polls at least; already settled (see settle_interval()).
  std::chrono::seconds interval{5};
  Quirks quirks;
};

/// Fails with verification_uri_refused unless a person may be asked to open `uri`: an absolute
/// https URL without userinfo. Plain http passes on this machine, and with `sandbox`.
Result<void> check_verification_uri(std::string_view uri, bool sandbox);

/// Validates the response. `sandbox` allows plain http verification URIs beyond this machine.
///
/// Fails with oauth_error (the server's own code), invalid_response (anything that can't be used;
/// `retryable` and `reason` tell a passing 429 or 503 from the rest), redirect_refused, or
/// verification_uri_refused (not an absolute https URL without userinfo: nothing may be shown).
/// The secrets that `redactor` knows stay out of the Error.
Result<DeviceAuthorization> read_device_authorization_response(const HttpResponse& response,
                                                               bool sandbox = false,
                                                               const Redactor& redactor = {});

}  // namespace deviceflow

#endif
