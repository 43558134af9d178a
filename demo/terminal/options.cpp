#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <sstream>

namespace deviceflow::terminal {

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

constexpr const char* kConfigFooter =
    "A config file is a JSON object with the long option names as members, '_' for\n"
    "'-': issuer, the endpoints, client_id, client_secret_file, client_auth, scope,\n"
    "param ({\"name\": \"value\"}), cacert, dangerous_allow_http, timeout,\n"
    "introspection_user_file, introspection_client_id, introspection_secret_file.\n"
    "File names are relative to the config file. Its endpoints give way to what the\n"
    "issuer's metadata say; options win over both.";

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

const std::map<std::string, QrChoice> kQrChoices{{"auto", QrChoice::automatic},
                                                 {"utf8", QrChoice::utf8},
                                                 {"ascii", QrChoice::ascii},
                                                 {"none", QrChoice::none}};

// Names an option and its value, and leaves the checks to the description.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(34); }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return option->get_items_expected_max() == 0 || type.empty() ? "" : " " + plain_type(type);
  }

 private:
  // Without what the checks add: "WHAT:{approve,deny}".
  static std::string plain_type(const std::string& type) { return type.substr(0, type.find(':')); }
};

// Binds options of one verb to the command line's members. Gone before the arguments are read, so
// what CLI11 keeps refers to the command line alone.
class VerbOptions {
 public:
  VerbOptions(CLI::App& verb, CommandLine& line) : verb_(verb), line_(line) {}

  VerbOptions& provider(std::initializer_list<std::string_view> endpoints) {
    const char* group = "Provider";
    text("--issuer", line_.flags.issuer, "Issuer URL; its metadata name the endpoints", group);
    for (const EndpointName& name : kEndpointNames) {
      if (std::find(endpoints.begin(), endpoints.end(), name.key) == endpoints.end()) continue;
      std::string option = "--" + std::string(name.key);
      std::replace(option.begin(), option.end(), '_', '-');
      text(option, line_.flags.endpoints.*name.member, "Wins over the metadata", group);
    }
    text("--config", line_.config_file, "JSON file with settings, see below", group);
    text("--cacert", line_.flags.ca_file, "PEM file with the only authorities to trust", group);
    verb_
        .add_flag("--dangerous-allow-http", line_.flags.dangerous_allow_http,
                  "Allow http:// beyond this computer, readable\nfor everybody on the way")
        ->group(group);
    return *this;
  }

  VerbOptions& client() {
    const char* group = "Client";
    text("--client-id", line_.flags.client_id, "Who this client is", group);
    text("--client-secret-file", line_.flags.client_secret_file,
         "File with its secret; or the environment's\nDEVICEFLOW_CLIENT_SECRET", group);
    verb_
        .add_option_function<std::string>(
            "--client-auth",
            [&line = line_](const std::string& text) {
              line.flags.client_auth = read_client_auth(text);
            },
            "none, basic or post; without it, what the\nprovider allows")
        ->check(CLI::IsMember({"none", "basic", "post"}))
        ->type_name("METHOD")
        ->group(group);
    return *this;
  }

  VerbOptions& request() {
    const char* group = "Request";
    verb_
        .add_option_function<std::string>(
            "--scope", [&line = line_](const std::string& text) { line.flags.scope = text; },
            "What to ask for, separated by spaces")
        ->type_name("\"A B\"")
        ->group(group);
    verb_
        .add_option_function<std::vector<std::string>>(
            "--param",
            [&line = line_](const std::vector<std::string>& all) { add_parameters(all, line); },
            "Further parameter of the device authorization\nrequest; can be repeated")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false)
        ->group(group);
    return *this;
  }

  VerbOptions& introspection() {
    const char* group = "Credentials for introspection";
    text("--introspection-user-file", line_.flags.introspection_user_file,
         "File that holds user:password", group);
    text("--introspection-client-id", line_.flags.introspection_client_id, "A client that may ask",
         group);
    text("--introspection-secret-file", line_.flags.introspection_secret_file,
         "File with that client's secret", group);
    return *this;
  }

  VerbOptions& sandbox() {
    const char* group = "Sandbox (only without a provider)";
    SandboxOptions& options = line_.sandbox;
    text("--scenario", options.scenario, "How it behaves: a name or a file", group);
    CLI::Option* automatic = text("--auto", options.automatic, "approve or deny by itself", group)
                                 ->check(CLI::IsMember({"approve", "deny"}))
                                 ->type_name("WHAT");
    text("--after", options.after, "Seconds until --auto decides", group)
        ->check(CLI::Range(0.0, 1e6))
        ->type_name("SECONDS")
        ->needs(automatic);
    CLI::Option* lan =
        verb_.add_flag("--lan", options.lan, "Open its page to phones on this network")
            ->group(group);
    text("--lan-address", options.lan_address, "Which address of this computer --lan uses", group)
        ->needs(lan);
    return *this;
  }

  VerbOptions& output() {
    const char* group = "Output";
    verb_.add_flag("--json", line_.json, "One JSON object a line, for programs")->group(group);
    CLI::Option* trace =
        text("--trace", line_.trace_file, "Append every exchange to FILE, without secrets", group);
    verb_.add_flag("--trace-secrets", line_.trace_secrets, "Keep the secrets in the trace")
        ->needs(trace)
        ->group(group);
    verb_
        .add_option_function<double>(
            "--timeout",
            [&line = line_](double seconds) {
              line.flags.timeout = read_timeout(seconds);
              if (!line.flags.timeout) {
                throw CLI::ValidationError("--timeout", "has to be a number of seconds above 0");
              }
            },
            "End after that long: with exit code 6, or 4\nonce the code is shown")
        ->type_name("SECONDS")
        ->group(group);
    return *this;
  }

  VerbOptions& prompt() {
    const char* group = "Output";
    verb_.add_flag("--show-tokens", line_.show_tokens, "Print the tokens")->group(group);
    verb_.add_option("--qr", line_.qr, "QR code: auto, utf8, ascii or none")
        ->transform(CLI::Transformer(kQrChoices))
        ->type_name("STYLE")
        ->group(group);
    return *this;
  }

 private:
  CLI::Option* text(const std::string& name, std::string& to, const std::string& help,
                    const char* group) {
    const bool file =
        name.ends_with("-file") || name == "--config" || name == "--cacert" || name == "--trace";
    const bool url = name == "--issuer" || name == "--jwks-uri" || name.ends_with("-endpoint");
    const char* type = file ? "FILE" : url ? "URL" : "TEXT";
    return verb_.add_option(name, to, help)->type_name(type)->group(group);
  }

  static void add_parameters(const std::vector<std::string>& all, CommandLine& line) {
    for (const std::string& one : all) {
      const std::size_t equals = one.find('=');
      if (equals == std::string::npos || equals == 0) {
        throw CLI::ValidationError("--param", "has to be NAME=VALUE");
      }
      line.flags.parameters.emplace_back(one.substr(0, equals), one.substr(equals + 1));
    }
  }

  CLI::App& verb_;
  CommandLine& line_;
};

struct Verbs {
  CLI::App* login;
  CLI::App* introspect;
  CLI::App* discover;
};

Verbs describe(CLI::App& app, CommandLine& line, std::string& token) {
  app.set_version_flag("--version", std::string("deviceflow ") + DEVICEFLOW_VERSION);
  app.formatter(std::make_shared<HelpFormatter>());
  app.require_subcommand(1);
  app.footer(kMainFooter);
  Verbs verbs{};
  verbs.login = app.add_subcommand("login", "Sign in with a code on a second screen");
  VerbOptions(*verbs.login, line)
      .provider({"device_authorization_endpoint", "token_endpoint", "revocation_endpoint"})
      .client()
      .request()
      .prompt()
      .output()
      .sandbox();
  verbs.login->footer(std::string(kLoginFooter) + "\n\n" + kConfigFooter);
  verbs.introspect = app.add_subcommand("introspect", "Ask the provider about a token");
  verbs.introspect->add_option("token", token, "\"-\": read the token from standard input")
      ->type_name("");
  VerbOptions(*verbs.introspect, line)
      .provider({"introspection_endpoint"})
      .client()
      .introspection()
      .output();
  verbs.introspect->footer(std::string(kIntrospectFooter) + "\n\n" + kConfigFooter);
  verbs.discover = app.add_subcommand("discover", "Show a provider's endpoints");
  VerbOptions(*verbs.discover, line)
      .provider({"device_authorization_endpoint", "token_endpoint", "introspection_endpoint",
                 "revocation_endpoint", "userinfo_endpoint", "jwks_uri"})
      .output();
  verbs.discover->footer(std::string(kDiscoverFooter) + "\n\n" + kConfigFooter);
  app.add_subcommand("sandbox", "Run the sandbox server by itself");
  return verbs;
}

// CLI11 repeats what it could not read; on a command line that may be a secret.
Error unexpected(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name == "--client-secret" || name == "--token" || name == "--access-token") {
      return usage_error(
          "Secrets and tokens are never taken from the command line, where others can see them. "
          "Use --client-secret-file, the environment's DEVICEFLOW_CLIENT_SECRET, or standard "
          "input.");
    }
  }
  return usage_error("There is an argument that is not known here. --help lists what is.");
}

Error usage_of(const CLI::ParseError& error, const std::vector<std::string>& arguments,
               const CLI::App& app) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    std::string options;
    for (const std::string& extra : app.remaining(true)) {
      const std::string name = extra.substr(0, extra.find('='));
      if (name.starts_with("--")) options += (options.empty() ? "" : ", ") + name;
    }
    Error out = unexpected(arguments);
    const bool ordinary = out.message.starts_with("There is an argument");
    if (!options.empty() && ordinary) {
      out.message = "Not known here: " + options + ". --help lists what is.";
    }
    return out;
  }
  if (app.get_subcommands().empty()) {
    return usage_error(
        "Say what to do: login, introspect, discover or sandbox. deviceflow --help tells more.");
  }
  return usage_error(std::string(error.what()) + ". --help lists the options.");
}

}  // namespace

bool SandboxOptions::any() const {
  return lan || !scenario.empty() || !automatic.empty() || !after.empty() || !lan_address.empty();
}

bool asks_for_json(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

std::variant<CommandLine, HelpText, Error> parse_command_line(std::vector<std::string> arguments) {
  CommandLine line;
  std::string token;
  CLI::App app("Device logins (RFC 8628) on a terminal.", "deviceflow");
  const Verbs verbs = describe(app, line, token);
  // CLI11 takes them from the back.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::Success& asked) {
    std::ostringstream out;
    app.exit(asked, out, out);
    return HelpText{out.str()};
  } catch (const CLI::ParseError& error) {
    return usage_of(error, arguments, app);
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

}  // namespace deviceflow::terminal
