// A server does not accept how the client authenticates. The error names the methods that the
// metadata list, those that this SDK can't do included, in every request that carries the client's
// own credentials.
#include "fake_world.hpp"

namespace deviceflow::test {
namespace {

constexpr const char* kIntrospect = "https://id.example.com/introspect";
constexpr const char* kListed =
    "The server lists these methods of client authentication: client_secret_jwt (not supported "
    "here), private_key_jwt, client_secret_post.";

class RefusedClient : public ClientTest {
 protected:
  RefusedClient() {
    methods(R"("client_secret_jwt","private_key_jwt","client_secret_post")");
    config.client_secret = Secret("s");
    config.client_auth = ClientAuth::basic;
  }
  void methods(const std::string& list) {
    std::string json = metadata_json();
    json.insert(json.size() - 1, R"(,"token_endpoint_auth_methods_supported":[)" + list + "]");
    world.answers[kWellKnown].clear();
    world.answers[kWellKnown].push_back(answer(200, json));
  }
  void refuses(const char* url, int status = 401, const char* code = "invalid_client") {
    world.answers[url].clear();
    world.answers[url].push_back(answer(status, R"({"error":")" + std::string(code) + "\"}"));
  }
  static bool names_the_methods(const Error& error) {
    return error.message.find(kListed) != std::string::npos;
  }
  Error login() {
    const auto outcome = client().login(LoginRequest{}, LoginEvents{});
    return outcome.tokens.ok() ? Error{} : outcome.tokens.error();
  }
};

TEST_F(RefusedClient, ByTheDeviceAuthorizationEndpoint) {
  refuses(kDevice);
  const Error error = login();
  EXPECT_TRUE(names_the_methods(error)) << error.message;
  EXPECT_EQ(error.oauth_code, "invalid_client");
}

TEST_F(RefusedClient, ByTheTokenEndpoint) {
  refuses(kToken, 400);
  EXPECT_TRUE(names_the_methods(login()));
}

TEST_F(RefusedClient, WithUnauthorizedClient) {
  for (const int status : {401, 403}) {
    refuses(kToken, status, "unauthorized_client");
    EXPECT_TRUE(names_the_methods(login())) << status;
  }
}

TEST_F(RefusedClient, ByARefresh) {
  refuses(kToken);
  const auto outcome = refresh_with(client(), "r1");
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_TRUE(names_the_methods(outcome.tokens.error())) << outcome.tokens.error().message;
}

TEST_F(RefusedClient, ByARevocation) {
  refuses(kRevoke);
  const auto answer = client().revoke(Secret("r1"), TokenHint::refresh_token);
  ASSERT_TRUE(answer.error.has_value());
  EXPECT_TRUE(names_the_methods(*answer.error)) << answer.error->message;
}

TEST_F(RefusedClient, ByAnIntrospectionWithItsOwnCredentials) {
  refuses(kIntrospect);
  const auto answer = client().introspect(Secret("a1"));
  ASSERT_FALSE(answer.ok());
  EXPECT_TRUE(names_the_methods(answer.error())) << answer.error().message;
}

// Those methods are the client's; the account of somebody else has nothing to do with them.
TEST_F(RefusedClient, NotByAnIntrospectionWithOtherCredentials) {
  refuses(kIntrospect);
  const auto answer = client().introspect(Secret("a1"), {make_no_auth()});
  ASSERT_FALSE(answer.ok());
  EXPECT_FALSE(names_the_methods(answer.error())) << answer.error().message;
}

TEST_F(RefusedClient, NotByErrorsThatSayNothingAboutTheClient) {
  for (const char* code : {"invalid_scope", "invalid_grant", "unauthorized_client"}) {
    refuses(kToken, 400, code);
    EXPECT_FALSE(names_the_methods(login())) << code;
  }
}

TEST_F(RefusedClient, AListThatIsMissingIsNotMadeUp) {
  methods("");
  refuses(kDevice);
  EXPECT_EQ(login().message.find("lists"), std::string::npos);
}

TEST_F(RefusedClient, AListFromTheServerIsCleanedAndCutShort) {
  std::string list;
  for (int i = 0; i < 30; ++i) list += (i == 0 ? "\"" : ",\"") + std::string("m\\u001b[1m") + "\"";
  methods(list);
  refuses(kDevice);
  const std::string message = login().message;
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 1000u);
  EXPECT_NE(message.find(" and others."), std::string::npos) << message;
}

TEST_F(RefusedClient, NothingToUseNamesThemBeforeAnythingIsSent) {
  methods(R"("client_secret_jwt","tls_client_auth")");
  config.client_auth.reset();
  const Error error = login();
  EXPECT_EQ(error.code, ErrorCode::not_possible);
  EXPECT_NE(error.message.find("client_secret_jwt (not supported here), tls_client_auth"),
            std::string::npos)
      << error.message;
  EXPECT_EQ(world.count(kDevice), 0);
}

}  // namespace
}  // namespace deviceflow::test
