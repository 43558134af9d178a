// The sandbox server's endpoints and the rules it watches over, on a virtual clock.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "foundation/encoding.hpp"
#include "sandbox_client.hpp"

namespace deviceflow::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SandboxMetadata, NamesEveryEndpointAndTheGrant) {
  Sandbox sandbox;
  for (const char* path :
       {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"}) {
    const Response response = sandbox.get(path);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(Sandbox::member(response, "issuer"), "http://127.0.0.1:8080");
    EXPECT_EQ(Sandbox::member(response, "device_authorization_endpoint"),
              "http://127.0.0.1:8080/device_authorization");
    EXPECT_EQ(Sandbox::member(response, "token_endpoint"), "http://127.0.0.1:8080/token");
    EXPECT_EQ(Sandbox::member(response, "revocation_endpoint"), "http://127.0.0.1:8080/revoke");
    EXPECT_EQ(Sandbox::member(response, "grant_types_supported"),
              R"(["urn:ietf:params:oauth:grant-type:device_code","refresh_token"])");
    EXPECT_EQ(Sandbox::member(response, "code_challenge_methods_supported"), R"(["S256"])");
  }
  EXPECT_EQ(sandbox.get("/.well-known/other").status, 404);
}

TEST(SandboxMessages, NoTextInADocumentFoolsATerminal) {
  EXPECT_EQ(json_text({{"text", "a\x1b\x7f\xe2\x80\xae\xe2\x80\x8b\"\n"}, {"list", {"one"}}}),
            R"({"text":"a\u001b\u007f\u202e\u200b\"\n","list":["one"]})");
  EXPECT_EQ(json_text({{"text", "a\xff"}}), R"({"text":"a\ufffd"})");
}

TEST(SandboxDeviceAuthorization, GivesOutCodesAsTheRfcWantsThem) {
  Sandbox sandbox;
  const Response response = sandbox.post("/device_authorization", "client_id=demo-tv");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Sandbox::member(response, "device_code").size(), 43u);
  const std::string user_code = Sandbox::member(response, "user_code");
  ASSERT_EQ(user_code.size(), 9u);
  EXPECT_EQ(user_code[4], '-');
  EXPECT_EQ(user_code.find_first_not_of("BCDFGHJKLMNPQRSTVWXZ-"), std::string::npos);
  EXPECT_EQ(Sandbox::member(response, "verification_uri"), "http://127.0.0.1:8080/device");
  EXPECT_EQ(Sandbox::member(response, "verification_uri_complete"),
            "http://127.0.0.1:8080/device?user_code=" + user_code);
  EXPECT_EQ(Sandbox::member(response, "expires_in"), "600");
  EXPECT_EQ(Sandbox::member(response, "interval"), "5");
  EXPECT_EQ(*find_header(response.headers, "Cache-Control"), "no-store");
  EXPECT_EQ(sandbox.rules(), "");
}

struct Malformed {
  const char* name;
  Request request;
  const char* rule;
  const char* error;
};

class SandboxMalformed : public testing::TestWithParam<Malformed> {};

TEST_P(SandboxMalformed, RequestIsRefusedAndWrittenDown) {
  Sandbox sandbox;
  const Response response = sandbox.server.handle(GetParam().request, sandbox.now);
  EXPECT_EQ(sandbox.rules(), GetParam().rule);
  EXPECT_EQ(error_of(response), GetParam().error);
}

const HeaderList kGood{{"Accept", "application/json"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
const HeaderList kNoAccept{{"Content-Type", "application/x-www-form-urlencoded"}};
const HeaderList kAsJson{{"Accept", "application/json"}, {"Content-Type", "application/json"}};

HeaderList with_basic(std::string_view pair) {
  HeaderList headers = kGood;
  headers.emplace_back("Authorization", "Basic " + base64_encode(pair));
  return headers;
}

Malformed device(const char* name, HeaderList headers, const char* body, const char* rule,
                 const char* error) {
  return {name, {"POST", "/device_authorization", std::move(headers), body, false}, rule, error};
}
Malformed token(const char* name, const char* body, const char* rule, const char* error) {
  return {name, {"POST", "/token", kGood, body, false}, rule, error};
}

INSTANTIATE_TEST_SUITE_P(
    Each, SandboxMalformed,
    testing::Values(
        Malformed{"DeviceByGet",
                  {"GET", "/device_authorization", kGood, "", false},
                  "D-3.1-1",
                  "invalid_request"},
        Malformed{"TokenByGet", {"GET", "/token", kGood, "", false}, "T-3.2-1", "invalid_request"},
        Malformed{"DeviceWithQuery",
                  {"POST", "/device_authorization?client_id=demo-tv", kGood, "", false},
                  "D-3.1-1",
                  "invalid_request"},
        Malformed{"SecretInQuery",
                  {"POST", "/token?client_secret=x", kGood, "", false},
                  "T-2.3.1-2",
                  "invalid_request"},
        device("WrongContentType", kAsJson, "{}", "D-3.1-1", "invalid_request"),
        device("NoAccept", kNoAccept, "client_id=demo-tv", "W-2", ""),
        device("BrokenEscape", kGood, "client_id=%Z", "T-B-1", "invalid_request"),
        device("Repeated", kGood, "client_id=demo-tv&client_id=demo-tv", "D-3.1-4",
               "invalid_request"),
        device("EmptyValue", kGood, "client_id=demo-tv&scope=", "D-3.1-3", ""),
        device("NoClient", kGood, "scope=openid", "D-3.1-2", "invalid_request"),
        device("UnknownClient", kGood, "client_id=nobody", "D-3.1-2", "invalid_client"),
        device("BadScope", kGood, "client_id=demo-tv&scope=a%0Ab", "T-3.3-1", "invalid_scope"),
        device("TwoMethods", with_basic("demo-basic:demo-basic-secret"),
               "client_secret=demo-basic-secret", "T-2.3-1", "invalid_request"),
        device("SecretAndAssertion", kGood,
               "client_id=demo-post&client_secret=demo-post-secret&client_assertion=x", "T-2.3-1",
               "invalid_request"),
        device("BasicWithoutColon", with_basic("demo-basic"), "", "T-2.3.1-1", "invalid_client"),
        device("SecretMissing", kGood, "client_id=demo-post", "D-3.1-2", "invalid_client"),
        device("BasicMissing", kGood, "client_id=demo-basic", "D-3.1-2", "invalid_client"),
        token("NoGrantType", "client_id=demo-tv&device_code=x", "D-3.4-1", "invalid_request"),
        token("OtherGrantType", "client_id=demo-tv&grant_type=password", "D-3.4-1",
              "unsupported_grant_type"),
        token("NoClientInPoll",
              "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x", "D-3.4-2",
              "invalid_request"),
        token("NoDeviceCode",
              "client_id=demo-tv&grant_type=urn:ietf:params:oauth:grant-type:device_code",
              "D-3.4-1", "invalid_request"),
        token("UnknownDeviceCode",
              "client_id=demo-tv&grant_type=urn:ietf:params:oauth:grant-type:device_code"
              "&device_code=x",
              "D-3.4-1", "invalid_grant")),
    [](const auto& one) { return std::string(one.param.name); });

TEST(SandboxClients, AuthenticateByBasicAndByPost) {
  Sandbox sandbox;
  const HeaderList basic{
      {"Authorization", "Basic " + base64_encode("demo%2Dbasic:demo%2Dbasic%2Dsecret")}};
  EXPECT_EQ(sandbox.post("/device_authorization", "scope=openid", basic).status, 200);
  const std::string by_post = "client_id=demo-post&client_secret=demo-post-secret";
  EXPECT_EQ(sandbox.post("/device_authorization", by_post).status, 200);
  const Response wrong =
      sandbox.post("/device_authorization", "client_id=demo-post&client_secret=guess");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_TRUE(find_header(wrong.headers, "WWW-Authenticate"));
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxToken, AnswersPendingThenTokensThenNothingMore) {
  Sandbox sandbox;
  sandbox.start();
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "authorization_pending");
  EXPECT_EQ(sandbox.server.decide(sandbox.user_code, Decision::approve, "Ada", sandbox.now),
            DecisionResult::done);
  const Response tokens = sandbox.poll_after(seconds(5));
  EXPECT_EQ(tokens.status, 200);
  EXPECT_EQ(Sandbox::member(tokens, "token_type"), "Bearer");
  EXPECT_EQ(Sandbox::member(tokens, "scope"), "openid");
  EXPECT_EQ(Sandbox::member(tokens, "access_token").size(), 43u);
  EXPECT_EQ(sandbox.rules(), "");
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "D-3.5-4");
}

TEST(SandboxToken, AnswersSlowDownToAPollBeforeTheInterval) {
  Sandbox sandbox;
  sandbox.start();
  EXPECT_EQ(error_of(sandbox.poll_after(milliseconds(4999))), "slow_down");
  EXPECT_EQ(sandbox.rules(), "D-3.5-2");
}

TEST(SandboxToken, AddsFiveSecondsForGoodWithEachSlowDown) {
  Sandbox sandbox;
  sandbox.start();
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(4))), "slow_down");
  EXPECT_EQ(error_of(sandbox.poll_after(milliseconds(9999))), "slow_down");
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(15))), "authorization_pending");
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(14))), "slow_down");
  EXPECT_EQ(sandbox.rules(), "D-3.5-2 D-3.5-3 D-3.5-3");
}

TEST(SandboxToken, TellsExpiryOnceAndWritesDownLatePolls) {
  Sandbox at_expiry(R"({"expires_in":10,"interval":5})");
  at_expiry.start();
  EXPECT_EQ(error_of(at_expiry.poll_after(milliseconds(10400))), "expired_token");
  EXPECT_EQ(at_expiry.rules(), "");
  Sandbox late(R"({"expires_in":10,"interval":5})");
  late.start();
  EXPECT_EQ(error_of(late.poll_after(seconds(11))), "expired_token");
  EXPECT_EQ(error_of(late.poll_after(seconds(5))), "expired_token");
  EXPECT_EQ(late.rules(), "D-3.5-10 D-3.5-4");
}

TEST(SandboxToken, TellsDenialOnce) {
  Sandbox sandbox;
  sandbox.start();
  sandbox.server.decide(sandbox.user_code, Decision::deny, "", sandbox.now);
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "access_denied");
  EXPECT_EQ(sandbox.rules(), "");
  sandbox.poll_after(seconds(5));
  EXPECT_EQ(sandbox.rules(), "D-3.5-4");
}

TEST(SandboxToken, KeepsACodeToTheClientItWasGivenTo) {
  Sandbox sandbox;
  sandbox.start("client_id=demo-post&client_secret=demo-post-secret");
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "D-3.4-2");
}

TEST(SandboxToken, NoticesASecondPollInFlight) {
  Sandbox sandbox(R"({"interval":1,"poll_answers":[{"poll":1,"delay":10}]})");
  sandbox.start();
  EXPECT_EQ(sandbox.poll_after(seconds(1)).delay, seconds(10));
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "slow_down");
  EXPECT_EQ(sandbox.rules(), "D-3.5-11");
}

TEST(SandboxToken, CountsTheWaitFromTheEndOfALateAnswer) {
  Sandbox sandbox(R"({"interval":2,"poll_answers":[{"poll":1,"delay":10}]})");
  sandbox.start();
  sandbox.poll_after(seconds(2));
  EXPECT_EQ(error_of(sandbox.poll_after(milliseconds(11999))), "slow_down");
  EXPECT_EQ(sandbox.rules(), "D-3.5-2");
}

TEST(SandboxToken, WantsALongerWaitAfterAClientTimeout) {
  for (const auto& [wait, rule] : {std::pair{seconds(2), "D-3.5-7"}, {seconds(4), ""}}) {
    Sandbox sandbox(R"({"interval":2,"poll_answers":[{"poll":1,"delay":60}]})");
    sandbox.start();
    const Response held = sandbox.poll_after(seconds(2));
    sandbox.now += seconds(30);
    sandbox.server.on_client_gone(held.poll_ticket, sandbox.now);
    EXPECT_EQ(error_of(sandbox.poll_after(wait)), "authorization_pending");
    EXPECT_EQ(sandbox.rules(), rule);
  }
}

TEST(SandboxToken, WantsBackOffAfterAPassingFaultAndRetryAfterObeyed) {
  constexpr auto kFaults = R"({"interval":2,"poll_answers":[
      {"poll":1,"status":502,"body":"<html></html>"},
      {"poll":2,"status":503,"headers":{"Retry-After":"20"},"body":""}]})";
  Sandbox hasty(kFaults);
  hasty.start();
  EXPECT_EQ(hasty.poll_after(seconds(2)).status, 502);
  EXPECT_EQ(hasty.poll_after(seconds(2)).status, 503);
  hasty.poll_after(seconds(19));
  EXPECT_EQ(hasty.rules(), "D-3.5-9 H-10.2.3-1");
  Sandbox patient(kFaults);
  patient.start();
  patient.poll_after(seconds(2));
  patient.poll_after(seconds(4));
  EXPECT_EQ(error_of(patient.poll_after(seconds(20))), "authorization_pending");
  EXPECT_EQ(patient.rules(), "");
}

TEST(SandboxIntrospection, TellsConfidentialClientsAndTheAdministrator) {
  Sandbox sandbox;
  const std::string token = sandbox.access_token();
  for (const char* pair : {"demo-resource-server:demo-resource-server-secret",
                           "demo-basic:demo-basic-secret", "admin:admin"}) {
    const HeaderList headers{{"Authorization", "Basic " + base64_encode(pair)}};
    const Response response = sandbox.post("/introspect", "token=" + token, headers);
    EXPECT_EQ(Sandbox::member(response, "active"), "true") << pair;
    EXPECT_EQ(Sandbox::member(response, "username"), "Grace");
    EXPECT_EQ(Sandbox::member(response, "client_id"), "demo-tv");
    EXPECT_EQ(Sandbox::member(response, "iat"), "1700000005");
    EXPECT_EQ(Sandbox::member(response, "exp"), "1700003605");
  }
  const HeaderList admin{{"Authorization", "Basic " + base64_encode("admin:admin")}};
  EXPECT_EQ(sandbox.post("/introspect", "token=other", admin).body, R"({"active":false})");
  sandbox.now += seconds(3600);
  EXPECT_EQ(sandbox.post("/introspect", "token=" + token, admin).body, R"({"active":false})");
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxIntrospection, RefusesWhoeverShowsNoCredentials) {
  Sandbox sandbox;
  EXPECT_EQ(sandbox.post("/introspect", "token=x&client_id=demo-tv").status, 401);
  EXPECT_EQ(sandbox.rules(), "I-2.1-2");
}

TEST(SandboxUserinfo, ChallengesARequestWithoutAToken) {
  Sandbox sandbox;
  const Response response = sandbox.get("/userinfo");
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(find_header(response.headers, "WWW-Authenticate")->starts_with("Bearer"));
}

TEST(SandboxUserinfo, SaysAsMuchAsTheScopeAllows) {
  const std::pair<const char*, const char*> cases[] = {
      {"openid", R"({"sub":"user-grace","preferred_username":"grace"})"},
      {"openid+profiles", R"({"sub":"user-grace","preferred_username":"grace"})"},
      {"profile", R"({"sub":"user-grace","preferred_username":"grace","name":"Grace Hopper"})"},
      {"openid+email",
       R"({"sub":"user-grace","preferred_username":"grace","email":"grace@sandbox.example",)"
       R"("email_verified":true})"},
  };
  for (const auto& [scope, body] : cases) {
    Sandbox sandbox;
    const Response tokens = sandbox.tokens("client_id=demo-tv&scope=" + std::string(scope));
    const std::string token = Sandbox::member(tokens, "access_token");
    EXPECT_EQ(sandbox.get("/userinfo", {{"Authorization", "Bearer " + token}}).body, body);
  }
}

TEST(SandboxControl, DecidesWithoutABrowser) {
  Sandbox sandbox;
  sandbox.start();
  EXPECT_EQ(sandbox.post("/sandbox/approve", "user_code=XXXX-XXXX").status, 404);
  EXPECT_EQ(sandbox.post("/sandbox/approve", "user_code=x&user=Mallory").status, 400);
  EXPECT_EQ(
      sandbox.post("/sandbox/approve", "user_code=" + sandbox.user_code + "&user=Linus").status,
      200);
  EXPECT_EQ(sandbox.post("/sandbox/deny", "user_code=" + sandbox.user_code).status, 409);
  EXPECT_EQ(sandbox.poll_after(seconds(5)).status, 200);
}

TEST(SandboxControl, NeverShowsACodeOrATokenInTheLog) {
  Sandbox sandbox;
  const std::string token = sandbox.access_token();
  sandbox.get("/" + token);
  sandbox.post("/token?device_code=" + sandbox.device_code, sandbox.device_code + "=&x=" + token);
  sandbox.post("/token", sandbox.device_code + "=&" + token + "=1&" + token + "=2");
  const std::string log = sandbox.get("/sandbox/log").body;
  const std::string violations = sandbox.get("/sandbox/violations").body;
  EXPECT_NE(log.find(R"("outcome":"tokens","attempt":1)"), std::string::npos);
  EXPECT_NE(log.find(R"("at_ms":5000)"), std::string::npos);
  EXPECT_NE(violations.find(R"({"rule":"T-3.2-1")"), std::string::npos);
  for (const std::string& text : {log, violations}) {
    EXPECT_EQ(text.find(token), std::string::npos);
    EXPECT_EQ(text.find(sandbox.device_code), std::string::npos);
  }
}

TEST(SandboxLan, ServesThePageAndNothingElse) {
  Sandbox sandbox;
  for (const char* path :
       {"/token", "/device_authorization", "/introspect", "/userinfo", "/sandbox/log",
        "/sandbox/violations", "/.well-known/oauth-authorization-server", "/"}) {
    EXPECT_EQ(sandbox.server.handle({"GET", path, {}, "", true}, sandbox.now).status, 404) << path;
  }
  EXPECT_EQ(sandbox.server.handle({"GET", "/device", {}, "", true}, sandbox.now).status, 200);
}

// How many codes one client may have at a time.
constexpr int kMostCodes = 256;

TEST(SandboxBounds, NewCodesNeverTakeTheRoomOfOneThatIsStillGood) {
  Sandbox sandbox;
  sandbox.start();
  const std::string first = sandbox.user_code;
  for (int i = 1; i < kMostCodes; ++i) sandbox.start();
  sandbox.now += seconds(1);
  const Response refused = sandbox.post("/device_authorization", "client_id=demo-tv");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(error_of(refused), "temporarily_unavailable");
  EXPECT_EQ(*find_header(refused.headers, "Retry-After"), "599");
  EXPECT_EQ(sandbox.server.decide(first, Decision::approve, "", sandbox.now), DecisionResult::done);
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxBounds, AnotherClientStillGetsCodes) {
  Sandbox sandbox;
  for (int i = 0; i < kMostCodes; ++i) sandbox.start();
  EXPECT_EQ(sandbox.post("/device_authorization", "client_id=demo-tv").status, 503);
  const Response other =
      sandbox.post("/device_authorization", "client_id=demo-post&client_secret=demo-post-secret");
  EXPECT_EQ(other.status, 200);
}

TEST(SandboxBounds, TheOldestExpiredCodeMakesRoomFirst) {
  Sandbox sandbox;
  sandbox.start();
  const std::string oldest = sandbox.user_code;
  sandbox.now += seconds(1);
  sandbox.start();
  const std::string second = sandbox.user_code;
  sandbox.now += seconds(400);
  sandbox.tokens();  // Finished, and younger than the two.
  for (int i = 3; i < kMostCodes; ++i) sandbox.start();
  sandbox.now += seconds(200);  // The first two are over, the others are not.
  sandbox.start();
  const auto standing = [&](const std::string& code) {
    return sandbox.server.decide(code, Decision::approve, "", sandbox.now);
  };
  EXPECT_EQ(standing(oldest), DecisionResult::unknown_code);
  EXPECT_EQ(standing(second), DecisionResult::expired_code);
  sandbox.start();
  EXPECT_EQ(standing(second), DecisionResult::unknown_code);
  sandbox.start();  // In the place of the finished one.
  EXPECT_EQ(sandbox.post("/device_authorization", "client_id=demo-tv").status, 503);
}

TEST(SandboxBounds, OneClientsTokensNeverTakeTheRoomOfAnothers) {
  Sandbox sandbox(R"({"expires_in":600,"interval":5,"rotation":"off"})");
  const std::string own = Sandbox::member(
      sandbox.tokens("client_id=demo-tv&scope=openid+offline_access"), "access_token");
  const std::string secret = "&client_secret=demo-post-secret";
  const Response codes =
      sandbox.post("/device_authorization", "client_id=demo-post&scope=offline_access" + secret);
  sandbox.server.decide(Sandbox::member(codes, "user_code"), Decision::approve, "", sandbox.now);
  sandbox.now += seconds(5);
  const Response tokens =
      sandbox.post("/token", "client_id=demo-post&grant_type=" + std::string(kGrantType) +
                                 "&device_code=" + Sandbox::member(codes, "device_code") + secret);
  std::string refresh = Sandbox::member(tokens, "refresh_token");
  ASSERT_NE(refresh, "");
  for (int i = 0; i < 3000; ++i) {
    const Response next = sandbox.post(
        "/token", "client_id=demo-post&grant_type=refresh_token&refresh_token=" + refresh + secret);
    ASSERT_EQ(next.status, 200) << i << next.body;
    sandbox.now += seconds(1);
  }
  const Response userinfo = sandbox.get("/userinfo", {{"Authorization", "Bearer " + own}});
  EXPECT_EQ(userinfo.status, 200);
}

}  // namespace
}  // namespace deviceflow::sandbox
