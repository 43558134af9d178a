// The window's sentences for what the doctor finds: one for each code in each language.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "model/finding_words.hpp"

namespace deviceflow::demo {
namespace {

// The codes that the doctor's sources give.
std::set<std::string> codes_of_the_doctor() {
  std::set<std::string> codes;
  const std::regex quoted("\"([a-z_]+\\.[a-z_]+|policy|quirk)\"");
  for (const auto& entry :
       std::filesystem::directory_iterator(DEVICEFLOW_SOURCE_DIR "/demo/common")) {
    if (!entry.path().stem().string().starts_with("doctor_")) continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator found(text.begin(), text.end(), quoted), end; found != end; ++found) {
      const std::string code = (*found)[1];
      if (!code.ends_with(".hpp")) codes.insert(code);
    }
  }
  for (const char* name : {"revocation", "introspection", "userinfo"}) {
    codes.insert(std::string(name) + ".good");
    codes.insert(std::string(name) + ".missing");
  }
  return codes;
}

TEST(ModelFindingWords, EveryCodeOfTheDoctorHasASentenceInEachLanguage) {
  const std::set<std::string> codes = codes_of_the_doctor();
  EXPECT_GT(codes.size(), 70U);
  for (const LanguageFile& file : language_files()) {
    const Language say = language_of(file.code);
    for (const std::string& code : codes) {
      const std::string key = "finding." + code;
      EXPECT_NE(say(key), key) << file.code;
    }
  }
}

TEST(ModelFindingWords, ValuesFillTheSentenceInTheLanguageOfTheUser) {
  const Finding finding =
      odd("interval", "English", "English").as("interval.long", {{"seconds", "90"}});
  EXPECT_EQ(finding_words(finding, language_of("de")),
            "Das Abfrageintervall ist 1 Minute 30 Sekunden. So lange wartet man womöglich nach der "
            "Zustimmung.");
  EXPECT_TRUE(finding_advice(finding, language_of("es")).starts_with("Pida al administrador"));
  const Finding setting = bad("settings", "", "").as("settings.unusable", {{"setting", "proxy"}});
  EXPECT_EQ(finding_words(setting, Language()), "The setting \"Proxy\" can't be used.");
  const Finding fine = good("policy", "English").as("policy");
  EXPECT_EQ(finding_advice(fine, Language()), "");
}

TEST(ModelFindingWords, AnErrorThatWasFoundHasItsSentenceAndTheWordsOfTheServer) {
  Error error = make_error(Blame::server, ErrorCode::oauth_error, Stage::device_authorization, "-");
  error.oauth_code = "invalid_scope";
  error.description = "No such scope";
  const Finding finding = bad("device_authorization", "English", "English").as(error);
  EXPECT_EQ(finding_words(finding, Language()),
            "The server does not know the scope, or does not allow it (invalid_scope). The server "
            "says: No such scope");
  EXPECT_TRUE(finding_advice(finding, Language()).starts_with("Ask the operator"));
}

TEST(ModelFindingWords, StepsAndVerdictsSpeakItAsWell) {
  const Language say = language_of("de");
  EXPECT_EQ(step_words({"Asking for codes", "codes"}, say), "Ein Code wird geholt");
  EXPECT_EQ(step_words({"Starting", ""}, say), "Starting");
  for (const char* code : {"settings", "not_usable", "usable", "usable_with"}) {
    const std::string words = verdict_words({true, false, "English", code, 3}, say);
    EXPECT_FALSE(words.starts_with("test.")) << words;
    EXPECT_EQ(words.find('{'), std::string::npos) << words;
  }
  EXPECT_NE(verdict_words({false, false, "", "not_usable", 3}, say).find('3'), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::demo
