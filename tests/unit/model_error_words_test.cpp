// The window's sentences for errors of the SDK: one for each code in each language.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "model/error_words.hpp"

namespace deviceflow::demo {
namespace {

Error error_with(ErrorCode code) {
  return make_error(Blame::caller, code, Stage::token, "The SDK's sentence, in English.");
}

Error full(ErrorCode code) {
  Error error = error_with(code);
  error.reason = "some_reason";
  error.http_status = 418;
  error.details = {"id.example.com", "8443", "proxy.example.com:3128", "ca_file", "/etc/my-ca.pem"};
  return error;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void each_code_and_language(const std::function<void(ErrorCode, const Language&)>& look) {
  for (const LanguageFile& file : language_files()) {
    const Language say = language_of(file.code);
    for (int i = 0; i <= static_cast<int>(ErrorCode::store_io); ++i) {
      const auto code = static_cast<ErrorCode>(i);
      SCOPED_TRACE(std::string(file.code) + " " + std::string(name(code)));
      look(code, say);
    }
  }
}

TEST(ModelErrorWords, EveryCodeHasASentenceInEachLanguage) {
  std::set<std::string> sentences;
  each_code_and_language([&](ErrorCode code, const Language& say) {
    for (const Error& error : {error_with(code), full(code)}) {
      const std::string sentence = error_words(error, say);
      EXPECT_FALSE(sentence.starts_with("error.")) << sentence;
      EXPECT_TRUE(sentence.ends_with(".")) << sentence;
      EXPECT_FALSE(has(sentence, "{") || has(sentence, "  ") || has(sentence, "()")) << sentence;
      EXPECT_FALSE(has(sentence, "The SDK's sentence")) << sentence;
    }
    EXPECT_TRUE(sentences.insert(error_words(error_with(code), say)).second) << "said twice";
  });
}

// The last enumerator is where the loop above ends.
TEST(ModelErrorWords, NoCodeComesAfterTheLastOne) {
  EXPECT_EQ(name(static_cast<ErrorCode>(static_cast<int>(ErrorCode::store_io) + 1)), "unknown");
}

TEST(ModelErrorWords, TheDetailsOfTheErrorStandInIt) {
  for (const LanguageFile& file : language_files()) {
    const Language say = language_of(file.code);
    const auto sentence = [&](ErrorCode code, std::string reason) {
      Error error = full(code);
      if (code != ErrorCode::invalid_argument) error.details.file.clear();
      error.reason = std::move(reason);
      return error_words(error, say);
    };
    EXPECT_TRUE(has(sentence(ErrorCode::network, ""), "id.example.com"));
    EXPECT_TRUE(has(sentence(ErrorCode::network, ""), "8443"));
    EXPECT_TRUE(has(sentence(ErrorCode::network, "dns"), "id.example.com"));
    EXPECT_TRUE(has(sentence(ErrorCode::network, "proxy_auth"), "proxy.example.com:3128"));
    EXPECT_TRUE(has(sentence(ErrorCode::timeout, ""), "id.example.com"));
    EXPECT_TRUE(has(sentence(ErrorCode::tls, "plain_http"), "8443"));
    EXPECT_TRUE(has(sentence(ErrorCode::invalid_argument, ""), "/etc/my-ca.pem"));
    EXPECT_TRUE(has(sentence(ErrorCode::invalid_argument, ""), say("settings.ca_file")));
    EXPECT_TRUE(has(sentence(ErrorCode::invalid_response, ""), "418"));
    EXPECT_TRUE(has(sentence(ErrorCode::id_token_invalid, "aud"), "aud"));
  }
}

TEST(ModelErrorWords, ACodeOfTheServerHasItsOwnSentenceOrStandsInOne) {
  Error error = error_with(ErrorCode::oauth_error);
  error.oauth_code = "invalid_client";
  EXPECT_EQ(error_words(error, Language()),
            "The server does not accept the client ID or its secret (invalid_client).");
  error.oauth_code = "odd_code";
  error.description = "Words of the server";
  EXPECT_EQ(error_words(error, Language()), "The server refused the request (odd_code).");
  EXPECT_EQ(error_words(error, language_of("de")),
            "Der Server hat die Anfrage abgelehnt (odd_code).");
}

TEST(ModelErrorWords, ADetailCanNotFoolTheScreen) {  // T-10.14-1
  Error error = error_with(ErrorCode::network);
  error.details.host = "id.example.com\n{port}";
  error.details.port = "1";
  EXPECT_EQ(error_words(error, Language()), "id.example.com {port} can't be reached on port 1.");
}

}  // namespace
}  // namespace deviceflow::demo
