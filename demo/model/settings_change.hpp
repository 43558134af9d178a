// What the settings screen asks the worker to do, and what it is told of secrets.
#ifndef DEVICEFLOW_DEMO_MODEL_SETTINGS_CHANGE_HPP
#define DEVICEFLOW_DEMO_MODEL_SETTINGS_CHANGE_HPP

#include <deviceflow/secret.hpp>
#include <memory>

#include "common/saved_settings.hpp"

namespace deviceflow::demo {

/// What is known of a secret.
enum class SecretPlace { none, stored, this_run, file };

struct SettingsChange {
  SavedSettings saved;
  /// Typed in; null: as it was, empty: it is removed.
  std::shared_ptr<const Secret> client_secret;
  std::shared_ptr<const Secret> introspection_secret;  ///< The same.
  BrokenFile broken = BrokenFile::keep;
  bool reopen = false;  ///< Another provider or client: what was opened before is of no use.
  int test = 0;         ///< The number of a test, where this is one.
};

}  // namespace deviceflow::demo

#endif
