// A redactor stays quiet, small and complete, whatever a server makes a secret of.
#include <gtest/gtest.h>

#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <random>
#include <string>
#include <vector>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"

namespace deviceflow::test {
namespace {

Redactor knowing(std::initializer_list<std::string_view> secrets) {
  Redactor redactor;
  for (const std::string_view secret : secrets) redactor.add(Secret(secret));
  return redactor;
}

TEST(RedactorForms, AnEmptyFormMatchesNothing) {
  const Redactor redactor = knowing({"\r\r\r\r", "\n\n\n\n", "    "});
  EXPECT_EQ(redactor.scrub("invalid_request: a    b"), "invalid_request: a    b");
}

TEST(RedactorForms, AShortFormMatchesNothing) {
  const Redactor redactor = knowing({"e\r\r\r", "\\u0064", "%65%65"});
  EXPECT_EQ(redactor.clean("invalid_request deed"), "invalid_request deed");
}

TEST(RedactorForms, AMarkIsNeverScannedAgain) {
  const Redactor redactor = knowing({"redacted", "[red", "x[re", "token-1234"});
  const std::string once = redactor.scrub("the token-1234 was redacted x[red");
  EXPECT_EQ(once, "the [redacted] was [redacted] [redacted]");
  EXPECT_EQ(redactor.scrub(once), once);
  EXPECT_EQ(redactor.clean("the token-1234"), "the [redacted]");
}

TEST(RedactorForms, SecretsThatOverlapLeaveNoEnd) {
  EXPECT_EQ(knowing({"abcdef", "defghi"}).scrub("-abcdefghi-"), "-[redacted]-");
}

TEST(RedactorForms, EveryEscapeIsDecodedBeforeItIsCompared) {
  const Redactor redactor = knowing({"dev/code+1\"x"});
  for (const char* written :
       {"dev%2Fcode%2B1%22x", "dev%2fcode%2b1%22x", "dev%252Fcode%252b1%2522x",
        "dev%25252Fcode%25252B1%252522x", R"(dev\/code+1\"x)", R"(dev\u002fcode\u002B1\u0022x)",
        "dev&#47;code+1&quot;x", "dev&#x2F;code&#43;1&#x22;x", "dev&sol;code&plus;1&quot;x",
        R"(dev%5C/code+1%5C%22x)", "%64%65%76%2f%63ode+1%22x"}) {
    EXPECT_EQ(redactor.scrub("<" + std::string(written) + ">"), "<[redacted]>") << written;
  }
}

TEST(RedactorForms, ASecretThatLooksEscapedIsFoundAsItIsAndEscaped) {
  for (const std::string secret :
       {"a%41b\\u0042c&amp;d", "100%25-sure", "C:\\new\\table", "é%zz&x"}) {
    const Redactor redactor = knowing({secret});
    EXPECT_EQ(redactor.scrub(secret), "[redacted]");
    EXPECT_EQ(redactor.scrub(percent_encode(secret)), "[redacted]") << secret;
    EXPECT_EQ(redactor.scrub(percent_encode(percent_encode(secret))), "[redacted]") << secret;
    EXPECT_EQ(redactor.scrub(json_escape(secret)), "[redacted]") << secret;
  }
}

TEST(RedactorForms, WhatStandsBesideASecretStays) {
  const Redactor redactor = knowing({"dev/code"});
  EXPECT_EQ(redactor.scrub(R"({"a":"x\/y","b":"dev\/code","c":"%41&lt;"})"),
            R"({"a":"x\/y","b":"[redacted]","c":"%41&lt;"})");
  EXPECT_EQ(redactor.scrub("100%dev/code"), "100%[redacted]");
}

TEST(RedactorForms, ACutLeavesNoHalfOfOneThatWasBrokenUp) {
  const Redactor redactor = knowing({"abcdefghijkl"});
  EXPECT_EQ(redactor.clean("abcdef\rghijkl and more", 8), "[redacte…");
}

TEST(RedactorForms, TheNumberOfSecretsIsBounded) {
  Redactor redactor;
  redactor.add(Secret("the-device-code"));
  for (int i = 0; i < 20000; ++i) redactor.add(Secret("secret-" + std::to_string(100000 + i)));
  EXPECT_EQ(redactor.scrub("the-device-code"), "[redacted]");
  EXPECT_EQ(redactor.scrub("secret-100100"), "[redacted]");
  EXPECT_EQ(redactor.scrub("secret-119999"), "secret-119999");
}

TEST(RedactorForms, AnyTextStaysSmallAndKeepsNoSecret) {
  std::mt19937 random(18);
  constexpr std::string_view kPieces[] = {
      "\r", "\n", "a", "%", "2", "f",        "\\",       "u",    "0",  "&", "#",
      ";",  "+",  " ", "[", "]", "redacted", "\xC3\xA9", "\xFF", "\"", "/", "amp;"};
  const auto any = [&](unsigned most) {
    std::string out;
    for (auto n = random() % most; n > 0; --n) out += kPieces[random() % std::size(kPieces)];
    return out;
  };
  for (int round = 0; round < 20000; ++round) {
    Redactor redactor;
    std::vector<std::string> secrets;
    for (auto n = 1 + random() % 3; n > 0; --n) {
      secrets.push_back(any(8));
      redactor.add(Secret(secrets.back()));
    }
    const std::string text = any(12) + secrets.front() + any(12);
    const std::string scrubbed = redactor.scrub(text);
    ASSERT_LE(scrubbed.size(), text.size() * 5 / 2);
    ASSERT_LE(redactor.clean(text).size(), text.size() * 15 / 2);
    ASSERT_LE(redactor.scrub(scrubbed).size(), scrubbed.size() * 5 / 2);
    for (const std::string& secret : secrets) {
      const bool plain = secret.size() >= 4 && secret.find_first_not_of(" +") != std::string::npos;
      if (!plain || secret.find_first_of("[]") != std::string::npos) continue;
      if (std::string_view("[redacted]").find(secret) != std::string_view::npos) continue;
      ASSERT_EQ(scrubbed.find(secret), std::string::npos) << secret << " in " << text;
    }
  }
}

}  // namespace
}  // namespace deviceflow::test
