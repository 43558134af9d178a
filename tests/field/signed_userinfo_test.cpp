// UserInfo as a signed JWT (OpenID Connect Core 5.3.2), and what the other signed response must say
// about its time.
#include <deviceflow/messages.hpp>

#include "fake_world.hpp"
#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "issuer.hpp"
#include "jose_helpers.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;
constexpr const char* kIntrospect = "https://id.example.com/introspect";

JsonValue claims(const std::string& members = "") {
  JsonValue changes = std::move(*parse_json("{" + members + "}"));
  JsonValue out = JsonValue::object();
  for (const auto& [name, value] : changes.members()) out.set(name, value);
  if (out.find("sub") == nullptr) out.set("sub", "u1");
  return out;
}

class SignedUserInfo : public ClientTest {
 protected:
  SignedUserInfo() {
    world.clock.set_wall(WallTime(seconds(kNow)));
    publish_metadata(world);
    publish_keys(world, {{"k1", "P-256"}});
  }
  Result<UserInfo> ask(const std::string& body, const char* type = "application/jwt",
                       std::optional<std::string_view> expected = "u1") {
    world.answers[kUserInfo].clear();
    world.answers[kUserInfo].push_back(answer(200, body, type));
    return client().userinfo(Secret("token-sentinel"), expected);
  }
  // "" if the response is read, otherwise why it is not.
  std::string reason_of(const std::string& members, const char* typ = nullptr) {
    const auto info = ask(signed_jwt("k1", "P-256", claims(members), typ));
    if (info.ok()) return "";
    EXPECT_EQ(info.error().code, ErrorCode::userinfo_invalid);
    EXPECT_EQ(info.error().stage, Stage::userinfo);
    EXPECT_TRUE(is_security_alarm(info.error().code));
    return info.error().reason;
  }
};

// --- What is refused ---

TEST_F(SignedUserInfo, OneThatTheIssuerDidNotSignIsRefused) {  // O-5.3.2-2
  std::string forged = signed_jwt("k1", "P-256", claims());
  forged[forged.rfind('.') + 5] = forged[forged.rfind('.') + 5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(ask(forged).error().reason, "signature");
  EXPECT_EQ(ask(signed_jwt("k2", "P-256", claims())).error().reason, "unknown_key");
  const std::string rest = "." + base64url_encode(R"({"sub":"u1"})") + ".";
  EXPECT_EQ(ask(base64url_encode(R"({"alg":"none"})") + rest).error().code,
            ErrorCode::algorithm_not_allowed);
  EXPECT_EQ(ask(base64url_encode(R"({"alg":"HS256"})") + rest + "AAAA").error().code,
            ErrorCode::algorithm_not_allowed);
  EXPECT_EQ(ask("no.jwt").error().reason, "parts");
  EXPECT_EQ(ask(R"({"sub":"u1"})").error().code, ErrorCode::invalid_response);
  EXPECT_EQ(ask(R"({"error":"invalid_token"})").error().oauth_code, "invalid_token");
}

TEST_F(SignedUserInfo, OneAboutAnotherPersonIsRefused) {  // O-5.3.2-1
  EXPECT_EQ(ask(signed_jwt("k1", "P-256", claims(R"("sub":"u2")"))).error().code,
            ErrorCode::subject_mismatch);
  EXPECT_EQ(reason_of(R"("sub":"")"), "sub");
  EXPECT_EQ(reason_of(R"("sub":5)"), "sub");
}

TEST_F(SignedUserInfo, IssuerAudienceAndTimesMustFitWhereTheyAreSent) {  // O-5.3.2-2
  EXPECT_EQ(reason_of(R"("iss":"https://id.example.com","aud":"tv")"), "");
  EXPECT_EQ(reason_of(R"("aud":["api","tv"])"), "");
  EXPECT_EQ(reason_of(R"("iss":"https://id.example.com/")"), "iss");
  EXPECT_EQ(reason_of(R"("iss":null)"), "iss");
  EXPECT_EQ(reason_of(R"("aud":"phone")"), "aud");
  EXPECT_EQ(reason_of(R"("aud":[])"), "aud");
  EXPECT_EQ(reason_of(R"("exp":1800000300.5,"iat":1799999999.5,"nbf":1799999999.5)"), "");
  EXPECT_EQ(reason_of(R"("exp":1799999880)"), "expired");
  EXPECT_EQ(reason_of(R"("exp":"never")"), "exp");
  EXPECT_EQ(reason_of(R"("nbf":1800000121)"), "not_yet_valid");
  EXPECT_EQ(reason_of(R"("iat":1800003600,"nbf":1800003600)"), "issued_in_future");
}

TEST_F(SignedUserInfo, AnotherKindOfTokenIsRefused) {  // J-3.12-1
  EXPECT_EQ(reason_of("", "at+jwt"), "typ");
  EXPECT_EQ(reason_of("", "logout+jwt"), "typ");
  EXPECT_EQ(reason_of("", "JWT"), "");
}

TEST_F(SignedUserInfo, AnEncryptedOneSaysSo) {
  const std::string header = base64url_encode(R"({"alg":"RSA-OAEP","enc":"A256GCM"})");
  const auto info = ask(header + ".a.b.c.d");
  EXPECT_EQ(info.error().code, ErrorCode::invalid_response);
  EXPECT_EQ(info.error().reason, "encrypted");
  EXPECT_NE(info.error().message.find("encrypted, which is not supported"), std::string::npos);
}

TEST_F(SignedUserInfo, WithoutKeysItIsNotRead) {  // O-5.3.2-2
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(503, "", "text/html"));
  const auto info = ask(signed_jwt("k1", "P-256", claims()));
  EXPECT_EQ(info.error().code, ErrorCode::invalid_response);
  EXPECT_EQ(info.error().stage, Stage::userinfo);
  EXPECT_TRUE(info.error().retryable);
  publish_keys(world, {{"k1", "P-256"}});
  EXPECT_TRUE(ask(signed_jwt("k1", "P-256", claims())).ok());
}

TEST_F(SignedUserInfo, WithoutAnIssuerItIsNotRead) {
  config.issuer.clear();
  config.endpoints.userinfo = kUserInfo;
  EXPECT_EQ(ask(signed_jwt("k1", "P-256", claims())).error().code, ErrorCode::not_possible);
}

// --- What is read ---

TEST_F(SignedUserInfo, ASignedResponseIsReadWithAllItsClaims) {  // O-5.3.2-2
  const auto info =
      ask(signed_jwt("k1", "P-256", claims(R"("email":"anna@example.com","name":"Anna")")));
  ASSERT_TRUE(info.ok()) << info.error().message;
  EXPECT_EQ(info->subject, "u1");
  EXPECT_EQ(json_or_null(info->members.reveal()).find("email")->as_string(), "anna@example.com");
  EXPECT_EQ(display_name(*info), "Anna");
  EXPECT_TRUE(ask(signed_jwt("k1", "P-256", claims()), "Application/JWT; charset=utf-8").ok());
  EXPECT_TRUE(ask(signed_jwt("k1", "P-256", claims()) + "\r\n").ok());
  EXPECT_TRUE(ask(signed_jwt("k1", "P-256", claims()), "application/jwt", std::nullopt).ok());
  EXPECT_EQ(world.count(kJwks), 1);
}

TEST_F(SignedUserInfo, ASignedResponseUnderAnotherLabelIsOne) {
  for (const char* type : {"application/json", "text/plain", ""}) {
    EXPECT_TRUE(ask(signed_jwt("k1", "P-256", claims()), type).ok()) << type;
    EXPECT_EQ(ask(signed_jwt("k2", "P-256", claims()), type).error().reason, "unknown_key");
  }
}

TEST_F(SignedUserInfo, TheKeysAreFoundForAKnownEndpoint) {
  config.endpoints.userinfo = kUserInfo;
  EXPECT_TRUE(ask(signed_jwt("k1", "P-256", claims())).ok());
}

TEST_F(SignedUserInfo, ALargeProfileIsRead) {
  const std::string members = R"("picture":")" + std::string(100000, 'x') + "\"";
  EXPECT_TRUE(ask(signed_jwt("k1", "P-256", claims(members))).ok());
}

TEST_F(SignedUserInfo, ARefusalStaysARefusal) {  // B-3-1
  world.answers[kUserInfo].clear();
  world.answers[kUserInfo].push_back(
      answer(401, signed_jwt("k1", "P-256", claims()), "application/jwt",
             {{"WWW-Authenticate", R"(Bearer error="invalid_token")"}}));
  EXPECT_EQ(client().userinfo(Secret("token-sentinel"), "u1").error().oauth_code, "invalid_token");
}

// --- Signed introspection ---

TEST_F(SignedUserInfo, ASignedIntrospectionResponseHasTheSameRulesOfTime) {  // I-9701-1
  config.client_secret = Secret("secret");
  IntrospectionOptions options;
  options.form = IntrospectionForm::signed_jwt;
  const auto reason = [&](const std::string& members) -> std::string {
    JsonValue out = claims(R"("iss":"https://id.example.com","aud":["x","tv"],)" + members);
    out.set("token_introspection", std::move(*parse_json(R"({"active":true})")));
    world.answers[kIntrospect].clear();
    world.answers[kIntrospect].push_back(
        answer(200, signed_jwt("k1", "P-256", out, "token-introspection+jwt"),
               "application/token-introspection+jwt"));
    const auto result = client().introspect(Secret("token"), options);
    return result.ok() ? "" : result.error().reason;
  };
  EXPECT_EQ(reason(R"("iat":1799999999.5)"), "");
  EXPECT_EQ(reason(R"("iat":1799999999.5,"exp":1800000300.25,"nbf":1799999999)"), "");
  EXPECT_EQ(reason(R"("iat":1799990000,"exp":1799999880)"), "expired");
  EXPECT_EQ(reason(R"("iat":1800000000,"nbf":1800000121)"), "not_yet_valid");
  EXPECT_EQ(reason(R"("iat":1800000000,"nbf":"now")"), "nbf");
  EXPECT_EQ(reason(R"("iat":1800000601)"), "iat");
}

}  // namespace
}  // namespace deviceflow::test
