// Proxies, and what the failures of libcurl mean.
#ifndef DEVICEFLOW_SRC_CURL_FAILURE_HPP
#define DEVICEFLOW_SRC_CURL_FAILURE_HPP

#include <curl/curl.h>

#include <deviceflow/clock.hpp>
#include <deviceflow/http.hpp>
#include <optional>
#include <string>

namespace deviceflow {

/// Sets the proxy for a request to `url`: `proxy`, or if that is empty the environment's.
void set_proxy(CURL* easy, const std::string& url, const std::string& proxy);
/// What the failure of a request to `url` through `proxy` (see set_proxy()) means, with a sentence
/// for the user. It names the proxy if that is at fault. `detail` is what libcurl says.
TransportFailure explain_failure(CURL* easy, CURLcode code, const std::string& url,
                                 const std::string& proxy, bool too_large, const char* detail);
/// The failure if a complete response came from the proxy itself and asks for its password. Other
/// responses to a plain http request look the same from a proxy and from the server.
std::optional<TransportFailure> proxy_response(const std::string& url, const std::string& proxy,
                                               long status);

}  // namespace deviceflow

#endif
