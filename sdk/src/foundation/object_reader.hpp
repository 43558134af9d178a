// Reads JSON objects that people or this SDK wrote: settings, descriptions, records, traces.
#ifndef DEVICEFLOW_SRC_OBJECT_READER_HPP
#define DEVICEFLOW_SRC_OBJECT_READER_HPP

#include <cstdint>
#include <deviceflow/clock.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/json.hpp"

// The demo, which may link a shared library, reads its files with it as well.
namespace [[gnu::visibility("default")]] deviceflow {

/// The first thing that is wrong in a document.
struct Fault {
  std::string place;  ///< "poll_answers[0].status"; empty: the document itself.
  std::string rule;   ///< "has to be a string"; empty: nothing is wrong.
  /// How this document's rules begin.
  std::string_view has_to_be = "has to be ";
  std::string_view unknown = "is not known";

  bool found() const noexcept { return !rule.empty(); }
  /// The place in quotes and the rule, without a full stop.
  std::string sentence() const;
};

/// The members of one object. What is absent leaves its variable as it is; so does what is wrong,
/// and the first of that stands in the fault, which all readers of a document share.
class ObjectReader {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  enum class Text { any, filled };

  /// Both outlive the reader. A value that is no object is a fault, and has no members.
  ObjectReader(const JsonValue& value, Fault& fault, std::string place = {});

  /// False for an object that is not there.
  explicit operator bool() const noexcept { return object_ != nullptr; }
  /// Null for a member that is not there.
  const JsonValue* find(std::string_view key);
  /// Calls `read` with each member's name.
  template <typename Read>
  void each(Read read) const {
    if (object_ == nullptr) return;
    for (const JsonValue::Member& member : object_->members()) read(member.key);
  }

  template <typename T>
  bool text(std::string_view key, T& to, Text kind = Text::any) {
    const auto value = text_of(key, kind);
    if (value) to = T(*value);
    return value.has_value();
  }
  template <typename T>
  bool whole(std::string_view key, std::int64_t least, std::int64_t most, T& to) {
    const auto value = whole_of(key, least, most);
    if (value) to = static_cast<T>(*value);
    return value.has_value();
  }
  /// From 1970 to the year 9999.
  template <typename T>
  void time(std::string_view key, T& to) {
    std::chrono::seconds value{0};
    if (whole(key, 0, 253402300799, value)) to = WallTime(value);
  }
  void flag(std::string_view key, bool& to);
  /// The value beside the word that stands there.
  template <typename Words, typename T>
  void one_of(std::string_view key, const Words& words, T& to) {
    const auto given = word_of(key);
    if (!given) return;
    std::string list;
    for (const auto& [word, value] : words) {
      if (*given == word) {
        to = value;
        return;
      }
      list += (list.empty() ? "one of \"" : ", \"") + std::string(word) + "\"";
    }
    must_be(key, list);
  }
  void texts(std::string_view key, std::vector<std::string>& to, Text kind = Text::any);
  void pairs(std::string_view key, Pairs& to, Text kind = Text::any);
  ObjectReader object(std::string_view key, std::string_view what = "an object");
  const JsonValue* array(std::string_view key, std::string_view what = "an array");
  /// Calls `read` with a reader for each element.
  template <typename Read>
  void list(std::string_view key, Read read, std::string_view what = "an array") {
    const JsonValue* value = array(key, what);
    if (value == nullptr) return;
    for (const JsonValue& item : value->items()) {
      const auto at = std::to_string(&item - value->items().data());
      read(ObjectReader(item, fault_, place_of(key) + "[" + at + "]"));
    }
  }

  /// A member that is not there is a fault.
  void require(std::initializer_list<std::string_view> keys);
  /// So is one that nobody has asked for.
  void allow_no_others();
  /// `rule` is the end of a sentence that begins with the place; an empty key stands for the
  /// object.
  void fail(std::string_view key, std::string rule);
  void must_be(std::string_view key, std::string_view what);

 private:
  explicit ObjectReader(Fault& fault) : fault_(fault) {}
  std::string place_of(std::string_view key) const;
  std::optional<std::string_view> text_of(std::string_view key, Text kind);
  std::optional<std::string_view> word_of(std::string_view key);
  std::optional<std::int64_t> whole_of(std::string_view key, std::int64_t least, std::int64_t most);

  const JsonValue* object_ = nullptr;
  Fault& fault_;
  std::string place_;
  std::vector<std::string_view> asked_;
};

}  // namespace deviceflow

#endif
