// The calls of one client at one provider, one at a time: what a Session runs.
#ifndef DEVICEFLOW_SRC_CLIENT_HPP
#define DEVICEFLOW_SRC_CLIENT_HPP

#include <chrono>
#include <deviceflow/config.hpp>
#include <deviceflow/device_login.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/store.hpp>
#include <deviceflow/stored_login.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deviceflow {

struct LoginRequest {
  /// Space-separated; empty asks for none.
  std::string scope;
  /// Further parameters of the device authorization request.
  std::vector<std::pair<std::string, std::string>> extra;
  /// See DeviceAuthorizationParameters.
  std::vector<std::string> resources;
  std::string authorization_details;
  /// See SignInOptions.
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
/// client.
struct LoginEvents {
  /// The codes to show, once.
  std::function<void(const DeviceAuthorization&)> on_prompt;
  /// After every poll that did not end the login.
  std::function<void(const PollReport&)> on_poll;
  /// Once after every try to start that failed and will be repeated (LoginRequest::start_deadline),
  /// with the reason; the Error's stage says whether the metadata or the codes were asked for.
  std::function<void(const Error&, std::chrono::milliseconds next_in)> on_start_retry;
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

/// A client of one provider. The calls block; one thread at a time.
class Client {
 public:
  explicit Client(Config config, Ports ports = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Runs one device login to its end, and fetches the metadata first if they are needed.
  LoginOutcome login(const LoginRequest& request, const LoginEvents& events,
                     const Cancel& cancel = Cancel::never());
  /// The same, for callers that only want to show the codes.
  LoginOutcome login(const LoginRequest& request,
                     std::function<void(const DeviceAuthorization&)> on_prompt);

  Result<Metadata> discover(const Cancel& cancel = Cancel::never());
  Result<Jwks> keys(const Cancel& cancel = Cancel::never());
  Result<Introspection> introspect(const Secret& token, const IntrospectionOptions& options = {},
                                   const Cancel& cancel = Cancel::never());
  /// `expected_subject` is the `sub` of a validated ID token, if there is one.
  Result<UserInfo> userinfo(const Secret& access_token,
                            std::optional<std::string_view> expected_subject = std::nullopt,
                            const Cancel& cancel = Cancel::never());

  /// Everything that has to be known before a refresh token is sent; may fetch metadata.
  struct Refresher {
    std::string token_endpoint;
    Exchange exchange;
  };
  Result<Refresher> prepare_refresh(const Cancel& cancel = Cancel::never());
  /// Uses the refresh token of a stored login once (RFC 6749 section 6), repeated only if the
  /// server demands a nonce. An ID token in the response has to be about the user who signed in,
  /// and not older than the stored one (OpenID Connect Core section 12.2).
  RefreshOutcome refresh(const Refresher& refresher, const StoredLogin& login,
                         const Cancel& cancel = Cancel::never());

  /// Goes on with a stored login: its DPoP key takes the place of this client's, and its secrets
  /// stay out of every text from now on. Sends nothing. If DpopMode is off, a bound login turns it
  /// to prefer: its tokens work with proofs only.
  void continue_login(const StoredLogin& login);
  /// Forgets the tokens of the login at hand, and closes the idle connections, whose buffers may
  /// still hold them.
  void forget_login();

  /// `timeout` is the longest wait for the response; zero: the network's own.
  RevocationAnswer revoke(const Secret& token, TokenHint hint,
                          std::chrono::milliseconds timeout = {},
                          const Cancel& cancel = Cancel::never());

  /// The key that tokens are bound to, in PEM; empty before the first login, without DPoP, and
  /// if a Signer holds it.
  Secret dpop_key() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Under which key the sign-in of `config` is stored.
StoreKey store_key(const Config& config);

}  // namespace deviceflow

#endif
