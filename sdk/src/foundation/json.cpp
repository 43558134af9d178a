// The only place in the SDK that sees the JSON library. Its SAX parser feeds a handler that builds
// our own values and enforces the limits while reading; it does not recurse, so nesting costs one
// bit a level until the limit ends it.
//
// The library's namespace is renamed here: a program that links this archive may use the same
// library with other settings (exceptions), and the two sets of templates must not be merged.
#include <algorithm>

#define JSON_NOEXCEPTION 1
#define JSON_NO_IO 1
#define nlohmann deviceflow_nlohmann
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#undef nlohmann

#include "foundation/json.hpp"
#include "foundation/utf8.hpp"

namespace deviceflow {
namespace {

// The library's scanner keeps the text it read last in a std::vector of its input's byte type, and
// copies that into the message of an error. With a byte type of our own, the vector's memory is
// wiped as it is given back, and of that text only what the library compares it with is kept: the
// letters of true, false and null. The values themselves take another way.
enum class JsonByte : unsigned char {};

constexpr JsonByte kept_byte(int byte) noexcept {
  constexpr std::string_view literals = "truefalsenull";
  std::uint32_t letters = 0;
  for (const char c : literals) letters |= std::uint32_t{1} << (c - 'a');
  const bool kept = byte >= 'a' && byte <= 'z' && ((letters >> (byte - 'a')) & 1u) != 0;
  return static_cast<JsonByte>(kept ? byte : '?');
}

}  // namespace
}  // namespace deviceflow

template <>
struct std::char_traits<deviceflow::JsonByte> {
  using char_type = deviceflow::JsonByte;
  using int_type = int;
  static constexpr int_type eof() noexcept { return -1; }
  static constexpr char_type to_char_type(int_type c) noexcept { return deviceflow::kept_byte(c); }
};

template <>
class std::allocator<deviceflow::JsonByte> {
 public:
  using value_type = deviceflow::JsonByte;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  value_type* allocate(size_type n) { return static_cast<value_type*>(::operator new(n)); }
  void deallocate(value_type* p, size_type n) noexcept {
    deviceflow::wipe(p, n);
    ::operator delete(p);
  }
  // C++17 still gives std::allocator these, and libstdc++ calls them.
  size_type max_size() const noexcept { return static_cast<size_type>(PTRDIFF_MAX); }
  void construct(value_type* p, value_type value) noexcept { ::new (p) value_type(value); }
  void destroy(value_type*) noexcept {}
  bool operator==(const allocator&) const noexcept { return true; }
  bool operator!=(const allocator&) const noexcept { return false; }
};

namespace deviceflow {

// Here once: in the header, each file that copies a value would have its own copy of this code.
JsonValue::JsonValue() = default;
JsonValue::~JsonValue() = default;
JsonValue::JsonValue(const JsonValue& other) = default;
JsonValue& JsonValue::operator=(const JsonValue& other) {
  return *this = JsonValue(other);
}
JsonValue::JsonValue(JsonValue&& other) noexcept = default;
JsonValue& JsonValue::operator=(JsonValue&& other) noexcept = default;

JsonValue JsonValue::boolean(bool value) {
  JsonValue v;
  v.kind_ = Kind::boolean;
  v.boolean_ = value;
  return v;
}

JsonValue JsonValue::integer(std::int64_t value) {
  JsonValue v;
  v.kind_ = Kind::integer;
  v.integer_ = value;
  return v;
}

JsonValue JsonValue::real(double value, std::string_view text) {
  JsonValue v;
  v.kind_ = Kind::real;
  v.real_ = value;
  v.text_ = Secret(text);
  return v;
}

JsonValue JsonValue::string(std::string_view text) {
  JsonValue v;
  v.kind_ = Kind::string;
  v.text_ = Secret(text);
  return v;
}

JsonValue JsonValue::unreadable(std::string_view text) {
  JsonValue v = string(text);
  v.unreadable_ = true;
  return v;
}

JsonValue JsonValue::array() {
  JsonValue v;
  v.kind_ = Kind::array;
  return v;
}

JsonValue JsonValue::object() {
  JsonValue v;
  v.kind_ = Kind::object;
  return v;
}

std::optional<bool> JsonValue::as_bool() const noexcept {
  if (kind_ != Kind::boolean) return std::nullopt;
  return boolean_;
}

std::optional<std::int64_t> JsonValue::as_integer() const noexcept {
  if (kind_ != Kind::integer) return std::nullopt;
  return integer_;
}

std::optional<double> JsonValue::as_number() const noexcept {
  if (kind_ == Kind::integer) return static_cast<double>(integer_);
  if (kind_ == Kind::real) return real_;
  return std::nullopt;
}

std::optional<std::string_view> JsonValue::as_string() const noexcept {
  if (kind_ != Kind::string || unreadable_) return std::nullopt;
  return text_.reveal();
}

std::string_view JsonValue::display_text() const noexcept {
  return kind_ == Kind::string ? text_.reveal() : std::string_view();
}

std::string_view JsonValue::number_text() const noexcept {
  return kind_ == Kind::real ? text_.reveal() : std::string_view();
}

const JsonValue* JsonValue::find(std::string_view key) const noexcept {
  for (const Member& member : members_) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

JsonValue& JsonValue::push(JsonValue value) {
  if (kind_ == Kind::array) items_.push_back(std::move(value));
  return *this;
}

JsonValue& JsonValue::set(std::string_view key, JsonValue value) {
  if (kind_ == Kind::object) members_.push_back({std::string(key), std::move(value)});
  return *this;
}

JsonValue& JsonValue::set(std::string_view key, std::string_view text) {
  return set(key, string(text));
}

JsonValue& JsonValue::set(std::string_view key, const char* text) {
  return set(key, string(text));
}

namespace {

// The library hands over text in its string type; this one wipes what it gives back.
using WipedString = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;
using Library = deviceflow_nlohmann::basic_json<std::map, std::vector, WipedString>;

constexpr std::string_view kEscapedReplacement = "\\ufffd";

// What was replaced in the texts of a document.
struct Replaced {
  std::size_t count = 0;
  std::size_t bytes_added = 0;
};

// The value of "\uXXXX" at the start of `text`, or -1.
int unicode_escape(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
  int value = 0;
  for (const char c : text.substr(2, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

class Input {
 public:
  using char_type = JsonByte;
  /// `replaced` null: every byte goes on as it is. Otherwise what can't stand inside a string (a
  /// byte that is not UTF-8, half a surrogate pair, a control character) becomes U+FFFD.
  Input(std::string_view text, Replaced* replaced) : text_(text), replaced_(replaced) {}

  int get_character() noexcept {
    if (replaced_ != nullptr && instead_.empty() && next_ >= checked_ && next_ < text_.size()) {
      check();
    }
    if (!instead_.empty()) {
      const char c = instead_.front();
      instead_.remove_prefix(1);
      return static_cast<unsigned char>(c);
    }
    if (next_ == text_.size()) return std::char_traits<char_type>::eof();
    return static_cast<unsigned char>(text_[next_++]);
  }

 private:
  // Decides on the character at `next_`: it goes on, or something goes on in its place.
  void check() noexcept {
    const std::string_view rest = text_.substr(next_);
    const auto byte = static_cast<unsigned char>(rest.front());
    checked_ = next_ + 1;
    if (byte == '"') in_string_ = !in_string_;
    if (!in_string_) return;
    if (byte == '\\') return check_escape(rest);
    if (byte < 0x20) return replace(1, kEscapedReplacement);
    if (byte < 0x80) return;
    const utf8::Decoded decoded = utf8::decode(rest);
    if (!decoded.valid) return replace(1, utf8::kReplacement);
    checked_ = next_ + decoded.length;
  }

  void check_escape(std::string_view rest) noexcept {
    const int code = unicode_escape(rest);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (!surrogate) {
      checked_ = next_ + 2;
      return;
    }
    const int low = unicode_escape(rest.substr(6));
    if (code > 0xDBFF || low < 0xDC00 || low > 0xDFFF) return replace(6, kEscapedReplacement);
    checked_ = next_ + 12;
  }

  void replace(std::size_t length, std::string_view by) noexcept {
    instead_ = by;
    next_ += length;
    ++replaced_->count;
    replaced_->bytes_added += by.size() - length;
  }

  std::string_view text_;
  Replaced* replaced_;
  std::string_view instead_;
  std::size_t next_ = 0;
  std::size_t checked_ = 0;
  bool in_string_ = false;
};

}  // namespace

}  // namespace deviceflow

// In the library's place for strtod(), which with all that it needs is a ninth of a firmware's
// login. Exact up to 15 digits and 22 powers of ten; beyond that, the last digits of a double may
// differ. number_text() has every digit.
template <>
#ifndef __clang__  // gcc wants the attribute of the declaration again; clang would count `this`
__attribute__((nonnull(2)))
#endif
void
deviceflow_nlohmann::detail::lexer<deviceflow::Library, deviceflow::Input>::strtof(
    double& value, const char* text, char** end) noexcept {
  const bool negative = *text == '-';
  if (negative) ++text;
  std::uint64_t digits = 0;
  int exponent = 0;
  bool fraction = false;
  for (; *text != '\0' && *text != 'e' && *text != 'E'; ++text) {
    const int digit = *text - '0';
    if (digit < 0 || digit > 9) {  // the point, however the locale writes it
      fraction = true;
    } else if (digits > (UINT64_MAX - 9) / 10) {
      exponent += fraction ? 0 : 1;
    } else {
      digits = digits * 10 + static_cast<std::uint64_t>(digit);
      exponent -= fraction ? 1 : 0;
    }
  }
  if (*text != '\0') {
    ++text;
    const bool down = *text == '-';
    if (*text == '-' || *text == '+') ++text;
    int power = 0;
    for (; *text != '\0'; ++text) power = std::min(power * 10 + (*text - '0'), 100000000);
    exponent += down ? -power : power;
  }
  value = static_cast<double>(digits);
  while (exponent != 0 && value != 0 && std::isfinite(value)) {
    const int step = std::min(std::abs(exponent), 22);
    double scale = 1;
    for (int i = 0; i < step; ++i) scale *= 10;
    value = exponent > 0 ? value * scale : value / scale;
    exponent += exponent > 0 ? -step : step;
  }
  if (negative) value = -value;
  *end = const_cast<char*>(text);
}

namespace deviceflow {

namespace {

// Where the `count`th byte stands, for a person with an editor: columns are characters.
std::string place(std::string_view text, std::size_t count) {
  const std::string_view before = text.substr(0, count == 0 ? 0 : count - 1);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::string_view left = before.substr(newline == std::string_view::npos ? 0 : newline + 1);
  const auto column = std::count_if(left.begin(), left.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  return "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
}

class Builder {
 public:
  Builder(std::string_view text, const JsonLimits& limits, const Replaced& replaced)
      : text_(text), limits_(limits), replaced_(replaced) {}

  bool null() { return add({}); }
  bool boolean(bool value) { return add(JsonValue::boolean(value)); }
  bool number_integer(std::int64_t value) { return add(JsonValue::integer(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(INT64_MAX)) {
      return add(JsonValue::integer(static_cast<std::int64_t>(value)));
    }
    return add(JsonValue::real(static_cast<double>(value), std::to_string(value)));
  }
  bool number_float(double value, const WipedString& text) {
    return add(JsonValue::real(value, {text.data(), text.size()}));
  }
  bool string(WipedString& text) {
    if (text.size() > limits_.max_string_bytes) return refuse("A string is too long");
    const std::string_view all(text.data(), text.size());
    return add(was_replaced() ? JsonValue::unreadable(all) : JsonValue::string(all));
  }
  bool binary(std::vector<std::uint8_t>&) { return fail("Binary values are not JSON"); }
  bool key(WipedString& text) {
    if (text.size() > limits_.max_string_bytes) return refuse("A member name is too long");
    if (refused()) return true;
    Frame& frame = stack_.back();
    frame.key.assign(text.data(), text.size());
    // Nobody asks for a name that can't be read, and two that differ may look alike: they are left
    // out.
    frame.unreadable_key = was_replaced();
    return true;
  }
  bool start_object(std::size_t) { return push(JsonValue::object()); }
  bool start_array(std::size_t) { return push(JsonValue::array()); }
  bool end_object() {
    const std::string* twice = repeated_name(stack_.back().value.members());
    if (twice != nullptr) {
      return refuse("The member \"" + twice->substr(0, 40) + "\" occurs twice in one object");
    }
    return pop();
  }
  bool end_array() { return pop(); }

  template <typename Exception>
  bool parse_error(std::size_t position, const std::string&, const Exception&) {
    const std::size_t added = std::min(position, replaced_.bytes_added);
    return fail("It is no valid JSON at " + place(text_, position - added));
  }

  JsonValue take() { return std::move(root_); }
  const std::string& problem() const { return problem_; }
  bool refused() const { return !problem_.empty(); }

 private:
  struct Frame {
    JsonValue value;
    std::string key;
    bool unreadable_key = false;
  };

  // A name that occurs twice, or null. Sorted once at the end of the object: looking back at every
  // name would let a server keep a device busy for seconds.
  static const std::string* repeated_name(const std::vector<JsonValue::Member>& members) {
    std::vector<const std::string*> names;
    names.reserve(members.size());
    for (const JsonValue::Member& member : members) names.push_back(&member.key);
    const auto before = [](const std::string* a, const std::string* b) { return *a < *b; };
    std::make_heap(names.begin(), names.end(), before);  // std::sort takes twice the code
    std::sort_heap(names.begin(), names.end(), before);
    const auto twice =
        std::adjacent_find(names.begin(), names.end(),
                           [](const std::string* a, const std::string* b) { return *a == *b; });
    return twice == names.end() ? nullptr : *twice;
  }

  // Whether something was replaced in the string that was read last.
  bool was_replaced() { return std::exchange(seen_replaced_, replaced_.count) != replaced_.count; }

  bool fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }
  // Reads on without keeping anything: whether the rest is JSON decides whether a second try can
  // help.
  bool refuse(std::string problem) {
    fail(std::move(problem));
    return true;
  }

  bool add(JsonValue value) {
    if (refused()) return true;
    if (++values_ > limits_.max_values) return refuse("It holds too many values");
    if (stack_.empty()) {
      root_ = std::move(value);
    } else if (stack_.back().value.is(JsonValue::Kind::object)) {
      if (stack_.back().unreadable_key) return true;
      stack_.back().value.set(stack_.back().key, std::move(value));
    } else {
      stack_.back().value.push(std::move(value));
    }
    return true;
  }

  bool push(JsonValue container) {
    if (refused()) return true;
    if (stack_.size() >= limits_.max_depth) return refuse("It is nested too deep");
    if (++values_ > limits_.max_values) return refuse("It holds too many values");
    stack_.push_back({std::move(container), {}});
    return true;
  }

  bool pop() {
    if (refused()) return true;
    JsonValue done = std::move(stack_.back().value);
    stack_.pop_back();
    --values_;  // counted when it was opened
    return add(std::move(done));
  }

  std::string_view text_;
  JsonLimits limits_;
  const Replaced& replaced_;
  std::size_t seen_replaced_ = 0;
  JsonValue root_;
  std::vector<Frame> stack_;
  std::size_t values_ = 0;
  std::string problem_;
};

Error refused(const std::string& problem, std::string_view reason = {}) {
  Error error =
      make_error(Blame::protocol, ErrorCode::invalid_response, Stage::usage, problem + ".");
  error.reason = reason;
  return error;
}

Result<JsonValue> parse(std::string_view text, const JsonLimits& limits, bool replace,
                        Replaced& replaced) {
  if (text.size() > limits.max_bytes) return refused("It is too large", kRefusedJson);
  if (text.empty()) return refused("It is empty");
  // The library takes a zero byte for the end and would ignore whatever follows.
  if (text.find('\0') != std::string_view::npos) return refused("It holds a zero byte");
  Builder builder(text, limits, replaced);
  // The text parser by itself: the library's front door also compiles in its binary formats.
  deviceflow_nlohmann::detail::parser<Library, Input> parser(
      Input(text, replace ? &replaced : nullptr), nullptr, false);
  const bool good = parser.sax_parse(&builder);
  if (!good) return refused(builder.problem());
  if (builder.refused()) return refused(builder.problem(), kRefusedJson);
  return builder.take();
}

}  // namespace

Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits) {
  Replaced none;
  return parse(text, limits, false, none);
}

JsonValue json_or_null(std::string_view text) {
  auto value = parse_json(text);
  return value.ok() ? std::move(*value) : JsonValue();
}

Result<JsonValue> parse_response_json(std::string_view text, Quirks& quirks) {
  Replaced replaced;
  auto value = parse(text, {}, true, replaced);
  if (value.ok() && replaced.count != 0) quirks.add(Quirk::unreadable_text);
  return value;
}

namespace {

void write(const JsonValue& value, Secret& out);

void write_string(std::string_view text, Secret& out) {
  out.append("\"");
  json_escape(text, out);
  out.append("\"");
}

void write_all(const JsonValue& value, Secret& out) {
  const bool object = value.is(JsonValue::Kind::object);
  out.append(object ? "{" : "[");
  bool first = true;
  for (const JsonValue& item : value.items()) {
    if (!first) out.append(",");
    first = false;
    write(item, out);
  }
  for (const JsonValue::Member& member : value.members()) {
    if (!first) out.append(",");
    first = false;
    write_string(member.key, out);
    out.append(":");
    write(member.value, out);
  }
  out.append(object ? "}" : "]");
}

void write(const JsonValue& value, Secret& out) {
  switch (value.kind()) {
    case JsonValue::Kind::null: out.append("null"); break;
    case JsonValue::Kind::boolean: out.append(*value.as_bool() ? "true" : "false"); break;
    case JsonValue::Kind::integer: out.append(std::to_string(*value.as_integer())); break;
    case JsonValue::Kind::real: out.append(value.number_text()); break;
    case JsonValue::Kind::string: write_string(value.display_text(), out); break;
    case JsonValue::Kind::array:
    case JsonValue::Kind::object: write_all(value, out); break;
  }
}

}  // namespace

std::string to_json(const JsonValue& value) {
  return std::string(to_secret_json(value).reveal());
}

Secret to_secret_json(const JsonValue& value) {
  Secret out;
  write(value, out);
  return out;
}

}  // namespace deviceflow
