// Tokens and codes with characters that no token may have (RFC 6749 appendix A): a header, a C
// string or a screen would carry another one than the server meant.
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

constexpr const char* kBad[] = {R"(a\u0000b)", R"(ab\r\nX: y)", R"(a\u007Fb)", R"(a\u00E9b)"};

TEST(TokenCharacters, OfATokenArePrintable) {
  for (const std::string bad : kBad) {
    for (const std::string& tokens : {R"("access_token":")" + bad + "\"",
                                      R"("access_token":"good","refresh_token":")" + bad + "\""}) {
      const auto out =
          read_token_response(answer(200, R"({"token_type":"Bearer",)" + tokens + "}"));
      EXPECT_FALSE(out.tokens) << tokens;
      ASSERT_TRUE(out.error) << tokens;
      EXPECT_EQ(out.error->code, ErrorCode::invalid_response) << tokens;
    }
  }
  EXPECT_TRUE(
      read_token_response(answer(200, R"({"token_type":"Bearer","access_token":" !~\"\\"})"))
          .tokens);
}

TEST(TokenCharacters, ARefreshKeepsNoTokenItCouldNotSend) {
  RefreshParameters parameters;
  parameters.refresh_token = Secret("r1");
  for (const std::string bad : kBad) {
    const auto out = read_refresh_response(
        answer(200,
               R"({"token_type":"Bearer","access_token":"a2","refresh_token":")" + bad + "\"}"),
        parameters);
    EXPECT_FALSE(out.tokens) << bad;
    EXPECT_TRUE(out.refresh_token.empty()) << bad;
    ASSERT_TRUE(out.error) << bad;
    EXPECT_EQ(out.error->code, ErrorCode::invalid_response) << bad;
  }
}

Result<DeviceAuthorization> codes_of(const std::string& device_code, const std::string& user_code) {
  return read_device_authorization_response(
      answer(200, R"({"device_code":")" + device_code + R"(","user_code":")" + user_code +
                      R"(","verification_uri":"https://id.example.com/d","expires_in":600})"),
      false);
}

TEST(TokenCharacters, OfADeviceCodeArePrintable) {
  for (const std::string bad : kBad) {
    const auto codes = codes_of(bad, "ABCD");
    ASSERT_FALSE(codes.ok()) << bad;
    EXPECT_EQ(codes.error().code, ErrorCode::invalid_response) << bad;
  }
  EXPECT_TRUE(codes_of("a b/c+~", "ABCD").ok());
}

TEST(TokenCharacters, OfAUserCodeCanBeSeen) {
  for (const std::string bad :
       {R"(\u3164)", R"(AB\u115FCD)", R"(AB\u2800CD)", R"(AB\u034FCD)", R"(AB\uFE0FCD)",
        R"(AB\u17B4CD)", R"(AB\u200BCD)", R"(AB\nCD)", R"(A\u0300\u0301\u0302\u0303)"}) {
    const auto codes = codes_of("device-code", bad);
    ASSERT_FALSE(codes.ok()) << bad;
    EXPECT_EQ(codes.error().code, ErrorCode::invalid_response) << bad;
  }
  EXPECT_TRUE(codes_of("device-code", R"(\u00C4\u0416-12 34)").ok());
}

TEST(TokenCharacters, OfANameCanBeSeen) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_text("Ann\xE3\x85\xA4\xE2\xA0\x80\xEF\xB8\x8F"), "Ann" + mark + mark + mark);
  EXPECT_EQ(clean_text("e\xCC\x80\xCC\x81\xCC\x82\xCC\x83\xCC\x84z"),
            "e\xCC\x80\xCC\x81\xCC\x82" + mark + mark + "z");
}

}  // namespace
}  // namespace deviceflow::test
