// A stored sign-in: fresh access tokens on demand, over restarts, threads and processes.
#ifndef DEVICEFLOW_SESSION_HPP
#define DEVICEFLOW_SESSION_HPP

#include <chrono>
#include <deviceflow/client.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/stored_login.hpp>
#include <deviceflow/token_store.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

struct SessionOptions {
  /// An access token is refreshed this early: a tenth of its life, but no more than this.
  std::chrono::seconds early_at_most{60};
  /// How long to wait for another process that holds the stored login.
  std::chrono::milliseconds lock_limit{60000};
  /// Keep a login that waits for the user in the store, so that login() takes it up again after a
  /// restart: the device code is then on the disk for as long as it is valid.
  bool resume_logins = false;
  /// Which of several users of one client this is about (StoreKey::account).
  std::string account = {};
  /// Null means the system's own. Must outlive the session.
  Clock* clock = nullptr;
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
  /// The claims of the ID token that came with the refresh that this call made, verified.
  std::optional<IdTokenClaims> id_token_claims;
  /// Why an ID token that came with the refresh was not kept: it could not be checked now.
  std::optional<Error> id_token_problem;
  /// What the server did differently in the refresh that this call made.
  Quirks quirks;
};

/// What is kept beside the tokens of a login.
struct SignInDetails {
  /// The scope that was asked for; what holds if the tokens name none.
  std::string scope;
  /// The APIs that the tokens are for (RFC 8707); refreshes name them again.
  std::vector<std::string> resources;
  /// Who signed in, from a verified ID token or UserInfo.
  std::string subject;
  /// The private key that the tokens are bound to, as PEM.
  Secret dpop_key;
};

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

/// Which logins sign_out() removes from the store.
enum class Forget {
  always,  ///< Every one, whatever the network says.
  /// Not one that may still be alive at the server, so that it can be revoked later, nor one that
  /// can't be read. What was revoked is not used any more: after the refresh token, the stored
  /// sign-in is StoredLogin::revoked.
  when_revoked,
};

/// True if only a new login helps: not_stored and sign_in_needed.
bool needs_sign_in(const Error& error) noexcept;

/// One provider's login in one store. In a program, with a client and a store:
///
///     Session session(client, store);
///     auto token = session.access_token();
///     if (!token.ok() && needs_sign_in(token.error())) {
///       const auto outcome = session.login(request, events);  // a scope; who shows the codes
///       if (session.sign_in(outcome).ok()) token = session.access_token();
///     }
///
/// Any number of threads may share a session, and any number of processes a store: a refresh token
/// is used by one of them at a time, the others take what it brought. While a session is in use,
/// nothing else may call its client.
///
/// - Before a refresh request leaves, the store holds a mark that it has begun; the new tokens are
///   stored before anybody gets them. After a kill in between, the next call tries the old token
///   once more (some servers allow that for a while); if the server has given it up, the login is
///   over, and the error's reason is "interrupted_refresh".
/// - Only invalid_grant ends a login (or a code that the provider's description takes for it): it
/// is
///   then removed from the store. Everything else that can go wrong leaves it, and an access token
///   that is still valid is handed out all the same.
/// - If a refresh is refused because the user is needed (interaction_required, a sentence, an empty
///   401: RefreshAnswer::user_needed), the failure is sign_in_needed. The stored login remembers it
///   (StoredLogin::refused): the provider is asked again after 1, 2, 4 … 60 minutes at the
///   earliest, by whatever process, and until then calls get the same failure.
/// - An ID token that comes with a refresh is verified before anything is stored, and has to be
///   about the user who signed in (OpenID Connect Core section 12.2). If it must not be believed,
///   all new tokens are thrown away: the failure is id_token_invalid or algorithm_not_allowed,
///   which are alarms, and the stored login stays, marked as after a kill. If it only can't be
///   checked now (AccessToken::id_token_problem), the new tokens are kept, and so is who signed in.
/// - A new refresh token is kept even if the access token beside it can't be used.
/// - Tokens that are bound to a key (DPoP) are stored with it, and the key goes back into the
///   client before anything is sent (RFC 9449 section 5).
/// - Tokens may be bound to the client's certificate: after it was changed they are refreshed
/// before
///   the access token is handed out (RFC 8705 section 6.3).
/// - A login for certain APIs (LoginRequest::resources) is refreshed for the same ones (RFC 8707
///   section 2.2).
/// - After a failed refresh the next is tried 2, 4, 8 … 60 s later, or when the server's
///   Retry-After says; until then calls get the same failure (or the token that is still valid).
///   The wait is stored (StoredLogin::failed) and also holds for access_token() in other processes;
///   replace() asks at once in a process that has seen no failure yet.
/// - Lifetimes count on the steady clock, from the moment the request left. After a restart they
///   come from the wall clock; if that is unknown, or is before the moment the tokens came, a
///   token's age is not known: it is refreshed, and handed out as it is if that fails.
class Session {
 public:
  /// All must outlive the session. Sends and reads nothing yet.
  Session(Client& client, TokenStore& store, SessionOptions options = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// An access token to use now, refreshed if that is due. Blocks while it is.
  ///
  /// Fails with not_stored (nobody is signed in), sign_in_needed (the login is over, can't be
  /// renewed, or only by the user), cancelled, one of the store's codes, or why the refresh failed.
  Result<AccessToken> access_token();
  /// The same after a resource server sent invalid_token (RFC 6750 section 3.1) for `rejected`:
  /// refreshes unless that has been done meanwhile. Repeat the request once, not more.
  Result<AccessToken> replace(const Secret& rejected);

  /// Client::login(), and with SessionOptions::resume_logins the login that an earlier run left
  /// waiting for the same scope; one that can't be taken up is started anew. Its snapshot is erased
  /// at every end. Stores no tokens: look at who it is, then call sign_in(). Other calls wait until
  /// it has ended.
  LoginOutcome login(const LoginRequest& request, const LoginEvents& events);
  /// Stores what login() brought in the place of whatever was stored: the tokens, who signed in by
  /// the verified ID token (one that could not be verified is not stored), and the key that the
  /// tokens are bound to. Fails with the outcome's own error if there are no tokens, and with one
  /// of the store's codes; the tokens stay the caller's.
  ///
  /// The value is the sign-in that was replaced; empty if there was none, or if it holds one of the
  /// same tokens (some servers return them at every sign-in). If both users are known and differ,
  /// its refresh token is revoked after the new one is stored, within 5 s.
  Result<std::optional<ReplacedSignIn>> sign_in(const LoginOutcome& outcome);
  /// The same for tokens from elsewhere, with what the caller knows of them.
  Result<std::optional<ReplacedSignIn>> sign_in(const TokenSet& tokens,
                                                const SignInDetails& details);
  /// True if one of these tokens is stored, or the store can't tell. Then revoking them would end
  /// the stored login: some servers return the same tokens at every sign-in. See
  /// LoginRequest::is_stored.
  bool is_stored(const TokenSet& tokens);
  /// Revokes tokens that could not be stored and that the caller drops, unless is_stored().
  void give_back(const TokenSet& tokens);

  /// Client::userinfo() with access_token(), about the user who signed in and nobody else, with
  /// the key of the stored login. After invalid_token the access token is replaced once.
  Result<UserInfo> userinfo();

  /// What is stored, or empty. Sends nothing. Fails with one of the store's codes.
  Result<std::optional<StoredLogin>> stored();

  /// Revokes the refresh token, then the access token, and removes the login from the store
  /// whatever the network says. Anything stays only if the store itself can't be locked or written,
  /// or if `forget` says so; see the report. A store that can't be written keeps no token from
  /// being revoked; while another process holds the lock, nothing is done. After the refresh token
  /// was revoked, status 400 for the access token means that it ended with it (RFC 7009
  /// section 2.1).
  SignOutReport sign_out(Forget forget = Forget::always);

  /// Ends the call that is running, or the next one. A refresh that is on its way may then be lost
  /// with the tokens it brings. Safe from any thread and from a signal handler.
  void cancel() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deviceflow

#endif
