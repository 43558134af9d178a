#include "provider_picker.hpp"

#include <algorithm>
#include <deviceflow/provider.hpp>

namespace deviceflow::demo {

namespace {

// Names of providers are ASCII.
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool holds_every_word(const ProviderChoice& choice, std::string_view search) {
  const std::string text = lower(choice.title + " " + choice.name);
  std::string left = lower(search) + " ";
  for (std::size_t end = left.find(' '); end != std::string::npos; end = left.find(' ')) {
    if (text.find(left.substr(0, end)) == std::string::npos) return false;
    left.erase(0, end + 1);
  }
  return true;
}

ProviderChoice own(ProviderKind kind, const Language& say) {
  const std::string_view key = kind == ProviderKind::sandbox  ? "providers.sandbox"
                               : kind == ProviderKind::issuer ? "providers.issuer"
                                                              : "providers.endpoints";
  return {kind, {}, std::string(say(key))};
}

}  // namespace

ProviderChoice choice_of(const SavedSettings& saved, const Language& say) {
  const ProviderSettings& provider = saved.provider;
  if (saved.sandbox) return own(ProviderKind::sandbox, say);
  if (provider.provider.empty()) {
    const bool endpoints = provider.issuer.empty() && any_endpoint(provider.endpoints);
    return own(endpoints ? ProviderKind::endpoints : ProviderKind::issuer, say);
  }
  const auto described = builtin_provider(provider.provider);
  return {ProviderKind::described, provider.provider,
          described.ok() ? described->title : provider.provider};
}

std::vector<ProviderChoice> provider_choices(std::string_view search, const Language& say) {
  std::vector<ProviderChoice> out;
  for (const ProviderKind kind :
       {ProviderKind::sandbox, ProviderKind::issuer, ProviderKind::endpoints}) {
    out.push_back(own(kind, say));
  }
  const auto described = static_cast<std::ptrdiff_t>(out.size());
  for (const std::string_view name : builtin_provider_names()) {
    const auto provider = builtin_provider(name);
    if (provider.ok() && !provider->sandbox) {
      out.push_back({ProviderKind::described, provider->name, provider->title});
    }
  }
  std::sort(out.begin() + described, out.end(),
            [](const ProviderChoice& a, const ProviderChoice& b) {
              return lower(a.title) < lower(b.title);
            });
  std::erase_if(out, [&](const ProviderChoice& one) { return !holds_every_word(one, search); });
  return out;
}

}  // namespace deviceflow::demo
