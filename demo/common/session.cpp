#include "session.hpp"

#include <cstdlib>
#include <deviceflow/secret.hpp>

#include "config_file.hpp"
#include "files.hpp"
#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

constexpr const char* kSecretVariable = "DEVICEFLOW_CLIENT_SECRET";
constexpr const char* kSandboxAsker = "demo-resource-server";
constexpr const char* kSandboxAskerSecret = "demo-resource-server-secret";

Result<Secret> find_client_secret(const ProviderSettings& settings) {
  if (!settings.client_secret_file.empty()) {
    return read_secret_file("client secret file", settings.client_secret_file);
  }
  const char* text = std::getenv(kSecretVariable);
  // Without a client ID there is no client that the secret could belong to.
  if (text == nullptr || settings.client_id.empty()) return Secret();
  return Secret(without_newline(text));
}

// What each method of client authentication needs.
Result<void> check_client(const ProviderSettings& settings) {
  const bool key = !settings.client_key_file.empty();
  const bool certificate = !settings.client_cert_file.empty();
  if (certificate && !key) return usage_error("--client-cert needs its key: give --client-key.");
  if (settings.client_auth == ClientAuth::private_key_jwt && !key) {
    return usage_error("--client-auth private_key_jwt needs --client-key.");
  }
  if (settings.client_auth == ClientAuth::tls && !certificate) {
    return usage_error("--client-auth tls needs --client-cert and --client-key.");
  }
  return {};
}

Result<void> read_client_files(Session& session) {
  const ProviderSettings& settings = session.settings;
  const auto checked = check_client(settings);
  if (!checked.ok()) return checked;
  const std::string proxy = proxy_problem(settings.proxy);
  if (!proxy.empty()) return usage_error(proxy);
  const auto trusted = check_certificate_file("CA file", settings.ca_file);
  if (!trusted.ok()) return trusted;
  const auto shown = check_certificate_file("client certificate", settings.client_cert_file);
  if (!shown.ok()) return shown;
  auto secret = find_client_secret(settings);
  if (!secret.ok()) return secret.error();
  session.client_secret = std::move(*secret);
  if (settings.client_key_file.empty()) return {};
  const bool for_tls =
      settings.client_auth != ClientAuth::private_key_jwt && !settings.client_cert_file.empty();
  auto key = read_key_file(settings.client_key_file, for_tls);
  if (!key.ok()) return key.error();
  // It is the certificate's then, and signs assertions only where that was asked for by name.
  if (!for_tls) session.client_key = std::move(*key);
  return {};
}

Error no_introspection_account(std::string message) {
  Error error = usage_error(std::move(message));
  error.details.setting = "introspection";
  return error;
}

Result<std::shared_ptr<Authenticator>> account_auth(std::string_view user, Secret password) {
  auto made = make_account_auth(user, std::move(password));
  if (!made.ok()) return made.error();
  return std::shared_ptr<Authenticator>(std::move(*made));
}

// What --introspection-auth asks for.
Result<std::shared_ptr<Authenticator>> no_introspection_credentials(
    const ProviderSettings& settings) {
  const bool nothing = settings.introspection_auth == IntrospectionAuth::none;
  const std::string& client = settings.introspection_client_id;
  const bool credentials =
      !settings.introspection_user_file.empty() || !settings.introspection_secret_file.empty();
  if (credentials || (nothing && !client.empty())) {
    return usage_error(nothing ? "--introspection-auth none sends the token alone: leave out the "
                                 "other introspection options."
                               : "--introspection-auth client_id sends no secret: leave out "
                                 "--introspection-user-file and --introspection-secret-file.");
  }
  if (nothing) return std::shared_ptr<Authenticator>(make_no_auth());
  const std::string& id = client.empty() ? settings.client_id : client;
  if (id.empty()) {
    return usage_error(
        "--introspection-auth client_id needs --introspection-client-id or --client-id.");
  }
  auto made = make_client_auth(ClientAuth::none, id, Secret());
  if (!made.ok()) return made.error();
  return std::shared_ptr<Authenticator>(std::move(*made));
}

// The SDK checks requests only when it makes them; a file's name would be lost by then.
Result<void> check_request(const Session& session) {
  DeviceAuthorizationParameters parameters;
  parameters.endpoint = "https://localhost";
  parameters.scope = session.settings.scope.value_or("");
  parameters.extra = session.settings.parameters;
  parameters.resources = session.settings.resources;
  parameters.authorization_details = session.authorization_details;
  const auto made = make_device_authorization_request(parameters);
  if (!made.ok()) return usage_error(made.error().message);
  return {};
}

// Users also paste the address of the metadata.
std::string issuer_of(const std::string& text) {
  constexpr std::string_view kWellKnown = "/.well-known/";
  const std::size_t at = text.find(kWellKnown);
  if (at == std::string::npos) return text;
  const std::string_view rest = std::string_view(text).substr(at + kWellKnown.size());
  for (const std::string_view document : {"openid-configuration", "oauth-authorization-server"}) {
    if (!rest.starts_with(document)) continue;
    std::string_view path = rest.substr(document.size());
    path = path.substr(0, path.find_first_of("?#"));
    if (path.empty() || path == "/") return text.substr(0, at);
    if (path.front() == '/') return text.substr(0, at) + std::string(path);  // RFC 8414 section 3.1
  }
  return text;
}

Result<Provider> read_provider(const std::string& name) {
  if (!names_provider_file(name)) {
    auto provider = builtin_provider(name);
    if (provider.ok()) return provider;
    return usage_error(provider.error().message +
                       " \"deviceflow providers\" lists all; a description of your own is named "
                       "by its file, NAME.json.");
  }
  const auto text = read_file("provider file", name);
  if (!text.ok()) return text.error();
  auto provider = parse_provider(text->reveal());
  if (provider.ok()) return provider;
  return usage_error("Provider file " + name + ": " + provider.error().message);
}

// The provider's description stands below everything else that was said.
Result<void> apply_provider(Session& session) {
  ProviderSettings& settings = session.settings;
  if (settings.provider.empty()) {
    if (settings.fields.empty()) return {};
    return usage_error("Fields belong to a provider: name it with --provider.");
  }
  const auto described = read_provider(settings.provider);
  if (!described.ok()) return described.error();
  auto provider = described->resolve(settings.fields);
  if (!provider.ok()) {
    return usage_error(provider.error().message + " Fields are given with --field NAME=VALUE.");
  }
  if (settings.issuer.empty()) settings.issuer = provider->issuer;
  if (!settings.scope && !provider->scope.empty()) settings.scope = provider->scope;
  if (!settings.assertion_audience) settings.assertion_audience = provider->assertion_audience;
  session.provider = std::make_shared<Provider>(std::move(*provider));
  return {};
}

// The sandbox knows no client of a provider.
Result<void> check_for_sandbox(const ProviderOptions& options) {
  const ProviderSettings& flags = options.flags;
  const bool client = !flags.client_id.empty() || !flags.client_secret_file.empty() ||
                      !flags.client_key_file.empty() || !flags.client_cert_file.empty();
  if (!client || names_provider(options)) return {};
  return usage_error(
      "A client needs its provider: give --issuer URL, --provider NAME, --config FILE or the "
      "endpoints. Without a client and a provider the sandbox is used.");
}

}  // namespace

Result<Session> open_session(const ProviderOptions& options) {
  if (options.config_file.empty()) return open_session(options, {});
  auto config = read_config_file(options.config_file);
  if (!config.ok()) return config.error();
  return open_session(options, std::move(*config));
}

Result<Session> open_session(const ProviderOptions& options, ProviderSettings config) {
  Session session;
  session.settings = overlay(std::move(config), options.flags);
  session.settings.issuer = issuer_of(session.settings.issuer);
  const auto applied = apply_provider(session);
  if (!applied.ok()) return applied.error();
  const auto read = read_client_files(session);
  if (!read.ok()) return read.error();
  const std::string& details = session.settings.authorization_details_file;
  if (!details.empty()) {
    auto text = read_secret_file("authorization details file", details);
    if (!text.ok()) return text.error();
    session.authorization_details = std::string(text->reveal());
  }
  if (!options.trace_file.empty()) {
    auto trace = TraceFile::open(options.trace_file,
                                 options.trace_secrets ? TraceSecrets::keep : TraceSecrets::redact);
    if (!trace.ok()) return trace.error();
    session.trace = std::move(*trace);
  }
  return session;
}

Result<void> check_issuer(const Session& session) {
  const std::string& issuer = session.settings.issuer;
  if (issuer.empty() || issuer.find("://") != std::string::npos) return {};
  const auto url = parse_url("https://" + issuer);
  if (!url.ok() || !url->userinfo.empty()) return usage_error("The issuer has to be a URL.");
  const bool here = host_reach(url->host) == HostReach::this_machine;
  return usage_error("The issuer has to be a URL. Did you mean " +
                     std::string(here ? "http://" : "https://") + clean_text(issuer, 200) + "?");
}

Result<void> check_for_login(const ProviderOptions& options, const Session& session) {
  if (options.sandbox.any() && names_provider(options)) {
    return usage_error(
        "--scenario, --auto, --after, --lan and --lan-address are the sandbox's, which is used "
        "only where no provider is named.");
  }
  const auto named = check_for_sandbox(options);
  if (!named.ok()) return named;
  const auto whole = check_issuer(session);
  if (!whole.ok()) return whole;
  if (names_provider(options) && session.settings.client_id.empty()) {
    return usage_error("--client-id is required: the ID of this client at the provider.");
  }
  if (session.settings.dpop_device_authorization && !session.settings.dpop) {
    return usage_error("--dpop-device-authorization needs --dpop.");
  }
  const std::string& store = options.flags.store;
  if (!names_provider(options) && !store.empty() && store != kNoStore) {
    return usage_error(
        "The sandbox's logins are never stored: its tokens die with it. --store is for logins at a "
        "provider.");
  }
  return check_request(session);
}

void use_sandbox(Session& session, const SandboxChild& sandbox) {
  session.provider = std::make_shared<Provider>(*builtin_provider("sandbox"));
  session.settings.issuer = sandbox.issuer();
  if (session.settings.client_id.empty()) session.settings.client_id = kSandboxClient;
  if (!session.settings.scope) session.settings.scope = session.provider->scope;
}

Endpoints named_endpoints(const Session& session) {
  Endpoints out = session.settings.endpoints;
  if (session.provider) fill_missing(out, session.provider->endpoints);
  return out;
}

bool login_needs_metadata(const Session& session) {
  const std::string& issuer = session.settings.issuer;
  if (issuer.empty()) return false;
  EndpointSet wanted{&Endpoints::device_authorization, &Endpoints::token};
  if (missing_scopes("openid", session.settings.scope.value_or("")).empty()) {
    wanted.push_back(&Endpoints::jwks_uri);
  }
  const bool described = session.provider && session.provider->issuer == issuer;
  return !names_all(described ? named_endpoints(session) : session.settings.endpoints, wanted);
}

std::optional<Url> provider_url(const Session& session) {
  const Endpoints named = named_endpoints(session);
  for (const std::string& place :
       {session.settings.issuer, named.device_authorization, named.token}) {
    auto url = parse_url(place);
    if (url.ok()) return std::move(*url);
  }
  return std::nullopt;
}

std::string host_of(const Session& session) {
  const auto url = provider_url(session);
  return url ? url->host : "the provider";
}

std::string place_of(const Session& session) {
  const auto url = provider_url(session);
  if (!url || url->port.empty()) return host_of(session);
  return url->host + ":" + url->port;
}

Config make_config(const Session& session, OnExchange on_exchange) {
  const ProviderSettings& settings = session.settings;
  Config config(settings.issuer, settings.client_id, settings.scope.value_or(""));
  config.endpoints = settings.endpoints;
  config.resources = settings.resources;
  config.authorization_details = session.authorization_details;
  config.extra = settings.parameters;
  config.account = settings.account;
  config.client_secret = session.client_secret;
  config.client_auth = settings.client_auth;
  config.assertion_audience = settings.assertion_audience;
  config.client_key.pem = session.client_key;
  if (!settings.client_cert_file.empty()) {
    config.client_cert_file = settings.client_cert_file;
    config.client_key_file = settings.client_key_file;
  }
  config.pkce = settings.pkce;
  // Asking for bound tokens means to want no others.
  if (settings.dpop) config.dpop = DpopMode::require;
  if (settings.dpop_device_authorization) {
    config.dpop_scope = DpopScope::device_authorization_too;
  }
  if (session.provider) use_provider(config, *session.provider);
  config.ca_file = settings.ca_file;
  config.proxy = settings.proxy;
  config.dangerous_allow_http = settings.dangerous_allow_http;
  TraceFile* trace = session.trace.get();
  if (trace != nullptr || on_exchange) {
    config.on_exchange = [trace, told = std::move(on_exchange)](const ExchangeRecord& record,
                                                                const Redactor& redactor) {
      if (trace != nullptr) trace->append(record, redactor);
      if (told) told(record, redactor);
    };
  }
  return config;
}

Result<std::shared_ptr<Authenticator>> introspection_credentials(const Session& session) {
  const ProviderSettings& settings = session.settings;
  if (settings.introspection_auth) return no_introspection_credentials(settings);
  if (!settings.introspection_user_file.empty() && !settings.introspection_client_id.empty()) {
    return usage_error(
        "Give either --introspection-user-file or --introspection-client-id, not both.");
  }
  if (!settings.introspection_user_file.empty()) {
    auto account = read_account_file(settings.introspection_user_file);
    if (!account.ok()) return account.error();
    return account_auth(account->user, std::move(account->password));
  }
  if (!settings.introspection_user.empty()) {
    if (session.introspection_secret.empty()) {
      return no_introspection_account(
          "There is no password for introspection_user. Type it in the window's settings, or give "
          "--introspection-user-file.");
    }
    return account_auth(settings.introspection_user, session.introspection_secret);
  }
  if (settings.introspection_client_id.empty()) {
    if (session.is_sandbox()) {
      auto made = make_client_auth(ClientAuth::basic, kSandboxAsker, Secret(kSandboxAskerSecret));
      if (!made.ok()) return made.error();
      return std::shared_ptr<Authenticator>(std::move(*made));
    }
    const bool own = !session.client_secret.empty() || !settings.client_key_file.empty();
    if (own) return std::shared_ptr<Authenticator>();
    return no_introspection_account(
        "Introspection needs credentials: give --introspection-user-file, or "
        "--introspection-client-id with --introspection-secret-file, or the client's own secret. "
        "--introspection-auth asks without credentials.");
  }
  if (settings.introspection_secret_file.empty() && session.introspection_secret.empty()) {
    return no_introspection_account("--introspection-client-id needs --introspection-secret-file.");
  }
  auto secret =
      settings.introspection_secret_file.empty()
          ? Result<Secret>(session.introspection_secret)
          : read_secret_file("introspection secret file", settings.introspection_secret_file);
  if (!secret.ok()) return secret.error();
  const bool post = settings.client_auth == ClientAuth::post;
  auto made = make_client_auth(post ? ClientAuth::post : ClientAuth::basic,
                               settings.introspection_client_id, std::move(*secret));
  if (!made.ok()) return made.error();
  return std::shared_ptr<Authenticator>(std::move(*made));
}

}  // namespace deviceflow::demo
