#include "client/session_state.hpp"

#include <algorithm>
#include <deviceflow/device_login.hpp>
#include <deviceflow/platform.hpp>
#include <utility>

#include "adapters/record_cipher.hpp"
#include "client/client_identity.hpp"
#include "foundation/ascii.hpp"
#include "foundation/json.hpp"
#include "protocol/challenge.hpp"
#include "protocol/claims.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// An access token is refreshed this early: a tenth of its life, and at most a minute.
constexpr int kEarlyPart = 10;
constexpr seconds kEarlyAtMost{60};
// Lines, each with its connection, that are kept for later calls.
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

bool same_token(const Secret& a, const Secret& b) {
  return !a.empty() && same(a, b);
}

// Also closes the idle connections: their buffers may still hold tokens.
void forget_login(SessionState::Line& line) {
  line.server->take_secrets(TokenSet());
  line.runner.reset();
}

// The nonce in the proof of `used`; or empty.
std::string nonce_sent(const Authorization& used) {
  const auto proof = find_header(used.headers, "DPoP");
  if (!proof) return {};
  const auto jwt = parse_jwt(*proof);
  return jwt.ok() ? std::string(text_claim(jwt->claims, "nonce").value_or("")) : std::string();
}

bool rejects_token(const HttpResponse& response) {
  if (response.status != 401) return false;
  for (const std::string_view scheme : {"Bearer", "DPoP"}) {
    const std::string error = challenge_parameter(response, scheme, "error");
    if (!error.empty()) return error == "invalid_token";
  }
  return true;  // many APIs give no reason
}

// The mark is about the refresh token that is stored beside it.
bool interrupted(const StoredLogin& login) {
  return login.refresh_begun &&
         login.refresh_begun->token_hash == sha256_hex(login.tokens.refresh_token.reveal());
}

}  // namespace

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

StoreKey store_key(const Config& config) {
  std::string place = config.issuer.empty() ? config.endpoints.token : config.issuer;
  if (place.empty() && config.provider) place = config.provider->endpoints.token;
  return {std::move(place), config.client_id, config.account};
}

Error cannot_renew() {
  return make_error(Blame::user, ErrorCode::sign_in_needed, Stage::refresh,
                    "The access token has ended, and the provider gave no refresh token. Sign in "
                    "again.");
}

SessionState::SessionState(Config with, std::shared_ptr<TokenStore> in, Ports ports)
    : config(std::move(with)),
      store(std::move(in)),
      key(store_key(config)),
      ports_(std::move(ports)),
      clock_(ports_.clock != nullptr ? *ports_.clock : own_clock_) {
  ports_.clock = &clock_;
  if (ports_.random == nullptr) ports_.random = &own_random_;
}

SessionState::~SessionState() {
  const std::lock_guard<std::mutex> guard(mutex_);
  static_cast<void>(write_unsaved());  // the last chance
}

std::unique_ptr<SessionState::Line> SessionState::take_line() {
  const std::lock_guard<std::mutex> guard(mutex_);
  auto line = std::make_unique<Line>();
  if (!idle_.empty()) {
    line = std::move(idle_.back());
    idle_.pop_back();
  }
  if (!line->server) line->server = std::make_shared<Server>(config);
  line->round = round_;
  return line;
}

void SessionState::give_line(std::unique_ptr<Line> line) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (idle_.size() == kMostIdle) return;
  if (line->round != round_) forget_login(*line);
  idle_.push_back(std::move(line));
}

Runner& SessionState::runner_of(Line& line) const {
  if (line.runner) return *line.runner;
  Ports ports = ports_;
  if (!ports.network) {
    ports.network = [this] { return std::make_unique<CurlNetwork>(curl_options(config)); };
  }
  line.runner = std::make_unique<Runner>(std::move(ports));
  return *line.runner;
}

bool SessionState::Look::needs_refresh() const {
  return rejected || other_certificate || age != Age::fresh || interrupted(login);
}

Result<std::optional<StoredLogin>> SessionState::load(const StoreKey& of) {
  auto record = store->load(of);
  if (!record.ok()) return record.error();
  if (!*record) return std::optional<StoredLogin>();
  auto login = read_record(**record);
  if (!login.ok()) return login.error();
  if (login->issuer != of.issuer || login->client_id != of.client_id ||
      login->account != of.account) {
    return other_login();
  }
  return std::optional<StoredLogin>(std::move(*login));
}

// The stored sign-in, or the one that could not be stored yet, and then why.
Result<std::optional<StoredLogin>> SessionState::current(std::optional<Error>* store_failure) {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    auto failure = write_unsaved();
    if (unsaved_) {
      if (store_failure != nullptr) *store_failure = std::move(failure);
      return std::optional<StoredLogin>(unsaved_->login);
    }
  }
  return load(key);
}

// With the mutex held. Says why something is still unsaved.
std::optional<Error> SessionState::write_unsaved() {
  if (!unsaved_) return std::nullopt;
  if (!unsaved_->lock) {
    auto lock = store->lock(key, milliseconds(0), Cancel::never());
    if (!lock.ok()) return lock.error();
    unsaved_->lock = std::move(*lock);
  }
  auto saved = unsaved_->lock->save(to_record(unsaved_->login));
  if (!saved.ok()) return saved.error();
  unsaved_.reset();
  return std::nullopt;
}

std::optional<Error> SessionState::keep_unsaved(StoredLogin login,
                                                std::unique_ptr<RecordLock> lock) {
  const std::lock_guard<std::mutex> guard(mutex_);
  unsaved_ = Unsaved{std::move(login), std::move(lock)};
  return write_unsaved();
}

std::optional<SessionState::Unsaved> SessionState::take_unsaved() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return std::exchange(unsaved_, std::nullopt);
}

Result<SessionState::Look> SessionState::look(const Secret& rejected) {
  Look out;
  auto login = current(&out.store_failure);
  if (!login.ok()) return login.error();
  if (!*login || (*login)->tokens.access_token.empty()) return not_stored();
  if ((*login)->revoked) return half_revoked();
  out.login = std::move(**login);
  out.age = age_of(out.login);
  out.rejected = same_token(rejected, out.login.tokens.access_token);
  out.other_certificate = !out.login.certificate.empty() && out.login.certificate != certificate();
  return out;
}

std::string SessionState::certificate() const {
  if (config.client_cert_file.empty()) return {};
  return certificate_thumbprint(config.client_cert_file);
}

// When the access token ends, on the steady clock; empty if that is not known.
std::optional<SteadyTime> SessionState::end_of(const StoredLogin& login) {
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

void SessionState::remember(const Secret& token, SteadyTime ends) {
  const std::lock_guard<std::mutex> guard(mutex_);
  known_token_ = token;
  known_end_ = ends;
}

void SessionState::forget_failure() {
  const std::lock_guard<std::mutex> guard(mutex_);
  last_failure_.reset();
  wait_ = seconds(0);
}

// Why a refresh that failed a moment ago is not repeated yet; or empty.
std::optional<Error> SessionState::recent_failure() {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (clock_.steady_now() >= not_before_) return std::nullopt;
  return last_failure_;
}

// Why the provider is not asked to renew this sign-in for now; or empty.
std::optional<Error> SessionState::pause(const Look& look) {
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

SessionState::Age SessionState::age_of(const StoredLogin& login) {
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

AccessToken SessionState::hand_out(const Look& look) {
  AccessToken out;
  out.token = look.login.tokens.access_token;
  out.token_type = look.login.tokens.token_type;
  out.scope = look.login.tokens.scope;
  out.expires_at = look.login.expires_at;
  out.store_failure = look.store_failure;
  return out;
}

Result<AccessToken> SessionState::fall_back(const Look& look, Error error) {
  if (!look.usable() || error.code == ErrorCode::cancelled) return error;
  AccessToken out = hand_out(look);
  out.refresh_failure = std::move(error);
  return out;
}

// What can be said without a request; empty if the token has to be refreshed.
std::optional<Result<AccessToken>> SessionState::at_hand(const Secret& rejected, Look& seen) {
  auto looked = look(rejected);
  if (!looked.ok()) return looked.error();
  seen = std::move(*looked);
  if (!seen.needs_refresh()) return hand_out(seen);
  if (seen.login.tokens.refresh_token.empty()) {
    if (seen.usable()) return hand_out(seen);
    return cannot_renew();
  }
  // A store that can't take these tokens could not take the next ones either.
  if (seen.store_failure) return fall_back(seen, *seen.store_failure);
  if (auto why = recent_failure()) return fall_back(seen, std::move(*why));
  if (auto why = pause(seen)) return fall_back(seen, std::move(*why));
  return std::nullopt;
}

bool SessionState::begin_refresh(const Look& look) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (refreshing_ > 0 && look.usable()) return false;
  ++refreshing_;
  return true;
}

void SessionState::end_refresh() {
  const std::lock_guard<std::mutex> guard(mutex_);
  --refreshing_;
}

Result<AccessToken> SessionState::use_outcome(Look seen, RefreshOutcome outcome,
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
Error SessionState::after_end(const Look& seen, Error error, RecordLock& lock) {
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

RefreshRefusal SessionState::next_refusal(const StoredLogin& login, const RefreshOutcome& outcome) {
  const Error& error = outcome.tokens.error();
  RefreshRefusal out{error.reason, error.message, error.description, clock_.wall_now(), seconds(0)};
  if (login.refused) out.wait = login.refused->wait;
  out.wait = std::max(next_wait(out.wait, kFirstRefusal, kLongestRefusal),
                      outcome.retry_after.value_or(seconds(0)));
  return out;
}

// Notes when the next refresh may be tried, here and in the record.
void SessionState::keep_failure(StoredLogin& login, const RefreshOutcome& outcome) {
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
Error SessionState::after_failure(const Look& seen, const RefreshOutcome& outcome,
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
StoredLogin SessionState::renewed(const StoredLogin& before, RefreshOutcome& outcome) {
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
void SessionState::date(StoredLogin& login) {
  const SteadyTime now = clock_.steady_now();
  const auto ends = login.tokens.expires_at;
  login.received_at = clock_.wall_now();
  login.expires_at.reset();
  if (ends && login.received_at) {
    login.expires_at = *login.received_at + std::chrono::floor<seconds>(*ends - now);
  }
  if (ends) remember(login.tokens.access_token, *ends);
}

// ---- Signing in and out ----

bool SessionState::begin_sign_in() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return !std::exchange(signing_in_, true);
}

void SessionState::end_sign_in() {
  const std::lock_guard<std::mutex> guard(mutex_);
  signing_in_ = false;
}

// Fails if the tokens of a sign-in could not be stored: better before the user approves it.
Result<void> SessionState::check_store() {
  std::optional<Error> failure;
  const auto before = current(&failure);
  // What can't be read is replaced by the new sign-in, but not what a newer program wrote.
  if (!before.ok() && before.error().code == ErrorCode::store_newer_version) return before.error();
  if (failure && failure->code != ErrorCode::store_locked) return *failure;  // tried just now
  auto lock = store->lock(key, milliseconds(0), Cancel::never());
  // The holder is writing.
  if (!lock.ok() && lock.error().code == ErrorCode::store_locked) return {};
  if (!lock.ok()) return lock.error();
  const auto record = load(key);
  if (!record.ok()) return {};
  if (*record) return (*lock)->save(to_record(**record));
  const auto saved = (*lock)->save(to_record(nobody(key)));
  if (!saved.ok()) return saved;
  return (*lock)->erase();
}

// Beside the tokens' record, so that one can change without the other.
StoreKey SessionState::pending_key() const {
  StoreKey out = key;
  out.account += "\x1fpending";
  return out;
}

std::optional<PendingLogin> SessionState::find_pending() {
  auto waiting = load(pending_key());
  if (waiting.ok() && *waiting && (*waiting)->pending) return std::move((*waiting)->pending);
  auto record = load(key);  // where earlier builds kept it
  if (record.ok() && *record) return std::move((*record)->pending);
  return std::nullopt;
}

// Also if the store can't tell: what may be stored is not revoked.
bool SessionState::is_stored(const TokenSet& tokens) {
  const auto record = current();
  if (!record.ok()) return true;
  return *record && share_a_token((*record)->tokens, tokens);
}

Result<std::optional<StoredLogin>> SessionState::stored() {
  auto login = current();
  if (!login.ok()) return login;
  // A program that was killed while it checked the store leaves a record of nobody.
  const bool nothing = *login && (*login)->tokens.access_token.empty() && !(*login)->pending;
  if (nothing) login->reset();
  if (!config.resume) return login;
  auto waiting = load(pending_key());
  if (!waiting.ok() || !*waiting || !(*waiting)->pending) return login;
  if (!*login) *login = nobody(key);
  (*login)->pending = std::move((*waiting)->pending);
  return login;
}

void SessionState::forget_everything() {
  forget_failure();
  const std::lock_guard<std::mutex> guard(mutex_);
  known_token_ = Secret();
  api_proofs_.reset();
  api_key_ = rejected_ = replaced_ = replacement_ = Secret();
  ++round_;  // lines that are in use forget when they come back
  for (const auto& one : idle_) forget_login(*one);
}

// Keeps a sign-in in memory until it can be stored.
void SessionState::hold(StoredLogin login) {
  const std::lock_guard<std::mutex> guard(mutex_);
  unsaved_ = Unsaved{std::move(login), nullptr};
}

// ---- The application's own API ----

Secret SessionState::rejected() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return rejected_;
}

// With the mutex held.
Result<void> SessionState::ready_api_proofs(const StoredLogin& login) {
  if (api_proofs_ && same(api_key_, login.dpop_key)) return {};
  Config with = config;
  if (with.dpop == DpopMode::off) with.dpop = DpopMode::prefer;
  if (!login.dpop_key.empty()) {
    with.dpop_key = ClientKey();
    with.dpop_key.pem = login.dpop_key;
  }
  auto made = make_client_dpop(with, nullptr);
  if (!made.ok()) return made.error();
  api_proofs_ = std::move(*made);
  api_key_ = login.dpop_key;
  return {};
}

// `rejected`: the token that the call must not hand out again.
Result<Authorization> SessionState::authorize(std::string_view method, std::string_view url,
                                              const AccessToken& token, const Secret& rejected) {
  Authorization out;
  out.token = token.token;
  const bool bound = ascii::same(token.token_type, "DPoP");
  Secret value(bound ? "DPoP " : "Bearer ");
  value.append(token.token.reveal());
  out.headers.push_back({"Authorization", std::move(value)});
  const auto login = bound ? current() : Result<std::optional<StoredLogin>>(std::nullopt);
  if (!login.ok()) return login.error();
  const std::lock_guard<std::mutex> guard(mutex_);
  if (!rejected.empty() && same(rejected, rejected_)) {
    replaced_ = std::exchange(rejected_, Secret());
    replacement_ = out.token;
  }
  if (!bound) return out;
  const auto ready = ready_api_proofs(login->value_or(StoredLogin()));
  if (!ready.ok()) return ready.error();
  auto proof = api_proofs_->proof(method, url, Stage::usage, &out.token, clock_.wall_now(),
                                  ports_.random->bytes());
  if (!proof.ok()) return proof.error();
  out.headers.push_back({"DPoP", std::move(*proof)});
  return out;
}

bool SessionState::on_api_response(const Authorization& used, std::string_view url,
                                   const HttpResponse& got) {
  const bool wants_nonce = demands_dpop_nonce(got);
  const std::lock_guard<std::mutex> guard(mutex_);
  std::string nonce;
  if (api_proofs_) {
    api_proofs_->learn(url, got);
    nonce = api_proofs_->nonce(url);
  }
  if (wants_nonce) return !nonce.empty() && nonce != nonce_sent(used);
  const bool is_replacement = !replacement_.empty() && same(used.token, replacement_);
  if (!rejects_token(got)) {
    if (is_replacement) replacement_ = Secret();  // one API accepts it
    return false;
  }
  if (is_replacement) return false;
  if (replaced_.empty() || !same(used.token, replaced_)) rejected_ = used.token;
  return true;
}

}  // namespace deviceflow
