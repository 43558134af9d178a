#include "saved_settings.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "config_file.hpp"
#include "files.hpp"
#include "foundation/json.hpp"
#include "foundation/object_reader.hpp"
#include "kept_file.hpp"

namespace deviceflow::demo {

namespace {

// The members that the screen changes; null: the member goes.
using Members = std::vector<std::pair<std::string_view, JsonValue>>;

JsonValue text_or_null(std::string_view text) {
  return text.empty() ? JsonValue() : JsonValue::string(text);
}

// Puts `changes` in the places that these members have already, or at the end.
JsonValue changed(const JsonValue& before, Members changes, bool keep_provider) {
  JsonValue out = JsonValue::object();
  for (const JsonValue::Member& member : before.members()) {
    const auto change = std::find_if(changes.begin(), changes.end(),
                                     [&](const auto& one) { return one.first == member.key; });
    if (change == changes.end()) {
      if (keep_provider || !is_provider_member(member.key)) {
        out.set(member.key, member.value);
      }
      continue;
    }
    if (!change->second.is(JsonValue::Kind::null)) out.set(member.key, std::move(change->second));
    changes.erase(change);
  }
  for (auto& [key, value] : changes) {
    if (!value.is(JsonValue::Kind::null)) out.set(key, std::move(value));
  }
  return out;
}

JsonValue window_member(const JsonValue* before, const SavedSettings& settings) {
  Members members;
  members.emplace_back("sandbox", JsonValue::boolean(settings.sandbox));
  members.emplace_back("language", text_or_null(settings.language));
  members.emplace_back("new_codes", settings.new_codes == kAskForNewCode
                                        ? JsonValue::string("ask")
                                        : JsonValue::integer(settings.new_codes));
  return changed(before != nullptr ? *before : JsonValue::object(), std::move(members), true);
}

Members members_of(const SavedSettings& settings, const JsonValue& before) {
  const ProviderSettings& provider = settings.provider;
  const auto flag = [](bool on) { return on ? JsonValue::boolean(true) : JsonValue(); };
  JsonValue fields = JsonValue::object();
  for (const auto& [name, value] : provider.fields) fields.set(name, value);
  Members out;
  out.emplace_back("provider", text_or_null(provider.provider));
  out.emplace_back("fields", fields.members().empty() ? JsonValue() : std::move(fields));
  out.emplace_back("issuer", text_or_null(provider.issuer));
  for (const EndpointName& one : kEndpointNames) {
    out.emplace_back(one.key, text_or_null(provider.endpoints.*one.member));
  }
  out.emplace_back("client_id", text_or_null(provider.client_id));
  out.emplace_back("scope", provider.scope ? JsonValue::string(*provider.scope) : JsonValue());
  out.emplace_back("cacert", text_or_null(provider.ca_file));
  out.emplace_back("proxy", text_or_null(provider.proxy));
  out.emplace_back("pkce", flag(provider.pkce));
  out.emplace_back("dpop", flag(provider.dpop));
  out.emplace_back("dpop_device_authorization", flag(provider.dpop_device_authorization));
  out.emplace_back("introspection_user", text_or_null(provider.introspection_user));
  out.emplace_back("introspection_client_id", text_or_null(provider.introspection_client_id));
  // The screen can only remove these.
  if (provider.introspection_user_file.empty()) {
    out.emplace_back("introspection_user_file", JsonValue());
  }
  if (provider.introspection_secret_file.empty()) {
    out.emplace_back("introspection_secret_file", JsonValue());
  }
  if (!provider.introspection_auth) out.emplace_back("introspection_auth", JsonValue());
  out.emplace_back("window", window_member(before.find("window"), settings));
  return out;
}

// One member a line, for a person with an editor.
std::string in_lines(const JsonValue& object) {
  std::string out = "{";
  for (const JsonValue::Member& member : object.members()) {
    out += out.size() > 1 ? ",\n  \"" : "\n  \"";
    out += json_escape(member.key) + "\": " + to_json(member.value);
  }
  return out + "\n}\n";
}

}  // namespace

Result<SavedSettings> parse_saved_settings(std::string_view text, const std::string& path) {
  auto provider = parse_config(text, path, UnknownMembers::pass_over);
  if (!provider.ok()) return provider.error();
  SavedSettings out;
  out.provider = std::move(*provider);
  out.sandbox = out.provider.provider.empty() && out.provider.issuer.empty() &&
                !any_endpoint(out.provider.endpoints);
  const auto document = parse_json(text);
  const JsonValue* window = document->find("window");
  if (window == nullptr) return out;
  Fault fault;
  ObjectReader in(*window, fault, "window");
  in.flag("sandbox", out.sandbox);
  in.text("language", out.language);
  if (const JsonValue* codes = in.find("new_codes")) {
    const bool ask = codes->as_string() == "ask";
    const std::int64_t count = codes->as_integer().value_or(-1);
    if (!ask && (count < 0 || count > kMostNewCodes)) {
      in.must_be("new_codes", "\"ask\" or a number from 0 to " + std::to_string(kMostNewCodes));
    }
    out.new_codes = ask ? kAskForNewCode : static_cast<int>(count);
  }
  if (fault.found()) return usage_error("Config file " + path + ": " + fault.sentence() + ".");
  return out;
}

std::string saved_settings_text(const JsonValue& before, const SavedSettings& settings,
                                bool same_provider) {
  return in_lines(changed(before, members_of(settings, before), same_provider));
}

namespace {

bool is_there(const std::string& path) {
  std::error_code none;
  return std::filesystem::exists(path, none);
}

}  // namespace

std::string settings_file() {
  const std::string folder = config_folder();
  return folder.empty() ? "" : folder + "/settings.json";
}

Result<SavedSettings> read_saved_settings(const std::string& path) {
  if (path.empty() || !is_there(path)) return SavedSettings();
  const auto text = read_file("settings file", path);
  if (!text.ok()) return text.error();
  return parse_saved_settings(text->reveal(), path);
}

Result<void> save_settings(const std::string& path, const SavedSettings& settings,
                           BrokenFile broken) {
  if (path.empty()) {
    return usage_error("There is no folder for settings: neither HOME nor XDG_CONFIG_HOME is set.");
  }
  JsonValue before = JsonValue::object();
  bool same_provider = false;
  const auto have = read_saved_settings(path);
  if (!have.ok() && broken == BrokenFile::keep) return have.error();
  if (have.ok() && is_there(path)) {
    const auto text = read_file("settings file", path);
    if (!text.ok()) return text.error();
    auto document = parse_json(text->reveal());
    if (!document.ok()) return document.error();
    before = std::move(*document);
    same_provider = have->provider.provider == settings.provider.provider &&
                    have->provider.fields == settings.provider.fields &&
                    have->provider.issuer == settings.provider.issuer;
  }
  return keep_file("The settings", path, saved_settings_text(before, settings, same_provider));
}

}  // namespace deviceflow::demo
