// The secrets that a person typed in: records of their own in the store of logins, and nowhere
// else.
#ifndef DEVICEFLOW_DEMO_COMMON_KEPT_SECRET_HPP
#define DEVICEFLOW_DEMO_COMMON_KEPT_SECRET_HPP

#include <deviceflow/error.hpp>
#include <deviceflow/secret.hpp>
#include <optional>

#include "session.hpp"

namespace deviceflow::demo {

enum class KeptSecret {
  client,         ///< Session::client_secret
  introspection,  ///< Session::introspection_secret
};

/// Whether a session may have such a record: it has a provider and whom the secret belongs to, and
/// a store.
bool keeps_secret(const Session& session, KeptSecret which);

/// The record, or empty where there is none. Fails as TokenStore::load() does.
Result<std::optional<Secret>> load_secret(const Session& session, KeptSecret which);

/// Keeps it for this provider and its owner; an empty one is removed. Fails as a TokenStore does.
Result<void> keep_secret(const Session& session, KeptSecret which, const Secret& secret);

}  // namespace deviceflow::demo

#endif
