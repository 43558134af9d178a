// Merged settings with their secrets and a trace, and what the SDK has to know of them.
#ifndef DEVICEFLOW_DEMO_COMMON_SESSION_HPP
#define DEVICEFLOW_DEMO_COMMON_SESSION_HPP

#include <deviceflow/session.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/url.hpp"
#include "provider_options.hpp"
#include "sandbox_child.hpp"
#include "trace_file.hpp"

namespace deviceflow::demo {

struct Session {
  ProviderSettings settings;  ///< The config file with the options on top.
  Secret client_secret;
  Secret introspection_secret;        ///< Of what the settings name for it, if that was typed.
  Secret client_key;                  ///< In PEM; empty where it signs no assertions.
  std::string authorization_details;  ///< The file's text.
  /// With its fields filled in; null if the settings name endpoints or an issuer alone.
  std::shared_ptr<const Provider> provider;
  std::unique_ptr<TraceFile> trace;

  bool is_sandbox() const { return provider && provider->sandbox; }
  std::string_view provider_name() const { return provider ? provider->name : std::string_view(); }
};

/// The client that a sandbox login uses where none is named.
inline constexpr const char* kSandboxClient = "demo-tv";

using OnExchange = std::function<void(const ExchangeRecord&, const Redactor&)>;

/// Reads all files that the command line names. Every failure is a usage error.
Result<Session> open_session(const ProviderOptions& options);
/// The same with what the config file says at hand; its name is for messages only.
Result<Session> open_session(const ProviderOptions& options, ProviderSettings config);

/// Fails with a usage error if the issuer is a host without a scheme; says what it should be.
Result<void> check_issuer(const Session& session);

/// Fails with a usage error where a login can't begin: no client ID, options of the sandbox beside
/// a provider (or the other way round), or a request that must not be sent.
Result<void> check_for_login(const ProviderOptions& options, const Session& session);

/// Makes the sandbox the provider of this session, with its own client and scope where none are
/// set.
void use_sandbox(Session& session, const SandboxChild& sandbox);

/// The endpoints that the settings name, and below them the provider's description.
Endpoints named_endpoints(const Session& session);
/// False if a login goes without metadata: every endpoint that it needs is named (see Client).
bool login_needs_metadata(const Session& session);

/// Where the provider is; empty where only the sandbox could be meant.
std::optional<Url> provider_url(const Session& session);
/// The provider's host, or "the provider".
std::string host_of(const Session& session);
/// The same with the port, as a user types it.
std::string place_of(const Session& session);

/// For a session of the SDK. `session` has to outlive that. `on_exchange` may be null; the trace
/// gets every exchange anyway.
Config make_config(const Session& session, OnExchange on_exchange = nullptr);

/// Who asks the introspection endpoint: an account, a client of its own (the sandbox has one),
/// nobody (--introspection-auth), or, null, the client itself. Fails with a usage error if none of
/// these is set: it names the options, and its details name the setting "introspection".
Result<std::shared_ptr<Authenticator>> introspection_credentials(const Session& session);

}  // namespace deviceflow::demo

#endif
