// What a session is made of; session.cpp holds access tokens and refreshing, session_sign_in.cpp
// the beginning and the end of a sign-in, session_calls.cpp everything that uses its tokens.
#ifndef DEVICEFLOW_SRC_SESSION_IMPL_HPP
#define DEVICEFLOW_SRC_SESSION_IMPL_HPP

#include <deviceflow/platform.hpp>
#include <deviceflow/session.hpp>
#include <mutex>

#include "client/client.hpp"

namespace deviceflow {

/// How long to wait for another process that holds the record.
inline constexpr std::chrono::milliseconds kLockLimit{60000};

inline bool same(const Secret& a, const Secret& b) {
  return a.reveal() == b.reveal();
}

class Session::Impl {
 public:
  Impl(Config config, std::shared_ptr<TokenStore> store, Ports ports);
  ~Impl();

  Result<AccessToken> access_token(const Secret* rejected, const Cancel& cancel);
  Result<AccessToken> refresh(const Cancel& cancel);
  Result<AccessToken> sign_in(const SignInOptions& options, const Cancel& cancel);
  Result<Authorization> authorize(std::string_view method, std::string_view url,
                                  const Cancel& cancel);
  bool on_api_response(const Authorization& used, std::string_view url, const HttpResponse& got);
  Result<UserInfo> userinfo(const Cancel& cancel);
  Result<Introspection> introspect(const Secret& token, const IntrospectionOptions& options,
                                   const Cancel& cancel);
  RevocationAnswer revoke(const Secret& token, TokenHint hint, const Cancel& cancel);
  Result<std::optional<StoredLogin>> stored();
  const StoreKey& store_key() const { return key_; }
  SignOutReport sign_out(Forget forget, const Cancel& cancel);

  // One client for one call, from the idle ones or new. Calls of several threads never share one,
  // so nobody waits for another's network.
  class Lease {
   public:
    explicit Lease(Impl& session) : session_(session), client_(session.take_client(round_)) {}
    ~Lease() { session_.give_client(std::move(client_), round_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Client* operator->() const { return client_.get(); }
    Client& operator*() const { return *client_; }

   private:
    Impl& session_;
    int round_ = 0;
    std::unique_ptr<Client> client_;
  };

 private:
  enum class Age {
    fresh,
    due,      // still valid, but not for long
    ended,    // no resource server takes it any more
    unknown,  // it has a lifetime, but no clock says how much of it is left
  };
  // What one call knows about the sign-in it looks at.
  struct Look {
    StoredLogin login;
    Age age = Age::unknown;
    bool rejected = false;
    // The tokens may be bound to a client certificate that this client no longer has.
    bool other_certificate = false;
    // What the store holds while the refresh is on its way.
    std::optional<RefreshMark> sent;
    // Why the store does not hold it.
    std::optional<Error> store_failure;

    // The token may be handed out although it should be refreshed.
    bool usable() const { return !rejected && age != Age::ended; }
    bool needs_refresh() const;
  };
  // A sign-in that could not be written yet; with its lock after a refresh, so that no other
  // process uses the old refresh token.
  struct Unsaved {
    StoredLogin login;
    std::unique_ptr<RecordLock> lock;
  };

  std::unique_ptr<Client> take_client(int& round);
  void give_client(std::unique_ptr<Client> client, int round);

  Result<std::optional<StoredLogin>> load(const StoreKey& key);
  Result<std::optional<StoredLogin>> current(std::optional<Error>* store_failure = nullptr);
  std::optional<Error> write_unsaved();
  std::optional<Error> keep_unsaved(StoredLogin login, std::unique_ptr<RecordLock> lock);
  std::optional<Unsaved> take_unsaved();

  Result<Look> look(const Secret* rejected);
  Age age_of(const StoredLogin& login);
  std::optional<Error> pause(const Look& look);
  std::optional<Error> recent_failure();
  std::optional<SteadyTime> end_of(const StoredLogin& login);
  void remember(const Secret& token, SteadyTime ends);
  void forget_failure();
  Result<AccessToken> refresh(Look look, const Secret* rejected, const Cancel& cancel);
  Result<AccessToken> refresh_now(Look look, const Secret* rejected, const Cancel& cancel);
  Result<AccessToken> use_outcome(Look look, RefreshOutcome outcome,
                                  std::unique_ptr<RecordLock> lock);
  static AccessToken hand_out(const Look& look);
  static Result<AccessToken> fall_back(const Look& look, Error error);
  Error after_failure(const Look& look, const RefreshOutcome& outcome,
                      std::unique_ptr<RecordLock> lock);
  static Error after_end(const Look& look, Error error, RecordLock& lock);
  void keep_failure(StoredLogin& login, const RefreshOutcome& outcome);
  RefreshRefusal next_refusal(const StoredLogin& login, const RefreshOutcome& outcome);
  StoredLogin renewed(const StoredLogin& before, RefreshOutcome& outcome);
  void date(StoredLogin& login);
  std::string certificate() const;

  StoreKey pending_key() const;
  Result<AccessToken> sign_in_alone(const SignInOptions& options, const Cancel& cancel);
  Result<void> check_store(const Cancel& cancel);
  std::optional<PendingLogin> find_pending();
  void forget_old_pending();
  LoginOutcome log_in(Client& client, const SignInOptions& options, const Cancel& cancel);
  LoginOutcome log_in_resumable(Client& client, LoginRequest request, LoginEvents events,
                                RecordLock& lock, const Cancel& cancel);
  StoredLogin record_of(const LoginOutcome& outcome, const Client& client);
  Result<AccessToken> keep(const LoginOutcome& outcome, Client& client, const Cancel& cancel);
  ReplacedSignIn replaced(const StoredLogin& before, const StoredLogin& after, Client& client,
                          const Cancel& cancel);
  bool is_stored(const TokenSet& tokens);
  void give_back(Client& client, const TokenSet& tokens);
  void hold(StoredLogin login);

  SignOutReport::Part revoke(Client& client, const Secret& token, TokenHint hint,
                             std::chrono::milliseconds timeout, const Cancel& cancel);
  void revoke_all(Client& client, StoredLogin& login, SignOutReport& report, const Cancel& cancel);
  void update(const StoredLogin& login, const Cancel& cancel);
  bool other_tokens_came(const std::optional<StoredLogin>& login);
  void remove(SignOutReport& report, const Result<std::unique_ptr<RecordLock>>& lock);

  void continue_stored(Client& client);
  Result<void> ready_api_proofs(const StoredLogin& login);

  Config config_;
  std::shared_ptr<TokenStore> store_;
  Ports ports_;
  SystemClock own_clock_;
  SystemRandom own_random_;
  Clock& clock_;
  StoreKey key_;

  std::mutex mutex_;  // held for moments: over no request, and never while a lock is waited for
  std::vector<std::unique_ptr<Client>> idle_;
  int round_ = 0;  // counts sign-outs: a client from before one has to forget its tokens
  bool signing_in_ = false;
  int refreshing_ = 0;  // threads
  // The access token seen last, and when it ends.
  Secret known_token_;
  SteadyTime known_end_{};
  // After a refresh that failed: when to try again, and what to say until then.
  SteadyTime not_before_{};
  std::chrono::seconds wait_{0};
  std::optional<Error> last_failure_;
  std::optional<Unsaved> unsaved_;
  // Requests to the application's API.
  std::shared_ptr<Dpop> api_proofs_;
  Secret api_key_;      // the key in it
  Secret rejected_;     // the access token that an API has rejected last
  Secret replaced_;     // the one before, for which there is a new one
  Secret replacement_;  // what came for it, as long as no API has accepted that
};

}  // namespace deviceflow

#endif
