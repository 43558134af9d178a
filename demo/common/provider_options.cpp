#include "provider_options.hpp"

namespace deviceflow::demo {

bool SandboxOptions::any() const {
  return lan || !scenario.empty() || !automatic.empty() || !after.empty() || !lan_address.empty();
}

bool names_provider(const ProviderOptions& options) {
  return !options.flags.provider.empty() || !options.flags.issuer.empty() ||
         any_endpoint(options.flags.endpoints) || !options.config_file.empty();
}

}  // namespace deviceflow::demo
