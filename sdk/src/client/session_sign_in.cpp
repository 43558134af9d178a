#include <utility>

#include "client/session_state.hpp"
#include "foundation/ascii.hpp"

namespace deviceflow {

namespace {

using std::chrono::milliseconds;

// The user waits meanwhile.
constexpr milliseconds kReplacedTimeout{5000};
// For tokens that nobody gets.
constexpr milliseconds kGiveBackTimeout{500};

Error already_signing_in() {
  return make_error(Blame::caller, ErrorCode::not_possible, Stage::usage,
                    "A sign-in of this session is going on already. Wait for its end, or cancel "
                    "it.");
}

// Codes, approval, ID token, the application's consent, and the store.
class SignInCall final : public SignInOperation {
 public:
  SignInCall(SessionHandle session, std::shared_ptr<Server> server, SignInOptions options)
      : SignInOperation(std::move(session), std::move(server)), options_(std::move(options)) {
    alone_ = session_->begin_sign_in();
    allowed_ = alone_ ? session_->check_store() : already_signing_in();
  }
  ~SignInCall() override { leave(); }

  const DeviceLogin* login() const override {
    return operation_ != nullptr ? operation_->login() : nullptr;
  }
  LoginState state() const override { return login() != nullptr ? login()->state() : state_; }

 private:
  void leave() {
    if (std::exchange(alone_, false)) session_->end_sign_in();
  }

  void finish(Result<AccessToken> result) {
    leave();
    SignInOperation::finish(std::move(result));
  }

  void begin() override {
    if (!allowed_.ok()) return finish(allowed_.error());
    if (session_->config.resume) {
      // Held as long as the codes are valid: two processes never poll for one device code.
      auto lock = session_->store->lock(session_->pending_key(), milliseconds(0), Cancel::never());
      if (lock.ok()) pending_lock_ = std::move(*lock);
      if (pending_lock_) earlier_ = session_->find_pending();
      if (earlier_ && earlier_->scope != session_->config.scope) earlier_.reset();
    }
    log_in();
  }

  void log_in() {
    const Config& config = session_->config;
    LoginRequest request;
    request.scope = config.scope;
    request.extra = config.extra;
    request.resources = config.resources;
    request.authorization_details = config.authorization_details;
    request.start_deadline = options_.start_deadline;
    request.is_stored = [this](const TokenSet& tokens) { return session_->is_stored(tokens); };
    if (earlier_) request.resume = &*earlier_;
    LoginEvents events;
    events.on_prompt = options_.show;
    events.on_poll = options_.on_poll;
    events.on_transition = options_.on_transition;
    events.on_start_retry = options_.on_start_retry;
    // A snapshot that can't be kept costs a restarted program its codes, nothing more.
    if (pending_lock_) {
      events.on_pending = [this](const PendingLogin& pending) {
        StoredLogin waiting = nobody(session_->pending_key());
        waiting.pending = pending;
        static_cast<void>(pending_lock_->save(to_record(waiting)).ok());
      };
    }
    auto operation = make_login(server(), std::move(request), std::move(events));
    operation_ = operation.get();
    run<LoginOutcome>(std::move(operation),
                      [this](LoginOutcome outcome) { end(std::move(outcome)); });
  }

  void end(LoginOutcome outcome) {
    state_ = state();
    operation_ = nullptr;
    const bool resumed = std::exchange(earlier_, std::nullopt).has_value();
    const ErrorCode code = outcome.tokens.ok() ? ErrorCode() : outcome.tokens.error().code;
    const bool failed = !outcome.tokens.ok();
    if (failed && resumed && code == ErrorCode::cannot_resume) return log_in();
    if (options_.on_end) options_.on_end(outcome);
    const bool expired = failed && code == ErrorCode::expired_token && !cancelled();
    if (expired && options_.renewals > 0) {
      --options_.renewals;
      return log_in();
    }
    outcome_ = std::move(outcome);
    if (!pending_lock_) return decide();
    static_cast<void>(pending_lock_->erase().ok());
    pending_lock_.reset();
    forget_old_pending([this] { decide(); });
  }

  // Earlier builds kept the codes in the tokens' record.
  void forget_old_pending(std::function<void()> then) {
    const auto seen = session_->load(session_->key);
    if (!seen.ok() || !*seen || !(*seen)->pending) return then();
    lock(kLockLimit, [this, then = std::move(then)](Lock lock) {
      auto stored = session_->load(session_->key);
      if (lock.ok() && stored.ok() && *stored) {
        (*stored)->pending.reset();
        const bool empty = (*stored)->tokens.access_token.empty();
        static_cast<void>(empty ? (*lock)->erase().ok() : (*lock)->save(to_record(**stored)).ok());
      }
      lock = std::unique_ptr<RecordLock>();
      then();
    });
  }

  void decide() {
    if (!outcome_->tokens.ok()) return finish(outcome_->tokens.error());
    const auto& claims = outcome_->id_token_claims;
    if (options_.accept) {
      const auto accepted = options_.accept(claims ? &*claims : nullptr);
      if (!accepted.ok()) return give_back(accepted.error());
    }
    login_ = record();
    auto unsaved = session_->take_unsaved();
    if (unsaved) before_ = std::move(unsaved->login);
    if (unsaved && unsaved->lock) return keep(std::move(unsaved->lock));
    lock(kLockLimit, [this](Lock lock) {
      if (lock.ok() || !cancelled()) return keep(std::move(lock));
      give_back(lock.error());
    });
  }

  // Only a verified ID token is stored.
  StoredLogin record() {
    const Config& config = session_->config;
    StoredLogin login = nobody(session_->key);
    login.tokens = *outcome_->tokens;
    if (outcome_->id_token_claims) {
      login.subject = outcome_->id_token_claims->subject;
    } else {
      login.tokens.id_token = Secret();
    }
    if (!login.tokens.scope && !config.scope.empty()) login.tokens.scope = config.scope;
    login.resources = config.resources;
    if (ascii::same(login.tokens.token_type, "DPoP")) login.dpop_key = server_.dpop_key();
    login.certificate = session_->certificate();
    session_->date(login);
    return login;
  }

  // Stores what came in the place of whatever was stored. What can't be stored stays in memory.
  void keep(Lock lock) {
    if (lock.ok() && !before_) {
      auto stored = session_->load(session_->key);  // what can't be read is replaced
      if (stored.ok()) before_ = std::move(*stored);
    }
    SessionState::Look kept;
    kept.login = login_;
    if (lock.ok()) {
      kept.store_failure = session_->keep_unsaved(login_, std::move(*lock));
    } else {
      session_->hold(login_);
      kept.store_failure = lock.error();
    }
    session_->forget_failure();
    out_ = session_->hand_out(kept);
    out_.id_token_claims = std::move(outcome_->id_token_claims);
    out_.id_token_problem = std::move(outcome_->id_token_problem);
    out_.quirks = std::move(outcome_->quirks);
    const bool was_signed_in =
        before_ && !before_->tokens.access_token.empty() && !before_->revoked;
    if (!was_signed_in || kept.store_failure || share_a_token(before_->tokens, kept.login.tokens)) {
      return finish(std::move(out_));
    }
    replace();
  }

  void replace() {
    out_.replaced = ReplacedSignIn();
    out_.replaced->subject = before_->subject;
    out_.replaced->other_user =
        !before_->subject.empty() && !login_.subject.empty() && before_->subject != login_.subject;
    if (!out_.replaced->other_user) return finish(std::move(out_));
    run(make_part_revocation(server(), before_->tokens.refresh_token, TokenHint::refresh_token,
                             kReplacedTimeout),
        [this](SignOutReport::Part part) {
          out_.replaced->refresh_token = std::move(part);
          finish(std::move(out_));
        });
  }

  // Revokes tokens that nobody gets, also after a cancel.
  void give_back(Error why) {
    const TokenSet& tokens = *outcome_->tokens;
    if (session_->is_stored(tokens)) return finish(std::move(why));
    const auto revoke_access = [this, why = std::move(why)](RevocationAnswer) {
      run(
          make_revocation(server(), outcome_->tokens->access_token, TokenHint::access_token,
                          kGiveBackTimeout),
          [this, why](RevocationAnswer) { finish(why); }, true);
    };
    if (tokens.refresh_token.empty()) return revoke_access({});
    run(make_revocation(server(), tokens.refresh_token, TokenHint::refresh_token, kGiveBackTimeout),
        revoke_access, true);
  }

  SignInOptions options_;
  bool alone_ = false;
  Result<void> allowed_;
  std::unique_ptr<RecordLock> pending_lock_;
  std::optional<PendingLogin> earlier_;
  LoginOperation* operation_ = nullptr;  // the one that is running
  LoginState state_ = LoginState::ready;
  std::optional<LoginOutcome> outcome_;
  StoredLogin login_;
  std::optional<StoredLogin> before_;
  AccessToken out_;
};

}  // namespace

std::unique_ptr<SignInOperation> make_sign_in(SessionHandle session, std::shared_ptr<Server> server,
                                              SignInOptions options) {
  return std::make_unique<SignInCall>(std::move(session), std::move(server), std::move(options));
}

}  // namespace deviceflow
