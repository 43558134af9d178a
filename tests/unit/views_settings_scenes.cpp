#include "views_settings_scenes.hpp"

#include <deviceflow/provider.hpp>

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

std::shared_ptr<AppModel> opened(const AppFacts& facts, SettingsStart start) {
  auto model = std::make_shared<AppModel>(facts, SettingsModel(std::move(start)));
  model->on_intent({Kind::open_settings, 0});
  return model;
}

SettingsStart at_endpoints(std::size_t length) {
  SettingsStart start;
  start.saved.sandbox = false;
  for (const EndpointName& one : kEndpointNames) {
    start.saved.provider.endpoints.*one.member =
        "https://id.example.com/" + std::string(length, 'e');
  }
  start.saved.provider.client_id = std::string(length, 'c');
  start.saved.provider.dpop = true;
  start.saved.provider.scope = std::string(length, 's');
  start.saved.new_codes = kMostNewCodes;
  return start;
}

SettingsStart at_issuer(std::string issuer) {
  SettingsStart start;
  start.saved.sandbox = false;
  start.saved.provider.issuer = std::move(issuer);
  start.saved.provider.client_id = "my-tv";
  return start;
}

SettingsStart with_errors() {
  SettingsStart start = at_issuer("http://id.example.com/" + std::string(200, 'i'));
  start.saved.provider.scope = "\"" + std::string(200, 's') + "\"";
  start.saved.provider.ca_file = "here/" + std::string(200, 'f');
  start.broken = "Config file /home/living-room/.config/deviceflow/" + std::string(100, 'p') +
                 "/settings.json: line 2 can't be read.";
  return start;
}

SettingsStart at(std::string provider) {
  SettingsStart start;
  start.saved.sandbox = false;
  start.saved.provider.provider = std::move(provider);
  return start;
}

std::shared_ptr<AppModel> picker(const AppFacts& facts, const std::string& search) {
  auto model = opened(facts, at("zitadel"));
  model->on_intent({Kind::choose_setting, 0});
  if (search.empty()) return model;
  model->on_intent({Kind::search_providers, 0});
  model->type({std::nullopt, Secret(search), false});
  model->on_intent({Kind::press_key, static_cast<int>(screen_keys().size()) - 1});
  return model;
}

std::shared_ptr<AppModel> test(const AppFacts& facts, std::size_t length, bool ended) {
  auto model = opened(facts, at_issuer("https://id.example.com"));
  model->on_intent({Kind::test_settings, 0});
  const std::string words(length, 'w');
  for (const Finding& finding :
       {good("settings", "").as("settings.good", {{"client", "my-tv"}, {"host", words}}),
        odd("certificate", "", "", "RFC 5280 section 4.1.2.5")
            .as("certificate.soon", {{"host", "id.example.com"}, {"date", words}}),
        bad("certificate", "", "", "RFC 5280 section 6")
            .as("certificate.unknown_issuer",
                {{"host", "id.example.com"}, {"issuer", words}, {"sha256", words}})}) {
    model->on_event({0, TestFound{1, finding}}, {});
  }
  model->on_event({0, TestStep{1, {"-", "certificate", {{"host", facts.provider}}}}}, {});
  if (ended) model->on_event({0, TestEnded{1, {false, false, "", "not_usable", 1}}}, {});
  return model;
}

std::shared_ptr<AppModel> fixed(const AppFacts& facts) {
  SettingsStart start = at_issuer("https://id.example.com");
  start.fixed.flags.client_id = "my-tv";
  start.fixed.language = "en";
  return opened(facts, std::move(start));
}

std::shared_ptr<AppModel> while_signed_in(const AppFacts& facts) {
  auto model = std::make_shared<AppModel>(facts, SettingsModel(at_issuer("https://id.example")));
  model->on_intent({Kind::log_in, 0});
  model->on_event({1, SignedIn{}}, {});
  model->on_intent({Kind::open_settings, 0});
  return model;
}

std::shared_ptr<AppModel> scrolled(std::shared_ptr<AppModel> model, int row) {
  model->on_intent({Kind::scroll_settings, row});
  return model;
}

}  // namespace

std::vector<Scene> settings_scenes(const AppFacts& plain, const AppFacts& with_long_names) {
  return {
      {"SettingsSandbox", opened(plain, {})},
      {"SettingsIssuer", opened(plain, at_issuer("https://id.example.com"))},
      {"SettingsWso2", opened(plain, at("wso2-7"))},
      {"SettingsPingAm", opened(plain, at("pingam"))},
      {"SettingsLongValues", opened(with_long_names, at_endpoints(300))},
      {"SettingsLongValuesScrolled", scrolled(opened(with_long_names, at_endpoints(300)), 100)},
      {"SettingsErrors", opened(with_long_names, with_errors())},
      {"SettingsErrorsScrolled", scrolled(opened(with_long_names, with_errors()), 3)},
      {"SettingsFixed", fixed(plain)},
      {"SettingsSignedIn", while_signed_in(with_long_names)},
      {"PickerAtItsEnd", picker(plain, "")},
      {"PickerSearched", picker(plain, "wso2")},
      {"PickerFoundNothing", picker(plain, std::string(200, 'x'))},
      {"TestRuns", test(with_long_names, 0, false)},
      {"TestEnded", test(plain, 0, true)},
      {"TestWithEverythingLong", test(with_long_names, 700, true)},
      {"TestScrolled", scrolled(test(with_long_names, 700, true), 2)},
  };
}

}  // namespace deviceflow::demo
