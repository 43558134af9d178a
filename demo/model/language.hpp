// The window's words in one language.
#ifndef DEVICEFLOW_DEMO_MODEL_LANGUAGE_HPP
#define DEVICEFLOW_DEMO_MODEL_LANGUAGE_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace deviceflow::demo {

/// Texts by key, such as "code.title", with places for values such as "{time}". English unless made
/// otherwise. Cheap to copy; any thread.
class Language {
 public:
  using Value = std::pair<std::string_view, std::string_view>;

  Language();
  /// Reads a file of assets/i18n: one JSON object of strings. Fails with invalid_argument.
  static Result<Language> parse(std::string_view json);

  /// The text of `key`. A key without one stands for itself; a test sees to it that there is none.
  std::string_view operator()(std::string_view key) const;
  /// The same with its places filled. A value is never looked through for places of its own.
  std::string operator()(std::string_view key, std::initializer_list<Value> values) const;
  std::string operator()(std::string_view key, std::span<const Value> values) const;
  /// The same; nothing if there is no such text, or a place in it has no value or an empty one.
  std::optional<std::string> complete(std::string_view key,
                                      std::initializer_list<Value> values) const;

  /// "10 minutes", "1 minute 30 seconds": the two largest units that say something.
  std::string duration(std::chrono::seconds time) const;
  /// What the reason of a passing fault means to a person, without a full stop.
  std::string_view trouble(std::string_view reason) const;

 private:
  using Texts = std::map<std::string, std::string, std::less<>>;
  explicit Language(std::shared_ptr<const Texts> texts) : texts_(std::move(texts)) {}

  std::shared_ptr<const Texts> texts_;
};

/// A file of assets/i18n as it is built in.
struct LanguageFile {
  std::string_view code;  ///< As in a locale: "de".
  std::string_view json;
};
/// English first.
std::span<const LanguageFile> language_files();

/// The language of a locale's name, such as "de_AT.UTF-8"; English for every one that is not there.
Language language_of(std::string_view locale);
/// What `locale` is taken for: "de".
std::string_view language_code(std::string_view locale);

}  // namespace deviceflow::demo

#endif
