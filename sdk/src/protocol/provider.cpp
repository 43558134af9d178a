#include <algorithm>
#include <deviceflow/provider.hpp>
#include <deviceflow/text.hpp>
#include <map>

#include "protocol/builtin_providers.hpp"
#include "protocol/dialect.hpp"
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
  out.assertion_audience = assertion_audience;
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

}  // namespace deviceflow
