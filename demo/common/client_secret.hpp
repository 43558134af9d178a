// The client secret that a person typed in: a record of its own in the store of logins, and nowhere
// else.
#ifndef DEVICEFLOW_DEMO_COMMON_CLIENT_SECRET_HPP
#define DEVICEFLOW_DEMO_COMMON_CLIENT_SECRET_HPP

#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <optional>

#include "session.hpp"

namespace deviceflow::demo {

/// Whether a session may have such a record: it has a provider and a client, and a store.
bool keeps_client_secret(const Session& session);

/// The record, or empty where there is none. Fails as TokenStore::load() does.
Result<std::optional<Secret>> load_client_secret(const Session& session);

/// Keeps it for this provider and client; an empty one is removed. Fails as a TokenStore does.
Result<void> keep_client_secret(const Session& session, const Secret& secret);

}  // namespace deviceflow::demo

#endif
