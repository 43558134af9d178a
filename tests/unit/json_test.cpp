#include "foundation/json.hpp"

#include <gtest/gtest.h>

namespace deviceflow {
namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text);
  return value.ok() ? to_json(*value) : value.error().message;
}

TEST(Json, RefusesEverythingThatIsNotOneDocument) {
  for (const char* bad :
       {"",    " ",        "{",     "[1,",     "{\"a\"}",  "{\"a\":1,}",       "nul",
        "01",  "1 2",      "{}x",   "'a'",     "\"\x01\"", "\"\\x\"",          "\xEF\xBB",
        "NaN", "Infinity", "1e999", "// c\n1", "\"\xFF\"", "\"\xED\xA0\x80\"", "\"\\ud800\""}) {
    const auto value = parse_json(bad);
    ASSERT_FALSE(value.ok()) << bad;
    EXPECT_EQ(value.error().code, ErrorCode::invalid_response);
  }
}

TEST(Json, RefusesADuplicatedMemberAtAnyDepth) {  // D-3.1-4
  for (const char* bad :
       {R"({"a":1,"a":1})", R"({"x":{"a":1,"b":2,"a":3}})", R"([{"a":1,"\u0061":2}])"}) {
    const auto value = parse_json(bad);
    ASSERT_FALSE(value.ok()) << bad;
    EXPECT_NE(value.error().message.find("twice"), std::string::npos);
  }
  EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":{"a":1}})").ok());
}

TEST(Json, RefusesNestingAMillionDeepWithoutFalling) {
  for (const char* open : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 1000000 && deep.size() < 1000000; ++i) deep += open;
    const auto value = parse_json(deep);
    ASSERT_FALSE(value.ok());
    EXPECT_NE(value.error().message.find("deep"), std::string::npos);
  }
}

TEST(Json, KeepsItsLimits) {
  JsonLimits limits;
  limits.max_bytes = 20;
  limits.max_depth = 2;
  limits.max_string_bytes = 4;
  limits.max_values = 5;
  EXPECT_TRUE(parse_json("[[1,2]]", limits).ok());
  EXPECT_FALSE(parse_json("[[[1]]]", limits).ok());
  EXPECT_FALSE(parse_json("\"abcde\"", limits).ok());
  EXPECT_FALSE(parse_json("{\"abcde\":1}", limits).ok());
  EXPECT_FALSE(parse_json("[1,2,3,4,5]", limits).ok());
  EXPECT_FALSE(parse_json("[1,2,3,4          ]  ", limits).ok());
}

TEST(Json, WritesBackWhatItRead) {
  for (const char* text : {"null", "true", "-5", "9223372036854775807", "0.1", "1e100", "\"\"",
                           "[]", "{}", R"({"b":[1,{"a":null}],"a":"x"})", "18446744073709551616"}) {
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(Json, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(round_trip(R"("\u0000\u001b\"\\\n\u007f é")"), R"("\u0000\u001b\"\\\n\u007f é")");
  EXPECT_EQ(json_escape("\xFF"), "\xEF\xBF\xBD");
  EXPECT_EQ(json_escape("\xC2\x9B"), "\\u009b");                 // a C1 control
  EXPECT_EQ(json_escape("\xE2\x80\xAE"), "\\u202e");             // right-to-left override
  EXPECT_EQ(json_escape("\xF3\xA0\x80\x81"), "\\udb40\\udc01");  // a tag
}

TEST(Json, TellsKindsApart) {
  const auto value = parse_json(R"({"i":9223372036854775807,"r":1.5,"s":"t","b":false,"n":null})");
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value->find("i")->as_integer(), INT64_MAX);
  EXPECT_FALSE(value->find("r")->as_integer().has_value());
  EXPECT_EQ(value->find("r")->as_number(), 1.5);
  EXPECT_EQ(value->find("s")->as_string(), "t");
  EXPECT_EQ(value->find("b")->as_bool(), false);
  EXPECT_TRUE(value->find("n")->is(JsonValue::Kind::null));
  EXPECT_EQ(value->find("missing"), nullptr);
  EXPECT_FALSE(value->find("s")->as_bool().has_value());
}

// The reader of such numbers is our own.
TEST(Json, ReadsNumbersWithAFractionOrAnExponent) {
  const std::pair<const char*, double> exact[] = {{"0.1", 0.1},
                                                  {"-2.5e3", -2500},
                                                  {"1E+22", 1e22},
                                                  {"3.0", 3},
                                                  {"123456.789", 123456.789},
                                                  {"1e-22", 1e-22},
                                                  {"-0.0", 0},
                                                  {"0e999", 0},
                                                  {"5.00", 5},
                                                  {"18446744073709551616", 18446744073709551616.0}};
  for (const auto& [text, expected] : exact) {
    const auto value = parse_json(text);
    ASSERT_TRUE(value.ok()) << text;
    EXPECT_EQ(value->as_number(), expected) << text;
  }
  const std::pair<const char*, double> close[] = {
      {"123456789012345678901234567890.5", 1.2345678901234568e29},
      {"0.00000000000000000000000000000123456789012345678901", 1.2345678901234568e-30},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"2.5e-300", 2.5e-300}};
  for (const auto& [text, expected] : close) {
    const auto value = parse_json(text);
    ASSERT_TRUE(value.ok()) << text;
    EXPECT_NEAR(*value->as_number() / expected, 1, 1e-14) << text;
  }
  EXPECT_EQ(parse_json("1e-999999999999")->as_number(), 0);
  EXPECT_FALSE(parse_json("-1e999999999999").ok());
  EXPECT_EQ(parse_json("0." + std::string(1000, '0') + "1e1001")->as_number(), 1);
}

TEST(Json, CopiesDeeply) {
  const auto value = parse_json(R"({"a":[1,{"b":"c"}],"d":2.5})");
  EXPECT_EQ(to_json(*value), to_json(*value));
}

}  // namespace
}  // namespace deviceflow
