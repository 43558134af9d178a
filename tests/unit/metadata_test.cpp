// Which metadata are believed, and what a client makes of them.
#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>

#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow::test {
namespace {

Result<Metadata> read(std::string_view issuer, std::string_view body) {
  return read_metadata_response(issuer, answer(200, body));
}

std::string written_by(std::string_view issuer) {
  return "{\"issuer\":\"" + std::string(issuer) + "\"}";
}

// --- Whose they are ---

TEST(MetadataIssuer, IsNoOtherSpellingOfTheSameUrl) {  // M-8414-3.3-1
  EXPECT_TRUE(read("https://e.com/a", written_by("https://e.com/a")).ok());
  for (const char* other :
       {"https://e.com/a/", "https://e.com:443/a", "https://E.com/a", "HTTPS://e.com/a",
        "https://e.com/%61", "https://e.com/./a", "https://e.com/A", "https://e.com/a "}) {
    const auto metadata = read("https://e.com/a", written_by(other));
    ASSERT_FALSE(metadata.ok()) << other;
    EXPECT_EQ(metadata.error().code, ErrorCode::issuer_mismatch) << other;
  }
  for (const char* body :
       {"{}", R"({"issuer":""})", R"({"issuer":null})", R"({"issuer":["https://e.com/a"]})"}) {
    EXPECT_FALSE(read("https://e.com/a", body).ok()) << body;
  }
}

TEST(MetadataIssuer, IsComparedAfterJsonsEscapesAndNothingElse) {  // M-8414-4-1
  EXPECT_TRUE(read("https://e.com/a", R"({"issuer":"https:\u002f\u002Fe.com\/a"})").ok());
  const std::string composed = "https://e.com/\xC3\xA9";     // U+00E9
  const std::string decomposed = "https://e.com/e\xCC\x81";  // e and U+0301
  EXPECT_TRUE(read(composed, written_by(composed)).ok());
  EXPECT_TRUE(read(composed, R"({"issuer":"https://e.com/\u00e9"})").ok());
  EXPECT_FALSE(read(composed, written_by(decomposed)).ok());
  EXPECT_FALSE(read(decomposed, written_by(composed)).ok());
}

// --- Where they are ---

TEST(MetadataPlaces, KeepThePortAndLoseTheLastSlash) {  // M-8414-3.1-1, M-OD-4.1-1
  const auto places = metadata_urls("https://e.com:8443/t1/");
  ASSERT_TRUE(places.ok());
  EXPECT_EQ(places->front(), "https://e.com:8443/.well-known/oauth-authorization-server/t1");
  EXPECT_EQ(places->back(), "https://e.com:8443/t1/.well-known/openid-configuration");
  EXPECT_EQ(make_metadata_request(places->front()).method, Method::get);
}

// --- What is in them ---

TEST(MetadataDocument, CountsOnlyAsAnObjectUnder200) {  // M-8414-3.2-1
  const std::string good = written_by("https://e.com");
  EXPECT_TRUE(read("https://e.com", R"({"issuer":"https://e.com","x":{"y":[1,null]}})").ok());
  for (const std::string& body :
       {std::string("[" + good + "]"), good.substr(0, good.size() - 1), std::string("<html>")}) {
    EXPECT_EQ(read("https://e.com", body).error().code, ErrorCode::invalid_response) << body;
  }
  for (const int status : {201, 204, 404, 500}) {
    EXPECT_FALSE(read_metadata_response("https://e.com", answer(status, good)).ok()) << status;
  }
}

TEST(MetadataDocument, AnEmptyListIsAsGoodAsNone) {  // M-8414-3.2-1, M-8414-2-2
  const auto metadata =
      read("https://e.com", R"({"issuer":"https://e.com","grant_types_supported":[],)"
                            R"("token_endpoint_auth_methods_supported":[],)"
                            R"("dpop_signing_alg_values_supported":[]})");
  ASSERT_TRUE(metadata.ok());
  EXPECT_FALSE(metadata->lists_device_grant());
  EXPECT_TRUE(metadata->dpop_algorithms.empty());
  const auto method =
      choose_client_auth(metadata->token_endpoint_auth_methods, Credentials{true, false, false});
  ASSERT_TRUE(method.ok());
  EXPECT_EQ(*method, ClientAuth::basic);
}

// --- What a client makes of them ---

using MetadataInUse = ClientTest;

TEST_F(MetadataInUse, AnIssuerOverPlainHttpIsNotAskedForAny) {  // M-8414-2-1
  for (const char* issuer : {"http://id.example.com", "https://id.example.com?a=b",
                             "https://id.example.com/#a", "https://a@id.example.com"}) {
    Config other;
    other.issuer = issuer;
    other.client_id = "tv";
    const auto metadata = Client(std::move(other), world.ports()).discover();
    ASSERT_FALSE(metadata.ok()) << issuer;
    EXPECT_EQ(metadata.error().code,
              issuer[4] == ':' ? ErrorCode::insecure_endpoint : ErrorCode::invalid_argument)
        << issuer;
  }
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(MetadataInUse, EndpointsOverPlainHttpAreNotUsed) {  // M-8414-2-1
  // All but jwks_uri: see KeysOverPlainHttpAreNotFetched.
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(
      answer(200, R"({"issuer":"https://id.example.com","token_endpoint":"http://as.example/t",)"
                  R"("device_authorization_endpoint":"http://as.example/d",)"
                  R"("revocation_endpoint":"http://as.example/r",)"
                  R"("introspection_endpoint":"http://as.example/i",)"
                  R"("userinfo_endpoint":"http://as.example/u"})"));
  config.client_secret = Secret("client-secret-sentinel");
  EXPECT_EQ(client().login({}, LoginEvents{}).tokens.error().code, ErrorCode::insecure_endpoint);
  EXPECT_EQ(refresh_with(client(), "refresh-sentinel").tokens.error().code,
            ErrorCode::insecure_endpoint);
  EXPECT_EQ(client().introspect(Secret("tok")).error().code, ErrorCode::insecure_endpoint);
  EXPECT_EQ(client().userinfo(Secret("tok")).error().code, ErrorCode::insecure_endpoint);
  EXPECT_NE(client().revoke(Secret("tok"), TokenHint::access_token).kind,
            RevocationAnswer::Kind::revoked);
  for (const HttpRequest& request : world.requests) EXPECT_EQ(request.url, kWellKnown);
}

TEST_F(MetadataInUse, ASecretGoesByBasicWhereTheyNameNoMethod) {  // M-8414-2-2
  config.client_secret = Secret("s");
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  EXPECT_EQ(client().revoke(Secret("tok"), TokenHint::access_token).kind,
            RevocationAnswer::Kind::revoked);
  for (const HttpRequest& request : world.requests) {
    if (request.url == kWellKnown) continue;
    EXPECT_EQ(find_header(request.headers, "Authorization").value_or(""),
              "Basic " + base64_encode("tv:s"))
        << request.url;
  }
  EXPECT_EQ(world.count(kRevoke), 1);
}

// --- Introspection, which a client finds through them ---

TEST_F(MetadataInUse, NoIntrospectionIsKept) {  // I-4-1
  constexpr const char* kIntrospect = "https://id.example.com/introspect";
  config.client_secret = Secret("s");
  world.answers[kIntrospect].push_back(answer(200, R"({"active":true,"exp":4102444800})"));
  world.answers[kIntrospect].push_back(answer(200, R"({"active":false})"));
  EXPECT_TRUE(client().introspect(Secret("tok"))->active);
  EXPECT_FALSE(client().introspect(Secret("tok"))->active);
  EXPECT_EQ(world.count(kIntrospect), 2);
}

TEST_F(MetadataInUse, WhomAnIntrospectionNamesStaysOutOfTraces) {  // I-4-1
  constexpr const char* kIntrospect = "https://id.example.com/introspect";
  std::string trace;
  config.client_secret = Secret("s");
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    trace = std::string(to_trace(record, redactor, TraceSecrets::redact).reveal());
  };
  world.answers[kIntrospect].push_back(
      answer(200, R"({"active":true,"sub":"sub-sentinel","username":"user-sentinel",)"
                  R"("email":"mail-sentinel","client_id":"tv"})"));
  ASSERT_TRUE(client().introspect(Secret("token-sentinel")).ok());
  EXPECT_NE(trace.find(R"("stage":"introspection")"), std::string::npos) << trace;
  EXPECT_EQ(trace.find("sentinel"), std::string::npos) << trace;
}

}  // namespace
}  // namespace deviceflow::test
