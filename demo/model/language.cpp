#include "language.hpp"

#include <algorithm>

#include "common/words.hpp"
#include "foundation/json.hpp"

namespace deviceflow::demo {

namespace {

Error bad_file(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

const LanguageFile& file_of(std::string_view locale) {
  const std::string_view code = locale.substr(0, locale.find_first_of("_.-@"));
  const auto files = language_files();
  const auto found = std::ranges::find(files, code, &LanguageFile::code);
  return found == files.end() ? files.front() : *found;
}

}  // namespace

Language::Language() {
  static const std::shared_ptr<const Texts> english = [] {
    const auto parsed = parse(language_files().front().json);
    return parsed.ok() ? parsed->texts_ : std::make_shared<const Texts>();
  }();
  texts_ = english;
}

Result<Language> Language::parse(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed.ok()) return bad_file("The language can't be read. " + parsed.error().message);
  if (!parsed->is(JsonValue::Kind::object)) return bad_file("The language is no JSON object.");
  Texts texts;
  for (const auto& [key, value] : parsed->members()) {
    const auto text = value.as_string();
    if (!text) return bad_file("The text of \"" + key + "\" is no string.");
    texts.emplace(key, *text);
  }
  return Language(std::make_shared<const Texts>(std::move(texts)));
}

std::string_view Language::operator()(std::string_view key) const {
  const auto found = texts_->find(key);
  return found == texts_->end() ? key : std::string_view(found->second);
}

std::string Language::operator()(std::string_view key, std::initializer_list<Value> values) const {
  return (*this)(key, std::span(values.begin(), values.size()));
}

std::string Language::operator()(std::string_view key, std::span<const Value> values) const {
  std::string_view rest = (*this)(key);
  std::string out;
  while (!rest.empty()) {
    const std::size_t open = std::min(rest.find('{'), rest.size());
    const std::size_t close = rest.find('}', open);
    out += rest.substr(0, open);
    if (close == std::string_view::npos) {
      out += rest.substr(open);
      break;
    }
    const std::string_view place = rest.substr(open + 1, close - open - 1);
    const auto value = std::ranges::find(values, place, &Value::first);
    out += value == values.end() ? rest.substr(open, close + 1 - open) : value->second;
    rest.remove_prefix(close + 1);
  }
  return out;
}

std::optional<std::string> Language::complete(std::string_view key,
                                              std::initializer_list<Value> values) const {
  const auto found = texts_->find(key);
  if (found == texts_->end()) return std::nullopt;
  const std::string_view text = found->second;
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const std::string_view place = text.substr(open + 1, text.find('}', open) - open - 1);
    const auto value = std::ranges::find(values, place, &Value::first);
    if (value == values.end() || value->second.empty()) return std::nullopt;
  }
  return (*this)(key, values);
}

std::string Language::duration(std::chrono::seconds time) const {
  return duration_words(time, [this](std::int64_t count, std::string_view unit) {
    const std::string key = "unit." + std::string(unit) + (count == 1 ? ".one" : ".other");
    return (*this)(key, {{"count", std::to_string(count)}});
  });
}

std::string_view Language::trouble(std::string_view reason) const {
  const auto found = texts_->find("trouble." + std::string(reason));
  return found == texts_->end() ? (*this)("trouble.other") : std::string_view(found->second);
}

Language language_of(std::string_view locale) {
  auto parsed = Language::parse(file_of(locale).json);
  return parsed.ok() ? std::move(*parsed) : Language();
}

std::string_view language_code(std::string_view locale) {
  return file_of(locale).code;
}

}  // namespace deviceflow::demo
