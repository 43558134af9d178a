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
  EXPECT_NE(problem_of({}).find("login, introspect, discover or sandbox"), std::string::npos);
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

TEST(TerminalOptions, OptionsThatDoNothingYetAreNotOffered) {
  for (const char* option : {"--provider", "--store", "--pkce", "--dpop", "--resource",
                             "--authorization-details", "--client-key", "--client-cert"}) {
    EXPECT_NE(problem_of({"login", option}), "") << option;
  }
  EXPECT_NE(problem_of({"login", "--client-auth", "private_key_jwt"}), "");
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

TEST(TerminalOptions, IntrospectWantsADashForItsToken) {
  EXPECT_NE(problem_of({"introspect"}), "");
  EXPECT_EQ(line_of({"introspect", "-", "--issuer", "https://a"}).verb, Verb::introspect);
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

TEST(TerminalOptions, HelpHasExamplesAndExitCodesAndFitsAnOrdinaryWindow) {
  for (const Arguments& arguments :
       {Arguments{"--help"}, Arguments{"login", "--help"}, Arguments{"introspect", "--help"},
        Arguments{"discover", "--help"}}) {
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

TEST(TerminalOptions, JsonIsRecognisedEvenWhereTheRestCanNotBeRead) {
  EXPECT_TRUE(asks_for_json({"login", "--nonsense", "--json"}));
  EXPECT_FALSE(asks_for_json({"login"}));
}

}  // namespace
}  // namespace deviceflow::demo
