// The operations of one client at one server. One source file makes each, so that a program links
// only what it runs.
#ifndef DEVICEFLOW_SRC_OPERATIONS_HPP
#define DEVICEFLOW_SRC_OPERATIONS_HPP

#include <chrono>
#include <deviceflow/config.hpp>
#include <deviceflow/device_login.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/stored_login.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/conversation.hpp"

namespace deviceflow {

struct LoginRequest {
  /// Space-separated; empty asks for none.
  std::string scope;
  /// Further parameters of the device authorization request.
  std::vector<std::pair<std::string, std::string>> extra;
  /// See DeviceAuthorizationParameters.
  std::vector<std::string> resources;
  std::string authorization_details;
  /// See SignInOptions.
  std::optional<std::chrono::milliseconds> start_deadline;
  /// Takes up this login instead of asking for codes; null asks. Fails as DeviceLogin::restore()
  /// does. Must stay as it is until the login has ended.
  const PendingLogin* resume = nullptr;
  /// Asked before tokens are revoked that nobody gets: after a cancel, or beside an ID token that
  /// must not be believed. True if one of them is stored: some servers return the same tokens at
  /// every sign-in, and revoking them would end the stored one. A Session fills it in. Null:
  /// nothing is stored.
  std::function<bool(const TokenSet&)> is_stored;
};

/// Told what is going on, on the thread that runs the login. Each may be null.
struct LoginEvents {
  /// The codes to show, once.
  std::function<void(const DeviceAuthorization&)> on_prompt;
  /// After every poll that did not end the login.
  std::function<void(const PollReport&)> on_poll;
  /// Once after every try to start that failed and will be repeated (LoginRequest::start_deadline),
  /// with the reason; the Error's stage says whether the metadata or the codes were asked for.
  std::function<void(const Error&, std::chrono::milliseconds next_in)> on_start_retry;
  /// Each step of the login through the table of its states.
  std::function<void(const LoginTransition&)> on_transition;
  /// When the codes are there and whenever the interval has grown: what a restart would need to go
  /// on (LoginRequest::resume). Holds the device code, for a token store and nothing else, and has
  /// to be erased when login() returns. Not called while the wall clock is unknown.
  std::function<void(const PendingLogin&)> on_pending;
};

/// How a refresh ended.
struct RefreshOutcome {
  /// The tokens, complete, or why there are none: sign_in_needed (the user has to sign in),
  /// oauth_error, network … (the session lives), or id_token_invalid and algorithm_not_allowed,
  /// after an ID token that must not be believed: all new tokens are thrown away then.
  Result<TokenSet> tokens;
  /// True if the refresh token may have been used up although no tokens came: the next try may find
  /// it spent.
  bool maybe_spent = false;
  /// What the server asked to wait at least.
  std::optional<std::chrono::seconds> retry_after;
  Quirks quirks;
  /// The claims of the ID token that came, verified. A refresh may bring none.
  std::optional<IdTokenClaims> id_token_claims = {};
  /// Why there are no claims, though an ID token came, and the tokens are good all the same: it
  /// can't be checked now. Its keys could not be fetched or don't include the one that signed it
  /// (reason "unknown_key": providers change keys), or the issuer is not known.
  std::optional<Error> id_token_problem = {};
  /// With sign_in_needed: the server said that the refresh token is dead. Otherwise keep it.
  bool session_over = false;
  /// RefreshAnswer::refresh_token: what to use from now on although there are no tokens; or empty.
  Secret refresh_token = {};
};

/// Everything that has to be known before a refresh token is sent.
struct Refresher {
  std::string token_endpoint;
  Exchange exchange;
};

std::unique_ptr<OperationFor<Result<Metadata>>> make_discovery(std::shared_ptr<Server> server);
std::unique_ptr<OperationFor<Result<Jwks>>> make_key_fetch(std::shared_ptr<Server> server);
std::unique_ptr<OperationFor<Result<Introspection>>> make_introspection(
    std::shared_ptr<Server> server, Secret token, IntrospectionOptions options);
/// `expected_subject` is the `sub` of a validated ID token, if there is one.
std::unique_ptr<OperationFor<Result<UserInfo>>> make_userinfo(
    std::shared_ptr<Server> server, Secret access_token,
    std::optional<std::string_view> expected_subject);
/// `timeout` is the longest wait for the response; zero: the network's own.
std::unique_ptr<OperationFor<RevocationAnswer>> make_revocation(std::shared_ptr<Server> server,
                                                                Secret token, TokenHint hint,
                                                                std::chrono::milliseconds timeout);
/// May fetch metadata.
std::unique_ptr<OperationFor<Result<Refresher>>> make_refresh_preparation(
    std::shared_ptr<Server> server);
/// Uses the refresh token of a stored login once (RFC 6749 section 6), repeated only if the server
/// demands a nonce. An ID token in the response has to be about the user who signed in, and not
/// older than the stored one (OpenID Connect Core section 12.2).
std::unique_ptr<OperationFor<RefreshOutcome>> make_refresh(std::shared_ptr<Server> server,
                                                           Refresher refresher, StoredLogin login);
/// One device login to its end; fetches the metadata first if they are needed.
class LoginOperation : public OperationFor<LoginOutcome> {
 public:
  using OperationFor::OperationFor;
  virtual const DeviceLogin* login() const = 0;  ///< Null before its first request can be made.
};
std::unique_ptr<LoginOperation> make_login(std::shared_ptr<Server> server, LoginRequest request,
                                           LoginEvents events);

}  // namespace deviceflow

#endif
