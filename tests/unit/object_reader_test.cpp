#include "foundation/object_reader.hpp"

#include <gtest/gtest.h>

#include "foundation/json.hpp"

namespace deviceflow::test {
namespace {

using std::chrono::seconds;

class ReadsObjects : public testing::Test {
 protected:
  ObjectReader read(std::string_view json) {
    document = std::move(*parse_json(json));
    fault = Fault();
    return ObjectReader(document, fault);
  }

  JsonValue document;
  Fault fault;
};

TEST_F(ReadsObjects, TakesWhatIsThereAndLeavesTheRest) {
  ObjectReader in =
      read(R"({"text":"a","whole":7,"seconds":60,"time":5,"flag":true,"word":"b","texts":["x"],)"
           R"("pairs":{"k":"v"}})");
  std::string text;
  std::string absent = "as it was";
  std::optional<std::string> none;
  int whole = 0;
  std::optional<seconds> duration;
  std::optional<WallTime> time;
  bool flag = false;
  char word = '-';
  std::vector<std::string> texts;
  ObjectReader::Pairs pairs;
  EXPECT_TRUE(in.text("text", text));
  EXPECT_FALSE(in.text("absent", absent));
  EXPECT_FALSE(in.text("absent", none));
  EXPECT_TRUE(in.whole("whole", 7, 7, whole));
  EXPECT_TRUE(in.whole("seconds", 0, 60, duration));
  in.time("time", time);
  in.flag("flag", flag);
  in.one_of("word", std::vector<std::pair<std::string_view, char>>{{"a", 'A'}, {"b", 'B'}}, word);
  in.texts("texts", texts);
  in.pairs("pairs", pairs);
  in.allow_no_others();
  EXPECT_FALSE(fault.found()) << fault.sentence();
  EXPECT_EQ(text, "a");
  EXPECT_EQ(absent, "as it was");
  EXPECT_FALSE(none.has_value());
  EXPECT_EQ(whole, 7);
  EXPECT_EQ(duration, seconds(60));
  EXPECT_EQ(time, WallTime(seconds(5)));
  EXPECT_TRUE(flag);
  EXPECT_EQ(word, 'B');
  EXPECT_EQ(texts, std::vector<std::string>{"x"});
  EXPECT_EQ(pairs, (ObjectReader::Pairs{{"k", "v"}}));
}

TEST_F(ReadsObjects, NamesThePlaceAndTheRule) {
  std::string text;
  int number = 0;
  std::vector<std::string> texts;
  ObjectReader::Pairs pairs;
  read(R"({"a":5})").text("a", text);
  EXPECT_EQ(fault.sentence(), "\"a\" has to be a string");
  read(R"({"a":null})").text("a", text);
  EXPECT_EQ(fault.sentence(), "\"a\" has to be a string");
  read(R"({"a":""})").text("a", text, ObjectReader::Text::filled);
  EXPECT_EQ(fault.sentence(), "\"a\" has to be a text that is not empty");
  for (const char* json : {R"({"a":4})", R"({"a":0})", R"({"a":1.5})", R"({"a":"2"})"}) {
    read(json).whole("a", 1, 3, number);
    EXPECT_EQ(fault.sentence(), "\"a\" has to be a whole number from 1 to 3") << json;
  }
  read(R"({"a":["x",1]})").texts("a", texts);
  EXPECT_EQ(fault.sentence(), "\"a\" has to be an array of texts");
  read(R"({"a":{"b":1}})").pairs("a", pairs);
  EXPECT_EQ(fault.sentence(), "\"a.b\" has to be a string");
  read(R"({"a":[{},7]})").list("a", [](ObjectReader) {});
  EXPECT_EQ(fault.sentence(), "\"a[1]\" has to be an object");
  read("[]");
  EXPECT_EQ(fault.sentence(), "has to be an object");
  read("{}").object("a").require({"b"});
  EXPECT_EQ(fault.sentence(), "\"a.b\" is missing");
}

TEST_F(ReadsObjects, TheFirstFaultStays) {
  ObjectReader in = read(R"({"a":5,"b":6})");
  std::string text;
  in.text("b", text);
  in.text("a", text);
  in.require({"c"});
  EXPECT_EQ(fault.place, "b");
  EXPECT_TRUE(text.empty());
}

TEST_F(ReadsObjects, WhatNobodyAskedForIsNamedWithWhatThereIs) {
  ObjectReader in = read(R"({"nmae":"x"})");
  std::string text;
  in.text("name", text);
  in.find("title");
  in.find("name");
  in.allow_no_others();
  EXPECT_EQ(fault.sentence(), "\"nmae\" is not known; allowed are name, title");
}

TEST_F(ReadsObjects, AnObjectThatIsNotThereHasNoMembersAndNoFault) {
  ObjectReader in = read("{}");
  ObjectReader inner = in.object("a");
  EXPECT_FALSE(inner);
  EXPECT_EQ(inner.find("b"), nullptr);
  inner.each([](const std::string&) { ADD_FAILURE(); });
  inner.allow_no_others();
  EXPECT_FALSE(fault.found());
}

// It may come from anybody.
TEST_F(ReadsObjects, APlaceIsCleanedBeforeItIsShown) {
  std::string text;
  ObjectReader in = read("{\"\\u001b[2J\":5}");
  in.each([&](const std::string& name) { in.text(name, text); });
  EXPECT_EQ(fault.sentence().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::test
