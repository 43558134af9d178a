#include "config_file.hpp"

#include <algorithm>
#include <deviceflow/json.hpp>
#include <deviceflow/text.hpp>
#include <filesystem>

#include "files.hpp"
#include "provider_profile.hpp"

namespace deviceflow::demo {

namespace {

class Reader {
 public:
  Reader(const std::string& path, UnknownMembers unknown) : path_(path), unknown_(unknown) {}

  Result<ProviderSettings> read(const JsonValue& object) && {
    for (const JsonValue::Member& member : object.members()) {
      const std::string problem = take(member.key, member.value);
      if (!problem.empty()) {
        return usage_error("Config file " + path_ + ": \"" + clean_text(member.key, 100) + "\" " +
                           problem + ".");
      }
    }
    return std::move(settings_);
  }

  struct Text {
    std::string_view key;
    std::string ProviderSettings::*member;
    bool is_path;
  };
  static constexpr Text kTexts[] = {
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
  static constexpr Switch kSwitches[] = {
      {"pkce", &ProviderSettings::pkce},
      {"dpop", &ProviderSettings::dpop},
      {"dangerous_allow_http", &ProviderSettings::dangerous_allow_http},
  };

  static constexpr std::string_view kOthers[] = {"provider",
                                                 "fields",
                                                 "scope",
                                                 "resource",
                                                 "client_auth",
                                                 "param",
                                                 "assertion_audience",
                                                 "introspection_auth"};

 private:
  // Each answers what is wrong with the value, as the end of a sentence, or an empty text.
  std::string take(std::string_view key, const JsonValue& value) {
    for (const Text& text : kTexts) {
      if (key == text.key) return take_text(value, settings_.*text.member, text.is_path);
    }
    for (const EndpointName& name : kEndpointNames) {
      if (key == name.key) return take_text(value, settings_.endpoints.*name.member, false);
    }
    if (key == "scope") return take_text(value, settings_.scope.emplace(), false);
    if (key == "client_auth") return take_word(value, kClientAuths, settings_.client_auth);
    if (key == "assertion_audience") {
      return take_word(value, kAssertionAudiences, settings_.assertion_audience);
    }
    if (key == "introspection_auth") {
      return take_word(value, kIntrospectionAuths, settings_.introspection_auth);
    }
    if (key == "resource") return take_resources(value);
    if (key == "store") return take_store(value);
    if (key == "param") return take_pairs(value, settings_.parameters);
    if (key == "provider") {
      return take_text(value, settings_.provider,
                       names_provider_file(value.as_string().value_or("")));
    }
    if (key == "fields") return take_pairs(value, settings_.fields);
    if (key == "timeout") return take_timeout(value);
    for (const Switch& flag : kSwitches) {
      if (key == flag.key) return take_switch(value, settings_.*flag.member);
    }
    if (key == "client_secret") {
      return "is not read from here: put the secret into a file of its own and name that in "
             "\"client_secret_file\"";
    }
    if (key == "window") return value.is(JsonValue::Kind::object) ? "" : "has to be an object";
    if (unknown_ == UnknownMembers::pass_over) return {};
    return "is not a setting; --help lists the names";
  }

  std::string take_text(const JsonValue& value, std::string& to, bool is_path) {
    const auto text = value.as_string();
    if (!text) return "has to be a string";
    to = std::string(*text);
    // Relative to the config file, so that the two can be moved together.
    if (is_path && !to.empty()) to = (std::filesystem::path(path_).parent_path() / to).string();
    return {};
  }

  template <typename T, std::size_t count>
  static std::string take_word(const JsonValue& value, const Words<T, count>& words,
                               std::optional<T>& to) {
    to = read_word(words, value.as_string().value_or(""));
    if (to) return {};
    std::string allowed;
    for (const auto& [word, meaning] : words) {
      allowed += allowed.empty() ? "" : word == words.back().first ? " or " : ", ";
      allowed += "\"" + std::string(word) + "\"";
    }
    return "has to be " + allowed;
  }

  static std::string take_switch(const JsonValue& value, bool& to) {
    if (!value.as_bool()) return "has to be true or false";
    to = *value.as_bool();
    return {};
  }

  std::string take_resources(const JsonValue& value) {
    constexpr const char* problem = "has to be a string or an array of strings";
    if (const auto one = value.as_string()) {
      settings_.resources.emplace_back(*one);
      return {};
    }
    if (!value.is(JsonValue::Kind::array)) return problem;
    for (const JsonValue& item : value.items()) {
      const auto text = item.as_string();
      if (!text) return problem;
      settings_.resources.emplace_back(*text);
    }
    return {};
  }

  std::string take_store(const JsonValue& value) {
    return take_text(value, settings_.store, value.as_string() != kNoStore);
  }

  static std::string take_pairs(const JsonValue& value,
                                std::vector<std::pair<std::string, std::string>>& to) {
    constexpr const char* problem = "has to be an object of strings";
    if (!value.is(JsonValue::Kind::object)) return problem;
    for (const JsonValue::Member& member : value.members()) {
      const auto text = member.value.as_string();
      if (!text) return problem;
      to.emplace_back(member.key, *text);
    }
    return {};
  }

  std::string take_timeout(const JsonValue& value) {
    settings_.timeout = read_timeout(value.as_number().value_or(0));
    return settings_.timeout ? "" : "has to be a number of seconds above 0";
  }

  const std::string& path_;
  UnknownMembers unknown_;
  ProviderSettings settings_;
};

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
  return Reader(path, unknown).read(*parsed);
}

bool is_provider_member(std::string_view key) {
  const auto is_key = [key](const auto& one) { return one.key == key; };
  return std::any_of(std::begin(Reader::kTexts), std::end(Reader::kTexts), is_key) ||
         std::any_of(std::begin(Reader::kSwitches), std::end(Reader::kSwitches), is_key) ||
         std::any_of(kEndpointNames.begin(), kEndpointNames.end(), is_key) ||
         std::count(std::begin(Reader::kOthers), std::end(Reader::kOthers), key) > 0;
}

Result<ProviderSettings> read_config_file(const std::string& path) {
  const auto text = read_file("config file", path);
  if (!text.ok()) return text.error();
  return parse_config(text->reveal(), path);
}

}  // namespace deviceflow::demo
