// Whether the settings can be used at all, checked before anything is sent.
#ifndef DEVICEFLOW_DEMO_COMMON_DOCTOR_SETTINGS_HPP
#define DEVICEFLOW_DEMO_COMMON_DOCTOR_SETTINGS_HPP

#include "doctor_finding.hpp"
#include "session.hpp"

namespace deviceflow::demo {

/// How a person finds the setting `key`: "--token-endpoint", or "\"token_endpoint\" in tv.json".
std::string setting_name(std::string_view key, bool by_option, const std::string& config_file);

/// A finding for each setting that is wrong, or a good one that says what will be used.
Findings assess_settings(const ProviderOptions& options, const Session& session);

}  // namespace deviceflow::demo

#endif
