// WSO2 Identity Server 5.11.0 says "pending" with a refusal, wants client_id in the body of a poll
// beside HTTP Basic, and has the token endpoint's URL as its issuer. Its description knows all
// three; without it the same response ends a login.
#include <deviceflow/messages.hpp>
#include <deviceflow/provider.hpp>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "issuer.hpp"

namespace deviceflow::test {
namespace {

constexpr const char* kWso2Issuer = "https://id.example.com/oauth2/token";
constexpr const char* kWso2Token = kWso2Issuer;
constexpr const char* kWso2Metadata =
    "https://id.example.com/oauth2/token/.well-known/openid-configuration";
constexpr const char* kWso2Device = "https://id.example.com/oauth2/device_authorize";
constexpr const char* kWso2Revoke = "https://id.example.com/oauth2/revoke";
constexpr const char* kWso2Keys = "https://id.example.com/oauth2/jwks";
constexpr std::int64_t kNow = 1800000000;

std::string refusal(std::string_view error, std::string_view description) {
  return R"({"error_description":")" + std::string(description) + R"(","error":")" +
         std::string(error) + "\"}";
}

// As the server's own classes answered.
HttpResponse undecided() {
  return answer(400, refusal("invalid_grant", "invalid_request"));
}

std::string wso2_tokens(const std::string& id_token = "") {
  std::string json = R"({"access_token":"457bb5","refresh_token":"eb2085","scope":"openid",)"
                     R"("token_type":"Bearer","expires_in":3600)";
  if (!id_token.empty()) json += R"(,"id_token":")" + id_token + "\"";
  return json + "}";
}

class Wso2FiveEleven : public testing::Test {
 protected:
  Wso2FiveEleven() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    // Its metadata name no device authorization endpoint.
    world.answers[kWso2Metadata].push_back(
        answer(200, R"({"issuer":"https://id.example.com/oauth2/token",)"
                    R"("token_endpoint":"https://id.example.com/oauth2/token",)"
                    R"("jwks_uri":"https://id.example.com/oauth2/jwks"})"));
    world.answers[kWso2Device].push_back(answer(200, codes_json("\"5\"", "\"600\"")));
    world.answers[kWso2Revoke].push_back(answer(200, "", "text/html"));
    config.client_id = "tv";
  }
  // The responses to the polls, in order; the last one repeats.
  template <typename... Responses>
  void polls(Responses... responses) {
    auto& queue = world.answers[kWso2Token];
    queue.clear();
    (queue.push_back(std::move(responses)), ...);
  }
  Client& client() {
    if (client_) return *client_;
    const auto provider = builtin_provider("wso2-5.11");
    use_provider(config, *provider->resolve({{"host", "id.example.com"}}));
    client_ = std::make_unique<Client>(std::move(config), world.ports());
    return *client_;
  }
  LoginOutcome login(std::string_view scope = "") {
    world.on_send = [this](const HttpRequest& request) {
      if (request.url == kWso2Token) poll_times.push_back(world.clock.steady_now());
      if (request.url == kWso2Device) codes_at = world.clock.steady_now();
    };
    LoginRequest request;
    request.scope = std::string(scope);
    return client().login(request, LoginEvents{});
  }
  Form form(std::string_view url, std::size_t number = 0) {
    for (const HttpRequest& request : world.requests) {
      if (request.url == url && number-- == 0)
        return std::move(*Form::parse(request.body.reveal()));
    }
    ADD_FAILURE() << "no such request to " << url;
    return {};
  }

  FakeWorld world;
  Config config;
  std::vector<SteadyTime> poll_times;
  SteadyTime codes_at{};

 private:
  std::unique_ptr<Client> client_;
};

// --- The refusal that means pending ---

TEST_F(Wso2FiveEleven, ARefusalMeansPendingUntilTheUserApproves) {
  for (int i = 0; i < 20; ++i) world.answers[kWso2Token].push_back(undecided());
  world.answers[kWso2Token].push_back(answer(200, wso2_tokens()));
  const auto outcome = login();
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  EXPECT_EQ(outcome.tokens->access_token.reveal(), "457bb5");
  EXPECT_TRUE(outcome.quirks.has(Quirk::pending_as_refusal));
  EXPECT_FALSE(outcome.quirks.has(Quirk::error_code_in_description));
}

TEST_F(Wso2FiveEleven, TheAnnouncedPaceIsKept) {
  polls(undecided());
  login();
  ASSERT_GT(poll_times.size(), 100u);
  SteadyTime last = codes_at;
  for (std::size_t i = 0; i + 1 < poll_times.size(); ++i) {
    EXPECT_GE(poll_times[i] - last, seconds(5)) << i;
    EXPECT_LE(poll_times[i] - last, milliseconds(5250)) << i;
    last = poll_times[i];
  }
}

TEST_F(Wso2FiveEleven, TheDevicesOwnClockEndsTheLogin) {
  polls(undecided());
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
  EXPECT_LT(poll_times.back() - codes_at, seconds(600));
  EXPECT_GT(poll_times.back() - codes_at, seconds(590));
}

TEST_F(Wso2FiveEleven, ACodeThatWasUsedOrApprovedTooLateIsFinal) {
  polls(undecided(), answer(400, refusal("invalid_grant", "expired_token")));
  const auto outcome = login();
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
  EXPECT_EQ(world.count(kWso2Token), 2);
  EXPECT_TRUE(outcome.quirks.has(Quirk::error_code_in_description));
}

TEST_F(Wso2FiveEleven, EveryOtherRefusalIsFinal) {
  const std::pair<const char*, const char*> refusals[] = {
      {"invalid_grant", "The device code is not valid."},
      {"invalid_grant", ""},
      {"invalid_request", "invalid_request"},
      {"invalid_client", "invalid_request"},
      {"unauthorized_client", "invalid_request"},
      {"server_error", "invalid_request"},
      {"unauthorized_client",
       "The authenticated client is not authorized to use this authorization grant type"},
      {"invalid_request", "Missing parameters: client_id"},
  };
  const auto provider = builtin_provider("wso2-5.11");
  ASSERT_TRUE(provider.ok());
  for (const auto& [error, description] : refusals) {
    const auto response =
        through(*provider, answer(400, refusal(error, description)), Stage::token);
    const auto read = read_token_response(response);
    EXPECT_EQ(read.kind, TokenAnswer::Kind::refused) << error << ": " << description;
    EXPECT_FALSE(read.quirks.has(Quirk::pending_as_refusal)) << error << ": " << description;
  }
}

TEST(Wso2FiveElevenRule, HoldsForNoOtherProvider) {
  std::vector<std::string_view> names = builtin_provider_names();
  names.push_back("");  // no description at all
  for (const std::string_view name : names) {
    if (name == "wso2-5.11") continue;
    const Provider provider = name.empty() ? Provider() : *builtin_provider(name);
    const auto read = read_token_response(through(provider, undecided(), Stage::token));
    EXPECT_EQ(read.kind, TokenAnswer::Kind::refused) << name;
  }
}

TEST(Wso2FiveElevenRule, HoldsForPollsOnly) {
  const auto provider = builtin_provider("wso2-5.11");
  ASSERT_TRUE(provider.ok());
  const auto refreshed = through(*provider, undecided(), Stage::refresh);
  EXPECT_EQ(read_refresh_response(refreshed, {}).kind, RefreshAnswer::Kind::session_over);
  const auto started = through(*provider, undecided(), Stage::device_authorization);
  const auto codes = read_device_authorization_response(started, false);
  ASSERT_FALSE(codes.ok());
  EXPECT_EQ(codes.error().oauth_code, "invalid_grant");
}

// A description of one's own: the entry holds beside that error only, and its words need a value.
TEST(Wso2FiveElevenRule, IsDataOfADescription) {
  const std::string head =
      R"({"name":"x","title":"X","issuer":"https://id.example.com","answer":{"errors":[)";
  const auto provider =
      parse_provider(head + R"({"error":"invalid_scope","member":"hint","value":"later",)"
                            R"("means":"authorization_pending"}]}})");
  ASSERT_TRUE(provider.ok()) << provider.error().message;
  const auto read = [&](const char* body) {
    return read_token_response(through(*provider, answer(400, body), Stage::token)).kind;
  };
  EXPECT_EQ(read(R"({"error":"invalid_scope","hint":"later"})"), TokenAnswer::Kind::pending);
  EXPECT_EQ(read(R"({"error":"invalid_scope","hint":"never"})"), TokenAnswer::Kind::refused);
  EXPECT_EQ(read(R"({"error":"invalid_client","hint":"later"})"), TokenAnswer::Kind::refused);
  const auto incomplete = parse_provider(head + R"({"error":"invalid_scope","member":"hint"}]}})");
  ASSERT_FALSE(incomplete.ok());
  EXPECT_NE(incomplete.error().message.find("\"value\" and \"means\" beside \"error\""),
            std::string::npos)
      << incomplete.error().message;
}

// --- client_id beside HTTP Basic ---

TEST_F(Wso2FiveEleven, AConfidentialClientSendsItsIdInTheBodyOfEveryPoll) {
  config.client_secret = Secret("s3cret");
  polls(undecided(), answer(200, wso2_tokens()));
  ASSERT_TRUE(login().tokens.ok());
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(form(kWso2Token, i).get("client_id"), "tv");
    EXPECT_FALSE(form(kWso2Token, i).has("client_secret"));
  }
  for (const HttpRequest& request : world.requests) {
    if (request.url != kWso2Token) continue;
    EXPECT_EQ(find_header(request.headers, "Authorization"), "Basic " + base64_encode("tv:s3cret"));
  }
}

TEST_F(Wso2FiveEleven, ARefreshOfThatClientDoesNot) {
  config.client_secret = Secret("s3cret");
  polls(answer(200, wso2_tokens()));
  ASSERT_TRUE(refresh_with(client(), "eb2085").tokens.ok());
  EXPECT_FALSE(form(kWso2Token).has("client_id"));
}

// --- The issuer ---

TEST_F(Wso2FiveEleven, TheIdTokenIsVerified) {
  world.answers[kWso2Keys].push_back(answer(200, key_set({{"k1", "P-256"}})));
  const JsonValue claims = id_claims(kNow, "admin", "tv", kWso2Issuer);
  polls(undecided(), answer(200, wso2_tokens(signed_jwt("k1", "P-256", claims))));
  const auto outcome = login("openid");
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  ASSERT_TRUE(outcome.id_token_claims.has_value());
  EXPECT_EQ(outcome.id_token_claims->subject, "admin");
}

// An installation may hide them; the description has every endpoint.
TEST_F(Wso2FiveEleven, NoMetadataAreNeeded) {
  world.answers[kWso2Metadata].clear();
  world.answers[kWso2Keys].push_back(answer(200, key_set({{"k1", "P-256"}})));
  const JsonValue claims = id_claims(kNow, "admin", "tv", kWso2Issuer);
  polls(answer(200, wso2_tokens(signed_jwt("k1", "P-256", claims))));
  const auto outcome = login("openid");
  ASSERT_TRUE(outcome.tokens.ok()) << outcome.tokens.error().message;
  EXPECT_TRUE(outcome.id_token_claims.has_value());
  EXPECT_EQ(world.count(kWso2Metadata), 0);
}

TEST_F(Wso2FiveEleven, AnIdTokenOfAnotherIssuerOrKeyIsRefused) {
  const std::pair<const char*, const char*> bad[] = {
      {"https://id.example.com", "iss"},
      {"https://other.example.com/oauth2/token", "iss"},
      {kWso2Issuer, "signature"},
  };
  world.answers[kWso2Keys].push_back(answer(200, key_set({{"k1", "P-256"}})));
  for (const auto& [issuer, reason] : bad) {
    const JsonValue claims = id_claims(kNow, "admin", "tv", issuer);
    std::string token = signed_jwt("k1", "P-256", claims);
    if (reason == std::string_view("signature")) {
      char& one = token[token.rfind('.') + 5];
      one = one == 'A' ? 'B' : 'A';
    }
    polls(answer(200, wso2_tokens(token)));
    const auto outcome = login("openid");
    ASSERT_FALSE(outcome.tokens.ok()) << issuer;
    EXPECT_EQ(outcome.tokens.error().reason, reason);
  }
}

TEST(Wso2FiveElevenDescription, KnowsTheIssuerOfATenant) {
  const auto provider = builtin_provider("wso2-5.11");
  ASSERT_TRUE(provider.ok());
  EXPECT_EQ(provider->resolve({{"host", "id.example.com:9443"}})->issuer,
            "https://id.example.com:9443/oauth2/token");
  const auto tenant = provider->resolve({{"host", "id.example.com"}, {"tenant", "acme.com"}});
  ASSERT_TRUE(tenant.ok());
  EXPECT_EQ(tenant->issuer, "https://id.example.com/t/acme.com/oauth2/token");
  EXPECT_EQ(tenant->issuer, tenant->endpoints.token);
}

}  // namespace
}  // namespace deviceflow::test
