// The window's languages: each has every text, with the same places for values.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/json.hpp"
#include "model/language.hpp"
#include "model/scope_words.hpp"

namespace deviceflow::demo {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What stands between `open` and the next `close`, everywhere in `text`.
std::set<std::string> between(std::string_view text, std::string_view open, char close) {
  std::set<std::string> out;
  for (std::size_t at = text.find(open); at != std::string_view::npos; at = text.find(open, at)) {
    at += open.size();
    out.emplace(text.substr(at, text.find(close, at) - at));
  }
  return out;
}

// Every key with the places in its text: "code.waiting {time}".
std::set<std::string> shape_of(const LanguageFile& file) {
  std::set<std::string> out;
  const auto parsed = parse_json(file.json);
  if (!parsed.ok()) return out;
  for (const auto& [key, value] : parsed->members()) {
    std::string line = key;
    for (const std::string& place : between(*value.as_string(), "{", '}')) line += " " + place;
    EXPECT_NE(*value.as_string(), "") << key;
    out.insert(line);
  }
  return out;
}

TEST(ModelLanguage, EveryLanguageHasEveryTextWithTheSamePlaces) {
  const std::set<std::string> english = shape_of(language_files().front());
  EXPECT_GT(english.size(), 100U);
  for (const LanguageFile& file : language_files()) {
    EXPECT_EQ(shape_of(file), english) << file.code;
  }
}

TEST(ModelLanguage, EveryFileOfTheFolderIsBuiltIn) {
  std::set<std::string> there;
  for (const auto& entry :
       std::filesystem::directory_iterator(DEVICEFLOW_SOURCE_DIR "/assets/i18n")) {
    if (entry.path().extension() == ".json") there.insert(entry.path().stem());
  }
  std::set<std::string> built_in;
  for (const LanguageFile& file : language_files()) built_in.emplace(file.code);
  EXPECT_EQ(built_in, there);
}

std::string sources_of_the_window() {
  std::string all;
  for (const char* folder : {"model", "views", "shell"}) {
    for (const auto& entry : std::filesystem::directory_iterator(
             std::string(DEVICEFLOW_SOURCE_DIR "/demo/") + folder)) {
      all += text_of(entry.path());
    }
  }
  return all;
}

// A key stands in the sources whole, or as the part before a dot that the rest is added to.
TEST(ModelLanguage, EveryTextIsUsed) {
  const std::string sources = sources_of_the_window();
  const auto stands = [&](const std::string& text) {
    return sources.find("\"" + text + "\"") != std::string::npos;
  };
  const auto english = parse_json(language_files().front().json);
  for (const auto& [key, value] : english->members()) {
    bool used = stands(key);
    for (std::size_t dot = key.rfind('.'); dot != std::string::npos && dot > 0 && !used;
         dot = key.rfind('.', dot - 1)) {
      used = stands(key.substr(0, dot)) || stands(key.substr(0, dot + 1));
    }
    EXPECT_TRUE(used) << key;
  }
}

TEST(ModelLanguage, EveryTextThatTheSourcesAskForIsThere) {
  const Language english;
  const std::string sources = sources_of_the_window();
  std::set<std::string> asked = between(sources, "say(\"", '"');
  asked.merge(between(sources, "say_(\"", '"'));
  EXPECT_GT(asked.size(), 30U);
  for (const std::string& key : asked) EXPECT_NE(english(key), key);
}

// What the list of terms in assets/i18n/README.md has another word for.
TEST(ModelLanguage, EveryLanguageKeepsToItsTerms) {
  const std::map<std::string_view, std::vector<std::string_view>> others{
      {"en", {"whoever", "mended", "judge", "errand", "passing fault", "by itself once"}},
      {"de",
       {"Abstand", "Pause", "Issuer", "Poll", "Nachfrage", "alle {time}", "Rechner", "ablegen",
        "abgelegt", "nterschrieben", "Eigenheit"}},
      {"es",
       {"aparato", "sondeo", "Sondeo", "mensajes", "Mensajes", "Salir", "servidor de pruebas",
        "Alcance", "Audiencia", "pasajero", "cada {time}"}}};
  for (const LanguageFile& file : language_files()) {
    const auto parsed = parse_json(file.json);
    for (const auto& [key, value] : parsed->members()) {
      for (const std::string_view other : others.at(file.code)) {
        EXPECT_EQ(value.as_string()->find(other), std::string::npos)
            << file.code << " " << key << ": " << other;
      }
    }
  }
}

// Options are the terminal's: the window names its own settings and buttons.
TEST(ModelLanguage, NoTextNamesACommandLineOption) {
  for (const LanguageFile& file : language_files()) {
    const auto parsed = parse_json(file.json);
    for (const auto& [key, value] : parsed->members()) {
      EXPECT_EQ(value.as_string()->find("--"), std::string::npos) << file.code << " " << key;
    }
  }
}

TEST(ModelLanguage, PlacesAreFilledOnceAndAnUnknownOneStays) {
  const auto language = Language::parse(R"({"a": "{x} and {y}, {z", "b": "{x}{x}"})");
  ASSERT_TRUE(language.ok());
  EXPECT_EQ((*language)("a", {{"x", "{y}"}}), "{y} and {y}, {z");
  EXPECT_EQ((*language)("b", {{"x", "1"}}), "11");
  EXPECT_EQ((*language)("a"), "{x} and {y}, {z");
  EXPECT_EQ((*language)("nowhere"), "nowhere");
}

TEST(ModelLanguage, AFileThatIsNoneSaysWhy) {
  EXPECT_NE(Language::parse("{\"a\": 1}").error().message.find("\"a\""), std::string::npos);
  EXPECT_FALSE(Language::parse("[]").ok());
  EXPECT_FALSE(Language::parse("{").ok());
}

TEST(ModelLanguage, ALocaleChoosesItAndEnglishIsTheRest) {
  EXPECT_EQ(language_of("de_AT.UTF-8")("name"), "Deutsch");
  EXPECT_EQ(language_of("es")("name"), "Español");
  EXPECT_EQ(language_of("C.UTF-8")("name"), "English");
  EXPECT_EQ(language_of("")("name"), "English");
  EXPECT_EQ(language_code("de@euro"), "de");
  EXPECT_EQ(language_code("deu"), "en");
}

TEST(ModelLanguage, TimesAndTroubleAreToldInIt) {
  using std::chrono::seconds;
  const Language german = language_of("de");
  EXPECT_EQ(german.duration(seconds(90)), "1 Minute 30 Sekunden");
  EXPECT_EQ(german.duration(seconds(3600)), "1 Stunde");
  EXPECT_EQ(Language().duration(seconds(86400 + 7200)), "1 day 2 hours");
  EXPECT_EQ(german.trouble("dns"), "Der Name des Servers wurde nicht gefunden");
  EXPECT_EQ(german.trouble("http_502"), "Der Server hat ein Problem");
}

// C-UX-1: what the device asks for.
TEST(ModelLanguage, WellKnownScopesAreWordsAndOthersStandAsTheyAre) {
  const Language say = language_of("en");
  EXPECT_EQ(scope_words("", say), "");
  EXPECT_EQ(scope_words("openid  email", say), "who you are · your email address");
  EXPECT_EQ(scope_words("api.read offline_access ", say), "api.read · staying signed in");
  EXPECT_EQ(scope_words("openid", language_of("de")), "wer Sie sind");
  for (const char* scope : {"openid", "profile", "email", "address", "phone", "offline_access"}) {
    EXPECT_EQ(scope_words(scope, say).find("scope."), std::string::npos) << scope;
    EXPECT_NE(scope_words(scope, say), scope);
  }
}

}  // namespace
}  // namespace deviceflow::demo
