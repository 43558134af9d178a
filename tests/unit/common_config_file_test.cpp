#include <gtest/gtest.h>

#include "common/config_file.hpp"

namespace deviceflow::demo {
namespace {

std::string problem_of(std::string_view text) {
  const auto config = parse_config(text, "/etc/tv.json");
  return config.ok() ? "" : config.error().message;
}

TEST(TerminalConfigFile, WhatIsNotJsonIsNamedWithTheFile) {
  EXPECT_EQ(problem_of("{\n  \"issuer\": \"https://\xC3\xA9.example\"\n  \"scope\": \"tv\"\n}"),
            "Config file /etc/tv.json can't be used. It is no valid JSON at line 3, column 9. "
            "Correct it there and try again.");
  EXPECT_EQ(problem_of("{\"issuer\": \"\xC3\xA9\", }"),
            "Config file /etc/tv.json can't be used. It is no valid JSON at line 1, column 17. "
            "Correct it there and try again.");
  EXPECT_EQ(problem_of(""),
            "Config file /etc/tv.json can't be used. It is empty. Correct it there and try again.");
  EXPECT_EQ(
      problem_of(R"({"scope":"a","scope":"b"})"),
      "Config file /etc/tv.json can't be used. The member \"scope\" occurs twice in one object. "
      "Correct it there and try again.");
  EXPECT_EQ(problem_of("[]"), "Config file /etc/tv.json has to hold one JSON object.");
}

TEST(TerminalConfigFile, AnUnknownMemberIsNamed) {
  EXPECT_EQ(problem_of(R"({"isuer":"https://a"})"),
            "Config file /etc/tv.json: \"isuer\" is not a setting; --help lists the "
            "names.");
}

TEST(TerminalConfigFile, AWrongTypeIsNamed) {
  EXPECT_EQ(problem_of(R"({"issuer":7})"),
            "Config file /etc/tv.json: \"issuer\" has to be a string.");
  EXPECT_EQ(problem_of(R"({"token_endpoint":null})"),
            "Config file /etc/tv.json: \"token_endpoint\" has to be a string.");
  EXPECT_EQ(problem_of(R"({"dangerous_allow_http":"yes"})"),
            "Config file /etc/tv.json: \"dangerous_allow_http\" has to be true or false.");
  EXPECT_EQ(problem_of(R"({"timeout":"10"})"),
            "Config file /etc/tv.json: \"timeout\" has to be a number of seconds above 0.");
  EXPECT_EQ(problem_of(R"({"param":["a=b"]})"),
            "Config file /etc/tv.json: \"param\" has to be an object of strings.");
  EXPECT_EQ(problem_of(R"({"client_auth":"digest"})"),
            "Config file /etc/tv.json: \"client_auth\" has to be \"none\", \"basic\", \"post\", "
            "\"private_key_jwt\" or \"tls\".");
  EXPECT_EQ(problem_of(R"({"pkce":1})"),
            "Config file /etc/tv.json: \"pkce\" has to be true or false.");
  EXPECT_EQ(problem_of(R"({"resource":[1]})"),
            "Config file /etc/tv.json: \"resource\" has to be a string or an array of strings.");
}

TEST(TerminalConfigFile, ASecretInItIsRefusedAndNotRepeated) {
  const std::string problem = problem_of(R"({"client_secret":"hush-hush"})");
  EXPECT_NE(problem.find("client_secret_file"), std::string::npos);
  EXPECT_EQ(problem.find("hush"), std::string::npos);
}

TEST(TerminalConfigFile, AMissingFileIsAUsageErrorThatNamesIt) {
  const auto config = read_config_file("/nowhere/tv.json");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().blame, Blame::caller);
  EXPECT_NE(config.error().message.find("/nowhere/tv.json"), std::string::npos);
}

TEST(TerminalConfigFile, EverySettingIsRead) {
  const auto config = parse_config(
      R"({"issuer":"https://a","jwks_uri":"https://a/jwks","client_id":"tv","client_auth":"post",
          "scope":"a b","param":{"audience":"x"},"dangerous_allow_http":true,"timeout":1.5,
          "pkce":true,"dpop":true,"dpop_device_authorization":true,"resource":["https://x","urn:y"],"store":"none"})",
      "tv.json");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->issuer, "https://a");
  EXPECT_EQ(config->endpoints.jwks_uri, "https://a/jwks");
  EXPECT_EQ(config->client_id, "tv");
  EXPECT_EQ(config->client_auth, ClientAuth::post);
  EXPECT_EQ(config->scope, "a b");
  ASSERT_EQ(config->parameters.size(), 1u);
  EXPECT_EQ(config->parameters[0], std::pair(std::string("audience"), std::string("x")));
  EXPECT_TRUE(config->dangerous_allow_http);
  EXPECT_EQ(config->timeout, std::chrono::milliseconds(1500));
  EXPECT_TRUE(config->pkce);
  EXPECT_TRUE(config->dpop);
  EXPECT_TRUE(config->dpop_device_authorization);
  EXPECT_EQ(config->resources, (std::vector<std::string>{"https://x", "urn:y"}));
  EXPECT_EQ(config->store, kNoStore);
}

TEST(TerminalConfigFile, FilesInItAreRelativeToIt) {
  const auto config = parse_config(
      R"({"cacert":"ca.pem","proxy":"http://proxy.example.com:3128",
                       "client_secret_file":"/run/secret","client_key":"k.pem",
                       "client_cert":"c.pem","authorization_details":"d.json","store":"logins"})",
      "/etc/tv.json");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->ca_file, "/etc/ca.pem");
  EXPECT_EQ(config->proxy, "http://proxy.example.com:3128");
  EXPECT_EQ(config->client_secret_file, "/run/secret");
  EXPECT_EQ(config->client_key_file, "/etc/k.pem");
  EXPECT_EQ(config->client_cert_file, "/etc/c.pem");
  EXPECT_EQ(config->authorization_details_file, "/etc/d.json");
  EXPECT_EQ(config->store, "/etc/logins");
}

TEST(TerminalConfigFile, TakesAProviderWithItsFields) {
  const auto config = parse_config(
      R"({"provider":"keycloak","fields":{"host":"e.com","realm":"demo"}})", "/etc/tv.json");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->provider, "keycloak");
  const std::vector<std::pair<std::string, std::string>> fields{{"host", "e.com"},
                                                                {"realm", "demo"}};
  EXPECT_EQ(config->fields, fields);
  EXPECT_EQ(parse_config(R"({"provider":"mine.json"})", "/etc/tv.json")->provider,
            "/etc/mine.json");
  EXPECT_FALSE(parse_config(R"({"fields":{"host":5}})", "tv.json").ok());
  EXPECT_FALSE(parse_config(R"({"fields":"host=a"})", "tv.json").ok());
}

TEST(TerminalSettings, FieldsOfAnotherProviderAreDropped) {
  ProviderSettings config;
  config.provider = "keycloak";
  config.fields = {{"host", "config"}, {"realm", "config"}};
  ProviderSettings flags;
  flags.fields = {{"realm", "flag"}};
  const std::vector<std::pair<std::string, std::string>> merged{{"host", "config"},
                                                                {"realm", "flag"}};
  EXPECT_EQ(overlay(config, flags).fields, merged);
  flags.provider = "okta";
  EXPECT_EQ(overlay(config, flags).fields, flags.fields);
  EXPECT_EQ(overlay(config, flags).provider, "okta");
}

TEST(TerminalSettings, OptionsWinOverTheConfigFile) {
  ProviderSettings config;
  config.issuer = "https://config";
  config.client_id = "config";
  config.scope = "config";
  config.parameters = {{"a", "config"}, {"b", "config"}};
  ProviderSettings flags;
  flags.issuer = "https://flag";
  flags.scope = "";
  flags.parameters = {{"a", "flag"}};
  const ProviderSettings merged = overlay(config, flags);
  EXPECT_EQ(merged.issuer, "https://flag");
  EXPECT_EQ(merged.client_id, "config");
  EXPECT_EQ(merged.scope, "");
  const std::vector<std::pair<std::string, std::string>> parameters{{"b", "config"}, {"a", "flag"}};
  EXPECT_EQ(merged.parameters, parameters);
}

TEST(TerminalSettings, ResourcesOnTheCommandLineReplaceThoseOfTheConfigFile) {
  ProviderSettings config;
  config.resources = {"https://config"};
  config.dpop = true;
  config.dpop_device_authorization = true;
  config.store = "/config";
  ProviderSettings flags;
  EXPECT_EQ(overlay(config, flags).resources, config.resources);
  flags.resources = {"https://flag"};
  flags.pkce = true;
  flags.store = "none";
  const ProviderSettings merged = overlay(config, flags);
  EXPECT_EQ(merged.resources, flags.resources);
  EXPECT_TRUE(merged.dpop);
  EXPECT_TRUE(merged.dpop_device_authorization);
  EXPECT_TRUE(merged.pkce);
  EXPECT_EQ(merged.store, "none");
}

TEST(TerminalSettings, CredentialsForIntrospectionOnTheCommandLineReplaceTheOtherKind) {
  ProviderSettings config;
  config.introspection_user_file = "user";
  ProviderSettings flags;
  flags.introspection_client_id = "api";
  const ProviderSettings merged = overlay(config, flags);
  EXPECT_EQ(merged.introspection_user_file, "");
  EXPECT_EQ(merged.introspection_client_id, "api");
}

}  // namespace
}  // namespace deviceflow::demo
