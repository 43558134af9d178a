#include "login_keeper.hpp"

#include <algorithm>
#include <tuple>

namespace deviceflow::demo {

namespace {

using std::chrono::seconds;

Error not_stored() {
  return make_error(Blame::user, ErrorCode::not_stored, Stage::store,
                    "Nobody is signed in at this provider with this client. Sign in first.");
}

std::optional<seconds> left_of(const StoredLogin& login, Clock& clock) {
  const auto now = clock.wall_now();
  if (!now || !login.expires_at) return std::nullopt;
  return std::max(seconds(0), std::chrono::duration_cast<seconds>(*login.expires_at - *now));
}

LoginStatus status_of(const StoredLogin& login, Clock& clock) {
  LoginStatus out;
  out.issuer = login.issuer;
  out.client_id = login.client_id;
  out.account = login.account;
  out.logged_in = !login.revoked;
  out.revoked = login.revoked;
  out.refused = login.refused;
  out.subject = login.subject;
  out.scope = login.tokens.scope.value_or("");
  out.expires_in = left_of(login, clock);
  out.has_refresh_token = !login.tokens.refresh_token.empty();
  return out;
}

// The window keeps client secrets in the same store; those are no JSON objects.
bool is_login(const Secret& record) {
  return !record.empty() && record.reveal().front() == '{';
}

}  // namespace

Result<StoredLogins> list_logins(const Session& settings) {
  if (settings.settings.store == kNoStore) {
    return usage_error("With --store none there is no stored login. Leave it out.");
  }
  const auto place = LoginStore::open(settings.settings.store);
  if (!place.ok()) return place.error();
  const auto records = (*place)->store()->list();
  if (!records.ok()) return records.error();
  SystemClock clock;
  StoredLogins out;
  for (const Result<Secret>& record : *records) {
    if (record.ok() && !is_login(*record)) continue;
    const auto login = record.ok() ? read_record(*record) : Result<StoredLogin>(record.error());
    if (!login.ok()) {
      out.unreadable = login.error();
    } else if (!login->tokens.access_token.empty()) {
      out.logins.push_back(status_of(*login, clock));
    }
  }
  std::sort(out.logins.begin(), out.logins.end(), [](const LoginStatus& a, const LoginStatus& b) {
    return std::tie(a.issuer, a.client_id, a.account) < std::tie(b.issuer, b.client_id, b.account);
  });
  out.kept = {(*place)->folder(), ""};
  if (!out.logins.empty()) out.kept.protection = (*place)->store()->protection().sentence;
  return out;
}

Result<void> check_for_stored_login(const Session& settings) {
  const ProviderSettings& named = settings.settings;
  if (named.issuer.empty() && named_endpoints(settings).token.empty()) {
    return usage_error(
        "Which login? Give the provider as at the login: --provider, --issuer, --token-endpoint or "
        "--config.");
  }
  if (named.client_id.empty()) {
    return usage_error("--client-id is required: the ID of this client at the provider.");
  }
  if (named.store == kNoStore) {
    return usage_error("With --store none there is no stored login. Leave it out.");
  }
  return {};
}

Result<std::unique_ptr<LoginKeeper>> LoginKeeper::open(const Session& settings, Ports ports,
                                                       OnExchange on_exchange, bool resume) {
  auto place =
      LoginStore::open(settings.is_sandbox() ? std::string(kNoStore) : settings.settings.store);
  if (!place.ok()) return place.error();
  std::unique_ptr<LoginKeeper> out(new LoginKeeper);
  out->place_ = std::move(*place);
  if (ports.clock != nullptr) out->clock_ = ports.clock;
  Config config = make_config(settings, std::move(on_exchange));
  config.resume = resume;
  out->session_ =
      std::make_unique<deviceflow::Session>(std::move(config), out->place_->store(), ports);
  return out;
}

bool LoginKeeper::is_empty() {
  const auto records = place_->store()->list();
  return records.ok() && records->empty();
}

KeptAt LoginKeeper::kept_at() {
  if (place_->folder().empty()) return {};
  return {place_->folder(), place_->store()->protection().sentence};
}

Result<StoredLogin> LoginKeeper::stored() {
  auto login = session_->stored();
  if (!login.ok()) return login.error();
  if (!*login || (*login)->tokens.access_token.empty()) return not_stored();
  return std::move(**login);
}

Result<LoginStatus> LoginKeeper::status() {
  const auto login = stored();
  if (login.ok()) {
    LoginStatus out = status_of(*login, *clock_);
    out.kept = kept_at();
    return out;
  }
  if (login.error().code != ErrorCode::not_stored) return login.error();
  const StoreKey wanted = session_->store_key();
  LoginStatus out;
  out.issuer = wanted.issuer;
  out.client_id = wanted.client_id;
  out.account = wanted.account;
  out.kept.folder = place_->folder();
  return out;
}

}  // namespace deviceflow::demo
