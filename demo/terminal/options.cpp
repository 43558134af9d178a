#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>

#include "common/option_groups.hpp"
#include "help_text.hpp"

namespace deviceflow::demo {

namespace {

constexpr const char* kOutput = "Output";

const std::map<std::string, QrChoice> kQrChoices{{"auto", QrChoice::automatic},
                                                 {"utf8", QrChoice::utf8},
                                                 {"ascii", QrChoice::ascii},
                                                 {"none", QrChoice::none}};

void add_json(CLI::App& verb, CommandLine& line) {
  verb.add_flag("--json", line.json, "One JSON object a line, for programs")->group(kOutput);
}

// The output options of the verbs that talk to a provider.
void add_output(CLI::App& verb, CommandLine& line) {
  add_json(verb, line);
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

void add_show_tokens(CLI::App& verb, CommandLine& line) {
  verb.add_flag("--show-tokens", line.show_tokens, "Print the tokens")->group(kOutput);
}

void add_qr(CLI::App& verb, CommandLine& line) {
  verb.add_option("--qr", line.qr, "QR code: auto, utf8, ascii or none")
      ->transform(CLI::Transformer(kQrChoices))
      ->type_name("STYLE")
      ->group(kOutput);
}

constexpr std::array kVerbs{Verb::login,      Verb::status, Verb::refresh, Verb::userinfo,
                            Verb::introspect, Verb::revoke, Verb::logout,  Verb::discover,
                            Verb::providers,  Verb::doctor, Verb::replay};

// All that the command line can hold, beside the verb itself.
void add_options(Verb which, CLI::App& verb, CommandLine& line, std::string& token) {
  OptionGroups groups(verb, line);
  switch (which) {
    case Verb::login:
      groups
          .provider({"device_authorization_endpoint", "token_endpoint", "revocation_endpoint",
                     "jwks_uri"})
          .client()
          .request()
          .store()
          .sandbox();
      add_show_tokens(verb, line);
      add_qr(verb, line);
      break;
    case Verb::status: groups.provider({"token_endpoint"}).client().store(); break;
    case Verb::refresh:
      groups.provider({"token_endpoint", "jwks_uri"}).client().store();
      add_show_tokens(verb, line);
      break;
    case Verb::userinfo:
      groups.provider({"token_endpoint", "userinfo_endpoint", "jwks_uri"}).client().store();
      break;
    case Verb::introspect:
      verb.add_option("token", token, "\"-\": read the token from standard input")->type_name("");
      groups.provider({"token_endpoint", "introspection_endpoint"})
          .client()
          .introspection()
          .store();
      break;
    case Verb::revoke:
    case Verb::logout:
      groups.provider({"token_endpoint", "revocation_endpoint"}).client().store();
      break;
    case Verb::discover:
      groups.provider({"device_authorization_endpoint", "token_endpoint", "introspection_endpoint",
                       "revocation_endpoint", "userinfo_endpoint", "jwks_uri"});
      break;
    case Verb::doctor:
      groups
          .provider({"device_authorization_endpoint", "token_endpoint", "introspection_endpoint",
                     "revocation_endpoint", "userinfo_endpoint", "jwks_uri"})
          .client()
          .request()
          .sandbox();
      break;
    case Verb::replay:
      verb.add_option("trace", line.replayed_trace, "File that --trace wrote")
          ->type_name("FILE")
          ->required();
      return add_json(verb, line);
    case Verb::providers:
      verb.add_flag("--json", line.json, "One JSON object a line, for programs")->group(kOutput);
      return;
  }
  add_output(verb, line);
}

void describe(CLI::App& app, CommandLine& line, std::string& token) {
  app.set_version_flag("--version", std::string("deviceflow ") + DEVICEFLOW_VERSION);
  use_help_format(app);
  app.require_subcommand(1);
  app.footer(kMainFooter);
  for (const Verb which : kVerbs) {
    const VerbHelp& help = help_of(which);
    CLI::App* verb = app.add_subcommand(help.name, help.title);
    add_options(which, *verb, line, token);
    const bool configured = which != Verb::providers && which != Verb::replay;
    verb->footer(std::string(help.footer) + (configured ? "\n\n" : "") +
                 (configured ? kConfigFooter : ""));
    verb->parse_complete_callback([&line, which] { line.verb = which; });
  }
  app.add_subcommand("sandbox", "Run the sandbox server by itself");
}

std::string verb_names() {
  std::string out;
  for (const Verb verb : kVerbs) out += std::string(help_of(verb).name) + ", ";
  out.resize(out.size() - 2);
  return out + " or sandbox";
}

}  // namespace

bool asks_for_json(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

std::variant<CommandLine, HelpText, Error> parse_command_line(std::vector<std::string> arguments) {
  CommandLine line;
  std::string token;
  CLI::App app("Device logins (RFC 8628) on a terminal.", "deviceflow");
  describe(app, line, token);
  auto read = parse_arguments(app, arguments);
  if (auto* help = std::get_if<HelpText>(&read)) return std::move(*help);
  if (auto* error = std::get_if<Error>(&read)) {
    if (!app.get_subcommands().empty()) return std::move(*error);
    return usage_error("Say what to do: " + verb_names() + ". deviceflow --help tells more.");
  }
  line.token_from_input = token == "-";
  if (!token.empty() && !line.token_from_input) {
    return usage_error(
        "A token is never taken from the command line, where others can see it. Give \"-\" and "
        "send it to standard input.");
  }
  return line;
}

}  // namespace deviceflow::demo
