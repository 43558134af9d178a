// What the metadata say about client authentication, in words.
#ifndef DEVICEFLOW_SRC_CLIENT_AUTH_HPP
#define DEVICEFLOW_SRC_CLIENT_AUTH_HPP

#include <string>
#include <vector>

namespace deviceflow {

/// The methods of token_endpoint_auth_methods_supported, separated by commas. Those that this SDK
/// can't do are marked.
std::string listed_methods(const std::vector<std::string>& methods);

}  // namespace deviceflow

#endif
