// The one JSON door: everything the SDK reads as JSON comes through parse_json() or
// parse_response_json().
#ifndef DEVICEFLOW_JSON_HPP
#define DEVICEFLOW_JSON_HPP

#include <deviceflow/limits.h>

#include <cstddef>
#include <cstdint>
#include <deviceflow/error.hpp>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deviceflow {

/// One JSON value. Text is wiped when it goes, since it may hold a token.
class JsonValue {
 public:
  enum class Kind { null, boolean, integer, real, string, array, object };
  struct Member;

  JsonValue();
  ~JsonValue();
  JsonValue(const JsonValue& other);
  JsonValue& operator=(const JsonValue& other);
  JsonValue(JsonValue&& other) noexcept;
  JsonValue& operator=(JsonValue&& other) noexcept;
  static JsonValue boolean(bool value);
  static JsonValue integer(std::int64_t value);
  /// `text` is the number as it stood in the document; it is written back unchanged.
  static JsonValue real(double value, std::string_view text);
  static JsonValue string(std::string_view text);
  /// A string of which characters are lost; `text` has U+FFFD in their place.
  static JsonValue unreadable(std::string_view text);
  static JsonValue array();
  static JsonValue object();

  Kind kind() const noexcept { return kind_; }
  bool is(Kind kind) const noexcept { return kind_ == kind; }

  /// Empty unless this is a boolean.
  std::optional<bool> as_bool() const noexcept;
  /// Empty unless this is a whole number that fits 64 bits.
  std::optional<std::int64_t> as_integer() const noexcept;
  /// Empty unless this is a number of either kind.
  std::optional<double> as_number() const noexcept;
  /// Empty unless this is a string that arrived whole. Valid as long as this value.
  std::optional<std::string_view> as_string() const noexcept;
  /// A string with U+FFFD for each character that is lost; empty for every other kind. For people:
  /// never use it as a token, a code, a URI or an identifier.
  std::string_view display_text() const noexcept;
  /// True for a string of which characters are lost; see parse_response_json().
  bool is_unreadable() const noexcept { return unreadable_; }

  /// A real number as it stood in the document, or empty. Valid as long as this value.
  std::string_view number_text() const noexcept;

  /// The elements of an array; empty for every other kind.
  const std::vector<JsonValue>& items() const noexcept { return items_; }
  /// The members of an object in document order; empty for every other kind.
  const std::vector<Member>& members() const noexcept { return members_; }
  /// The member called `key`, or null. Owned by this value.
  const JsonValue* find(std::string_view key) const noexcept;

  /// Appends to an array. On any other kind: no effect.
  JsonValue& push(JsonValue value);
  /// Adds a member to an object; keys are the caller's to keep unique. On any other kind: no
  /// effect.
  JsonValue& set(std::string_view key, JsonValue value);
  JsonValue& set(std::string_view key, std::string_view text);
  JsonValue& set(std::string_view key, const char* text);

 private:
  Kind kind_ = Kind::null;
  bool boolean_ = false;
  bool unreadable_ = false;
  std::int64_t integer_ = 0;
  double real_ = 0;
  Secret text_;
  std::vector<JsonValue> items_;
  std::vector<Member> members_;
};

struct JsonValue::Member {
  std::string key;
  JsonValue value;
};

/// What parse_json() refuses to go beyond.
struct JsonLimits {
  std::size_t max_bytes = DEVICEFLOW_MAX_ANSWER_BYTES;
  std::size_t max_depth = DEVICEFLOW_MAX_JSON_DEPTH;
  std::size_t max_string_bytes = DEVICEFLOW_MAX_JSON_STRING_BYTES;
  std::size_t max_values = DEVICEFLOW_MAX_JSON_VALUES;
};

/// Error::reason of parse_json() for JSON that is complete and is refused all the same: a member
/// that occurs twice in one object, or a document over the limits. Receiving it again can't help.
inline constexpr std::string_view kRefusedJson = "refused_json";

/// Parses one JSON document (RFC 8259).
///
/// Fails with ErrorCode::invalid_response, and a message that says what is wrong with "it" (and in
/// which line and column, where it is no JSON), for: anything that is not JSON or not UTF-8,
/// trailing bytes, a member that occurs twice in one object, a number beyond a double, and a
/// document over `limits`. Never throws, never recurses while reading.
Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits = {});

/// The same for text that this SDK wrote itself; null if it can't be read.
JsonValue json_or_null(std::string_view text);

/// The same for a response, of which one text that can't be read must not cost the rest: a byte
/// that is not UTF-8, half a surrogate pair or a control character inside a string makes that
/// string JsonValue::is_unreadable(), and adds Quirk::unreadable_text to `quirks`. A member whose
/// name is such a string is left out.
Result<JsonValue> parse_response_json(std::string_view text, Quirks& quirks);

/// Writes `value` on one line, UTF-8, no spaces. Invalid UTF-8 becomes U+FFFD; control, direction
/// and invisible characters are escaped, so that the line can't fool a terminal.
std::string to_json(const JsonValue& value);
/// The same for a value that holds secrets: no copy of them stays in memory that is not wiped.
Secret to_secret_json(const JsonValue& value);

/// `text` as the inside of a JSON string, without the quotes.
std::string json_escape(std::string_view text);
/// The same, appended to `out`.
void json_escape(std::string_view text, Secret& out);

}  // namespace deviceflow

#endif
