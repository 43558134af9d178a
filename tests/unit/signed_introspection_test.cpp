// Signed introspection answers (RFC 9701): taken when they keep every rule, and nothing else is.
#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>

#include "fake_world.hpp"
#include "foundation/json.hpp"
#include "issuer.hpp"
#include "jose_helpers.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;
constexpr const char* kIntrospect = "https://id.example.com/introspect";
constexpr const char* kType = "token-introspection+jwt";
constexpr const char* kMediaType = "application/token-introspection+jwt";

JsonValue claims(const char* result = R"({"active":true,"scope":"tv"})") {
  JsonValue out = JsonValue::object();
  out.set("iss", kIssuer).set("aud", "tv").set("iat", JsonValue::integer(kNow));
  out.set("token_introspection", std::move(*parse_json(result)));
  return out;
}

class SignedIntrospection : public ClientTest {
 protected:
  SignedIntrospection() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    publish_metadata(world);
    publish_keys(world, {{"k1", "P-256"}});
    config.client_secret = Secret("client-secret");
    options.form = IntrospectionForm::signed_jwt;
  }
  Result<Introspection> ask(const std::string& body, const char* type = kMediaType,
                            int status = 200) {
    world.answers[kIntrospect].clear();
    world.answers[kIntrospect].push_back(answer(status, body, type));
    return client().introspect(Secret("token-sentinel"), options);
  }
  std::string reason_of(const JsonValue& claims, const char* typ = kType) {
    const auto result = ask(signed_jwt("k1", "P-256", claims, typ));
    if (result.ok()) return "(taken)";
    EXPECT_EQ(result.error().code, ErrorCode::introspection_invalid);
    EXPECT_EQ(result.error().stage, Stage::introspection);
    EXPECT_TRUE(is_security_alarm(result.error().code));
    return result.error().reason;
  }

  IntrospectionOptions options;
};

// --- What is refused ---

TEST_F(SignedIntrospection, APlainAnswerIsADowngrade) {  // I-9701-1
  const auto result = ask(R"({"active":true})", "application/json");
  EXPECT_EQ(result.error().code, ErrorCode::introspection_invalid);
  EXPECT_EQ(result.error().reason, "not_signed");
  EXPECT_EQ(ask(R"({"active":true})", kMediaType).error().reason, "parts");
  const std::string good = signed_jwt("k1", "P-256", claims(), kType);
  EXPECT_FALSE(ask(good, "application/jwt").ok());
  EXPECT_FALSE(ask(good, kMediaType, 201).ok());
}

TEST_F(SignedIntrospection, EveryRuleIsKept) {  // I-9701-1
  EXPECT_EQ(reason_of(claims(), nullptr), "typ");
  EXPECT_EQ(reason_of(claims(), "JWT"), "typ");
  EXPECT_EQ(reason_of(claims(), "at+jwt"), "typ");
  JsonValue wrong = JsonValue::object();
  wrong.set("aud", "tv").set("iat", JsonValue::integer(kNow));
  EXPECT_EQ(reason_of(wrong), "iss");
  wrong.set("iss", "https://evil.example.com");
  EXPECT_EQ(reason_of(wrong), "iss");
  wrong = JsonValue::object();
  wrong.set("iss", kIssuer).set("iat", JsonValue::integer(kNow));
  EXPECT_EQ(reason_of(wrong), "aud");
  wrong.set("aud", "phone");
  EXPECT_EQ(reason_of(wrong), "aud");
  wrong = JsonValue::object();
  wrong.set("iss", kIssuer).set("aud", "tv");
  EXPECT_EQ(reason_of(wrong), "iat");
  wrong.set("iat", JsonValue::integer(kNow + 601));
  EXPECT_EQ(reason_of(wrong), "iat");
}

TEST_F(SignedIntrospection, TheResultComesFromItsOwnClaimOnly) {  // I-9701-1
  JsonValue outside = JsonValue::object();
  outside.set("iss", kIssuer).set("aud", "tv").set("iat", JsonValue::integer(kNow));
  outside.set("active", JsonValue::boolean(true));
  EXPECT_EQ(reason_of(outside), "token_introspection");
  EXPECT_EQ(reason_of(claims(R"({"active":"true"})")), "token_introspection");
  EXPECT_EQ(reason_of(claims(R"([true])")), "token_introspection");
  JsonValue both = claims(R"({"active":false})");
  both.set("active", JsonValue::boolean(true));
  const auto result = ask(signed_jwt("k1", "P-256", both, kType));
  ASSERT_TRUE(result.ok());
  EXPECT_FALSE(result->active);
}

TEST_F(SignedIntrospection, AForgedAnswerIsRefused) {  // I-9701-1
  std::string forged = signed_jwt("k1", "P-256", claims(), kType);
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(ask(forged).error().reason, "signature");
  EXPECT_EQ(ask(signed_jwt("k2", "P-256", claims(), kType)).error().reason, "unknown_key");
  EXPECT_EQ(ask(compact(R"({"alg":"none","typ":"token-introspection+jwt"})", to_json(claims()), ""))
                .error()
                .code,
            ErrorCode::algorithm_not_allowed);
}

TEST_F(SignedIntrospection, AnIdTokenIsNone) {  // J-3.12-1
  EXPECT_EQ(reason_of(id_claims(kNow, "alice"), "JWT"), "typ");
}

TEST_F(SignedIntrospection, AnErrorStaysWhatItIs) {  // I-2.3-1
  const auto result = ask(R"({"error":"invalid_client"})", "application/json", 401);
  EXPECT_EQ(result.error().oauth_code, "invalid_client");
  EXPECT_EQ(ask(R"({"error":"server_error"})", "application/json", 500).error().oauth_code,
            "server_error");
  EXPECT_EQ(ask("", "text/html", 503).error().code, ErrorCode::invalid_response);
}

TEST_F(SignedIntrospection, WithoutAnIssuerNothingIsAsked) {
  config.issuer.clear();
  config.endpoints.introspection = kIntrospect;
  EXPECT_EQ(ask("").error().code, ErrorCode::not_possible);
  EXPECT_EQ(world.count(kIntrospect), 0);
}

TEST_F(SignedIntrospection, TheKeysAreFoundForAnAccountAndAKnownEndpoint) {
  config.endpoints.introspection = kIntrospect;
  world.answers[kIntrospect].push_back(
      answer(200, signed_jwt("k1", "P-256", claims(), kType), kMediaType));
  options.credentials = std::move(*make_account_auth("somebody", Secret("password")));
  EXPECT_TRUE(client().introspect(Secret("token"), options).ok());
}

TEST_F(SignedIntrospection, WithoutKeysNothingIsTaken) {
  world.answers[kJwks].clear();
  EXPECT_FALSE(ask(signed_jwt("k1", "P-256", claims(), kType)).ok());
}

TEST_F(SignedIntrospection, AKeyThatCantBeUsedVouchesForNothing) {  // I-9701-1
  std::string keys = key_set({{"k1", "P-256"}});
  const std::size_t x = keys.find(R"("x":")") + 5;
  keys.replace(x, 43, std::string(43, 'A'));  // a point that is not on the curve
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(200, keys));
  EXPECT_EQ(reason_of(claims()), "key");
}

// --- What is taken ---

TEST_F(SignedIntrospection, AGoodAnswerIsTaken) {  // I-9701-1
  const auto result = ask(signed_jwt("k1", "P-256", claims(), kType));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->active);
  EXPECT_EQ(result->members.reveal(), R"({"active":true,"scope":"tv"})");
  for (const HttpRequest& request : world.requests) {
    if (request.url != kIntrospect) continue;
    EXPECT_EQ(*find_header(request.headers, "Accept"), kMediaType);
  }
}

TEST_F(SignedIntrospection, SomebodyElseMayBeMeantWhereTheCallerSaysSo) {  // I-9701-1
  options.audience = "resource-server";
  EXPECT_EQ(reason_of(claims()), "aud");
  JsonValue audiences = JsonValue::array();
  audiences.push(JsonValue::string("tv"));
  audiences.push(JsonValue::string("resource-server"));
  JsonValue theirs = JsonValue::object();
  theirs.set("iss", kIssuer).set("aud", std::move(audiences));
  theirs.set("iat", JsonValue::integer(kNow));
  theirs.set("token_introspection", std::move(*parse_json(R"({"active":true})")));
  EXPECT_EQ(reason_of(theirs), "(taken)");
}

TEST_F(SignedIntrospection, NobodyIsAskedForASignatureByDefault) {
  options = {};
  EXPECT_TRUE(ask(R"({"active":true})", "application/json").ok());
  EXPECT_EQ(*find_header(world.requests.back().headers, "Accept"), "application/json");
}

}  // namespace
}  // namespace deviceflow::test
