#include <utility>

#include "client/session_impl.hpp"
#include "foundation/ascii.hpp"

namespace deviceflow {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// The user waits meanwhile.
constexpr milliseconds kReplacedTimeout{5000};
// For tokens that nobody gets.
constexpr milliseconds kGiveBackTimeout{500};
// How often a sign-out starts again because somebody stored other tokens meanwhile.
constexpr int kMostRounds = 3;

bool same_token(const Secret& a, const Secret& b) {
  return !a.empty() && same(a, b);
}

bool share_a_token(const TokenSet& a, const TokenSet& b) {
  return same_token(a.refresh_token, b.refresh_token) || same_token(a.access_token, b.access_token);
}

StoredLogin nobody(const StoreKey& key) {
  StoredLogin out;
  out.issuer = key.issuer;
  out.client_id = key.client_id;
  out.account = key.account;
  return out;
}

Error already_signing_in() {
  return make_error(Blame::caller, ErrorCode::not_possible, Stage::usage,
                    "A sign-in of this session is going on already. Wait for its end, or cancel "
                    "it.");
}

}  // namespace

// ---- Signing in ----

Result<AccessToken> Session::Impl::sign_in(const SignInOptions& options, const Cancel& cancel) {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (signing_in_) return already_signing_in();
    signing_in_ = true;
  }
  auto result = sign_in_alone(options, cancel);
  const std::lock_guard<std::mutex> guard(mutex_);
  signing_in_ = false;
  return result;
}

Result<AccessToken> Session::Impl::sign_in_alone(const SignInOptions& options,
                                                 const Cancel& cancel) {
  const auto writable = check_store(cancel);
  if (!writable.ok()) return writable.error();
  const Lease client(*this);
  LoginOutcome outcome = log_in(*client, options, cancel);
  if (options.on_end) options.on_end(outcome);
  if (!outcome.tokens.ok()) return outcome.tokens.error();
  if (options.accept) {
    const auto accepted =
        options.accept(outcome.id_token_claims ? &*outcome.id_token_claims : nullptr);
    if (!accepted.ok()) {
      give_back(*client, *outcome.tokens);
      return accepted.error();
    }
  }
  return keep(outcome, *client, cancel);
}

// Fails if the tokens of a sign-in could not be stored: better before the user approves it.
Result<void> Session::Impl::check_store(const Cancel& cancel) {
  std::optional<Error> failure;
  const auto before = current(&failure);
  // What can't be read is replaced by the new sign-in, but not what a newer program wrote.
  if (!before.ok() && before.error().code == ErrorCode::store_newer_version) return before.error();
  if (failure && failure->code != ErrorCode::store_locked) return *failure;  // tried just now
  auto lock = store_->lock(key_, milliseconds(0), cancel);
  // The holder is writing.
  if (!lock.ok() && lock.error().code == ErrorCode::store_locked) return {};
  if (!lock.ok()) return lock.error();
  const auto stored = load(key_);
  if (!stored.ok()) return {};
  if (*stored) return (*lock)->save(to_record(**stored));
  const auto saved = (*lock)->save(to_record(nobody(key_)));
  if (!saved.ok()) return saved;
  return (*lock)->erase();
}

LoginOutcome Session::Impl::log_in(Client& client, const SignInOptions& options,
                                   const Cancel& cancel) {
  LoginRequest request;
  request.scope = config_.scope;
  request.extra = config_.extra;
  request.resources = config_.resources;
  request.authorization_details = config_.authorization_details;
  request.start_deadline = options.start_deadline;
  request.is_stored = [this](const TokenSet& tokens) { return is_stored(tokens); };
  LoginEvents events;
  events.on_prompt = options.show;
  events.on_poll = options.on_poll;
  events.on_transition = options.on_transition;
  events.on_start_retry = options.on_start_retry;
  if (!config_.resume) return client.login(request, events, cancel);
  // Held as long as the codes are valid: two processes never poll for one device code.
  const auto lock = store_->lock(pending_key(), milliseconds(0), cancel);
  if (!lock.ok()) return client.login(request, events, cancel);
  return log_in_resumable(client, std::move(request), std::move(events), **lock, cancel);
}

LoginOutcome Session::Impl::log_in_resumable(Client& client, LoginRequest request,
                                             LoginEvents events, RecordLock& lock,
                                             const Cancel& cancel) {
  const auto earlier = find_pending();
  if (earlier && earlier->scope == request.scope) request.resume = &*earlier;
  // A snapshot that can't be kept costs a restarted program its codes, nothing more.
  events.on_pending = [&](const PendingLogin& pending) {
    StoredLogin waiting = nobody(pending_key());
    waiting.pending = pending;
    static_cast<void>(lock.save(to_record(waiting)).ok());
  };
  LoginOutcome outcome = client.login(request, events, cancel);
  const bool refused = request.resume != nullptr && !outcome.tokens.ok() &&
                       outcome.tokens.error().code == ErrorCode::cannot_resume;
  if (refused) {
    request.resume = nullptr;
    outcome = client.login(request, events, cancel);
  }
  static_cast<void>(lock.erase().ok());
  forget_old_pending();
  return outcome;
}

// Beside the tokens' record, so that one can change without the other.
StoreKey Session::Impl::pending_key() const {
  StoreKey out = key_;
  out.account += "\x1fpending";
  return out;
}

std::optional<PendingLogin> Session::Impl::find_pending() {
  auto waiting = load(pending_key());
  if (waiting.ok() && *waiting && (*waiting)->pending) return std::move((*waiting)->pending);
  auto stored = load(key_);  // where earlier builds kept it
  if (stored.ok() && *stored) return std::move((*stored)->pending);
  return std::nullopt;
}

void Session::Impl::forget_old_pending() {
  const auto seen = load(key_);
  if (!seen.ok() || !*seen || !(*seen)->pending) return;
  const auto lock = store_->lock(key_, kLockLimit, Cancel::never());
  auto stored = load(key_);
  if (!lock.ok() || !stored.ok() || !*stored) return;
  (*stored)->pending.reset();
  const bool empty = (*stored)->tokens.access_token.empty();
  static_cast<void>(empty ? (*lock)->erase().ok() : (*lock)->save(to_record(**stored)).ok());
}

// Only a verified ID token is stored.
StoredLogin Session::Impl::record_of(const LoginOutcome& outcome, const Client& client) {
  StoredLogin login = nobody(key_);
  login.tokens = *outcome.tokens;
  if (outcome.id_token_claims) {
    login.subject = outcome.id_token_claims->subject;
  } else {
    login.tokens.id_token = Secret();
  }
  if (!login.tokens.scope && !config_.scope.empty()) login.tokens.scope = config_.scope;
  login.resources = config_.resources;
  if (ascii::same(login.tokens.token_type, "DPoP")) login.dpop_key = client.dpop_key();
  login.certificate = certificate();
  date(login);
  return login;
}

// Stores what came in the place of whatever was stored. What can't be stored stays in memory.
Result<AccessToken> Session::Impl::keep(const LoginOutcome& outcome, Client& client,
                                        const Cancel& cancel) {
  StoredLogin login = record_of(outcome, client);
  std::optional<StoredLogin> before;
  std::unique_ptr<RecordLock> lock;
  std::optional<Error> failure;
  if (auto unsaved = take_unsaved()) {
    before = std::move(unsaved->login);
    lock = std::move(unsaved->lock);
  }
  if (!lock) {
    auto taken = store_->lock(key_, kLockLimit, cancel);
    if (taken.ok()) {
      lock = std::move(*taken);
    } else if (taken.error().code == ErrorCode::cancelled && cancel.is_set()) {
      give_back(client, login.tokens);
      return taken.error();
    } else {
      failure = taken.error();
    }
  }
  if (lock && !before) {
    auto stored = load(key_);  // what can't be read is replaced
    if (stored.ok()) before = std::move(*stored);
  }
  Look kept;
  kept.login = login;
  if (lock) {
    kept.store_failure = keep_unsaved(std::move(login), std::move(lock));
  } else {
    hold(std::move(login));
    kept.store_failure = std::move(failure);
  }
  forget_failure();
  AccessToken out = hand_out(kept);
  out.id_token_claims = outcome.id_token_claims;
  out.id_token_problem = outcome.id_token_problem;
  out.quirks = outcome.quirks;
  const bool was_signed_in = before && !before->tokens.access_token.empty() && !before->revoked;
  if (was_signed_in && !kept.store_failure && !share_a_token(before->tokens, kept.login.tokens)) {
    out.replaced = replaced(*before, kept.login, client, cancel);
  }
  return out;
}

ReplacedSignIn Session::Impl::replaced(const StoredLogin& before, const StoredLogin& after,
                                       Client& client, const Cancel& cancel) {
  ReplacedSignIn out;
  out.subject = before.subject;
  out.other_user =
      !before.subject.empty() && !after.subject.empty() && before.subject != after.subject;
  if (out.other_user) {
    out.refresh_token = revoke(client, before.tokens.refresh_token, TokenHint::refresh_token,
                               kReplacedTimeout, cancel);
  }
  return out;
}

// Also if the store can't tell: what may be stored is not revoked.
bool Session::Impl::is_stored(const TokenSet& tokens) {
  const auto stored = current();
  if (!stored.ok()) return true;
  return *stored && share_a_token((*stored)->tokens, tokens);
}

// Revokes tokens that nobody gets, also after a cancel.
void Session::Impl::give_back(Client& client, const TokenSet& tokens) {
  if (is_stored(tokens)) return;
  if (!tokens.refresh_token.empty()) {
    client.revoke(tokens.refresh_token, TokenHint::refresh_token, kGiveBackTimeout);
  }
  client.revoke(tokens.access_token, TokenHint::access_token, kGiveBackTimeout);
}

Result<std::optional<StoredLogin>> Session::Impl::stored() {
  auto login = current();
  if (!login.ok()) return login;
  // A program that was killed while it checked the store leaves a record of nobody.
  const bool nothing = *login && (*login)->tokens.access_token.empty() && !(*login)->pending;
  if (nothing) login->reset();
  if (!config_.resume) return login;
  auto waiting = load(pending_key());
  if (!waiting.ok() || !*waiting || !(*waiting)->pending) return login;
  if (!*login) *login = nobody(key_);
  (*login)->pending = std::move((*waiting)->pending);
  return login;
}

// ---- Signing out ----

SignOutReport::Part Session::Impl::revoke(Client& client, const Secret& token, TokenHint hint,
                                          milliseconds timeout, const Cancel& cancel) {
  using Kind = RevocationAnswer::Kind;
  SignOutReport::Part part;
  if (token.empty()) return part;
  if (cancel.is_set()) {
    part.result = SignOutReport::Part::Result::not_confirmed;
    part.error = make_error(Blame::user, ErrorCode::cancelled, Stage::revocation,
                            "Cancelled before the token was revoked.");
    return part;
  }
  RevocationAnswer answer = client.revoke(token, hint, timeout, cancel);
  part.error = std::move(answer.error);
  if (answer.kind == Kind::revoked) {
    part.result = SignOutReport::Part::Result::revoked;
  } else if (answer.kind == Kind::unsupported_token_type ||
             (part.error && part.error->code == ErrorCode::not_possible)) {
    part.result = SignOutReport::Part::Result::not_possible;
  } else {
    part.result = SignOutReport::Part::Result::not_confirmed;
  }
  return part;
}

// Writes what has become of the sign-in, unless other tokens were stored meanwhile. A failure here
// costs nothing more than a second attempt at what is done.
void Session::Impl::update(const StoredLogin& login, const Cancel& cancel) {
  const auto lock = store_->lock(key_, kLockLimit, cancel);
  if (!lock.ok()) return;
  const auto stored = load(key_);
  if (!stored.ok() || !*stored || !share_a_token((*stored)->tokens, login.tokens)) return;
  static_cast<void>((*lock)->save(to_record(login)).ok());
}

// What is revoked is written at once, so that no kill leaves a dead sign-in that looks alive.
void Session::Impl::revoke_all(Client& client, StoredLogin& login, SignOutReport& report,
                               const Cancel& cancel) {
  using Result = SignOutReport::Part::Result;
  if (login.revoked) {  // by an earlier sign-out
    report.refresh_token.result = Result::revoked;
  } else {
    report.refresh_token =
        revoke(client, login.tokens.refresh_token, TokenHint::refresh_token, {}, cancel);
  }
  if (report.refresh_token.result == Result::revoked && !login.revoked) {
    login.tokens.refresh_token = Secret();
    login.revoked = true;
    update(login, cancel);
  }
  report.access_token =
      revoke(client, login.tokens.access_token, TokenHint::access_token, {}, cancel);
  const auto& error = report.access_token.error;
  if (login.revoked && report.access_token.result == Result::not_confirmed && error &&
      error->http_status == 400) {
    report.access_token.result = Result::revoked;
  }
  if (report.access_token.result == Result::revoked &&
      report.refresh_token.result == Result::not_confirmed) {
    login.tokens.expires_in = seconds(0);
    login.expires_at = clock_.wall_now();
    remember(login.tokens.access_token, clock_.steady_now());
    update(login, cancel);
  }
}

// The record is locked before and after the revocations, never during them.
SignOutReport Session::Impl::sign_out(Forget forget, const Cancel& cancel) {
  const Lease client(*this);
  for (int round = 1;; ++round) {
    SignOutReport report;
    auto unsaved = take_unsaved();
    auto lock = unsaved && unsaved->lock
                    ? Result<std::unique_ptr<RecordLock>>(std::move(unsaved->lock))
                    : store_->lock(key_, kLockLimit, cancel);
    if (!lock.ok()) {
      report.local_error = lock.error();
      const ErrorCode code = lock.error().code;
      // Another process uses these tokens now, and may store others in a moment.
      if (code == ErrorCode::store_locked || code == ErrorCode::cancelled) {
        if (unsaved) hold(std::move(unsaved->login));
        return report;
      }
    }
    auto found = load(key_);
    std::optional<StoredLogin> login;
    if (unsaved) {
      login = std::move(unsaved->login);
    } else if (found.ok()) {
      login = *found;
    } else if (lock.ok()) {
      report.local_error = found.error();  // nothing can be revoked; it goes all the same
    }
    const bool lockable = lock.ok();
    if (lockable) lock->reset();
    if (login) {
      client->continue_login(*login);  // its secrets stay out of every text
      revoke_all(*client, *login, report, cancel);
    }
    const auto may_be_alive = [](const SignOutReport::Part& part) {
      return part.result == SignOutReport::Part::Result::not_confirmed;
    };
    const bool alive = may_be_alive(report.refresh_token) || may_be_alive(report.access_token);
    const bool keep = forget == Forget::when_revoked && (report.local_error || alive);
    if (!lockable || keep) {
      if (unsaved) hold(std::move(*login));
      return report;
    }
    lock = store_->lock(key_, kLockLimit, cancel);
    const bool known = !other_tokens_came(login) || (found.ok() && !other_tokens_came(*found));
    if (lock.ok() && round < kMostRounds && !known) continue;
    remove(report, lock);
    return report;
  }
}

bool Session::Impl::other_tokens_came(const std::optional<StoredLogin>& login) {
  const auto now = load(key_);
  if (!now.ok() || !*now || (*now)->tokens.access_token.empty()) return false;
  return !login || !share_a_token((*now)->tokens, login->tokens);
}

// The last part of a sign-out: nothing of it stays here.
void Session::Impl::remove(SignOutReport& report, const Result<std::unique_ptr<RecordLock>>& lock) {
  const auto erased = lock.ok() ? (*lock)->erase() : Result<void>(lock.error());
  report.removed = erased.ok();
  if (!erased.ok()) report.local_error = erased.error();
  const auto waiting = store_->load(pending_key());
  if (!waiting.ok() || *waiting) {
    const auto pending = store_->lock(pending_key(), milliseconds(0), Cancel::never());
    if (pending.ok()) static_cast<void>((*pending)->erase().ok());
  }
  forget_failure();
  const std::lock_guard<std::mutex> guard(mutex_);
  known_token_ = Secret();
  api_proofs_.reset();
  api_key_ = rejected_ = replaced_ = replacement_ = Secret();
  ++round_;  // clients that are in use forget when they come back
  for (const auto& one : idle_) one->forget_login();
}

// Keeps a sign-in in memory until it can be stored.
void Session::Impl::hold(StoredLogin login) {
  const std::lock_guard<std::mutex> guard(mutex_);
  unsaved_ = Unsaved{std::move(login), nullptr};
}

Result<AccessToken> Session::sign_in(std::function<void(const DeviceAuthorization&)> show,
                                     const Cancel& cancel) {
  SignInOptions options;
  options.show = std::move(show);
  return impl_->sign_in(options, cancel);
}

Result<AccessToken> Session::sign_in(SignInOptions options, const Cancel& cancel) {
  return impl_->sign_in(options, cancel);
}

Result<std::optional<StoredLogin>> Session::stored() {
  return impl_->stored();
}

StoreKey Session::store_key() const {
  return impl_->store_key();
}

SignOutReport Session::sign_out(Forget forget, const Cancel& cancel) {
  return impl_->sign_out(forget, cancel);
}

}  // namespace deviceflow
