#include <utility>

#include "client/session_impl.hpp"
#include "foundation/ascii.hpp"

namespace deviceflow {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// The user waits meanwhile.
constexpr milliseconds kReplacedTimeout{5000};

bool same_token(const Secret& a, const Secret& b) {
  return !a.empty() && a.reveal() == b.reveal();
}

bool share_a_token(const TokenSet& a, const TokenSet& b) {
  return same_token(a.refresh_token, b.refresh_token) || same_token(a.access_token, b.access_token);
}

}  // namespace

// Writes the snapshot into the stored login, or takes it out (null). A snapshot that can't be kept
// costs a restarted program its codes, nothing more.
void Session::Impl::keep_pending(const PendingLogin* pending) {
  auto lock = store_.lock(key_, options_.lock_limit, cancel_);
  if (!lock.ok()) return;
  auto stored = load();
  if (!stored.ok()) return;  // what can't be read is not overwritten either
  if (!*stored && pending == nullptr) return;
  StoredLogin login;
  login.issuer = key_.issuer;
  login.client_id = key_.client_id;
  login.account = key_.account;
  if (*stored) login = std::move(**stored);
  login.pending.reset();
  if (pending != nullptr) login.pending = *pending;
  const bool empty = pending == nullptr && login.tokens.access_token.empty();
  static_cast<void>(empty ? (*lock)->erase().ok() : (*lock)->save(to_record(login)).ok());
}

LoginOutcome Session::Impl::login(const LoginRequest& request, const LoginEvents& events) {
  asked_scope_ = request.scope;
  asked_resources_ = request.resources;
  LoginRequest asked = request;
  asked.is_stored = [this](const TokenSet& tokens) { return is_stored(tokens); };
  if (!options_.resume_logins) return client_.login(asked, events);
  std::optional<PendingLogin> earlier;
  auto stored = load();
  if (stored.ok() && *stored) earlier = std::move((*stored)->pending);
  if (earlier && earlier->scope == request.scope) asked.resume = &*earlier;
  LoginEvents told = events;
  told.on_pending = [&](const PendingLogin& pending) {
    keep_pending(&pending);
    if (events.on_pending) events.on_pending(pending);
  };
  LoginOutcome outcome = client_.login(asked, told);
  if (asked.resume != nullptr && !outcome.tokens.ok() &&
      outcome.tokens.error().code == ErrorCode::cannot_resume) {
    asked.resume = nullptr;
    outcome = client_.login(asked, told);
  }
  forget_cancel();  // it has been obeyed, and must not keep the codes from being erased
  keep_pending(nullptr);
  return outcome;
}

Result<std::optional<ReplacedSignIn>> Session::Impl::sign_in(const LoginOutcome& outcome) {
  if (!outcome.tokens.ok()) return outcome.tokens.error();
  SignInDetails details;
  details.scope = asked_scope_;
  details.resources = asked_resources_;
  TokenSet tokens = *outcome.tokens;
  if (outcome.id_token_claims) {
    details.subject = outcome.id_token_claims->subject;
  } else {
    tokens.id_token = Secret();  // it could not be checked
  }
  if (ascii::same(tokens.token_type, "DPoP")) details.dpop_key = client_.dpop_key();
  return sign_in(tokens, details);
}

Result<std::optional<ReplacedSignIn>> Session::Impl::sign_in(const TokenSet& tokens,
                                                             const SignInDetails& details) {
  StoredLogin login;
  login.issuer = key_.issuer;
  login.client_id = key_.client_id;
  login.account = key_.account;
  login.subject = details.subject;
  login.tokens = tokens;
  if (!login.tokens.scope && !details.scope.empty()) login.tokens.scope = details.scope;
  login.resources = details.resources;
  login.dpop_key = details.dpop_key;
  login.certificate = client_.certificate_thumbprint();
  date(login);
  std::optional<StoredLogin> before;
  if (!unsaved_) {
    auto lock = store_.lock(key_, options_.lock_limit, cancel_);
    if (!lock.ok()) return lock.error();
    auto stored = load();  // what can't be read is replaced
    if (stored.ok()) before = std::move(*stored);
    const auto saved = (*lock)->save(to_record(login));
    if (!saved.ok()) return saved.error();
  } else {
    const auto saved = unsaved_lock_->save(to_record(login));
    if (!saved.ok()) return saved.error();
    before = std::move(unsaved_);
    unsaved_.reset();
    unsaved_lock_.reset();
  }
  last_failure_.reset();
  wait_ = seconds(0);
  const bool was_signed_in = before && !before->tokens.access_token.empty() && !before->revoked;
  if (!was_signed_in || share_a_token(before->tokens, login.tokens)) {
    return std::optional<ReplacedSignIn>();
  }
  return std::optional<ReplacedSignIn>(replaced(*before, login));
}

ReplacedSignIn Session::Impl::replaced(const StoredLogin& before, const StoredLogin& after) {
  ReplacedSignIn out;
  out.subject = before.subject;
  out.other_user =
      !before.subject.empty() && !after.subject.empty() && before.subject != after.subject;
  if (out.other_user) {
    out.refresh_token =
        revoke(before.tokens.refresh_token, TokenHint::refresh_token, kReplacedTimeout);
  }
  return out;
}

// Also if the store can't tell: what may be stored is not revoked.
bool Session::Impl::is_stored(const TokenSet& tokens) {
  if (unsaved_ && share_a_token(unsaved_->tokens, tokens)) return true;
  const auto stored = load();
  if (!stored.ok()) return true;
  return *stored && share_a_token((*stored)->tokens, tokens);
}

void Session::Impl::give_back(const TokenSet& tokens) {
  if (is_stored(tokens)) return;
  static_cast<void>(revoke(tokens.refresh_token, TokenHint::refresh_token));
  static_cast<void>(revoke(tokens.access_token, TokenHint::access_token));
}

SignOutReport::Part Session::Impl::revoke(const Secret& token, TokenHint hint,
                                          milliseconds timeout) {
  using Kind = RevocationAnswer::Kind;
  SignOutReport::Part part;
  if (token.empty()) return part;
  if (cancel_.is_set()) {
    part.result = SignOutReport::Part::Result::not_confirmed;
    part.error = make_error(Blame::user, ErrorCode::cancelled, Stage::revocation,
                            "Cancelled before the token was revoked.");
    return part;
  }
  RevocationAnswer answer = client_.revoke(token, hint, timeout);
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

// What is revoked is written at once, so that no kill leaves a dead sign-in that looks alive. The
// record is removed or written again after this: a failure in between costs nothing more. Without a
// `lock` nothing can be written.
void Session::Impl::revoke_all(StoredLogin& login, RecordLock* lock, SignOutReport& report) {
  using Result = SignOutReport::Part::Result;
  const auto save = [&] {
    if (lock != nullptr) static_cast<void>(lock->save(to_record(login)).ok());
  };
  if (login.revoked) {  // by an earlier sign-out
    report.refresh_token.result = Result::revoked;
  } else {
    report.refresh_token = revoke(login.tokens.refresh_token, TokenHint::refresh_token);
  }
  if (report.refresh_token.result == Result::revoked && !login.revoked) {
    login.tokens.refresh_token = Secret();
    login.revoked = true;
    save();
  }
  report.access_token = revoke(login.tokens.access_token, TokenHint::access_token);
  const auto& error = report.access_token.error;
  if (login.revoked && report.access_token.result == Result::not_confirmed && error &&
      error->http_status == 400) {
    report.access_token.result = Result::revoked;
  }
  if (report.access_token.result == Result::revoked &&
      report.refresh_token.result == Result::not_confirmed) {
    login.tokens.expires_in = seconds(0);
    login.expires_at = options_.clock->wall_now();
    remember(login, options_.clock->steady_now());
    save();
  }
}

SignOutReport Session::Impl::sign_out(Forget forget) {
  SignOutReport report;
  std::optional<StoredLogin> login = std::move(unsaved_);
  std::unique_ptr<RecordLock> lock = std::move(unsaved_lock_);
  unsaved_.reset();
  const bool unsaved = lock != nullptr;
  if (!unsaved) {
    auto taken = store_.lock(key_, options_.lock_limit, cancel_);
    if (taken.ok()) {
      lock = std::move(*taken);
    } else {
      report.local_error = taken.error();
      const ErrorCode code = taken.error().code;
      // Another process uses these tokens now, and may store others in a moment.
      if (code == ErrorCode::store_locked || code == ErrorCode::cancelled) return report;
    }
  }
  if (!login) {
    auto loaded = load();
    if (loaded.ok()) {
      login = std::move(*loaded);
    } else if (lock) {
      report.local_error = loaded.error();  // nothing can be revoked; it goes all the same
    }
  }
  if (login) {
    client_.continue_login(*login);  // its secrets stay out of every text
    revoke_all(*login, lock.get(), report);
  }
  if (!lock) return report;
  const auto may_be_alive = [](const SignOutReport::Part& part) {
    return part.result == SignOutReport::Part::Result::not_confirmed;
  };
  const bool alive = may_be_alive(report.refresh_token) || may_be_alive(report.access_token);
  if (forget == Forget::when_revoked && (report.local_error || alive)) {
    if (unsaved) unsaved_ = std::move(login);
    if (unsaved) unsaved_lock_ = std::move(lock);
    return report;
  }
  const auto erased = lock->erase();
  report.removed = erased.ok();
  if (!erased.ok()) report.local_error = erased.error();
  known_token_ = Secret();
  last_failure_.reset();
  client_.forget_login();
  return report;
}

}  // namespace deviceflow
