// Providers by name: the ones whose descriptions are compiled in. By itself, so that a product that
// names none needs neither this nor the table.
#include <algorithm>
#include <deviceflow/provider.hpp>
#include <deviceflow/secret.hpp>

#include "protocol/builtin_providers.hpp"

namespace deviceflow {

namespace {

// How many letters have to be changed, added or taken out to make `b` of `a`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t k = 0; k <= b.size(); ++k) row[k] = k;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t changed = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
      diagonal = row[k];
      row[k] = std::min({changed, row[k] + 1, row[k - 1] + 1});
    }
  }
  return row[b.size()];
}

std::vector<std::string_view> names_near(std::string_view name) {
  std::vector<std::string_view> near;
  for (const std::string_view have : builtin_provider_names()) {
    const bool part = name.size() > 2 && (have.find(name) != std::string_view::npos ||
                                          name.find(have) != std::string_view::npos);
    if (part || (name.size() < 40 && distance(name, have) <= 2)) near.push_back(have);
  }
  return near;
}

}  // namespace

std::vector<std::string_view> builtin_provider_names() {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kBuiltinProviderCount; ++i)
    names.push_back(kBuiltinProviders[i].name);
  return names;
}

Result<Provider> builtin_provider(std::string_view name) {
  for (std::size_t i = 0; i < kBuiltinProviderCount; ++i) {
    if (kBuiltinProviders[i].name == name) return parse_provider(kBuiltinProviders[i].json);
  }
  const auto near = names_near(name);
  const std::string help = near.empty() ? "There are: " + listed(builtin_provider_names()) + "."
                                        : "Did you mean " + listed(near) + "?";
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                    "There is no provider \"" + clean_text(name, 100) + "\". " + help);
}

}  // namespace deviceflow
