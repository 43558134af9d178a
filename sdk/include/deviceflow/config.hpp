// Where to sign in, and as which client.
#ifndef DEVICEFLOW_CONFIG_HPP
#define DEVICEFLOW_CONFIG_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>
#include <deviceflow/provider.hpp>
#include <deviceflow/secret.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// The client's private key, as PEM or as a Signer. Leave both empty for none.
struct ClientKey {
  /// See make_pem_signer().
  Secret pem;
  /// Goes into the `kid` of what `pem` signs.
  std::string key_id;
  /// What `pem` signs with, if the client is registered for one algorithm. Empty: the usual one of
  /// the key (see make_pem_signer()), or the first that the metadata list if they leave that out.
  std::optional<JwsAlgorithm> algorithm;
  /// A key that stays where it is, in a chip for one. Wins over `pem`.
  std::shared_ptr<Signer> signer;
};

/// What a Session needs to know. The issuer and the client ID are enough for most providers.
///
/// **Endpoints.** The one who names an endpoint wins: the provider's description, its metadata,
/// `endpoints`, in rising precedence. Metadata are fetched only if an endpoint that the call needs
/// is not named in `endpoints` or, for the issuer that the description itself names, in the
/// description:
///
///   sign_in     device_authorization and token; with the scope "openid" jwks_uri as well
///   refreshing  token; jwks_uri, if an ID token comes with the response
///   userinfo, introspect, revoke, keys
///               the endpoint of that name; introspect jwks_uri as well for a signed response
///
/// A client with a secret, key or certificate but without `client_auth` learns from the metadata
/// how to authenticate. That alone never fails a call: without metadata it chooses by itself.
///
/// If the first metadata document that is found does not name a needed endpoint, the gaps are
/// filled from the documents in the other places, as far as they name exactly the same issuer.
struct Config {
  Config() = default;
  /// `issuer_url`: the provider's issuer. `scopes`: space-separated; empty asks for none.
  Config(std::string issuer_url, std::string client, std::string scopes = {})
      : issuer(std::move(issuer_url)), client_id(std::move(client)), scope(std::move(scopes)) {}

  std::string issuer;
  std::string client_id;
  std::string scope;
  /// The APIs that the tokens are for (RFC 8707), absolute URIs; refreshes name them again.
  std::vector<std::string> resources;
  /// A JSON array (RFC 9396); empty for none.
  std::string authorization_details;
  /// Further parameters of the device authorization request.
  std::vector<std::pair<std::string, std::string>> extra;
  /// Which of several users of one client this is about (StoreKey::account).
  std::string account;
  /// Keep a sign-in that waits for the user in the store, so that sign_in() goes on with its codes
  /// after a restart: the device code is then on the disk for as long as it is valid.
  bool resume = false;

  /// Single endpoints; each wins over the metadata and over the provider's description.
  Endpoints endpoints;
  /// What use_provider() was given, or null. Its endpoints count below the metadata.
  std::shared_ptr<const Provider> provider;
  /// Empty for a public client, which is what a device is: a secret inside a device is no secret.
  Secret client_secret;
  /// Signs the assertions of private_key_jwt.
  ClientKey client_key;
  /// The audience of those assertions. Empty: the issuer, or the token endpoint if there is none.
  std::optional<AssertionAudience> assertion_audience;
  /// See CurlOptions. With another network, its certificate is its own business.
  std::string client_cert_file;
  std::string client_key_file;
  /// Empty: chosen by choose_client_auth().
  std::optional<ClientAuth> client_auth;
  /// Ties each sign-in to this device (RFC 7636). Off, since some servers refuse what they don't
  /// know.
  bool pkce = false;
  /// Binds tokens to `dpop_key` (RFC 9449). Needs a known time of day.
  DpopMode dpop = DpopMode::off;
  DpopScope dpop_scope = DpopScope::token_requests;
  /// Empty: a key is made at the sign-in and stored beside the tokens.
  ClientKey dpop_key;
  /// PEM file with the only authorities to trust. Empty: the system's store.
  std::string ca_file;
  /// See CurlOptions::proxy. With another network, proxies are its own business.
  std::string proxy;
  /// Plain http beyond this machine. Tokens can then be intercepted.
  bool dangerous_allow_http = false;
  /// Called after every HTTP exchange with everything in clear, on the thread that runs it and by
  /// several at once if several calls run; null: nothing is recorded. Use to_trace() with the
  /// redactor before anything is written.
  std::function<void(const ExchangeRecord&, const Redactor&)> on_exchange;
};

/// Fills in what `config` leaves empty: the issuer, the scope, and how a client with a secret
/// authenticates; and sets the provider. Call it last.
void use_provider(Config& config, Provider provider);

/// What a session stands on, for tests and for other platforms. Null means the system's own
/// (libcurl, CLOCK_BOOTTIME, getrandom). Clock and random source must outlive the session and be
/// callable from any thread that calls it.
struct Ports {
  /// Makes a network; called by a thread that calls the session. Each is used by one call at a
  /// time, and kept for the next one.
  std::function<std::unique_ptr<Network>()> network;
  Clock* clock = nullptr;
  RandomSource* random = nullptr;
};

/// How CurlNetwork is set up for `config`, for a network of yours that stands in front of one.
CurlOptions curl_options(const Config& config);

}  // namespace deviceflow

#endif
