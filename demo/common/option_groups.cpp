#include "option_groups.hpp"

#include <algorithm>
#include <memory>
#include <sstream>

namespace deviceflow::demo {

namespace {

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

void add_pairs(const char* option, const std::vector<std::string>& all,
               std::vector<std::pair<std::string, std::string>>& to) {
  for (const std::string& one : all) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw CLI::ValidationError(option, "has to be NAME=VALUE");
    }
    to.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const ClientAuth method : kClientAuths) names.emplace_back(name(method));
  return names;
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
  return usage_error(std::string(error.what()) + ". --help lists the options.");
}

}  // namespace

const char* const kConfigFooter =
    "A config file is a JSON object with the long option names as members, '_' for\n"
    "'-': provider, fields ({\"host\": \"idp.example.com\"}), issuer, the endpoints,\n"
    "client_id, client_secret_file, client_auth, client_key, client_cert, dpop, scope,\n"
    "param ({\"name\": \"value\"}), resource (one or an array), authorization_details,\n"
    "pkce, store, cacert, dangerous_allow_http, timeout, introspection_user_file,\n"
    "introspection_client_id, introspection_secret_file.\n"
    "File names are relative to the config file. Its endpoints give way to what the\n"
    "issuer's metadata say; options win over both.";

OptionGroups& OptionGroups::provider(std::initializer_list<std::string_view> endpoints) {
  const char* group = "Provider";
  app_.add_option(
          "--provider", options_.flags.provider,
          "One of \"deviceflow providers\", or a file\nNAME.json with a description of your own")
      ->type_name("NAME")
      ->group(group);
  app_.add_option_function<std::vector<std::string>>(
          "--field",
          [&options = options_](const std::vector<std::string>& all) {
            add_pairs("--field", all, options.flags.fields);
          },
          "What it needs to know: host, realm, tenant;\ncan be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->group(group);
  text("--issuer", options_.flags.issuer, "Issuer URL; its metadata name the endpoints", group);
  for (const EndpointName& name : kEndpointNames) {
    if (std::find(endpoints.begin(), endpoints.end(), name.key) == endpoints.end()) continue;
    std::string option = "--" + std::string(name.key);
    std::replace(option.begin(), option.end(), '_', '-');
    text(option, options_.flags.endpoints.*name.member, "Wins over the metadata", group);
  }
  text("--config", options_.config_file, "JSON file with settings, see below", group);
  text("--cacert", options_.flags.ca_file, "PEM file with the only authorities to trust", group);
  app_.add_flag("--dangerous-allow-http", options_.flags.dangerous_allow_http,
                "Allow http:// beyond this computer, readable\nfor everybody on the way")
      ->group(group);
  return *this;
}

OptionGroups& OptionGroups::client() {
  const char* group = "Client";
  text("--client-id", options_.flags.client_id, "Who this client is", group);
  text("--client-secret-file", options_.flags.client_secret_file,
       "File with its secret; or the environment's\nDEVICEFLOW_CLIENT_SECRET", group);
  app_.add_option_function<std::string>(
          "--client-auth",
          [&options = options_](const std::string& text) {
            options.flags.client_auth = read_client_auth(text);
          },
          "none, basic, post, private_key_jwt or tls;\nwithout it, what the provider allows")
      ->check(CLI::IsMember(method_names()))
      ->type_name("METHOD")
      ->group(group);
  text("--client-key", options_.flags.client_key_file,
       "Its private key in PEM, for private_key_jwt\nand tls", group);
  text("--client-cert", options_.flags.client_cert_file, "Its certificate in PEM, for tls", group);
  app_.add_flag("--dpop", options_.flags.dpop,
                "Take only tokens that are bound to a key of\nthis device (RFC 9449)")
      ->group(group);
  return *this;
}

OptionGroups& OptionGroups::request() {
  const char* group = "Request";
  app_.add_option_function<std::string>(
          "--scope", [&options = options_](const std::string& text) { options.flags.scope = text; },
          "What to ask for, separated by spaces")
      ->type_name("\"A B\"")
      ->group(group);
  app_.add_option_function<std::vector<std::string>>(
          "--param",
          [&options = options_](const std::vector<std::string>& all) {
            add_pairs("--param", all, options.flags.parameters);
          },
          "Further parameter of the device authorization\nrequest; can be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->group(group);
  app_.add_option("--resource", options_.flags.resources,
                  "API that the tokens are for (RFC 8707); can be\nrepeated")
      ->type_name("URI")
      ->allow_extra_args(false)
      ->group(group);
  text("--authorization-details", options_.flags.authorization_details_file,
       "What exactly to ask for, as JSON (RFC 9396)", group);
  app_.add_flag("--pkce", options_.flags.pkce, "Tie the login to this device (RFC 7636)")
      ->group(group);
  return *this;
}

OptionGroups& OptionGroups::store() {
  text("--store", options_.flags.store,
       "Folder for logins, or \"none\"; without it\n~/.local/share/deviceflow", "Store")
      ->type_name("DIR");
  return *this;
}

OptionGroups& OptionGroups::introspection() {
  const char* group = "Credentials for introspection";
  text("--introspection-user-file", options_.flags.introspection_user_file,
       "File that holds user:password", group);
  text("--introspection-client-id", options_.flags.introspection_client_id, "A client that may ask",
       group);
  text("--introspection-secret-file", options_.flags.introspection_secret_file,
       "File with that client's secret", group);
  return *this;
}

OptionGroups& OptionGroups::sandbox() {
  const char* group = "Sandbox (only without a provider)";
  SandboxOptions& options = options_.sandbox;
  text("--scenario", options.scenario, "How it behaves: a name or a file", group);
  CLI::Option* automatic = text("--auto", options.automatic, "approve or deny by itself", group)
                               ->check(CLI::IsMember({"approve", "deny"}))
                               ->type_name("WHAT");
  text("--after", options.after, "Seconds until --auto decides", group)
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("SECONDS")
      ->needs(automatic);
  CLI::Option* lan =
      app_.add_flag("--lan", options.lan, "Open its page to phones on this network")->group(group);
  text("--lan-address", options.lan_address, "Which address of this computer --lan uses", group)
      ->needs(lan);
  return *this;
}

OptionGroups& OptionGroups::trace() {
  const char* group = "Output";
  CLI::Option* trace = text(
      "--trace", options_.trace_file,
      "Append every exchange to FILE, without secrets;\nFILE.har becomes an HTTP archive", group);
  app_.add_flag("--trace-secrets", options_.trace_secrets, "Keep the secrets in the trace")
      ->needs(trace)
      ->group(group);
  return *this;
}

CLI::Option* OptionGroups::text(const std::string& name, std::string& to, const std::string& help,
                                const char* group) {
  constexpr std::string_view kFiles[] = {"--config",      "--cacert",
                                         "--trace",       "--client-key",
                                         "--client-cert", "--authorization-details"};
  const bool file = name.ends_with("-file") ||
                    std::find(std::begin(kFiles), std::end(kFiles), name) != std::end(kFiles);
  const bool url = name == "--issuer" || name == "--jwks-uri" || name.ends_with("-endpoint");
  const char* type = file ? "FILE" : url ? "URL" : "TEXT";
  return app_.add_option(name, to, help)->type_name(type)->group(group);
}

void use_help_format(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
}

std::variant<std::monostate, HelpText, Error> parse_arguments(
    CLI::App& app, const std::vector<std::string>& arguments) {
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
  return {};
}

}  // namespace deviceflow::demo
