#include "verbs.hpp"

namespace deviceflow::demo {

ExitCode run_providers(const CommandLine&, Output& output) {
  std::vector<Provider> all;
  for (const std::string_view name : builtin_provider_names()) {
    auto provider = builtin_provider(name);
    if (provider.ok()) all.push_back(std::move(*provider));
  }
  output.providers(all);
  return kDone;
}

}  // namespace deviceflow::demo
