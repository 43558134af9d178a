#include "option_groups.hpp"

#include <algorithm>

namespace deviceflow::demo {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kText = "TEXT";
constexpr const char* kFile = "FILE";
constexpr const char* kUrl = "URL";

// Adds NAME=VALUE to `to`.
std::function<std::string(const std::string&)> adds_pair(Pairs& to) {
  return [&to](const std::string& text) -> std::string {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) return "has to be NAME=VALUE";
    to.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    return {};
  };
}

// An option that takes one of `words`.
template <typename T, std::size_t count>
void add_word(CommandOptions& command, const char* name, const Words<T, count>& words,
              std::optional<T>& to, const OptionHelp& help) {
  std::vector<std::string> allowed;
  for (const auto& [word, value] : words) allowed.emplace_back(word);
  command
      .value(
          name,
          [&words, &to](const std::string& given) -> std::string {
            to = read_word(words, given);
            return {};
          },
          help)
      .one_of(std::move(allowed));
}

}  // namespace

const char* const kConfigFooter =
    "A config file is a JSON object with the long option names as members, '_' for\n"
    "'-': provider, fields ({\"host\": \"idp.example.com\"}), issuer, the endpoints,\n"
    "client_id, client_secret_file, client_auth, client_key, client_cert,\n"
    "assertion_audience, dpop, dpop_device_authorization, scope, param\n"
    "({\"name\": \"value\"}), resource (one or an array), authorization_details, pkce,\n"
    "store, account, cacert, proxy, dangerous_allow_http, timeout,\n"
    "introspection_user_file, introspection_client_id, introspection_secret_file,\n"
    "introspection_auth. The window adds introspection_user, whose password it keeps\n"
    "in the store.\n"
    "File names are relative to the config file. An endpoint named by an option wins\n"
    "over the config file's, that over the issuer's metadata, and these over the\n"
    "provider's description. If all that a verb needs are named, no metadata are asked\n"
    "for.";

OptionGroups& OptionGroups::provider() {
  const char* group = "Provider";
  ProviderSettings& flags = options_.flags;
  command_.text("--provider", flags.provider,
                {"NAME",
                 "One of \"deviceflow providers\", or a file\nNAME.json with a description of your "
                 "own",
                 group});
  command_.values(
      "--field", adds_pair(flags.fields),
      {"NAME=VALUE", "What it needs to know: host, realm, tenant;\ncan be repeated", group});
  command_.text("--issuer", flags.issuer,
                {kUrl, "Issuer URL; its metadata name the endpoints", group});
  for (const EndpointName& name : kEndpointNames) {
    std::string option = "--" + std::string(name.key);
    std::replace(option.begin(), option.end(), '_', '-');
    command_.text(option, flags.endpoints.*name.member,
                  {kUrl, "Wins over config file and metadata", group});
  }
  command_.text("--config", options_.config_file,
                {kFile, "JSON file with settings, see below", group});
  command_.text("--cacert", flags.ca_file,
                {kFile, "PEM file with the only authorities to trust", group});
  command_.text(
      "--proxy", flags.proxy,
      {kUrl, "Proxy as http://HOST:PORT; without it,\nhttps_proxy of the environment", group});
  command_.flag("--dangerous-allow-http", flags.dangerous_allow_http,
                {"", "Allow http:// to other computers. Everybody on\nthe way can read it", group});
  return *this;
}

OptionGroups& OptionGroups::client() {
  const char* group = "Client";
  ProviderSettings& flags = options_.flags;
  command_.text("--client-id", flags.client_id, {kText, "Client ID", group});
  command_.text(
      "--client-secret-file", flags.client_secret_file,
      {kFile, "File with its secret; or the environment's\nDEVICEFLOW_CLIENT_SECRET", group});
  add_word(
      command_, "--client-auth", kClientAuths, flags.client_auth,
      {"METHOD", "none, basic, post, private_key_jwt or tls;\nwithout it, what the provider allows",
       group});
  command_.text("--client-key", flags.client_key_file,
                {kFile, "Its private key in PEM, for private_key_jwt\nand tls", group});
  command_.text("--client-cert", flags.client_cert_file,
                {kFile, "Its certificate in PEM, for tls", group});
  add_word(command_, "--assertion-audience", kAssertionAudiences, flags.assertion_audience,
           {"WHAT",
            "issuer or token_endpoint: the audience for\nprivate_key_jwt; without it the "
            "provider's,\nor the issuer",
            group});
  command_.flag("--dpop", flags.dpop,
                {"", "Take only tokens that are bound to a key of\nthis device (RFC 9449)", group});
  command_.flag("--dpop-device-authorization", flags.dpop_device_authorization,
                {"", "With --dpop: a proof in the device\nauthorization request as well", group});
  return *this;
}

OptionGroups& OptionGroups::request() {
  const char* group = "Request";
  ProviderSettings& flags = options_.flags;
  command_.value("--scope",
                 [&flags](const std::string& text) -> std::string {
                   flags.scope = text;
                   return {};
                 },
                 {"\"A B\"", "What to ask for, separated by spaces", group});
  command_.values(
      "--param", adds_pair(flags.parameters),
      {"NAME=VALUE", "Further parameter of the device authorization\nrequest; can be repeated",
       group});
  command_.values("--resource",
                  [&flags](const std::string& text) -> std::string {
                    flags.resources.push_back(text);
                    return {};
                  },
                  {"URI", "API that the tokens are for (RFC 8707); can be\nrepeated", group});
  command_.text("--authorization-details", flags.authorization_details_file,
                {kFile, "What exactly to ask for, as JSON (RFC 9396)", group});
  command_.flag("--pkce", flags.pkce, {"", "Tie the login to this device (RFC 7636)", group});
  return *this;
}

OptionGroups& OptionGroups::store() {
  command_.text(
      "--store", options_.flags.store,
      {"DIR", "Folder for sign-ins, or \"none\"; without it\n~/.local/share/deviceflow", "Store"});
  command_.text("--account", options_.flags.account,
                {"NAME", "Keeps several users of one client apart", "Store"});
  return *this;
}

OptionGroups& OptionGroups::introspection() {
  const char* group = "Credentials for introspection";
  ProviderSettings& flags = options_.flags;
  command_.text("--introspection-user-file", flags.introspection_user_file,
                {kFile, "File that holds user:password", group});
  command_.text("--introspection-client-id", flags.introspection_client_id,
                {kText, "Client ID for introspection", group});
  command_.text("--introspection-secret-file", flags.introspection_secret_file,
                {kFile, "File with that client's secret", group});
  add_word(command_, "--introspection-auth", kIntrospectionAuths, flags.introspection_auth,
           {"METHOD",
            "Ask without credentials: none sends the token\nalone, client_id a client ID as well",
            group});
  return *this;
}

OptionGroups& OptionGroups::sandbox() {
  const char* group = "Sandbox (only without a provider)";
  SandboxOptions& options = options_.sandbox;
  command_.text("--scenario", options.scenario, {kText, "How it behaves: a name or a file", group});
  command_.text("--auto", options.automatic, {"WHAT", "approve or deny automatically", group})
      .one_of({"approve", "deny"});
  command_.text("--after", options.after, {"SECONDS", "Seconds until --auto decides", group})
      .between(0.0, 1e6)
      .needs("--auto");
  command_.flag("--lan", options.lan, {"", "Open its page to phones on this network", group});
  command_
      .text("--lan-address", options.lan_address,
            {kText, "Which address of this computer --lan uses", group})
      .needs("--lan");
  return *this;
}

OptionGroups& OptionGroups::trace() {
  const char* group = "Output";
  command_.text(
      "--trace", options_.trace_file,
      {kFile, "Append every exchange to FILE, without secrets;\nFILE.har becomes an HTTP archive",
       group});
  command_
      .flag("--trace-secrets", options_.trace_secrets, {"", "Keep the secrets in the trace", group})
      .needs("--trace");
  return *this;
}

}  // namespace deviceflow::demo
