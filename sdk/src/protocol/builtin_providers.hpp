// The descriptions in assets/providers, compiled in: firmware has no files. The source is made by
// sdk/cmake/embed_providers.cmake.
#ifndef DEVICEFLOW_SRC_BUILTIN_PROVIDERS_HPP
#define DEVICEFLOW_SRC_BUILTIN_PROVIDERS_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow {

struct BuiltinProvider {
  std::string_view name;
  std::string_view json;
};

extern const BuiltinProvider kBuiltinProviders[];
extern const std::size_t kBuiltinProviderCount;

/// "a, b, c", for messages.
std::string listed(const std::vector<std::string_view>& names);

}  // namespace deviceflow

#endif
