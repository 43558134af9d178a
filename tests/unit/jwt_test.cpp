// Reading and writing tokens, and the base64url they are made of.
#include "protocol/jwt.hpp"

#include <gtest/gtest.h>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "jose_helpers.hpp"

namespace deviceflow::test {
namespace {

std::string reason_of(std::string_view text) {
  const auto jwt = parse_jwt(text);
  if (jwt.ok()) return "none";
  EXPECT_EQ(jwt.error().blame, Blame::protocol);
  return jwt.error().reason;
}

constexpr std::string_view kHeader = R"({"alg":"RS256"})";

// --- base64url ---

TEST(Base64Url, RefusesPaddingForeignCharactersAndStrayBits) {  // J-3.7-1
  for (const char* bad : {"QQ==", "QQ=", "=", "A", "AAAAA", "QR", "QUJ", "Q+", "Q/", "QQ\n", " QQ",
                          "QQ ", "Q.Q", "QQ\x80"}) {
    EXPECT_FALSE(base64url_decode(bad).has_value()) << bad;
  }
}

TEST(Base64Url, ReadsBackWhatItWrites) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(base64url_decode(base64url_encode(bytes))->reveal(), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

// --- parse_jwt ---

TEST(ParseJwt, RefusesWhatDoesNotHaveThreeParts) {
  const std::string good = compact(kHeader, "{}");
  for (const std::string& bad : {std::string(), std::string("a"), std::string("a.b"), good + ".",
                                 good + ".AAAA", good + ".AAAA.AAAA", std::string(50000, '.')}) {
    EXPECT_EQ(reason_of(bad), "parts");
  }
}

TEST(ParseJwt, RefusesATokenOfTenMegabytesWithoutReadingIt) {  // J-3.7-1
  EXPECT_EQ(reason_of(std::string(std::size_t{10} << 20, 'A')), "too_large");
  EXPECT_EQ(reason_of(compact(kHeader, std::string(49200, ' ') + "{}")), "too_large");
  EXPECT_TRUE(parse_jwt(compact(kHeader, std::string(49200, ' ') + "{}"), 100000).ok());
  EXPECT_TRUE(parse_jwt(compact(kHeader, std::string(49000, ' ') + "{}")).ok());
}

TEST(ParseJwt, RefusesPaddingAndForeignCharactersInEveryPart) {  // J-3.7-1
  const std::string part = base64url_encode(kHeader);
  const std::string body = base64url_encode("{}");
  EXPECT_EQ(reason_of(part + "=." + body + ".AAAA"), "base64url");
  EXPECT_EQ(reason_of(part + "." + body + "=.AAAA"), "base64url");
  EXPECT_EQ(reason_of(part + "." + body + ".AA=="), "base64url");
  EXPECT_EQ(reason_of(part + "." + body + ".A A"), "base64url");
  EXPECT_EQ(reason_of("\n" + part + "." + body + ".AAAA"), "base64url");
}

TEST(ParseJwt, RefusesWhatIsNotOneJsonObjectInUtf8) {  // J-3.7-1
  for (const std::string& payload :
       {std::string("[]"), std::string("\"x\""), std::string(), std::string("{} {}"),
        std::string("\xFF\xFE{\0}\0", 6), std::string("{\"a\":\"\xC0\xAF\"}"),
        std::string(R"({"iss":"a","iss":"b"})"), std::string(R"({"a":{"b":1,"b":1}})")}) {
    EXPECT_EQ(reason_of(compact(kHeader, payload)), "json") << payload;
  }
  EXPECT_EQ(reason_of(compact(R"({"alg":"RS256","alg":"none"})", "{}")), "json");
  EXPECT_EQ(reason_of(compact("[]", "{}")), "json");
  EXPECT_EQ(reason_of(compact(kHeader, std::string(40000, '['))), "json");
}

TEST(ParseJwt, RefusesEveryAlgorithmBeyondTheClosedListAndSoundsTheAlarm) {  // J-3.1-1, O-3.1.3.7-5
  for (const char* alg : {"none", "None", "NONE", "", "HS256", "HS384", "HS512", "rs256", "RS1",
                          "PS1", "ES256X", "ECDH-ES", "RSA-OAEP", "dir", "RS256 ", "EdDSA "}) {
    const std::string header = std::string(R"({"alg":")") + alg + R"("})";
    const auto jwt = parse_jwt(compact(header, "{}"));
    ASSERT_FALSE(jwt.ok()) << alg;
    EXPECT_EQ(jwt.error().code, ErrorCode::algorithm_not_allowed) << alg;
    EXPECT_TRUE(is_security_alarm(jwt.error().code));
  }
  EXPECT_EQ(parse_jwt(compact("{}", "{}")).error().code, ErrorCode::algorithm_not_allowed);
  // An unsigned token in its usual form: nothing behind the second dot.
  EXPECT_FALSE(parse_jwt(base64url_encode(R"({"alg":"none"})") + ".e30.").ok());
}

TEST(ParseJwt, RefusesHeaderParametersOfTheWrongType) {
  for (const char* header : {R"({"alg":["RS256"]})", R"({"alg":null})", R"({"alg":5})",
                             R"({"alg":"RS256","kid":5})", R"({"alg":"RS256","typ":{}})"}) {
    EXPECT_EQ(reason_of(compact(header, "{}")), "header") << header;
  }
}

TEST(ParseJwt, RefusesCriticalExtensions) {
  EXPECT_EQ(reason_of(compact(R"({"alg":"RS256","crit":["exp"],"exp":1})", "{}")), "crit");
  EXPECT_EQ(reason_of(compact(R"({"alg":"RS256","crit":[]})", "{}")), "crit");
  EXPECT_EQ(reason_of(compact(R"({"alg":"RS256","b64":false})", "{}")), "crit");
}

TEST(ParseJwt, SplitsAGoodTokenAndLooksAtNoKeyInsideIt) {  // J-3.10-1
  const std::string text = compact(
      R"({"alg":"ES256","kid":"k1","typ":"JWT","jku":"https://evil.example","jwk":{"kty":"EC"}})",
      R"({"iss":"https://e.com","exp":9223372036854775807})", std::string("\0\xFF", 2));
  const auto jwt = parse_jwt(text);
  ASSERT_TRUE(jwt.ok());
  EXPECT_EQ(jwt->algorithm, JwsAlgorithm::es256);
  EXPECT_EQ(jwt->kid, "k1");
  EXPECT_EQ(jwt->typ, "JWT");
  EXPECT_EQ(jwt->claims.find("exp")->as_integer(), INT64_MAX);
  EXPECT_EQ(jwt->signature.reveal(), std::string_view("\0\xFF", 2));
  EXPECT_EQ(jwt->signing_input.reveal(), text.substr(0, text.rfind('.')));
}

// --- sign_jwt ---

class FakeSigner final : public Signer {
 public:
  JwsAlgorithm algorithm() const override { return JwsAlgorithm::eddsa; }
  Jwk public_jwk() const override { return kEdKey; }
  Result<std::string> sign(std::string_view input) override {
    signed_input = std::string(input);
    if (broken) return Error{};
    return std::string("raw");
  }
  std::string signed_input;
  bool broken = false;
};

TEST(SignJwt, PassesTheSignersErrorOn) {
  FakeSigner signer;
  signer.broken = true;
  EXPECT_FALSE(sign_jwt(signer, JsonValue::object(), JsonValue::object()).ok());
}

TEST(SignJwt, WritesWhatParseJwtReads) {
  FakeSigner signer;
  JsonValue header = JsonValue::object();
  header.set("typ", "dpop+jwt");
  JsonValue claims = JsonValue::object();
  claims.set("htu", "https://e.com/\"t\"");
  const auto token = sign_jwt(signer, std::move(header), claims);
  ASSERT_TRUE(token.ok());
  const auto jwt = parse_jwt(token->reveal());
  ASSERT_TRUE(jwt.ok());
  EXPECT_EQ(jwt->algorithm, JwsAlgorithm::eddsa);
  EXPECT_EQ(jwt->typ, "dpop+jwt");
  EXPECT_EQ(jwt->claims.find("htu")->as_string(), "https://e.com/\"t\"");
  EXPECT_EQ(jwt->signature.reveal(), "raw");
  EXPECT_EQ(jwt->signing_input.reveal(), signer.signed_input);
}

}  // namespace
}  // namespace deviceflow::test
