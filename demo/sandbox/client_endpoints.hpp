// Shared by the endpoints that clients call; nobody else's business.
#ifndef DEVICEFLOW_SANDBOX_CLIENT_ENDPOINTS_HPP
#define DEVICEFLOW_SANDBOX_CLIENT_ENDPOINTS_HPP

#include "authorization_server.hpp"
#include "foundation/json.hpp"

namespace deviceflow::sandbox {

/// Which row of the conformance matrix a malformed request to this endpoint breaks.
struct AuthorizationServer::EndpointRules {
  std::string_view path;
  std::string_view method_rule;
  std::string_view query_rule;
};

/// `ordinary` with the members of `replacements` in place of its own; null takes one out.
JsonValue with_replacements(const JsonValue& ordinary, const JsonValue& replacements);

/// RFC 6749 section 3.3: printable ASCII without double quote and backslash, space between words.
bool is_scope(std::string_view scope);
/// True where `wanted` is one of the words of `scope`.
bool has_scope(std::string_view scope, std::string_view wanted);
std::int64_t seconds_since_epoch(WallTime at);
/// The one of `scripts` that answers this request, or null.
const ScriptedAnswer* find_script(const std::vector<ScriptedAnswer>& scripts, int number);
Response scripted_response(const ScriptedAnswer& script);
/// When its Retry-After lets the client come back; empty where it has none in seconds.
std::optional<SteadyTime> retry_time(const Response& response, SteadyTime now);

}  // namespace deviceflow::sandbox

#endif
