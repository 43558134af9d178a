// The operations of one client at one server. One source file makes each, so that a program links
// only what it runs.
#ifndef DEVICEFLOW_SRC_OPERATIONS_HPP
#define DEVICEFLOW_SRC_OPERATIONS_HPP

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/client.hpp"
#include "client/conversation.hpp"

namespace deviceflow {

std::unique_ptr<OperationFor<Result<Metadata>>> make_discovery(std::shared_ptr<Server> server);
std::unique_ptr<OperationFor<Result<Jwks>>> make_key_fetch(std::shared_ptr<Server> server);
std::unique_ptr<OperationFor<Result<Introspection>>> make_introspection(
    std::shared_ptr<Server> server, Secret token, IntrospectionOptions options);
/// See Client::userinfo().
std::unique_ptr<OperationFor<Result<UserInfo>>> make_userinfo(
    std::shared_ptr<Server> server, Secret access_token,
    std::optional<std::string_view> expected_subject);
/// See Client::revoke().
std::unique_ptr<OperationFor<RevocationAnswer>> make_revocation(std::shared_ptr<Server> server,
                                                                Secret token, TokenHint hint,
                                                                std::chrono::milliseconds timeout);
/// See Client::prepare_refresh().
std::unique_ptr<OperationFor<Result<Client::Refresher>>> make_refresh_preparation(
    std::shared_ptr<Server> server);
/// See Client::refresh().
std::unique_ptr<OperationFor<RefreshOutcome>> make_refresh(std::shared_ptr<Server> server,
                                                           Client::Refresher refresher,
                                                           StoredLogin login);
/// See Client::login().
std::unique_ptr<OperationFor<LoginOutcome>> make_login(std::shared_ptr<Server> server,
                                                       LoginRequest request, LoginEvents events);

}  // namespace deviceflow

#endif
