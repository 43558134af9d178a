// What the calls of one session share: the store, and what can't be stored. session_state.cpp holds
// it; session_tokens.cpp, session_sign_in.cpp, session_sign_out.cpp and session_calls.cpp the
// calls.
#ifndef DEVICEFLOW_SRC_SESSION_STATE_HPP
#define DEVICEFLOW_SRC_SESSION_STATE_HPP

#include <algorithm>
#include <deviceflow/platform.hpp>
#include <deviceflow/session.hpp>
#include <mutex>

#include "client/operations.hpp"

namespace deviceflow {

/// How long to wait for another process that holds the record.
inline constexpr std::chrono::milliseconds kLockLimit{60000};

inline bool same(const Secret& a, const Secret& b) {
  return a.reveal() == b.reveal();
}
/// One of the tokens is the same in both.
bool share_a_token(const TokenSet& a, const TokenSet& b);
/// The record of nobody yet.
StoredLogin nobody(const StoreKey& key);
/// The sign-in has ended, and has no refresh token.
Error cannot_renew();

/// Any number of threads. Nothing here waits for the network, for a lock or for anybody.
class SessionState {
 public:
  SessionState(Config config, std::shared_ptr<TokenStore> store, Ports ports);
  ~SessionState();
  SessionState(const SessionState&) = delete;
  SessionState& operator=(const SessionState&) = delete;

  // What a call stands on: the server as it is known, and what runs it. From the idle ones, or new;
  // calls of several threads never share one, so nobody waits for another's network.
  struct Line {
    std::shared_ptr<Server> server;
    std::unique_ptr<Runner> runner;  // null as long as no call has needed one of its own
    int round = 0;
  };
  std::unique_ptr<Line> take_line();
  void give_line(std::unique_ptr<Line> line);
  Runner& runner_of(Line& line) const;

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

  // The record.
  Result<std::optional<StoredLogin>> load(const StoreKey& of);
  Result<std::optional<StoredLogin>> current(std::optional<Error>* store_failure = nullptr);
  Result<std::optional<StoredLogin>> stored();
  std::optional<Error> keep_unsaved(StoredLogin login, std::unique_ptr<RecordLock> lock);
  std::optional<Unsaved> take_unsaved();
  void hold(StoredLogin login);
  bool is_stored(const TokenSet& tokens);
  void date(StoredLogin& login);
  std::string certificate() const;
  StoreKey pending_key() const;
  std::optional<PendingLogin> find_pending();

  // An access token. `rejected`: one that must not be handed out; or empty.
  Result<Look> look(const Secret& rejected);
  std::optional<Result<AccessToken>> at_hand(const Secret& rejected, Look& look);
  std::optional<Error> pause(const Look& look);
  Result<AccessToken> use_outcome(Look look, RefreshOutcome outcome,
                                  std::unique_ptr<RecordLock> lock);
  static AccessToken hand_out(const Look& look);
  static Result<AccessToken> fall_back(const Look& look, Error error);
  void remember(const Secret& token, SteadyTime ends);
  void forget_failure();
  // False if it is usable, and another thread is at it.
  bool begin_refresh(const Look& look);
  void end_refresh();

  // Signing in and out.
  bool begin_sign_in();
  void end_sign_in();
  Result<void> check_store();
  void forget_everything();

  // The application's own API.
  Secret rejected();
  Result<Authorization> authorize(std::string_view method, std::string_view url,
                                  const AccessToken& token, const Secret& rejected);
  bool on_api_response(const Authorization& used, std::string_view url, const HttpResponse& got);

  const Config config;
  const std::shared_ptr<TokenStore> store;
  const StoreKey key;

 private:
  std::optional<Error> write_unsaved();
  Age age_of(const StoredLogin& login);
  std::optional<Error> recent_failure();
  std::optional<SteadyTime> end_of(const StoredLogin& login);
  Error after_failure(const Look& look, const RefreshOutcome& outcome,
                      std::unique_ptr<RecordLock> lock);
  static Error after_end(const Look& look, Error error, RecordLock& lock);
  void keep_failure(StoredLogin& login, const RefreshOutcome& outcome);
  RefreshRefusal next_refusal(const StoredLogin& login, const RefreshOutcome& outcome);
  StoredLogin renewed(const StoredLogin& before, RefreshOutcome& outcome);
  Result<void> ready_api_proofs(const StoredLogin& login);

  Ports ports_;
  SystemClock own_clock_;
  SystemRandom own_random_;
  Clock& clock_;

  std::mutex mutex_;  // held for moments: over no request, and never while a lock is waited for
  std::vector<std::unique_ptr<Line>> idle_;
  int round_ = 0;  // counts sign-outs: a line from before one has to forget its tokens
  bool signing_in_ = false;
  int refreshing_ = 0;  // calls
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

/// An operation of a session.
template <typename T>
class SessionCall : public OperationFor<T> {
 protected:
  template <typename Argument>
  using Then = Conversation::Then<Argument>;
  using Lock = Result<std::unique_ptr<RecordLock>>;

  SessionCall(std::shared_ptr<SessionState> session, std::shared_ptr<Server> server)
      : OperationFor<T>(std::move(server)), session_(std::move(session)) {}

  /// The lock of the record, for which it waits `limit` at the most. Fails as TokenStore::lock().
  void lock(std::chrono::milliseconds limit, Then<Lock> then) {
    try_lock(this->now().steady + limit, kFirstLook, std::move(then));
  }

  const std::shared_ptr<SessionState> session_;

 private:
  static constexpr std::chrono::milliseconds kFirstLook{20};
  static constexpr std::chrono::milliseconds kLastLook{200};

  void try_lock(SteadyTime until, std::chrono::milliseconds pause, Then<Lock> then) {
    Lock taken =
        session_->store->lock(session_->key, std::chrono::milliseconds(0), Cancel::never());
    const SteadyTime now = this->now().steady;
    if (taken.ok() || taken.error().code != ErrorCode::store_locked || now >= until) {
      return then(std::move(taken));
    }
    if (this->cancelled()) {
      return then(make_error(Blame::user, ErrorCode::cancelled, Stage::store, "It was cancelled."));
    }
    this->wait(std::min(until, now + pause), [this, until, pause, then = std::move(then)] {
      try_lock(until, std::min(pause * 2, kLastLook), then);
    });
  }
};

using SessionHandle = std::shared_ptr<SessionState>;

/// An access token to use now, and not `rejected`. `anyway`: although the one that is there need
/// not be refreshed.
std::unique_ptr<OperationFor<Result<AccessToken>>> make_access_token(SessionHandle session,
                                                                     std::shared_ptr<Server> server,
                                                                     Secret rejected,
                                                                     bool anyway = false);

class SignInOperation : public SessionCall<Result<AccessToken>> {
 public:
  /// Null while there is none.
  virtual const DeviceLogin* login() const = 0;
  virtual LoginState state() const = 0;

 protected:
  using SessionCall::SessionCall;
};
/// Checks the store at once.
std::unique_ptr<SignInOperation> make_sign_in(SessionHandle session, std::shared_ptr<Server> server,
                                              SignInOptions options);
std::unique_ptr<OperationFor<SignOutReport>> make_sign_out(SessionHandle session,
                                                           std::shared_ptr<Server> server,
                                                           Forget forget);
/// One of a sign-in's tokens; absent if it is empty.
std::unique_ptr<OperationFor<SignOutReport::Part>> make_part_revocation(
    std::shared_ptr<Server> server, Secret token, TokenHint hint,
    std::chrono::milliseconds timeout);

/// One call: what runs it, and what it came to.
class PendingCall {
 public:
  /// `runner`: the caller's, which has to outlive this; null: one of the session's.
  PendingCall(SessionHandle session, std::unique_ptr<SessionState::Line> line, Runner* runner,
              std::unique_ptr<Operation> operation);
  /// Cancels what has not ended. Without a runner of the caller's it is run to its end.
  ~PendingCall();
  PendingCall(const PendingCall&) = delete;
  PendingCall& operator=(const PendingCall&) = delete;

  bool poll();
  void finish(const Cancel& cancel);
  void cancel();
  Operation& operation() const { return operation_; }
  bool has_ended() const { return *ended_ != nullptr; }

 private:
  const SessionHandle session_;
  std::unique_ptr<SessionState::Line> line_;
  const bool own_runner_;
  Runner& runner_;
  Operation& operation_;
  const std::shared_ptr<std::unique_ptr<Operation>> ended_;
  std::uint64_t id_ = 0;
};

}  // namespace deviceflow

#endif
