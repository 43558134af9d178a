// Text in another encoding, or cut in the middle of a character, in a member that nobody needs. The
// members that are needed are used; a text that can't be read is never guessed.
#include <gtest/gtest.h>

#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/provider.hpp>

#include "foundation/json.hpp"
#include "issuer.hpp"

namespace deviceflow::test {
namespace {

using Kind = TokenAnswer::Kind;
constexpr const char* kLatin = "application/json;charset=ISO-8859-1";
constexpr const char* kForm = "application/x-www-form-urlencoded";

TokenAnswer read(std::string_view body, int status = 200, std::string_view type = kLatin) {
  return read_token_response(answer(status, body, type));
}

std::string codes_with(std::string_view member, std::string_view value) {
  std::string json = codes_json();
  const std::size_t at = json.find("\"" + std::string(member) + "\":\"");
  if (at == std::string::npos) {
    json.insert(json.size() - 1, ",\"" + std::string(member) + "\":\"" + std::string(value) + "\"");
    return json;
  }
  const std::size_t begin = at + member.size() + 4;
  return json.replace(begin, json.find('"', begin) - begin, value);
}

// --- Tokens ---

TEST(ResponseText, TokensBesideABrokenNameAreTaken) {  // W-7
  for (const char* name : {"Ren\xE9"
                           "e",
                           "\xFF\xFE", "cut \xE2\x82", "\\ud83d", "\\ude00", "a\nb\t"}) {
    const auto out = read(R"({"name":")" + std::string(name) +
                          R"(","access_token":"at","token_type":"Bearer","refresh_token":"rt"})");
    ASSERT_TRUE(out.tokens) << name;
    EXPECT_EQ(out.tokens->access_token.reveal(), "at") << name;
    EXPECT_EQ(out.tokens->refresh_token.reveal(), "rt") << name;
    EXPECT_TRUE(out.quirks.has(Quirk::unreadable_text)) << name;
  }
}

TEST(ResponseText, MemberNamesAndNestedTextsDoNotMatterEither) {
  const auto out = read(
      "{\"pr\xE9nom\":\"a\",\"pr\xE8nom\":\"b\",\"user\":{\"x\":[\"\xE9\"]},"
      "\"access_token\":\"at\",\"token_type\":\"Bearer\"}");
  ASSERT_TRUE(out.tokens);
  EXPECT_TRUE(out.quirks.has(Quirk::unreadable_text));
}

TEST(ResponseText, WhatIsRightIsNoDeviation) {
  for (const char* name : {"Ren\xC3\xA9"
                           "e",
                           "\xEF\xBF\xBD", "\\ud83d\\ude00", "\\\\ud83d", "\\\"\\u00e9"}) {
    const auto out =
        read(R"({"name":")" + std::string(name) + R"(","access_token":"at","token_type":"Bearer"})",
             200, "application/json");
    ASSERT_TRUE(out.tokens) << name;
    EXPECT_TRUE(out.quirks.list().empty()) << name;
  }
}

TEST(ResponseText, ATokenIsNeverGuessed) {  // W-7
  for (const char* token : {"at-\xE9", "at-\\ud800", "at\n"}) {
    const auto out =
        read(R"({"access_token":")" + std::string(token) + R"(","token_type":"Bearer"})");
    EXPECT_EQ(out.kind, Kind::passing_fault) << token;
    EXPECT_EQ(out.reason, "unreadable") << token;
  }
  const auto out = read(
      "{\"access_token\":\"at\",\"token_type\":\"Bearer\","
      "\"refresh_token\":\"rt-\xE9\",\"scope\":\"a\xE9\"}");
  ASSERT_TRUE(out.tokens);
  EXPECT_TRUE(out.tokens->refresh_token.empty());
  EXPECT_FALSE(out.tokens->scope.has_value());
}

TEST(ResponseText, NorInAForm) {
  EXPECT_EQ(read("access_token=at-%E9&token_type=Bearer", 200, kForm).kind, Kind::passing_fault);
  const auto out = read("access_token=at&token_type=Bearer&name=Ren%E9e", 200, kForm);
  ASSERT_TRUE(out.tokens);
  EXPECT_TRUE(out.quirks.has(Quirk::unreadable_text));
}

TEST(ResponseText, ARefreshKeepsWhatItCanRead) {
  RefreshParameters before;
  before.refresh_token = Secret("old");
  const auto good = read_refresh_response(
      answer(200, "{\"access_token\":\"at\",\"token_type\":\"Bearer\",\"n\":\"\xE9\"}"), before);
  ASSERT_TRUE(good.tokens);
  EXPECT_TRUE(good.quirks.has(Quirk::unreadable_text));
  const auto over = read_refresh_response(
      answer(400, "{\"error\":\"invalid_grant\",\"error_description\":\"caduc\xE9\"}"), before);
  EXPECT_EQ(over.kind, RefreshAnswer::Kind::session_over);
}

// --- Errors ---

TEST(ResponseText, TheCodeOfAnErrorCountsWhateverItsDescriptionIs) {  // W-7
  const auto denied =
      read("{\"error\":\"access_denied\",\"error_description\":\"Acc\xE8s refus\xE9\"}", 400);
  EXPECT_EQ(denied.kind, Kind::denied);
  EXPECT_EQ(denied.error->description, "Acc\xEF\xBF\xBDs refus\xEF\xBF\xBD");
  EXPECT_EQ(read("{\"error\":\"expired_token\",\"error_description\":\"\xF3\"}", 400).kind,
            Kind::expired);
  EXPECT_EQ(read("{\"error\":\"authorization_pending\",\"error_description\":\"\xF3\"}", 400).kind,
            Kind::pending);
  EXPECT_EQ(read("{\"error\":\"access_d\xE9nied\"}", 400).kind, Kind::passing_fault);
}

TEST(ResponseText, SoItDoesAtTheOtherEndpoints) {
  const std::string body = "{\"error\":\"invalid_token\",\"error_description\":\"\xE9\"}";
  EXPECT_EQ(read_userinfo_response(answer(400, body)).error().label(), "invalid_token");
  EXPECT_EQ(read_introspection_response(answer(400, body)).error().label(), "invalid_token");
  EXPECT_EQ(read_device_authorization_response(answer(400, body)).error().label(), "invalid_token");
}

// --- Device authorization ---

TEST(ResponseText, OnlyWhatIsNeededEndsTheStart) {  // W-7
  const auto good = read_device_authorization_response(answer(200, codes_with("message", "\xE9")));
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_TRUE(good->quirks.has(Quirk::unreadable_text));
  for (const char* needed : {"device_code", "user_code", "verification_uri"}) {
    const auto bad = read_device_authorization_response(answer(200, codes_with(needed, "x\xE9")));
    ASSERT_FALSE(bad.ok()) << needed;
    EXPECT_EQ(bad.error().code, ErrorCode::invalid_response) << needed;
  }
  const auto plain = read_device_authorization_response(
      answer(200, codes_with("verification_uri_complete", "https://e.com/\xE9")));
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->verification_uri_complete.has_value());
  EXPECT_TRUE(plain->quirks.has(Quirk::complete_uri_dropped));
}

// --- Metadata, keys, UserInfo, introspection ---

TEST(ResponseText, MetadataAndKeysAreRead) {
  const auto metadata = read_metadata_response(
      kIssuer, answer(200,
                      "{\"issuer\":\"https://id.example.com\",\"op_name\":\"Soci\xE9t\xE9\","
                      "\"token_endpoint\":\"https://id.example.com/t\","
                      "\"jwks_uri\":\"https://id.example.com/\xE9\"}"));
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->endpoints.token, "https://id.example.com/t");
  EXPECT_EQ(metadata->endpoints.jwks_uri, "");
  EXPECT_TRUE(metadata->quirks.has(Quirk::unreadable_text));
  EXPECT_FALSE(read_metadata_response("x\xE9", answer(200, "{\"issuer\":\"x\xE9\"}")).ok());

  std::string keys = key_set({{"k1", "P-256"}, {"k2", "P-384"}});
  keys.insert(keys.find("{\"crv\"") + 1, "\"owner\":\"Ren\xE9\",");
  const auto jwks = read_jwks_response(answer(200, keys));
  ASSERT_TRUE(jwks.ok());
  EXPECT_EQ(jwks->keys.size(), 2u);
  EXPECT_TRUE(jwks->quirks.has(Quirk::unreadable_text));
}

// Without its kid or alg a key would serve for more than it was made for.
TEST(ResponseText, AKeyIsNotUsedWithHalfItsMembers) {  // W-7
  for (const char* member : {"kid", "alg", "use"}) {
    std::string keys = key_set({{"k1", "P-256"}});
    keys.insert(keys.find("{\"crv\"") + 1, "\"" + std::string(member) + "\":\"\xE9\",");
    if (std::string_view(member) == "kid") keys.erase(keys.find(R"(,"kid":"k1")"), 11);
    const auto jwks = read_jwks_response(answer(200, keys));
    ASSERT_TRUE(jwks.ok()) << member;
    EXPECT_TRUE(jwks->keys.empty()) << member;
    EXPECT_EQ(jwks->skipped, 1u) << member;
  }
}

TEST(ResponseText, APersonsNameIsShownWithMarksAndNeverTheSubject) {  // W-7
  const auto info = read_userinfo_response(answer(200, "{\"sub\":\"u1\",\"name\":\"Ren\xE9\"}"));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(display_name(*info), "Ren\xEF\xBF\xBD");
  EXPECT_EQ(json_or_null(info->members.reveal()).find("name")->as_string(), "Ren\xEF\xBF\xBD");
  EXPECT_TRUE(info->quirks.has(Quirk::unreadable_text));
  EXPECT_FALSE(read_userinfo_response(answer(200, "{\"sub\":\"jos\xE9\"}")).ok());

  const auto token =
      read_introspection_response(answer(200, "{\"active\":true,\"username\":\"Ren\xE9\"}"));
  ASSERT_TRUE(token.ok());
  EXPECT_TRUE(token->active);
  EXPECT_TRUE(token->quirks.has(Quirk::unreadable_text));
  EXPECT_EQ(token->members.reveal(), "{\"active\":true,\"username\":\"Ren\xEF\xBF\xBD\"}");
}

// --- Through a provider's description, and in a trace ---

TEST(ResponseText, ADescriptionDoesNotMakeABrokenTokenReadable) {  // W-7
  const auto provider = builtin_provider("github");
  // Names that look alike once they are shown do not become the same member.
  EXPECT_TRUE(
      read_token_response(through(*provider,
                                  answer(200,
                                         "{\"access_token\":\"at\",\"token_type\":\"bearer\","
                                         "\"scope\":\"a,b\",\"\xE9\":1,\"\xE8\":{\"a\":2}}"),
                                  Stage::token))
          .tokens);
  const auto read = [&](std::string_view body) {
    return read_token_response(through(*provider, answer(200, body), Stage::token));
  };
  const std::string rest = R"(,"token_type":"bearer","scope":"a,b","name":")";
  EXPECT_EQ(read("{\"access_token\":\"at-\xE9\"" + rest + "x\"}").kind, Kind::passing_fault);
  EXPECT_TRUE(read("{\"access_token\":\"at\",\"refresh_token\":\"rt-\xE9\"" + rest + "x\"}")
                  .tokens->refresh_token.empty());
  const auto good = read("{\"access_token\":\"at\"" + rest + "\xE9\"}");
  ASSERT_TRUE(good.tokens);
  EXPECT_EQ(good.tokens->scope, "a b");
  EXPECT_TRUE(good.quirks.has(Quirk::unreadable_text));
}

TEST(ResponseText, ATraceShowsNoTokenBesideABrokenName) {  // W-7
  ExchangeRecord record;
  record.stage = Stage::token;
  record.response =
      answer(200,
             "{\"access_token\":\"token-sentinel\",\"refresh_token\":\"sentinel-\xE9\","
             "\"error_description\":\"Acc\xE8s token-sentinel\"}");
  const std::string trace =
      std::string(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
  EXPECT_EQ(trace.find("sentinel"), std::string::npos) << trace;
  EXPECT_NE(trace.find("Acc\xEF\xBF\xBDs [redacted]"), std::string::npos) << trace;
}

// Outside of texts, and in documents that are no response, nothing is tolerated.
TEST(ResponseText, WhatIsNoJsonStaysNone) {
  Quirks quirks;
  for (const char* body : {"{\xE9\"a\":1}", "{\"a\":1}\xE9", "\"a", "{\"a\":\"\xE9}",
                           "{\"a\":nul\xE9}", R"({"a":"\ud8"})", "{\"a\":\n\"b\" \x01}"}) {
    EXPECT_FALSE(parse_response_json(body, quirks).ok()) << body;
  }
  EXPECT_TRUE(quirks.list().empty());
  EXPECT_FALSE(parse_json("{\"a\":\"\xE9\"}").ok());
  EXPECT_EQ(parse_response_json("{\"a\":\"\xE9\xE9\",\n \"b\":}", quirks).error().message,
            parse_json("{\"a\":\"xx\",\n \"b\":}").error().message);
}

// --- A whole login ---

TEST_F(ClientTest, ALoginReportsUnreadableTextWhereverItStood) {
  publish_metadata(world, ",\"op_name\":\"\xE9\"");
  EXPECT_TRUE(client().login({}, LoginEvents{}).quirks.has(Quirk::unreadable_text));
}

}  // namespace
}  // namespace deviceflow::test
