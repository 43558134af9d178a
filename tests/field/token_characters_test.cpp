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

// A record that an earlier version or another program wrote.
TEST(TokenCharacters, OfAStoredTokenArePrintable) {
  for (const std::string bad : kBad) {
    for (const char* member : {"access_token", "refresh_token", "token_type"}) {
      const std::string tokens = "{\"" + std::string(member) + "\":\"" + bad + "\"}";
      const auto login = read_record(
          Secret(R"({"format":1,"issuer":"i","client_id":"c","tokens":)" + tokens + "}"));
      ASSERT_FALSE(login.ok()) << tokens;
      EXPECT_EQ(login.error().code, ErrorCode::store_damaged) << tokens;
      EXPECT_NE(login.error().message.find(member), std::string::npos) << login.error().message;
    }
    const auto pending = read_record(
        Secret(R"({"format":1,"issuer":"i","client_id":"c","tokens":{},"pending":{"user_code":"u",)"
               R"("verification_uri":"https://i/d","taken_at":1,"expires_at":2,"interval":5,)"
               R"("device_code":")" +
               bad + "\"}}"));
    ASSERT_FALSE(pending.ok()) << bad;
    EXPECT_EQ(pending.error().code, ErrorCode::store_damaged) << bad;
  }
}

class StoredTokenCharacters : public SessionTest {
 protected:
  void store_tokens(const char* access, const char* refresh) {
    sign_in(seconds(0));
    StoredLogin login = stored();
    login.tokens.access_token = Secret(access);
    login.tokens.refresh_token = Secret(refresh);
    write(login);
    restart();
    server_answers(fresh("a2", "r2"));
    world.requests.clear();
  }
};

TEST_F(StoredTokenCharacters, SendNothing) {
  for (const auto& [access, refresh] : {std::pair("a1", "r1\r\nX: y"), std::pair("a\n1", "r1")}) {
    store_tokens(access, refresh);
    EXPECT_EQ(get(), "(store_damaged)");
    EXPECT_EQ(session->stored().error().code, ErrorCode::store_damaged);
    EXPECT_TRUE(world.requests.empty());
    const auto report = session->sign_out();
    EXPECT_TRUE(report.removed);
    EXPECT_TRUE(world.requests.empty());
    EXPECT_TRUE(store_empty());
  }
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
