#include <algorithm>
#include <deviceflow/provider.hpp>
#include <deviceflow/text.hpp>
#include <map>

#include "protocol/builtin_providers.hpp"
#include "protocol/dialect.hpp"
#include "protocol/url_template.hpp"

namespace deviceflow {

namespace {

using Values = std::map<std::string, std::string>;

Error bad(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

std::string listed(const std::vector<std::string_view>& names) {
  std::string out;
  for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

Result<Values> check_values(const Provider& provider,
                            const std::vector<std::pair<std::string, std::string>>& given) {
  std::vector<std::string_view> names;
  for (const ProviderField& field : provider.fields) names.push_back(field.name);
  Values values;
  for (const auto& [name, value] : given) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return bad(provider.title + " has no field \"" + clean_text(name, 100) + "\"" +
                 (names.empty() ? "; it needs none." : "; it has: " + listed(names) + "."));
    }
    if (!values.emplace(name, value).second) {
      return bad("The field \"" + name + "\" is given twice.");
    }
  }
  for (const ProviderField& field : provider.fields) {
    if (field.optional || values.count(field.name) != 0) continue;
    return bad(provider.title + " needs the field \"" + field.name + "\" (" + field.title +
               "), such as " + field.name + "=" + field.example + ".");
  }
  return values;
}

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

Result<ResolvedProvider> Provider::resolve(
    const std::vector<std::pair<std::string, std::string>>& given) const {
  const auto values = check_values(*this, given);
  if (!values.ok()) return values.error();
  ResolvedProvider out;
  const auto fill = [&](const std::string& from, std::string& to) -> Result<void> {
    if (from.empty()) return {};
    auto url = fill_template(from, *values, sandbox);
    if (!url.ok()) return url.error();
    to = std::move(*url);
    return {};
  };
  const auto filled = fill(issuer, out.issuer);
  if (!filled.ok()) return filled.error();
  for (const EndpointName& one : kEndpointNames) {
    const auto good = fill(endpoints.*one.member, out.endpoints.*one.member);
    if (!good.ok()) return good.error();
  }
  out.title = title;
  out.client_auth = client_auth;
  out.scope = scope;
  out.profile = profile();
  return out;
}

Profile Provider::profile() const {
  Profile out;
  out.name = name;
  out.sandbox = sandbox;
  out.basic_encoding = basic_encoding;
  if (dialect) {
    out.rewrite = [rules = dialect](OAuthRequest request) {
      return to_dialect(std::move(request), *rules);
    };
    out.normalise = [rules = dialect](HttpResponse response, Stage stage) {
      return from_dialect(std::move(response), stage, *rules);
    };
  }
  return out;
}

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
  return bad("There is no provider \"" + clean_text(name, 100) + "\". " +
             (near.empty() ? "There are: " + listed(builtin_provider_names()) + "."
                           : "Did you mean " + listed(near) + "?"));
}

}  // namespace deviceflow
