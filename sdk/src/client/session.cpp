// Theory of operation
// -------------------
// The store holds the truth; a session keeps only what can't be stored: when the access token ends
// on the steady clock, and on the same clock when the next refresh may be tried after one that
// failed. The record has that moment as well, by the wall clock, for other processes.
//
// A call reads the record and looks at the access token's age. If a refresh is due it finds out
// where to send it, takes the store's lock, reads again (another process may have refreshed
// meanwhile), writes the mark, sends, and writes the outcome, all under the lock. Threads of this
// process are kept apart by that lock as well. What happens to the mark:
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
// other process uses the old refresh token, and each later call tries to write them.
#include <algorithm>
#include <deviceflow/device_login.hpp>
#include <deviceflow/platform.hpp>
#include <utility>

#include "adapters/record_cipher.hpp"
#include "client/session_impl.hpp"
#include "foundation/json.hpp"

namespace deviceflow {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// An access token is refreshed this early: a tenth of its life, and at most a minute.
constexpr int kEarlyPart = 10;
constexpr seconds kEarlyAtMost{60};
// Clients, each with its connection, that are kept for later calls.
constexpr std::size_t kMostIdle = 4;
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

Error no_refresh_token() {
  return make_error(Blame::user, ErrorCode::sign_in_needed, Stage::refresh,
                    "The provider gave no refresh token with this sign-in. When it has ended, sign "
                    "in again.");
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

// The mark is about the refresh token that is stored beside it.
bool interrupted(const StoredLogin& login) {
  return login.refresh_begun &&
         login.refresh_begun->token_hash == sha256_hex(login.tokens.refresh_token.reveal());
}

}  // namespace

Session::Impl::Impl(Config config, std::shared_ptr<TokenStore> store, Ports ports)
    : config_(std::move(config)),
      store_(std::move(store)),
      ports_(std::move(ports)),
      clock_(ports_.clock != nullptr ? *ports_.clock : own_clock_),
      key_(deviceflow::store_key(config_)) {
  ports_.clock = &clock_;
  if (ports_.random == nullptr) ports_.random = &own_random_;
}

Session::Impl::~Impl() {
  const std::lock_guard<std::mutex> guard(mutex_);
  static_cast<void>(write_unsaved());  // the last chance
}

std::unique_ptr<Client> Session::Impl::take_client(int& round) {
  const std::lock_guard<std::mutex> guard(mutex_);
  round = round_;
  if (idle_.empty()) return std::make_unique<Client>(config_, ports_);
  auto client = std::move(idle_.back());
  idle_.pop_back();
  return client;
}

void Session::Impl::give_client(std::unique_ptr<Client> client, int round) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (idle_.size() == kMostIdle) return;
  if (round != round_) client->forget_login();
  idle_.push_back(std::move(client));
}

bool Session::Impl::Look::needs_refresh() const {
  return rejected || other_certificate || age != Age::fresh || interrupted(login);
}

Result<std::optional<StoredLogin>> Session::Impl::load(const StoreKey& key) {
  auto record = store_->load(key);
  if (!record.ok()) return record.error();
  if (!*record) return std::optional<StoredLogin>();
  auto login = read_record(**record);
  if (!login.ok()) return login.error();
  if (login->issuer != key.issuer || login->client_id != key.client_id ||
      login->account != key.account) {
    return other_login();
  }
  return std::optional<StoredLogin>(std::move(*login));
}

// The stored sign-in, or the one that could not be stored yet, and then why.
Result<std::optional<StoredLogin>> Session::Impl::current(std::optional<Error>* store_failure) {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    auto failure = write_unsaved();
    if (unsaved_) {
      if (store_failure != nullptr) *store_failure = std::move(failure);
      return std::optional<StoredLogin>(unsaved_->login);
    }
  }
  return load(key_);
}

// With the mutex held. Says why something is still unsaved.
std::optional<Error> Session::Impl::write_unsaved() {
  if (!unsaved_) return std::nullopt;
  if (!unsaved_->lock) {
    auto lock = store_->lock(key_, milliseconds(0), Cancel::never());
    if (!lock.ok()) return lock.error();
    unsaved_->lock = std::move(*lock);
  }
  auto saved = unsaved_->lock->save(to_record(unsaved_->login));
  if (!saved.ok()) return saved.error();
  unsaved_.reset();
  return std::nullopt;
}

std::optional<Error> Session::Impl::keep_unsaved(StoredLogin login,
                                                 std::unique_ptr<RecordLock> lock) {
  const std::lock_guard<std::mutex> guard(mutex_);
  unsaved_ = Unsaved{std::move(login), std::move(lock)};
  return write_unsaved();
}

std::optional<Session::Impl::Unsaved> Session::Impl::take_unsaved() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return std::exchange(unsaved_, std::nullopt);
}

Result<Session::Impl::Look> Session::Impl::look(const Secret* rejected) {
  Look out;
  auto login = current(&out.store_failure);
  if (!login.ok()) return login.error();
  if (!*login || (*login)->tokens.access_token.empty()) return not_stored();
  if ((*login)->revoked) return half_revoked();
  out.login = std::move(**login);
  out.age = age_of(out.login);
  out.rejected = rejected != nullptr && same(*rejected, out.login.tokens.access_token);
  out.other_certificate = !out.login.certificate.empty() && out.login.certificate != certificate();
  return out;
}

std::string Session::Impl::certificate() const {
  if (config_.client_cert_file.empty()) return {};
  return certificate_thumbprint(config_.client_cert_file);
}

// When the access token ends, on the steady clock; empty if that is not known.
std::optional<SteadyTime> Session::Impl::end_of(const StoredLogin& login) {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (!known_token_.empty() && same(known_token_, login.tokens.access_token)) return known_end_;
  }
  const auto wall = clock_.wall_now();
  if (!wall || !login.expires_at) return std::nullopt;
  if (login.received_at && *wall < *login.received_at) return std::nullopt;  // one of them is wrong
  const auto left = std::min(*login.expires_at - *wall, *login.tokens.expires_in);
  const SteadyTime end = clock_.steady_now() + left;
  remember(login.tokens.access_token, end);
  return end;
}

void Session::Impl::remember(const Secret& token, SteadyTime ends) {
  const std::lock_guard<std::mutex> guard(mutex_);
  known_token_ = token;
  known_end_ = ends;
}

void Session::Impl::forget_failure() {
  const std::lock_guard<std::mutex> guard(mutex_);
  last_failure_.reset();
  wait_ = seconds(0);
}

// Why a refresh that failed a moment ago is not repeated yet; or empty.
std::optional<Error> Session::Impl::recent_failure() {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (clock_.steady_now() >= not_before_) return std::nullopt;
  return last_failure_;
}

// Why the provider is not asked to renew this sign-in for now; or empty.
std::optional<Error> Session::Impl::pause(const Look& look) {
  const StoredLogin& login = look.login;
  const auto now = clock_.wall_now();
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
  const SteadyTime now = clock_.steady_now();
  const milliseconds early =
      std::min<milliseconds>(*login.tokens.expires_in, kEarlyAtMost * kEarlyPart) / kEarlyPart;
  if (now >= *ends) return Age::ended;
  return now >= *ends - early ? Age::due : Age::fresh;
}

AccessToken Session::Impl::hand_out(const Look& look) {
  AccessToken out;
  out.token = look.login.tokens.access_token;
  out.token_type = look.login.tokens.token_type;
  out.scope = look.login.tokens.scope;
  out.expires_at = look.login.expires_at;
  out.store_failure = look.store_failure;
  return out;
}

Result<AccessToken> Session::Impl::fall_back(const Look& look, Error error) {
  if (!look.usable() || error.code == ErrorCode::cancelled) return error;
  AccessToken out = hand_out(look);
  out.refresh_failure = std::move(error);
  return out;
}

Result<AccessToken> Session::Impl::access_token(const Secret* rejected, const Cancel& cancel) {
  auto seen = look(rejected);
  if (!seen.ok()) return seen.error();
  if (!seen->needs_refresh()) return hand_out(*seen);
  if (seen->login.tokens.refresh_token.empty()) {
    if (seen->usable()) return hand_out(*seen);
    return cannot_renew();
  }
  // A store that can't take these tokens could not take the next ones either.
  if (seen->store_failure) return fall_back(*seen, *seen->store_failure);
  if (auto why = recent_failure()) return fall_back(*seen, std::move(*why));
  if (auto why = pause(*seen)) return fall_back(*seen, std::move(*why));
  return refresh(std::move(*seen), rejected, cancel);
}

Result<AccessToken> Session::Impl::refresh(const Cancel& cancel) {
  auto seen = look(nullptr);
  if (!seen.ok()) return seen.error();
  if (seen->login.tokens.refresh_token.empty()) return no_refresh_token();
  return access_token(&seen->login.tokens.access_token, cancel);
}

Result<AccessToken> Session::Impl::refresh(Look seen, const Secret* rejected,
                                           const Cancel& cancel) {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (refreshing_ > 0 && seen.usable()) return hand_out(seen);  // another thread is at it
    ++refreshing_;
  }
  auto result = refresh_now(std::move(seen), rejected, cancel);
  const std::lock_guard<std::mutex> guard(mutex_);
  --refreshing_;
  return result;
}

Result<AccessToken> Session::Impl::refresh_now(Look seen, const Secret* rejected,
                                               const Cancel& cancel) {
  const Lease client(*this);
  client->continue_login(seen.login);
  auto refresher = client->prepare_refresh(cancel);  // may use the network: not under the lock
  // The holder of the lock is refreshing; a token that is still valid needn't wait for that.
  const auto limit = seen.usable() ? milliseconds(0) : kLockLimit;
  auto lock = store_->lock(key_, limit, cancel);
  if (!lock.ok()) {
    if (lock.error().code == ErrorCode::store_locked && seen.usable()) return hand_out(seen);
    return fall_back(seen, lock.error());
  }
  auto again = look(rejected);
  if (!again.ok()) return again.error();
  if (!again->needs_refresh()) return hand_out(*again);
  if (again->login.tokens.refresh_token.empty()) return cannot_renew();
  if (auto why = pause(*again)) return fall_back(*again, std::move(*why));
  if (!same(again->login.dpop_key, seen.login.dpop_key)) {  // another sign-in, meanwhile
    client->continue_login(again->login);
    refresher = client->prepare_refresh(cancel);
  }
  if (!refresher.ok()) {
    return use_outcome(std::move(*again), {refresher.error(), false, std::nullopt, {}},
                       std::move(*lock));
  }
  StoredLogin marked = again->login;
  marked.refresh_begun =
      RefreshMark{sha256_hex(marked.tokens.refresh_token.reveal()), clock_.wall_now()};
  // A store that can't take the mark could not take the new tokens either: nothing is sent.
  const auto saved = (*lock)->save(to_record(marked));
  if (!saved.ok()) return fall_back(*again, saved.error());
  again->sent = std::move(marked.refresh_begun);
  RefreshOutcome outcome = client->refresh(*refresher, again->login, cancel);
  return use_outcome(std::move(*again), std::move(outcome), std::move(*lock));
}

Result<AccessToken> Session::Impl::use_outcome(Look seen, RefreshOutcome outcome,
                                               std::unique_ptr<RecordLock> lock) {
  if (!outcome.tokens.ok()) {
    if (outcome.session_over) return after_end(seen, outcome.tokens.error(), *lock);
    return fall_back(seen, after_failure(seen, outcome, std::move(lock)));
  }
  forget_failure();
  seen.login = renewed(seen.login, outcome);
  AccessToken out = hand_out(seen);
  out.store_failure = keep_unsaved(std::move(seen.login), std::move(lock));
  out.id_token_claims = std::move(outcome.id_token_claims);
  out.id_token_problem = std::move(outcome.id_token_problem);
  out.quirks = std::move(outcome.quirks);
  return out;
}

// Removes a sign-in that is over, and says why it is.
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
  RefreshRefusal out{error.reason, error.message, error.description, clock_.wall_now(), seconds(0)};
  if (login.refused) out.wait = login.refused->wait;
  out.wait = std::max(next_wait(out.wait, kFirstRefusal, kLongestRefusal),
                      outcome.retry_after.value_or(seconds(0)));
  return out;
}

// Notes when the next refresh may be tried, here and in the record.
void Session::Impl::keep_failure(StoredLogin& login, const RefreshOutcome& outcome) {
  const Error& error = outcome.tokens.error();
  const seconds asked = outcome.retry_after.value_or(seconds(0));
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    wait_ = error.retryable ? next_wait(wait_, kFirstWait, kLongestWait) : kLongestWait;
    not_before_ = clock_.steady_now() + std::max(wait_, asked);
    last_failure_ = error;
  }
  const seconds before = login.failed ? login.failed->wait : seconds(0);
  login.failed.reset();
  // Without a request there is no server to spare, and the user's part has a wait of its own.
  if (error.blame == Blame::caller || error.code == ErrorCode::sign_in_needed) return;
  // Another process may have other settings: it need not wait longer because this one can't.
  const seconds wait = std::max(next_wait(before, kFirstWait, kLongestWait), asked);
  login.failed = RefreshFailure{error, clock_.wall_now(), wait};
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
    static_cast<void>(keep_unsaved(std::move(before), std::move(lock)));  // kept in any case
  } else {
    // A failure here leaves the mark alone, which is merely more careful than it need be.
    static_cast<void>(lock->save(to_record(before)).ok());
  }
  return error;
}

// The sign-in with what a refresh brought; what it did not bring stays. Only verified ID tokens are
// stored.
StoredLogin Session::Impl::renewed(const StoredLogin& before, RefreshOutcome& outcome) {
  StoredLogin out = before;
  out.refresh_begun.reset();
  out.refused.reset();
  out.failed.reset();
  out.certificate = certificate();
  out.tokens = std::move(*outcome.tokens);
  if (outcome.id_token_claims) {
    out.subject = outcome.id_token_claims->subject;
  } else {
    out.tokens.id_token = before.tokens.id_token;
  }
  if (out.tokens.authorization_details.empty()) {
    out.tokens.authorization_details = before.tokens.authorization_details;
  }
  date(out);
  return out;
}

// Fills the wall-clock times from the steady ones, and remembers the latter.
void Session::Impl::date(StoredLogin& login) {
  const SteadyTime now = clock_.steady_now();
  const auto ends = login.tokens.expires_at;
  login.received_at = clock_.wall_now();
  login.expires_at.reset();
  if (ends && login.received_at) {
    login.expires_at = *login.received_at + std::chrono::floor<seconds>(*ends - now);
  }
  if (ends) remember(login.tokens.access_token, *ends);
}

bool needs_sign_in(const Error& error) noexcept {
  return error.code == ErrorCode::not_stored || error.code == ErrorCode::sign_in_needed;
}

Session::Session(Config config, std::shared_ptr<TokenStore> store, Ports ports)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(store), std::move(ports))) {}

Session::~Session() = default;

Result<AccessToken> Session::access_token(const Cancel& cancel) {
  return impl_->access_token(nullptr, cancel);
}

Result<AccessToken> Session::refresh(const Cancel& cancel) {
  return impl_->refresh(cancel);
}

}  // namespace deviceflow
