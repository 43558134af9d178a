#include "doctor_settings.hpp"

#include <algorithm>

#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

const std::string kCheck(kSettings);

class SettingsCheck {
 public:
  SettingsCheck(const ProviderOptions& options, const Session& session)
      : options_(options), session_(session), settings_(session.settings) {}

  Findings run() {
    check_where();
    check_client();
    const auto request = check_for_login(options_, session_);
    const bool told = settings_.client_id.empty() && names_provider(options_);
    if (!request.ok() && !told) {
      findings_.push_back(bad(kCheck, request.error().message, "Correct it.").as(request.error()));
    }
    if (findings_.empty())
      findings_.push_back(good(kCheck, summary())
                              .as(names_provider(options_) ? "settings.good" : "settings.sandbox",
                                  {{"client", settings_.client_id}, {"host", host_of(session_)}}));
    return std::move(findings_);
  }

 private:
  // `setting` is the key of the one that is wrong.
  void wrong(std::string code, std::string_view setting, std::string detail, std::string advice,
             std::string rfc = {}) {
    findings_.push_back(bad(kCheck, std::move(detail), std::move(advice), std::move(rfc))
                            .as(std::move(code), {{"setting", std::string(setting)}}));
  }

  std::string named(std::string_view key, bool by_option) const {
    return setting_name(key, by_option, options_.config_file);
  }

  void check_where() {
    if (!settings_.issuer.empty()) check_issuer();
    const Endpoints known = named_endpoints(session_);
    for (const EndpointName& one : kEndpointNames) {
      const std::string& url = known.*one.member;
      const bool by_option = !(options_.flags.endpoints.*one.member).empty();
      if (!url.empty()) check_endpoint(one.key, named(one.key, by_option), url);
    }
    const bool complete = !known.device_authorization.empty() && !known.token.empty();
    if (names_provider(options_) && settings_.issuer.empty() && !complete) {
      wrong("settings.no_place", "",
            "There is nowhere to sign in: neither an issuer nor both of the device authorization "
            "endpoint and the token endpoint are set.",
            "Give --issuer, or both endpoints.");
    }
  }

  void check_issuer() {
    const std::string name = named("issuer", !options_.flags.issuer.empty());
    const auto places = metadata_urls(settings_.issuer);
    if (!places.ok()) {
      wrong("settings.unusable", "issuer",
            "The setting " + name + " can't be used. " + places.error().message,
            "Take the issuer exactly as the provider writes it.", "RFC 8414 section 2");
      return;
    }
    check_scheme("issuer", name, settings_.issuer, "RFC 8414 section 2");
  }

  void check_endpoint(std::string_view key, const std::string& name, const std::string& url) {
    const auto parsed = parse_url(url);
    if (!parsed.ok()) {
      wrong("settings.unusable", key,
            "The setting " + name + " can't be used. " + parsed.error().message,
            "Take the endpoint from the provider's documents.");
    } else if (parsed->fragment) {
      wrong("settings.fragment", key,
            "The setting " + name + " has a fragment (\"#\"), which an endpoint must not have.",
            "Leave out the \"#\" and what follows it.", "RFC 6749 section 3.2");
    } else {
      check_scheme(key, name, url, "RFC 8628 section 3.1");
    }
  }

  void check_scheme(std::string_view key, const std::string& name, const std::string& url,
                    std::string rfc) {
    const auto parsed = parse_url(url);
    if (!parsed.ok() || parsed->scheme == "https") return;
    const bool near = host_reach(parsed->host) == HostReach::this_machine;
    if (parsed->scheme == "http" && (near || settings_.dangerous_allow_http)) return;
    wrong("settings.plain_http", key,
          "The setting " + name + " is " + parsed->scheme +
              ":// to another computer: everybody on the way could read the tokens.",
          "Use the provider's https address.", std::move(rfc));
  }

  void check_client() {
    if (settings_.client_id.empty() && names_provider(options_)) {
      wrong("settings.no_client", "client_id", "It is not set which client this device is.",
            "Register a client for the device grant with the provider, and give its ID with "
            "--client-id (\"client_id\" in a config file).",
            "RFC 8628 section 3.1");
    }
    if (!settings_.client_auth) return;
    const ClientAuth method = *settings_.client_auth;
    const std::string name = named("client_auth", options_.flags.client_auth.has_value());
    const bool secret = !session_.client_secret.empty();
    if ((method == ClientAuth::basic || method == ClientAuth::post) && !secret) {
      wrong("settings.needs_secret", "client_auth",
            "The setting " + name + " asks for a client secret, and there is none.",
            "Give --client-secret-file or DEVICEFLOW_CLIENT_SECRET, or leave the method out.",
            "RFC 6749 section 2.3.1");
    }
    if ((method == ClientAuth::none || method == ClientAuth::tls) && secret) {
      wrong("settings.needless_secret", "client_auth",
            "The setting " + name + " has no use for a client secret, and one is set.",
            "Take the secret away (--client-secret-file, \"client_secret_file\", "
            "DEVICEFLOW_CLIENT_SECRET), or leave the method out.",
            "RFC 6749 section 2.3");
    }
  }

  std::string summary() const {
    if (!names_provider(options_)) return "No provider is set: this is the sandbox.";
    std::string out = "Client " + settings_.client_id + " at " + host_of(session_);
    if (!options_.config_file.empty()) out += ", from " + options_.config_file;
    out += ". Trusted are ";
    out += settings_.ca_file.empty() ? "the system's authorities"
                                     : "only the authorities in " + settings_.ca_file;
    return out + ".";
  }

  const ProviderOptions& options_;
  const Session& session_;
  const ProviderSettings& settings_;
  Findings findings_;
};

}  // namespace

std::string setting_name(std::string_view key, bool by_option, const std::string& config_file) {
  std::string option = "--" + std::string(key);
  std::replace(option.begin(), option.end(), '_', '-');
  if (by_option || config_file.empty()) return option;
  return "\"" + std::string(key) + "\" in " + config_file;
}

Findings assess_settings(const ProviderOptions& options, const Session& session) {
  return SettingsCheck(options, session).run();
}

}  // namespace deviceflow::demo
