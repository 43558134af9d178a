// A template to copy: a client secret that lives in a chip and is fetched for each request. A key
// in a chip is a Signer (jose.hpp) instead; make_client_assertion_auth() makes an authenticator of
// that.
#ifndef DEVICEFLOW_TESTS_MY_AUTHENTICATOR_HPP
#define DEVICEFLOW_TESTS_MY_AUTHENTICATOR_HPP

#include <deviceflow/auth.hpp>
#include <functional>
#include <string>

namespace deviceflow::test {

class MyAuthenticator final : public Authenticator {
 public:
  MyAuthenticator(std::string client_id, std::function<Result<Secret>()> fetch)
      : client_id_(std::move(client_id)), fetch_(std::move(fetch)) {}

  Result<void> apply(OAuthRequest& request, std::optional<WallTime>, const RandomBytes&) override {
    auto secret = fetch_();
    if (!secret.ok()) return secret.error();  // before anything was added
    request.form.add("client_id", client_id_);
    request.form.add("client_secret", secret->reveal());
    return {};
  }
  void reveal_to(Redactor& redactor) const override {
    if (const auto secret = fetch_(); secret.ok()) redactor.add(*secret);
  }

 private:
  std::string client_id_;
  std::function<Result<Secret>()> fetch_;
};

}  // namespace deviceflow::test

#endif
