// The operations of one client as calls that wait for their end, for tests.
#ifndef DEVICEFLOW_TESTS_CLIENT_CALLS_HPP
#define DEVICEFLOW_TESTS_CLIENT_CALLS_HPP

#include <deviceflow/platform.hpp>
#include <deviceflow/runner.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "client/operations.hpp"

namespace deviceflow::test {

class Client {
 public:
  explicit Client(Config config, Ports ports = {})
      : server_(std::make_shared<Server>(std::move(config))) {
    if (!ports.network) {
      ports.network = [this] {
        return std::make_unique<CurlNetwork>(curl_options(server_->config));
      };
    }
    runner_ = std::make_unique<Runner>(std::move(ports));
  }

  LoginOutcome login(const LoginRequest& request, const LoginEvents& events,
                     const Cancel& cancel = Cancel::never()) {
    return run<LoginOutcome>(make_login(server_, request, events), cancel);
  }
  LoginOutcome login(const LoginRequest& request,
                     std::function<void(const DeviceAuthorization&)> on_prompt) {
    LoginEvents events;
    events.on_prompt = std::move(on_prompt);
    return login(request, events);
  }
  Result<Metadata> discover(const Cancel& cancel = Cancel::never()) {
    return run(make_discovery(server_), cancel);
  }
  Result<Jwks> keys(const Cancel& cancel = Cancel::never()) {
    return run(make_key_fetch(server_), cancel);
  }
  Result<Introspection> introspect(const Secret& token, const IntrospectionOptions& options = {},
                                   const Cancel& cancel = Cancel::never()) {
    return run(make_introspection(server_, token, options), cancel);
  }
  Result<UserInfo> userinfo(const Secret& access_token,
                            std::optional<std::string_view> expected_subject = std::nullopt,
                            const Cancel& cancel = Cancel::never()) {
    return run(make_userinfo(server_, access_token, expected_subject), cancel);
  }
  Result<Refresher> prepare_refresh(const Cancel& cancel = Cancel::never()) {
    return run(make_refresh_preparation(server_), cancel);
  }
  RefreshOutcome refresh(const Refresher& refresher, const StoredLogin& login,
                         const Cancel& cancel = Cancel::never()) {
    return run(make_refresh(server_, refresher, login), cancel);
  }
  RevocationAnswer revoke(const Secret& token, TokenHint hint,
                          std::chrono::milliseconds timeout = {},
                          const Cancel& cancel = Cancel::never()) {
    return run(make_revocation(server_, token, hint, timeout), cancel);
  }
  void continue_login(const StoredLogin& login) { server_->continue_login(login); }
  Secret dpop_key() const { return server_->dpop_key(); }

 private:
  template <typename T>
  T run(std::unique_ptr<OperationFor<T>> operation, const Cancel& cancel) {
    std::unique_ptr<Operation> ended;
    runner_->add(std::move(operation),
                 [&ended](std::unique_ptr<Operation> one) { ended = std::move(one); });
    runner_->run(kNever, cancel);
    return static_cast<OperationFor<T>&>(*ended).take();
  }

  std::shared_ptr<Server> server_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace deviceflow::test

#endif
