// The blocking client against fake ports.
#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow::test {
namespace {

TEST_F(ClientTest, SignsInPromptsOnceAndReportsEachPoll) {
  int prompts = 0;
  std::vector<PollReport> polls;
  LoginEvents events;
  events.on_prompt = [&](const DeviceAuthorization& codes) {
    ++prompts;
    EXPECT_EQ(codes.user_code, "WDJB-MJHT");
  };
  events.on_poll = [&](const PollReport& poll) {
    polls.push_back(poll);
    EXPECT_GE(*poll.next_in, milliseconds(5100));
  };
  const auto outcome = client().login({}, events);
  ASSERT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(prompts, 1);
  EXPECT_EQ(polls.size(), 1u);
  EXPECT_EQ(world.count(kToken), 2);
}

TEST_F(ClientTest, LooksAtTheSecondPlaceWhereTheFirstHasNothing) {
  world.answers[kWellKnown].clear();
  world.answers[kOpenId].push_back(answer(200, metadata_json()));
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  EXPECT_EQ(world.count(kWellKnown), 1);
}

TEST_F(ClientTest, SaysThatTheDeviceFlowIsNotSupportedAndGuessesNoPath) {  // D-4-1
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(
      200,
      R"({"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/token"})"));
  const auto outcome = client().login({}, LoginEvents{});
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::device_flow_not_supported);
  // The issuer's other document might name it.
  ASSERT_EQ(world.requests.size(), 2u);
  EXPECT_EQ(world.requests[1].url, kOpenId);
}

TEST_F(ClientTest, WarnsWhereTheMetadataDoNotListTheGrant) {  // D-4-2
  std::string metadata = metadata_json();
  metadata.replace(metadata.find("urn:ietf"), 44, "authorization_code");
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(200, metadata));
  const auto outcome = client().login({}, LoginEvents{});
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_TRUE(outcome.quirks.has(Quirk::grant_not_listed));
}

TEST_F(ClientTest, FollowsAtMostThreeRedirectsOfMetadata) {  // H-15.4-2
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(302, "", "", {{"Location", "/a"}}));
  world.answers["https://id.example.com/a"].push_back(
      answer(307, "", "", {{"Location", "https://cdn.example.com/b"}}));
  world.answers["https://cdn.example.com/b"].push_back(answer(200, metadata_json()));
  EXPECT_TRUE(client().discover().ok());
}

TEST_F(ClientTest, EndsARedirectLoop) {  // H-15.4-2
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(302, "", "", {{"Location", kWellKnown}}));
  EXPECT_EQ(client().discover().error().code, ErrorCode::redirect_refused);
  EXPECT_EQ(world.requests.size(), 4u);
}

TEST_F(ClientTest, RefusesARedirectToPlainHttp) {  // H-15.4-2
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(
      answer(302, "", "", {{"Location", "http://id.example.com/x"}}));
  EXPECT_EQ(client().discover().error().code, ErrorCode::redirect_refused);
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(ClientTest, RefusesARedirectOfTheDeviceRequest) {  // H-15.4-1
  world.answers[kDevice].clear();
  world.answers[kDevice].push_back(
      answer(307, "", "", {{"Location", "https://elsewhere.example.com/x"}}));
  EXPECT_EQ(client().login({}, LoginEvents{}).tokens.error().code, ErrorCode::redirect_refused);
  EXPECT_EQ(world.count("https://elsewhere.example.com/x"), 0);
}

TEST_F(ClientTest, WithoutAnIssuerBothEndpointsAreNeeded) {
  config.issuer.clear();
  config.endpoints.token = kToken;
  EXPECT_EQ(client().login({}, LoginEvents{}).tokens.error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(ClientTest, SingleEndpointsWinOverTheMetadata) {
  config.endpoints.token = "https://other.example.com/token";
  world.answers["https://other.example.com/token"].push_back(response_of(tokens()));
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  EXPECT_EQ(world.count(kToken), 0);
}

TEST_F(ClientTest, SendsNothingAfterAnExpiredLoginUntilItIsAskedAgain) {  // D-3.1-6
  world.answers[kToken].clear();
  world.answers[kToken].push_back(response_of(error("expired_token")));
  EXPECT_EQ(client().login({}, LoginEvents{}).tokens.error().code, ErrorCode::expired_token);
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_FALSE(client().login({}, LoginEvents{}).tokens.ok());
  EXPECT_EQ(world.count(kDevice), 2);
}

TEST_F(ClientTest, CancelDuringAWaitEndsTheLogin) {
  const Cancel cancel;
  world.on_wait = [&] { cancel.set(); };
  EXPECT_EQ(client().login({}, LoginEvents{}, cancel).tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(world.count(kToken), 0);
  EXPECT_EQ(world.waits, 1);
}

TEST_F(ClientTest, ATokenThatCrossesACancelIsRevoked) {  // D-3.5-12
  world.answers[kToken].clear();
  world.answers[kToken].push_back(response_of(tokens()));
  const Cancel cancel;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kToken) cancel.set();
  };
  EXPECT_EQ(client().login({}, LoginEvents{}, cancel).tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(world.count(kRevoke), 1);
}

// What on_transition told, as "state event state".
class Transitions {
 public:
  LoginEvents events() {
    LoginEvents events;
    events.on_transition = [this](const LoginTransition& step) {
      EXPECT_EQ(transition(step.state, step.event).next, step.next);
      told.push_back(std::string(name(step.state)) + " " + std::string(name(step.event)) + " " +
                     std::string(name(step.next)));
    };
    return events;
  }
  std::vector<std::string> told;
};

TEST_F(ClientTest, TellsEachTransition) {
  Transitions steps;
  EXPECT_TRUE(client().login({}, steps.events()).tokens.ok());
  EXPECT_EQ(steps.told,
            (std::vector<std::string>{"ready due authorizing", "authorizing codes waiting",
                                      "waiting due polling", "polling pending waiting",
                                      "waiting due polling", "polling tokens finished"}));
}

TEST_F(ClientTest, TellsTheTransitionsOfACancelThatATokenCrosses) {
  world.answers[kToken].clear();
  world.answers[kToken].push_back(response_of(tokens()));
  const Cancel cancel;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kToken) cancel.set();
  };
  Transitions steps;
  client().login({}, steps.events(), cancel);
  ASSERT_EQ(steps.told.size(), 6u);
  EXPECT_EQ(steps.told[3], "polling cancel cancelling");
  EXPECT_EQ(steps.told[4], "cancelling tokens revoking");
  EXPECT_EQ(steps.told[5], "revoking settled finished");
}

TEST_F(ClientTest, TellsTheTransitionsOfARequestThatCannotBeMade) {
  LoginRequest request;
  request.scope = "not\tallowed";
  Transitions steps;
  EXPECT_FALSE(client().login(request, steps.events()).tokens.ok());
  EXPECT_EQ(steps.told, (std::vector<std::string>{"ready due authorizing",
                                                  "authorizing final_error finished"}));
}

TEST_F(ClientTest, ACancelCountsForTheCallsThatAreGivenIt) {
  const Cancel cancel;
  cancel.set();
  EXPECT_EQ(client().login({}, LoginEvents{}, cancel).tokens.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
}

TEST_F(ClientTest, HandsEveryExchangeToTheRecorder) {
  std::vector<Stage> stages;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    stages.push_back(record.stage);
    const std::string line(to_trace(record, redactor, TraceSecrets::redact).reveal());
    EXPECT_EQ(line.find("sentinel"), std::string::npos) << line;
  };
  client().login({}, LoginEvents{});
  EXPECT_EQ(stages, (std::vector<Stage>{Stage::discovery, Stage::device_authorization, Stage::token,
                                        Stage::token}));
}

TEST_F(ClientTest, TheUserCodeLeavesInNoRequest) {  // D-5.7-1, C-PX-1
  client().login({}, LoginEvents{});
  ASSERT_GE(world.requests.size(), 4u);
  for (const HttpRequest& request : world.requests) {
    EXPECT_EQ(request.url.find("WDJB"), std::string::npos);
    EXPECT_EQ(request.body.reveal().find("WDJB"), std::string_view::npos);
    EXPECT_EQ(request.url.find("https://id.example.com/"), 0u);  // the endpoints, and nobody else
  }
}

TEST_F(ClientTest, IntrospectionOfAPublicClientSendsNothing) {  // I-2.1-2
  const auto result = client().introspect(Secret("tok"));
  EXPECT_EQ(result.error().code, ErrorCode::not_possible);
  EXPECT_EQ(world.count("https://id.example.com/introspect"), 0);
}

TEST_F(ClientTest, IntrospectionUsesItsOwnCredentials) {
  world.answers["https://id.example.com/introspect"].push_back(answer(200, R"({"active":true})"));
  const auto result =
      client().introspect(Secret("tok"), {std::move(*make_account_auth("admin", Secret("pass")))});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->active);
  EXPECT_EQ(*find_header(world.requests.back().headers, "Authorization"),
            "Basic " + base64_encode("admin:pass"));
}

TEST_F(ClientTest, UserInfoOfNoTokenSendsNothing) {
  EXPECT_EQ(client().userinfo(Secret()).error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(ClientTest, UserInfoWithoutAnEndpointIsNotPossible) {
  config.issuer.clear();
  const auto result = client().userinfo(Secret("tok"));
  EXPECT_EQ(result.error().code, ErrorCode::not_possible);
  EXPECT_EQ(result.error().stage, Stage::userinfo);
  EXPECT_NE(result.error().message.find("no userinfo endpoint"), std::string::npos);
}

TEST_F(ClientTest, UserInfoIsAskedWithTheTokenAloneEvenByAClientWithASecret) {  // B-2-1, B-5.3-1
  config.client_secret = Secret("client-secret-sentinel");
  config.client_auth = ClientAuth::post;
  std::vector<std::string> traces;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    traces.emplace_back(to_trace(record, redactor, TraceSecrets::redact).reveal());
  };
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"u1","name":"Ada Lovelace"})"));
  const auto result = client().userinfo(Secret("token-sentinel"));
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->subject, "u1");
  const HttpRequest& request = world.requests.back();
  EXPECT_EQ(request.method, Method::get);
  EXPECT_EQ(request.url, kUserInfo);
  EXPECT_EQ(*find_header(request.headers, "Authorization"), "Bearer token-sentinel");
  EXPECT_TRUE(request.body.empty());
  ASSERT_EQ(traces.size(), 2u);
  for (const char* hidden : {"token-sentinel", "client-secret-sentinel", "Ada", "u1"}) {
    EXPECT_EQ(traces.back().find(hidden), std::string::npos) << traces.back();
  }
}

TEST_F(ClientTest, UserInfoKeepsTheTokenOutOfErrors) {
  config.endpoints.userinfo = "https://api.example.com/me";
  world.answers["https://api.example.com/me"].push_back(
      answer(401, "", "",
             {{"WWW-Authenticate",
               R"(Bearer error="invalid_token", error_description="no token-sentinel here")"}}));
  const auto result = client().userinfo(Secret("token-sentinel"));
  EXPECT_EQ(result.error().label(), "invalid_token");
  EXPECT_EQ(result.error().description, "no [redacted] here");
  EXPECT_EQ(world.count(kWellKnown), 0);  // the endpoint was given
}

TEST_F(ClientTest, UserInfoOfSomebodyElseIsAnAlarm) {  // O-5.3.2-1
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"u1"})"));
  const auto result = client().userinfo(Secret("tok"), "u2");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::subject_mismatch);
  EXPECT_TRUE(client().userinfo(Secret("tok"), "u1").ok());
}

TEST_F(ClientTest, UserInfoThatGotNoAnswerIsANetworkError) {
  world.failures[kUserInfo].push_back(failure(TransportFailure::Kind::connection));
  const auto result = client().userinfo(Secret("tok"));
  EXPECT_EQ(result.error().code, ErrorCode::network);
  EXPECT_EQ(result.error().stage, Stage::userinfo);
}

TEST_F(ClientTest, ALoginFindsTheUserInfoEndpointToo) {
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  world.answers[kUserInfo].push_back(answer(200, R"({"sub":"u1"})"));
  EXPECT_TRUE(client().userinfo(Secret("tok")).ok());
  EXPECT_EQ(world.count(kWellKnown), 1);
}

TEST_F(ClientTest, ANullEndpointIsSaidToBeMissing) {
  config.issuer.clear();
  EXPECT_EQ(client().introspect(Secret("tok")).error().code, ErrorCode::not_possible);
}

}  // namespace
}  // namespace deviceflow::test
