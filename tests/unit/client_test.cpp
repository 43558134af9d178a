// The blocking client against fake ports: a scripted transport and a clock that jumps.
#include <gtest/gtest.h>

#include <deviceflow/client.hpp>
#include <map>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

// A fake world: answers by URL, and a waiter that moves the clock to the deadline.
class FakeWorld final : public Transport, public Clock, public Waiter, public RandomSource {
 public:
  TransportResult send(const HttpRequest& request, const CancelFlag& cancel) override {
    requests.push_back(request.copy());
    if (cancel.is_set()) return failure(TransportFailure::Kind::cancelled, true);
    if (on_send) on_send(request);
    auto& queue = answers[request.url];
    if (queue.empty()) return answer(404, "", "text/html");
    HttpResponse next = queue.front().copy();
    if (queue.size() > 1) queue.erase(queue.begin());
    return next;
  }
  SteadyTime steady_now() override { return now; }
  std::optional<WallTime> wall_now() override { return std::nullopt; }
  void wait_until(SteadyTime deadline, const CancelFlag& cancel) override {
    ++waits;
    if (on_wait) on_wait();
    if (!cancel.is_set()) now = deadline;
  }
  void wake() noexcept override { ++wakes; }
  RandomBytes bytes() override { return RandomBytes{}; }

  ClientPorts ports() { return {this, this, this, this}; }
  int count(std::string_view url) const {
    return static_cast<int>(std::count_if(requests.begin(), requests.end(),
                                          [&](const auto& r) { return r.url == url; }));
  }

  std::map<std::string, std::vector<HttpResponse>> answers;
  std::vector<HttpRequest> requests;
  std::function<void(const HttpRequest&)> on_send;
  std::function<void()> on_wait;
  SteadyTime now{milliseconds(5000)};
  int waits = 0;
  int wakes = 0;
};

constexpr const char* kIssuer = "https://id.example.com";
constexpr const char* kWellKnown = "https://id.example.com/.well-known/oauth-authorization-server";
constexpr const char* kOpenId = "https://id.example.com/.well-known/openid-configuration";
constexpr const char* kDevice = "https://id.example.com/device_authorization";
constexpr const char* kToken = "https://id.example.com/token";
constexpr const char* kRevoke = "https://id.example.com/revoke";

std::string metadata_json() {
  return R"({"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/token",)"
         R"("device_authorization_endpoint":"https://id.example.com/device_authorization",)"
         R"("introspection_endpoint":"https://id.example.com/introspect",)"
         R"("revocation_endpoint":"https://id.example.com/revoke",)"
         R"("grant_types_supported":["urn:ietf:params:oauth:grant-type:device_code"]})";
}

HttpResponse response_of(Reply reply) {
  return std::get<HttpResponse>(*reply.result).copy();
}

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    world.answers[kWellKnown].push_back(answer(200, metadata_json()));
    world.answers[kDevice].push_back(answer(200, codes_json()));
    world.answers[kToken].push_back(response_of(pending()));
    world.answers[kToken].push_back(response_of(tokens()));
    world.answers[kRevoke].push_back(answer(200, ""));
    config.issuer = kIssuer;
    config.client_id = "tv";
  }
  Client& client() {
    if (!client_) client_ = std::make_unique<Client>(std::move(config), world.ports());
    return *client_;
  }
  FakeWorld world;
  ClientConfig config;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, SignsInPromptsOnceAndReportsEachPoll) {
  int prompts = 0;
  std::vector<PollReport> polls;
  LoginEvents events;
  events.on_prompt = [&](const DeviceAuthorization& codes) {
    ++prompts;
    EXPECT_EQ(codes.user_code, "WDJB-MJHT");
  };
  events.on_poll = [&](const PollReport& poll, std::optional<milliseconds> next_in) {
    polls.push_back(poll);
    EXPECT_GE(*next_in, milliseconds(5100));
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

TEST_F(ClientTest, FetchesTheMetadataOnce) {
  EXPECT_TRUE(client().discover().ok());
  EXPECT_TRUE(client().discover().ok());
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(ClientTest, ReportsTheIssuerMismatchRatherThanTheMissingPlace) {
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(200, R"({"issuer":"https://other.com"})"));
  EXPECT_EQ(client().discover().error().code, ErrorCode::issuer_mismatch);
}

TEST_F(ClientTest, SaysThatTheDeviceFlowIsNotSupportedAndGuessesNoPath) {  // D-4-1
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(
      200,
      R"({"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/token"})"));
  const auto outcome = client().login({}, LoginEvents{});
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::device_flow_not_supported);
  EXPECT_EQ(world.requests.size(), 1u);
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
  world.on_wait = [&] { client().cancel(); };
  EXPECT_EQ(client().login({}, LoginEvents{}).tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(world.count(kToken), 0);
  EXPECT_EQ(world.wakes, 1);
}

TEST_F(ClientTest, ATokenThatCrossesACancelIsRevoked) {  // D-3.5-12
  world.answers[kToken].clear();
  world.answers[kToken].push_back(response_of(tokens()));
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kToken) client().cancel();
  };
  EXPECT_EQ(client().login({}, LoginEvents{}).tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(world.count(kRevoke), 1);
}

TEST_F(ClientTest, ACancelBeforeTheCallCountsForThatCallOnly) {
  client().cancel();
  EXPECT_EQ(client().login({}, LoginEvents{}).tokens.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
}

TEST_F(ClientTest, HandsEveryExchangeToTheRecorder) {
  std::vector<Stage> stages;
  config.on_exchange = [&](const ExchangeRecord& record, const Redactor& redactor) {
    stages.push_back(record.stage);
    const std::string line = to_json(to_trace(record, redactor, TraceSecrets::redact));
    EXPECT_EQ(line.find("sentinel"), std::string::npos) << line;
  };
  client().login({}, LoginEvents{});
  EXPECT_EQ(stages, (std::vector<Stage>{Stage::discovery, Stage::device_authorization, Stage::token,
                                        Stage::token}));
}

TEST_F(ClientTest, TheUserCodeLeavesInNoRequest) {  // D-5.7-1
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
      client().introspect(Secret("tok"), std::move(*make_account_auth("admin", Secret("pass"))));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->active);
  EXPECT_EQ(*find_header(world.requests.back().headers, "Authorization"),
            "Basic " + base64_encode("admin:pass"));
}

TEST_F(ClientTest, ANullEndpointIsSaidToBeMissing) {
  config.issuer.clear();
  EXPECT_EQ(client().introspect(Secret("tok")).error().code, ErrorCode::not_possible);
}

}  // namespace
}  // namespace deviceflow::test
