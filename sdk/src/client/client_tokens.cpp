#include <deviceflow/platform.hpp>

#include "client/client_identity.hpp"
#include "client/client_impl.hpp"
#include "foundation/ascii.hpp"
#include "protocol/answer.hpp"
#include "protocol/claims.hpp"
#include "protocol/id_token.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"
#include "protocol/signed_responses.hpp"

namespace deviceflow {

namespace {

Error argument_error(Stage stage, std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, stage, std::move(message));
}

}  // namespace

Result<std::string> Client::Impl::find_endpoint(std::string Endpoints::*which, Stage stage) {
  const auto found = find({which});
  if (!found.ok()) return found.error();
  const std::string& endpoint = config_.endpoints.*which;
  if (!endpoint.empty()) return endpoint;
  return make_error(Blame::caller, ErrorCode::not_possible, stage,
                    "There is no " + std::string(name(stage)) +
                        " endpoint: the provider names none, and none was given." + left_out());
}

Result<Jwks> Client::Impl::keys() {
  const auto found = find({&Endpoints::jwks_uri});
  if (!found.ok()) return found.error();
  if (config_.endpoints.jwks_uri.empty()) {
    return make_error(Blame::caller, ErrorCode::not_possible, Stage::id_token,
                      "The address of the provider's keys (jwks_uri) is not known.");
  }
  return fetch_keys(config_.endpoints.jwks_uri);
}

// Of a signed response that is no ID token. `invalid` is the error if the issuer's key can't be
// used.
Result<SignatureCheck> Client::Impl::check_signature(const Jwt& jwt,
                                                     const IdTokenKeeper::Question& question,
                                                     Stage stage, ErrorCode invalid) {
  auto signature = id_tokens_.check_signature(jwt, question, key_fetcher());
  if (signature.ok()) return signature;
  Error error = signature.error();
  error.stage = stage;
  if (error.code == ErrorCode::id_token_invalid) {
    error.code = invalid;
    error.message = "The signed response can't be checked: the issuer's key can't be used.";
  }
  return error;
}

Result<Introspection> Client::Impl::read_signed(const HttpResponse& response, const Secret& token,
                                                const Redactor& redactor,
                                                const IntrospectionOptions& options) {
  const auto jwt = read_signed_introspection_response(response, redactor);
  if (!jwt.ok()) return jwt.error();
  const IdTokenKeeper::Question question = complete({});
  const auto signature =
      check_signature(*jwt, question, Stage::introspection, ErrorCode::introspection_invalid);
  if (!signature.ok()) return signature.error();
  SignedIntrospectionExpectations expected;
  expected.issuer = question.issuer;
  expected.audience = options.audience.empty() ? config_.client_id : options.audience;
  const auto asked_about = parse_jwt(token.reveal());
  if (asked_about.ok()) expected.token_id = text_claim(asked_about->claims, "jti").value_or("");
  return check_signed_introspection(*jwt, *signature, expected, question.wall, date_of(response));
}

Result<Introspection> Client::Impl::introspect(const Secret& token,
                                               const IntrospectionOptions& how) {
  constexpr Stage stage = Stage::introspection;
  Redactor redactor = redactor_;
  redactor.add(token);
  if (token.empty()) return argument_error(stage, "There is no token to ask about.");
  const auto endpoint = find_endpoint(&Endpoints::introspection, stage);
  if (!endpoint.ok()) return endpoint.error();
  if (how.form == IntrospectionForm::signed_jwt) {
    const auto found = find({&Endpoints::jwks_uri});
    if (!found.ok()) return found.error();
    if (config_.issuer.empty() || config_.endpoints.jwks_uri.empty()) {
      return make_error(Blame::caller, ErrorCode::not_possible, stage,
                        "A signed response could not be checked: the issuer or its keys "
                        "(jwks_uri) are not known.");
    }
  }
  Exchange exchange;
  const bool own_credentials = how.credentials == nullptr;
  if (how.credentials) {
    how.credentials->reveal_to(redactor);
    Exchange::Options options = exchange_options();
    options.authenticator = how.credentials;
    exchange = Exchange(std::move(options));
  } else if (!has_credentials(config_)) {
    return make_error(Blame::caller, ErrorCode::not_possible, stage,
                      "Introspection needs credentials (RFC 7662 section 2.1), and a public client "
                      "has none. Give an account or a client that may ask, or ask without "
                      "credentials explicitly.");
  } else {
    auto own = client_exchange();
    if (!own.ok()) return own.error();
    exchange = std::move(*own);
  }
  auto result =
      send(exchange, make_introspection_request(*endpoint, token, how.form), redactor, cancel_);
  if (auto* error = std::get_if<Error>(&result)) return std::move(*error);
  if (const auto* failure = std::get_if<TransportFailure>(&result)) {
    return error_from(*failure, stage);
  }
  const HttpResponse& response = *std::get_if<HttpResponse>(&result);
  auto answer = how.form == IntrospectionForm::signed_jwt
                    ? read_signed(response, token, redactor, how)
                    : read_introspection_response(response, redactor);
  if (answer.ok() || !own_credentials) return answer;
  return with_listed_methods(answer.error(), known_metadata(), redactor);
}

Result<UserInfo> Client::Impl::read_userinfo(const HttpResponse& response,
                                             std::optional<std::string_view> expected_subject,
                                             const Redactor& redactor) {
  if (!is_userinfo_jwt(response)) {
    return read_userinfo_response(response, expected_subject, redactor);
  }
  const auto jwt = read_userinfo_jwt(response);
  if (!jwt.ok()) return jwt.error();
  const auto found = find({&Endpoints::jwks_uri});
  if (!found.ok()) return found.error();
  if (config_.issuer.empty() || config_.endpoints.jwks_uri.empty()) {
    return make_error(Blame::caller, ErrorCode::not_possible, Stage::userinfo,
                      "The UserInfo response is signed and can't be checked: the issuer or its "
                      "keys (jwks_uri) are not known.");
  }
  const IdTokenKeeper::Question question = complete({});
  const auto signature =
      check_signature(*jwt, question, Stage::userinfo, ErrorCode::userinfo_invalid);
  if (!signature.ok()) return signature.error();
  UserInfoExpectations expected;
  expected.issuer = question.issuer;
  expected.client_id = config_.client_id;
  expected.subject = expected_subject;
  return check_userinfo_jwt(*jwt, *signature, expected, question.wall, date_of(response));
}

Result<UserInfo> Client::Impl::userinfo(const Secret& access_token,
                                        std::optional<std::string_view> expected_subject) {
  constexpr Stage stage = Stage::userinfo;
  Redactor redactor = redactor_;
  redactor.add(access_token);
  if (access_token.empty()) return argument_error(stage, "There is no access token to ask with.");
  const auto endpoint = find_endpoint(&Endpoints::userinfo, stage);
  if (!endpoint.ok()) return endpoint.error();
  const auto ready = ready_dpop();
  if (!ready.ok()) return ready.error();
  Exchange::Options options = exchange_options();
  if (dpop_ && tokens_are_bound_) options.authenticator = make_dpop_access(dpop_, access_token);
  const Exchange exchange(std::move(options));
  for (bool again = true;; again = false) {
    auto result = send(exchange, make_userinfo_request(*endpoint, access_token), redactor, cancel_);
    if (auto* error = std::get_if<Error>(&result)) return std::move(*error);
    if (const auto* failure = std::get_if<TransportFailure>(&result)) {
      return error_from(*failure, stage);
    }
    const HttpResponse& response = *std::get_if<HttpResponse>(&result);
    if (again && exchange.authenticator() != nullptr && demands_dpop_nonce(response)) continue;
    return read_userinfo(response, expected_subject, redactor);
  }
}

void Client::Impl::settle_id_token(RefreshOutcome& outcome, IdTokenKeeper::Question question) {
  auto verdict = check_id_token(*outcome.tokens, std::move(question));
  outcome.quirks.add(id_tokens_.quirks());
  outcome.id_token_claims = std::move(verdict.claims);
  if (!verdict.disbelieved) {
    outcome.id_token_problem = std::move(verdict.problem);
    return;
  }
  outcome.tokens = std::move(*verdict.problem);
  outcome.maybe_spent = true;
}

Result<Client::Refresher> Client::Impl::prepare_refresh() {
  const auto found = find({&Endpoints::token});
  if (!found.ok()) return found.error();
  auto exchange = client_exchange();
  if (!exchange.ok()) return exchange.error();
  return Refresher{config_.endpoints.token, std::move(*exchange)};
}

RefreshOutcome Client::Impl::refresh(const Refresher& refresher, const StoredLogin& login) {
  const auto failed = [](Error error) {
    return RefreshOutcome{std::move(error), false, std::nullopt, {}};
  };
  RefreshParameters parameters;
  parameters.token_endpoint = refresher.token_endpoint;
  parameters.refresh_token = login.tokens.refresh_token;
  parameters.granted_scope = login.tokens.scope.value_or("");
  parameters.resources = login.resources;
  parameters.token_type = login.tokens.token_type;
  parameters.dpop = config_.dpop;
  Redactor redactor = redactor_;
  redactor.add(parameters.refresh_token);
  for (bool repeated = false;; repeated = true) {
    auto request = make_refresh_request(parameters);
    if (!request.ok()) return failed(request.error());
    const SteadyTime sent_at = clock_->steady_now();
    auto result = send(refresher.exchange, std::move(*request), redactor, cancel_);
    if (auto* error = std::get_if<Error>(&result)) return failed(std::move(*error));
    if (const auto* failure = std::get_if<TransportFailure>(&result)) {
      return {error_from(*failure, Stage::refresh), !failure->nothing_sent, std::nullopt, {}};
    }
    const HttpResponse& response = *std::get_if<HttpResponse>(&result);
    auto answer = read_refresh_response(response, parameters, redactor);
    if (answer.kind == RefreshAnswer::Kind::nonce_demanded && !repeated) continue;
    if (!answer.tokens) {
      redactor_.add(answer.refresh_token);
      RefreshOutcome outcome{
          with_listed_methods(std::move(*answer.error), known_metadata(), redactor),
          answer.maybe_spent, answer.retry_after, std::move(answer.quirks)};
      outcome.session_over = answer.kind == RefreshAnswer::Kind::session_over;
      outcome.refresh_token = std::move(answer.refresh_token);
      return outcome;
    }
    TokenSet& tokens = *answer.tokens;
    take_secrets(tokens);
    redactor_.add(parameters.refresh_token);
    if (tokens.expires_in) tokens.expires_at = sent_at + *tokens.expires_in;
    if (dpop_) tokens_are_bound_ = ascii::same(tokens.token_type, "DPoP");
    RefreshOutcome outcome{std::move(tokens), false, std::nullopt, std::move(answer.quirks)};
    IdTokenKeeper::Question question;
    question.subject = login.subject;
    const auto before = parse_jwt(login.tokens.id_token.reveal());
    if (before.ok()) question.newer_than = time_claim(before->claims, "iat");
    question.server_date = date_of(response);
    question.renewal = true;
    settle_id_token(outcome, std::move(question));
    return outcome;
  }
}

void Client::Impl::continue_login(const StoredLogin& login) {
  const bool bound = ascii::same(login.tokens.token_type, "DPoP");
  if (config_.dpop == DpopMode::off && bound) config_.dpop = DpopMode::prefer;
  if (config_.dpop != DpopMode::require) tokens_are_bound_ = bound;
  use_dpop_key(login.dpop_key);
  take_secrets(login.tokens);
  redactor_.add(login.dpop_key);
}

void Client::Impl::forget_login() {
  take_secrets(TokenSet());
  if (own_transport_) open_transport();
}

RevocationAnswer Client::Impl::revoke(const Secret& token, TokenHint hint,
                                      std::chrono::milliseconds timeout) {
  using Kind = RevocationAnswer::Kind;
  const auto endpoint = find_endpoint(&Endpoints::revocation, Stage::revocation);
  if (!endpoint.ok()) {
    const bool never = endpoint.error().code == ErrorCode::not_possible;
    return {never ? Kind::refused : Kind::not_confirmed, endpoint.error(), std::nullopt};
  }
  const auto exchange = client_exchange();
  if (!exchange.ok()) {
    const bool again = exchange.error().retryable;
    return {again ? Kind::not_confirmed : Kind::refused, exchange.error(), std::nullopt};
  }
  Redactor redactor = redactor_;
  redactor.add(token);
  OAuthRequest request = make_revocation_request(*endpoint, token, hint);
  request.timeout = timeout;
  auto result = send(*exchange, std::move(request), redactor, cancel_);
  if (auto* error = std::get_if<Error>(&result)) {
    return {Kind::refused, std::move(*error), std::nullopt};
  }
  if (const auto* failure = std::get_if<TransportFailure>(&result)) {
    return {Kind::not_confirmed, error_from(*failure, Stage::revocation), std::nullopt};
  }
  auto answer = read_revocation_response(*std::get_if<HttpResponse>(&result), redactor);
  if (answer.error)
    answer.error = with_listed_methods(std::move(*answer.error), known_metadata(), redactor);
  return answer;
}

Result<Jwks> Client::keys(const Cancel& cancel) {
  impl_->use(cancel);
  return impl_->keys();
}

Result<Introspection> Client::introspect(const Secret& token, const IntrospectionOptions& options,
                                         const Cancel& cancel) {
  impl_->use(cancel);
  return impl_->introspect(token, options);
}

Result<UserInfo> Client::userinfo(const Secret& access_token,
                                  std::optional<std::string_view> expected_subject,
                                  const Cancel& cancel) {
  impl_->use(cancel);
  return impl_->userinfo(access_token, expected_subject);
}

Result<Client::Refresher> Client::prepare_refresh(const Cancel& cancel) {
  impl_->use(cancel);
  return impl_->prepare_refresh();
}

RefreshOutcome Client::refresh(const Refresher& refresher, const StoredLogin& login,
                               const Cancel& cancel) {
  impl_->use(cancel);
  return impl_->refresh(refresher, login);
}

void Client::continue_login(const StoredLogin& login) {
  impl_->continue_login(login);
}

void Client::forget_login() {
  impl_->forget_login();
}

RevocationAnswer Client::revoke(const Secret& token, TokenHint hint,
                                std::chrono::milliseconds timeout, const Cancel& cancel) {
  impl_->use(cancel);
  return impl_->revoke(token, hint, timeout);
}

Secret Client::dpop_key() const {
  return impl_->dpop_key();
}

StoreKey store_key(const Config& config) {
  std::string place = config.issuer.empty() ? config.endpoints.token : config.issuer;
  if (place.empty() && config.provider) place = config.provider->endpoints.token;
  return {std::move(place), config.client_id, config.account};
}

}  // namespace deviceflow
