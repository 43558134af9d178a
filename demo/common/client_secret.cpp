#include "client_secret.hpp"

#include <chrono>

#include "login_store.hpp"

namespace deviceflow::demo {

namespace {

// Longer than anybody holds a lock who only writes.
constexpr std::chrono::seconds kLockLimit{2};

// No issuer of a login looks like this.
StoreKey key_of(const Session& session) {
  std::string place = session.settings.issuer;
  if (place.empty()) place = named_endpoints(session).token;
  return {"client secret at " + place, session.settings.client_id};
}

}  // namespace

bool keeps_client_secret(const Session& session) {
  return provider_url(session) && !session.settings.client_id.empty() &&
         session.settings.store != kNoStore;
}

Result<std::optional<Secret>> load_client_secret(const Session& session) {
  if (!keeps_client_secret(session)) return std::optional<Secret>();
  const auto place = LoginStore::open(session.settings.store);
  if (!place.ok()) return place.error();
  return (*place)->store().load(key_of(session));
}

Result<void> keep_client_secret(const Session& session, const Secret& secret) {
  const auto place = LoginStore::open(session.settings.store);
  if (!place.ok()) return place.error();
  const CancelFlag never;
  const auto lock = (*place)->store().lock(key_of(session), kLockLimit, never);
  if (!lock.ok()) return lock.error();
  return secret.empty() ? (*lock)->erase() : (*lock)->save(secret);
}

}  // namespace deviceflow::demo
