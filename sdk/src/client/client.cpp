#include <cstring>
#include <deviceflow/client.hpp>
#include <deviceflow/curl_transport.hpp>
#include <deviceflow/system_clock.hpp>
#include <deviceflow/url.hpp>

#include "protocol/answer.hpp"

namespace deviceflow {

namespace {

constexpr int kMaxRedirects = 3;

Error argument_error(Stage stage, std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, stage, std::move(message));
}

LoginOutcome ended(Error error) {
  return {std::move(error), {}, {}};
}

void fill(std::string& endpoint, const std::string& other) {
  if (endpoint.empty()) endpoint = other;
}

}  // namespace

class Client::Impl {
 public:
  Impl(ClientConfig config, ClientPorts ports) : config_(std::move(config)) {
    if (ports.transport == nullptr) {
      CurlTransportOptions options;
      options.ca_file = config_.ca_file;
      own_transport_ = std::make_unique<CurlTransport>(std::move(options));
    }
    if (ports.waiter == nullptr) own_waiter_ = std::make_unique<SystemWaiter>();
    transport_ = ports.transport != nullptr ? ports.transport : own_transport_.get();
    waiter_ = ports.waiter != nullptr ? ports.waiter : own_waiter_.get();
    clock_ = ports.clock != nullptr ? ports.clock : &own_clock_;
    random_ = ports.random != nullptr ? ports.random : &own_random_;
    redactor_.add(config_.client_secret);
    if (config_.issuer.empty()) adopt(config_.fallback_endpoints);
  }

  LoginOutcome login(const LoginRequest& request, const LoginEvents& events);
  Result<Metadata> discover(const StartSchedule& start = {});
  Result<Introspection> introspect(const Secret& token, std::shared_ptr<Authenticator> credentials);
  Result<UserInfo> userinfo(const Secret& access_token,
                            std::optional<std::string_view> expected_subject);

  void cancel() noexcept {
    cancel_.set();
    waiter_->wake();
  }
  void forget_cancel() noexcept { cancel_.clear(); }

 private:
  // One request over the network: an answer, a transport failure, or an Error before sending.
  std::variant<HttpResponse, TransportFailure, Error> send(const Exchange& exchange,
                                                           OAuthRequest request,
                                                           const Redactor& redactor,
                                                           const CancelFlag& cancel);
  Result<HttpResponse> fetch(std::string url, const StartSchedule& start);
  Result<Metadata> discover_patiently(StartSchedule& start, const LoginEvents& events);
  // Fills the endpoints that are not known yet.
  void adopt(const Endpoints& more);
  Result<void> find_endpoints(StartSchedule& start, const LoginEvents& events);
  Result<std::string> find_endpoint(std::string Endpoints::*which, Stage stage);
  void tell_of_retry(const LoginEvents& events, const Error& error, SteadyTime next);
  Result<Exchange> client_exchange();
  Exchange::Options exchange_options() const;
  std::uint64_t seed();
  LoginOutcome run(DeviceLogin& login, const Exchange& exchange, const LoginEvents& events);
  void feed(DeviceLogin& login, const Exchange& exchange, OAuthRequest request);

  ClientConfig config_;
  std::optional<Metadata> metadata_;
  Redactor redactor_;
  CancelFlag cancel_;
  SystemClock own_clock_;
  SystemRandom own_random_;
  std::unique_ptr<Transport> own_transport_;
  std::unique_ptr<Waiter> own_waiter_;
  Transport* transport_;
  Clock* clock_;
  Waiter* waiter_;
  RandomSource* random_;
};

std::variant<HttpResponse, TransportFailure, Error> Client::Impl::send(const Exchange& exchange,
                                                                       OAuthRequest request,
                                                                       const Redactor& redactor,
                                                                       const CancelFlag& cancel) {
  ExchangeRecord record;
  record.stage = request.stage;
  record.sent_at_wall = clock_->wall_now();
  auto finished = exchange.prepare(std::move(request), record.sent_at_wall, random_->bytes());
  if (!finished.ok()) return finished.error();
  record.sent_at = clock_->steady_now();
  TransportResult result = transport_->send(*finished, cancel);
  if (config_.on_exchange) {
    record.duration = clock_->steady_now() - record.sent_at;
    record.request = std::move(*finished);
    if (const auto* response = std::get_if<HttpResponse>(&result)) {
      record.response = response->copy();
    } else {
      record.failure = *std::get_if<TransportFailure>(&result);
    }
    config_.on_exchange(record, redactor);
  }
  if (auto* response = std::get_if<HttpResponse>(&result)) {
    return exchange.accept(std::move(*response));
  }
  return std::move(*std::get_if<TransportFailure>(&result));
}

Exchange::Options Client::Impl::exchange_options() const {
  Exchange::Options options;
  options.profile = config_.profile;
  options.dangerous_allow_http = config_.dangerous_allow_http;
  return options;
}

Result<HttpResponse> Client::Impl::fetch(std::string url, const StartSchedule& start) {
  const Exchange exchange(exchange_options());
  for (int hops = 0; hops <= kMaxRedirects; ++hops) {
    OAuthRequest request = make_metadata_request(url);
    request.timeout = start.timeout(clock_->steady_now());
    auto result = send(exchange, std::move(request), redactor_, cancel_);
    if (auto* error = std::get_if<Error>(&result)) return std::move(*error);
    if (auto* failure = std::get_if<TransportFailure>(&result)) {
      return error_from(*failure, Stage::discovery);
    }
    HttpResponse& response = *std::get_if<HttpResponse>(&result);
    const auto location = find_header(response.headers, "Location");
    if (response.status < 300 || response.status > 399 || !location) return std::move(response);
    const auto base = parse_url(url);
    auto target = resolve_location(*base, *location);
    if (!target.ok()) {
      Error error = target.error();
      error.stage = Stage::discovery;
      return error;
    }
    if (base->scheme == "https" && parse_url(*target)->scheme != "https") {
      return make_error(Blame::protocol, ErrorCode::redirect_refused, Stage::discovery,
                        "The server's metadata are redirected from https to plain http. It was not "
                        "followed.");
    }
    url = std::move(*target);
  }
  return make_error(Blame::protocol, ErrorCode::redirect_refused, Stage::discovery,
                    "The server's metadata are redirected more than three times.");
}

Result<Metadata> Client::Impl::discover(const StartSchedule& start) {
  if (metadata_) return *metadata_;
  const auto places = metadata_urls(config_.issuer);
  if (!places.ok()) return places.error();
  std::optional<Error> problem;
  for (const std::string& place : *places) {
    auto response = fetch(place, start);
    if (!response.ok()) return response.error();
    auto metadata = read_metadata_response(config_.issuer, *response);
    if (metadata.ok()) {
      metadata_ = *metadata;
      return metadata;
    }
    // The most telling problem is kept: "another issuer" says more than "not now", and that more
    // than "nothing here".
    const Error& error = metadata.error();
    const bool mismatch = problem && problem->code == ErrorCode::issuer_mismatch;
    if (!problem || error.code == ErrorCode::issuer_mismatch || (error.retryable && !mismatch)) {
      problem = error;
    }
  }
  if (problem->code == ErrorCode::invalid_response && !problem->retryable) {
    problem->message = "No authorization server metadata were found for the issuer " +
                       config_.issuer + ". Check the issuer, or give the endpoints one by one. " +
                       problem->message;
  }
  return std::move(*problem);
}

void Client::Impl::tell_of_retry(const LoginEvents& events, const Error& error, SteadyTime next) {
  if (events.on_start_retry) events.on_start_retry(error, next - clock_->steady_now());
}

// A GET is safe to repeat, whatever became of the last one.
Result<Metadata> Client::Impl::discover_patiently(StartSchedule& start, const LoginEvents& events) {
  for (;;) {
    auto metadata = discover(start);
    if (metadata.ok() || !metadata.error().retryable) return metadata;
    const auto next = start.next_try(clock_->steady_now());
    if (!next) return metadata;
    if (!cancel_.is_set()) tell_of_retry(events, metadata.error(), *next);
    while (!cancel_.is_set() && clock_->steady_now() < *next) waiter_->wait_until(*next, cancel_);
    if (cancel_.is_set()) {
      return make_error(Blame::user, ErrorCode::cancelled, Stage::discovery,
                        "The sign-in was cancelled.");
    }
  }
}

void Client::Impl::adopt(const Endpoints& more) {
  Endpoints& endpoints = config_.endpoints;
  fill(endpoints.device_authorization, more.device_authorization);
  fill(endpoints.token, more.token);
  fill(endpoints.introspection, more.introspection);
  fill(endpoints.revocation, more.revocation);
  fill(endpoints.userinfo, more.userinfo);
  fill(endpoints.jwks_uri, more.jwks_uri);
}

Result<void> Client::Impl::find_endpoints(StartSchedule& start, const LoginEvents& events) {
  Endpoints& endpoints = config_.endpoints;
  if (config_.issuer.empty()) {
    if (!endpoints.device_authorization.empty() && !endpoints.token.empty()) return {};
    return argument_error(Stage::usage,
                          "There is nowhere to sign in: give an issuer, or both the device "
                          "authorization endpoint and the token endpoint.");
  }
  const auto metadata = discover_patiently(start, events);
  if (!metadata.ok()) return metadata.error();
  adopt(metadata->endpoints);
  adopt(config_.fallback_endpoints);
  if (!endpoints.device_authorization.empty() && !endpoints.token.empty()) return {};
  return make_error(Blame::server, ErrorCode::device_flow_not_supported, Stage::discovery,
                    "The server's metadata name no device authorization endpoint, so it does not "
                    "offer the device flow (RFC 8628 section 4), or hides it.");
}

Result<Exchange> Client::Impl::client_exchange() {
  ClientAuth method = ClientAuth::none;
  if (config_.client_auth) {
    method = *config_.client_auth;
  } else {
    const auto allowed =
        metadata_ ? metadata_->token_endpoint_auth_methods : std::vector<std::string>();
    const auto chosen = choose_client_auth(allowed, !config_.client_secret.empty());
    if (!chosen.ok()) return chosen.error();
    method = *chosen;
  }
  auto auth = make_client_auth(method, config_.client_id, config_.client_secret.copy());
  if (!auth.ok()) return auth.error();
  (*auth)->reveal_to(redactor_);
  Exchange::Options options = exchange_options();
  options.authenticator = std::move(*auth);
  return Exchange(std::move(options));
}

std::uint64_t Client::Impl::seed() {
  const RandomBytes bytes = random_->bytes();
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

LoginOutcome Client::Impl::login(const LoginRequest& request, const LoginEvents& events) {
  StartSchedule start(clock_->steady_now(), request.start_deadline);
  const auto found = find_endpoints(start, events);
  if (!found.ok()) return ended(found.error());
  const auto exchange = client_exchange();
  if (!exchange.ok()) return ended(exchange.error());

  DeviceLoginOptions options;
  options.request = {config_.endpoints.device_authorization, request.scope, request.extra};
  options.token_endpoint = config_.endpoints.token;
  options.revocation_endpoint = config_.endpoints.revocation;
  options.start_deadline = start.left(clock_->steady_now());
  options.sandbox = config_.profile.sandbox;
  options.seed = seed();
  options.redactor = redactor_.copy();
  DeviceLogin login(std::move(options));
  LoginOutcome outcome = run(login, *exchange, events);
  if (metadata_ && !metadata_->lists_device_grant()) outcome.quirks.add(Quirk::grant_not_listed);
  return outcome;
}

LoginOutcome Client::Impl::run(DeviceLogin& login, const Exchange& exchange,
                               const LoginEvents& events) {
  bool prompted = false;
  int reported = 0;
  for (;;) {
    if (cancel_.is_set()) login.cancel();
    auto step = login.step(clock_->steady_now());
    if (auto* send_now = std::get_if<DeviceLogin::Send>(&step)) {
      feed(login, exchange, std::move(send_now->request));
      const Error* failed = login.start_failure();
      if (failed != nullptr) tell_of_retry(events, *failed, *login.next_start());
    } else if (const auto* wait = std::get_if<DeviceLogin::WaitUntil>(&step)) {
      waiter_->wait_until(wait->time, cancel_);
    } else {
      return login.take_outcome();
    }
    if (login.codes() != nullptr && !prompted) {
      prompted = true;
      if (events.on_prompt) events.on_prompt(*login.codes());
    }
    const PollReport* poll = login.last_poll();
    if (poll != nullptr && poll->attempt != reported && login.codes() != nullptr) {
      reported = poll->attempt;
      std::optional<std::chrono::milliseconds> next_in;
      if (poll->next_poll) next_in = *poll->next_poll - clock_->steady_now();
      if (events.on_poll) events.on_poll(*poll, next_in);
    }
  }
}

void Client::Impl::feed(DeviceLogin& login, const Exchange& exchange, OAuthRequest request) {
  // What cleans up after a cancel must not be cancelled itself; it has a short timeout instead.
  const CancelFlag never;
  const CancelFlag& cancel = request.stage == Stage::revocation ? never : cancel_;
  auto result = send(exchange, std::move(request), login.redactor(), cancel);
  // A cancel that came meanwhile wins, before the answer is looked at.
  if (cancel_.is_set()) login.cancel();
  const SteadyTime now = clock_->steady_now();
  if (const auto* response = std::get_if<HttpResponse>(&result)) {
    login.on_response(now, *response);
  } else if (const auto* failure = std::get_if<TransportFailure>(&result)) {
    login.on_failure(now, *failure);
  } else {
    login.on_refused(std::move(*std::get_if<Error>(&result)));
  }
}

// An endpoint beside the login's own: as it was given, or from the metadata.
Result<std::string> Client::Impl::find_endpoint(std::string Endpoints::*which, Stage stage) {
  const std::string& endpoint = config_.endpoints.*which;
  if (endpoint.empty() && !config_.issuer.empty()) {
    const auto metadata = discover();
    if (!metadata.ok()) return metadata.error();
    adopt(metadata->endpoints);
    adopt(config_.fallback_endpoints);
  }
  if (!endpoint.empty()) return endpoint;
  return make_error(Blame::caller, ErrorCode::not_possible, stage,
                    "There is no " + std::string(name(stage)) +
                        " endpoint: the provider names none, and none was given.");
}

Result<Introspection> Client::Impl::introspect(const Secret& token,
                                               std::shared_ptr<Authenticator> credentials) {
  constexpr Stage stage = Stage::introspection;
  Redactor redactor = redactor_.copy();
  redactor.add(token);
  if (token.empty()) return argument_error(stage, "There is no token to ask about.");
  const auto endpoint = find_endpoint(&Endpoints::introspection, stage);
  if (!endpoint.ok()) return endpoint.error();
  Exchange exchange;
  if (credentials) {
    credentials->reveal_to(redactor);
    Exchange::Options options = exchange_options();
    options.authenticator = std::move(credentials);
    exchange = Exchange(std::move(options));
  } else if (config_.client_secret.empty()) {
    return make_error(Blame::caller, ErrorCode::not_possible, stage,
                      "Introspection needs credentials (RFC 7662 section 2.1), and a public client "
                      "has none. Give an account or a client that may ask.");
  } else {
    auto own = client_exchange();
    if (!own.ok()) return own.error();
    exchange = std::move(*own);
  }
  auto result = send(exchange, make_introspection_request(*endpoint, token), redactor, cancel_);
  if (auto* error = std::get_if<Error>(&result)) return std::move(*error);
  if (const auto* failure = std::get_if<TransportFailure>(&result)) {
    return error_from(*failure, stage);
  }
  return read_introspection_response(*std::get_if<HttpResponse>(&result), redactor);
}

Result<UserInfo> Client::Impl::userinfo(const Secret& access_token,
                                        std::optional<std::string_view> expected_subject) {
  constexpr Stage stage = Stage::userinfo;
  Redactor redactor = redactor_.copy();
  redactor.add(access_token);
  if (access_token.empty()) return argument_error(stage, "There is no access token to ask with.");
  const auto endpoint = find_endpoint(&Endpoints::userinfo, stage);
  if (!endpoint.ok()) return endpoint.error();
  auto result = send(Exchange(exchange_options()), make_userinfo_request(*endpoint, access_token),
                     redactor, cancel_);
  if (auto* error = std::get_if<Error>(&result)) return std::move(*error);
  if (const auto* failure = std::get_if<TransportFailure>(&result)) {
    return error_from(*failure, stage);
  }
  return read_userinfo_response(*std::get_if<HttpResponse>(&result), expected_subject, redactor);
}

Client::Client(ClientConfig config, ClientPorts ports)
    : impl_(std::make_unique<Impl>(std::move(config), ports)) {}

Client::~Client() = default;

LoginOutcome Client::login(const LoginRequest& request, const LoginEvents& events) {
  LoginOutcome outcome = impl_->login(request, events);
  impl_->forget_cancel();
  return outcome;
}

LoginOutcome Client::login(const LoginRequest& request,
                           std::function<void(const DeviceAuthorization&)> on_prompt) {
  LoginEvents events;
  events.on_prompt = std::move(on_prompt);
  return login(request, events);
}

Result<Metadata> Client::discover() {
  auto result = impl_->discover();
  impl_->forget_cancel();
  return result;
}

Result<Introspection> Client::introspect(const Secret& token,
                                         std::shared_ptr<Authenticator> credentials) {
  auto result = impl_->introspect(token, std::move(credentials));
  impl_->forget_cancel();
  return result;
}

Result<UserInfo> Client::userinfo(const Secret& access_token,
                                  std::optional<std::string_view> expected_subject) {
  auto result = impl_->userinfo(access_token, expected_subject);
  impl_->forget_cancel();
  return result;
}

void Client::cancel() noexcept {
  impl_->cancel();
}

}  // namespace deviceflow
