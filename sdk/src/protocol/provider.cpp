#include <algorithm>
#include <deviceflow/provider.hpp>
#include <deviceflow/secret.hpp>
#include <map>

#include "protocol/builtin_providers.hpp"
#include "protocol/url_template.hpp"

namespace deviceflow {

std::string listed(const std::vector<std::string_view>& names) {
  std::string out;
  for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

namespace {

using Values = std::map<std::string, std::string>;

Error bad(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
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

}  // namespace

Result<Provider> Provider::resolve(
    const std::vector<std::pair<std::string, std::string>>& given) const {
  const auto values = check_values(*this, given);
  if (!values.ok()) return values.error();
  std::optional<Error> problem;
  const auto fill = [&](std::string& url) {
    if (url.empty() || problem) return;
    auto filled = fill_template(url, *values, sandbox);
    if (!filled.ok()) problem = filled.error();
    if (filled.ok()) url = std::move(*filled);
  };
  Provider out = *this;
  out.fields.clear();
  fill(out.issuer);
  for (const EndpointName& one : kEndpointNames) fill(out.endpoints.*one.member);
  if (problem) return std::move(*problem);
  return out;
}

}  // namespace deviceflow
