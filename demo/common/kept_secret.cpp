#include "kept_secret.hpp"

#include <chrono>

#include "login_store.hpp"

namespace deviceflow::demo {

namespace {

// Longer than anybody holds a lock who only writes.
constexpr std::chrono::seconds kLockLimit{2};

// No issuer of a login looks like this.
StoreKey key_of(const Session& session, KeptSecret which) {
  const ProviderSettings& settings = session.settings;
  std::string place = settings.issuer;
  if (place.empty()) place = named_endpoints(session).token;
  if (which == KeptSecret::client) return {"client secret at " + place, settings.client_id};
  if (!settings.introspection_user.empty()) {
    return {"introspection password at " + place, settings.introspection_user};
  }
  return {"introspection secret at " + place, settings.introspection_client_id};
}

}  // namespace

bool keeps_secret(const Session& session, KeptSecret which) {
  return provider_url(session) && !key_of(session, which).client_id.empty() &&
         session.settings.store != kNoStore;
}

Result<std::optional<Secret>> load_secret(const Session& session, KeptSecret which) {
  if (!keeps_secret(session, which)) return std::optional<Secret>();
  const auto place = LoginStore::open(session.settings.store);
  if (!place.ok()) return place.error();
  return (*place)->store()->load(key_of(session, which));
}

Result<void> keep_secret(const Session& session, KeptSecret which, const Secret& secret) {
  const auto place = LoginStore::open(session.settings.store);
  if (!place.ok()) return place.error();
  const auto lock = (*place)->store()->lock(key_of(session, which), kLockLimit, Cancel::never());
  if (!lock.ok()) return lock.error();
  return secret.empty() ? (*lock)->erase() : (*lock)->save(secret);
}

}  // namespace deviceflow::demo
