#include "client/operations.hpp"
#include "protocol/answer.hpp"
#include "protocol/signed_responses.hpp"

namespace deviceflow {

namespace {

class AskUserInfo final : public OperationFor<Result<UserInfo>> {
 public:
  AskUserInfo(std::shared_ptr<Server> server, Secret access_token,
              std::optional<std::string_view> subject)
      : OperationFor(std::move(server)), access_token_(std::move(access_token)) {
    if (subject) subject_ = std::string(*subject);
  }

 private:
  static constexpr Stage kStage = Stage::userinfo;

  void begin() override {
    if (access_token_.empty()) {
      return finish(make_error(Blame::caller, ErrorCode::invalid_argument, kStage,
                               "There is no access token to ask with."));
    }
    find_endpoint(&Endpoints::userinfo, kStage, [this](Result<std::string> endpoint) {
      if (!endpoint.ok()) return finish(endpoint.error());
      endpoint_ = std::move(*endpoint);
      const auto ready = server_.ready_dpop();
      if (!ready.ok()) return finish(ready.error());
      redactor_ = server_.redactor;
      redactor_.add(access_token_);
      ask(true);
    });
  }

  void ask(bool again) {
    Exchange::Options options = server_.exchange_options();
    const bool bound = server_.dpop != nullptr && server_.tokens_are_bound;
    if (bound) options.authenticator = make_dpop_access(server_.dpop, access_token_);
    send(Exchange(std::move(options)), make_userinfo_request(endpoint_, access_token_), redactor_,
         [this, bound, again](Sent sent) {
           const auto* response = std::get_if<HttpResponse>(&sent);
           if (response == nullptr) return finish(failure_of(std::move(sent), kStage));
           if (again && bound && demands_dpop_nonce(*response)) return ask(false);
           read(*response);
         });
  }

  void read(const HttpResponse& response) {
    if (!is_userinfo_jwt(response)) {
      return finish(read_userinfo_response(response, subject_, redactor_));
    }
    const auto jwt = read_userinfo_jwt(response);
    if (!jwt.ok()) return finish(jwt.error());
    find({&Endpoints::jwks_uri}, [this, jwt = *jwt, date = date_of(response)](Result<void> found) {
      if (!found.ok()) return finish(found.error());
      const Config& config = server_.config;
      if (config.issuer.empty() || config.endpoints.jwks_uri.empty()) {
        return finish(
            make_error(Blame::caller, ErrorCode::not_possible, kStage,
                       "The UserInfo response is signed and can't be checked: the issuer or its "
                       "keys (jwks_uri) are not known."));
      }
      check_signature(jwt, kStage, ErrorCode::userinfo_invalid,
                      [this, jwt, wall = now().wall, date](Result<SignatureCheck> signature) {
                        if (!signature.ok()) return finish(signature.error());
                        UserInfoExpectations expected;
                        expected.issuer = server_.config.issuer;
                        expected.client_id = server_.config.client_id;
                        expected.subject = subject_;
                        finish(check_userinfo_jwt(jwt, *signature, expected, wall, date));
                      });
    });
  }

  Secret access_token_;
  std::optional<std::string> subject_;
  std::string endpoint_;
  Redactor redactor_;
};

}  // namespace

std::unique_ptr<OperationFor<Result<UserInfo>>> make_userinfo(
    std::shared_ptr<Server> server, Secret access_token,
    std::optional<std::string_view> expected_subject) {
  return std::make_unique<AskUserInfo>(std::move(server), std::move(access_token),
                                       expected_subject);
}

}  // namespace deviceflow
