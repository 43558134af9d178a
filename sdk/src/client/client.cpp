#include "client/client.hpp"

#include <deviceflow/platform.hpp>

#include "client/operations.hpp"

namespace deviceflow {

class Client::Impl {
 public:
  Impl(Config config, Ports ports) : server(std::make_shared<Server>(std::move(config))) {
    make_network_ = std::move(ports.network);
    clock_ = ports.clock != nullptr ? ports.clock : &own_clock_;
    random_ = ports.random != nullptr ? ports.random : &own_random_;
  }

  // Runs one operation to its end.
  template <typename T>
  T run(std::unique_ptr<OperationFor<T>> operation, const Cancel& cancel) {
    if (!network_) open_network();
    while (act(*operation, cancel)) {
    }
    return operation->take();
  }

  void forget_login() {
    server->take_secrets(TokenSet());
    network_.reset();  // the buffers of a kept connection may hold tokens
  }

  const std::shared_ptr<Server> server;

 private:
  void open_network() {
    network_ = make_network_ ? make_network_()
                             : std::make_unique<CurlNetwork>(curl_options(server->config));
  }

  Now now() { return {clock_->steady_now(), clock_->wall_now(), random_}; }

  // Its next step; false if there is none.
  bool act(Operation& operation, const Cancel& cancel) {
    if (cancel.is_set()) operation.cancel();
    Step step = operation.step(now());
    if (const auto* wait = std::get_if<WaitUntil>(&step)) {
      std::vector<Network::Finished> none;
      if (!cancel.is_set()) network_->wait(wait->time, cancel, none);
      return true;
    }
    auto* request = std::get_if<Send>(&step);
    if (request == nullptr) return false;
    TransportResult result =
        send(*network_, std::move(request->request), request->cleans_up ? Cancel::never() : cancel);
    if (auto* response = std::get_if<HttpResponse>(&result)) {
      operation.on_response(now(), std::move(*response));
    } else {
      operation.on_failure(now(), std::move(*std::get_if<TransportFailure>(&result)));
    }
    return true;
  }

  SystemClock own_clock_;
  SystemRandom own_random_;
  std::function<std::unique_ptr<Network>()> make_network_;
  std::unique_ptr<Network> network_;
  Clock* clock_;
  RandomSource* random_;
};

Client::Client(Config config, Ports ports)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(ports))) {}

Client::~Client() = default;

LoginOutcome Client::login(const LoginRequest& request, const LoginEvents& events,
                           const Cancel& cancel) {
  return impl_->run(make_login(impl_->server, request, events), cancel);
}

LoginOutcome Client::login(const LoginRequest& request,
                           std::function<void(const DeviceAuthorization&)> on_prompt) {
  LoginEvents events;
  events.on_prompt = std::move(on_prompt);
  return login(request, events);
}

Result<Metadata> Client::discover(const Cancel& cancel) {
  return impl_->run(make_discovery(impl_->server), cancel);
}

Result<Jwks> Client::keys(const Cancel& cancel) {
  return impl_->run(make_key_fetch(impl_->server), cancel);
}

Result<Introspection> Client::introspect(const Secret& token, const IntrospectionOptions& options,
                                         const Cancel& cancel) {
  return impl_->run(make_introspection(impl_->server, token, options), cancel);
}

Result<UserInfo> Client::userinfo(const Secret& access_token,
                                  std::optional<std::string_view> expected_subject,
                                  const Cancel& cancel) {
  return impl_->run(make_userinfo(impl_->server, access_token, expected_subject), cancel);
}

Result<Client::Refresher> Client::prepare_refresh(const Cancel& cancel) {
  return impl_->run(make_refresh_preparation(impl_->server), cancel);
}

RefreshOutcome Client::refresh(const Refresher& refresher, const StoredLogin& login,
                               const Cancel& cancel) {
  return impl_->run(make_refresh(impl_->server, refresher, login), cancel);
}

RevocationAnswer Client::revoke(const Secret& token, TokenHint hint,
                                std::chrono::milliseconds timeout, const Cancel& cancel) {
  return impl_->run(make_revocation(impl_->server, token, hint, timeout), cancel);
}

void Client::continue_login(const StoredLogin& login) {
  impl_->server->continue_login(login);
}

void Client::forget_login() {
  impl_->forget_login();
}

Secret Client::dpop_key() const {
  return impl_->server->dpop_key();
}

CurlOptions curl_options(const Config& config) {
  CurlOptions options;
  options.ca_file = config.ca_file;
  options.proxy = config.proxy;
  options.client_cert_file = config.client_cert_file;
  options.client_key_file = config.client_key_file;
  return options;
}

StoreKey store_key(const Config& config) {
  std::string place = config.issuer.empty() ? config.endpoints.token : config.issuer;
  if (place.empty() && config.provider) place = config.provider->endpoints.token;
  return {std::move(place), config.client_id, config.account};
}

}  // namespace deviceflow
