// What the window keeps of its settings from one start to the next: a config file, as --config
// reads it, with a member "window" for what only the window knows.
#ifndef DEVICEFLOW_DEMO_COMMON_SAVED_SETTINGS_HPP
#define DEVICEFLOW_DEMO_COMMON_SAVED_SETTINGS_HPP

#include <deviceflow/error.hpp>
#include <string>
#include <string_view>

#include "foundation/json.hpp"
#include "settings.hpp"

namespace deviceflow::demo {

/// As SavedSettings::new_codes: the person is asked.
inline constexpr int kAskForNewCode = -1;
inline constexpr int kMostNewCodes = 20;

struct SavedSettings {
  ProviderSettings provider;
  bool sandbox = true;   ///< It is used, whatever `provider` says.
  std::string language;  ///< "de" …; empty: the locale's.
  /// How many new codes are fetched by themselves when one expires; 0: none, and nobody is asked.
  int new_codes = kAskForNewCode;
};

/// $XDG_CONFIG_HOME/deviceflow/settings.json, or below ~/.config; empty where neither is known.
std::string settings_file();

/// Reads the file; one that is not there holds nothing. Fails as read_config_file() does, but for
/// members that are no setting: those may be a newer program's.
Result<SavedSettings> read_saved_settings(const std::string& path);

/// Validates the text of that file. `path` is what messages call it.
Result<SavedSettings> parse_saved_settings(std::string_view text, const std::string& path);
/// The text that save_settings() writes over `before`. The members of another provider go.
std::string saved_settings_text(const JsonValue& before, const SavedSettings& settings,
                                bool same_provider);

enum class BrokenFile { keep, replace };
/// Writes what the settings screen can change and keeps all other members, but for those of another
/// provider than the one that is set now. The client secret is not among them. Fails with the error
/// of reading where the file that is there is broken and shall be kept, and with store_io.
Result<void> save_settings(const std::string& path, const SavedSettings& settings,
                           BrokenFile broken);

}  // namespace deviceflow::demo

#endif
