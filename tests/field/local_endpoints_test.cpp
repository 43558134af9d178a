// A server elsewhere names services of this machine as its endpoints, to have the secrets delivered
// there or to make the device talk to them.

#include "foundation/url.hpp"
#include "issuer.hpp"

namespace deviceflow::test {
namespace {

constexpr const char* kMembers[] = {
    "device_authorization_endpoint", "token_endpoint",    "introspection_endpoint",
    "revocation_endpoint",           "userinfo_endpoint", "jwks_uri"};

std::string document(const std::string& issuer, const std::string& base) {
  std::string out = "{\"issuer\":\"" + issuer + "\"";
  for (const char* member : kMembers) {
    out += ",\"" + std::string(member) + "\":\"" + base + "/" + member + "\"";
  }
  return out + "}";
}

Metadata read(const std::string& issuer, const std::string& json) {
  auto metadata = read_metadata_response(issuer, answer(200, json));
  EXPECT_TRUE(metadata.ok()) << json;
  return metadata.ok() ? std::move(*metadata) : Metadata();
}

int named(const Endpoints& endpoints) {
  int count = 0;
  for (const EndpointName& one : kEndpointNames) count += !(endpoints.*one.member).empty();
  return count;
}

TEST(LocalEndpoints, AServerElsewhereCantNameThisMachine) {
  for (const char* base :
       {"http://127.0.0.1:8080", "http://localhost", "http://LOCALHOST:1", "http://tv.localhost",
        "http://[::1]:8080", "http://0.0.0.0:80", "http://user@127.3.2.1"}) {
    for (const char* issuer : {"https://id.example.com", "http://id.example.com"}) {
      const Metadata metadata = read(issuer, document(issuer, base));
      EXPECT_EQ(named(metadata.endpoints), 0) << base;
      EXPECT_TRUE(metadata.quirks.has(Quirk::loopback_endpoint)) << base;
    }
  }
}

TEST(LocalEndpoints, NorThroughTheAliasesForCertificates) {
  const std::string inner = document("https://id.example.com", "http://127.0.0.1:1");
  const Metadata metadata =
      read("https://id.example.com",
           R"({"issuer":"https://id.example.com","mtls_endpoint_aliases":)" + inner + "}");
  EXPECT_EQ(named(metadata.mtls_aliases), 0);
  EXPECT_TRUE(metadata.quirks.has(Quirk::loopback_endpoint));
}

TEST(LocalEndpoints, AnIssuerOnThisMachineNamesItsOwn) {
  for (const char* issuer : {"http://127.0.0.1:9000", "http://localhost:9000"}) {
    const Metadata metadata = read(issuer, document(issuer, "http://127.0.0.1:9000"));
    EXPECT_EQ(named(metadata.endpoints), 6) << issuer;
    EXPECT_TRUE(metadata.quirks.list().empty());
  }
  // TLS says which server it is.
  EXPECT_EQ(named(read("https://id.example.com",
                       document("https://id.example.com", "https://127.0.0.1:9000"))
                      .endpoints),
            6);
}

TEST(LocalEndpoints, OnlyOneAddressThatBeginsWithZeroIsThisMachine) {
  EXPECT_EQ(host_reach("0.0.0.0"), HostReach::this_machine);
  for (const char* host : {"0.0.0.1", "0.1.2.3", "0.255.255.255"}) {
    EXPECT_EQ(host_reach(host), HostReach::anywhere) << host;
    OAuthRequest request;
    request.url = "http://" + std::string(host) + "/token";
    EXPECT_EQ(Exchange().prepare(std::move(request), {}, {}).error().code,
              ErrorCode::insecure_endpoint)
        << host;
  }
}

class LocalEndpointsInUse : public ClientTest {
 protected:
  LocalEndpointsInUse() {
    world.answers[kWellKnown].clear();
    world.answers[kWellKnown].push_back(
        answer(200, document("https://id.example.com", "http://127.0.0.1:8080")));
    world.answers[kOpenId].push_back(answer(404, "{}"));
  }
};

TEST_F(LocalEndpointsInUse, NothingIsSentThere) {
  config.client_secret = Secret("client-secret-sentinel");
  const auto outcome = client().login({}, LoginEvents{});
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::device_flow_not_supported);
  EXPECT_NE(outcome.tokens.error().message.find("plain http on this machine"), std::string::npos);
  EXPECT_FALSE(refresh_with(client(), "refresh-sentinel").tokens.ok());
  const auto introspection = client().introspect(Secret("tok"));
  EXPECT_EQ(introspection.error().code, ErrorCode::not_possible);
  EXPECT_NE(introspection.error().message.find("plain http on this machine"), std::string::npos);
  EXPECT_FALSE(client().userinfo(Secret("tok")).ok());
  EXPECT_FALSE(client().keys().ok());
  EXPECT_NE(client().revoke(Secret("tok"), TokenHint::access_token).kind,
            RevocationAnswer::Kind::revoked);
  for (const HttpRequest& request : world.requests) {
    EXPECT_EQ(request.url.find("127.0.0.1"), std::string::npos) << request.url;
  }
}

// A lab that reaches a server through a tunnel, say.
TEST_F(LocalEndpointsInUse, TheUserMayNameThem) {
  config.endpoints.device_authorization = "http://127.0.0.1:8080/device";
  config.endpoints.token = "http://127.0.0.1:8080/token";
  world.answers[config.endpoints.device_authorization].push_back(answer(200, codes_json()));
  world.answers[config.endpoints.token].push_back(
      answer(200, R"({"access_token":"at","token_type":"Bearer"})"));
  const auto outcome = client().login({}, LoginEvents{});
  EXPECT_TRUE(outcome.tokens.ok());
}

TEST_F(LocalEndpointsInUse, AndSoMayADescription) {
  const auto provider = parse_provider(
      R"({"name":"own","title":"Own","sandbox":true,"issuer":"https://id.example.com",)"
      R"("endpoints":{"token_endpoint":"http://127.0.0.1:8080/token",)"
      R"("device_authorization_endpoint":"http://127.0.0.1:8080/device"}})");
  ASSERT_TRUE(provider.ok()) << provider.error().message;
  use_provider(config, *provider->resolve({}));
  world.answers["http://127.0.0.1:8080/device"].push_back(answer(200, codes_json()));
  world.answers["http://127.0.0.1:8080/token"].push_back(
      answer(200, R"({"access_token":"at","token_type":"Bearer"})"));
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
}

}  // namespace
}  // namespace deviceflow::test
