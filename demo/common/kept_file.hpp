// Files that this program writes for its own next start.
#ifndef DEVICEFLOW_DEMO_COMMON_KEPT_FILE_HPP
#define DEVICEFLOW_DEMO_COMMON_KEPT_FILE_HPP

#include <deviceflow/error.hpp>
#include <string>
#include <string_view>

namespace deviceflow::demo {

/// $XDG_CONFIG_HOME/deviceflow, else ~/.config/deviceflow; empty where neither is known.
std::string config_folder();

/// Writes `text` beside `path` and renames it into place: a power cut leaves the old file or the
/// new one. Makes the folder, closed to others. Fails with store_io, in words that begin with
/// `what`.
Result<void> keep_file(std::string_view what, const std::string& path, std::string_view text);

}  // namespace deviceflow::demo

#endif
