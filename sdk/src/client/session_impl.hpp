// What a session is made of; session.cpp holds access tokens and refreshing, session_login.cpp the
// beginning and the end of a login.
#ifndef DEVICEFLOW_SRC_SESSION_IMPL_HPP
#define DEVICEFLOW_SRC_SESSION_IMPL_HPP

#include <deviceflow/session.hpp>
#include <deviceflow/system_clock.hpp>
#include <mutex>

namespace deviceflow {

class Session::Impl {
 public:
  Impl(Client& client, TokenStore& store, SessionOptions options)
      : client_(client), store_(store), options_(options), key_(client.store_key()) {
    key_.account = options_.account;
    if (options_.clock == nullptr) options_.clock = &own_clock_;
  }

  Result<AccessToken> access_token(const Secret* rejected);
  LoginOutcome login(const LoginRequest& request, const LoginEvents& events);
  Result<std::optional<ReplacedSignIn>> sign_in(const LoginOutcome& outcome);
  Result<std::optional<ReplacedSignIn>> sign_in(const TokenSet& tokens,
                                                const SignInDetails& details);
  bool is_stored(const TokenSet& tokens);
  void give_back(const TokenSet& tokens);
  Result<UserInfo> userinfo();
  Result<std::optional<StoredLogin>> stored();
  SignOutReport sign_out(Forget forget);

  std::mutex& mutex() { return mutex_; }
  void cancel() noexcept {
    cancel_.set();
    client_.cancel();
  }
  void forget_cancel() noexcept {
    if (!cancel_.is_set()) return;
    cancel_.clear();
    client_.forget_cancel();
  }

 private:
  enum class Age {
    fresh,
    due,      // still valid, but not for long
    ended,    // no resource server takes it any more
    unknown,  // it has a lifetime, but no clock says how much of it is left
  };
  // What one call knows about the login it looks at.
  struct Look {
    StoredLogin login;
    Age age = Age::unknown;
    bool rejected = false;
    // The tokens may be bound to a client certificate that this client no longer has.
    bool other_certificate = false;
    // What the store holds while the refresh is on its way.
    std::optional<RefreshMark> sent;

    // The token may be handed out although it should be refreshed.
    bool usable() const { return !rejected && age != Age::ended; }
    bool needs_refresh() const;
  };

  Result<std::optional<StoredLogin>> load();
  Result<Look> look(const Secret* rejected);
  Age age_of(const StoredLogin& login);
  std::optional<Error> pause(const Look& look);
  std::optional<SteadyTime> end_of(const StoredLogin& login);
  void remember(const StoredLogin& login, SteadyTime ends);
  Result<AccessToken> refresh(Look look, const Secret* rejected);
  Result<AccessToken> use_outcome(Look look, RefreshOutcome outcome,
                                  std::unique_ptr<RecordLock> lock);
  Result<AccessToken> fall_back(const Look& look, Error error) const;
  Error after_failure(const Look& look, const RefreshOutcome& outcome,
                      std::unique_ptr<RecordLock> lock);
  Error after_end(const Look& look, Error error, RecordLock& lock);
  void keep_failure(StoredLogin& login, const RefreshOutcome& outcome);
  RefreshRefusal next_refusal(const StoredLogin& login, const RefreshOutcome& outcome);
  StoredLogin renewed(const StoredLogin& before, RefreshOutcome& outcome);
  void date(StoredLogin& login);
  Result<void> write_unsaved();
  void keep_pending(const PendingLogin* pending);
  ReplacedSignIn replaced(const StoredLogin& before, const StoredLogin& after);
  SignOutReport::Part revoke(const Secret& token, TokenHint hint,
                             std::chrono::milliseconds timeout = {});
  void revoke_all(StoredLogin& login, RecordLock* lock, SignOutReport& report);

  Client& client_;
  TokenStore& store_;
  SessionOptions options_;
  StoreKey key_;
  SystemClock own_clock_;
  CancelFlag cancel_;
  std::mutex mutex_;
  std::string asked_scope_;                   // by the last login()
  std::vector<std::string> asked_resources_;  // the same
  std::string subject_;                       // of the login seen last
  // The access token seen last, and when it ends.
  Secret known_token_;
  SteadyTime known_end_{};
  // After a refresh that failed: when to try again, and what to say until then.
  SteadyTime not_before_{};
  std::chrono::seconds wait_{0};
  std::optional<Error> last_failure_;
  // A refreshed login that could not be written yet, and its lock.
  std::optional<StoredLogin> unsaved_;
  std::unique_ptr<RecordLock> unsaved_lock_;
};

}  // namespace deviceflow

#endif
