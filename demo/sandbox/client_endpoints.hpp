// Shared by the endpoints that clients call; nobody else's business.
#ifndef DEVICEFLOW_SANDBOX_CLIENT_ENDPOINTS_HPP
#define DEVICEFLOW_SANDBOX_CLIENT_ENDPOINTS_HPP

#include "authorization_server.hpp"

namespace deviceflow::sandbox {

/// Which row of the conformance matrix a malformed request to this endpoint breaks.
struct AuthorizationServer::EndpointRules {
  std::string_view path;
  std::string_view method_rule;
  std::string_view query_rule;
};

/// `ordinary` with the members of `replacements` in place of its own; null takes one out.
JsonValue with_replacements(const JsonValue& ordinary, const JsonValue& replacements);

}  // namespace deviceflow::sandbox

#endif
