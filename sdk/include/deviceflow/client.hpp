// The whole thing in one call: a blocking device login for programs that have a thread to spare.
#ifndef DEVICEFLOW_CLIENT_HPP
#define DEVICEFLOW_CLIENT_HPP

#include <chrono>
#include <deviceflow/authenticator.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/device_login.hpp>
#include <deviceflow/dpop.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/exchange_record.hpp>
#include <deviceflow/introspection.hpp>
#include <deviceflow/jose.hpp>
#include <deviceflow/jwks.hpp>
#include <deviceflow/metadata.hpp>
#include <deviceflow/provider.hpp>
#include <deviceflow/refresh.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/revocation.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/stored_login.hpp>
#include <deviceflow/token_store.hpp>
#include <deviceflow/transport.hpp>
#include <deviceflow/userinfo.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// A private key of the client's, in one of two ways; none where both are empty.
struct ClientKey {
  /// In PEM; see make_pem_signer().
  Secret pem;
  /// Goes into the `kid` of what `pem` signs.
  std::string key_id;
  /// What `pem` signs with, if the client is registered for one algorithm. Empty: the usual one of
  /// the key (see make_pem_signer()), or the first that the metadata list if they leave that out.
  std::optional<JwsAlgorithm> algorithm;
  /// A key that stays where it is, in a chip for one. Wins over `pem`.
  std::shared_ptr<Signer> signer;
};

/// Where to sign in, and as which client.
struct ClientConfig {
  /// The provider's issuer URL. Its metadata name what nobody else names: see Client.
  std::string issuer;
  /// Where its metadata are looked for, in this order. A single form saves the requests for the
  /// others.
  std::vector<MetadataForm> metadata_forms = all_metadata_forms();
  /// Single endpoints; each wins over the metadata and over the provider's description.
  Endpoints endpoints;
  /// What use_provider() was given, or null. Its endpoints count below the metadata.
  std::shared_ptr<const Provider> provider;
  std::string client_id;
  /// Empty for a public client, which is what a device is: a secret inside a device is no secret.
  Secret client_secret;
  /// Signs the assertions of private_key_jwt.
  ClientKey client_key;
  /// The audience of those assertions. Empty: the issuer, or the token endpoint if there is none.
  std::optional<AssertionAudience> assertion_audience;
  std::string assertion_typ = "client-authentication+jwt";
  /// See CurlTransportOptions. With another transport, its certificate is its own business.
  std::string client_cert_file;
  std::string client_key_file;
  /// Empty: chosen by choose_client_auth().
  std::optional<ClientAuth> client_auth;
  /// Ties each login to this device (RFC 7636). Off, since some servers refuse what they don't
  /// know.
  bool pkce = false;
  /// Binds tokens to `dpop_key` (RFC 9449). Needs a known time of day.
  DpopMode dpop = DpopMode::off;
  DpopScope dpop_scope = DpopScope::token_requests;
  /// Where it is empty, the client makes a key: see Client::dpop_key().
  ClientKey dpop_key;
  /// PEM file with the only authorities to trust. Empty: the system's store.
  std::string ca_file;
  /// See CurlTransportOptions::proxy. With another transport, proxies are its own business.
  std::string proxy;
  /// Plain http beyond this machine. Tokens can then be intercepted.
  bool dangerous_allow_http = false;
  /// Called after every HTTP exchange, on the thread that runs it, with everything in clear; null:
  /// nothing is recorded. Use to_trace() with the redactor before anything is written.
  std::function<void(const ExchangeRecord&, const Redactor&)> on_exchange;
};

/// Fills in what `config` leaves empty: the issuer, and how a client with a secret authenticates;
/// and sets the provider. Give LoginRequest::scope its scope if there is no other wish. Call it
/// last.
void use_provider(ClientConfig& config, Provider provider);

/// What a client stands on, for tests and for other platforms. Each must outlive the client; null
/// means the system's own (libcurl, CLOCK_BOOTTIME, getrandom).
struct ClientPorts {
  Transport* transport = nullptr;
  Clock* clock = nullptr;
  Waiter* waiter = nullptr;
  RandomSource* random = nullptr;
};

struct LoginRequest {
  /// Space-separated; empty asks for none.
  std::string scope;
  /// Further parameters of the device authorization request.
  std::vector<std::pair<std::string, std::string>> extra;
  /// See DeviceAuthorizationParameters.
  std::vector<std::string> resources;
  std::string authorization_details;
  /// How long to keep trying to start while the network is away, from the call of login(). Empty:
  /// the first failure ends the login. Waits 2, 4, 8 … 30 s between the tries.
  ///
  /// Metadata are fetched again after every passing fault: no network, no answer in time, an
  /// unfinished TLS handshake, 408, 425, 429, 5xx. The device authorization request is sent again
  /// only where nothing of it left this machine. An untrusted certificate is final at once.
  std::optional<std::chrono::milliseconds> start_deadline;
  /// Takes up this login instead of asking for codes; null asks. Fails as DeviceLogin::restore()
  /// does. Must stay as it is until login() returns.
  const PendingLogin* resume = nullptr;
  /// Asked before tokens are revoked that nobody gets: after a cancel, or beside an ID token that
  /// must not be believed. True if one of them is stored: some servers return the same tokens at
  /// every sign-in, and revoking them would end the stored one. A Session fills it in. Null:
  /// nothing is stored.
  std::function<bool(const TokenSet&)> is_stored;
};

/// Told what is going on, on the thread that called login(). Each may be null. None may call the
/// client, except for cancel().
struct LoginEvents {
  /// The codes to show, once.
  std::function<void(const DeviceAuthorization&)> on_prompt;
  /// After every poll that did not end the login. `next_in` is the wait until the next one, empty
  /// where none fits before expiry.
  std::function<void(const PollReport&, std::optional<std::chrono::milliseconds> next_in)> on_poll;
  /// Once after every try to start that failed and will be repeated (LoginRequest::start_deadline),
  /// with the reason; the Error's stage says whether the metadata or the codes were asked for.
  /// `next_in` is the wait until the next try, never empty here.
  std::function<void(const Error&, std::optional<std::chrono::milliseconds> next_in)>
      on_start_retry;
  /// Each step of the login through the table of its states.
  std::function<void(const LoginTransition&)> on_transition;
  /// When the codes are there and whenever the interval has grown: what a restart would need to go
  /// on (LoginRequest::resume). Holds the device code, for a token store and nothing else, and has
  /// to be erased when login() returns. Not called while the wall clock is unknown.
  std::function<void(const PendingLogin&)> on_pending;
};

/// How a refresh ended.
struct RefreshOutcome {
  /// The tokens, complete, or why there are none: sign_in_needed (the user has to sign in),
  /// oauth_error, network … (the session lives), or id_token_invalid and algorithm_not_allowed,
  /// after an ID token that must not be believed: all new tokens are thrown away then.
  Result<TokenSet> tokens;
  /// True if the refresh token may have been used up although no tokens came: the next try may find
  /// it spent.
  bool maybe_spent = false;
  /// What the server asked to wait at least.
  std::optional<std::chrono::seconds> retry_after;
  Quirks quirks;
  /// The claims of the ID token that came, verified. A refresh may bring none.
  std::optional<IdTokenClaims> id_token_claims = {};
  /// Why there are no claims, though an ID token came, and the tokens are good all the same: it
  /// can't be checked now. Its keys could not be fetched or don't include the one that signed it
  /// (reason "unknown_key": providers change keys), or the issuer is not known.
  std::optional<Error> id_token_problem = {};
  /// With sign_in_needed: the server said that the refresh token is dead. Otherwise keep it.
  bool session_over = false;
  /// RefreshAnswer::refresh_token: what to use from now on although there are no tokens; or empty.
  Secret refresh_token = {};
};

/// How to ask about a token.
struct IntrospectionOptions {
  IntrospectionForm form = IntrospectionForm::json;
  /// Whom a signed answer has to be for; empty means this client.
  std::string audience;
};

/// A client of one provider. The calls block; one thread at a time, except for cancel().
///
/// **Endpoints.** The one who names an endpoint wins: the provider's description, its metadata,
/// ClientConfig::endpoints, in rising precedence. Metadata are fetched only if an endpoint that the
/// call needs is not named in ClientConfig::endpoints or, for the issuer that the description
/// itself names, in the description:
///
///   login       device_authorization and token; with the scope "openid" jwks_uri as well
///   refresh     token; jwks_uri, if an ID token comes with the response
///   userinfo, introspect, revoke, keys
///               the endpoint of that name; introspect jwks_uri as well for a signed response
///
/// A client with a secret, key or certificate but without `client_auth` learns from the metadata
/// how to authenticate. That alone never fails a call: without metadata it chooses by itself.
///
/// If the first metadata document that answers does not name a needed endpoint, the gaps are filled
/// from the documents in the other places, as far as they name exactly the same issuer.
class Client {
 public:
  explicit Client(ClientConfig config, ClientPorts ports = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Runs one device login to its end (RFC 8628). Discovers endpoints first if they are not named.
  /// The outcome holds the tokens, or an Error: network, timeout or tls (nothing could be reached),
  /// oauth_error, invalid_response, access_denied, expired_token, cancelled, one of discover()'s,
  /// not_possible (a credential that the server does not take, or a proof without a known time), or
  /// algorithm_not_allowed and id_token_invalid, after an ID token that must not be believed: all
  /// tokens are thrown away then, and revoked if the server offers it, within 500 ms.
  LoginOutcome login(const LoginRequest& request, const LoginEvents& events);
  /// The same, for callers that only want to show the codes.
  LoginOutcome login(const LoginRequest& request,
                     std::function<void(const DeviceAuthorization&)> on_prompt);

  /// The provider's metadata, fetched at the first call and again by the first call after their
  /// metadata_lifetime(), this one or any other that needs them; the place that answered is then
  /// asked first. While that fails in a way that passes, the old ones serve
  /// (Metadata::refetch_failure), and a minute goes by between the tries. Every endpoint that the
  /// first document does not name is looked for in the other places.
  ///
  /// Fails with invalid_argument where there is no usable issuer, network, timeout, tls,
  /// invalid_response, or issuer_mismatch; another issuer's document and an untrusted certificate
  /// are no reason to look elsewhere.
  Result<Metadata> discover();

  /// The provider's public keys, fetched anew (RFC 7517). Fails with not_possible where nobody
  /// names a jwks_uri, network, timeout, tls, cancelled, redirect_refused, one of discover()'s, and
  /// otherwise as read_jwks_response() does.
  Result<Jwks> keys();

  /// Asks the introspection endpoint about `token` (RFC 7662). `credentials` are what the endpoint
  /// wants to see; null means the client's own. A public client is refused here unless it asks
  /// explicitly: make_client_auth() with ClientAuth::none sends the client ID alone, make_no_auth()
  /// nothing. Fails with not_possible where there is no endpoint or nothing to authenticate with,
  /// and otherwise as read_introspection_response() does; where a
  /// signed answer is asked for, also with not_possible where its keys can't be found, and as
  /// check_signed_introspection() does.
  Result<Introspection> introspect(const Secret& token,
                                   std::shared_ptr<Authenticator> credentials = nullptr,
                                   const IntrospectionOptions& options = {});

  /// Asks the UserInfo endpoint who `access_token` stands for (OpenID Connect Core section 5.3).
  /// Sent without client authentication: the token is the credential. With
  /// DpopMode::require it goes with a proof; with prefer, after a login that brought a DPoP token.
  /// `expected_subject` is the `sub` of a validated ID token, if there is one. A signed response is
  /// verified with the issuer's keys. Fails with invalid_argument for an empty token, not_possible
  /// if there is no endpoint, or no issuer or keys for a signed response, crypto_failed, network,
  /// timeout, tls, cancelled, one of discover()'s, and otherwise as read_userinfo_response(),
  /// read_userinfo_jwt() and check_userinfo_jwt() do.
  Result<UserInfo> userinfo(const Secret& access_token,
                            std::optional<std::string_view> expected_subject = std::nullopt);

  /// Uses a refresh token once (RFC 6749 section 6), repeated only where the server demands a
  /// nonce. An empty token endpoint in `parameters` means the client's own, which is what it should
  /// be: a refresh token goes to nobody but the server that issued it. A Session does this when it
  /// is due. An ID token in the answer is verified as at a login.
  RefreshOutcome refresh(const RefreshParameters& parameters);
  /// The same for a stored login, with its key. An ID token in the answer has to be about the
  /// person who signed in, and not older than the stored one (OpenID Connect Core section 12.2).
  RefreshOutcome refresh(const StoredLogin& login);

  /// Goes on with a stored login: its DPoP key, where it has one, takes the place of this client's,
  /// and its secrets stay out of every text from now on. Call it before anything is sent with
  /// tokens from a store. Sends nothing. Where DpopMode is off, a bound login turns it to prefer:
  /// its tokens work with proofs only.
  void continue_login(const StoredLogin& login);

  /// Forgets the tokens of the login at hand, and closes the idle connection, whose buffers may
  /// still hold them. A transport of your own keeps its connections. Session::sign_out() does this.
  void forget_login();

  /// Asks the server to revoke `token` (RFC 7009). Its error is not_possible without a revocation
  /// endpoint; a failed connection confirms nothing. `timeout` is the longest wait for the
  /// response; zero: the transport's own.
  RevocationAnswer revoke(const Secret& token, TokenHint hint,
                          std::chrono::milliseconds timeout = {});

  /// Under which key this client's login is stored: its issuer, or else its token endpoint.
  StoreKey store_key() const;

  /// The certificate_thumbprint() of ClientConfig::client_cert_file as it is now; or empty.
  std::string certificate_thumbprint() const;

  /// The key that tokens are bound to, in PEM; empty before the first login, without DPoP, and
  /// where a Signer holds it. Keep it beside the refresh token (a Session does), and give it back
  /// as ClientConfig::dpop_key or in continue_login().
  Secret dpop_key() const;

  /// Ends the call that is running, or the next one, with ErrorCode::cancelled, within 200 ms. Safe
  /// from any thread and from a signal handler.
  void cancel() noexcept;

  /// Forgets a cancel() that no call has seen yet.
  void forget_cancel() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deviceflow

#endif
