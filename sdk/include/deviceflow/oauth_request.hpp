// A request of the protocol before it is finished: a description rewrites it, an authenticator adds
// to it.
#ifndef DEVICEFLOW_OAUTH_REQUEST_HPP
#define DEVICEFLOW_OAUTH_REQUEST_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <deviceflow/form.hpp>
#include <deviceflow/http.hpp>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// A protocol request as the RFCs have it. It can't be sent: Exchange::prepare() turns it into an
/// HttpRequest, and a transport takes nothing else.
struct OAuthRequest {
  Stage stage = Stage::token;
  Method method = Method::post;
  std::string url;
  Form form;  ///< Becomes the body of a POST. Empty for a GET.
  std::vector<Header> headers;
  /// What is known about the login beside the parameters, for a description: `scope` and
  /// `user_code` of a poll. Never sent by itself.
  Form context = {};
  /// Parameters that are not sent, no matter what adds them.
  std::vector<std::string> withheld = {};
  /// See HttpRequest::timeout.
  std::chrono::milliseconds timeout{0};
  /// client_id is sent in the body even if the client authenticates in a header. Some servers want
  /// it there.
  bool names_client = false;
};

}  // namespace deviceflow

#endif
