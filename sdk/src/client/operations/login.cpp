#include <cstring>
#include <deviceflow/platform.hpp>
#include <utility>

#include "client/client_identity.hpp"
#include "client/operations.hpp"
#include "foundation/ascii.hpp"
#include "protocol/answer.hpp"
#include "protocol/pkce.hpp"
#include "protocol/proof.hpp"

namespace deviceflow {

namespace {

using std::chrono::seconds;

EndpointSet login_endpoints() {
  return {&Endpoints::device_authorization, &Endpoints::token};
}

std::uint64_t seed_of(const RandomBytes& bytes) {
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

// The metadata, the login itself, and the check of its ID token.
class Login final : public LoginOperation {
 public:
  Login(std::shared_ptr<Server> server, LoginRequest request, LoginEvents events)
      : LoginOperation(std::move(server)), asked_(std::move(request)), events_(std::move(events)) {}

 private:
  const DeviceLogin* login() const override { return login_ ? &*login_ : nullptr; }

  void begin() override {
    start_ = StartSchedule(now().steady, asked_.start_deadline);
    wanted_ = login_endpoints();
    if (missing_scopes("openid", asked_.scope).empty()) wanted_.push_back(&Endpoints::jwks_uri);
    wanted_ = server_.unnamed(std::move(wanted_));
    if (wanted_.empty()) return authenticate();
    if (!server_.config.issuer.empty()) return look_up();
    if (names_all(server_.config.endpoints, login_endpoints())) return authenticate();
    fail(make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                    "There is nowhere to sign in: give an issuer, or both the device "
                    "authorization endpoint and the token endpoint."));
  }

  void fail(Error error) { finish({std::move(error), {}, {}}); }

  // ---- Metadata. A GET is safe to repeat, whatever became of the last one. ----

  void look_up() {
    discover(wanted_, start_, [this](Result<Metadata> metadata) {
      if (metadata.ok()) server_.adopt(*metadata);
      const bool enough = names_all(server_.config.endpoints, login_endpoints());
      if (metadata.ok() && server_.learned->gap_problem && !enough) {
        metadata = *server_.learned->gap_problem;
      }
      if (metadata.ok() && enough) return authenticate();
      if (metadata.ok()) return fail(not_named());
      look_up_later(metadata.error());
    });
  }

  void look_up_later(Error error) {
    const auto next = error.retryable ? start_.next_try(now().steady) : std::nullopt;
    if (!next) return fail(std::move(error));
    if (cancelled()) return give_up();
    tell_of_retry(error, *next);
    wait(*next, [this] { cancelled() ? give_up() : look_up(); });
  }

  void give_up() {
    fail(make_error(Blame::user, ErrorCode::cancelled, Stage::discovery,
                    "The sign-in was cancelled."));
  }

  Error not_named() const {
    return make_error(Blame::server, ErrorCode::device_flow_not_supported, Stage::discovery,
                      "The server's metadata do not name the device authorization endpoint and the "
                      "token endpoint (RFC 8628 section 4)." +
                          server_.left_out() +
                          " Ask the server's operator, or name them yourself.");
  }

  // ---- The login ----

  void authenticate() {
    if (asked_.resume != nullptr) server_.use_dpop_key(asked_.resume->dpop_key);
    use_client([this](Result<Exchange> exchange) {
      if (!exchange.ok()) return fail(exchange.error());
      exchange_ = std::move(*exchange);
      // Before a code is shown that could not be polled for.
      if (server_.dpop && !now().wall) return fail(time_unknown(Stage::usage, "DPoP"));
      if (asked_.resume == nullptr) {
        login_.emplace(options());
        return advance();
      }
      auto restored = DeviceLogin::restore(options(), *asked_.resume, now().steady, now().wall);
      if (!restored.ok()) return fail(restored.error());
      login_.emplace(std::move(*restored));
      advance();
    });
  }

  DeviceLoginOptions options() {
    const Config& config = server_.config;
    DeviceLoginOptions out;
    out.request.endpoint = config.endpoints.device_authorization;
    out.request.scope = asked_.scope;
    out.request.extra = asked_.extra;
    out.request.resources = asked_.resources;
    out.request.authorization_details = asked_.authorization_details;
    if (config.pkce) {
      Pkce pkce = make_pkce(now().random->bytes(), openssl_hash);
      out.request.code_challenge = std::move(pkce.challenge);
      out.code_verifier = std::move(pkce.verifier);
    }
    out.token_endpoint = config.endpoints.token;
    out.dpop = config.dpop;
    out.revocation_endpoint = config.endpoints.revocation;
    out.start_deadline = start_.left(now().steady);
    out.sandbox = config.provider && config.provider->sandbox;
    out.seed = seed_of(now().random->bytes());
    out.redactor = server_.redactor;
    return out;
  }

  void on_cancel() override {
    if (login_) login_->cancel();
  }

  void advance() {
    tell();
    if (cancelled()) login_->cancel();
    tell_of_transition();
    auto step = login_->step(now().steady);
    tell_of_transition();
    if (auto* next = std::get_if<DeviceLogin::Send>(&step)) return ask(std::move(next->request));
    if (const auto* next = std::get_if<DeviceLogin::WaitUntil>(&step)) {
      return wait(next->time, [this] { advance(); });
    }
    result_ = std::make_unique<LoginOutcome>(login_->take_outcome());
    settle();
  }

  void ask(OAuthRequest request) {
    if (login_->late_tokens() != nullptr && is_stored(*login_->late_tokens())) {
      login_->on_refused(make_error(Blame::user, ErrorCode::cancelled, Stage::revocation,
                                    "These tokens are stored."));
      return advance();
    }
    const bool cleans_up = request.stage == Stage::revocation;
    send(
        exchange_, std::move(request), login_->redactor(),
        [this](Sent sent) { receive(std::move(sent)); }, cleans_up);
  }

  void receive(Sent sent) {
    tell_of_transition();
    const SteadyTime at = now().steady;
    if (const auto* response = std::get_if<HttpResponse>(&sent)) {
      server_date_ = date_of(*response);
      login_->on_response(at, *response);
    } else if (const auto* failure = std::get_if<TransportFailure>(&sent)) {
      login_->on_failure(at, *failure);
    } else {
      login_->on_refused(std::move(*std::get_if<Error>(&sent)));
    }
    const Error* failed = login_->start_failure();
    if (failed != nullptr) tell_of_retry(*failed, *login_->next_start());
    advance();
  }

  bool is_stored(const TokenSet& tokens) const {
    return asked_.is_stored && asked_.is_stored(tokens);
  }

  // ---- What it came to ----

  void settle() {
    if (!result_->tokens.ok()) return end();
    const TokenSet& tokens = *result_->tokens;
    server_.take_secrets(tokens);
    if (server_.dpop) server_.tokens_are_bound = ascii::same(tokens.token_type, "DPoP");
    IdTokenKeeper::Question question;
    question.scope = asked_.scope;
    question.server_date = server_date_;
    check_id_token(tokens, std::move(question),
                   [this](IdTokenKeeper::Verdict verdict) { settle(std::move(verdict)); });
  }

  void settle(IdTokenKeeper::Verdict verdict) {
    result_->quirks.add(server_.id_tokens.quirks());
    result_->id_token_claims = std::move(verdict.claims);
    const bool given_up = verdict.problem && verdict.problem->code == ErrorCode::cancelled;
    if (!verdict.disbelieved && !given_up) {
      result_->id_token_problem = std::move(verdict.problem);
      return end();
    }
    const TokenSet& tokens = *result_->tokens;
    const bool stored = is_stored(tokens);
    OAuthRequest revocation =
        make_login_revocation_request(server_.config.endpoints.revocation, tokens);
    result_->tokens = std::move(*verdict.problem);
    if (revocation.url.empty() || stored) return end();
    send(
        exchange_, std::move(revocation), server_.redactor, [this](Sent) { end(); }, true);
  }

  void end() {
    const Metadata* metadata = server_.metadata();
    if (!result_->tokens.ok()) {
      result_->tokens = with_listed_methods(result_->tokens.error(), metadata, server_.redactor);
    }
    if (metadata != nullptr) {
      result_->quirks.add(metadata->quirks);
      if (!metadata->lists_device_grant()) result_->quirks.add(Quirk::grant_not_listed);
    }
    finish(std::move(*result_));
  }

  // ---- What the caller hears of it ----

  void tell() {
    tell_of_transition();
    if (login_->codes() == nullptr) return;
    if (!std::exchange(prompted_, true) && events_.on_prompt) events_.on_prompt(*login_->codes());
    tell_of_pending();
    const PollReport* poll = login_->last_poll();
    if (poll == nullptr || poll->attempt == reported_) return;
    reported_ = poll->attempt;
    if (events_.on_poll) events_.on_poll(*poll);
  }

  void tell_of_pending() {
    if (!events_.on_pending || login_->interval() == told_) return;
    auto pending = login_->snapshot(now().steady, now().wall);
    if (!pending.ok()) return;
    pending->dpop_key = server_.dpop_key();
    told_ = login_->interval();
    events_.on_pending(*pending);
  }

  void tell_of_retry(const Error& error, SteadyTime next) const {
    if (events_.on_start_retry) events_.on_start_retry(error, next - now().steady);
  }

  void tell_of_transition() {
    const LoginState before = std::exchange(state_, login_->state());
    if (!events_.on_transition || before == state_) return;
    LoginTransition last = transition(before, login_->last_event());
    // A request that can't be made ends the login in the step that would hand it out.
    if (last.next != state_) {
      const LoginTransition first = transition(before, LoginEvent::due);
      events_.on_transition(first);
      last = transition(first.next, login_->last_event());
    }
    events_.on_transition(last);
  }

  LoginRequest asked_;
  LoginEvents events_;
  StartSchedule start_;
  EndpointSet wanted_;
  Exchange exchange_;
  std::optional<DeviceLogin> login_;
  std::optional<WallTime> server_date_;   // of the last response
  std::unique_ptr<LoginOutcome> result_;  // until its ID token is checked
  bool prompted_ = false;
  int reported_ = 0;
  LoginState state_ = LoginState::ready;  // that was told last
  seconds told_{0};                       // the interval of the last snapshot
};

}  // namespace

std::unique_ptr<LoginOperation> make_login(std::shared_ptr<Server> server, LoginRequest request,
                                           LoginEvents events) {
  return std::make_unique<Login>(std::move(server), std::move(request), std::move(events));
}

}  // namespace deviceflow
