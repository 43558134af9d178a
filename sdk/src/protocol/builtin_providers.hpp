// The descriptions in assets/providers, compiled in: firmware has no files. The source is made by
// sdk/cmake/embed_providers.cmake.
#ifndef DEVICEFLOW_SRC_BUILTIN_PROVIDERS_HPP
#define DEVICEFLOW_SRC_BUILTIN_PROVIDERS_HPP

#include <cstddef>
#include <string_view>

namespace deviceflow {

struct BuiltinProvider {
  std::string_view name;
  std::string_view json;
};

extern const BuiltinProvider kBuiltinProviders[];
extern const std::size_t kBuiltinProviderCount;

}  // namespace deviceflow

#endif
