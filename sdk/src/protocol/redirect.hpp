// Where a redirect of metadata or keys leads, and whether it may be followed.
#ifndef DEVICEFLOW_SRC_REDIRECT_HPP
#define DEVICEFLOW_SRC_REDIRECT_HPP

#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <string>

namespace deviceflow {

/// The URL that `response` redirects `request` to; empty where it does not. Fails with
/// invalid_response for one that can't be read, and with redirect_refused for one from https to
/// plain http.
Result<std::string> redirect_target(const OAuthRequest& request, const HttpResponse& response);

}  // namespace deviceflow

#endif
