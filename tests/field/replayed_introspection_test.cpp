// A signed introspection response that was recorded is sent again, for a token that has been
// revoked since, or for another token.
#include <deviceflow/messages.hpp>

#include "foundation/json.hpp"
#include "issuer.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;
constexpr const char* kIntrospect = "https://id.example.com/introspect";
constexpr const char* kType = "token-introspection+jwt";

class ReplayedIntrospection : public ClientTest {
 protected:
  ReplayedIntrospection() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    publish_metadata(world);
    publish_keys(world, {{"k1", "P-256"}});
    config.client_secret = Secret("client-secret");
  }
  static JsonValue made_at(std::int64_t issued, const std::string& members = "") {
    JsonValue out = JsonValue::object();
    out.set("iss", kIssuer).set("aud", "tv").set("iat", JsonValue::integer(issued));
    out.set("token_introspection", std::move(*parse_json(R"({"active":true)" + members + "}")));
    return out;
  }
  // Why the response is refused; empty if it is accepted.
  std::string refusal(const JsonValue& claims, const std::string& token = "token-sentinel",
                      const char* date = nullptr) {
    IntrospectionOptions options;
    options.form = IntrospectionForm::signed_jwt;
    HttpResponse response = answer(200, signed_jwt("k1", "P-256", claims, kType),
                                   "application/token-introspection+jwt");
    if (date != nullptr) set_header(response.headers, "Date", date);
    world.answers[kIntrospect].clear();
    world.answers[kIntrospect].push_back(std::move(response));
    const auto result = client().introspect(Secret(token), options);
    if (result.ok()) return {};
    EXPECT_EQ(result.error().code, ErrorCode::introspection_invalid);
    EXPECT_TRUE(is_security_alarm(result.error().code));
    return result.error().reason;
  }
  static std::string token(const char* id) {
    JsonValue claims = JsonValue::object();
    claims.set("jti", id);
    return signed_jwt("k9", "P-256", claims, "at+jwt");
  }
};

TEST_F(ReplayedIntrospection, AnOldResponseIsRefused) {  // I-9701-1
  EXPECT_EQ(refusal(made_at(kNow - 600)), "");
  EXPECT_EQ(refusal(made_at(kNow - 601)), "iat");
  EXPECT_EQ(refusal(made_at(kNow - 86400 * 365)), "iat");
}

// A clock that is known to be wrong says nothing of the age.
TEST_F(ReplayedIntrospection, WithoutAClockItsAgeIsNotKnown) {  // I-9701-1
  world.clock.set_wall(std::nullopt);
  EXPECT_EQ(refusal(made_at(kNow - 86400)), "");
  world.clock.set_wall(WallTime(seconds(kNow + 40 * 86400)));
  EXPECT_EQ(refusal(made_at(kNow), "t", "Fri, 15 Jan 2027 08:00:00 GMT"), "");
}

TEST_F(ReplayedIntrospection, ItsOwnExpiryCounts) {  // I-9701-1
  JsonValue claims = made_at(kNow - 300);
  claims.set("exp", JsonValue::integer(kNow - 119));
  EXPECT_EQ(refusal(claims), "");
  claims = made_at(kNow - 300);
  claims.set("exp", JsonValue::integer(kNow - 120));
  EXPECT_EQ(refusal(claims), "expired");
}

TEST_F(ReplayedIntrospection, AnExpiredTokenIsNotActive) {  // I-9701-1
  EXPECT_EQ(refusal(made_at(kNow, ",\"exp\":" + std::to_string(kNow - 119))), "");
  EXPECT_EQ(refusal(made_at(kNow, ",\"exp\":" + std::to_string(kNow - 120))), "expired");
  EXPECT_EQ(refusal(made_at(kNow, ",\"exp\":0")), "");  // some servers: it does not expire
}

TEST_F(ReplayedIntrospection, TheResponseIsAboutTheTokenThatWasAskedAbout) {  // I-9701-1
  EXPECT_EQ(refusal(made_at(kNow, R"(,"jti":"one")"), token("one")), "");
  EXPECT_EQ(refusal(made_at(kNow, R"(,"jti":"one")"), token("two")), "jti");
  EXPECT_EQ(refusal(made_at(kNow), token("two")), "");
  EXPECT_EQ(refusal(made_at(kNow, R"(,"jti":"one")"), "opaque"), "");
}

}  // namespace
}  // namespace deviceflow::test
