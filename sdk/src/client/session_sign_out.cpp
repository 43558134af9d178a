#include <utility>

#include "client/session_state.hpp"

namespace deviceflow {

namespace {

using std::chrono::milliseconds;
using Part = SignOutReport::Part;

// How often a sign-out starts again because somebody stored other tokens meanwhile.
constexpr int kMostRounds = 3;

class PartRevocation final : public OperationFor<Part> {
 public:
  PartRevocation(std::shared_ptr<Server> server, Secret token, TokenHint hint, milliseconds timeout)
      : OperationFor(std::move(server)), token_(std::move(token)), hint_(hint), timeout_(timeout) {}

 private:
  void begin() override {
    if (token_.empty()) return finish({});
    if (cancelled()) {
      return finish({Part::Result::not_confirmed,
                     make_error(Blame::user, ErrorCode::cancelled, Stage::revocation,
                                "Cancelled before the token was revoked.")});
    }
    run(make_revocation(server(), std::move(token_), hint_, timeout_),
        [this](RevocationAnswer answer) { finish(part(std::move(answer))); });
  }

  static Part part(RevocationAnswer answer) {
    using Kind = RevocationAnswer::Kind;
    const bool never = answer.error && answer.error->code == ErrorCode::not_possible;
    Part out;
    out.error = std::move(answer.error);
    if (answer.kind == Kind::revoked) {
      out.result = Part::Result::revoked;
    } else if (answer.kind == Kind::unsupported_token_type || never) {
      out.result = Part::Result::not_possible;
    } else {
      out.result = Part::Result::not_confirmed;
    }
    return out;
  }

  Secret token_;
  const TokenHint hint_;
  const milliseconds timeout_;
};

// The record is locked before and after the revocations, never during them.
class SignOutCall final : public SessionCall<SignOutReport> {
 public:
  SignOutCall(SessionHandle session, std::shared_ptr<Server> server, Forget forget)
      : SessionCall(std::move(session), std::move(server)), forget_(forget) {}

 private:
  void begin() override {
    report_ = SignOutReport();
    login_.reset();
    auto unsaved = session_->take_unsaved();
    is_unsaved_ = unsaved.has_value();
    if (unsaved) login_ = std::move(unsaved->login);
    if (unsaved && unsaved->lock) return look(std::move(unsaved->lock));
    lock(kLockLimit, [this](Lock lock) { look(std::move(lock)); });
  }

  void look(Lock lock) {
    lockable_ = lock.ok();
    if (!lockable_) {
      report_.local_error = lock.error();
      const ErrorCode code = lock.error().code;
      // Another process uses these tokens now, and may store others in a moment.
      if (code == ErrorCode::store_locked || code == ErrorCode::cancelled) {
        if (is_unsaved_) session_->hold(std::move(*login_));
        return finish(std::move(report_));
      }
    }
    const auto found = session_->load(session_->key);
    found_ = found.ok() ? *found : std::nullopt;
    readable_ = found.ok();
    if (!is_unsaved_) login_ = found_;
    // Nothing can be revoked; it goes all the same.
    if (!is_unsaved_ && !readable_ && lockable_) report_.local_error = found.error();
    if (!login_) return remove();
    server_.continue_login(*login_);  // its secrets stay out of every text
    revoke_refresh_token();
  }

  void revoke_refresh_token() {
    if (login_->revoked) {  // by an earlier sign-out
      report_.refresh_token.result = Part::Result::revoked;
      return revoke_access_token();
    }
    run(make_part_revocation(server(), login_->tokens.refresh_token, TokenHint::refresh_token, {}),
        [this](Part part) {
          report_.refresh_token = std::move(part);
          if (report_.refresh_token.result != Part::Result::revoked) return revoke_access_token();
          login_->tokens.refresh_token = Secret();
          login_->revoked = true;
          update([this] { revoke_access_token(); });
        });
  }

  void revoke_access_token() {
    run(make_part_revocation(server(), login_->tokens.access_token, TokenHint::access_token, {}),
        [this](Part part) {
          report_.access_token = std::move(part);
          const auto& error = report_.access_token.error;
          auto& result = report_.access_token.result;
          const bool refused = error && error->http_status == 400;
          if (login_->revoked && result == Part::Result::not_confirmed && refused) {
            result = Part::Result::revoked;
          }
          if (result != Part::Result::revoked || !may_be_alive(report_.refresh_token)) {
            return remove();
          }
          login_->tokens.expires_in = std::chrono::seconds(0);
          login_->expires_at = now().wall;
          session_->remember(login_->tokens.access_token, now().steady);
          update([this] { remove(); });
        });
  }

  // Writes at once what has become of the sign-in, so that no kill leaves a dead one that looks
  // alive, unless other tokens were stored meanwhile. A failure here costs nothing more than a
  // second attempt at what is done.
  void update(std::function<void()> then) {
    lock(kLockLimit, [this, then = std::move(then)](Lock lock) {
      const auto stored = session_->load(session_->key);
      const bool known = stored.ok() && *stored && share_a_token((*stored)->tokens, login_->tokens);
      if (lock.ok() && known) static_cast<void>((*lock)->save(to_record(*login_)).ok());
      lock = std::unique_ptr<RecordLock>();
      then();
    });
  }

  static bool may_be_alive(const Part& part) { return part.result == Part::Result::not_confirmed; }

  // The last part: nothing of it stays here.
  void remove() {
    const bool alive = may_be_alive(report_.refresh_token) || may_be_alive(report_.access_token);
    const bool keep = forget_ == Forget::when_revoked && (report_.local_error || alive);
    if (!lockable_ || keep) {
      if (is_unsaved_) session_->hold(std::move(*login_));
      return finish(std::move(report_));
    }
    lock(kLockLimit, [this](Lock lock) {
      const bool known = !other_tokens_came(login_) || (readable_ && !other_tokens_came(found_));
      if (lock.ok() && !known && ++round_ <= kMostRounds) {
        lock = std::unique_ptr<RecordLock>();
        return begin();
      }
      remove(lock);
      finish(std::move(report_));
    });
  }

  void remove(const Lock& lock) {
    const auto erased = lock.ok() ? (*lock)->erase() : Result<void>(lock.error());
    report_.removed = erased.ok();
    if (!erased.ok()) report_.local_error = erased.error();
    TokenStore& store = *session_->store;
    const auto waiting = store.load(session_->pending_key());
    if (!waiting.ok() || *waiting) {
      const auto pending = store.lock(session_->pending_key(), milliseconds(0), Cancel::never());
      if (pending.ok()) static_cast<void>((*pending)->erase().ok());
    }
    session_->forget_everything();
  }

  bool other_tokens_came(const std::optional<StoredLogin>& login) {
    const auto now = session_->load(session_->key);
    if (!now.ok() || !*now || (*now)->tokens.access_token.empty()) return false;
    return !login || !share_a_token((*now)->tokens, login->tokens);
  }

  const Forget forget_;
  int round_ = 1;
  SignOutReport report_;
  std::optional<StoredLogin> login_;
  bool is_unsaved_ = false;
  bool lockable_ = false;
  std::optional<StoredLogin> found_;  // in the store, if that is readable
  bool readable_ = false;
};

}  // namespace

std::unique_ptr<OperationFor<Part>> make_part_revocation(std::shared_ptr<Server> server,
                                                         Secret token, TokenHint hint,
                                                         milliseconds timeout) {
  return std::make_unique<PartRevocation>(std::move(server), std::move(token), hint, timeout);
}

std::unique_ptr<OperationFor<SignOutReport>> make_sign_out(SessionHandle session,
                                                           std::shared_ptr<Server> server,
                                                           Forget forget) {
  return std::make_unique<SignOutCall>(std::move(session), std::move(server), forget);
}

}  // namespace deviceflow
