#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "common/option_groups.hpp"

namespace deviceflow::demo {

namespace {

constexpr const char* kMainFooter =
    "Examples:\n"
    "  deviceflow login                try it with the sandbox, no account needed\n"
    "  deviceflow login --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow discover --issuer https://login.example.com\n"
    "\n"
    "Exit codes:\n"
    "  0 done   1 token not active   2 usage, configuration or a file   3 denied\n"
    "  4 code expired   5 refused or unusable answer   6 network or certificate\n"
    "  130 interrupted";

constexpr const char* kLoginFooter =
    "Without a provider (--issuer, the endpoints, or --config) the sandbox is started\n"
    "and used. Nothing is stored: the tokens are gone when the command ends, unless\n"
    "--show-tokens prints them.\n"
    "\n"
    "Examples:\n"
    "  deviceflow login\n"
    "  deviceflow login --lan --scenario slow_down\n"
    "  deviceflow login --issuer https://login.example.com --client-id my-tv\n"
    "  deviceflow login --config tv.json --json";

constexpr const char* kIntrospectFooter =
    "The endpoint wants credentials: an account (--introspection-user-file), a client\n"
    "that may ask (--introspection-client-id and --introspection-secret-file), or the\n"
    "client's own secret.\n"
    "\n"
    "Example:\n"
    "  deviceflow introspect - --issuer https://login.example.com \\\n"
    "    --introspection-client-id api --introspection-secret-file api.secret <token";

constexpr const char* kDiscoverFooter =
    "Example:\n"
    "  deviceflow discover --issuer https://login.example.com --json";

constexpr const char* kOutput = "Output";

const std::map<std::string, QrChoice> kQrChoices{{"auto", QrChoice::automatic},
                                                 {"utf8", QrChoice::utf8},
                                                 {"ascii", QrChoice::ascii},
                                                 {"none", QrChoice::none}};

// The output options of the tool's verbs, for its command line.
void add_output(CLI::App& verb, CommandLine& line) {
  verb.add_flag("--json", line.json, "One JSON object a line, for programs")->group(kOutput);
  OptionGroups(verb, line).trace();
  verb.add_option_function<double>(
          "--timeout",
          [&line](double seconds) {
            line.flags.timeout = read_timeout(seconds);
            if (!line.flags.timeout) {
              throw CLI::ValidationError("--timeout", "has to be a number of seconds above 0");
            }
          },
          "End after that long: with exit code 6, or 4\nonce the code is shown")
      ->type_name("SECONDS")
      ->group(kOutput);
}

void add_prompt(CLI::App& verb, CommandLine& line) {
  verb.add_flag("--show-tokens", line.show_tokens, "Print the tokens")->group(kOutput);
  verb.add_option("--qr", line.qr, "QR code: auto, utf8, ascii or none")
      ->transform(CLI::Transformer(kQrChoices))
      ->type_name("STYLE")
      ->group(kOutput);
}

struct Verbs {
  CLI::App* login;
  CLI::App* introspect;
  CLI::App* discover;
};

Verbs describe(CLI::App& app, CommandLine& line, std::string& token) {
  app.set_version_flag("--version", std::string("deviceflow ") + DEVICEFLOW_VERSION);
  use_help_format(app);
  app.require_subcommand(1);
  app.footer(kMainFooter);
  Verbs verbs{};
  verbs.login = app.add_subcommand("login", "Sign in with a code on a second screen");
  OptionGroups login(*verbs.login, line);
  login.provider({"device_authorization_endpoint", "token_endpoint", "revocation_endpoint"})
      .client()
      .request();
  add_prompt(*verbs.login, line);
  add_output(*verbs.login, line);
  login.sandbox();
  verbs.login->footer(std::string(kLoginFooter) + "\n\n" + kConfigFooter);
  verbs.introspect = app.add_subcommand("introspect", "Ask the provider about a token");
  verbs.introspect->add_option("token", token, "\"-\": read the token from standard input")
      ->type_name("");
  OptionGroups(*verbs.introspect, line)
      .provider({"introspection_endpoint"})
      .client()
      .introspection();
  add_output(*verbs.introspect, line);
  verbs.introspect->footer(std::string(kIntrospectFooter) + "\n\n" + kConfigFooter);
  verbs.discover = app.add_subcommand("discover", "Show a provider's endpoints");
  OptionGroups(*verbs.discover, line)
      .provider({"device_authorization_endpoint", "token_endpoint", "introspection_endpoint",
                 "revocation_endpoint", "userinfo_endpoint", "jwks_uri"});
  add_output(*verbs.discover, line);
  verbs.discover->footer(std::string(kDiscoverFooter) + "\n\n" + kConfigFooter);
  app.add_subcommand("sandbox", "Run the sandbox server by itself");
  return verbs;
}

}  // namespace

bool asks_for_json(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

std::variant<CommandLine, HelpText, Error> parse_command_line(std::vector<std::string> arguments) {
  CommandLine line;
  std::string token;
  CLI::App app("Device logins (RFC 8628) on a terminal.", "deviceflow");
  const Verbs verbs = describe(app, line, token);
  auto read = parse_arguments(app, arguments);
  if (auto* help = std::get_if<HelpText>(&read)) return std::move(*help);
  if (auto* error = std::get_if<Error>(&read)) {
    if (!app.get_subcommands().empty()) return std::move(*error);
    return usage_error(
        "Say what to do: login, introspect, discover or sandbox. deviceflow --help tells more.");
  }
  line.verb = verbs.login->parsed()        ? Verb::login
              : verbs.introspect->parsed() ? Verb::introspect
                                           : Verb::discover;
  if (line.verb == Verb::introspect && token != "-") {
    return usage_error(token.empty() ? "Which token? \"-\" reads it from standard input."
                                     : "A token is never taken from the command line, where others "
                                       "can see it. Give \"-\" and send it to standard input.");
  }
  return line;
}

}  // namespace deviceflow::demo
