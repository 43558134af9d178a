// The settings screen: every setting by arrows and typing, and what becomes of a change.
#include <gtest/gtest.h>

#include <algorithm>

#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

class ModelSettings : public testing::Test {
 protected:
  static AppModel opened(SettingsStart start = {}, Screen screen = Screen::home) {
    AppFacts facts = sandbox_facts();
    facts.sandbox = start.saved.sandbox;
    AppModel model(std::move(facts), SettingsModel(std::move(start)));
    if (screen == Screen::signed_in) {
      model.on_intent({Kind::log_in, 0});
      feed(model, SignedIn{});
    }
    model.on_intent({Kind::open_settings, 0});
    return model;
  }

  static std::vector<SettingRow> rows(const AppModel& model) {
    return model.settings().rows(model.language());
  }
  static int index_of(const AppModel& model, Setting setting, const std::string& name = {}) {
    const auto all = rows(model);
    const auto found = std::find_if(all.begin(), all.end(), [&](const SettingRow& row) {
      return row.setting == setting && row.name == name;
    });
    return found == all.end() ? -1 : static_cast<int>(found - all.begin());
  }
  static SettingRow row(const AppModel& model, Setting setting, const std::string& name = {}) {
    const int index = index_of(model, setting, name);
    return index < 0 ? SettingRow() : rows(model)[static_cast<std::size_t>(index)];
  }
  static std::string choose(AppModel& model, Setting setting, const std::string& name = {}) {
    return after_intent(model, Kind::choose_setting, index_of(model, setting, name));
  }
  static std::string done(AppModel& model) {
    const auto keys = screen_keys();
    return after_intent(model, Kind::press_key, static_cast<int>(keys.size()) - 1);
  }
  static std::string type(AppModel& model, Setting setting, std::string_view text,
                          const std::string& name = {}) {
    choose(model, setting, name);
    EXPECT_NE(model.editor(), nullptr) << name;
    while (!model.editor()->text().empty()) model.type({Action::back, {}, true});
    model.type({std::nullopt, Secret(text), false});
    return done(model);
  }
  static void pick(AppModel& model, ProviderKind kind, const std::string& name = {}) {
    choose(model, Setting::provider);
    const auto all = model.settings().choices(model.language());
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].kind != kind || all[i].name != name) continue;
      model.on_intent({Kind::choose_provider, static_cast<int>(i)});
      return;
    }
    ADD_FAILURE() << name << " is not to be chosen";
  }
  /// Leaves the screen; the change that goes to the worker, or null.
  static std::shared_ptr<const SettingsChange> leave(AppModel& model) {
    const auto commands = model.on_back();
    EXPECT_FALSE(model.settings_open());
    for (const Command& command : commands) {
      if (command.kind == Command::Kind::use_settings) return command.settings;
    }
    return nullptr;
  }
};

SettingsStart at_issuer() {
  SettingsStart start;
  start.saved.sandbox = false;
  start.saved.provider.issuer = "https://id.example.com";
  start.saved.provider.client_id = "tv";
  return start;
}

TEST_F(ModelSettings, WhereNothingWasChangedNothingHappens) {
  AppModel model = opened(at_issuer());
  EXPECT_EQ(model.scene(), "settings");
  EXPECT_EQ(words(model.on_back()), "");
  EXPECT_EQ(model.scene(), "home");
  EXPECT_EQ(after_intent(model, Kind::choose_setting, 3), "");
  EXPECT_EQ(after_intent(model, Kind::choose_provider, 3), "");
  EXPECT_EQ(model.editor(), nullptr);
}

TEST_F(ModelSettings, ARowThatIsNotThereDoesNothing) {
  AppModel model = opened(at_issuer());
  EXPECT_EQ(after_intent(model, Kind::choose_setting, 1000), "");
  EXPECT_EQ(model.editor(), nullptr);
  choose(model, Setting::provider);
  after_intent(model, Kind::choose_provider, 1000);
  EXPECT_EQ(model.scene(), "settings_picker");
}

TEST_F(ModelSettings, TheSandboxNeedsNoSettings) {
  const AppModel model = opened();
  EXPECT_EQ(rows(model).size(), 3U);
  EXPECT_EQ(row(model, Setting::provider).value, "Sandbox on this computer");
}

TEST_F(ModelSettings, Wso2TakesAServerAndAClient) {
  AppModel model = opened();
  pick(model, ProviderKind::described, "wso2-7");
  EXPECT_EQ(row(model, Setting::provider).value, "WSO2 Identity Server 7.x");
  EXPECT_TRUE(row(model, Setting::field, "host").needed);
  EXPECT_FALSE(row(model, Setting::field, "tenant").needed);
  EXPECT_NE(row(model, Setting::field, "host").hint.find("localhost:9443"), std::string::npos);
  type(model, Setting::field, " is.example.com:9443 ", "host");
  type(model, Setting::client_id, "my-tv");
  const auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_TRUE(change->reopen);
  EXPECT_FALSE(change->saved.sandbox);
  EXPECT_EQ(change->saved.provider.provider, "wso2-7");
  const std::vector<std::pair<std::string, std::string>> fields{{"host", "is.example.com:9443"}};
  EXPECT_EQ(change->saved.provider.fields, fields);
  EXPECT_EQ(change->saved.provider.client_id, "my-tv");
  model.on_intent({Kind::open_settings, 0});
  EXPECT_EQ(leave(model), nullptr);
}

TEST_F(ModelSettings, LoginLeavesTheScreenWithTheNewSettings) {
  AppModel model = opened(at_issuer());
  type(model, Setting::client_id, "other");
  EXPECT_EQ(after_intent(model, Kind::use_settings), "use_settings 1, log_in 2");
  EXPECT_EQ(model.screen(), Screen::connecting);
}

TEST_F(ModelSettings, TheErrorStandsAtItsFieldAndNothingIsLost) {
  AppModel model = opened(at_issuer());
  type(model, Setting::issuer, "http://id.example.com");
  EXPECT_NE(row(model, Setting::issuer).error, "");
  EXPECT_EQ(row(model, Setting::issuer).value, "http://id.example.com");
  EXPECT_EQ(row(model, Setting::client_id).error, "");
  type(model, Setting::issuer, "http://localhost:8080");
  EXPECT_EQ(row(model, Setting::issuer).error, "");
  type(model, Setting::issuer, "nonsense");
  EXPECT_NE(row(model, Setting::issuer).error, "");
  type(model, Setting::scope, "openid \"quoted\"");
  EXPECT_NE(row(model, Setting::scope).error, "");
  type(model, Setting::scope, "openid profile");
  EXPECT_EQ(row(model, Setting::scope).error, "");
  pick(model, ProviderKind::described, "keycloak");
  type(model, Setting::field, "id.example.com/x", "host");
  EXPECT_NE(row(model, Setting::field, "host").error, "");
  EXPECT_EQ(row(model, Setting::field, "realm").error, "");
  EXPECT_EQ(row(model, Setting::field, "host").value, "id.example.com/x");
}

TEST_F(ModelSettings, ACaFileIsLookedAtByTheWorker) {
  AppModel model = opened(at_issuer());
  EXPECT_EQ(type(model, Setting::ca_file, "/tmp/ca.pem"), "check_ca_file 0");
  feed(model, CaFileChecked{"/tmp/ca.pem", "It is not there."}, 0);
  EXPECT_EQ(row(model, Setting::ca_file).error,
            "There is no readable PEM file with certificates at this path.");
  feed(model, CaFileChecked{"/tmp/other.pem", ""}, 0);
  EXPECT_EQ(row(model, Setting::ca_file).error,
            "There is no readable PEM file with certificates at this path.");
  type(model, Setting::ca_file, "ca.pem");
  EXPECT_EQ(row(model, Setting::ca_file).error, "The path has to begin with /.");
  EXPECT_EQ(type(model, Setting::ca_file, ""), "");
  EXPECT_EQ(row(model, Setting::ca_file).error, "");
}

TEST_F(ModelSettings, AProxyIsTypedAndStaysWithTheDevice) {
  AppModel model = opened(at_issuer());
  for (const char* wrong :
       {"proxy.example.com", "http://proxy.example.com", "ftp://proxy.example.com:21"}) {
    type(model, Setting::proxy, wrong);
    EXPECT_EQ(row(model, Setting::proxy).error,
              "A proxy has to be http://HOST:PORT, without a password.")
        << wrong;
  }
  type(model, Setting::proxy, "http://ada:pw@proxy.example.com:3128");
  EXPECT_EQ(row(model, Setting::proxy).value, "http://proxy.example.com:3128");
  EXPECT_EQ(row(model, Setting::proxy).error, "");
  pick(model, ProviderKind::described, "keycloak");
  EXPECT_EQ(row(model, Setting::proxy).value, "http://proxy.example.com:3128");
  const auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_TRUE(change->reopen);
  EXPECT_EQ(change->saved.provider.proxy, "http://proxy.example.com:3128");
}

TEST_F(ModelSettings, EndpointsAreTypedOneByOne) {
  AppModel model = opened();
  pick(model, ProviderKind::endpoints);
  EXPECT_EQ(row(model, Setting::provider).value, "Another one, by its endpoints");
  type(model, Setting::endpoint, "https://a.example/device", "device_authorization_endpoint");
  type(model, Setting::endpoint, "https://a.example/token", "token_endpoint");
  type(model, Setting::endpoint, "ftp://a.example", "userinfo_endpoint");
  EXPECT_NE(row(model, Setting::endpoint, "userinfo_endpoint").error, "");
  EXPECT_TRUE(row(model, Setting::endpoint, "token_endpoint").needed);
  EXPECT_FALSE(row(model, Setting::endpoint, "revocation_endpoint").needed);
  const auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->saved.provider.endpoints.token, "https://a.example/token");
  EXPECT_EQ(change->saved.provider.issuer, "");
}

TEST_F(ModelSettings, WhatWasTypedForOneProviderComesBackWithIt) {
  AppModel model = opened();
  pick(model, ProviderKind::described, "keycloak");
  type(model, Setting::client_id, "at-keycloak");
  pick(model, ProviderKind::described, "okta");
  EXPECT_EQ(row(model, Setting::client_id).value, "");
  pick(model, ProviderKind::sandbox);
  pick(model, ProviderKind::described, "okta");
  pick(model, ProviderKind::described, "keycloak");
  EXPECT_EQ(row(model, Setting::client_id).value, "at-keycloak");
}

TEST_F(ModelSettings, SwitchesAndChoicesTurn) {
  AppModel model = opened(at_issuer());
  EXPECT_EQ(row(model, Setting::pkce).value, "Off");
  choose(model, Setting::pkce);
  choose(model, Setting::dpop);
  EXPECT_EQ(row(model, Setting::pkce).value, "On");
  EXPECT_EQ(row(model, Setting::dpop).value, "On");
  std::vector<std::string> seen;
  for (int i = 0; i < 7; ++i) {
    seen.push_back(row(model, Setting::new_codes).value);
    choose(model, Setting::new_codes);
  }
  EXPECT_EQ(row(model, Setting::new_codes).value, seen.front());
  EXPECT_EQ(seen[1], "Back to the first screen");
  EXPECT_EQ(seen.back(), "Get a new one, up to 20 in a row");
}

TEST_F(ModelSettings, AProofWithTheFirstRequestIsOfferedWithDpopAlone) {
  AppModel model = opened(at_issuer());
  const auto offered = [&] { return index_of(model, Setting::dpop_device_authorization) >= 0; };
  EXPECT_FALSE(offered());
  choose(model, Setting::dpop);
  ASSERT_TRUE(offered());
  EXPECT_EQ(row(model, Setting::dpop_device_authorization).value, "Off");
  choose(model, Setting::dpop_device_authorization);
  EXPECT_EQ(row(model, Setting::dpop_device_authorization).value, "On");
  choose(model, Setting::dpop);
  choose(model, Setting::dpop);
  EXPECT_EQ(row(model, Setting::dpop_device_authorization).value, "Off");
}

TEST_F(ModelSettings, TheLanguageChangesAtOnce) {
  AppModel model = opened();
  EXPECT_EQ(row(model, Setting::language).value, "The system's");
  choose(model, Setting::language);  // English
  choose(model, Setting::language);
  EXPECT_EQ(model.language()("name"), "Deutsch");
  EXPECT_EQ(row(model, Setting::language).value, "Deutsch");
  choose(model, Setting::language);
  choose(model, Setting::language);
  EXPECT_EQ(model.language()("name"), "English");
  choose(model, Setting::language);
  const auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_FALSE(change->reopen);
  EXPECT_EQ(change->saved.language, "en");
}

TEST_F(ModelSettings, TheCommandLineComesFirst) {
  SettingsStart start = at_issuer();
  start.fixed.flags.client_id = "from-the-line";
  start.fixed.flags.pkce = true;
  start.fixed.language = "es";
  AppModel model = opened(start);
  EXPECT_EQ(row(model, Setting::client_id).value, "from-the-line");
  for (const Setting setting : {Setting::client_id, Setting::pkce, Setting::language}) {
    EXPECT_TRUE(row(model, setting).fixed);
    choose(model, setting);
  }
  EXPECT_EQ(model.editor(), nullptr);
  EXPECT_EQ(leave(model), nullptr);
  start.fixed.provider = true;
  AppModel fixed = opened(start);
  EXPECT_EQ(rows(fixed).size(), 3U);
  choose(fixed, Setting::provider);
  EXPECT_EQ(fixed.scene(), "settings");
}

TEST_F(ModelSettings, ASecretGoesToTheWorkerAndNowhereElse) {
  AppModel model = opened(at_issuer());
  choose(model, Setting::client_secret);
  model.type({std::nullopt, Secret("hush-hush"), false});
  EXPECT_EQ(model.editor()->shown().find("hush"), std::string::npos);
  done(model);
  EXPECT_EQ(row(model, Setting::client_secret).value, "•••••••• (new)");
  choose(model, Setting::client_secret);
  EXPECT_EQ(model.editor()->text(), "");
  model.on_back();
  const auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_TRUE(change->reopen);
  ASSERT_NE(change->client_secret, nullptr);
  EXPECT_EQ(change->client_secret->reveal(), "hush-hush");
  SettingsUsed used;
  used.secret = SecretPlace::stored;
  feed(model, used, 0);
  model.on_intent({Kind::open_settings, 0});
  EXPECT_EQ(row(model, Setting::client_secret).value, "•••••••• (stored)");
  EXPECT_EQ(leave(model), nullptr);
}

TEST_F(ModelSettings, AnAccountForIntrospectionKeepsTheSession) {
  AppModel model = opened(at_issuer(), Screen::signed_in);
  EXPECT_EQ(row(model, Setting::introspection).value, "This client");
  EXPECT_EQ(index_of(model, Setting::introspection_name), -1);
  choose(model, Setting::introspection);
  EXPECT_EQ(row(model, Setting::introspection_name).label, "Introspection user");
  type(model, Setting::introspection_name, "admin");
  choose(model, Setting::introspection_secret);
  model.type({std::nullopt, Secret("hush-hush"), false});
  EXPECT_EQ(model.editor()->shown().find("hush"), std::string::npos);
  done(model);
  EXPECT_EQ(row(model, Setting::introspection_secret).value, "•••••••• (new)");
  const auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_FALSE(change->reopen);
  EXPECT_EQ(change->saved.provider.introspection_user, "admin");
  ASSERT_NE(change->introspection_secret, nullptr);
  EXPECT_EQ(change->introspection_secret->reveal(), "hush-hush");
  EXPECT_EQ(model.screen(), Screen::signed_in);
  SettingsUsed used;
  used.introspection_secret = SecretPlace::stored;
  feed(model, used, 0);
  model.on_intent({Kind::open_settings, 0});
  EXPECT_EQ(row(model, Setting::introspection_secret).value, "•••••••• (stored)");
  EXPECT_EQ(leave(model), nullptr);
}

TEST_F(ModelSettings, AnotherWayToAskHasAnotherNameAndSecret) {
  SettingsStart start = at_issuer();
  start.saved.provider.introspection_user = "admin";
  AppModel model = opened(start);
  SettingsUsed used;
  used.introspection_secret = SecretPlace::stored;
  feed(model, used, 0);
  choose(model, Setting::introspection);
  EXPECT_EQ(row(model, Setting::introspection).value, "Another client");
  EXPECT_EQ(row(model, Setting::introspection_secret).value, "");
  type(model, Setting::introspection_name, "resource-server");
  auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->saved.provider.introspection_user, "");
  EXPECT_EQ(change->saved.provider.introspection_client_id, "resource-server");
  model.on_intent({Kind::open_settings, 0});
  choose(model, Setting::introspection);
  EXPECT_EQ(row(model, Setting::introspection).value, "This client");
  change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->saved.provider.introspection_client_id, "");
}

Error no_account() {
  Error error = error_of(ErrorCode::invalid_argument, Blame::caller, Stage::usage);
  error.details.setting = "introspection";
  return error;
}

TEST_F(ModelSettings, IntrospectWithoutAnAccountOpensItsRow) {
  AppModel model = opened(at_issuer(), Screen::signed_in);
  leave(model);
  model.on_intent({Kind::show_developer, 0});
  feed(model, IntrospectionCame{no_account()}, 0);
  ASSERT_EQ(model.scene(), "settings");
  const int called = model.settings().called();
  EXPECT_EQ(index_of(model, Setting::introspection_name),
            static_cast<int>(model.settings().selected()));
  type(model, Setting::introspection_name, "admin");
  leave(model);
  EXPECT_EQ(model.scene(), "developer");
  feed(model, IntrospectionCame{no_account()}, 0);  // the password
  EXPECT_EQ(index_of(model, Setting::introspection_secret),
            static_cast<int>(model.settings().selected()));
  EXPECT_GT(model.settings().called(), called);
}

TEST_F(ModelSettings, IntrospectionThatTheCommandLineHasOpensNothing) {
  for (const bool provider : {true, false}) {
    SettingsStart start = at_issuer();
    start.fixed.provider = provider;
    start.fixed.flags.introspection_client_id = "resource-server";
    AppModel model = opened(start, Screen::signed_in);
    leave(model);
    model.on_intent({Kind::show_developer, 0});
    feed(model, IntrospectionCame{no_account()}, 0);
    EXPECT_EQ(model.scene(), "developer");
    EXPECT_EQ(model.developer().newest_result().words.find("--"), std::string::npos);
  }
}

TEST_F(ModelSettings, LoginStaysAtTheRowThatLacksSomething) {
  AppModel model = opened();
  pick(model, ProviderKind::described, "wso2-7");
  EXPECT_EQ(after_intent(model, Kind::use_settings), "");
  EXPECT_EQ(model.scene(), "settings");
  EXPECT_EQ(index_of(model, Setting::field, "host"), static_cast<int>(model.settings().selected()));
  type(model, Setting::field, "localhost:9443", "host");
  const int called = model.settings().called();
  EXPECT_EQ(after_intent(model, Kind::use_settings), "");
  EXPECT_EQ(index_of(model, Setting::client_id), static_cast<int>(model.settings().selected()));
  EXPECT_GT(model.settings().called(), called);
  type(model, Setting::client_id, "tv");
  type(model, Setting::proxy, "nonsense");
  EXPECT_EQ(after_intent(model, Kind::use_settings), "");
  EXPECT_EQ(index_of(model, Setting::proxy), static_cast<int>(model.settings().selected()));
  type(model, Setting::proxy, "");
  EXPECT_EQ(after_intent(model, Kind::use_settings), "use_settings 1, log_in 2");
}

TEST_F(ModelSettings, LoginOfTheFirstScreenGoesToTheRowThatLacksSomething) {
  SettingsStart start = at_issuer();
  start.saved.provider.client_id.clear();
  AppModel model(provider_facts(), SettingsModel(start));
  EXPECT_EQ(after_intent(model, Kind::log_in), "");
  EXPECT_EQ(model.scene(), "settings");
  EXPECT_EQ(index_of(model, Setting::client_id), static_cast<int>(model.settings().selected()));
  start.fixed.provider = true;
  AppModel fixed(provider_facts(), SettingsModel(start));
  EXPECT_EQ(after_intent(fixed, Kind::log_in), "log_in 1");
}

TEST_F(ModelSettings, AServerIsTakenAsABrowserShowsIt) {
  for (const char* typed :
       {"https://localhost:9443/", "https://localhost:9443", "localhost:9443"}) {
    AppModel model = opened();
    pick(model, ProviderKind::described, "wso2-7");
    type(model, Setting::field, typed, "host");
    EXPECT_EQ(row(model, Setting::field, "host").value, "localhost:9443") << typed;
    EXPECT_EQ(row(model, Setting::field, "host").error, "") << typed;
  }
}

TEST_F(ModelSettings, ErrorsNameTheRowAsTheScreenDoes) {
  AppModel model = opened();
  pick(model, ProviderKind::described, "wso2-7");
  type(model, Setting::field, "localhost:9443/carbon", "host");
  EXPECT_EQ(row(model, Setting::field, "host").error, "Server has to look like localhost:9443.");
  type(model, Setting::scope, "openid \"quoted\"");
  EXPECT_EQ(row(model, Setting::scope).error, model.language()("settings.scope.form"));
}

TEST_F(ModelSettings, RowsSayWhatEnterDoes) {
  const AppModel model = opened(at_issuer());
  EXPECT_EQ(row(model, Setting::provider).accept, SettingRow::Accept::opens);
  EXPECT_EQ(row(model, Setting::client_id).accept, SettingRow::Accept::edits);
  EXPECT_EQ(row(model, Setting::pkce).accept, SettingRow::Accept::changes);
}

TEST_F(ModelSettings, AFailureOpensTheRowThatCanFixIt) {
  SettingsStart start = at_issuer();
  start.saved.provider = {};
  start.saved.provider.provider = "wso2-7";
  start.saved.provider.fields = {{"host", "login.example.com"}};
  start.saved.provider.client_id = "tv";
  const auto opens = [&](const Error& error) {
    AppModel model(provider_facts(), SettingsModel(start));
    model.on_intent({Kind::log_in, 0});
    feed(model, LoginFailed{error, {}, {}});
    model.on_intent({Kind::open_settings, 1});
    return rows(model)[model.settings().selected()].label;
  };
  EXPECT_EQ(opens(error_for(Screen::offline)), "Server");
  EXPECT_EQ(opens(error_for(Screen::untrusted)), "CA file");
  EXPECT_EQ(opens(error_for(Screen::misconfigured)), "Client ID");
  EXPECT_EQ(opens(error_for(Screen::refused)), "Provider");
  Error gone = error_of(ErrorCode::invalid_response, Blame::protocol);
  gone.http_status = 404;
  EXPECT_EQ(opens(gone), "Server");  // whose endpoints are not typed
}

TEST_F(ModelSettings, TheFirstScreenSaysThatSettingsAreNotKept) {
  SettingsStart start;
  start.broken = "Config file /x: line 2.";
  AppModel model(sandbox_facts(), SettingsModel(start));
  EXPECT_EQ(model.notice(),
            "The settings file can't be read, so it is not used. Settings can replace it.");
  AppModel other(sandbox_facts());
  EXPECT_EQ(other.notice(), "");
  SettingsUsed used;
  used.not_saved = "The disk is full.";
  feed(other, used, 0);
  EXPECT_EQ(other.notice(), "The settings are not saved: The disk is full.");
}

TEST_F(ModelSettings, DoneWithNothingTypedRemovesTheSecret) {
  AppModel model = opened(at_issuer());
  SettingsUsed used;
  used.secret = SecretPlace::stored;
  feed(model, used, 0);
  choose(model, Setting::client_secret);
  EXPECT_EQ(model.editor()->hint(), model.language()("settings.client_secret.remove"));
  done(model);
  EXPECT_EQ(row(model, Setting::client_secret).value, "");
  const auto change = leave(model);
  ASSERT_NE(change, nullptr);
  ASSERT_NE(change->client_secret, nullptr);
  EXPECT_TRUE(change->client_secret->empty());
}

TEST_F(ModelSettings, ASecretThatIsKeptIsOfTheClientBefore) {
  AppModel model = opened(at_issuer());
  SettingsUsed used;
  used.secret = SecretPlace::stored;
  feed(model, used, 0);
  type(model, Setting::client_id, "another");
  EXPECT_EQ(row(model, Setting::client_secret).value, "");
}

TEST_F(ModelSettings, TheFirstScreenSaysThatSomethingIsMissing) {
  AppModel model = opened();
  pick(model, ProviderKind::described, "wso2-7");
  leave(model);
  SettingsUsed used;
  used.reopened = true;
  used.problem = "A field is missing.";
  feed(model, used, 0);
  EXPECT_EQ(model.notice(), "Something is still missing in the settings.");
  EXPECT_EQ(model.facts().provider, "WSO2 Identity Server 7.x");
  EXPECT_FALSE(model.facts().sandbox);
}

TEST_F(ModelSettings, ABrokenFileIsKeptUntilThePersonReplacesIt) {
  SettingsStart start;
  start.broken = "Config file /x: line 2.";
  AppModel model = opened(start);
  choose(model, Setting::new_codes);
  auto change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->broken, BrokenFile::keep);
  SettingsUsed refused;
  refused.not_saved = "Config file /x: line 2.";
  feed(model, refused, 0);
  EXPECT_EQ(model.settings().not_saved(), refused.not_saved);
  model.on_intent({Kind::open_settings, 0});
  model.on_intent({Kind::replace_settings_file, 0});
  change = leave(model);
  ASSERT_NE(change, nullptr);
  EXPECT_EQ(change->broken, BrokenFile::replace);
  feed(model, SettingsUsed{}, 0);
  EXPECT_EQ(model.settings().broken(), "");
  EXPECT_EQ(model.settings().not_saved(), "");
  model.on_intent({Kind::open_settings, 0});
  EXPECT_EQ(leave(model), nullptr);
}

TEST_F(ModelSettings, AnotherProviderEndsTheSessionHereAndKeepsIt) {
  AppModel model = opened(at_issuer(), Screen::signed_in);
  type(model, Setting::issuer, "https://other.example.com");
  EXPECT_EQ(words(model.on_back()), "use_settings 2");
  EXPECT_EQ(model.screen(), Screen::home);
  EXPECT_FALSE(model.developer().has_token());
  SettingsUsed used;
  used.reopened = true;
  used.provider = "other.example.com";
  feed(model, used, 0);
  EXPECT_EQ(model.facts().provider, "other.example.com");
  feed(model, Restored{}, 0);
  EXPECT_EQ(model.screen(), Screen::signed_in);
}

TEST_F(ModelSettings, AChangeOfTheLanguageKeepsTheSession) {
  AppModel model = opened(at_issuer(), Screen::signed_in);
  choose(model, Setting::language);
  EXPECT_EQ(words(model.on_back()), "use_settings 1");
  EXPECT_EQ(model.screen(), Screen::signed_in);
  EXPECT_EQ(after_intent(model, Kind::use_settings), "");
}

TEST_F(ModelSettings, ALoginOfTheOldSettingsIsGivenUp) {
  AppModel model(sandbox_facts(), SettingsModel(at_issuer()));
  model.on_intent({Kind::log_in, 0});
  feed(model, StartRetried{error_for(Screen::offline), {}});
  model.on_intent({Kind::open_settings, 0});
  type(model, Setting::client_id, "other");
  EXPECT_EQ(words(model.on_back()), "cancel 1, use_settings 3");
  feed(model, codes_at());
  EXPECT_EQ(model.screen(), Screen::home);
}

TEST_F(ModelSettings, WhatTheOldProviderHasLeftIsNotTakenForTheNewOnes) {
  AppModel model = opened(at_issuer());
  type(model, Setting::client_id, "other");
  leave(model);
  feed(model, Restored{}, 0);  // it was on its way
  EXPECT_EQ(model.screen(), Screen::signed_in);
  SettingsUsed used;
  used.reopened = true;
  feed(model, used, 0);
  EXPECT_EQ(model.screen(), Screen::home);
}

TEST_F(ModelSettings, ATestShowsWhatItFinds) {
  AppModel model = opened(at_issuer());
  type(model, Setting::client_id, "other");
  const auto commands = model.on_intent({Kind::test_settings, 0});
  ASSERT_EQ(words(commands), "test_settings 0");
  EXPECT_EQ(commands[0].settings->saved.provider.client_id, "other");
  EXPECT_EQ(model.scene(), "settings_test");
  EXPECT_TRUE(model.settings().testing());
  feed(model, TestStep{1, {"Asking for codes", "codes"}}, 0);
  EXPECT_EQ(model.settings().test().step.code, "codes");
  feed(model, TestFound{1, good("metadata", "All is well.")}, 0);
  feed(model, TestFound{7, bad("metadata", "Of another test.", "")}, 0);
  feed(model, TestEnded{1, {true, false, "Usable.", "usable"}}, 0);
  EXPECT_FALSE(model.settings().testing());
  EXPECT_EQ(model.settings().test().findings.size(), 1U);
  EXPECT_EQ(model.settings().test().verdict.code, "usable");
  EXPECT_EQ(words(model.on_back()), "");
  EXPECT_EQ(model.scene(), "settings");
}

TEST_F(ModelSettings, WhatHasToBeFixedComesFirstOnceATestIsOver) {
  AppModel model = opened(at_issuer());
  model.on_intent({Kind::test_settings, 0});
  for (const Finding& finding :
       {good("a", ""), odd("b", "", ""), good("c", ""), bad("d", "", "")}) {
    feed(model, TestFound{1, finding}, 0);
  }
  feed(model, TestEnded{1, {false, false, "Not usable.", "not_usable", 1}}, 0);
  std::string order;
  for (const Finding& finding : model.settings().test().findings) order += finding.check;
  EXPECT_EQ(order, "dbac");
}

TEST_F(ModelSettings, ATestThatRunsIsGivenUpByLeaving) {
  AppModel model = opened(at_issuer());
  model.on_intent({Kind::test_settings, 0});
  EXPECT_EQ(words(model.on_back()), "cancel_test 0");
  EXPECT_EQ(model.scene(), "settings");
  model.on_intent({Kind::test_settings, 0});
  feed(model, TestEnded{1, {true, false, "Of the one before.", "usable"}}, 0);
  EXPECT_TRUE(model.settings().testing());
}

TEST(ModelProviderPicker, EveryWordHasToBeThereWhateverItsCase) {
  const Language say;
  const auto titles = [&](std::string_view search) {
    std::vector<std::string> out;
    for (const auto& one : provider_choices(search, say)) out.push_back(one.name);
    return out;
  };
  EXPECT_EQ(titles("wso2"), (std::vector<std::string>{"wso2-5.11", "wso2-6", "wso2-7"}));
  EXPECT_EQ(titles("  SERVER  wso2 7 "), (std::vector<std::string>{"wso2-7"}));
  EXPECT_TRUE(titles("there is none").empty());
  const auto all = provider_choices("", say);
  EXPECT_GT(all.size(), 25U);
  EXPECT_EQ(all.front().kind, ProviderKind::sandbox);
  EXPECT_EQ(
      std::count_if(all.begin(), all.end(), [](const auto& one) { return one.name == "sandbox"; }),
      0);
}

TEST_F(ModelSettings, TheSearchIsTypedAndTheListFollows) {
  AppModel model = opened();
  choose(model, Setting::provider);
  model.on_intent({Kind::scroll_settings, 5});
  model.on_intent({Kind::search_providers, 0});
  model.type({std::nullopt, Secret("dex"), false});
  done(model);
  EXPECT_EQ(model.scene(), "settings_picker");
  EXPECT_EQ(model.settings().first_row(), 0U);
  ASSERT_EQ(model.settings().choices(model.language()).size(), 1U);
  model.on_intent({Kind::choose_provider, 0});
  EXPECT_EQ(row(model, Setting::provider).value, "dex");
  choose(model, Setting::provider);
  EXPECT_GT(model.settings().choices(model.language()).size(), 25U);
}

}  // namespace
}  // namespace deviceflow::demo
