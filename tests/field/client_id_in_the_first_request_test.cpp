// Many servers refuse a device authorization request without client_id in the body, also from a
// client that proves itself in a header or in the TLS handshake. All accept it there. At the token
// endpoint it is the other way round: one server refuses client_id beside HTTP Basic.
#include "issuer.hpp"

namespace deviceflow::test {
namespace {

constexpr const char* kIntrospect = "https://id.example.com/introspect";

struct Method {
  const char* name;
  ClientAuth auth;
};

void PrintTo(const Method& method, std::ostream* out) {
  *out << method.name;
}

class FirstRequest : public testing::TestWithParam<Method> {
 protected:
  FirstRequest() {
    world.clock.set_wall(WallTime(seconds(1800000000)));
    world.answers[kWellKnown].push_back(answer(200, metadata_json()));
    world.answers[kDevice].push_back(answer(200, codes_json()));
    world.answers[kToken].push_back(response_of(pending()));
    world.answers[kToken].push_back(response_of(tokens()));
    world.answers[kRevoke].push_back(answer(200, ""));
    world.answers[kIntrospect].push_back(answer(200, R"({"active":true})"));
    config.issuer = kIssuer;
    config.client_id = "tv";
    const ClientAuth auth = GetParam().auth;
    config.client_auth = auth;
    if (auth == ClientAuth::basic || auth == ClientAuth::post) config.client_secret = Secret("s");
    if (auth == ClientAuth::private_key_jwt) config.client_key.pem = private_key("EC", "P-256");
    if (auth == ClientAuth::tls) config.client_cert_file = "client.pem";
  }
  std::vector<Form> forms(std::string_view url) {
    std::vector<Form> out;
    for (const HttpRequest& request : world.requests) {
      if (request.url == url) out.push_back(std::move(*Form::parse(request.body.reveal())));
    }
    return out;
  }
  static int ids(const Form& form) {
    int count = 0;
    for (const Form::Field& field : form.fields()) count += field.name == "client_id" ? 1 : 0;
    return count;
  }

  FakeWorld world;
  Config config;
};

TEST_P(FirstRequest, NamesTheClientInTheBodyOnce) {  // D-3.1-2
  Client client(std::move(config), world.ports());
  ASSERT_TRUE(client.login(LoginRequest{}, LoginEvents{}).tokens.ok());
  const auto sent = forms(kDevice);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].get("client_id"), "tv");
  EXPECT_EQ(ids(sent[0]), 1);
}

TEST_P(FirstRequest, TheOthersDoSoWithoutBasicOnly) {
  const int expected = GetParam().auth == ClientAuth::basic ? 0 : 1;
  Client client(std::move(config), world.ports());
  ASSERT_TRUE(client.login(LoginRequest{}, LoginEvents{}).tokens.ok());
  ASSERT_TRUE(refresh_with(client, "refresh-token-sentinel").tokens.ok());
  client.revoke(Secret("access-token-sentinel"), TokenHint::access_token);
  const auto tokens = forms(kToken);
  ASSERT_EQ(tokens.size(), 3u);
  for (const Form& form : tokens) EXPECT_EQ(ids(form), expected) << form.get("grant_type");
  EXPECT_EQ(ids(forms(kRevoke).at(0)), expected);
}

INSTANTIATE_TEST_SUITE_P(Clients, FirstRequest,
                         testing::Values(Method{"none", ClientAuth::none},
                                         Method{"basic", ClientAuth::basic},
                                         Method{"post", ClientAuth::post},
                                         Method{"private_key_jwt", ClientAuth::private_key_jwt},
                                         Method{"tls", ClientAuth::tls}),
                         [](const auto& method) { return std::string(method.param.name); });

// A request that is repeated, as after a demand for a nonce, is a copy of the first.
TEST(FirstRequestCopy, KeepsTheRequestForTheId) {
  DeviceAuthorizationParameters parameters;
  parameters.endpoint = kDevice;
  const auto request = make_device_authorization_request(parameters);
  ASSERT_TRUE(request.ok());
  EXPECT_TRUE(request->names_client);
}

}  // namespace
}  // namespace deviceflow::test
