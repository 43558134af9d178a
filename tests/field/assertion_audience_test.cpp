// private_key_jwt: servers differ in the audience that they accept. It is the issuer by default,
// the token endpoint without an issuer, and what the provider's description or the caller says.
#include <deviceflow/provider.hpp>

#include "issuer.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::test {
namespace {

class AssertionAudienceTest : public ClientTest {
 protected:
  AssertionAudienceTest() {
    world.clock.set_wall(WallTime(seconds(1800000000)));
    config.client_key.pem = private_key("EC", "P-256");
  }
  // The audience of every assertion of a login at this token endpoint.
  std::string audience(const char* token_endpoint = kToken) {
    const auto outcome = client().login(LoginRequest{}, LoginEvents{});
    if (!outcome.tokens.ok()) return outcome.tokens.error().message;
    std::string found;
    for (const HttpRequest& request : world.requests) {
      if (request.url != token_endpoint && request.url != kDevice) continue;
      const auto form = Form::parse(request.body.reveal());
      const auto jwt = parse_jwt(form->get("client_assertion"));
      if (!jwt.ok()) return "no assertion to " + request.url;
      const std::string one(jwt->claims.find("aud")->as_string().value_or("not one text"));
      if (!found.empty() && found != one) return "more than one";
      found = one;
    }
    return found;
  }
  void without_issuer() {
    config.issuer.clear();
    config.endpoints.device_authorization = kDevice;
    config.endpoints.token = kToken;
  }
};

TEST_F(AssertionAudienceTest, IsTheIssuer) {  // K-bis-1
  EXPECT_EQ(audience(), kIssuer);
}

TEST_F(AssertionAudienceTest, IsTheTokenEndpointWithoutAnIssuer) {  // K-bis-1
  without_issuer();
  EXPECT_EQ(audience(), kToken);
}

TEST_F(AssertionAudienceTest, IsWhatTheProvidersDescriptionSays) {  // K-bis-1
  const auto provider =
      parse_provider(R"({"name":"x","title":"X","issuer":"https://id.example.com",)"
                     R"("assertion_audience":"token_endpoint"})");
  ASSERT_TRUE(provider.ok()) << provider.error().message;
  use_provider(config, *provider->resolve({}));
  EXPECT_EQ(audience(), kToken);
}

TEST_F(AssertionAudienceTest, TheCallerWinsOverTheDescription) {
  config.assertion_audience = AssertionAudience::issuer;
  const auto provider =
      parse_provider(R"({"name":"x","title":"X","issuer":"https://id.example.com",)"
                     R"("assertion_audience":"token_endpoint"})");
  use_provider(config, *provider->resolve({}));
  EXPECT_EQ(audience(), kIssuer);
}

TEST_F(AssertionAudienceTest, AnIssuerThatIsAskedForAndNotKnownIsRefusedBeforeTheFirstRequest) {
  without_issuer();
  config.assertion_audience = AssertionAudience::issuer;
  const auto outcome = client().login(LoginRequest{}, LoginEvents{});
  ASSERT_FALSE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(world.requests.empty());
}

TEST(AssertionAudienceOfProviders, HydraWantsTheTokenEndpoint) {
  const auto hydra = builtin_provider("ory-hydra");
  ASSERT_TRUE(hydra.ok());
  const auto resolved = hydra->resolve({{"host", "id.example.com"}});
  EXPECT_EQ(resolved->assertion_audience, AssertionAudience::token_endpoint);
  EXPECT_FALSE(builtin_provider("keycloak")->assertion_audience.has_value());
}

TEST(AssertionAudienceOfProviders, AnotherWordIsRefused) {
  const auto provider = parse_provider(
      R"({"name":"x","title":"X","issuer":"https://e.com","assertion_audience":"client"})");
  ASSERT_FALSE(provider.ok());
  EXPECT_NE(provider.error().message.find("\"assertion_audience\" has to be one of \"issuer\", "
                                          "\"token_endpoint\""),
            std::string::npos)
      << provider.error().message;
}

}  // namespace
}  // namespace deviceflow::test
