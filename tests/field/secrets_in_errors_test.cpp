// A server writes a live secret where an error quotes it: in metadata, in keys, in a header.
#include <deviceflow/messages.hpp>

#include "fake_world.hpp"
#include "issuer.hpp"
#include "jose_helpers.hpp"
#include "protocol/jwt.hpp"
#include "protocol/signed_responses.hpp"

namespace deviceflow::test {
namespace {

constexpr const char* kSecret = "client-secret-sentinel";

Redactor knowing(std::string_view secret) {
  Redactor redactor;
  redactor.add(Secret(secret));
  return redactor;
}

std::string words_of(const Error& error) {
  return error.message + "|" + error.oauth_code + "|" + error.description + "|" + error.reason;
}

void expect_clean(const Error& error, std::string_view secret = kSecret) {
  const std::string words = words_of(error);
  EXPECT_EQ(words.find(secret.substr(0, 10)), std::string::npos) << words;
}

TEST(SecretsInErrors, MetadataShowNone) {
  const Redactor redactor = knowing(kSecret);
  const std::string secret = kSecret;
  for (const HttpResponse& response :
       {answer(400, R"({"error":"x","error_description":")" + secret + "\"}"),
        answer(200, R"({"message":")" + secret + "\"}"),
        answer(200, R"({"issuer":"https://)" + secret + R"(.example.com"})")}) {
    const auto metadata = read_metadata_response("https://e.com", response, redactor);
    ASSERT_FALSE(metadata.ok());
    expect_clean(metadata.error());
    EXPECT_NE(words_of(metadata.error()).find("[redacted]"), std::string::npos);
  }
}

TEST(SecretsInErrors, NoHalfOfOneIsLeftOfALongIssuer) {
  const std::string secret(190, 's');
  const auto metadata = read_metadata_response(
      "https://e.com", answer(200, R"({"issuer":"https://example.com/)" + secret + "\"}"),
      knowing(secret));
  expect_clean(metadata.error(), secret);
}

// The name of a content coding that can't be decoded stands in the message.
TEST(SecretsInErrors, NoReaderShowsOneOfAHeader) {
  const auto readers = [](const HttpResponse& response, const Redactor& redactor) {
    RefreshParameters refresh;
    refresh.refresh_token = Secret("r1");
    return std::vector<std::optional<Error>>{
        read_jwks_response(response, redactor).error(),
        read_metadata_response("https://e.com", response, redactor).error(),
        read_device_authorization_response(response, false, redactor).error(),
        read_token_response(response, redactor).error,
        read_refresh_response(response, refresh, redactor).error,
        read_introspection_response(response, redactor).error(),
        read_signed_introspection_response(response, redactor).error(),
        read_userinfo_response(response, std::nullopt, redactor).error()};
  };
  for (const std::string& secret : {std::string(kSecret), std::string(100, 's')}) {
    const auto response = answer(200, "\x1f\x8b", "", {{"Content-Encoding", secret.c_str()}});
    for (const auto& error : readers(response, knowing(secret))) {
      ASSERT_TRUE(error);
      expect_clean(*error, secret);
    }
  }
  const auto named = answer(200, "\x1f\x8b", "", {{"Content-Encoding", "br"}});
  const Error error = read_jwks_response(named, knowing(kSecret)).error();
  EXPECT_NE(error.message.find("\"br\""), std::string::npos) << error.message;
}

TEST(SecretsInErrors, AnAlgorithmIsNamedOnlyIfItIsKnown) {
  const auto message = [](const std::string& alg) {
    const auto jwt = parse_jwt(compact(R"({"alg":")" + alg + "\"}", "{}"));
    return jwt.ok() ? "" : jwt.error().message;
  };
  EXPECT_NE(message("HS256").find("\"HS256\""), std::string::npos);
  EXPECT_NE(message("none").find("\"none\""), std::string::npos);
  EXPECT_EQ(message(kSecret).find(kSecret), std::string::npos);
}

class SecretsInErrorsInUse : public ClientTest {
 protected:
  SecretsInErrorsInUse() { config.client_secret = Secret(kSecret); }
  void publish(const std::string& members) {
    std::string json = metadata_json();
    json.insert(json.size() - 1, "," + members);
    world.answers[kWellKnown].clear();
    world.answers[kWellKnown].push_back(answer(200, json));
  }
  Error login() {
    const auto outcome = client().login(LoginRequest{}, LoginEvents{});
    return outcome.tokens.ok() ? Error{} : outcome.tokens.error();
  }
};

TEST_F(SecretsInErrorsInUse, Discovery) {
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(
      answer(400, R"({"error":"x","error_description":")" + std::string(kSecret) + "\"}"));
  const Error error = client().discover().error();
  EXPECT_EQ(error.code, ErrorCode::invalid_response);
  expect_clean(error);
}

TEST_F(SecretsInErrorsInUse, AnEndpointThatCantBeUsed) {
  for (const std::string& url :
       {"http://example.com/" + std::string(kSecret), "https://a b/" + std::string(kSecret),
        "https://a b/" + std::string(180, 'x') + kSecret}) {
    Config again;
    again.issuer = kIssuer;
    again.client_id = "tv";
    again.client_secret = Secret(kSecret);
    again.client_auth = ClientAuth::basic;
    world.answers[kWellKnown].clear();
    world.answers[kWellKnown].push_back(
        answer(200, R"({"issuer":"https://id.example.com","token_endpoint":")" + url +
                        R"(","device_authorization_endpoint":")" + url + "\"}"));
    Client one(std::move(again), world.ports());
    const auto outcome = one.login(LoginRequest{}, LoginEvents{});
    ASSERT_FALSE(outcome.tokens.ok()) << url;
    EXPECT_FALSE(outcome.tokens.error().message.empty());
    expect_clean(outcome.tokens.error());
  }
}

TEST_F(SecretsInErrorsInUse, TheListedMethodsBeforeARequest) {
  publish(R"("token_endpoint_auth_methods_supported":[")" + std::string(kSecret) + "\"]");
  const Error error = login();
  EXPECT_EQ(error.code, ErrorCode::not_possible);
  EXPECT_NE(error.message.find("[redacted]"), std::string::npos) << error.message;
  expect_clean(error);
}

TEST_F(SecretsInErrorsInUse, TheListedMethodsAfterARefusal) {
  config.client_auth = ClientAuth::basic;
  publish(R"("token_endpoint_auth_methods_supported":[")" + std::string(kSecret) + R"(",")" +
          std::string(61, 'm') + "\"]");
  world.answers[kDevice].clear();
  world.answers[kDevice].push_back(answer(401, R"({"error":"invalid_client"})"));
  const Error error = login();
  EXPECT_NE(error.message.find("[redacted] (not supported here) and others."), std::string::npos)
      << error.message;
  expect_clean(error);
}

TEST_F(SecretsInErrorsInUse, Keys) {
  publish_metadata(world);
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(200, "\x1f\x8b", "", {{"Content-Encoding", kSecret}}));
  const Error error = client().keys().error();
  EXPECT_EQ(error.code, ErrorCode::invalid_response);
  EXPECT_NE(error.message.find("[redacted]"), std::string::npos) << error.message;
  expect_clean(error);
}

}  // namespace
}  // namespace deviceflow::test
