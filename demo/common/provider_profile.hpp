// The provider that settings name: a built-in one or a person's own description.
#ifndef DEVICEFLOW_DEMO_COMMON_PROVIDER_PROFILE_HPP
#define DEVICEFLOW_DEMO_COMMON_PROVIDER_PROFILE_HPP

#include <deviceflow/provider.hpp>
#include <optional>
#include <string_view>

#include "settings.hpp"

namespace deviceflow::demo {

/// True for the name of a file: it has a slash in it or ends in .json. Every other is built in.
bool names_provider_file(std::string_view provider);

/// The provider with its fields filled in; empty where none is named. Fails with a usage error that
/// names the file, the field, or the names that are near.
Result<std::optional<ResolvedProvider>> find_provider(const ProviderSettings& settings);

}  // namespace deviceflow::demo

#endif
