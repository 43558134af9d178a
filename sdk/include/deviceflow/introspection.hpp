// Token introspection (RFC 7662) as a pair of pure functions.
#ifndef DEVICEFLOW_INTROSPECTION_HPP
#define DEVICEFLOW_INTROSPECTION_HPP

#include <deviceflow/http.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/text.hpp>
#include <string_view>

namespace deviceflow {

/// Asks about `token`, always by POST (RFC 7662 section 2.1). Who asks is the Exchange's business:
/// the endpoint wants credentials of its own, often not those of the device.
OAuthRequest make_introspection_request(std::string_view endpoint, const Secret& token);

struct Introspection {
  bool active = false;
  /// Every member the server sent, `active` included. They may identify a person: keep them out of
  /// logs.
  JsonValue members;
};

/// Judges the answer. Anything but 200 with a JSON boolean `active` is an error, never "active".
/// 401 and 403 mean that the caller's own credentials failed and say nothing about the token.
/// The secrets that `redactor` knows stay out of the Error.
Result<Introspection> read_introspection_response(const HttpResponse& response,
                                                  const Redactor& redactor = {});

}  // namespace deviceflow

#endif
