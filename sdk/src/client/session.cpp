// Theory of operation
// -------------------
// The store holds the truth; a session keeps only what can't be stored: when the access token ends
// on the steady clock, and on the same clock when the next refresh may be tried after one that
// failed. The record has that moment as well, by the wall clock, for other processes.
//
// A call reads the record and looks at the access token's age. If a refresh is due it takes the
// store's lock, reads again (another process may have refreshed meanwhile), writes the mark, sends,
// and writes the outcome, all under the lock. What happens to the mark:
//
//   tokens came                       the record without the mark replaces everything
//   invalid_grant                     the record is removed
//   the user is needed                the record from before, with the refusal: until it is old
//                                     enough, nothing is sent
//   the token was certainly not used  the record from before is put back
//   a refresh token came, but no      the record from before with the new refresh token
//   usable access token
//   it is not known                   the mark stays, and the next call tries again, fresh or not:
//                                     servers that forgive a repetition do so for a short while
//   an ID token came that must not    the same: the new tokens are thrown away, since they may be
//   be believed                       another user's, and the login is as good as it was before
//
// If the outcome can't be written, the tokens stay in memory together with the lock, so that no
// other process uses the old refresh token, and the next call writes them before it does anything.
#include <algorithm>
#include <deviceflow/poll_schedule.hpp>
#include <utility>

#include "adapters/record_cipher.hpp"
#include "client/session_impl.hpp"

namespace deviceflow {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kEarlyPart = 10;  // a tenth
constexpr seconds kFirstWait{2};
constexpr seconds kLongestWait{60};
// After a refusal that only the user can change.
constexpr seconds kFirstRefusal{60};
constexpr seconds kLongestRefusal{3600};

Error not_stored() {
  return make_error(Blame::user, ErrorCode::not_stored, Stage::store,
                    "Nobody is signed in here. Sign in first.");
}

Error cannot_renew() {
  return make_error(Blame::user, ErrorCode::sign_in_needed, Stage::refresh,
                    "The access token has ended, and the provider gave no refresh token. Sign in "
                    "again.");
}

Error half_revoked() {
  return make_error(Blame::user, ErrorCode::sign_in_needed, Stage::store,
                    "This sign-in was revoked here, though not yet in whole: its access token may "
                    "still be valid. Sign out, or sign in again.");
}

Error other_login() {
  return make_error(
      Blame::storage, ErrorCode::store_damaged, Stage::store,
      "The stored login belongs to another provider, client or account. It was left as it is; "
      "signing in again replaces it.");
}

bool same(const Secret& a, const Secret& b) {
  return a.reveal() == b.reveal();
}

// The mark is about the refresh token that is stored beside it.
bool interrupted(const StoredLogin& login) {
  return login.refresh_begun &&
         login.refresh_begun->token_hash == sha256_hex(login.tokens.refresh_token.reveal());
}

AccessToken hand_out(const StoredLogin& login) {
  AccessToken out;
  out.token = login.tokens.access_token;
  out.token_type = login.tokens.token_type;
  out.scope = login.tokens.scope;
  out.expires_at = login.expires_at;
  return out;
}

}  // namespace

bool Session::Impl::Look::needs_refresh() const {
  return rejected || other_certificate || age != Age::fresh || interrupted(login);
}

Result<std::optional<StoredLogin>> Session::Impl::load() {
  auto record = store_.load(key_);
  if (!record.ok()) return record.error();
  if (!*record) return std::optional<StoredLogin>();
  auto login = read_record(**record);
  if (!login.ok()) return login.error();
  if (login->issuer != key_.issuer || login->client_id != key_.client_id ||
      login->account != key_.account) {
    return other_login();
  }
  return std::optional<StoredLogin>(std::move(*login));
}

Result<Session::Impl::Look> Session::Impl::look(const Secret* rejected) {
  auto login = load();
  if (!login.ok()) return login.error();
  if (!*login || (*login)->tokens.access_token.empty()) return not_stored();
  if ((*login)->revoked) return half_revoked();
  Look out;
  out.login = std::move(**login);
  out.age = age_of(out.login);
  out.rejected = rejected != nullptr && same(*rejected, out.login.tokens.access_token);
  out.other_certificate =
      !out.login.certificate.empty() && out.login.certificate != client_.certificate_thumbprint();
  client_.continue_login(out.login);
  subject_ = out.login.subject;
  return out;
}

// When the access token ends, on the steady clock; empty if that is not known.
std::optional<SteadyTime> Session::Impl::end_of(const StoredLogin& login) {
  if (!known_token_.empty() && same(known_token_, login.tokens.access_token)) return known_end_;
  const auto wall = options_.clock->wall_now();
  if (!wall || !login.expires_at) return std::nullopt;
  if (login.received_at && *wall < *login.received_at) return std::nullopt;  // one of them is wrong
  const auto left = std::min(*login.expires_at - *wall, *login.tokens.expires_in);
  remember(login, options_.clock->steady_now() + left);
  return known_end_;
}

void Session::Impl::remember(const StoredLogin& login, SteadyTime ends) {
  known_token_ = login.tokens.access_token;
  known_end_ = ends;
}

// Why the provider is not asked to renew this sign-in for now; or empty.
std::optional<Error> Session::Impl::pause(const Look& look) {
  const StoredLogin& login = look.login;
  const auto now = options_.clock->wall_now();
  const auto lasts = [&](const std::optional<WallTime>& at, seconds wait) {
    return now && at && *now >= *at && *now - *at < wait;
  };
  if (login.failed && !look.rejected && lasts(login.failed->at, login.failed->wait)) {
    return login.failed->error;
  }
  if (!login.refused || !lasts(login.refused->at, login.refused->wait)) return std::nullopt;
  Error error =
      make_error(Blame::user, ErrorCode::sign_in_needed, Stage::refresh, login.refused->message);
  error.reason = login.refused->reason;
  error.description = login.refused->description;
  return error;
}

Session::Impl::Age Session::Impl::age_of(const StoredLogin& login) {
  // Without a lifetime only a resource server can say that it has ended.
  if (!login.tokens.expires_in) return Age::fresh;
  const auto ends = end_of(login);
  if (!ends) return Age::unknown;
  const SteadyTime now = options_.clock->steady_now();
  const milliseconds early =
      std::min<milliseconds>(*login.tokens.expires_in, options_.early_at_most * kEarlyPart) /
      kEarlyPart;
  if (now >= *ends) return Age::ended;
  return now >= *ends - early ? Age::due : Age::fresh;
}

Result<AccessToken> Session::Impl::fall_back(const Look& look, Error error) const {
  if (!look.usable() || error.code == ErrorCode::cancelled) return error;
  AccessToken out = hand_out(look.login);
  out.refresh_failure = std::move(error);
  return out;
}

Result<AccessToken> Session::Impl::access_token(const Secret* rejected) {
  const auto written = write_unsaved();
  if (!written.ok()) return written.error();
  auto seen = look(rejected);
  if (!seen.ok()) return seen.error();
  if (!seen->needs_refresh()) return hand_out(seen->login);
  if (seen->login.tokens.refresh_token.empty()) {
    if (seen->usable()) return hand_out(seen->login);
    return cannot_renew();
  }
  if (last_failure_ && options_.clock->steady_now() < not_before_) {
    return fall_back(*seen, *last_failure_);
  }
  if (auto why = pause(*seen)) return fall_back(*seen, std::move(*why));
  return refresh(std::move(*seen), rejected);
}

Result<AccessToken> Session::Impl::refresh(Look seen, const Secret* rejected) {
  // The holder of the lock is refreshing; a token that is still valid needn't wait for that.
  const auto limit = seen.usable() ? milliseconds(0) : options_.lock_limit;
  auto lock = store_.lock(key_, limit, cancel_);
  if (!lock.ok()) {
    if (lock.error().code == ErrorCode::store_locked && seen.usable()) return hand_out(seen.login);
    return fall_back(seen, lock.error());
  }
  auto again = look(rejected);
  if (!again.ok()) return again.error();
  if (!again->needs_refresh()) return hand_out(again->login);
  if (again->login.tokens.refresh_token.empty()) return cannot_renew();
  if (auto why = pause(*again)) return fall_back(*again, std::move(*why));
  StoredLogin marked = again->login;
  marked.refresh_begun =
      RefreshMark{sha256_hex(marked.tokens.refresh_token.reveal()), options_.clock->wall_now()};
  // A store that can't take the mark could not take the new tokens either: nothing is sent.
  const auto saved = (*lock)->save(to_record(marked));
  if (!saved.ok()) return fall_back(*again, saved.error());
  again->sent = std::move(marked.refresh_begun);
  RefreshOutcome outcome = client_.refresh(again->login);
  return use_outcome(std::move(*again), std::move(outcome), std::move(*lock));
}

Result<AccessToken> Session::Impl::use_outcome(Look seen, RefreshOutcome outcome,
                                               std::unique_ptr<RecordLock> lock) {
  if (!outcome.tokens.ok()) {
    if (outcome.session_over) return after_end(seen, outcome.tokens.error(), *lock);
    return fall_back(seen, after_failure(seen, outcome, std::move(lock)));
  }
  last_failure_.reset();
  wait_ = seconds(0);
  unsaved_ = renewed(seen.login, outcome);
  unsaved_lock_ = std::move(lock);
  AccessToken out = hand_out(*unsaved_);
  out.id_token_claims = std::move(outcome.id_token_claims);
  out.id_token_problem = std::move(outcome.id_token_problem);
  out.quirks = std::move(outcome.quirks);
  const auto written = write_unsaved();
  if (!written.ok()) return written.error();
  return out;
}

Result<void> Session::Impl::write_unsaved() {
  if (!unsaved_) return {};
  auto saved = unsaved_lock_->save(to_record(*unsaved_));
  if (!saved.ok()) return saved;
  unsaved_.reset();
  unsaved_lock_.reset();
  return {};
}

// Removes a login that is over, and says why it is.
Error Session::Impl::after_end(const Look& seen, Error error, RecordLock& lock) {
  error.reason = "refused";
  if (interrupted(seen.login)) {
    error.reason = "interrupted_refresh";
    error.message =
        "An earlier refresh was interrupted before its response could be stored, and the server "
        "has given up this login since. Sign in again.";
  }
  const auto erased = lock.erase();
  if (!erased.ok()) error.message += " " + erased.error().message;
  return error;
}

RefreshRefusal Session::Impl::next_refusal(const StoredLogin& login,
                                           const RefreshOutcome& outcome) {
  const Error& error = outcome.tokens.error();
  RefreshRefusal out{error.reason, error.message, error.description, options_.clock->wall_now(),
                     seconds(0)};
  if (login.refused) out.wait = login.refused->wait;
  out.wait = std::max(next_wait(out.wait, kFirstRefusal, kLongestRefusal),
                      outcome.retry_after.value_or(seconds(0)));
  return out;
}

// Notes when the next refresh may be tried, here and in the record.
void Session::Impl::keep_failure(StoredLogin& login, const RefreshOutcome& outcome) {
  const Error& error = outcome.tokens.error();
  const seconds asked = outcome.retry_after.value_or(seconds(0));
  wait_ = error.retryable ? next_wait(wait_, kFirstWait, kLongestWait) : kLongestWait;
  not_before_ = options_.clock->steady_now() + std::max(wait_, asked);
  last_failure_ = error;
  const seconds before = login.failed ? login.failed->wait : seconds(0);
  login.failed.reset();
  // Without a request there is no server to spare, and the user's part has a wait of its own.
  if (error.blame == Blame::caller || error.code == ErrorCode::sign_in_needed) return;
  // Another process may have other settings: it need not wait longer because this one can't.
  const seconds wait = std::max(next_wait(before, kFirstWait, kLongestWait), asked);
  login.failed = RefreshFailure{error, options_.clock->wall_now(), wait};
}

// Brings the store in order after a refresh without tokens, and says what to return to the caller.
Error Session::Impl::after_failure(const Look& seen, const RefreshOutcome& outcome,
                                   std::unique_ptr<RecordLock> lock) {
  Error error = outcome.tokens.error();
  StoredLogin before = seen.login;
  const bool user_needed = error.code == ErrorCode::sign_in_needed;
  if (user_needed) before.refused = next_refusal(before, outcome);
  if (error.code != ErrorCode::cancelled) keep_failure(before, outcome);
  if (outcome.maybe_spent) before.refresh_begun = seen.sent;
  const bool rotated = !outcome.refresh_token.empty();
  if (rotated) {
    before.tokens.refresh_token = outcome.refresh_token;
    before.refresh_begun.reset();
    before.refused.reset();
    unsaved_ = std::move(before);
    unsaved_lock_ = std::move(lock);
    static_cast<void>(write_unsaved().ok());  // the next call tries again
  } else {
    // A failure here leaves the mark alone, which is merely more careful than it need be.
    static_cast<void>(lock->save(to_record(before)).ok());
  }
  return error;
}

// The login with what a refresh brought; what it did not bring stays. Only verified ID tokens are
// stored.
StoredLogin Session::Impl::renewed(const StoredLogin& before, RefreshOutcome& outcome) {
  StoredLogin out = before;
  out.refresh_begun.reset();
  out.refused.reset();
  out.failed.reset();
  out.certificate = client_.certificate_thumbprint();
  out.tokens = std::move(*outcome.tokens);
  if (outcome.id_token_claims) {
    out.subject = outcome.id_token_claims->subject;
  } else {
    out.tokens.id_token = before.tokens.id_token;
  }
  if (out.tokens.authorization_details.is(JsonValue::Kind::null)) {
    out.tokens.authorization_details = before.tokens.authorization_details;
  }
  date(out);
  return out;
}

// Fills the wall-clock times from the steady ones, and remembers the latter.
void Session::Impl::date(StoredLogin& login) {
  const SteadyTime now = options_.clock->steady_now();
  const auto ends = login.tokens.expires_at;
  login.received_at = options_.clock->wall_now();
  login.expires_at.reset();
  if (ends && login.received_at) {
    login.expires_at = *login.received_at + std::chrono::floor<seconds>(*ends - now);
  }
  if (ends) remember(login, *ends);
}

Result<UserInfo> Session::Impl::userinfo() {
  auto token = access_token(nullptr);
  for (bool again = true; token.ok(); again = false) {
    const auto subject =
        subject_.empty() ? std::nullopt : std::optional<std::string_view>(subject_);
    auto info = client_.userinfo(token->token, subject);
    const bool rejected = !info.ok() && info.error().oauth_code == "invalid_token";
    if (!rejected || !again) return info;
    const Secret old = std::move(token->token);
    token = access_token(&old);
  }
  return token.error();
}

Result<std::optional<StoredLogin>> Session::Impl::stored() {
  const auto written = write_unsaved();
  if (!written.ok()) return written.error();
  return load();
}

bool needs_sign_in(const Error& error) noexcept {
  return error.code == ErrorCode::not_stored || error.code == ErrorCode::sign_in_needed;
}

Session::Session(Client& client, TokenStore& store, SessionOptions options)
    : impl_(std::make_unique<Impl>(client, store, options)) {}

Session::~Session() = default;

Result<AccessToken> Session::access_token() {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  auto result = impl_->access_token(nullptr);
  impl_->forget_cancel();
  return result;
}

Result<AccessToken> Session::replace(const Secret& rejected) {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  auto result = impl_->access_token(&rejected);
  impl_->forget_cancel();
  return result;
}

LoginOutcome Session::login(const LoginRequest& request, const LoginEvents& events) {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  auto outcome = impl_->login(request, events);
  impl_->forget_cancel();
  return outcome;
}

Result<std::optional<ReplacedSignIn>> Session::sign_in(const LoginOutcome& outcome) {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  auto result = impl_->sign_in(outcome);
  impl_->forget_cancel();
  return result;
}

Result<std::optional<ReplacedSignIn>> Session::sign_in(const TokenSet& tokens,
                                                       const SignInDetails& details) {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  auto result = impl_->sign_in(tokens, details);
  impl_->forget_cancel();
  return result;
}

bool Session::is_stored(const TokenSet& tokens) {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  return impl_->is_stored(tokens);
}

void Session::give_back(const TokenSet& tokens) {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  impl_->give_back(tokens);
  impl_->forget_cancel();
}

Result<UserInfo> Session::userinfo() {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  auto result = impl_->userinfo();
  impl_->forget_cancel();
  return result;
}

Result<std::optional<StoredLogin>> Session::stored() {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  return impl_->stored();
}

SignOutReport Session::sign_out(Forget forget) {
  const std::lock_guard<std::mutex> guard(impl_->mutex());
  auto report = impl_->sign_out(forget);
  impl_->forget_cancel();
  return report;
}

void Session::cancel() noexcept {
  impl_->cancel();
}

}  // namespace deviceflow
