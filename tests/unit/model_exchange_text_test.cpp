#include <gtest/gtest.h>

#include "model/exchange_text.hpp"
#include "model_exchanges.hpp"

namespace deviceflow::demo {
namespace {

std::vector<Line> lines_of(const ExchangeRecord& record, Side side,
                           BodyStyle style = BodyStyle::pretty, Secrets mode = Secrets::masked) {
  return exchange_lines(record, side, style, mode, {});
}

std::string text_of(const ExchangeRecord& record, Side side, BodyStyle style = BodyStyle::pretty,
                    Secrets mode = Secrets::masked) {
  return plain_text(lines_of(record, side, style, mode));
}

// What follows the first empty line.
std::string body_of(const std::string& text) {
  const std::size_t blank = text.find("\n\n");
  return blank == std::string::npos ? "" : text.substr(blank + 2);
}

std::string pretty(std::string_view body, Secrets mode = Secrets::masked) {
  return body_of(
      text_of(exchange(Stage::token, 200, body), Side::response, BodyStyle::pretty, mode));
}

const Span* find_span(const std::vector<Line>& lines, std::string_view text) {
  for (const Line& line : lines) {
    for (const Span& span : line) {
      if (span.text == text) return &span;
    }
  }
  return nullptr;
}

TEST(ModelExchangeText, ARecordWithoutOutcomeSaysSo) {
  EXPECT_EQ(text_of(request_of(Stage::token, "https://auth.example/"), Side::response),
            "No answer yet.\n");
}

TEST(ModelExchangeText, AnUrlThatIsNoneIsShownAsItIs) {
  EXPECT_EQ(text_of(request_of(Stage::token, "nowhere"), Side::request),
            "nowhere\nGET nowhere\naccept: application/json\n");
}

TEST(ModelExchangeText, BrokenJsonSaysWhyAndIsShownAsItCame) {
  const std::string body = pretty("{\"a\": 1,\n\"b\"");
  EXPECT_TRUE(
      body.starts_with("The answer can't be read. It is no valid JSON at line 2, column 4.\n"))
      << body;
  EXPECT_TRUE(body.ends_with("\n{\"a\": 1,\n\"b\"\n")) << body;
}

TEST(ModelExchangeText, BrokenJsonHidesItsSecretsToo) {
  EXPECT_FALSE(has(pretty(R"({"access_token":"half-a-tok)"), "half"));
  EXPECT_FALSE(has(pretty(R"({"id_token":"one","id_token":"two-2"})"), "two-2"));
  EXPECT_FALSE(has(pretty(R"({"a":"b, "refresh_token" : "third-3", "c":1})"), "third-3"));
  EXPECT_FALSE(has(pretty(R"({"device_code": 123456, )"), "123456"));
}

TEST(ModelExchangeText, ANameOfAHeaderHidesASecret) {
  ExchangeRecord record = exchange(Stage::token, 200, "{}");
  set_header(record.response->headers, "X-Secret-Sentinel", "1");
  Redactor secrets;
  secrets.add(Secret("Secret-Sentinel"));
  const std::string text = plain_text(
      exchange_lines(record, Side::response, BodyStyle::pretty, Secrets::masked, secrets));
  EXPECT_FALSE(has(text, "sentinel")) << text;
  EXPECT_TRUE(has(text, "x-[redacted]: 1")) << text;
}

TEST(ModelExchangeText, APageIsShownAsText) {
  EXPECT_EQ(body_of(text_of(exchange(Stage::token, 502, "<h1>Bad\tGateway</h1>\r\n", "text/html"),
                            Side::response)),
            "<h1>Bad Gateway</h1>\n");
}

TEST(ModelExchangeText, ABrokenFormIsShownAsItWent) {
  const ExchangeRecord record =
      request_of(Stage::token, "https://auth.example/t", "a=%zz&client_secret=hush");
  EXPECT_EQ(body_of(text_of(record, Side::request)), "a=%zz&client_secret=[redacted]\n");
}

TEST(ModelExchangeText, NothingShownCanFoolTheScreen) {
  ExchangeRecord record = exchange(Stage::token, 200, "{\"a\\u001b[2J\":\"b\\u202e\\u0007\"}");
  set_header(record.response->headers, "X-\x1b", "\x1b]0;\x07\xC2\x9B");
  for (const Secrets mode : {Secrets::masked, Secrets::revealed}) {
    for (const BodyStyle style : {BodyStyle::pretty, BodyStyle::raw}) {
      const std::string text = text_of(record, Side::response, style, mode);
      EXPECT_FALSE(has(text, "\x1b"));
      EXPECT_FALSE(has(text, "\xE2\x80\xAE"));
      EXPECT_FALSE(has(text, "\xC2\x9B"));
    }
  }
}

TEST(ModelExchangeText, AnEmptyBodySaysSo) {
  EXPECT_EQ(text_of(exchange(Stage::revocation, 204, "", "text/plain"), Side::response),
            "204 No Content\ncontent-type: text/plain\n\nThe body is empty.\n");
}

TEST(ModelExchangeText, LongLinesGoOnInTheNextWithoutCuttingCharacters) {
  std::string word;
  for (int i = 0; i < 500; ++i) word += "é";
  const ExchangeRecord record = exchange(Stage::token, 502, "x" + word, "text/plain");
  std::string whole;
  for (const Line& line : lines_of(record, Side::response, BodyStyle::raw)) {
    std::string text;
    for (const Span& span : line) text += span.text;
    EXPECT_LE(text.size(), kMaxLineBytes);
    EXPECT_EQ(clean_text(text), text);
    whole += text;
  }
  EXPECT_TRUE(whole.ends_with("x" + word));
}

TEST(ModelExchangeText, BeyondTwoThousandLinesTheLastSaysWhatIsMissing) {
  std::string body;
  for (int i = 0; i < 5000; ++i) body += "12345678\n";
  const auto lines =
      lines_of(exchange(Stage::token, 200, body, "text/plain"), Side::response, BodyStyle::raw);
  ASSERT_EQ(lines.size(), kMaxLines);
  // Status, header and empty line come first, and the last line holds none of the 5000.
  EXPECT_EQ(lines.back()[0].text,
            "… " + std::to_string((5000 - (kMaxLines - 4)) * 9) + " bytes are not shown");
}

TEST(ModelExchangeText, TwoThousandLinesAreShownWhole) {
  std::string body;
  for (std::size_t i = 0; i < kMaxLines - 3; ++i) body += "x\n";
  const auto lines =
      lines_of(exchange(Stage::token, 200, body, "text/plain"), Side::response, BodyStyle::raw);
  ASSERT_EQ(lines.size(), kMaxLines);
  EXPECT_EQ(lines.back()[0].text, "x");
}

TEST(ModelExchangeText, AMebibyteStaysWithinBounds) {
  std::string body = "[";
  while (body.size() < 100000) body += "[],{},1,\"\\u001b\",";
  body += "0]";
  const auto many = lines_of(exchange(Stage::token, 200, body), Side::response);
  EXPECT_LE(many.size(), kMaxLines);
  const std::string flat(std::size_t{1} << 20, 'a');
  EXPECT_LE(lines_of(exchange(Stage::token, 200, flat), Side::response).size(), kMaxLines);
}

TEST(ModelExchangeText, JsonThirtyTwoDeepIsShown) {
  const std::string body = pretty(std::string(31, '[') + "7" + std::string(31, ']'));
  EXPECT_TRUE(has(body, "\n" + std::string(62, ' ') + "7\n")) << body;
}

TEST(ModelExchangeText, AFailureSaysWhetherAnythingWasSent) {
  using Kind = TransportFailure::Kind;
  EXPECT_EQ(text_of(failed(Kind::refused, true, "Nobody\x1b there."), Side::response),
            "No answer: refused\nNobody\xEF\xBF\xBD there.\nNothing had been sent.\n");
  EXPECT_EQ(text_of(failed(Kind::timeout, false, ""), Side::response),
            "No answer: timeout\nThe request may have reached the server.\n");
}

TEST(ModelExchangeText, ARequestShowsItsLineHeadersAndFields) {
  ExchangeRecord record = request_of(Stage::token, "https://auth.example:8443/oauth2/token?x=1",
                                     "scope=openid+e%2Fmail&device_code=abc%2Fdefg&empty=");
  set_header(record.request.headers, "Authorization", "Basic dHY6aHVzaA==");
  EXPECT_EQ(text_of(record, Side::request),
            "https://auth.example:8443/oauth2/token?x=1\n"
            "POST /oauth2/token?x=1\n"
            "host: auth.example:8443\n"
            "accept: application/json\n"
            "authorization: Basic ••••\n"
            "\n"
            "scope = openid e/mail\n"
            "device_code = •••••••• 8 chars\n"
            "empty = \n");
  EXPECT_EQ(body_of(text_of(record, Side::request, BodyStyle::raw)),
            "scope=openid+e%2Fmail&device_code=[redacted]&empty=\n");
}

TEST(ModelExchangeText, RevealedShowsEverything) {
  ExchangeRecord record =
      request_of(Stage::token, "https://auth.example/t", "device_code=abc%2Fdefg");
  set_header(record.request.headers, "Authorization", "Basic dHY6aHVzaA==");
  const std::string text = text_of(record, Side::request, BodyStyle::pretty, Secrets::revealed);
  EXPECT_TRUE(has(text, "authorization: Basic dHY6aHVzaA==\n"));
  EXPECT_TRUE(has(text, "device_code = abc/defg\n"));
  EXPECT_EQ(pretty(R"({"access_token":"a-1"})", Secrets::revealed),
            "{\n  \"access_token\": \"a-1\"\n}\n");
}

TEST(ModelExchangeText, AFormEncodedAnswerIsShownByItsFields) {
  EXPECT_EQ(body_of(text_of(exchange(Stage::token, 200, "access_token=gho_1&scope=a%2Cb",
                                     "application/x-www-form-urlencoded"),
                            Side::response)),
            "access_token = •••••••• 5 chars\nscope = a,b\n");
}

TEST(ModelExchangeText, JsonIsIndentedAndMaskedByName) {
  EXPECT_EQ(pretty(R"({"access_token":"12345","id_token":"eyJh.eyJi.sig","token_type":"Bearer",)"
                   R"("expires_in":3600,"list":[1,{"secret":["é",7,null]}],"e":{},"f":[],"g":1.50,)"
                   R"("refresh_token":"","user_code":"WDJB-MJHT"})"),
            "{\n"
            "  \"access_token\": \"•••••••• 5 chars\",\n"
            "  \"id_token\": \"•••••••• JWT, 13 chars\",\n"
            "  \"token_type\": \"Bearer\",\n"
            "  \"expires_in\": 3600,\n"
            "  \"list\": [\n"
            "    1,\n"
            "    {\n"
            "      \"secret\": [\n"
            "        \"•••••••• 1 char\",\n"
            "        •••••••• 1 char,\n"
            "        null\n"
            "      ]\n"
            "    }\n"
            "  ],\n"
            "  \"e\": {},\n"
            "  \"f\": [],\n"
            "  \"g\": 1.50,\n"
            "  \"refresh_token\": \"\",\n"
            "  \"user_code\": \"WDJB-MJHT\"\n"
            "}\n");
}

TEST(ModelExchangeText, EveryKindOfJsonHasItsInk) {
  const auto lines = lines_of(
      exchange(Stage::token, 200, R"({"token":"abc","b":"text","c":-1,"d":true})"), Side::response);
  const auto ink_of = [&](std::string_view text) {
    const Span* span = find_span(lines, text);
    EXPECT_NE(span, nullptr) << text;
    return span != nullptr ? span->ink : Ink::bad;
  };
  EXPECT_EQ(ink_of("200"), Ink::good);
  EXPECT_EQ(ink_of(" OK"), Ink::good);
  EXPECT_EQ(ink_of("content-type: "), Ink::muted);
  EXPECT_EQ(ink_of("\"token\""), Ink::key);
  EXPECT_EQ(ink_of("\"•••••••• 3 chars\""), Ink::masked);
  EXPECT_EQ(ink_of("\"text\""), Ink::string);
  EXPECT_EQ(ink_of("-1"), Ink::number);
  EXPECT_EQ(ink_of("true"), Ink::literal);
}

}  // namespace
}  // namespace deviceflow::demo
