#include "provider_profile.hpp"

#include "files.hpp"

namespace deviceflow::demo {

namespace {

Result<Provider> read_provider(const std::string& name) {
  if (!names_provider_file(name)) {
    auto provider = builtin_provider(name);
    if (provider.ok()) return provider;
    return usage_error(provider.error().message +
                       " \"deviceflow providers\" lists all; a description of your own is named "
                       "by its file, NAME.json.");
  }
  const auto text = read_file("provider file", name);
  if (!text.ok()) return text.error();
  auto provider = parse_provider(text->reveal());
  if (provider.ok()) return provider;
  return usage_error("Provider file " + name + ": " + provider.error().message);
}

}  // namespace

bool names_provider_file(std::string_view provider) {
  return provider.find('/') != std::string_view::npos || provider.ends_with(".json");
}

Result<std::optional<ResolvedProvider>> find_provider(const ProviderSettings& settings) {
  if (settings.provider.empty()) {
    if (settings.fields.empty()) return std::optional<ResolvedProvider>();
    return usage_error("Fields belong to a provider: name it with --provider.");
  }
  const auto provider = read_provider(settings.provider);
  if (!provider.ok()) return provider.error();
  auto resolved = provider->resolve(settings.fields);
  if (!resolved.ok()) {
    return usage_error(resolved.error().message + " Fields are given with --field NAME=VALUE.");
  }
  return std::optional<ResolvedProvider>(std::move(*resolved));
}

}  // namespace deviceflow::demo
