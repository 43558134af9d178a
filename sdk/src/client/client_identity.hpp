// What the Config says about who the client is, made into authenticators.
#ifndef DEVICEFLOW_SRC_CLIENT_IDENTITY_HPP
#define DEVICEFLOW_SRC_CLIENT_IDENTITY_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/config.hpp>
#include <deviceflow/messages.hpp>
#include <memory>

namespace deviceflow {

/// True where the client can prove who it is.
bool has_credentials(const Config& config);

/// Client authentication as the config names it, or as the metadata allow it. `metadata` may be
/// null. `config` has its endpoints filled in.
Result<std::shared_ptr<Authenticator>> make_client_identity(const Config& config,
                                                            const Metadata* metadata);

/// `error` with the methods that the metadata list, if the server did not accept the client's
/// identity, but for the secrets that `redactor` knows. `metadata` may be null.
Error with_listed_methods(Error error, const Metadata* metadata, const Redactor& redactor);

/// The key that tokens are bound to. A new one is put into `config` where there is none. Null where
/// DPoP is off.
Result<std::shared_ptr<Dpop>> make_client_dpop(Config& config, const Metadata* metadata);

}  // namespace deviceflow

#endif
