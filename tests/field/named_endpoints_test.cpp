// The one who names an endpoint wins, metadata are fetched only if something that is needed is not
// named, and two documents of one issuer complete each other.
#include "foundation/json.hpp"
#include "issuer.hpp"

namespace deviceflow::test {
namespace {

using FailureKind = TransportFailure::Kind;

constexpr std::int64_t kNow = 1800000000;
constexpr const char* kInsideDevice = "https://inside.example.com/device_authorization";
constexpr const char* kInsideToken = "https://inside.example.com/token";
constexpr const char* kInsideKeys = "https://inside.example.com/jwks";
constexpr const char* kInsideUserInfo = "https://inside.example.com/userinfo";
constexpr const char* kSignedIn = R"({"access_token":"at","token_type":"Bearer"})";

std::string document(std::string_view more) {
  return R"({"issuer":"https://id.example.com")" + std::string(more.empty() ? "" : ",") +
         std::string(more) + "}";
}

std::string member(const char* name, const char* url) {
  return "\"" + std::string(name) + "\":\"" + url + "\"";
}

// The issuer's metadata can't be reached unless a test publishes them.
class NamedEndpoints : public testing::Test {
 protected:
  NamedEndpoints() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    world.answers[kInsideDevice].push_back(answer(200, codes_json()));
    world.answers[kDevice].push_back(answer(200, codes_json()));
    world.answers[kInsideToken].push_back(answer(200, kSignedIn));
    world.answers[kToken].push_back(answer(200, kSignedIn));
    for (const char* keys : {kInsideKeys, kJwks}) {
      world.answers[keys].push_back(answer(200, key_set({{"k1", "P-256"}})));
    }
    for (const char* place : {kWellKnown, kOpenId}) {
      for (int i = 0; i < 9; ++i) world.failures[place].push_back(failure(FailureKind::dns, true));
    }
    config.issuer = kIssuer;
    config.client_id = "tv";
  }
  void publish(const char* place, const std::string& json) {
    world.failures[place].clear();
    world.answers[place].clear();
    world.answers[place].push_back(answer(200, json));
  }
  void publish_nothing(const char* place, int status = 404) {
    world.failures[place].clear();
    world.answers[place].clear();
    world.answers[place].push_back(answer(status, "{}"));
  }
  void name_inside() {
    config.endpoints.device_authorization = kInsideDevice;
    config.endpoints.token = kInsideToken;
  }
  void hand_out_id_token(const char* issuer, const char* endpoint = kInsideToken) {
    JsonValue claims = JsonValue::object();
    claims.set("iss", issuer).set("sub", "person-1").set("aud", "tv");
    claims.set("iat", JsonValue::integer(kNow)).set("exp", JsonValue::integer(kNow + 300));
    world.answers[endpoint].clear();
    world.answers[endpoint].push_back(
        answer(200, R"({"access_token":"at","token_type":"Bearer","id_token":")" +
                        signed_jwt("k1", "P-256", claims) + "\"}"));
  }
  Client& client() {
    if (!client_) client_ = std::make_unique<Client>(std::move(config), world.ports());
    return *client_;
  }
  LoginOutcome login(const char* scope = "") {
    LoginRequest request;
    request.scope = scope;
    return client().login(request, LoginEvents{});
  }
  int metadata_requests() const { return world.count(kWellKnown) + world.count(kOpenId); }

  FakeWorld world;
  Config config;
  std::unique_ptr<Client> client_;
};

// --- Named: no metadata are asked for ---

TEST_F(NamedEndpoints, ALoginNeedsItsTwoEndpointsAndNothingElse) {  // W-9
  name_inside();
  EXPECT_TRUE(login("tv").tokens.ok());
  EXPECT_EQ(metadata_requests(), 0);
}

TEST_F(NamedEndpoints, WithOpenIdTheKeysAsWellAndTheTokenIsThePublicIssuers) {  // W-9
  name_inside();
  config.endpoints.jwks_uri = kInsideKeys;
  hand_out_id_token(kIssuer);
  const auto outcome = login("openid");
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  EXPECT_TRUE(outcome.id_token_claims.has_value());
  EXPECT_EQ(metadata_requests(), 0);
}

TEST_F(NamedEndpoints, AnotherIssuersTokenIsStillRefused) {  // O-3.1.3.7-1
  name_inside();
  config.endpoints.jwks_uri = kInsideKeys;
  hand_out_id_token("https://other.example.com");
  EXPECT_EQ(login("openid").tokens.error().code, ErrorCode::id_token_invalid);
}

TEST_F(NamedEndpoints, WithOpenIdAndWithoutTheKeysTheMetadataAreNeeded) {
  name_inside();
  EXPECT_EQ(login("openid").tokens.error().stage, Stage::discovery);
  EXPECT_EQ(world.count(kInsideDevice), 0);
}

TEST_F(NamedEndpoints, AnIdTokenThatNobodyAskedForIsCheckedOrDoubted) {
  name_inside();
  hand_out_id_token(kIssuer);
  const auto doubted = login("tv");
  EXPECT_TRUE(doubted.tokens.ok());
  ASSERT_TRUE(doubted.id_token_problem.has_value());
  EXPECT_EQ(doubted.id_token_problem->stage, Stage::discovery);
  EXPECT_EQ(doubted.id_token_problem->reason, "dns");
  publish(kWellKnown, document(member("jwks_uri", kJwks)));
  EXPECT_TRUE(login("tv").id_token_claims.has_value());
}

TEST_F(NamedEndpoints, ARefreshNeedsTheTokenEndpoint) {
  config.endpoints.token = kInsideToken;
  EXPECT_TRUE(refresh_with(client(), "rt").tokens.ok());
  EXPECT_EQ(metadata_requests(), 0);
}

TEST_F(NamedEndpoints, EveryOtherCallNeedsItsOwn) {  // W-9
  config.endpoints.userinfo = kInsideUserInfo;
  config.endpoints.revocation = "https://inside.example.com/revoke";
  config.endpoints.introspection = "https://inside.example.com/introspect";
  config.endpoints.jwks_uri = kInsideKeys;
  config.client_secret = Secret("s");
  config.client_auth = ClientAuth::basic;
  world.answers[kInsideUserInfo].push_back(answer(200, R"({"sub":"u1"})"));
  world.answers[config.endpoints.revocation].push_back(answer(200, ""));
  world.answers[config.endpoints.introspection].push_back(answer(200, R"({"active":true})"));
  EXPECT_TRUE(client().userinfo(Secret("at")).ok());
  EXPECT_TRUE(client().introspect(Secret("at")).ok());
  EXPECT_TRUE(client().keys().ok());
  EXPECT_EQ(client().revoke(Secret("at"), TokenHint::access_token).kind,
            RevocationAnswer::Kind::revoked);
  EXPECT_EQ(metadata_requests(), 0);
}

// How a client with a secret authenticates may stand in the metadata only.
TEST_F(NamedEndpoints, MetadataThatOnlyNameAMethodAreAskedForAndMayBeAway) {
  name_inside();
  config.client_secret = Secret("s");
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_GT(metadata_requests(), 0);
  publish(kWellKnown,
          document(R"("token_endpoint_auth_methods_supported":["client_secret_post"])"));
  world.requests.clear();
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(Form::parse(world.requests.back().body.reveal())->get("client_secret"), "s");
  EXPECT_EQ(world.requests.back().url, kInsideToken);
}

// --- Who wins ---

TEST_F(NamedEndpoints, WhatTheCallerNamesWinsOverTheMetadata) {  // W-9
  config.endpoints.token = kInsideToken;
  publish(kWellKnown, metadata_json());
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count(kToken), 0);
  EXPECT_EQ(world.count(kInsideToken), 1);
  EXPECT_EQ(world.count(kDevice), 1);
}

class Described : public NamedEndpoints {
 protected:
  void describe(const std::string& members) {
    const auto provider = parse_provider(R"({"name":"own","title":"Own",)" + members + "}");
    ASSERT_TRUE(provider.ok()) << provider.error().message;
    use_provider(config, *provider->resolve({}));
  }
  static std::string inside(const char* more = "") {
    return R"("endpoints":{"device_authorization_endpoint":"https://inside.example.com/)"
           R"(device_authorization","token_endpoint":"https://inside.example.com/token")" +
           std::string(more) + "}";
  }
};

TEST_F(Described, EndpointsBesideAnIssuerAreNamed) {
  describe(R"("issuer":"https://id.example.com",)" + inside());
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(metadata_requests(), 0);
}

TEST_F(Described, WithTheKeysTheIdTokenIsVerified) {
  describe(R"("issuer":"https://id.example.com",)" +
           inside(R"(,"jwks_uri":"https://inside.example.com/jwks")"));
  hand_out_id_token(kIssuer);
  EXPECT_TRUE(login("openid").id_token_claims.has_value());
  EXPECT_EQ(metadata_requests(), 0);
}

TEST_F(Described, WithoutAnIssuerTheyAreAllThereIs) {
  config.issuer.clear();
  describe(inside());
  EXPECT_TRUE(login("openid").tokens.ok());
  EXPECT_EQ(metadata_requests(), 0);
}

// They may be another issuer's: a tenant's, with the endpoints of all of them in the description.
TEST_F(Described, ForTheCallersOwnIssuerTheMetadataAreAskedAndWin) {
  describe(inside(R"(,"userinfo_endpoint":"https://inside.example.com/userinfo")"));
  publish(kWellKnown, document(member("device_authorization_endpoint", kDevice) + "," +
                               member("token_endpoint", kToken)));
  publish_nothing(kOpenId);
  world.answers[kInsideUserInfo].push_back(answer(200, R"({"sub":"u1"})"));
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_EQ(world.count(kInsideDevice), 0);
  EXPECT_TRUE(client().userinfo(Secret("at")).ok());  // what they do not name
}

TEST_F(Described, MetadataWinIfTheyAreNeededAndTheCallerWinsOverBoth) {  // W-9
  config.endpoints.token = "https://caller.example.com/token";
  world.answers[config.endpoints.token].push_back(answer(200, kSignedIn));
  describe(R"("issuer":"https://id.example.com","endpoints":{)" +
           member("token_endpoint", kInsideToken) + "}");
  publish(kWellKnown, metadata_json());
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_EQ(world.count(kToken) + world.count(kInsideToken), 0);
}

// --- Two documents ---

class TwoDocuments : public NamedEndpoints {
 protected:
  TwoDocuments() {
    publish(kWellKnown, document(member("token_endpoint", kToken)));
    publish_nothing(kOpenId);
  }
};

TEST_F(TwoDocuments, TheSecondFillsTheGapsOfTheFirst) {  // M-8414-3.2-2
  publish(kOpenId,
          document(member("device_authorization_endpoint", kDevice) + "," +
                   member("token_endpoint", kInsideToken) + "," + member("jwks_uri", kJwks)));
  hand_out_id_token(kIssuer, kToken);
  const auto outcome = login("openid");
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  EXPECT_TRUE(outcome.id_token_claims.has_value());
  EXPECT_EQ(world.count(kInsideToken), 0);  // the first named that one
  EXPECT_EQ(metadata_requests(), 2);
  EXPECT_TRUE(login("openid").tokens.ok());
  EXPECT_EQ(metadata_requests(), 2);
}

TEST_F(TwoDocuments, ItIsAskedOnlyIfSomethingThatIsNeededIsMissing) {  // M-8414-3.2-2
  publish(kWellKnown, metadata_json());
  publish(kOpenId, document(member("jwks_uri", kJwks)));
  EXPECT_TRUE(login("tv").tokens.ok());
  EXPECT_EQ(world.count(kOpenId), 0);
  EXPECT_TRUE(client().keys().ok());
  EXPECT_EQ(world.count(kOpenId), 1);
  EXPECT_EQ(world.count(kWellKnown), 1);
}

TEST_F(TwoDocuments, AnotherIssuersSecondIsNotUsedAndCostsNothing) {  // M-8414-3.2-2, M-8414-3.3-1
  publish(kWellKnown, metadata_json());
  for (const char* other :
       {R"({"issuer":"https://id.example.com/","jwks_uri":"https://id.example.com/jwks"})",
        R"({"issuer":"https://evil.example","jwks_uri":"https://evil.example/jwks"})", "{}"}) {
    publish(kOpenId, other);
    client_.reset();
    config = Config();
    config.issuer = kIssuer;
    config.client_id = "tv";
    const auto outcome = login("openid");
    EXPECT_TRUE(outcome.tokens.ok()) << other;
    EXPECT_EQ(world.count(kJwks) + world.count("https://evil.example/jwks"), 0) << other;
  }
}

TEST_F(TwoDocuments, WithoutASecondTheFlowIsNotOffered) {
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::device_flow_not_supported);
  EXPECT_EQ(metadata_requests(), 2);
}

// "Not now" is no "no".
TEST_F(TwoDocuments, ASecondThatIsAwayIsAskedAgain) {
  publish_nothing(kOpenId, 503);
  EXPECT_TRUE(login().tokens.error().retryable);
  publish(kOpenId, document(member("device_authorization_endpoint", kDevice)));
  EXPECT_TRUE(login().tokens.ok());
  EXPECT_EQ(world.count(kWellKnown), 1);
}

TEST_F(TwoDocuments, ALoginWithADeadlineWaitsForIt) {
  publish_nothing(kOpenId, 503);
  world.on_wait = [this] {
    publish(kOpenId, document(member("device_authorization_endpoint", kDevice)));
  };
  LoginRequest request;
  request.start_deadline = seconds(30);
  EXPECT_TRUE(client().login(request, LoginEvents{}).tokens.ok());
}

// A gateway that answers 503 for every path it does not know must not cost a login that can do
// without.
TEST_F(TwoDocuments, ASecondThatIsAwayCostsNoLoginThatCanDoWithout) {
  publish(kWellKnown, metadata_json());
  publish_nothing(kOpenId, 503);
  EXPECT_TRUE(login("openid").tokens.ok());
}

TEST_F(TwoDocuments, TheWholeOfBothIsDiscovered) {
  publish(kOpenId, document(member("userinfo_endpoint", kUserInfo) + "," +
                            R"("scopes_supported":["openid"])"));
  const auto metadata = client().discover();
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->endpoints.token, kToken);
  EXPECT_EQ(metadata->endpoints.userinfo, kUserInfo);
  EXPECT_EQ(metadata->scopes, std::vector<std::string>{"openid"});
}

TEST_F(TwoDocuments, ACancelBetweenThemEndsTheCall) {
  const Cancel cancel;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kOpenId) cancel.set();
  };
  world.failures[kOpenId].push_back(failure(FailureKind::cancelled));
  EXPECT_EQ(client().discover(cancel).error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace deviceflow::test
