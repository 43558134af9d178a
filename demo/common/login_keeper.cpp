#include "login_keeper.hpp"

#include <algorithm>

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Error not_stored() {
  return make_error(Blame::user, ErrorCode::not_stored, Stage::store,
                    "Nobody is signed in at this provider with this client. Sign in first.");
}

Error no_refresh_token() {
  return make_error(Blame::user, ErrorCode::sign_in_needed, Stage::refresh,
                    "The provider gave no refresh token with this login. When it has ended, sign "
                    "in again.");
}

std::optional<seconds> left_of(const StoredLogin& login, Clock& clock) {
  const auto now = clock.wall_now();
  if (!now || !login.expires_at) return std::nullopt;
  return std::max(seconds(0), std::chrono::duration_cast<seconds>(*login.expires_at - *now));
}

}  // namespace

Result<void> check_for_stored_login(const Session& settings) {
  const ProviderSettings& named = settings.settings;
  if (named.issuer.empty() && named_endpoints(settings).token.empty()) {
    return usage_error(
        "Which login? Give the provider as at the login: --provider, --issuer, --token-endpoint or "
        "--config.");
  }
  if (named.client_id.empty()) {
    return usage_error("Which client is this? Give its ID with --client-id.");
  }
  if (named.store == kNoStore) {
    return usage_error("With --store none there is no stored login. Leave it out.");
  }
  return {};
}

Result<std::unique_ptr<LoginKeeper>> LoginKeeper::open(const Session& settings, ClientPorts ports,
                                                       OnExchange on_exchange, bool resume_logins) {
  auto place =
      LoginStore::open(settings.profile.sandbox ? std::string(kNoStore) : settings.settings.store);
  if (!place.ok()) return place.error();
  std::unique_ptr<LoginKeeper> out(new LoginKeeper);
  out->place_ = std::move(*place);
  out->client_ = make_client(settings, ports, std::move(on_exchange));
  SessionOptions options;
  if (ports.clock != nullptr) out->clock_ = ports.clock;
  options.clock = out->clock_;
  options.resume_logins = resume_logins;
  out->session_ =
      std::make_unique<deviceflow::Session>(*out->client_, out->place_->store(), options);
  return out;
}

KeptAt LoginKeeper::kept_at() {
  if (place_->folder().empty()) return {};
  return {place_->folder(), place_->store().protection().sentence};
}

Result<void> LoginKeeper::check_store() {
  // What can't be read is replaced by the new login, but not what a newer program wrote.
  const auto before = session_->stored();
  if (!before.ok() && before.error().code == ErrorCode::store_newer_version) return before.error();
  const CancelFlag never;
  const auto lock = place_->store().lock(client_->store_key(), milliseconds(0), never);
  if (lock.ok() || lock.error().code == ErrorCode::store_locked) return {};
  return lock.error();
}

Result<StoredLogin> LoginKeeper::stored() {
  auto login = session_->stored();
  if (!login.ok()) return login.error();
  if (!*login || (*login)->tokens.access_token.empty()) return not_stored();
  return std::move(**login);
}

Result<AccessToken> LoginKeeper::refresh() {
  const auto before = stored();
  if (!before.ok()) return before.error();
  if (before->tokens.refresh_token.empty() && !before->revoked) return no_refresh_token();
  return session_->replace(before->tokens.access_token);
}

Result<LoginStatus> LoginKeeper::status() {
  LoginStatus out;
  const StoreKey key = client_->store_key();
  out.issuer = key.issuer;
  out.client_id = key.client_id;
  out.kept.folder = place_->folder();
  const auto login = stored();
  if (!login.ok() && login.error().code == ErrorCode::not_stored) return out;
  if (!login.ok()) return login.error();
  out.logged_in = !login->revoked;
  out.revoked = login->revoked;
  out.refused = login->refused;
  out.subject = login->subject;
  out.scope = login->tokens.scope.value_or("");
  out.expires_in = left_of(*login, *clock_);
  out.has_refresh_token = !login->tokens.refresh_token.empty();
  out.kept = kept_at();
  return out;
}

}  // namespace deviceflow::demo
