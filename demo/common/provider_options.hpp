// What the command line says about the provider, for the terminal tool and for the window.
#ifndef DEVICEFLOW_DEMO_COMMON_PROVIDER_OPTIONS_HPP
#define DEVICEFLOW_DEMO_COMMON_PROVIDER_OPTIONS_HPP

#include <string>

#include "settings.hpp"

namespace deviceflow::demo {

/// How the embedded sandbox behaves, where that is the provider.
struct SandboxOptions {
  std::string scenario;
  std::string automatic;  ///< "approve", "deny", or empty.
  std::string after;      ///< Seconds, as they were written.
  bool lan = false;
  std::string lan_address;

  bool any() const;
};

/// Where to sign in, and what to write down.
struct ProviderOptions {
  ProviderSettings flags;
  std::string config_file;
  SandboxOptions sandbox;
  std::string trace_file;
  bool trace_secrets = false;
};

/// False where nothing on the command line names a provider: then the sandbox is it.
bool names_provider(const ProviderOptions& options);

}  // namespace deviceflow::demo

#endif
