#include <gtest/gtest.h>

#include "model/developer_model.hpp"
#include "model/folding.hpp"
#include "model_exchanges.hpp"

namespace deviceflow::demo {
namespace {

constexpr std::string_view kNested = R"({"a":{"b":[1,2,{"c":3}],"d":"{"},"e":[],"f":{},"g":[5]})";

DeveloperModel nested() {
  DeveloperModel model(std::chrono::seconds(0));
  model.add(exchange(Stage::userinfo, 200, kNested));
  return model;
}

std::string text_of(const Line& line) {
  std::string out;
  for (const Span& span : line) out += span.text;
  return out;
}

std::string shown(const DeveloperModel& model) {
  std::string out;
  for (const ShownLine& line : model.shown_lines()) out += text_of(line.line) + "\n";
  return out;
}

void fold(DeveloperModel& model, std::string_view text) {
  for (const ShownLine& line : model.shown_lines()) {
    if (text_of(line.line) != text) continue;
    model.on_intent({Intent::Kind::toggle_fold, static_cast<int>(line.source)});
    return;
  }
  ADD_FAILURE() << text << " is not in\n" << shown(model);
}

TEST(Folding, WithoutFoldsEveryLineIsThere) {
  const DeveloperModel model = nested();
  EXPECT_EQ(shown(model), plain_text(model.lines()));
}

TEST(Folding, ALineSaysHowMuchIsInIt) {
  DeveloperModel model = nested();
  fold(model, R"(    "b": [)");
  EXPECT_NE(shown(model).find("    \"b\": [ … 3 items ],\n    \"d\": \"{\"\n"), std::string::npos)
      << shown(model);
  fold(model, R"(  "a": {)");
  EXPECT_NE(shown(model).find("  \"a\": { … 2 members },\n  \"e\": [],\n"), std::string::npos)
      << shown(model);
  fold(model, R"(  "g": [)");
  EXPECT_NE(shown(model).find("  \"g\": [ … 1 item ]\n}\n"), std::string::npos) << shown(model);
  fold(model, "{");
  EXPECT_TRUE(shown(model).ends_with("\n{ … 4 members }\n")) << shown(model);
}

TEST(Folding, UnfoldingKeepsWhatIsFoldedInside) {
  DeveloperModel model = nested();
  fold(model, R"(    "b": [)");
  fold(model, "{");
  fold(model, "{ … 4 members }");
  EXPECT_NE(shown(model).find("[ … 3 items ]"), std::string::npos);
}

TEST(Folding, OnlyObjectsAndArraysWithMembersOpen) {
  const DeveloperModel model = nested();
  std::string opening;
  for (const ShownLine& line : model.shown_lines()) {
    if (line.opens) opening += text_of(line.line) + "|";
  }
  EXPECT_EQ(opening, R"({|  "a": {|    "b": [|      {|  "g": [|)");
}

TEST(Folding, AnotherSideIsNotFolded) {
  DeveloperModel model = nested();
  fold(model, "{");
  model.on_intent({Intent::Kind::show_request, 0});
  model.on_intent({Intent::Kind::show_response, 0});
  EXPECT_EQ(shown(model), plain_text(model.lines()));
  for (const int line : {-1, 0, 9999}) model.on_intent({Intent::Kind::toggle_fold, line});
  EXPECT_EQ(shown(model), plain_text(model.lines()));
}

TEST(Folding, HalfAnObjectStaysAsItIs) {
  const std::vector<Line> lines{{{Ink::plain, "{"}}, {{Ink::plain, "  1"}}};
  const auto folded = fold_lines(lines, {0});
  ASSERT_EQ(folded.size(), 2U);
  EXPECT_FALSE(folded[0].opens);
}

}  // namespace
}  // namespace deviceflow::demo
