// Settings as rows of a list: what each is called, what it says now, and what is wrong with it.
#ifndef DEVICEFLOW_DEMO_MODEL_SETTINGS_ROWS_HPP
#define DEVICEFLOW_DEMO_MODEL_SETTINGS_ROWS_HPP

#include <string>
#include <vector>

#include "provider_picker.hpp"
#include "settings_change.hpp"

namespace deviceflow::demo {

enum class Setting {
  provider,
  field,  ///< Of a description.
  issuer,
  endpoint,
  client_id,
  client_secret,
  scope,
  ca_file,
  proxy,
  pkce,
  dpop,
  dpop_device_authorization,
  introspection,         ///< Who asks about tokens.
  introspection_name,    ///< Of that user or client.
  introspection_secret,  ///< Of the same.
  language,
  new_codes,
};

/// One row among all. As a field without a name: whichever says where the server is.
struct WhichSetting {
  Setting setting = Setting::provider;
  std::string name = {};

  bool operator==(const WhichSetting&) const = default;
};
inline const WhichSetting kServerSetting{Setting::field};

/// Who asks the introspection endpoint.
enum class Asker { own_client, user, client };

struct SettingRow {
  /// What accept does.
  enum class Accept {
    edits,    ///< Opens the editor.
    changes,  ///< Takes the next of a few values.
    opens,    ///< Opens a list.
  };
  Setting setting = Setting::provider;
  std::string name;   ///< Of a field or an endpoint.
  std::string label;  ///< For a person, as all that follow.
  std::string value;  ///< Empty: it is not set.
  std::string hint;
  std::string error;    ///< Why it can't be used; empty: it can.
  bool needed = false;  ///< Has to be set.
  bool fixed = false;   ///< By the command line.
  Accept accept = Accept::edits;
  bool secret = false;  ///< Typed as dots, and never shown.
};

/// What the command line has set, which the screen can't change.
struct FixedSettings {
  ProviderSettings flags;
  bool provider = false;
  std::string language;
};

/// What rows are made of.
struct SettingsNow {
  const SavedSettings& saved;
  const FixedSettings& fixed;
  ProviderChoice choice;
  SecretPlace secret = SecretPlace::none;
  bool secret_typed = false;  ///< Another one, not yet in use.
  Asker asker = Asker::own_client;
  SecretPlace introspection_secret = SecretPlace::none;
  bool introspection_typed = false;
  std::string ca_problem;  ///< Of the CA file, as the worker found it.
};

std::vector<SettingRow> setting_rows(const SettingsNow& now, const Language& say);

/// What the settings say of it.
Asker asker_of(const ProviderSettings& settings);

/// The text of a row, as the person types it; empty for those that are not typed.
std::string setting_text(const SavedSettings& saved, Setting setting, const std::string& name);
void set_setting_text(SavedSettings& saved, Setting setting, const std::string& name,
                      std::string text);

}  // namespace deviceflow::demo

#endif
