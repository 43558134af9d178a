#include "client/client_identity.hpp"
#include "client/operations.hpp"
#include "protocol/answer.hpp"

namespace deviceflow {

namespace {

class Revoke final : public OperationFor<RevocationAnswer> {
 public:
  Revoke(std::shared_ptr<Server> server, Secret token, TokenHint hint,
         std::chrono::milliseconds timeout)
      : OperationFor(std::move(server)), token_(std::move(token)), hint_(hint), timeout_(timeout) {}

 private:
  using Kind = RevocationAnswer::Kind;

  void begin() override {
    find_endpoint(&Endpoints::revocation, Stage::revocation, [this](Result<std::string> endpoint) {
      if (!endpoint.ok()) {
        const bool never = endpoint.error().code == ErrorCode::not_possible;
        return finish({never ? Kind::refused : Kind::not_confirmed, endpoint.error(), {}});
      }
      use_client([this, where = std::move(*endpoint)](Result<Exchange> exchange) {
        if (!exchange.ok()) {
          const bool again = exchange.error().retryable;
          return finish({again ? Kind::not_confirmed : Kind::refused, exchange.error(), {}});
        }
        ask(std::move(*exchange), where);
      });
    });
  }

  void ask(Exchange exchange, const std::string& endpoint) {
    redactor_ = server_.redactor;
    redactor_.add(token_);
    OAuthRequest request = make_revocation_request(endpoint, token_, hint_);
    request.timeout = timeout_;
    send(std::move(exchange), std::move(request), redactor_, [this](Sent sent) {
      const auto* response = std::get_if<HttpResponse>(&sent);
      if (response == nullptr) {
        const bool sent_off = std::holds_alternative<TransportFailure>(sent);
        return finish({sent_off ? Kind::not_confirmed : Kind::refused,
                       failure_of(std::move(sent), Stage::revocation),
                       {}});
      }
      auto answer = read_revocation_response(*response, redactor_);
      if (answer.error) {
        answer.error = with_listed_methods(std::move(*answer.error), server_.metadata(), redactor_);
      }
      finish(std::move(answer));
    });
  }

  Secret token_;
  TokenHint hint_;
  std::chrono::milliseconds timeout_;
  Redactor redactor_;
};

}  // namespace

std::unique_ptr<OperationFor<RevocationAnswer>> make_revocation(std::shared_ptr<Server> server,
                                                                Secret token, TokenHint hint,
                                                                std::chrono::milliseconds timeout) {
  return std::make_unique<Revoke>(std::move(server), std::move(token), hint, timeout);
}

}  // namespace deviceflow
