// The whole thing in one call: a blocking device login for programs that have a thread to spare.
#ifndef DEVICEFLOW_CLIENT_HPP
#define DEVICEFLOW_CLIENT_HPP

#include <chrono>
#include <deviceflow/authenticator.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/device_login.hpp>
#include <deviceflow/exchange.hpp>
#include <deviceflow/exchange_record.hpp>
#include <deviceflow/introspection.hpp>
#include <deviceflow/metadata.hpp>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/transport.hpp>
#include <deviceflow/userinfo.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deviceflow {

/// Where to sign in, and as which client.
struct ClientConfig {
  /// The provider's issuer URL. Endpoints that are not given below are discovered from it.
  std::string issuer;
  /// Single endpoints; each wins over what the metadata say.
  Endpoints endpoints;
  /// Used where neither `endpoints` nor the metadata name one.
  Endpoints fallback_endpoints;
  std::string client_id;
  /// Empty for a public client, which is what a device is: a secret inside a device is no secret.
  Secret client_secret;
  /// Empty: chosen by choose_client_auth().
  std::optional<ClientAuth> client_auth;
  Profile profile;
  /// PEM file with the only authorities to trust. Empty: the system's store.
  std::string ca_file;
  /// Plain http beyond this machine. Whoever sits on the way can then take the tokens.
  bool dangerous_allow_http = false;
  /// Called after every HTTP exchange, on the thread that runs it, with everything in clear; null:
  /// nothing is recorded. Use to_trace() with the redactor before anything is written.
  std::function<void(const ExchangeRecord&, const Redactor&)> on_exchange;
};

/// What a client stands on, for tests and for other platforms. Each must outlive the client; null
/// means the system's own (libcurl, CLOCK_BOOTTIME, getrandom).
struct ClientPorts {
  Transport* transport = nullptr;
  Clock* clock = nullptr;
  Waiter* waiter = nullptr;
  RandomSource* random = nullptr;
};

struct LoginRequest {
  /// Space-separated; empty asks for none.
  std::string scope;
  /// Further parameters of the device authorization request.
  std::vector<std::pair<std::string, std::string>> extra;
  /// How long to keep trying to start while the network is away, from the call of login(). Empty:
  /// the first failure ends the login. Waits 2, 4, 8 … 30 s between the tries.
  ///
  /// Metadata are fetched again after every passing fault: no network, no answer in time, an
  /// unfinished TLS handshake, 408, 425, 429, 5xx. The device authorization request is sent again
  /// only where nothing of it left this machine. An untrusted certificate is final at once.
  std::optional<std::chrono::milliseconds> start_deadline;
};

/// Told what is going on, on the thread that called login(). Each may be null. None may call the
/// client, except for cancel().
struct LoginEvents {
  /// The codes to show, once.
  std::function<void(const DeviceAuthorization&)> on_prompt;
  /// After every poll that did not end the login. `next_in` is the wait until the next one, empty
  /// where none fits before expiry.
  std::function<void(const PollReport&, std::optional<std::chrono::milliseconds> next_in)> on_poll;
  /// Once after every try to start that failed and will be repeated (LoginRequest::start_deadline),
  /// with the reason; the Error's stage says whether the metadata or the codes were asked for.
  /// `next_in` is the wait until the next try, never empty here.
  std::function<void(const Error&, std::optional<std::chrono::milliseconds> next_in)>
      on_start_retry;
};

/// A client of one provider. The calls block; one thread at a time, except for cancel().
class Client {
 public:
  explicit Client(ClientConfig config, ClientPorts ports = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Runs one device login to its end (RFC 8628). Discovers endpoints first where they are missing.
  /// The outcome holds the tokens, or an Error: network, timeout or tls (nothing could be reached),
  /// oauth_error, invalid_response, access_denied, expired_token, cancelled, or one of
  /// discover()'s.
  LoginOutcome login(const LoginRequest& request, const LoginEvents& events);
  /// The same, for callers that only want to show the codes.
  LoginOutcome login(const LoginRequest& request,
                     std::function<void(const DeviceAuthorization&)> on_prompt);

  /// The provider's metadata, fetched at the first call. Fails with invalid_argument where there is
  /// no usable issuer, network, timeout, tls, invalid_response, or issuer_mismatch.
  Result<Metadata> discover();

  /// Asks the introspection endpoint about `token` (RFC 7662). `credentials` are what the endpoint
  /// wants to see; null means the client's own. Fails with not_possible where there is no endpoint
  /// or nothing to authenticate with, and otherwise as read_introspection_response() does.
  Result<Introspection> introspect(const Secret& token,
                                   std::shared_ptr<Authenticator> credentials = nullptr);

  /// Asks the UserInfo endpoint who `access_token` stands for (OpenID Connect Core section 5.3).
  /// Sent without client authentication: the token is the credential. `expected_subject` is the
  /// `sub` of a validated ID token, where there is one. Fails with invalid_argument for an empty
  /// token, not_possible where there is no endpoint, network, timeout, tls, cancelled, one of
  /// discover()'s, and otherwise as read_userinfo_response() does.
  Result<UserInfo> userinfo(const Secret& access_token,
                            std::optional<std::string_view> expected_subject = std::nullopt);

  /// Ends the call that is running, or the next one, with ErrorCode::cancelled, within 200 ms. Safe
  /// from any thread and from a signal handler.
  void cancel() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deviceflow

#endif
