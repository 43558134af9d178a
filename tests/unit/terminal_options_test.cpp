#include <gtest/gtest.h>

#include "terminal/options.hpp"

namespace deviceflow::demo {
namespace {

using Arguments = std::vector<std::string>;

CommandLine line_of(const Arguments& arguments) {
  auto parsed = parse_command_line(arguments);
  if (const auto* error = std::get_if<Error>(&parsed)) ADD_FAILURE() << error->message;
  auto* line = std::get_if<CommandLine>(&parsed);
  return line != nullptr ? std::move(*line) : CommandLine{};
}

std::string problem_of(const Arguments& arguments) {
  const auto parsed = parse_command_line(arguments);
  const auto* error = std::get_if<Error>(&parsed);
  return error != nullptr ? error->message : "";
}

TEST(TerminalOptions, WithoutAVerbItSaysWhichThereAre) {
  EXPECT_NE(problem_of({}).find("login, status, token, refresh, userinfo, introspect, revoke, "
                                "logout, discover, providers, doctor, replay or sandbox"),
            std::string::npos);
}

TEST(TerminalOptions, AnUnknownOptionIsNamedWithoutItsValue) {
  const std::string problem = problem_of({"login", "--fancy=hush-hush"});
  EXPECT_NE(problem.find("--fancy"), std::string::npos);
  EXPECT_EQ(problem.find("hush"), std::string::npos);
}

TEST(TerminalOptions, ASecretOnTheCommandLineIsRefusedAndNotRepeated) {
  for (const Arguments& arguments :
       {Arguments{"login", "--client-secret=hush-hush"},
        Arguments{"login", "--client-secret", "hush-hush"}, Arguments{"introspect", "hush-hush"}}) {
    const std::string problem = problem_of(arguments);
    EXPECT_NE(problem.find("never taken from the command line"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("hush"), std::string::npos);
  }
}

TEST(TerminalOptions, AProviderAndItsFieldsAreTakenByEveryProviderVerb) {
  for (const char* verb :
       {"login", "status", "refresh", "userinfo", "introspect", "revoke", "logout", "discover"}) {
    const CommandLine line =
        line_of({verb, "--provider", "keycloak", "--field", "host=e.com", "--field", "realm=a=b"});
    EXPECT_EQ(line.flags.provider, "keycloak") << verb;
    ASSERT_EQ(line.flags.fields.size(), 2u) << verb;
    EXPECT_EQ(line.flags.fields[1], std::pair(std::string("realm"), std::string("a=b")));
    EXPECT_TRUE(names_provider(line));
  }
  EXPECT_NE(problem_of({"login", "--field", "host"}).find("--field"), std::string::npos);
  EXPECT_EQ(line_of({"providers", "--json"}).verb, Verb::providers);
}

TEST(TerminalOptions, EveryVerbTakesEveryOptionOfProviderClientAndStore) {
  const Arguments options{"--provider",
                          "keycloak",
                          "--field",
                          "realm=demo",
                          "--issuer",
                          "https://a",
                          "--device-authorization-endpoint",
                          "https://a/d",
                          "--token-endpoint",
                          "https://a/t",
                          "--introspection-endpoint",
                          "https://a/i",
                          "--revocation-endpoint",
                          "https://a/r",
                          "--userinfo-endpoint",
                          "https://a/u",
                          "--jwks-uri",
                          "https://a/k",
                          "--config",
                          "c.json",
                          "--cacert",
                          "ca.pem",
                          "--dangerous-allow-http",
                          "--client-id",
                          "tv",
                          "--client-secret-file",
                          "s",
                          "--client-auth",
                          "tls",
                          "--client-key",
                          "k.pem",
                          "--client-cert",
                          "c.pem",
                          "--assertion-audience",
                          "issuer",
                          "--dpop",
                          "--dpop-device-authorization",
                          "--scope",
                          "a b",
                          "--param",
                          "x=1",
                          "--resource",
                          "urn:y",
                          "--authorization-details",
                          "d.json",
                          "--pkce",
                          "--store",
                          "/logins",
                          "--account",
                          "ada",
                          "--introspection-user-file",
                          "u",
                          "--introspection-client-id",
                          "api",
                          "--introspection-secret-file",
                          "as",
                          "--introspection-auth",
                          "none",
                          "--json",
                          "--trace",
                          "t.jsonl",
                          "--timeout",
                          "3"};
  for (const Arguments& verb :
       {Arguments{"login"}, Arguments{"status"}, Arguments{"token"}, Arguments{"refresh"},
        Arguments{"userinfo"}, Arguments{"introspect"}, Arguments{"revoke"}, Arguments{"logout"},
        Arguments{"discover"}, Arguments{"providers"}, Arguments{"doctor"},
        Arguments{"replay", "t.jsonl"}}) {
    Arguments arguments = verb;
    arguments.insert(arguments.end(), options.begin(), options.end());
    const CommandLine line = line_of(arguments);
    EXPECT_EQ(line.flags.account, "ada") << verb.front();
    EXPECT_EQ(line.flags.store, "/logins") << verb.front();
    EXPECT_EQ(line.flags.endpoints.userinfo, "https://a/u") << verb.front();
    EXPECT_EQ(line.flags.scope, "a b") << verb.front();
  }
}

TEST(TerminalOptions, AVerbOrOptionThatIsNearlyRightIsGuessed) {
  EXPECT_NE(problem_of({"lgoin"}).find("Did you mean \"login\"?"), std::string::npos);
  EXPECT_NE(problem_of({"stauts", "--json"}).find("Did you mean \"status\"?"), std::string::npos);
  EXPECT_NE(problem_of({"login", "--isuer", "https://a"}).find("Did you mean --issuer?"),
            std::string::npos);
  EXPECT_NE(problem_of({"status", "--clientid=x"}).find("Did you mean --client-id?"),
            std::string::npos);
}

TEST(TerminalOptions, AGuessRepeatsNothingAndIsLeftOutWhereNothingIsNear) {
  const std::string problem = problem_of({"hush-hush"});
  EXPECT_EQ(problem.find("hush"), std::string::npos) << problem;
  EXPECT_EQ(problem.find("Did you mean"), std::string::npos) << problem;
  EXPECT_EQ(problem_of({"login", "--fancy"}).find("Did you mean"), std::string::npos);
  EXPECT_EQ(problem_of({"x"}).find("Did you mean"), std::string::npos);
}

TEST(TerminalOptions, ATokenIsPrintedInOneOfThreeForms) {
  EXPECT_EQ(line_of({"token"}).format, TokenFormat::plain);
  EXPECT_EQ(line_of({"token", "--format", "env"}).format, TokenFormat::env);
  EXPECT_EQ(line_of({"token", "--format", "header"}).format, TokenFormat::header);
  EXPECT_NE(problem_of({"token", "--format", "xml"}), "");
}

TEST(TerminalOptions, ValuesOutOfRangeAreRefused) {
  EXPECT_NE(problem_of({"login", "--timeout", "0"}), "");
  EXPECT_NE(problem_of({"login", "--timeout", "soon"}), "");
  EXPECT_NE(problem_of({"login", "--qr", "huge"}), "");
  EXPECT_NE(problem_of({"login", "--param", "audience"}), "");
  EXPECT_NE(problem_of({"login", "--auto", "maybe"}), "");
  EXPECT_NE(problem_of({"login", "--after", "3"}), "");
  EXPECT_NE(problem_of({"login", "--lan-address", "192.0.2.1"}), "");
  EXPECT_NE(problem_of({"login", "--trace-secrets"}), "");
}

TEST(TerminalOptions, IntrospectAsksAboutTheStoredTokenOrOneFromInput) {
  EXPECT_FALSE(line_of({"introspect"}).token_from_input);
  const CommandLine line = line_of({"introspect", "-", "--issuer", "https://a"});
  EXPECT_EQ(line.verb, Verb::introspect);
  EXPECT_TRUE(line.token_from_input);
}

TEST(TerminalOptions, EveryVerbOfAStoredLoginTakesTheProviderAndTheStore) {
  const std::pair<const char*, Verb> verbs[] = {
      {"status", Verb::status},         {"refresh", Verb::refresh}, {"userinfo", Verb::userinfo},
      {"introspect", Verb::introspect}, {"revoke", Verb::revoke},   {"logout", Verb::logout}};
  for (const auto& [name, verb] : verbs) {
    const CommandLine line =
        line_of({name, "--issuer", "https://a", "--client-id", "tv", "--token-endpoint",
                 "https://a/t", "--store", "/logins", "--timeout", "3", "--json"});
    EXPECT_EQ(line.verb, verb) << name;
    EXPECT_EQ(line.flags.issuer, "https://a");
    EXPECT_EQ(line.flags.endpoints.token, "https://a/t");
    EXPECT_EQ(line.flags.store, "/logins");
    EXPECT_TRUE(line.flags.timeout.has_value());
    EXPECT_TRUE(line.json);
  }
}

TEST(TerminalOptions, WhatALoginAsksForAndHowTheClientProvesItselfAreRead) {
  const CommandLine line = line_of(
      {"login", "--client-auth", "private_key_jwt", "--client-key", "k.pem", "--client-cert",
       "c.pem", "--pkce", "--dpop", "--dpop-device-authorization", "--resource", "https://x",
       "--resource", "urn:y", "--authorization-details", "d.json", "--jwks-uri", "https://a/jwks"});
  EXPECT_EQ(line.flags.client_auth, ClientAuth::private_key_jwt);
  EXPECT_EQ(line.flags.client_key_file, "k.pem");
  EXPECT_EQ(line.flags.client_cert_file, "c.pem");
  EXPECT_TRUE(line.flags.pkce);
  EXPECT_TRUE(line.flags.dpop);
  EXPECT_TRUE(line.flags.dpop_device_authorization);
  EXPECT_EQ(line.flags.resources, (Arguments{"https://x", "urn:y"}));
  EXPECT_EQ(line.flags.authorization_details_file, "d.json");
  EXPECT_EQ(line.flags.endpoints.jwks_uri, "https://a/jwks");
  EXPECT_EQ(line_of({"login", "--client-auth", "tls"}).flags.client_auth, ClientAuth::tls);
  EXPECT_NE(problem_of({"login", "--client-auth", "digest"}), "");
}

TEST(TerminalOptions, ALoginIsReadWhole) {
  const CommandLine line = line_of({"login",        "--issuer",    "https://a", "--token-endpoint",
                                    "https://a/t",  "--client-id", "tv",        "--client-auth",
                                    "basic",        "--scope",     "a b",       "--param",
                                    "x=1=2",        "--param",     "y=",        "--json",
                                    "--qr",         "ascii",       "--timeout", "2.5",
                                    "--show-tokens"});
  EXPECT_EQ(line.verb, Verb::login);
  EXPECT_EQ(line.flags.issuer, "https://a");
  EXPECT_EQ(line.flags.endpoints.token, "https://a/t");
  EXPECT_EQ(line.flags.client_auth, ClientAuth::basic);
  EXPECT_EQ(line.flags.scope, "a b");
  const std::vector<std::pair<std::string, std::string>> parameters{{"x", "1=2"}, {"y", ""}};
  EXPECT_EQ(line.flags.parameters, parameters);
  EXPECT_TRUE(line.json);
  EXPECT_TRUE(line.show_tokens);
  EXPECT_EQ(line.qr, QrChoice::ascii);
  EXPECT_EQ(line.flags.timeout, std::chrono::milliseconds(2500));
  EXPECT_FALSE(line.sandbox.any());
}

TEST(TerminalOptions, ReplayTakesATrace) {
  const CommandLine line = line_of({"replay", "trace.jsonl", "--json"});
  EXPECT_EQ(line.verb, Verb::replay);
  EXPECT_EQ(line.replayed_trace, "trace.jsonl");
  EXPECT_TRUE(line.json);
  EXPECT_NE(problem_of({"replay"}), "");
}

TEST(TerminalOptions, HelpHasExamplesAndExitCodesAndFitsAnOrdinaryWindow) {
  for (const Arguments& arguments :
       {Arguments{"--help"}, Arguments{"login", "--help"}, Arguments{"introspect", "--help"},
        Arguments{"discover", "--help"}, Arguments{"status", "--help"},
        Arguments{"refresh", "--help"}, Arguments{"userinfo", "--help"},
        Arguments{"revoke", "--help"}, Arguments{"logout", "--help"}, Arguments{"replay", "--help"},
        Arguments{"token", "--help"}, Arguments{"providers", "--help"},
        Arguments{"doctor", "--help"}}) {
    const auto parsed = parse_command_line(arguments);
    const auto* help = std::get_if<HelpText>(&parsed);
    ASSERT_NE(help, nullptr);
    std::string_view text = help->text;
    EXPECT_NE(text.find("xample"), std::string_view::npos) << text;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      EXPECT_LE(end, 81u) << text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
}

TEST(TerminalOptions, TheHelpSaysWhenAnotherGrantIsTheBetterChoice) {  // E-8.12-1
  const auto parsed = parse_command_line({"login", "--help"});
  const auto* help = std::get_if<HelpText>(&parsed);
  ASSERT_NE(help, nullptr);
  EXPECT_NE(help->text.find("authorization code flow"), std::string::npos) << help->text;
}

TEST(TerminalOptions, JsonIsRecognisedEvenWhereTheRestCanNotBeRead) {
  EXPECT_TRUE(asks_for_json({"login", "--nonsense", "--json"}));
  EXPECT_FALSE(asks_for_json({"login"}));
}

}  // namespace
}  // namespace deviceflow::demo
