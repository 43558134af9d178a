#include <gtest/gtest.h>

#include "shell/window_options.hpp"

namespace deviceflow::demo {
namespace {

using Arguments = std::vector<std::string>;

WindowOptions options_of(const Arguments& arguments) {
  auto parsed = parse_window_options(arguments);
  if (const auto* error = std::get_if<Error>(&parsed)) ADD_FAILURE() << error->message;
  auto* options = std::get_if<WindowOptions>(&parsed);
  return options != nullptr ? std::move(*options) : WindowOptions{};
}

std::string problem_of(const Arguments& arguments) {
  const auto parsed = parse_window_options(arguments);
  const auto* error = std::get_if<Error>(&parsed);
  return error != nullptr ? error->message : "";
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(ShellWindowOptions, AnUnknownOptionIsNamedWithoutItsValue) {
  const std::string problem = problem_of({"--fancy=hush-hush"});
  EXPECT_TRUE(has(problem, "--fancy")) << problem;
  EXPECT_FALSE(has(problem, "hush")) << problem;
}

TEST(ShellWindowOptions, ASecretOnTheCommandLineIsRefusedAndNotRepeated) {
  const std::string problem = problem_of({"--client-secret", "hush-hush"});
  EXPECT_TRUE(has(problem, "never taken from the command line")) << problem;
  EXPECT_FALSE(has(problem, "hush")) << problem;
}

TEST(ShellWindowOptions, TheTerminalToolsOptionsAreNotOffered) {
  for (const char* option : {"--json", "--show-tokens", "--qr", "login"}) {
    EXPECT_NE(problem_of({option}), "") << option;
  }
}

TEST(ShellWindowOptions, LoopbackAndLanExcludeEachOther) {
  EXPECT_TRUE(has(problem_of({"--loopback", "--lan"}), "--lan"));
}

TEST(ShellWindowOptions, LoopbackIsTheSandboxs) {
  const Arguments provider{"--issuer", "https://login.example.com", "--client-id", "tv"};
  Arguments arguments = provider;
  arguments.push_back("--loopback");
  EXPECT_TRUE(has(problem_of(arguments), "--loopback is the sandbox's"));
  EXPECT_EQ(problem_of(provider), "");
}

TEST(ShellWindowOptions, ASizeIsTwoNumbersWithinBounds) {
  for (const char* size : {"", "1280", "x", "1280x", "x720", "1280x720x2", "1280X720", "1280 x 720",
                           "319x720", "1280x319", "7681x720", "1280x7681", "-1280x720", "+1280x720",
                           "99999999999x720", "1280x720 "}) {
    EXPECT_NE(problem_of({"--size", size}), "") << size;
  }
  for (const char* size : {"320x320", "7680x7680"}) {
    EXPECT_EQ(problem_of({"--size", size}), "") << size;
  }
}

TEST(ShellWindowOptions, WithoutArgumentsTheSandboxIsUsedInAnOrdinaryWindow) {
  const WindowOptions options = options_of({});
  EXPECT_FALSE(names_provider(options));
  EXPECT_FALSE(options.loopback);
  EXPECT_EQ(options.width, 1280);
  EXPECT_EQ(options.height, 720);
  EXPECT_EQ(options.event_log, "");
  EXPECT_EQ(options.screenshots, "");
}

TEST(ShellWindowOptions, ACommandLineIsReadWhole) {
  const WindowOptions options =
      options_of({"--issuer", "https://a", "--client-id", "tv", "--scope", "a b", "--param", "x=1",
                  "--userinfo-endpoint", "https://a/u", "--size", "1920x1080", "--event-log", "e",
                  "--screenshots", "s", "--trace", "t", "--trace-secrets"});
  EXPECT_TRUE(names_provider(options));
  EXPECT_EQ(options.flags.issuer, "https://a");
  EXPECT_EQ(options.flags.client_id, "tv");
  EXPECT_EQ(options.flags.scope, "a b");
  EXPECT_EQ(options.flags.endpoints.userinfo, "https://a/u");
  EXPECT_EQ(options.flags.parameters.size(), 1U);
  EXPECT_EQ(options.width, 1920);
  EXPECT_EQ(options.height, 1080);
  EXPECT_EQ(options.event_log, "e");
  EXPECT_EQ(options.screenshots, "s");
  EXPECT_EQ(options.trace_file, "t");
  EXPECT_TRUE(options.trace_secrets);
}

TEST(ShellWindowOptions, TheSandboxIsSetUpFromTheCommandLine) {
  const WindowOptions options = options_of({"--lan", "--lan-address", "192.0.2.1", "--scenario",
                                            "slow_down", "--auto", "approve", "--after", "3"});
  EXPECT_TRUE(options.sandbox.lan);
  EXPECT_EQ(options.sandbox.lan_address, "192.0.2.1");
  EXPECT_EQ(options.sandbox.scenario, "slow_down");
  EXPECT_EQ(options.sandbox.automatic, "approve");
  EXPECT_EQ(options.sandbox.after, "3");
  EXPECT_TRUE(options_of({"--loopback"}).loopback);
}

TEST(ShellWindowOptions, HelpNamesKeysExamplesAndExitCodesAndFitsAnOrdinaryTerminal) {
  const auto parsed = parse_window_options({"--help"});
  const auto* help = std::get_if<HelpText>(&parsed);
  ASSERT_NE(help, nullptr);
  for (const char* part : {"Keys:", "Examples:", "Exit codes:", "--size WxH", "--loopback"}) {
    EXPECT_TRUE(has(help->text, part)) << part << "\n" << help->text;
  }
  std::string_view text = help->text;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    EXPECT_LE(end, 81U) << text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

TEST(ShellWindowOptions, TheVersionIsTheProjects) {
  const auto parsed = parse_window_options({"--version"});
  const auto* text = std::get_if<HelpText>(&parsed);
  ASSERT_NE(text, nullptr);
  EXPECT_TRUE(text->text.starts_with("deviceflow-demo " DEVICEFLOW_VERSION)) << text->text;
}

}  // namespace
}  // namespace deviceflow::demo
