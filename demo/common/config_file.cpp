#include "config_file.hpp"

#include <algorithm>
#include <filesystem>

#include "files.hpp"
#include "foundation/json.hpp"
#include "foundation/object_reader.hpp"

namespace deviceflow::demo {

namespace {

struct Text {
  std::string_view key;
  std::string ProviderSettings::*member;
  bool is_path;
};
constexpr Text kTexts[] = {
    {"issuer", &ProviderSettings::issuer, false},
    {"client_id", &ProviderSettings::client_id, false},
    {"account", &ProviderSettings::account, false},
    {"client_secret_file", &ProviderSettings::client_secret_file, true},
    {"client_key", &ProviderSettings::client_key_file, true},
    {"client_cert", &ProviderSettings::client_cert_file, true},
    {"authorization_details", &ProviderSettings::authorization_details_file, true},
    {"cacert", &ProviderSettings::ca_file, true},
    {"proxy", &ProviderSettings::proxy, false},
    {"introspection_user_file", &ProviderSettings::introspection_user_file, true},
    {"introspection_user", &ProviderSettings::introspection_user, false},
    {"introspection_client_id", &ProviderSettings::introspection_client_id, false},
    {"introspection_secret_file", &ProviderSettings::introspection_secret_file, true},
};

struct Switch {
  std::string_view key;
  bool ProviderSettings::*member;
};
constexpr Switch kSwitches[] = {
    {"pkce", &ProviderSettings::pkce},
    {"dpop", &ProviderSettings::dpop},
    {"dpop_device_authorization", &ProviderSettings::dpop_device_authorization},
    {"dangerous_allow_http", &ProviderSettings::dangerous_allow_http},
};

constexpr std::string_view kOthers[] = {"provider",
                                        "fields",
                                        "scope",
                                        "resource",
                                        "client_auth",
                                        "param",
                                        "assertion_audience",
                                        "introspection_auth"};

// What is said of this device and not of the provider.
constexpr std::string_view kOwn[] = {"store", "timeout", "window"};

template <typename T, std::size_t count>
void read_one_of(ObjectReader& in, std::string_view key, const Words<T, count>& words,
                 std::optional<T>& to) {
  const JsonValue* value = in.find(key);
  if (value == nullptr) return;
  to = read_word(words, value->as_string().value_or(""));
  if (to) return;
  std::string allowed;
  for (const auto& [word, meaning] : words) {
    allowed += allowed.empty() ? "" : word == words.back().first ? " or " : ", ";
    allowed += "\"" + std::string(word) + "\"";
  }
  in.must_be(key, allowed);
}

void read_resources(ObjectReader& in, std::vector<std::string>& to) {
  const JsonValue* value = in.find("resource");
  if (value == nullptr) return;
  const auto add = [&](const JsonValue& one) {
    if (!one.as_string()) in.must_be("resource", "a string or an array of strings");
    to.emplace_back(one.as_string().value_or(""));
  };
  if (!value->is(JsonValue::Kind::array)) return add(*value);
  for (const JsonValue& item : value->items()) add(item);
}

void check_members(ObjectReader& in, UnknownMembers unknown) {
  in.each([&](const std::string& key) {
    if (key == "client_secret") {
      in.fail(key,
              "is not read from here: put the secret into a file of its own and name that in "
              "\"client_secret_file\"");
    }
    const bool own = std::find(std::begin(kOwn), std::end(kOwn), key) != std::end(kOwn);
    if (own || is_provider_member(key) || unknown == UnknownMembers::pass_over) return;
    in.fail(key, "is not a setting; --help lists the names");
  });
}

ProviderSettings read_settings(ObjectReader in, const std::string& file) {
  ProviderSettings out;
  // Relative to the config file, so that the two can be moved together.
  const auto beside = [&](std::string& path) {
    if (!path.empty()) path = (std::filesystem::path(file).parent_path() / path).string();
  };
  for (const Text& one : kTexts) {
    if (in.text(one.key, out.*one.member) && one.is_path) beside(out.*one.member);
  }
  for (const EndpointName& name : kEndpointNames) in.text(name.key, out.endpoints.*name.member);
  for (const Switch& one : kSwitches) in.flag(one.key, out.*one.member);
  in.text("scope", out.scope);
  in.text("provider", out.provider);
  if (names_provider_file(out.provider)) beside(out.provider);
  in.text("store", out.store);
  if (out.store != kNoStore) beside(out.store);
  in.pairs("fields", out.fields);
  in.pairs("param", out.parameters);
  read_one_of(in, "client_auth", kClientAuths, out.client_auth);
  read_one_of(in, "assertion_audience", kAssertionAudiences, out.assertion_audience);
  read_one_of(in, "introspection_auth", kIntrospectionAuths, out.introspection_auth);
  read_resources(in, out.resources);
  in.object("window");
  if (const JsonValue* timeout = in.find("timeout")) {
    out.timeout = read_timeout(timeout->as_number().value_or(0));
    if (!out.timeout) in.must_be("timeout", "a number of seconds above 0");
  }
  return out;
}

}  // namespace

Result<ProviderSettings> parse_config(std::string_view text, const std::string& path,
                                      UnknownMembers unknown) {
  const auto parsed = parse_json(text);
  if (!parsed.ok()) {
    return usage_error("Config file " + path + " can't be used. " + parsed.error().message +
                       " Correct it there and try again.");
  }
  if (!parsed->is(JsonValue::Kind::object)) {
    return usage_error("Config file " + path + " has to hold one JSON object.");
  }
  Fault fault;
  ObjectReader in(*parsed, fault);
  check_members(in, unknown);
  ProviderSettings out = read_settings(std::move(in), path);
  if (fault.found()) return usage_error("Config file " + path + ": " + fault.sentence() + ".");
  return out;
}

bool is_provider_member(std::string_view key) {
  const auto is_key = [key](const auto& one) { return one.key == key; };
  return std::any_of(std::begin(kTexts), std::end(kTexts), is_key) ||
         std::any_of(std::begin(kSwitches), std::end(kSwitches), is_key) ||
         std::any_of(kEndpointNames.begin(), kEndpointNames.end(), is_key) ||
         std::count(std::begin(kOthers), std::end(kOthers), key) > 0;
}

Result<ProviderSettings> read_config_file(const std::string& path) {
  const auto text = read_file("config file", path);
  if (!text.ok()) return text.error();
  return parse_config(text->reveal(), path);
}

}  // namespace deviceflow::demo
