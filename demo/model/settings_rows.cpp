#include "settings_rows.hpp"

#include <algorithm>
#include <deviceflow/messages.hpp>
#include <deviceflow/provider.hpp>

#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

// Those that a person has to do with; the rest stays as the file has it.
constexpr std::string_view kEndpoints[] = {"device_authorization_endpoint", "token_endpoint",
                                           "introspection_endpoint", "userinfo_endpoint",
                                           "revocation_endpoint"};

std::string Endpoints::*member_of(std::string_view name) {
  const auto* found = std::find_if(kEndpointNames.begin(), kEndpointNames.end(),
                                   [&](const EndpointName& one) { return one.key == name; });
  return found->member;
}

std::string field_of(const ProviderSettings& settings, const std::string& name) {
  for (const auto& [key, value] : settings.fields) {
    if (key == name) return value;
  }
  return {};
}

// No field takes a scheme, and an address copied from a browser has one.
std::string without_scheme(const std::string& text) {
  constexpr std::string_view kScheme = "https://";
  if (!text.starts_with(kScheme)) return text;
  const std::string host = text.substr(kScheme.size());
  return host.substr(0, host.find_last_not_of('/') + 1);
}

class Rows {
 public:
  Rows(const SettingsNow& now, const Language& say)
      : now_(now), say_(say), provider_(now.saved.provider), flags_(now.fixed.flags) {}

  std::vector<SettingRow> make() {
    SettingRow& provider = add(Setting::provider, "settings.provider");
    provider.value = now_.choice.title;
    provider.accept = SettingRow::Accept::opens;
    provider.fixed = now_.fixed.provider;
    if (!now_.fixed.provider && now_.choice.kind != ProviderKind::sandbox) {
      add_where();
      add_client();
      add_introspection();
    }
    add_window();
    for (SettingRow& row : rows_) {
      if (row.fixed) row.hint = say_("settings.fixed");
    }
    return std::move(rows_);
  }

 private:
  SettingRow& add(Setting setting, std::string_view key, std::string name = {}) {
    SettingRow row;
    row.setting = setting;
    row.name = std::move(name);
    row.label = say_(key);
    const std::string hint = std::string(key) + ".hint";
    row.hint = say_(hint);
    if (row.hint == hint) row.hint.clear();
    row.value = setting_text(now_.saved, setting, row.name);
    rows_.push_back(std::move(row));
    return rows_.back();
  }

  void add_where() {
    switch (now_.choice.kind) {
      case ProviderKind::described: add_fields(); break;
      case ProviderKind::issuer: {
        SettingRow& row = add(Setting::issuer, "settings.issuer");
        row.needed = true;
        row.error = url_problem(row.value);
        break;
      }
      case ProviderKind::endpoints:
        for (const std::string_view name : kEndpoints) {
          SettingRow& row =
              add(Setting::endpoint, "settings." + std::string(name), std::string(name));
          row.needed = name == kEndpoints[0] || name == kEndpoints[1];
          row.error = url_problem(row.value);
        }
        break;
      case ProviderKind::sandbox: break;
    }
  }

  void add_fields() {
    const auto provider = builtin_provider(now_.choice.name);
    if (!provider.ok()) return;  // a description in a file, whose fields the file has
    for (const ProviderField& field : provider->fields) {
      SettingRow& row = add(Setting::field, "settings.field." + field.name, field.name);
      if (row.label.starts_with("settings.")) row.label = field.title;
      row.hint = say_("settings.example", {{"example", field.example}});
      row.needed = !field.optional;
      if (!fits(*provider, field, row.value)) {
        row.error = say_("settings.field.form", {{"name", row.label}, {"example", field.example}});
      }
    }
  }

  // With the examples of the others, only this one can be wrong.
  static bool fits(const Provider& provider, const ProviderField& field, const std::string& value) {
    if (value.empty()) return true;
    std::vector<std::pair<std::string, std::string>> values{{field.name, value}};
    for (const ProviderField& other : provider.fields) {
      if (other.name != field.name) values.emplace_back(other.name, other.example);
    }
    return provider.resolve(values).ok();
  }

  std::string url_problem(const std::string& text) const {
    if (text.empty()) return {};
    const auto url = parse_url(text);
    if (!url.ok()) return std::string(say_("settings.address.form"));
    const bool near = url->scheme == "http" && host_reach(url->host) == HostReach::this_machine;
    const bool allowed = near || (url->scheme == "http" && provider_.dangerous_allow_http);
    return url->scheme == "https" || allowed ? std::string()
                                             : std::string(say_("settings.address.advice"));
  }

  void add_client() {
    SettingRow& id = add(Setting::client_id, "settings.client");
    id.needed = true;
    fix(id, !flags_.client_id.empty(), flags_.client_id);
    add_secret();
    SettingRow& scope = add(Setting::scope, "settings.scope");
    if (!is_scope(scope.value)) scope.error = say_("settings.scope.form");
    fix(scope, flags_.scope.has_value(), flags_.scope.value_or(""));
    SettingRow& ca = add(Setting::ca_file, "settings.ca_file");
    if (!ca.value.empty() && !now_.ca_problem.empty()) ca.error = say_("settings.ca_file.invalid");
    if (!ca.value.empty() && ca.value.front() != '/') ca.error = say_("settings.ca_file.whole");
    fix(ca, !flags_.ca_file.empty(), flags_.ca_file);
    SettingRow& proxy = add(Setting::proxy, "settings.proxy");
    if (!proxy_problem(proxy.value).empty()) proxy.error = say_("settings.proxy.form");
    fix(proxy, !flags_.proxy.empty(), flags_.proxy);
    add_switch(Setting::pkce, "settings.pkce", provider_.pkce, flags_.pkce);
    add_switch(Setting::dpop, "settings.dpop", provider_.dpop, flags_.dpop);
    if (!provider_.dpop && !flags_.dpop) return;
    add_switch(Setting::dpop_device_authorization, "settings.dpop_device_authorization",
               provider_.dpop_device_authorization, flags_.dpop_device_authorization);
  }

  void add_secret() {
    SettingRow& row = add(Setting::client_secret, "settings.client_secret");
    const std::string& file = flags_.client_secret_file.empty() ? provider_.client_secret_file
                                                                : flags_.client_secret_file;
    if (!file.empty()) {
      row.value = say_("settings.client_secret.file", {{"file", file}});
      row.fixed = !flags_.client_secret_file.empty();
    } else {
      row.value = secret_words(now_.secret, now_.secret_typed);
    }
    row.secret = true;
  }

  std::string secret_words(SecretPlace place, bool typed) const {
    if (typed) return std::string(say_("settings.client_secret.typed"));
    switch (place) {
      case SecretPlace::none: return {};
      case SecretPlace::stored: return std::string(say_("settings.client_secret.stored"));
      case SecretPlace::this_run: return std::string(say_("settings.client_secret.this_run"));
      case SecretPlace::file: break;
    }
    return std::string(say_("settings.client_secret.given"));
  }

  void add_introspection() {
    SettingRow& row = add(Setting::introspection, "settings.introspection");
    row.accept = SettingRow::Accept::changes;
    row.fixed = flags_.introspection_auth || !flags_.introspection_user_file.empty() ||
                !flags_.introspection_client_id.empty() ||
                !flags_.introspection_secret_file.empty();
    if (row.fixed) {
      row.value = say_("settings.introspection.fixed");
      return;
    }
    const std::string& file = provider_.introspection_user_file.empty()
                                  ? provider_.introspection_secret_file
                                  : provider_.introspection_user_file;
    if (!file.empty()) {
      row.value = say_("settings.client_secret.file", {{"file", file}});
      return;
    }
    if (provider_.introspection_auth) {
      row.value = say_("settings.introspection.nobody");
      return;
    }
    if (now_.asker == Asker::own_client) {
      row.value = say_("settings.introspection.own");
      return;
    }
    const bool user = now_.asker == Asker::user;
    row.value = say_(user ? "settings.introspection.user" : "settings.introspection.client");
    add(Setting::introspection_name,
        user ? "settings.introspection_user" : "settings.introspection_client");
    SettingRow& secret = add(Setting::introspection_secret, user ? "settings.introspection_password"
                                                                 : "settings.introspection_secret");
    secret.hint = say_("settings.introspection_secret.hint");
    secret.value = secret_words(now_.introspection_secret, now_.introspection_typed);
    secret.secret = true;
  }

  void add_switch(Setting setting, std::string_view key, bool on, bool flag) {
    SettingRow& row = add(setting, key);
    row.value = say_(on || flag ? "settings.on" : "settings.off");
    row.accept = SettingRow::Accept::changes;
    row.fixed = flag;
  }

  void add_window() {
    SettingRow& codes = add(Setting::new_codes, "settings.new_codes");
    const int count = now_.saved.new_codes;
    codes.value = count == kAskForNewCode ? std::string(say_("settings.new_codes.ask"))
                  : count == 0
                      ? std::string(say_("settings.new_codes.never"))
                      : say_("settings.new_codes.times", {{"count", std::to_string(count)}});
    codes.accept = SettingRow::Accept::changes;
    SettingRow& language = add(Setting::language, "settings.language");
    const std::string& code =
        now_.fixed.language.empty() ? now_.saved.language : now_.fixed.language;
    language.value = code.empty() ? std::string(say_("settings.language.system"))
                                  : std::string(language_of(code)("name"));
    language.accept = SettingRow::Accept::changes;
    language.fixed = !now_.fixed.language.empty();
  }

  static bool is_scope(const std::string& scope) {
    DeviceAuthorizationParameters parameters;
    parameters.endpoint = "https://localhost";
    parameters.scope = scope;
    return make_device_authorization_request(parameters).ok();
  }

  static void fix(SettingRow& row, bool fixed, const std::string& value) {
    if (!fixed) return;
    row.fixed = true;
    row.value = value;
    row.error.clear();
  }

  const SettingsNow& now_;
  const Language& say_;
  const ProviderSettings& provider_;
  const ProviderSettings& flags_;
  std::vector<SettingRow> rows_;
};

}  // namespace

std::vector<SettingRow> setting_rows(const SettingsNow& now, const Language& say) {
  return Rows(now, say).make();
}

Asker asker_of(const ProviderSettings& settings) {
  if (!settings.introspection_user.empty()) return Asker::user;
  return settings.introspection_client_id.empty() ? Asker::own_client : Asker::client;
}

std::string setting_text(const SavedSettings& saved, Setting setting, const std::string& name) {
  const ProviderSettings& provider = saved.provider;
  switch (setting) {
    case Setting::field: return field_of(provider, name);
    case Setting::issuer: return provider.issuer;
    case Setting::endpoint: return provider.endpoints.*member_of(name);
    case Setting::client_id: return provider.client_id;
    case Setting::scope: return provider.scope.value_or("");
    case Setting::ca_file: return provider.ca_file;
    case Setting::proxy: return provider.proxy;
    case Setting::introspection_name:
      return provider.introspection_user.empty() ? provider.introspection_client_id
                                                 : provider.introspection_user;
    default: return {};
  }
}

void set_setting_text(SavedSettings& saved, Setting setting, const std::string& name,
                      std::string text) {
  ProviderSettings& provider = saved.provider;
  switch (setting) {
    case Setting::field:
      std::erase_if(provider.fields, [&](const auto& one) { return one.first == name; });
      text = without_scheme(text);
      if (!text.empty()) provider.fields.emplace_back(name, std::move(text));
      break;
    case Setting::issuer:
      // The endpoints of another one would win over what it says itself.
      if (text != provider.issuer) provider.endpoints = {};
      provider.issuer = std::move(text);
      break;
    case Setting::endpoint: provider.endpoints.*member_of(name) = std::move(text); break;
    case Setting::client_id: provider.client_id = std::move(text); break;
    case Setting::scope:
      provider.scope.reset();
      if (!text.empty()) provider.scope = std::move(text);
      break;
    case Setting::ca_file: provider.ca_file = std::move(text); break;
    case Setting::proxy: {
      // A password belongs in the environment: it is not shown or saved here.
      const std::size_t scheme = text.find("://");
      const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
      const std::size_t at = text.rfind('@');
      if (at != std::string::npos && at >= begin) text.erase(begin, at + 1 - begin);
      provider.proxy = std::move(text);
      break;
    }
    default: break;
  }
}

}  // namespace deviceflow::demo
