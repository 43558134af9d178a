// How long a client believes a provider's metadata, where it looks for them the next time, and what
// it does while they can't be had.
#include "fake_world.hpp"

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;
using std::chrono::minutes;

constexpr const char* kMoved = "https://id.example.com/v2/token";

// A document that names every endpoint, so that no other one is asked for.
std::string whole_json() {
  std::string json = metadata_json();
  return json.insert(json.size() - 1, R"(,"jwks_uri":"https://id.example.com/jwks")");
}

// The same provider after it has moved its token endpoint.
std::string moved_json() {
  std::string json = whole_json();
  json.insert(json.find("example.com/token") + 12, "v2/");
  return json;
}

class ClientMetadata : public ClientTest {
 protected:
  ClientMetadata() { publish(kWellKnown, whole_json()); }
  void publish(const char* url, std::string_view json, const char* cache_control = "") {
    world.answers[url].clear();
    world.answers[url].push_back(
        answer(200, json, "application/json", {{"Cache-Control", cache_control}}));
  }
  std::string token_endpoint() {
    const auto metadata = client().discover();
    return metadata.ok() ? metadata->endpoints.token : std::string(metadata.error().label());
  }
};

// --- Where ---

TEST_F(ClientMetadata, AnotherIssuersDocumentIsFinal) {  // M-8414-3.3-1, M-8414-6.1-1
  publish(kWellKnown, R"({"issuer":"https://other.com"})");
  publish(kOpenId, whole_json());
  EXPECT_EQ(client().discover().error().code, ErrorCode::issuer_mismatch);
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(ClientMetadata, AnUntrustedCertificateIsFinal) {  // M-8414-6.1-1
  world.failures[kWellKnown].push_back(failure(Kind::tls_untrusted));
  publish(kOpenId, whole_json());
  EXPECT_EQ(client().discover().error().code, ErrorCode::tls);
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(ClientMetadata, ADocumentOfNobodyIsNone) {  // M-8414-3.2-1
  publish(kWellKnown, "{}");
  publish(kOpenId, whole_json());
  EXPECT_TRUE(client().discover().ok());
}

// --- How long ---

TEST_F(ClientMetadata, ServeForAnHourAndAreThenFetchedAgain) {
  EXPECT_EQ(token_endpoint(), kToken);
  publish(kWellKnown, moved_json());
  world.clock.advance(minutes(60) - milliseconds(1));
  EXPECT_EQ(token_endpoint(), kToken);
  EXPECT_EQ(world.requests.size(), 1u);
  world.clock.advance(milliseconds(1));
  EXPECT_EQ(token_endpoint(), kMoved);
  EXPECT_EQ(token_endpoint(), kMoved);
  EXPECT_EQ(world.requests.size(), 2u);
}

TEST_F(ClientMetadata, ServeAsLongAsTheServerSays) {
  publish(kWellKnown, whole_json(), "public, max-age=7200");
  EXPECT_EQ(token_endpoint(), kToken);
  world.clock.advance(minutes(119));
  EXPECT_EQ(token_endpoint(), kToken);
  EXPECT_EQ(world.requests.size(), 1u);
  world.clock.advance(minutes(1));
  EXPECT_EQ(token_endpoint(), kToken);
  EXPECT_EQ(world.requests.size(), 2u);
}

TEST_F(ClientMetadata, TheNextLoginGoesWhereTheProviderHasMoved) {
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  publish(kWellKnown, moved_json());
  world.answers[kMoved].push_back(response_of(tokens()));
  world.clock.advance(minutes(60));
  world.requests.clear();
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  EXPECT_EQ(world.count(kToken), 0);
  EXPECT_EQ(world.count(kMoved), 1);
}

TEST_F(ClientMetadata, WhatWasGivenStaysWhateverTheMetadataSay) {
  config.endpoints.token = kToken;
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  publish(kWellKnown, moved_json());
  world.clock.advance(minutes(60));
  EXPECT_TRUE(client().login({}, LoginEvents{}).tokens.ok());
  EXPECT_EQ(world.count(kMoved), 0);
  EXPECT_EQ(world.count(kWellKnown), 2);
}

TEST_F(ClientMetadata, AnEndpointThatIsGoneIsGone) {
  EXPECT_EQ(client().revoke(Secret("token"), TokenHint::access_token).kind,
            RevocationAnswer::Kind::revoked);
  publish(kWellKnown, R"({"issuer":"https://id.example.com"})");
  world.clock.advance(minutes(60));
  const auto answer = client().revoke(Secret("token"), TokenHint::access_token);
  ASSERT_TRUE(answer.error.has_value());
  EXPECT_EQ(answer.error->code, ErrorCode::not_possible);
  EXPECT_EQ(world.count(kRevoke), 1);
}

// --- The next time ---

TEST_F(ClientMetadata, ThePlaceThatAnsweredIsAskedFirst) {
  world.answers[kWellKnown].clear();
  publish(kOpenId, whole_json());
  EXPECT_EQ(token_endpoint(), kToken);
  EXPECT_EQ(world.count(kWellKnown), 1);
  world.clock.advance(minutes(60));
  EXPECT_EQ(token_endpoint(), kToken);
  EXPECT_EQ(world.count(kOpenId), 2);
  EXPECT_EQ(world.count(kWellKnown), 1);
  // Where it has nothing any more, the others are asked.
  world.answers[kOpenId].clear();
  publish(kWellKnown, moved_json());
  world.clock.advance(minutes(60));
  EXPECT_EQ(token_endpoint(), kMoved);
}

TEST_F(ClientMetadata, OldOnesServeWhileTheServerIsAway) {
  EXPECT_FALSE(client().discover()->refetch_failure.has_value());
  world.clock.advance(minutes(60));
  world.failures[kWellKnown] = {failure(Kind::refused, true), failure(Kind::timeout)};
  auto old = client().discover();
  ASSERT_TRUE(old.ok());
  ASSERT_TRUE(old->refetch_failure.has_value());
  EXPECT_EQ(old->refetch_failure->reason, "refused");
  EXPECT_EQ(old->refetch_failure->stage, Stage::discovery);
  // Not asked at every call, and still told.
  world.clock.advance(seconds(59));
  EXPECT_EQ(client().discover()->refetch_failure->reason, "refused");
  EXPECT_EQ(world.requests.size(), 2u);
  world.clock.advance(seconds(1));
  EXPECT_EQ(client().discover()->refetch_failure->reason, "timeout");
  world.clock.advance(seconds(60));
  EXPECT_FALSE(client().discover()->refetch_failure.has_value());
}

TEST_F(ClientMetadata, APassingStatusLetsTheOldOnesServeToo) {
  EXPECT_EQ(token_endpoint(), kToken);
  world.clock.advance(minutes(60));
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(503, ""));
  EXPECT_EQ(token_endpoint(), kToken);
}

TEST_F(ClientMetadata, AnAlarmIsNotCoveredUpByOldOnes) {  // M-8414-3.3-1
  EXPECT_EQ(token_endpoint(), kToken);
  world.clock.advance(minutes(60));
  publish(kWellKnown, R"({"issuer":"https://other.com"})");
  EXPECT_EQ(token_endpoint(), "issuer_mismatch");
  world.failures[kWellKnown].push_back(failure(Kind::tls_untrusted));
  EXPECT_EQ(token_endpoint(), "tls");
}

}  // namespace
}  // namespace deviceflow::test
