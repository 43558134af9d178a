// The command line and the settings that the window keeps, together. The command line wins.
#ifndef DEVICEFLOW_DEMO_COMMON_CHOSEN_SETTINGS_HPP
#define DEVICEFLOW_DEMO_COMMON_CHOSEN_SETTINGS_HPP

#include <deviceflow/error.hpp>

#include "provider_options.hpp"
#include "saved_settings.hpp"
#include "session.hpp"

namespace deviceflow::demo {

/// Whether the command line says what the provider is: a real one, or the sandbox by its options.
bool fixes_provider(const ProviderOptions& options);

/// `options`, with the settings file as their config file where that names the provider.
ProviderOptions with_saved(ProviderOptions options, const SavedSettings& saved);

/// Opens the session that a login needs. Every failure is a usage error.
Result<Session> open_chosen(const ProviderOptions& options, const SavedSettings& saved);

}  // namespace deviceflow::demo

#endif
