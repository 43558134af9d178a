// A request of the protocol before it is finished: profiles rewrite it, authenticators add to it.
#ifndef DEVICEFLOW_OAUTH_REQUEST_HPP
#define DEVICEFLOW_OAUTH_REQUEST_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <deviceflow/form.hpp>
#include <deviceflow/http.hpp>
#include <string>
#include <vector>

namespace deviceflow {

/// A protocol request as the RFCs have it. It can't be sent: Exchange::prepare() turns it into an
/// HttpRequest, and a transport takes nothing else.
struct OAuthRequest {
  Stage stage = Stage::token;
  Method method = Method::post;
  std::string url;
  Form form;  ///< Becomes the body of a POST. Empty for a GET.
  std::vector<Header> headers;
  /// See HttpRequest::timeout.
  std::chrono::milliseconds timeout{0};

  OAuthRequest copy() const;
};

}  // namespace deviceflow

#endif
