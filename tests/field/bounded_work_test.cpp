// A response may have any number of members: what it means stays the same, and no name is looked
// for among all the others.
#include "foundation/json.hpp"
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

std::string members(int count, const std::string& last) {
  std::string out = R"({"token_type":"Bearer","access_token":"at")";
  for (int i = 0; i < count; ++i) {
    out += ",\"m";
    out += std::to_string(i);
    out += "\":1";
  }
  return out + last + "}";
}

TEST(BoundedWork, ADuplicateAmongManyMembersIsFound) {
  EXPECT_TRUE(parse_json(members(5000, "")).ok());
  const auto twice = parse_json(members(5000, R"(,"m17":2)"));
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.error().message.find("\"m17\" occurs twice"), std::string::npos);
  EXPECT_FALSE(parse_json(R"({"a":{"b":1,"b":2}})").ok());
  EXPECT_TRUE(parse_json(R"({"a":{"b":1},"c":{"b":2}})").ok());
}

TEST(BoundedWork, TheFirstSpellingOfANameCountsUnlessTheStandardOneIsThere) {
  const auto first = read_token_response(
      answer(200, R"({"tokenType":"Bearer","accessToken":"one","Access-Token":"two"})"));
  ASSERT_TRUE(first.tokens);
  EXPECT_EQ(first.tokens->access_token.reveal(), "one");
  const auto standard = read_token_response(
      answer(200, R"({"tokenType":"Bearer","accessToken":"one","access_token":"two"})"));
  ASSERT_TRUE(standard.tokens);
  EXPECT_EQ(standard.tokens->access_token.reveal(), "two");
}

}  // namespace
}  // namespace deviceflow::test
