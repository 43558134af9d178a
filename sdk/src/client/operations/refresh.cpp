#include "client/client_identity.hpp"
#include "client/operations.hpp"
#include "foundation/ascii.hpp"
#include "protocol/answer.hpp"
#include "protocol/claims.hpp"

namespace deviceflow {

namespace {

RefreshOutcome failed(Error error, bool maybe_spent = false) {
  return {std::move(error), maybe_spent, std::nullopt, {}};
}

class Prepare final : public OperationFor<Result<Refresher>> {
 public:
  using OperationFor::OperationFor;

 private:
  void begin() override {
    find({&Endpoints::token}, [this](Result<void> found) {
      if (!found.ok()) return finish(found.error());
      use_client([this](Result<Exchange> exchange) {
        if (!exchange.ok()) return finish(exchange.error());
        finish(Refresher{server_.config.endpoints.token, std::move(*exchange)});
      });
    });
  }
};

class Refresh final : public OperationFor<RefreshOutcome> {
 public:
  Refresh(std::shared_ptr<Server> server, Refresher refresher, StoredLogin login)
      : OperationFor(std::move(server)),
        exchange_(std::move(refresher.exchange)),
        login_(std::move(login)) {
    parameters_.token_endpoint = std::move(refresher.token_endpoint);
    parameters_.refresh_token = login_.tokens.refresh_token;
    parameters_.granted_scope = login_.tokens.scope.value_or("");
    parameters_.resources = login_.resources;
    parameters_.token_type = login_.tokens.token_type;
    parameters_.dpop = server_.config.dpop;
    redactor_ = server_.redactor;
    redactor_.add(parameters_.refresh_token);
  }

 private:
  void begin() override { ask(true); }

  void ask(bool again) {
    auto request = make_refresh_request(parameters_);
    if (!request.ok()) return finish(failed(request.error()));
    send(exchange_, std::move(*request), redactor_,
         [this, again, sent_at = now().steady](Sent sent) {
           const auto* response = std::get_if<HttpResponse>(&sent);
           if (response != nullptr) return read(*response, again, sent_at);
           const auto* failure = std::get_if<TransportFailure>(&sent);
           const bool maybe_spent = failure != nullptr && !failure->nothing_sent;
           finish(failed(failure_of(std::move(sent), Stage::refresh), maybe_spent));
         });
  }

  void read(const HttpResponse& response, bool again, SteadyTime sent_at) {
    auto answer = read_refresh_response(response, parameters_, redactor_);
    if (answer.kind == RefreshAnswer::Kind::nonce_demanded && again) return ask(false);
    if (!answer.tokens) {
      server_.redactor.add(answer.refresh_token);
      RefreshOutcome outcome{
          with_listed_methods(std::move(*answer.error), server_.metadata(), redactor_),
          answer.maybe_spent, answer.retry_after, std::move(answer.quirks)};
      outcome.session_over = answer.kind == RefreshAnswer::Kind::session_over;
      outcome.refresh_token = std::move(answer.refresh_token);
      return finish(std::move(outcome));
    }
    TokenSet& tokens = *answer.tokens;
    server_.take_secrets(tokens);
    server_.redactor.add(parameters_.refresh_token);
    if (tokens.expires_in) tokens.expires_at = sent_at + *tokens.expires_in;
    if (server_.dpop) server_.tokens_are_bound = ascii::same(tokens.token_type, "DPoP");
    result_ = RefreshOutcome{std::move(tokens), false, std::nullopt, std::move(answer.quirks)};
    IdTokenKeeper::Question question;
    question.subject = login_.subject;
    const auto before = parse_jwt(login_.tokens.id_token.reveal());
    if (before.ok()) question.newer_than = time_claim(before->claims, "iat");
    question.server_date = date_of(response);
    question.renewal = true;
    check_id_token(*result_->tokens, std::move(question),
                   [this](IdTokenKeeper::Verdict verdict) { settle(std::move(verdict)); });
  }

  void settle(IdTokenKeeper::Verdict verdict) {
    result_->quirks.add(server_.id_tokens.quirks());
    result_->id_token_claims = std::move(verdict.claims);
    if (verdict.disbelieved) {
      result_->tokens = std::move(*verdict.problem);
      result_->maybe_spent = true;
    } else {
      result_->id_token_problem = std::move(verdict.problem);
    }
    finish(std::move(*result_));
  }

  Exchange exchange_;
  StoredLogin login_;
  RefreshParameters parameters_;
  Redactor redactor_;
  std::optional<RefreshOutcome> result_;  // until its ID token is checked
};

}  // namespace

std::unique_ptr<OperationFor<Result<Refresher>>> make_refresh_preparation(
    std::shared_ptr<Server> server) {
  return std::make_unique<Prepare>(std::move(server));
}

std::unique_ptr<OperationFor<RefreshOutcome>> make_refresh(std::shared_ptr<Server> server,
                                                           Refresher refresher, StoredLogin login) {
  return std::make_unique<Refresh>(std::move(server), std::move(refresher), std::move(login));
}

}  // namespace deviceflow
