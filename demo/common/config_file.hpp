// The config file: a JSON object whose members are the long option names with '_' for '-'.
#ifndef DEVICEFLOW_DEMO_COMMON_CONFIG_FILE_HPP
#define DEVICEFLOW_DEMO_COMMON_CONFIG_FILE_HPP

#include <deviceflow/error.hpp>
#include <string>
#include <string_view>

#include "settings.hpp"

namespace deviceflow::demo {

/// What happens to members that are no setting: an error, or nothing.
enum class UnknownMembers { refuse, pass_over };

/// Reads the file. Every failure is a usage error that names the file, and the member where there
/// is one.
Result<ProviderSettings> read_config_file(const std::string& path);

/// Validates the text of a config file. `path` is what messages call it, and what paths inside it
/// are relative to. The member "window" belongs to saved_settings.hpp.
Result<ProviderSettings> parse_config(std::string_view text, const std::string& path,
                                      UnknownMembers unknown = UnknownMembers::refuse);

/// True for what a config file says of the provider and the client.
bool is_provider_member(std::string_view key);

}  // namespace deviceflow::demo

#endif
