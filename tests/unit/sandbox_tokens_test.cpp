// Refresh tokens and revocation at the sandbox server, and the rules it watches over.
#include "foundation/encoding.hpp"
#include "sandbox_client.hpp"

namespace deviceflow::sandbox {
namespace {

const std::string kPost = "client_id=demo-post&client_secret=demo-post-secret";

// Somebody who has signed in, with what they were given.
class SignedIn : public Sandbox {
 public:
  explicit SignedIn(std::string_view scenario = R"({"interval":5})",
                    std::string_view scope = "openid+photos")
      : Sandbox(scenario) {
    keep(tokens("client_id=demo-tv&scope=" + std::string(scope)));
  }

  void keep(const Response& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    access = member(response, "access_token");
    const std::string newer = member(response, "refresh_token");
    if (!newer.empty()) refresh = newer;
  }
  Response refresh_with(std::string_view token, std::string_view more = "",
                        std::string_view client = "client_id=demo-tv") {
    return post("/token", std::string(client) + "&grant_type=refresh_token&refresh_token=" +
                              std::string(token) + std::string(more));
  }
  Response revoke(std::string_view token, std::string_view more = "") {
    return post("/revoke", "client_id=demo-tv&token=" + std::string(token) + std::string(more));
  }
  Response introspect(std::string_view token) {
    return post("/introspect", "token=" + std::string(token),
                {{"Authorization", "Basic " + base64_encode("admin:admin")}});
  }
  bool active(std::string_view token) { return member(introspect(token), "active") == "true"; }
  Response userinfo(std::string_view token) {
    return get("/userinfo", {{"Authorization", "Bearer " + std::string(token)}});
  }

  std::string access;
  std::string refresh;
};

TEST(SandboxRefresh, RefusesAnAccessTokenAsARefreshToken) {
  SignedIn sandbox;
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.access)), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "T-6-1");
}

TEST(SandboxRefresh, RefusesARefreshTokenAsAnAccessToken) {
  SignedIn sandbox;
  EXPECT_EQ(sandbox.userinfo(sandbox.refresh).status, 401);
  EXPECT_EQ(sandbox.rules(), "T-10.3-1");
}

TEST(SandboxRefresh, KeepsATokenToTheClientItWasGivenTo) {
  SignedIn sandbox;
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh, "", kPost)), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "T-6-2");
  EXPECT_EQ(sandbox.refresh_with(sandbox.refresh).status, 200);
}

TEST(SandboxRefresh, WantsTheClientToSayWhoItIs) {
  SignedIn sandbox;
  EXPECT_EQ(error_of(sandbox.post("/token", "grant_type=refresh_token&refresh_token=x")),
            "invalid_request");
  EXPECT_EQ(error_of(sandbox.refresh_with("x", "", "client_id=demo-post")), "invalid_client");
  EXPECT_EQ(sandbox.rules(), "T-6-2 T-6-2");
}

TEST(SandboxRefresh, RefusesAScopeThatIsMalformed) {
  SignedIn sandbox;
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh, "&scope=a%0Ab")), "invalid_scope");
  EXPECT_EQ(sandbox.rules(), "T-3.3-1");
}

TEST(SandboxRefresh, RefusesARequestWithoutAToken) {
  SignedIn sandbox;
  EXPECT_EQ(error_of(sandbox.post("/token", "client_id=demo-tv&grant_type=refresh_token")),
            "invalid_request");
  EXPECT_EQ(sandbox.rules(), "T-6-1");
}

TEST(SandboxRefresh, ATokenItNeverGaveOutIsRefusedWithoutBlame) {
  SignedIn sandbox;
  EXPECT_EQ(error_of(sandbox.refresh_with("from-before-a-restart")), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRefresh, RefusesMoreThanWasGranted) {
  SignedIn sandbox;
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh, "&scope=openid+email")),
            "invalid_scope");
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh, "&scope=photo")), "invalid_scope");
  EXPECT_EQ(sandbox.rules(), "T-6-1 T-6-1");
  EXPECT_EQ(sandbox.refresh_with(sandbox.refresh).status, 200) << "the token is as good as before";
}

TEST(SandboxRefresh, TheUseOfAReplacedTokenEndsTheWholeLogin) {
  SignedIn sandbox;
  const std::string first_access = sandbox.access;
  const std::string first = sandbox.refresh;
  sandbox.keep(sandbox.refresh_with(first));
  EXPECT_EQ(error_of(sandbox.refresh_with(first)), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "T-6-3");
  for (const std::string& token : {first, first_access, sandbox.access, sandbox.refresh}) {
    EXPECT_FALSE(sandbox.active(token));
  }
  EXPECT_EQ(sandbox.userinfo(sandbox.access).status, 401);
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh)), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "T-6-3") << "whoever holds the newest token couldn't know";
}

TEST(SandboxRefresh, AnotherLoginGoesOnWhenOneEnds) {
  SignedIn sandbox;
  const std::string first = sandbox.refresh;
  sandbox.refresh_with(first);
  sandbox.keep(sandbox.tokens());
  sandbox.refresh_with(first);
  EXPECT_TRUE(sandbox.active(sandbox.access));
  EXPECT_EQ(sandbox.refresh_with(sandbox.refresh).status, 200);
}

TEST(SandboxRefresh, ATokenThatWasRefusedIsNotToBeTriedAgain) {
  SignedIn sandbox(R"({"refresh_token_life":10})");
  sandbox.now += seconds(10);
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh)), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "");
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh)), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "T-6-5");
}

TEST(SandboxRefresh, NoticesASecondOneInFlight) {
  for (const char* rotation : {"on", "off"}) {
    SignedIn sandbox(R"({"rotation":")" + std::string(rotation) +
                     R"(","refresh_answers":[{"request":1,"delay":10}]})");
    EXPECT_EQ(sandbox.refresh_with(sandbox.refresh).delay, seconds(10));
    sandbox.now += milliseconds(9999);
    sandbox.refresh_with(sandbox.refresh);
    EXPECT_EQ(sandbox.rules(), "T-6-4") << rotation;
  }
}

TEST(SandboxRefresh, IsTakenBackWhereTheAnswerNeverArrived) {
  SignedIn sandbox(R"({"refresh_answers":[{"request":1,"delay":60}]})");
  const Response held = sandbox.refresh_with(sandbox.refresh);
  sandbox.now += seconds(30);
  sandbox.server.on_client_gone(held.poll_ticket, sandbox.now);
  EXPECT_FALSE(sandbox.active(Sandbox::member(held, "access_token")));
  EXPECT_EQ(sandbox.refresh_with(sandbox.refresh).status, 200);
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRefresh, APassingFaultLeavesTheTokenGoodAndRetryAfterIsObeyed) {
  constexpr auto kFaults = R"({"refresh_answers":[
      {"request":1,"status":503,"headers":{"Retry-After":"7"}},{"request":2,"hang_up":true}]})";
  SignedIn hasty(kFaults);
  EXPECT_EQ(hasty.refresh_with(hasty.refresh).status, 503);
  hasty.now += milliseconds(6999);
  EXPECT_TRUE(hasty.refresh_with(hasty.refresh).hang_up);
  EXPECT_EQ(hasty.rules(), "H-10.2.3-1");
  SignedIn patient(kFaults);
  patient.refresh_with(patient.refresh);
  patient.now += seconds(7);
  patient.refresh_with(patient.refresh);
  EXPECT_EQ(patient.refresh_with(patient.refresh).status, 200);
  EXPECT_EQ(patient.rules(), "");
}

TEST(SandboxRefresh, AScriptedInvalidGrantEndsTheToken) {
  SignedIn sandbox(R"({"refresh_answers":[{"request":1,"error":"invalid_grant"}]})");
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh)), "invalid_grant");
  EXPECT_FALSE(sandbox.active(sandbox.refresh));
  sandbox.refresh_with(sandbox.refresh);
  EXPECT_EQ(sandbox.rules(), "T-6-5");
}

TEST(SandboxRefresh, LivesAsLongAsTheScenarioSays) {
  SignedIn sandbox(R"({"access_token_life":60,"refresh_token_life":120})");
  sandbox.now += milliseconds(59999);
  EXPECT_TRUE(sandbox.active(sandbox.access));
  sandbox.now += milliseconds(1);
  EXPECT_FALSE(sandbox.active(sandbox.access));
  sandbox.now += seconds(59);
  const Response renewed = sandbox.refresh_with(sandbox.refresh);
  EXPECT_EQ(Sandbox::member(renewed, "expires_in"), "60");
  sandbox.keep(renewed);
  sandbox.now += seconds(119);
  EXPECT_EQ(sandbox.refresh_with(sandbox.refresh).status, 200) << "its life counts from its issue";
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRefresh, ReplacesTheTokenEveryTime) {
  SignedIn sandbox;
  for (int i = 0; i < 3; ++i) {
    const std::string refresh = sandbox.refresh;
    const std::string access = sandbox.access;
    const Response renewed = sandbox.refresh_with(refresh);
    sandbox.keep(renewed);
    EXPECT_NE(sandbox.refresh, refresh);
    EXPECT_NE(sandbox.access, access);
    EXPECT_FALSE(sandbox.active(refresh));
    EXPECT_TRUE(sandbox.active(access));
    EXPECT_EQ(Sandbox::member(renewed, "scope"), "openid photos");
    EXPECT_EQ(*find_header(renewed.headers, "Cache-Control"), "no-store");
  }
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRefresh, WithoutRotationTheTokenStays) {
  SignedIn sandbox(R"({"rotation":"off"})");
  for (int i = 0; i < 3; ++i) {
    const Response renewed = sandbox.refresh_with(sandbox.refresh);
    EXPECT_EQ(renewed.status, 200);
    EXPECT_EQ(Sandbox::member(renewed, "refresh_token"), "");
  }
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRefresh, GivesLessScopeWhereAskedAndKeepsTheRestForLater) {
  SignedIn sandbox;
  const Response narrow = sandbox.refresh_with(sandbox.refresh, "&scope=photos");
  sandbox.keep(narrow);
  EXPECT_EQ(Sandbox::member(narrow, "scope"), "photos");
  EXPECT_EQ(Sandbox::member(sandbox.introspect(sandbox.access), "scope"), "photos");
  EXPECT_EQ(Sandbox::member(sandbox.refresh_with(sandbox.refresh), "scope"), "openid photos");
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRefresh, IsPossibleWhereTheScenarioOrTheScopeSaysSo) {
  EXPECT_NE(SignedIn(R"({})").refresh, "");
  EXPECT_EQ(SignedIn(R"({"refresh_token":"never"})", "offline_access").refresh, "");
  EXPECT_EQ(SignedIn(R"({"refresh_token":"offline_access"})", "openid").refresh, "");
  EXPECT_NE(SignedIn(R"({"refresh_token":"offline_access"})", "openid+offline_access").refresh, "");
}

TEST(SandboxRefresh, ClientsWithASecretAuthenticate) {
  SignedIn sandbox;
  const Response codes = sandbox.post("/device_authorization", kPost);
  sandbox.server.decide(Sandbox::member(codes, "user_code"), Decision::approve, "Ada", sandbox.now);
  sandbox.now += seconds(5);
  const Response tokens =
      sandbox.post("/token", kPost + "&grant_type=" + std::string(kGrantType) +
                                 "&device_code=" + Sandbox::member(codes, "device_code"));
  const std::string refresh = Sandbox::member(tokens, "refresh_token");
  EXPECT_EQ(sandbox.refresh_with(refresh, "", kPost).status, 200);
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxIntrospection, KnowsRefreshTokens) {
  SignedIn sandbox;
  const Response response = sandbox.introspect(sandbox.refresh);
  EXPECT_EQ(Sandbox::member(response, "active"), "true");
  EXPECT_EQ(Sandbox::member(response, "client_id"), "demo-tv");
  EXPECT_EQ(Sandbox::member(response, "scope"), "openid photos");
  EXPECT_EQ(Sandbox::member(response, "username"), "Grace");
  EXPECT_EQ(Sandbox::member(response, "exp"), "1702592005");
  EXPECT_EQ(Sandbox::member(response, "token_type"), "") << "it is no bearer token";
}

TEST(SandboxRevocation, WantsAPostWithATokenFromAClient) {
  SignedIn sandbox;
  EXPECT_EQ(sandbox.get("/revoke", {{"Accept", "application/json"}}).status, 405);
  EXPECT_EQ(error_of(sandbox.post("/revoke", "client_id=demo-tv")), "invalid_request");
  EXPECT_EQ(error_of(sandbox.post("/revoke", "token=x")), "invalid_request");
  EXPECT_EQ(error_of(sandbox.post("/revoke", "client_id=demo-post&token=x")), "invalid_client");
  EXPECT_EQ(sandbox.rules(), "R-2.1-1 R-2.1-1 R-2.1-1 R-2.1-1");
}

TEST(SandboxRevocation, WritesDownAHintThatSaysNothing) {
  SignedIn sandbox;
  EXPECT_EQ(sandbox.revoke(sandbox.access, "&token_type_hint=bearer").status, 200);
  EXPECT_EQ(sandbox.rules(), "R-2.1-1");
  EXPECT_FALSE(sandbox.active(sandbox.access));
}

TEST(SandboxRevocation, WritesDownTheUseOfATokenThatWasRevoked) {
  SignedIn sandbox;
  sandbox.revoke(sandbox.refresh);
  EXPECT_EQ(sandbox.userinfo(sandbox.access).status, 401);
  EXPECT_EQ(error_of(sandbox.refresh_with(sandbox.refresh)), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "R-2.1-2 R-2.1-2");
}

TEST(SandboxRevocation, A503LeavesTheTokenAliveAndRetryAfterIsObeyed) {
  constexpr auto kBusy = R"({"revocation_answers":[
      {"request":1,"status":503,"headers":{"Retry-After":"7"}}]})";
  SignedIn hasty(kBusy);
  const Response busy = hasty.revoke(hasty.refresh);
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(*find_header(busy.headers, "Retry-After"), "7");
  EXPECT_TRUE(hasty.active(hasty.refresh));
  hasty.now += milliseconds(6999);
  EXPECT_EQ(hasty.revoke(hasty.refresh).status, 200);
  EXPECT_EQ(hasty.rules(), "R-2.2.1-1");
  SignedIn patient(kBusy);
  patient.revoke(patient.refresh);
  patient.now += seconds(7);
  EXPECT_EQ(patient.revoke(patient.refresh).status, 200);
  EXPECT_FALSE(patient.active(patient.refresh));
  EXPECT_EQ(patient.rules(), "");
}

TEST(SandboxRevocation, LeavesAnotherClientsTokenAlone) {
  SignedIn sandbox;
  for (const std::string& token : {sandbox.access, sandbox.refresh}) {
    EXPECT_EQ(sandbox.post("/revoke", kPost + "&token=" + token).status, 200);
    EXPECT_TRUE(sandbox.active(token));
  }
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRevocation, AcceptsUnknownTokensWithAnEmptyBody) {
  SignedIn sandbox;
  for (const std::string& token : {std::string("other"), sandbox.access, sandbox.access}) {
    const Response response = sandbox.revoke(token);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "");
  }
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRevocation, OfAnAccessTokenLeavesTheRefreshToken) {
  SignedIn sandbox;
  EXPECT_EQ(sandbox.revoke(sandbox.access).status, 200);
  EXPECT_FALSE(sandbox.active(sandbox.access));
  EXPECT_EQ(sandbox.refresh_with(sandbox.refresh).status, 200);
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRevocation, OfARefreshTokenEndsTheAccessTokensOfItsLogin) {
  SignedIn sandbox;
  const std::string first = sandbox.access;
  sandbox.keep(sandbox.refresh_with(sandbox.refresh));
  sandbox.revoke(sandbox.refresh);
  for (const std::string& token : {first, sandbox.access, sandbox.refresh}) {
    EXPECT_FALSE(sandbox.active(token));
  }
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxRevocation, FindsTheTokenWhateverTheHintSays) {
  SignedIn sandbox;
  sandbox.revoke(sandbox.access, "&token_type_hint=refresh_token");
  EXPECT_FALSE(sandbox.active(sandbox.access));
  EXPECT_TRUE(sandbox.active(sandbox.refresh));
  sandbox.revoke(sandbox.refresh, "&token_type_hint=access_token");
  EXPECT_FALSE(sandbox.active(sandbox.refresh));
  EXPECT_EQ(sandbox.rules(), "");
}

}  // namespace
}  // namespace deviceflow::sandbox
