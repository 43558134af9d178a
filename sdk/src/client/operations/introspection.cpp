#include "client/client_identity.hpp"
#include "client/operations.hpp"
#include "protocol/answer.hpp"
#include "protocol/claims.hpp"
#include "protocol/signed_responses.hpp"

namespace deviceflow {

namespace {

class Introspect final : public OperationFor<Result<Introspection>> {
 public:
  Introspect(std::shared_ptr<Server> server, Secret token, IntrospectionOptions options)
      : OperationFor(std::move(server)), token_(std::move(token)), options_(std::move(options)) {}

 private:
  static constexpr Stage kStage = Stage::introspection;

  bool wants_signature() const { return options_.form == IntrospectionForm::signed_jwt; }

  void begin() override {
    if (token_.empty()) {
      return finish(make_error(Blame::caller, ErrorCode::invalid_argument, kStage,
                               "There is no token to ask about."));
    }
    find_endpoint(&Endpoints::introspection, kStage, [this](Result<std::string> endpoint) {
      if (!endpoint.ok()) return finish(endpoint.error());
      endpoint_ = std::move(*endpoint);
      if (!wants_signature()) return choose_credentials();
      find({&Endpoints::jwks_uri}, [this](Result<void> found) {
        if (!found.ok()) return finish(found.error());
        const Config& config = server_.config;
        if (!config.issuer.empty() && !config.endpoints.jwks_uri.empty()) {
          return choose_credentials();
        }
        finish(make_error(Blame::caller, ErrorCode::not_possible, kStage,
                          "A signed response could not be checked: the issuer or its keys "
                          "(jwks_uri) are not known."));
      });
    });
  }

  void choose_credentials() {
    if (options_.credentials) {
      Exchange::Options options = server_.exchange_options();
      options.authenticator = options_.credentials;
      return ask(Exchange(std::move(options)));
    }
    if (!has_credentials(server_.config)) {
      return finish(
          make_error(Blame::caller, ErrorCode::not_possible, kStage,
                     "Introspection needs credentials (RFC 7662 section 2.1), and a public client "
                     "has none. Give an account or a client that may ask, or ask without "
                     "credentials explicitly."));
    }
    use_client([this](Result<Exchange> own) {
      if (!own.ok()) return finish(own.error());
      ask(std::move(*own));
    });
  }

  void ask(Exchange exchange) {
    redactor_ = server_.redactor;
    redactor_.add(token_);
    if (options_.credentials) options_.credentials->reveal_to(redactor_);
    send(std::move(exchange), make_introspection_request(endpoint_, token_, options_.form),
         redactor_, [this](Sent sent) {
           const auto* response = std::get_if<HttpResponse>(&sent);
           if (response == nullptr) return finish(failure_of(std::move(sent), kStage));
           if (wants_signature()) return check(*response);
           end(read_introspection_response(*response, redactor_));
         });
  }

  void check(const HttpResponse& response) {
    const auto jwt = read_signed_introspection_response(response, redactor_);
    if (!jwt.ok()) return end(jwt.error());
    SignedIntrospectionExpectations expected;
    expected.issuer = server_.config.issuer;
    expected.audience = options_.audience.empty() ? server_.config.client_id : options_.audience;
    const auto asked_about = parse_jwt(token_.reveal());
    if (asked_about.ok()) expected.token_id = text_claim(asked_about->claims, "jti").value_or("");
    check_signature(*jwt, kStage, ErrorCode::introspection_invalid,
                    [this, jwt = *jwt, expected, wall = now().wall,
                     date = date_of(response)](Result<SignatureCheck> signature) {
                      if (!signature.ok()) return end(signature.error());
                      end(check_signed_introspection(jwt, *signature, expected, wall, date));
                    });
  }

  void end(Result<Introspection> answer) {
    if (answer.ok() || options_.credentials) return finish(std::move(answer));
    finish(with_listed_methods(answer.error(), server_.metadata(), redactor_));
  }

  Secret token_;
  IntrospectionOptions options_;
  std::string endpoint_;
  Redactor redactor_;
};

}  // namespace

std::unique_ptr<OperationFor<Result<Introspection>>> make_introspection(
    std::shared_ptr<Server> server, Secret token, IntrospectionOptions options) {
  return std::make_unique<Introspect>(std::move(server), std::move(token), std::move(options));
}

}  // namespace deviceflow
