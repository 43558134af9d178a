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

void add_output(CommandOptions verb, CommandLine& line) {
  verb.flag("--json", line.json, {"", "One JSON object a line, for programs", kOutput});
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
             {"STYLE",
              "QR code: auto, utf8, ascii or none. utf8 and\nascii are drawn into a pipe as well",
              kOutput})
      .one_of({"auto", "utf8", "ascii", "none"});
}

void add_format(CommandOptions verb, CommandLine& line) {
  static const std::map<std::string, TokenFormat> kFormats{
      {"plain", TokenFormat::plain}, {"env", TokenFormat::env}, {"header", TokenFormat::header}};
  verb.value("--format",
             [&line](const std::string& text) -> std::string {
               line.format = kFormats.at(text);
               return {};
             },
             {"FORMAT", "plain, env (a variable) or header (for curl)", kOutput})
      .one_of({"plain", "env", "header"});
}

constexpr std::array kVerbs{Verb::login,    Verb::status,     Verb::token,  Verb::refresh,
                            Verb::userinfo, Verb::introspect, Verb::revoke, Verb::logout,
                            Verb::discover, Verb::providers,  Verb::doctor, Verb::replay};

// What one verb alone can be told.
void add_own_options(Verb which, CommandOptions verb, CommandLine& line, std::string& token) {
  switch (which) {
    case Verb::login:
      OptionGroups(verb, line).sandbox();
      add_show_tokens(verb, line);
      add_qr(verb, line);
      verb.flag("--open", line.open,
                {"", "Open the page in this computer's browser,\nbut never over SSH", kOutput});
      break;
    case Verb::token: add_format(verb, line); break;
    case Verb::refresh: add_show_tokens(verb, line); break;
    case Verb::introspect:
      verb.text("token", token, {"", "\"-\": read the token from standard input", "Positionals"});
      break;
    case Verb::doctor: OptionGroups(verb, line).sandbox(); break;
    case Verb::replay:
      verb.text("file", line.replayed_trace, {"FILE", "File that --trace wrote", "Positionals"})
          .required();
      break;
    default: break;
  }
}

// One list serves all verbs: each ignores what it does not need.
void add_options(Verb which, CommandOptions verb, CommandLine& line, std::string& token) {
  add_own_options(which, verb, line, token);
  OptionGroups(verb, line).provider().client().request().store().introspection();
  add_output(verb, line);
}

void describe(CommandParser& parser, CommandLine& line, std::string& token) {
  parser.version(std::string("deviceflow ") + DEVICEFLOW_VERSION);
  parser.options().footer(kMainFooter);
  for (const Verb which : kVerbs) {
    const VerbHelp& help = help_of(which);
    CommandOptions verb = parser.verb(help.name, help.title, [&line, which] { line.verb = which; });
    add_options(which, verb, line, token);
    verb.footer(std::string(help.footer) + "\n\n" + kConfigFooter);
  }
  parser.verb("sandbox", "Run the sandbox server by itself", [] {});
}

std::string verb_names() {
  std::string out;
  for (const Verb verb : kVerbs) out += std::string(help_of(verb).name) + ", ";
  out.resize(out.size() - 2);
  return out + " or sandbox";
}

// The verb that was probably meant. What stands there is not repeated: it may be a secret.
std::string suggestion(const std::vector<std::string>& arguments) {
  const auto given = std::find_if(arguments.begin(), arguments.end(),
                                  [](const std::string& text) { return !text.starts_with("-"); });
  if (given == arguments.end()) return {};
  std::vector<std::string> names{"sandbox"};
  for (const Verb verb : kVerbs) names.emplace_back(help_of(verb).name);
  const std::string meant = closest(*given, names);
  return meant.empty() ? "" : " Did you mean \"" + meant + "\"?";
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
    return usage_error("Say what to do: " + verb_names() + "." + suggestion(arguments) +
                       " deviceflow --help tells more.");
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
