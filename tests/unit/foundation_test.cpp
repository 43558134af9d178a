// Floor 1: secrets, results, forms, URLs, dates, text.
#include <gtest/gtest.h>

#include <algorithm>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <sstream>
#include <type_traits>

#include "foundation/encoding.hpp"
#include "foundation/url.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

// --- Secret ---

template <typename T, typename = void>
struct Printable : std::false_type {};
template <typename T>
struct Printable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T>())>>
    : std::true_type {};

TEST(Secret, IsNotPrintableAndCopiesAreItsOwn) {
  static_assert(!Printable<Secret>::value);
  static_assert(std::is_nothrow_move_constructible_v<Secret>);
  static_assert(std::is_nothrow_move_assignable_v<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<const char*, Secret>);
  Secret secret("value");
  const Secret copy = secret;
  secret.append("s");
  EXPECT_EQ(copy.reveal(), "value");
  EXPECT_NE(copy.reveal().data(), secret.reveal().data());
}

TEST(Secret, EvenShortOnesLiveOnTheHeap) {
  Secret a("abc");
  const char* where = a.reveal().data();
  const Secret b(std::move(a));
  EXPECT_EQ(b.reveal().data(), where);  // moved, not copied: nothing is left behind
}

// --- Result ---

TEST(ResultDeathTest, ReadingTheWrongSideAbortsWithAMessage) {
  const Result<int> good(1);
  const Result<int> bad(Error{});
  EXPECT_DEATH(static_cast<void>(good.error()), "error\\(\\) of a good Result");
  EXPECT_DEATH(static_cast<void>(bad.value()), "value\\(\\) of a failed Result");
}

TEST(Error, ShowsTheServersCodeWhereThereIsOne) {
  Error error;
  error.code = ErrorCode::oauth_error;
  error.oauth_code = "invalid_client";
  EXPECT_EQ(error.label(), "invalid_client");
  error.oauth_code.clear();
  error.code = ErrorCode::timeout;
  EXPECT_EQ(error.label(), "timeout");
}

// --- Forms ---

TEST(Form, EncodesTheVectorOfTheStandard) {  // T-B-1
  EXPECT_EQ(form_encode("\x20\x25\x26\x2B\xC2\xA3\xE2\x82\xAC"), "+%25%26%2B%C2%A3%E2%82%AC");
  EXPECT_EQ(form_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a b"), "a%20b");
}

TEST(Form, DecodesWhatItEncodes) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(*form_decode(form_encode(all)), all);
  for (const char* bad : {"%", "%1", "%zz", "a%2"}) EXPECT_FALSE(form_decode(bad).has_value());
}

TEST(Form, LeavesEmptyValuesOut) {  // D-3.1-3
  Form form;
  form.add("a", "");
  form.add("b", "1");
  EXPECT_EQ(form.encode().reveal(), "b=1");
}

TEST(Form, ParsesBodiesAndRefusesBrokenOnes) {
  const auto form = Form::parse("a=1&b=x+y&c=&d&a=2&&e=%C3%A9");
  ASSERT_TRUE(form.has_value());
  EXPECT_EQ(form->fields().size(), 6u);
  EXPECT_EQ(form->get("b"), "x y");
  EXPECT_EQ(form->get("e"), "é");
  EXPECT_FALSE(Form::parse("a=%g1").has_value());
  EXPECT_FALSE(Form::parse("a&b&c", 2).has_value());
}

TEST(Base64, EncodesTheVectorsOfTheStandard) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foo"), "Zm9v");
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
}

// --- URLs ---

TEST(Url, SplitsIntoParts) {
  const auto url = parse_url("HTTPS://User@Example.COM:8443/a/B?x=1&y#f");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->userinfo, "User@");
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->effective_port(), 8443);
  EXPECT_EQ(url->path, "/a/B");
  EXPECT_EQ(*url->query, "x=1&y");
  EXPECT_EQ(*url->fragment, "f");
  EXPECT_EQ(parse_url("http://[::1]:80/")->origin(), "http://[::1]:80");
}

TEST(Url, RefusesEverythingThatIsNotAbsolute) {
  for (const char* bad : {"",
                          "/x",
                          "example.com",
                          "https:",
                          "https://",
                          "https:///x",
                          "://x",
                          "https://e.com:",
                          "https://e.com:0/",
                          "https://e.com:65536/",
                          "https://e.com:8a/",
                          "https://[::1",
                          "https://a b/",
                          "https://e.com/\x01",
                          "https://e.com/\xC3\xA9",
                          "https://e.com/<",
                          "1https://x:y",
                          "h ttps://x",
                          "https://[x]/",
                          "https://e]com/"}) {
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
  }
}

TEST(Url, KnowsHowFarAwayAHostIs) {
  for (const char* host :
       {"localhost", "LOCALHOST", "tv.localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
    EXPECT_EQ(host_reach(host), HostReach::this_machine) << host;
  }
  for (const char* host : {"10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.0.1", "169.254.1.1",
                           "fe80::1", "fd00::1", "nas.local", "box.lan", "idp.internal", "wso2"}) {
    EXPECT_EQ(host_reach(host), HostReach::private_network) << host;
  }
  for (const char* host : {"example.com", "8.8.8.8", "172.32.0.1", "2001:db8::1", "localhost.com",
                           "127.0.0.1.example.com", "1.2.3", "256.1.1.1.com"}) {
    EXPECT_EQ(host_reach(host), HostReach::anywhere) << host;
  }
}

TEST(Url, ResolvesLocations) {
  const auto base = *parse_url("https://e.com:8443/a/b?c");
  EXPECT_EQ(*resolve_location(base, "/x?y"), "https://e.com:8443/x?y");
  EXPECT_EQ(*resolve_location(base, "https://other.com/x"), "https://other.com/x");
  EXPECT_FALSE(resolve_location(base, "//evil.com/x").ok());
  EXPECT_FALSE(resolve_location(base, "x").ok());
  EXPECT_FALSE(resolve_location(base, "").ok());
  EXPECT_FALSE(resolve_location(base, "/x y").ok());
  EXPECT_FALSE(resolve_location(base, "/x\ny").ok());
}

// --- HTTP dates and Retry-After ---

TEST(HttpDate, ReadsAllThreeFormats) {  // H-10.2.3-1
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), 784111777);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 12:00:00 GMT"), 1709208000);
  for (const char* bad : {"", "soon", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37 CET",
                          "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(bad).has_value()) << bad;
  }
}

std::optional<seconds> wait_for(const char* retry, const char* date = "") {
  auto response = answer(503, "");
  set_header(response.headers, "Retry-After", retry);
  if (*date != '\0') set_header(response.headers, "Date", date);
  return retry_after(response);
}

TEST(RetryAfter, TakesSecondsAsTheyAre) {  // H-10.2.3-1
  EXPECT_EQ(wait_for("7"), seconds(7));
  EXPECT_EQ(wait_for(" 0 "), seconds(0));
  EXPECT_EQ(wait_for("315360000"), seconds(315360000));
  EXPECT_EQ(wait_for("99999999999999999999999"), seconds(315360000));
}

TEST(RetryAfter, MeasuresADateFromTheSameAnswersDate) {  // H-10.2.3-1
  const char* now = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(wait_for("Sun, 06 Nov 1994 08:50:07 GMT", now), seconds(30));
  EXPECT_EQ(wait_for("Sunday, 06-Nov-94 08:50:07 GMT", now), seconds(30));
  EXPECT_EQ(wait_for("Sun Nov  6 08:50:07 1994", now), seconds(30));
  EXPECT_EQ(wait_for("Sun, 06 Nov 1994 08:50:07 GMT"), std::nullopt);
  EXPECT_EQ(wait_for("Sun, 06 Nov 1994 08:49:07 GMT", now), std::nullopt);
}

TEST(RetryAfter, IgnoresGarbage) {
  for (const char* bad : {"-1", "soon", "", "1.5", "7 seconds"}) {
    EXPECT_EQ(wait_for(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(retry_after(answer(503, "")), std::nullopt);
}

// --- Text ---

TEST(CleanText, NeutralisesWhatCouldFoolAScreen) {  // T-10.14-1
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_text("plain é 漢"), "plain é 漢");
  EXPECT_EQ(clean_text("a\r\nb\tc"), "a b c");
  EXPECT_EQ(clean_text("\x1b[31mred"), mark + "[31mred");
  EXPECT_EQ(clean_text("\x1b]8;;http://x\x07y"), mark + "]8;;http://x" + mark + "y");
  EXPECT_EQ(clean_text("\xC2\x9B"
                       "31m"),
            mark + "31m");  // C1 control
  EXPECT_EQ(clean_text("a\xE2\x80\xAE"
                       "b"),
            "a" + mark + "b");  // right-to-left override
  EXPECT_EQ(clean_text("a\xE2\x80\x8B"
                       "b"),
            "a" + mark + "b");  // zero width
  EXPECT_EQ(clean_text("\xFF\xC0\x80"), mark + mark + mark);
  EXPECT_EQ(clean_text("\xED\xA0\x80"), mark + mark + mark);  // a surrogate
  EXPECT_EQ(clean_text("%s%n##x"), "%s%n##x");
  EXPECT_EQ(clean_text("abcdef", 3), "abc…");
}

TEST(Redactor, ReplacesEveryFormOfASecret) {
  Redactor redactor;
  redactor.add(Secret("se cret/\"x\"+"));
  EXPECT_EQ(redactor.scrub("raw se cret/\"x\"+ end"), "raw [redacted] end");
  EXPECT_EQ(redactor.scrub(percent_encode("se cret/\"x\"+")), "[redacted]");
  EXPECT_EQ(redactor.scrub(form_encode("se cret/\"x\"+")), "[redacted]");
  EXPECT_EQ(redactor.scrub(R"({"a":"se cret/\"x\"+"})"), R"({"a":"[redacted]"})");
  EXPECT_EQ(redactor.scrub("se cret/\"x\"+"), "[redacted]");
}

TEST(Redactor, IgnoresSecretsTooShortToMean) {
  Redactor redactor;
  redactor.add(Secret("abc"));
  EXPECT_EQ(redactor.scrub("abcabc"), "abcabc");
}

TEST(CacheControl, SaysHowLongAnAnswerServes) {
  const auto of = [](std::initializer_list<std::string_view> values) {
    HttpResponse response;
    for (const std::string_view value : values) {
      response.headers.push_back({"cache-control", Secret(value)});
    }
    return max_age(response);
  };
  EXPECT_EQ(of({}), std::nullopt);
  EXPECT_EQ(of({"public, s-maxage=7"}), std::nullopt);
  EXPECT_EQ(of({"max-age=60"}), std::chrono::seconds(60));
  EXPECT_EQ(of({" Public ,\tMAX-AGE=60 , immutable"}), std::chrono::seconds(60));
  EXPECT_EQ(of({"public", "max-age=60"}), std::chrono::seconds(60));
  for (const char* stale : {"max-age=60, no-store", "no-cache", "max-age", "max-age=", "max-age=-1",
                            "max-age=1h", "max-age=1.5", "No-Store"}) {
    EXPECT_EQ(of({stale}), std::chrono::seconds(0)) << stale;
  }
  EXPECT_EQ(of({"max-age=60", "no-cache"}), std::chrono::seconds(0));
  EXPECT_EQ(of({"max-age=99999999999999999999"}), std::chrono::seconds(315360000));
}

}  // namespace
}  // namespace deviceflow::test
