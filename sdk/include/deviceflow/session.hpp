// The front door: a user's sign-in at one provider, over restarts, threads and processes.
#ifndef DEVICEFLOW_SESSION_HPP
#define DEVICEFLOW_SESSION_HPP

#include <chrono>
#include <deviceflow/clock.hpp>
#include <deviceflow/config.hpp>
#include <deviceflow/device_login.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/runner.hpp>
#include <deviceflow/store.hpp>
#include <deviceflow/stored_login.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// What became of each part of a sign-out.
struct SignOutReport {
  struct Part {
    enum class Result {
      absent,         ///< There was no such token.
      revoked,        ///< The server confirmed it.
      not_confirmed,  ///< The server may still accept it until it expires.
      not_possible,   ///< The provider offers no revocation (of this kind of token).
    };
    Result result = Result::absent;
    /// Why it was not revoked. With `revoked`, a remark: the server says that this token is no
    /// longer valid, which is what a sign-out wants.
    std::optional<Error> error;
  };
  Part refresh_token;
  Part access_token;
  /// Why local copies could not be removed or (if `removed`) not be read; or empty.
  std::optional<Error> local_error;
  /// True if nothing is stored here any more.
  bool removed = false;
};

/// A sign-in that another one has replaced in the store.
struct ReplacedSignIn {
  /// Who had signed in; empty if that is not known.
  std::string subject;
  /// True if both users are known, and are not the same.
  bool other_user = false;
  /// What became of its refresh token. It is revoked after another user has signed in; otherwise
  /// (absent) it stays valid at the provider.
  SignOutReport::Part refresh_token;
};

/// What a resource request needs. Send it in an Authorization header and nowhere else.
struct AccessToken {
  Secret token;
  std::string token_type;
  /// The scope in force, if it is known.
  std::optional<std::string> scope;
  /// When it ends; empty if that is not known.
  std::optional<WallTime> expires_at;
  /// Why it was not refreshed although that was due: it is still valid, or may be. With the code
  /// sign_in_needed, only a new sign-in helps once it has ended.
  std::optional<Error> refresh_failure;
  /// Why the tokens are not in the store yet. The session keeps them in memory, and each later call
  /// tries to save them.
  std::optional<Error> store_failure;
  /// The claims of the ID token that this call brought, verified.
  std::optional<IdTokenClaims> id_token_claims;
  /// Why the ID token that this call brought, or had to bring, was not kept: it could not be
  /// checked now, or did not come (reason "missing"). The tokens are good all the same.
  std::optional<Error> id_token_problem;
  /// After sign_in(): the sign-in that was stored before, if there was one with other tokens.
  std::optional<ReplacedSignIn> replaced;
  /// What the server did differently while this call brought the token.
  Quirks quirks;
};

/// What one request to the application's own API needs.
struct Authorization {
  /// Authorization, and DPoP if the token is bound to a key. For this one request.
  std::vector<Header> headers;
  /// Which token it is: a rejection is about this one.
  Secret token;
};

/// How a sign-in is shown, and who may sign in. Each function may be null, and is called on the
/// thread that runs the sign-in. None may call the session.
struct SignInOptions {
  /// The codes to show, once.
  std::function<void(const DeviceAuthorization&)> show;
  /// After every poll that did not end the sign-in.
  std::function<void(const PollReport&)> on_poll;
  /// Each step of the sign-in through the table of its states.
  std::function<void(const LoginTransition&)> on_transition;
  /// After every try to start that failed and will be repeated (`start_deadline`), with the reason
  /// and the wait until the next one; the Error's stage says whether the metadata or the codes were
  /// asked for.
  std::function<void(const Error&, std::chrono::milliseconds next_in)> on_start_retry;
  /// How it ended at the server, before anything is checked or stored, once for all codes that were
  /// shown; for traces and logs.
  std::function<void(const LoginOutcome&)> on_end;
  /// May refuse the user, by an Error: the tokens are then revoked, nothing is stored, and the call
  /// fails with it. `claims` are the ID token's, verified; null if there are none.
  std::function<Result<void>(const IdTokenClaims* claims)> accept;
  /// How long to keep trying to start while the network is away. Empty: the first failure ends the
  /// sign-in. Waits 2, 4, 8 … 30 s between the tries.
  ///
  /// Metadata are fetched again after every passing fault: no network, no response in time, an
  /// unfinished TLS handshake, 408, 425, 429, 5xx. The device authorization request is sent again
  /// only if nothing of it left this machine, or after 429 and 503, not before their Retry-After.
  /// An untrusted certificate is final at once.
  std::optional<std::chrono::milliseconds> start_deadline;
  /// How many times new codes are asked for, and shown, when the ones before have expired. Nobody
  /// may be there any more: each is a request every few seconds for as long as codes live.
  int renewals = 0;
};

/// A sign-in that is going on. What it points to lives until the next poll() of it or of its
/// runner.
class [[nodiscard]] SignIn : public Pending<Result<AccessToken>> {
 public:
  using Pending::Pending;
  /// The codes to show; null: not yet, or no longer.
  const DeviceAuthorization* codes() const;
  /// The last poll that did not end the sign-in; or null.
  const PollReport* last_poll() const;
  LoginState state() const;
};

/// Which logins sign_out() removes from the store.
enum class Forget {
  always,  ///< Every one, whatever the network says.
  /// Not one that may still be alive at the server, so that it can be revoked later, nor one that
  /// can't be read. What was revoked is not used any more: after the refresh token, the stored
  /// sign-in is StoredLogin::revoked.
  when_revoked,
};

/// True if only a new sign-in helps: not_stored and sign_in_needed.
bool needs_sign_in(const Error& error) noexcept;

/// The store that a Session uses if it is given none: files in default_store_directory(), or memory
/// if that is not known; encrypted with a key from the desktop's keyring if that is unlocked. Never
/// asks anybody for anything.
std::shared_ptr<TokenStore> default_store();

class SessionState;

/// The sign-in of one user at one provider, in one store.
///
/// Any number of threads may call it at once, and any number of processes may use the same store: a
/// refresh token is used once, and nobody waits for the network for another's call, unless there is
/// no valid token and somebody else is refreshing it. Calls block. Each takes a Cancel, and returns
/// within 200 ms after that was set, with ErrorCode::cancelled.
///
/// - The store's lock on the record is held from the moment before a refresh to its saved response,
///   and for nothing else.
/// - An access token is refreshed a tenth of its life early, at most a minute.
/// - Before a refresh request leaves, the store holds a mark that it has begun; the new tokens are
///   stored before anybody gets them. After a kill in between, the next call tries the old token
///   once more (some servers allow that for a while); if the server has given it up, the sign-in is
///   over, and the error's reason is "interrupted_refresh".
/// - Only invalid_grant ends a sign-in (or a code that the provider's description takes for it): it
///   is then removed from the store. Everything else that can go wrong leaves it, and an access
///   token that is still valid is handed out all the same.
/// - If a refresh is refused because the user is needed (interaction_required, a sentence, an empty
///   401: RefreshAnswer::user_needed), the failure is sign_in_needed. The record remembers it
///   (StoredLogin::refused): the provider is asked again after 1, 2, 4 … 60 minutes at the
///   earliest, by whatever process, and until then calls get the same failure.
/// - An ID token that comes with a refresh is verified: it has to be about the user who signed in
///   and not older than the stored one (OpenID Connect Core section 12.2). If it must not be
///   believed, all new tokens are thrown away: the failure is id_token_invalid or
///   algorithm_not_allowed, which are alarms, and the stored sign-in stays, marked as after a kill.
///   If it only can't be checked now (AccessToken::id_token_problem), the new tokens are kept, and
///   so is who signed in.
/// - A new refresh token is kept even if the access token beside it can't be used.
/// - Tokens that are bound to a key (DPoP) are stored with it (RFC 9449 section 5). With
///   DpopMode::off, a stored sign-in with bound tokens is used with proofs all the same.
/// - Tokens may be bound to the client's certificate: after that was changed they are refreshed
///   before the access token is handed out (RFC 8705 section 6.3).
/// - After a failed refresh the next is tried 2, 4, 8 … 60 s later, or when the server's
///   Retry-After says; until then calls get the same failure (or the token that is still valid).
///   The wait is stored (StoredLogin::failed) and also holds for other processes.
/// - Lifetimes count on the steady clock, from the moment the request left. After a restart they
///   come from the wall clock; if that is unknown, or is before the moment the tokens came, a
///   token's age is not known: it is refreshed, and handed out as it is if that fails.
class Session {
 public:
  /// Sends and reads nothing yet. `ports` must outlive the session; `store` may be shared.
  explicit Session(Config config, std::shared_ptr<TokenStore> store = default_store(),
                   Ports ports = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Signs a user in (RFC 8628): shows codes, waits until the user has approved them on another
  /// device, verifies the ID token, and stores the tokens in the place of whatever was stored.
  ///
  /// Checks before the first request that the store can be written, and fails with the store's
  /// error if not. If saving fails after the approval, the token is returned all the same: see
  /// AccessToken::store_failure. If another user was signed in, and both are known, that refresh
  /// token is revoked after the new one is stored, within 5 s. Tokens that nobody gets, after a
  /// cancel or a refusal, are revoked within 500 ms, unless they are the stored ones: some servers
  /// return the same tokens at every sign-in.
  ///
  /// Fails with network, timeout or tls (nothing could be reached), oauth_error, invalid_response,
  /// access_denied, expired_token, cancelled, one of discover()'s, not_possible (a credential that
  /// the server does not take, a proof without a known time, or another sign_in() of this session
  /// is going on), or algorithm_not_allowed and id_token_invalid, after an ID token that must not
  /// be believed: all tokens are thrown away then.
  Result<AccessToken> sign_in(std::function<void(const DeviceAuthorization&)> show,
                              const Cancel& cancel = Cancel::never());
  Result<AccessToken> sign_in(SignInOptions options, const Cancel& cancel = Cancel::never());

  /// An access token to use now, refreshed if that is due. Never waits for a user.
  ///
  /// Fails with not_stored (nobody is signed in), sign_in_needed (the sign-in is over, can't be
  /// renewed, or only by the user), cancelled, one of the store's codes, or why the refresh failed.
  Result<AccessToken> access_token(const Cancel& cancel = Cancel::never());
  /// The same, refreshed although it is not due; or what another call or process has brought
  /// meanwhile.
  Result<AccessToken> refresh(const Cancel& cancel = Cancel::never());

  /// The headers of a request to the application's own API, with a fresh access token: `method` as
  /// it is sent ("PUT"), `url` absolute, https, or http on this machine. Fails as access_token()
  /// does, with invalid_argument for another URL, and with not_possible if a proof is needed and
  /// the time is not known (RFC 6750 section 2.1, RFC 9449 section 7).
  Result<Authorization> authorize(std::string_view method, std::string_view url,
                                  const Cancel& cancel = Cancel::never());
  /// Give it every response of the API to a request made with `used`. Keeps the server's DPoP
  /// nonce. True: the token was rejected (invalid_token, RFC 6750 section 3.1) or a nonce was
  /// missing (RFC 9449 section 9): authorize() again, and repeat the request once. A new token that
  /// the API has never accepted is not replaced again. Sends nothing and never waits.
  bool on_api_response(const Authorization& used, std::string_view url, int status,
                       const std::vector<Header>& headers);

  /// Who signed in, as the UserInfo endpoint says now (OpenID Connect Core section 5.3): the user
  /// of the stored sign-in and nobody else. After invalid_token the access token is replaced once.
  /// A signed response is verified. Fails as access_token() and read_userinfo_response() do; with
  /// not_possible if there is no endpoint, or no issuer or keys for a signed response; and with
  /// userinfo_invalid or algorithm_not_allowed for a signed response that breaks a rule. Its
  /// `reason` names the claim ("iss", "aud", "exp", "nbf", "iat", "sub"), or "expired",
  /// "not_yet_valid", "issued_in_future", "signature", "unknown_key", "typ".
  Result<UserInfo> userinfo(const Cancel& cancel = Cancel::never());

  /// Asks the introspection endpoint about `token` (RFC 7662). Fails with not_possible if there is
  /// no endpoint or nothing to authenticate with (a public client: see
  /// IntrospectionOptions::credentials), and otherwise as read_introspection_response() does. If a
  /// signed response is asked for (RFC 9701), also with not_possible if its keys can't be found,
  /// and with introspection_invalid or algorithm_not_allowed for one that breaks a rule. Its
  /// `reason` is one of userinfo()'s, "not_signed", "token_introspection" (it does not say whether
  /// the token is active), or "jti" (it is about another token). RFC 9701 has nothing that ties a
  /// response to its request: one that was recorded within the last ten minutes can pass for a new
  /// one, also for another token if that has no `jti`.
  Result<Introspection> introspect(const Secret& token, const IntrospectionOptions& options = {},
                                   const Cancel& cancel = Cancel::never());
  /// Asks the server to revoke `token` (RFC 7009), and leaves the store alone: to sign out, call
  /// sign_out(). Its error is not_possible without a revocation endpoint.
  RevocationAnswer revoke(const Secret& token, TokenHint hint,
                          const Cancel& cancel = Cancel::never());

  /// The provider's metadata (RFC 8414, OpenID Connect Discovery), kept for their lifetime. While
  /// fetching them again fails in a way that passes, the old ones serve
  /// (Metadata::refetch_failure).
  ///
  /// Fails with invalid_argument if there is no usable issuer, network, timeout, tls,
  /// invalid_response, or issuer_mismatch; another issuer's document and an untrusted certificate
  /// are no reason to look elsewhere.
  Result<Metadata> discover(const Cancel& cancel = Cancel::never());
  /// The provider's public keys, fetched anew (RFC 7517). Fails with not_possible if their address
  /// (jwks_uri) is not known, one of discover()'s, and otherwise as read_jwks_response() does.
  Result<Jwks> keys(const Cancel& cancel = Cancel::never());

  /// The stored sign-in, or empty; an empty access token means that one waits for its user
  /// (Config::resume). Sends nothing. Fails with one of the store's codes.
  Result<std::optional<StoredLogin>> stored();
  /// Under which key it is stored: the issuer, or else the token endpoint.
  StoreKey store_key() const;

  /// Revokes the refresh token, then the access token, and removes the sign-in from the store
  /// whatever the network says. Anything stays only if the store itself can't be locked or written,
  /// or if `forget` says so; see the report. A store that can't be written keeps no token from
  /// being revoked; while another process is refreshing, nothing is done. After the refresh token
  /// was revoked, status 400 for the access token means that it ended with it (RFC 7009
  /// section 2.1).
  SignOutReport sign_out(Forget forget = Forget::always, const Cancel& cancel = Cancel::never());

  // The same without waiting: each begins a call, and says in its Pending what the one above says
  // in its result. For frame loops and GUIs poll() it; for many at once give a `runner`, whose
  // thread then runs it. begin_sign_in() opens the store, with its key, before it returns. What may
  // still block a poll(): a store that saves (fsync) or asks for its key, a slow Signer, and the
  // first TLS handshake of a process, which reads the system's trust store.
  SignIn begin_sign_in(SignInOptions options = {}, Runner* runner = nullptr);
  Pending<Result<AccessToken>> begin_access_token(Runner* runner = nullptr);
  Pending<Result<AccessToken>> begin_refresh(Runner* runner = nullptr);
  Pending<Result<Authorization>> begin_authorize(std::string_view method, std::string_view url,
                                                 Runner* runner = nullptr);
  Pending<Result<UserInfo>> begin_userinfo(Runner* runner = nullptr);
  Pending<Result<Introspection>> begin_introspect(const Secret& token,
                                                  IntrospectionOptions options = {},
                                                  Runner* runner = nullptr);
  Pending<RevocationAnswer> begin_revoke(const Secret& token, TokenHint hint,
                                         Runner* runner = nullptr);
  Pending<Result<Metadata>> begin_discover(Runner* runner = nullptr);
  Pending<Result<Jwks>> begin_keys(Runner* runner = nullptr);
  Pending<SignOutReport> begin_sign_out(Forget forget = Forget::always, Runner* runner = nullptr);

 private:
  std::shared_ptr<SessionState> state_;
};

}  // namespace deviceflow

#endif
