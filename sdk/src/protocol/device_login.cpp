// The machine: turns times and responses into events, looks the event up in the table, and does
// what the cell says. No transition is decided here.
#include <algorithm>
#include <deviceflow/device_login.hpp>

#include "protocol/answer.hpp"

namespace deviceflow {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// A poll may outlive the codes by this much before the transport is told to give it up: a token
// that is on its way is still worth having.
constexpr milliseconds kGrace{5000};
// A cancelled login must be gone within a second, so its clean-up gets less.
constexpr milliseconds kRevocationTimeout{500};

ErrorCode code_of(TransportFailure::Kind kind) {
  switch (kind) {
    case TransportFailure::Kind::timeout: return ErrorCode::timeout;
    case TransportFailure::Kind::tls_handshake:
    case TransportFailure::Kind::tls_untrusted: return ErrorCode::tls;
    case TransportFailure::Kind::too_large: return ErrorCode::response_too_large;
    case TransportFailure::Kind::cancelled: return ErrorCode::cancelled;
    case TransportFailure::Kind::local: return ErrorCode::invalid_argument;
    default: return ErrorCode::network;
  }
}

// How often, and for how long at least, an endpoint must be missing until its address is held to be
// wrong: a server that restarts is missing for half a minute.
constexpr int kMostMissing = 3;
constexpr seconds kLeastMissing{60};

// Waiting can't fix an untrusted certificate, an oversized response, or this machine's own trouble.
bool is_passing(TransportFailure::Kind kind) {
  return kind != TransportFailure::Kind::tls_untrusted &&
         kind != TransportFailure::Kind::too_large && kind != TransportFailure::Kind::local;
}

Error cancelled_error(Stage stage) {
  return make_error(Blame::user, ErrorCode::cancelled, stage, "The sign-in was cancelled.");
}

Error cannot_resume(const char* why) {
  return make_error(
      Blame::user, ErrorCode::cannot_resume, Stage::store,
      std::string("The earlier sign-in can't be taken up again: ") + why + ". Start a new one.");
}

// What the server said in words.
std::string server_text(const Error& error) {
  if (error.oauth_code.empty() || error.description.empty()) {
    return error.oauth_code + error.description;
  }
  return error.oauth_code + ": " + error.description;
}

// An error that says no more than a status tells here which address is wrong.
void name_endpoint(std::string_view what, const std::string& url, const Redactor& redactor,
                   Error& error) {
  error.message = "There is no " + std::string(what) + " at " + redactor.clean(url) +
                  " (HTTP status " + std::to_string(error.http_status.value_or(0)) +
                  "). Check its address.";
  error.retryable = false;
}

}  // namespace

OAuthRequest make_login_revocation_request(const std::string& endpoint, const TokenSet& tokens) {
  // Revoking the refresh token ends the access tokens as well (RFC 7009 section 2.1).
  const bool lasting = !tokens.refresh_token.empty();
  OAuthRequest request =
      make_revocation_request(endpoint, lasting ? tokens.refresh_token : tokens.access_token,
                              lasting ? TokenHint::refresh_token : TokenHint::access_token);
  request.timeout = kRevocationTimeout;
  return request;
}

Error error_from(const TransportFailure& failure, Stage stage) {
  const ErrorCode code = code_of(failure.kind);
  Blame blame = Blame::network;
  if (code == ErrorCode::response_too_large) blame = Blame::protocol;
  if (code == ErrorCode::invalid_argument) blame = Blame::caller;
  if (code == ErrorCode::cancelled) blame = Blame::user;
  Error error = make_error(blame, code, stage, failure.message);
  error.reason = failure.reason.empty() ? std::string(name(failure.kind)) : failure.reason;
  error.details = failure.details;
  error.retryable = blame == Blame::network && is_passing(failure.kind);
  return error;
}

// What comes with an event.
struct DeviceLogin::Input {
  LoginEvent event;
  std::optional<Error> error;
  std::optional<DeviceAuthorization> codes;
  std::vector<TokenSet> tokens;
  std::optional<seconds> interval;
  std::optional<seconds> retry_after;
  std::optional<SteadyTime> next_start;
  std::string reason;
  bool refused = false;  // the connection was, with nothing sent

  explicit Input(LoginEvent what) : event(what) {}
  Input(LoginEvent what, Error why) : event(what), error(std::move(why)) {}
};

std::string_view name(PollReport::Result result) noexcept {
  switch (result) {
    case PollReport::Result::authorization_pending: return "authorization_pending";
    case PollReport::Result::slow_down: return "slow_down";
    case PollReport::Result::retry: return "retry";
  }
  return "unknown";
}

DeviceLogin::DeviceLogin(DeviceLoginOptions options) : options_(std::move(options)) {
  options_.redactor.add(options_.code_verifier);
}

Result<DeviceLogin> DeviceLogin::restore(DeviceLoginOptions options, const PendingLogin& pending,
                                         SteadyTime now, std::optional<WallTime> wall) {
  if (!wall) return cannot_resume("this device does not know the time");
  if (*wall < pending.taken_at) return cannot_resume("this device's clock was set back");
  if (*wall >= pending.expires_at) return cannot_resume("its code has expired");
  const auto shown = check_verification_uri(pending.verification_uri, options.sandbox);
  if (!shown.ok()) return shown.error();
  if (pending.verification_uri_complete) {
    const auto good = check_verification_uri(*pending.verification_uri_complete, options.sandbox);
    if (!good.ok()) return good.error();
  }
  options.code_verifier = pending.code_verifier;
  options.request.scope = pending.scope;
  DeviceLogin login(std::move(options));
  Input input(LoginEvent::codes);
  input.codes = DeviceAuthorization{pending.device_code,
                                    pending.user_code,
                                    pending.verification_uri,
                                    pending.verification_uri_complete,
                                    pending.expires_at - *wall,
                                    pending.interval,
                                    {}};
  login.apply(now, std::move(input));
  return login;
}

Result<PendingLogin> DeviceLogin::snapshot(SteadyTime now, std::optional<WallTime> wall) const {
  if (!codes_ || now >= expires_at()) return cannot_resume("it is not waiting for anybody");
  if (!wall) return cannot_resume("this device does not know the time");
  PendingLogin out;
  out.device_code = codes_->device_code;
  out.user_code = codes_->user_code;
  out.verification_uri = codes_->verification_uri;
  out.verification_uri_complete = codes_->verification_uri_complete;
  out.interval = interval();
  out.taken_at = *wall;
  out.expires_at = *wall + std::chrono::floor<seconds>(expires_at() - now);
  out.scope = options_.request.scope;
  out.code_verifier = options_.code_verifier;
  return out;
}

const DeviceAuthorization* DeviceLogin::codes() const noexcept {
  return codes_ ? &*codes_ : nullptr;
}

SteadyTime DeviceLogin::expires_at() const noexcept {
  return schedule_ ? schedule_->expires_at() : kNever;
}

seconds DeviceLogin::interval() const noexcept {
  return schedule_ ? schedule_->interval() : seconds(0);
}

std::optional<SteadyTime> DeviceLogin::next_poll() const noexcept {
  if (state_ != LoginState::waiting || wake_at_ == kNever) return std::nullopt;
  return wake_at_;
}

const Error* DeviceLogin::start_failure() const noexcept {
  return state_ == LoginState::restarting && start_failure_ ? &*start_failure_ : nullptr;
}

std::optional<SteadyTime> DeviceLogin::next_start() const noexcept {
  if (state_ != LoginState::restarting) return std::nullopt;
  return wake_at_;
}

LoginOutcome DeviceLogin::take_outcome() {
  if (!outcome_) detail::result_misused("take_outcome() of a login that is not finished");
  LoginOutcome out = std::move(*outcome_);
  *outcome_ = LoginOutcome{cancelled_error(Stage::token), {}, {}};
  return out;
}

DeviceLogin::Step DeviceLogin::step(SteadyTime now) {
  switch (state_) {
    case LoginState::ready: apply(now, Input(LoginEvent::due)); break;
    case LoginState::restarting:
      if (now >= wake_at_) apply(now, Input(LoginEvent::due));
      break;
    case LoginState::waiting:
    case LoginState::repeating:
      if (now >= schedule_->expires_at()) {
        apply(now, Input(LoginEvent::expired));
      } else if (now >= wake_at_ || state_ == LoginState::repeating) {
        apply(now, Input(LoginEvent::due));
      }
      break;
    default: break;
  }
  if (!request_made_) {
    if (state_ == LoginState::authorizing) return send_start(now);
    if (state_ == LoginState::polling) return send_poll(now);
    if (state_ == LoginState::revoking) return send_revocation();
  }
  if (state_ == LoginState::waiting) return WaitUntil{std::min(wake_at_, expires_at())};
  if (state_ == LoginState::restarting) return WaitUntil{wake_at_};
  if (outcome() != nullptr) return Finished{outcome()};
  return WaitUntil{kNever};
}

DeviceLogin::Step DeviceLogin::send_start(SteadyTime now) {
  auto request = make_device_authorization_request(options_.request);
  if (!request.ok()) {
    on_refused(request.error());
    return Finished{outcome()};
  }
  request->timeout = start_->timeout(now);
  request_made_ = true;
  sent_at_ = now;
  return Send{std::move(*request)};
}

DeviceLogin::Step DeviceLogin::send_poll(SteadyTime now) {
  OAuthRequest request =
      make_device_token_request(options_.token_endpoint, codes_->device_code,
                                {options_.code_verifier, options_.request.resources,
                                 options_.request.scope, codes_->user_code});
  request.timeout = expires_at() - now + kGrace;
  request_made_ = true;
  sent_at_ = now;
  return Send{std::move(request)};
}

DeviceLogin::Step DeviceLogin::send_revocation() {
  request_made_ = true;
  return Send{make_login_revocation_request(options_.revocation_endpoint, late_tokens_.back())};
}

void DeviceLogin::on_response(SteadyTime now, const HttpResponse& response) {
  if (!request_made_) return;
  switch (state_) {
    case LoginState::authorizing: read_start(now, response); break;
    case LoginState::polling:
    case LoginState::cancelling: read_poll(now, response); break;
    case LoginState::revoking: settle(now); break;
    default: break;
  }
}

// One after the other.
void DeviceLogin::settle(SteadyTime now) {
  late_tokens_.pop_back();
  request_made_ = false;
  if (late_tokens_.empty()) apply(now, Input(LoginEvent::settled));
}

void DeviceLogin::read_start(SteadyTime now, const HttpResponse& response) {
  auto codes = read_device_authorization_response(response, options_.sandbox, options_.redactor);
  if (!codes.ok()) {
    const bool again = codes.error().oauth_code == "use_dpop_nonce" && !nonce_repeated_;
    Error error = codes.error();
    if (error.code == ErrorCode::invalid_response && is_missing(response.status)) {
      name_endpoint("device authorization endpoint", options_.request.endpoint, options_.redactor,
                    error);
    }
    Input input(again ? LoginEvent::nonce : LoginEvent::final_error, std::move(error));
    if (response.status == 429 || response.status == 503) {
      input.next_start = start_->next_try(now, retry_after(response));
    }
    if (input.next_start) input.event = LoginEvent::not_sent;
    apply(now, std::move(input));
    return;
  }
  Input input(LoginEvent::codes);
  input.codes = std::move(*codes);
  apply(now, std::move(input));
}

bool DeviceLogin::is_wrong_endpoint(SteadyTime now, const TokenAnswer& answer) {
  const bool fault = answer.kind == TokenAnswer::Kind::passing_fault;
  const bool oauth = answer.error && !answer.error->oauth_code.empty();
  if (!fault || oauth) endpoint_found_ = true;
  if (!fault || oauth || endpoint_found_ || !is_missing(answer.error->http_status.value_or(0))) {
    missing_ = 0;
    return false;
  }
  if (missing_ == 0) missing_since_ = now;
  ++missing_;
  return missing_ >= kMostMissing && now - missing_since_ >= kLeastMissing;
}

void DeviceLogin::read_poll(SteadyTime now, const HttpResponse& response) {
  using Kind = TokenAnswer::Kind;
  TokenAnswer answer = read_token_response(response, options_.redactor, options_.dpop);
  quirks_.add(answer.quirks);
  if (answer.date) schedule_->on_date(now, *answer.date);
  const bool wrong_endpoint = is_wrong_endpoint(now, answer);
  const bool revocable = !options_.revocation_endpoint.empty();
  LoginEvent event = LoginEvent::final_error;
  switch (answer.kind) {
    case Kind::tokens:
      // After a cancel a token is only worth an event if it can be revoked.
      if (state_ == LoginState::polling || revocable) event = LoginEvent::tokens;
      break;
    case Kind::pending: event = LoginEvent::pending; break;
    case Kind::slow_down: event = LoginEvent::slow_down; break;
    case Kind::passing_fault:
      if (!wrong_endpoint) event = LoginEvent::fault;
      break;
    case Kind::expired: event = LoginEvent::expired; break;
    case Kind::nonce_demanded:
      if (!nonce_repeated_) event = LoginEvent::nonce;
      break;
    case Kind::denied: break;
    case Kind::refused:
      if (answer.lost_tokens.empty() || !revocable) break;
      // After a cancel nobody uses any tokens, readable or not.
      event = state_ == LoginState::polling ? LoginEvent::lost_tokens : LoginEvent::tokens;
      break;
  }
  Input input(event);
  input.error = std::move(answer.error);
  if (wrong_endpoint) {
    name_endpoint("token endpoint", options_.token_endpoint, options_.redactor, *input.error);
  }
  input.tokens = std::move(answer.lost_tokens);
  if (answer.tokens) input.tokens.push_back(std::move(*answer.tokens));
  input.interval = answer.interval;
  input.retry_after = answer.retry_after;
  input.reason = std::move(answer.reason);
  apply(now, std::move(input));
}

void DeviceLogin::on_failure(SteadyTime now, const TransportFailure& failure) {
  if (!request_made_) return;
  if (failure.kind == TransportFailure::Kind::cancelled && state_ != LoginState::revoking) cancel();
  switch (state_) {
    case LoginState::authorizing: {
      Input input(LoginEvent::final_error, error_from(failure, Stage::device_authorization));
      if (failure.nothing_sent && is_passing(failure.kind)) {
        input.next_start = start_->next_try(now);
      }
      if (input.next_start) input.event = LoginEvent::not_sent;
      apply(now, std::move(input));
      break;
    }
    case LoginState::polling:
    case LoginState::cancelling: {
      missing_ = 0;
      const bool passing = is_passing(failure.kind);
      Input input(passing ? LoginEvent::fault : LoginEvent::final_error,
                  error_from(failure, Stage::token));
      input.reason = name(failure.kind);
      input.refused = failure.kind == TransportFailure::Kind::refused && failure.nothing_sent;
      apply(now, std::move(input));
      break;
    }
    case LoginState::revoking: settle(now); break;
    default: break;
  }
}

void DeviceLogin::on_refused(Error error) {
  if (state_ == LoginState::revoking) return settle({});
  apply({}, Input(LoginEvent::final_error, scrubbed(std::move(error), options_.redactor)));
}

void DeviceLogin::cancel() {
  apply({}, Input(LoginEvent::cancel));
}

void DeviceLogin::apply(SteadyTime now, Input input) {
  const LoginTransition cell = transition(state_, input.event);
  if (cell.next == state_ && cell.action == LoginAction::ignore) return;
  const Stage stage =
      state_ == LoginState::polling || codes_ ? Stage::token : Stage::device_authorization;
  // A cancelled poll's answer is still awaited; everything else starts its next state afresh.
  if (cell.next != LoginState::cancelling) request_made_ = false;
  state_ = cell.next;
  last_event_ = cell.event;
  switch (cell.action) {
    case LoginAction::ignore: break;
    case LoginAction::repeat:
      nonce_repeated_ = true;
      wake_at_ = now;
      start_failure_.reset();
      break;
    case LoginAction::request_codes:
      if (!start_) start_.emplace(now, options_.start_deadline);
      break;
    case LoginAction::start_later:
      wake_at_ = *input.next_start;
      start_failure_ = std::move(input.error);
      break;
    case LoginAction::show_codes: show_codes(now, std::move(*input.codes)); break;
    case LoginAction::poll:
      if (!nonce_repeated_) ++attempts_;
      break;
    case LoginAction::keep_pace:
      last_failure_.clear();
      schedule_->on_answer();
      report_poll(PollReport::Result::authorization_pending, {}, now, input);
      break;
    case LoginAction::slow_down:
      last_failure_.clear();
      schedule_->on_slow_down(input.interval, !nonce_repeated_, quirks_);
      report_poll(PollReport::Result::slow_down, {}, now, input);
      break;
    case LoginAction::back_off:
      schedule_->on_fault(input.refused);
      last_failure_ = input.reason;
      report_poll(PollReport::Result::retry, input.reason, now, input);
      break;
    case LoginAction::finish:
      if (cell.event == LoginEvent::tokens) return finish(std::move(input.tokens.front()));
      if (input.error) return finish(std::move(*input.error));
      finish(make_error(Blame::user, ErrorCode::expired_token, Stage::token,
                        "The code is no longer valid. Ask for a new one."));
      break;
    case LoginAction::discard:
      if (!outcome_) finish(cancelled_error(stage));
      break;
    case LoginAction::revoke:
      if (!outcome_) finish(std::move(*input.error));  // a cancel has set it already
      for (const TokenSet& tokens : input.tokens) {
        options_.redactor.add(tokens.access_token);
        options_.redactor.add(tokens.refresh_token);
      }
      late_tokens_ = std::move(input.tokens);
      break;
  }
}

void DeviceLogin::show_codes(SteadyTime now, DeviceAuthorization codes) {
  options_.redactor.add(codes.device_code);
  quirks_.add(codes.quirks);
  start_failure_.reset();
  nonce_repeated_ = false;
  schedule_.emplace(options_.policy, codes.interval, codes.expires_in, now, options_.seed);
  wake_at_ = schedule_->next_poll(now, std::nullopt).value_or(kNever);
  codes_ = std::move(codes);
}

void DeviceLogin::report_poll(PollReport::Result result, std::string reason, SteadyTime now,
                              const Input& input) {
  const auto next = schedule_->next_poll(now, input.retry_after);
  wake_at_ = next.value_or(kNever);
  nonce_repeated_ = false;
  if (schedule_->drifts()) quirks_.add(Quirk::clock_drift);
  report_ = PollReport{attempts_, result, std::move(reason), next};
  if (next) report_->next_in = *next - now;
  if (result != PollReport::Result::retry) return;
  report_->server_text = server_text(*input.error);
  report_->check_endpoint = missing_ > 0;
}

void DeviceLogin::finish(Error error) {
  const bool expired = error.code == ErrorCode::expired_token;
  if (expired && !last_failure_.empty() && error.description.empty()) {
    error.description = report_->server_text;
  }
  outcome_ = std::make_unique<LoginOutcome>(
      LoginOutcome{std::move(error), quirks_, expired ? last_failure_ : std::string()});
  codes_.reset();
}

void DeviceLogin::finish(TokenSet tokens) {
  options_.redactor.add(tokens.access_token);
  options_.redactor.add(tokens.refresh_token);
  options_.redactor.add(tokens.id_token);
  if (tokens.expires_in) tokens.expires_at = sent_at_ + *tokens.expires_in;
  outcome_ = std::make_unique<LoginOutcome>(LoginOutcome{std::move(tokens), quirks_, {}});
  codes_.reset();
}

}  // namespace deviceflow
