#include <algorithm>
#include <cstring>
#include <deviceflow/platform.hpp>

#include "client/client_identity.hpp"
#include "client/client_impl.hpp"
#include "foundation/ascii.hpp"
#include "foundation/url.hpp"
#include "protocol/answer.hpp"
#include "protocol/id_token.hpp"
#include "protocol/pkce.hpp"
#include "protocol/proof.hpp"
#include "protocol/redirect.hpp"

namespace deviceflow {

namespace {

constexpr int kMaxRedirects = 3;
// After old metadata could not be fetched again.
constexpr std::chrono::minutes kBetweenFetches{1};

EndpointSet login_endpoints() {
  return {&Endpoints::device_authorization, &Endpoints::token};
}

LoginOutcome ended(Error error) {
  return {std::move(error), {}, {}};
}

}  // namespace

Client::Impl::Sent Client::Impl::send(const Exchange& exchange, OAuthRequest request,
                                      const Redactor& redactor, const Cancel& cancel) {
  ExchangeRecord record;
  const Stage stage = request.stage;
  record.stage = stage;
  record.sent_at_wall = clock_->wall_now();
  auto finished = exchange.prepare(std::move(request), record.sent_at_wall, random_->bytes());
  if (!finished.ok()) return scrubbed(finished.error(), redactor);
  record.sent_at = clock_->steady_now();
  TransportResult result = transport_->send(*finished, cancel);
  record.duration = clock_->steady_now() - record.sent_at;
  auto* response = std::get_if<HttpResponse>(&result);
  if (response != nullptr) {
    if (config_.on_exchange) record.response = *response;
    *response = exchange.accept(std::move(*response), stage);
    if (config_.on_exchange && !response->quirks.list().empty()) record.normalized = *response;
  } else {
    record.failure = *std::get_if<TransportFailure>(&result);
  }
  if (config_.on_exchange) {
    record.request = std::move(*finished);
    config_.on_exchange(record, redactor);
  }
  if (response != nullptr) return std::move(*response);
  return std::move(*std::get_if<TransportFailure>(&result));
}

Exchange::Options Client::Impl::exchange_options() const {
  Exchange::Options options;
  options.provider = config_.provider;
  options.dangerous_allow_http = config_.dangerous_allow_http;
  return options;
}

Result<HttpResponse> Client::Impl::fetch(OAuthRequest request) {
  const Exchange exchange(exchange_options());
  const Stage stage = request.stage;
  for (int hops = 0; hops <= kMaxRedirects; ++hops) {
    auto result = send(exchange, request, redactor_, cancel_);
    if (auto* error = std::get_if<Error>(&result)) return std::move(*error);
    if (auto* failure = std::get_if<TransportFailure>(&result)) return error_from(*failure, stage);
    HttpResponse& response = *std::get_if<HttpResponse>(&result);
    auto target = redirect_target(request, response);
    if (!target.ok()) return target.error();
    if (target->empty()) return std::move(response);
    request.url = std::move(*target);
  }
  return make_error(Blame::protocol, ErrorCode::redirect_refused, stage,
                    "The server's metadata or keys are redirected more than three times.");
}

Result<Client::Impl::Learned> Client::Impl::fetch_metadata(const StartSchedule& start) {
  auto places = metadata_urls(config_.issuer);
  if (!places.ok()) return places.error();
  if (learned_) {  // what answered the last time comes first
    std::stable_partition(places->begin(), places->end(),
                          [&](const std::string& place) { return place == learned_->place; });
  }
  std::optional<Error> problem;
  std::vector<std::string> asked;
  for (const std::string& place : *places) {
    OAuthRequest request = make_metadata_request(place);
    request.timeout = start.timeout(clock_->steady_now());
    auto response = fetch(std::move(request));
    if (!response.ok()) return response.error();
    auto metadata = read_metadata_response(config_.issuer, *response, redactor_);
    if (metadata.ok()) {
      asked.push_back(place);
      return Learned{std::move(*metadata), place,
                     clock_->steady_now() + metadata_lifetime(*response), std::move(asked)};
    }
    const Error& error = metadata.error();
    if (error.code == ErrorCode::issuer_mismatch) return error;
    if (!error.retryable) asked.push_back(place);
    // "Not now" says more than "nothing here".
    if (!problem || error.retryable) problem = error;
  }
  if (problem->code == ErrorCode::invalid_response && !problem->retryable) {
    problem->message = "No authorization server metadata were found for the issuer " +
                       config_.issuer + ". Check the issuer, or give the endpoints one by one. " +
                       problem->message;
  }
  return std::move(*problem);
}

void Client::Impl::fill_gaps(Learned& learned, const EndpointSet& wanted,
                             const StartSchedule& start) {
  const auto places = metadata_urls(config_.issuer);
  learned.gap_problem.reset();
  for (const std::string& place : *places) {
    if (names_all(learned.metadata.endpoints, wanted)) return;
    const auto& asked = learned.places_asked;
    if (std::find(asked.begin(), asked.end(), place) != asked.end()) continue;
    OAuthRequest request = make_metadata_request(place);
    request.timeout = start.timeout(clock_->steady_now());
    const auto response = fetch(std::move(request));
    const auto metadata = response.ok()
                              ? read_metadata_response(config_.issuer, *response, redactor_)
                              : Result<Metadata>(response.error());
    // Another issuer's document is not used, and takes nothing from the one that is there.
    if (metadata.ok()) fill_missing(learned.metadata, *metadata);
    if (!response.ok() || (!metadata.ok() && metadata.error().retryable)) {
      learned.gap_problem = metadata.error();  // this place is asked again the next time
    } else {
      learned.places_asked.push_back(place);
    }
  }
}

Result<Metadata> Client::Impl::discover(const EndpointSet& wanted, const StartSchedule& start) {
  if (!learned_ || clock_->steady_now() >= learned_->fresh_until) {
    auto learned = fetch_metadata(start);
    if (learned.ok()) {
      learned_ = std::move(*learned);
    } else if (learned_ && learned.error().retryable) {
      learned_->metadata.refetch_failure = learned.error();
      learned_->fresh_until = clock_->steady_now() + kBetweenFetches;
    } else {
      return learned.error();
    }
  }
  fill_gaps(*learned_, wanted, start);
  const auto& problem = learned_->gap_problem;
  if (problem && problem->code == ErrorCode::cancelled) return *problem;
  return learned_->metadata;
}

void Client::Impl::tell_of_retry(const LoginEvents& events, const Error& error, SteadyTime next) {
  if (events.on_start_retry) events.on_start_retry(error, next - clock_->steady_now());
}

// A GET is safe to repeat, whatever became of the last one.
Result<Metadata> Client::Impl::discover_patiently(const EndpointSet& wanted, StartSchedule& start,
                                                  const LoginEvents& events) {
  for (;;) {
    auto metadata = discover(wanted, start);
    if (metadata.ok() && learned_->gap_problem) {
      adopt(*metadata);
      if (!names_all(config_.endpoints, login_endpoints())) metadata = *learned_->gap_problem;
    }
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

void Client::Impl::adopt(const Metadata& metadata) {
  config_.endpoints = given_;
  if (!config_.client_cert_file.empty()) {  // RFC 8705 section 5
    fill_missing(config_.endpoints, metadata.mtls_aliases);
  }
  fill_missing(config_.endpoints, metadata.endpoints);
  if (config_.provider) fill_missing(config_.endpoints, config_.provider->endpoints);
}

EndpointSet Client::Impl::unnamed(EndpointSet wanted) const {
  wanted.erase(std::remove_if(wanted.begin(), wanted.end(),
                              [this](auto one) { return !(named_.*one).empty(); }),
               wanted.end());
  return wanted;
}

Result<void> Client::Impl::find(EndpointSet wanted) {
  wanted = unnamed(std::move(wanted));
  if (config_.issuer.empty() || wanted.empty()) return {};
  const auto metadata = discover(wanted);
  if (!metadata.ok()) return metadata.error();
  adopt(*metadata);
  return {};
}

Result<void> Client::Impl::learn_client_auth() {
  if (config_.issuer.empty() || config_.client_auth || !has_credentials(config_)) return {};
  const auto metadata = discover({});
  if (!metadata.ok() && metadata.error().code == ErrorCode::cancelled) return metadata.error();
  return {};
}

Result<void> Client::Impl::find_login_endpoints(const std::string& scope, StartSchedule& start,
                                                const LoginEvents& events) {
  EndpointSet wanted = login_endpoints();
  if (missing_scopes("openid", scope).empty()) wanted.push_back(&Endpoints::jwks_uri);
  wanted = unnamed(std::move(wanted));
  if (wanted.empty()) return {};
  if (config_.issuer.empty()) {
    if (names_all(config_.endpoints, login_endpoints())) return {};
    return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                      "There is nowhere to sign in: give an issuer, or both the device "
                      "authorization endpoint and the token endpoint.");
  }
  const auto metadata = discover_patiently(wanted, start, events);
  if (!metadata.ok()) return metadata.error();
  adopt(*metadata);
  if (names_all(config_.endpoints, login_endpoints())) return {};
  return make_error(Blame::server, ErrorCode::device_flow_not_supported, Stage::discovery,
                    "The server's metadata do not name the device authorization endpoint and the "
                    "token endpoint (RFC 8628 section 4)." +
                        left_out() + " Ask the server's operator, or name them yourself.");
}

std::string Client::Impl::left_out() const {
  const Metadata* metadata = known_metadata();
  if (metadata == nullptr || !metadata->quirks.has(Quirk::loopback_endpoint)) return {};
  return " An endpoint over plain http on this machine is not accepted from another server.";
}

Result<void> Client::Impl::ready_dpop() {
  if (dpop_) return {};
  auto dpop = make_client_dpop(config_, known_metadata());
  if (!dpop.ok()) return dpop.error();
  dpop_ = std::move(*dpop);
  keep_secret(config_.dpop_key.pem);
  return {};
}

void Client::Impl::open_transport() {
  CurlTransportOptions options;
  options.ca_file = config_.ca_file;
  options.proxy = config_.proxy;
  options.client_cert_file = config_.client_cert_file;
  options.client_key_file = config_.client_key_file;
  own_transport_ = std::make_unique<CurlTransport>(std::move(options));
  transport_ = own_transport_.get();
}

void Client::Impl::keep_secret(const Secret& secret) {
  own_secrets_.add(secret);
  redactor_.add(secret);
}

void Client::Impl::take_secrets(const TokenSet& tokens) {
  redactor_ = own_secrets_;
  redactor_.add(tokens.access_token);
  redactor_.add(tokens.refresh_token);
  redactor_.add(tokens.id_token);
}

// The Dpop stays where the key is the same: it knows the server's nonces.
void Client::Impl::use_dpop_key(const Secret& pem) {
  if (pem.empty() || pem.reveal() == config_.dpop_key.pem.reveal()) return;
  config_.dpop_key = ClientKey();
  config_.dpop_key.pem = pem;
  dpop_.reset();
}

Result<Exchange> Client::Impl::client_exchange() {
  const auto learned = learn_client_auth();
  if (!learned.ok()) return learned.error();
  if (config_.assertion_audience == AssertionAudience::token_endpoint) {
    const auto found = find({&Endpoints::token});
    if (!found.ok()) return found.error();
  }
  auto identity = make_client_identity(config_, known_metadata());
  if (!identity.ok()) return scrubbed(identity.error(), redactor_);
  const auto ready = ready_dpop();
  if (!ready.ok()) return ready.error();
  (*identity)->reveal_to(own_secrets_);
  (*identity)->reveal_to(redactor_);
  Exchange::Options options = exchange_options();
  options.authenticator = std::move(*identity);
  if (dpop_) {
    options.authenticator = make_dpop_auth(dpop_, options.authenticator, config_.dpop_scope);
  }
  return Exchange(std::move(options));
}

std::uint64_t Client::Impl::seed() {
  const RandomBytes bytes = random_->bytes();
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

DeviceLoginOptions Client::Impl::login_options(const LoginRequest& request) {
  DeviceLoginOptions options;
  options.request.endpoint = config_.endpoints.device_authorization;
  options.request.scope = request.scope;
  options.request.extra = request.extra;
  options.request.resources = request.resources;
  options.request.authorization_details = request.authorization_details;
  if (config_.pkce) {
    Pkce pkce = make_pkce(random_->bytes(), openssl_hash);
    options.request.code_challenge = std::move(pkce.challenge);
    options.code_verifier = std::move(pkce.verifier);
  }
  options.token_endpoint = config_.endpoints.token;
  options.dpop = config_.dpop;
  options.revocation_endpoint = config_.endpoints.revocation;
  options.sandbox = config_.provider && config_.provider->sandbox;
  options.seed = seed();
  options.redactor = redactor_;
  return options;
}

LoginOutcome Client::Impl::login(const LoginRequest& request, const LoginEvents& events) {
  StartSchedule start(clock_->steady_now(), request.start_deadline);
  const auto found = find_login_endpoints(request.scope, start, events);
  if (!found.ok()) return ended(found.error());
  if (request.resume != nullptr) use_dpop_key(request.resume->dpop_key);
  const auto exchange = client_exchange();
  if (!exchange.ok()) return ended(exchange.error());
  // Before a code is shown that could not be polled for.
  if (dpop_ && !clock_->wall_now()) return ended(time_unknown(Stage::usage, "DPoP"));

  DeviceLoginOptions options = login_options(request);
  options.start_deadline = start.left(clock_->steady_now());
  LoginOutcome outcome = run(std::move(options), request, *exchange, events);
  settle_id_token(outcome, request, *exchange);
  const Metadata* metadata = known_metadata();
  if (!outcome.tokens.ok()) {
    outcome.tokens = with_listed_methods(outcome.tokens.error(), metadata, redactor_);
  }
  if (metadata != nullptr) outcome.quirks.add(metadata->quirks);
  if (metadata != nullptr && !metadata->lists_device_grant()) {
    outcome.quirks.add(Quirk::grant_not_listed);
  }
  return outcome;
}

void Client::Impl::tell_of_pending(const DeviceLogin& login, const LoginEvents& events,
                                   std::chrono::seconds& told) {
  if (!events.on_pending || login.codes() == nullptr || login.interval() == told) return;
  auto pending = login.snapshot(clock_->steady_now(), clock_->wall_now());
  if (!pending.ok()) return;
  pending->dpop_key = dpop_key();
  told = login.interval();
  events.on_pending(*pending);
}

LoginOutcome Client::Impl::run(DeviceLoginOptions options, const LoginRequest& asked,
                               const Exchange& exchange, const LoginEvents& events) {
  if (asked.resume == nullptr) {
    DeviceLogin login(std::move(options));
    return run(login, asked, exchange, events);
  }
  auto restored = DeviceLogin::restore(std::move(options), *asked.resume, clock_->steady_now(),
                                       clock_->wall_now());
  if (!restored.ok()) return ended(restored.error());
  return run(*restored, asked, exchange, events);
}

IdTokenKeeper::Question Client::Impl::complete(IdTokenKeeper::Question question) const {
  question.issuer = config_.issuer;
  question.client_id = config_.client_id;
  question.jwks_uri = config_.endpoints.jwks_uri;
  question.now = clock_->steady_now();
  question.wall = clock_->wall_now();
  return question;
}

IdTokenKeeper::Verdict Client::Impl::check_id_token(const TokenSet& tokens,
                                                    IdTokenKeeper::Question question) {
  const auto found = tokens.id_token.empty() ? Result<void>() : find({&Endpoints::jwks_uri});
  auto out = id_tokens_.decide(tokens, complete(std::move(question)), key_fetcher());
  // Why nobody says where the keys are.
  if (!found.ok() && out.problem && !out.disbelieved) out.problem = found.error();
  return out;
}

Result<Jwks> Client::Impl::fetch_keys(const std::string& jwks_uri) {
  const auto response = fetch(make_jwks_request(jwks_uri));
  if (!response.ok()) return response.error();
  return read_jwks_response(*response, redactor_);
}

IdTokenKeeper::Fetch Client::Impl::key_fetcher() {
  return [this](const std::string& jwks_uri) { return fetch_keys(jwks_uri); };
}

void Client::Impl::settle_id_token(LoginOutcome& outcome, const LoginRequest& asked,
                                   const Exchange& exchange) {
  if (!outcome.tokens.ok()) return;
  take_secrets(*outcome.tokens);
  if (dpop_) tokens_are_bound_ = ascii::same(outcome.tokens->token_type, "DPoP");
  IdTokenKeeper::Question question;
  question.scope = asked.scope;
  question.server_date = server_date_;
  auto verdict = check_id_token(*outcome.tokens, std::move(question));
  outcome.quirks.add(id_tokens_.quirks());
  outcome.id_token_claims = std::move(verdict.claims);
  const bool cancelled = verdict.problem && verdict.problem->code == ErrorCode::cancelled;
  if (!verdict.disbelieved && !cancelled) {
    outcome.id_token_problem = std::move(verdict.problem);
    return;
  }
  const bool stored = asked.is_stored && asked.is_stored(*outcome.tokens);
  OAuthRequest revocation =
      make_login_revocation_request(config_.endpoints.revocation, *outcome.tokens);
  outcome.tokens = std::move(*verdict.problem);
  if (revocation.url.empty() || stored) return;
  send(exchange, std::move(revocation), redactor_, Cancel::never());
}

// `told` is the state that was told last.
void Client::Impl::tell_of_transition(const DeviceLogin& login, const LoginEvents& events,
                                      LoginState& told) {
  const LoginState before = std::exchange(told, login.state());
  if (!events.on_transition || before == told) return;
  LoginTransition last = transition(before, login.last_event());
  // A request that can't be made ends the login in the step that would hand it out.
  if (last.next != told) {
    const LoginTransition first = transition(before, LoginEvent::due);
    events.on_transition(first);
    last = transition(first.next, login.last_event());
  }
  events.on_transition(last);
}

LoginOutcome Client::Impl::run(DeviceLogin& login, const LoginRequest& asked,
                               const Exchange& exchange, const LoginEvents& events) {
  bool prompted = false;
  int reported = 0;
  LoginState state = LoginState::ready;
  std::chrono::seconds told{0};  // the interval of the last snapshot
  for (;;) {
    tell_of_transition(login, events, state);
    if (login.codes() != nullptr && !prompted) {
      prompted = true;
      if (events.on_prompt) events.on_prompt(*login.codes());
    }
    tell_of_pending(login, events, told);
    const PollReport* poll = login.last_poll();
    if (poll != nullptr && poll->attempt != reported && login.codes() != nullptr) {
      reported = poll->attempt;
      if (events.on_poll) events.on_poll(*poll);
    }
    if (cancel_.is_set()) login.cancel();
    tell_of_transition(login, events, state);
    auto step = login.step(clock_->steady_now());
    tell_of_transition(login, events, state);
    if (auto* send_now = std::get_if<DeviceLogin::Send>(&step)) {
      if (login.late_tokens() != nullptr && asked.is_stored &&
          asked.is_stored(*login.late_tokens())) {
        login.on_refused(make_error(Blame::user, ErrorCode::cancelled, Stage::revocation,
                                    "These tokens are stored."));
        continue;
      }
      auto result = send_for(login, exchange, std::move(send_now->request));
      // A cancel that came meanwhile wins, before the answer is looked at.
      if (cancel_.is_set()) login.cancel();
      tell_of_transition(login, events, state);
      feed(login, std::move(result));
      const Error* failed = login.start_failure();
      if (failed != nullptr) tell_of_retry(events, *failed, *login.next_start());
    } else if (const auto* wait = std::get_if<DeviceLogin::WaitUntil>(&step)) {
      waiter_->wait_until(wait->time, cancel_);
    } else {
      return login.take_outcome();
    }
  }
}

Client::Impl::Sent Client::Impl::send_for(const DeviceLogin& login, const Exchange& exchange,
                                          OAuthRequest request) {
  // What cleans up after a cancel must not be cancelled itself; it has a short timeout instead.
  const Cancel& cancel = request.stage == Stage::revocation ? Cancel::never() : cancel_;
  return send(exchange, std::move(request), login.redactor(), cancel);
}

void Client::Impl::feed(DeviceLogin& login, Sent result) {
  const SteadyTime now = clock_->steady_now();
  if (const auto* response = std::get_if<HttpResponse>(&result)) {
    server_date_ = date_of(*response);
    login.on_response(now, *response);
  } else if (const auto* failure = std::get_if<TransportFailure>(&result)) {
    login.on_failure(now, *failure);
  } else {
    login.on_refused(std::move(*std::get_if<Error>(&result)));
  }
}

Client::Client(Config config, Ports ports)
    : impl_(std::make_unique<Impl>(std::move(config), ports)) {}

Client::~Client() = default;

LoginOutcome Client::login(const LoginRequest& request, const LoginEvents& events,
                           const Cancel& cancel) {
  impl_->use(cancel);
  return impl_->login(request, events);
}

LoginOutcome Client::login(const LoginRequest& request,
                           std::function<void(const DeviceAuthorization&)> on_prompt) {
  LoginEvents events;
  events.on_prompt = std::move(on_prompt);
  return login(request, events);
}

Result<Metadata> Client::discover(const Cancel& cancel) {
  impl_->use(cancel);
  EndpointSet all;
  for (const EndpointName& name : kEndpointNames) all.push_back(name.member);
  return impl_->discover(all);
}

}  // namespace deviceflow
