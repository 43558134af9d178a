#include "options.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

#include "common/option_groups.hpp"
#include "help_text.hpp"

namespace deviceflow::demo {

namespace {

constexpr const char* kOutput = "Output";

void add_json(CommandOptions verb, CommandLine& line) {
  verb.flag("--json", line.json, {"", "One JSON object a line, for programs", kOutput});
}

// The output options of the verbs that talk to a provider.
void add_output(CommandOptions verb, CommandLine& line) {
  add_json(verb, line);
  OptionGroups(verb, line).trace();
  verb.value(
      "--timeout",
      [&line](const std::string& text) -> std::string {
        char* end = nullptr;
        const double seconds = std::strtod(text.c_str(), &end);
        if (end == text.c_str() + text.size()) line.flags.timeout = read_timeout(seconds);
        return line.flags.timeout ? "" : "has to be a number of seconds above 0";
      },
      {"SECONDS", "End after that long: with exit code 6, or 4\nonce the code is shown", kOutput});
}

void add_show_tokens(CommandOptions verb, CommandLine& line) {
  verb.flag("--show-tokens", line.show_tokens, {"", "Print the tokens", kOutput});
}

void add_qr(CommandOptions verb, CommandLine& line) {
  static const std::map<std::string, QrChoice> kChoices{{"auto", QrChoice::automatic},
                                                        {"utf8", QrChoice::utf8},
                                                        {"ascii", QrChoice::ascii},
                                                        {"none", QrChoice::none}};
  verb.value("--qr",
             [&line](const std::string& text) -> std::string {
               line.qr = kChoices.at(text);
               return {};
             },
             {"STYLE", "QR code: auto, utf8, ascii or none", kOutput})
      .one_of({"auto", "utf8", "ascii", "none"});
}

constexpr std::array kVerbs{Verb::login,      Verb::status, Verb::refresh, Verb::userinfo,
                            Verb::introspect, Verb::revoke, Verb::logout,  Verb::discover,
                            Verb::providers,  Verb::doctor, Verb::replay};

// All that the command line can hold, beside the verb itself.
void add_options(Verb which, CommandOptions verb, CommandLine& line, std::string& token) {
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
      verb.text("token", token, {"", "\"-\": read the token from standard input", "Positionals"});
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
      verb.text("trace", line.replayed_trace, {"FILE", "File that --trace wrote", "Positionals"})
          .required();
      return add_json(verb, line);
    case Verb::providers: return add_json(verb, line);
  }
  add_output(verb, line);
}

void describe(CommandParser& parser, CommandLine& line, std::string& token) {
  parser.version(std::string("deviceflow ") + DEVICEFLOW_VERSION);
  parser.options().footer(kMainFooter);
  for (const Verb which : kVerbs) {
    const VerbHelp& help = help_of(which);
    CommandOptions verb = parser.verb(help.name, help.title, [&line, which] { line.verb = which; });
    add_options(which, verb, line, token);
    const bool configured = which != Verb::providers && which != Verb::replay;
    verb.footer(std::string(help.footer) + (configured ? "\n\n" : "") +
                (configured ? kConfigFooter : ""));
  }
  parser.verb("sandbox", "Run the sandbox server by itself", [] {});
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
  CommandParser parser("Device logins (RFC 8628) on a terminal.", "deviceflow");
  describe(parser, line, token);
  auto read = parser.parse(arguments);
  if (auto* help = std::get_if<HelpText>(&read)) return std::move(*help);
  if (auto* error = std::get_if<Error>(&read)) {
    if (parser.has_verb()) return std::move(*error);
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
