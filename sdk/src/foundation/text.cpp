#include <algorithm>
#include <deviceflow/secret.hpp>

#include "foundation/json.hpp"
#include "foundation/utf8.hpp"

namespace deviceflow {

namespace {

// Controls (C0, DEL, C1), zero-width and direction characters, fillers and blank letters, variation
// selectors, tags: nothing of them can be seen.
bool is_deceptive(std::uint32_t c) {
  constexpr struct {
    std::uint32_t first;
    std::uint32_t last;
  } kInvisible[] = {{0, 0x1F},        {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},
                    {0x61C, 0x61C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
                    {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},   {0x2800, 0x2800},
                    {0x3164, 0x3164}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
                    {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};
  return std::any_of(std::begin(kInvisible), std::end(kInvisible),
                     [c](const auto& range) { return c >= range.first && c <= range.last; });
}

// Marks that stand above or below the character before them.
bool is_combining(std::uint32_t c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0x483 && c <= 0x489) || (c >= 0x591 && c <= 0x5BD) ||
         (c >= 0x610 && c <= 0x61A) || (c >= 0x64B && c <= 0x65F) || (c >= 0xE47 && c <= 0xE4E) ||
         (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F);
}

// Vietnamese and Hebrew need two or three; more of them only cover the lines around.
constexpr int kMaxMarks = 3;

// \uXXXX, or two of them for a code point beyond the first plane (RFC 8259 section 7).
void append_unicode_escape(std::uint32_t code, Secret& out) {
  if (code > 0xFFFF) {
    append_unicode_escape(0xD800 + ((code - 0x10000) >> 10), out);
    code = 0xDC00 + ((code - 0x10000) & 0x3FF);
  }
  constexpr char kHex[] = "0123456789abcdef";
  const char escape[] = {
      '\\',           'u', kHex[(code >> 12) & 15], kHex[(code >> 8) & 15], kHex[(code >> 4) & 15],
      kHex[code & 15]};
  out.append(std::string_view(escape, sizeof escape));
}

constexpr std::string_view kMark = "[redacted]";
// Shorter texts would match everywhere.
constexpr std::size_t kMinForm = 4;
// No login has more; a server may send any number.
constexpr std::size_t kMaxSecrets = 256;
// Percent encoding inside percent encoding inside JSON.
constexpr int kMaxDecodings = 3;

bool before(const Secret& a, std::string_view b) noexcept {
  return a.reveal() < b;
}

// The value of the digits at the start of `text`, and how many they are; at most `most`.
struct Digits {
  std::uint32_t value = 0;
  std::size_t count = 0;
};
Digits digits(std::string_view text, std::uint32_t base, std::size_t most) noexcept {
  Digits out;
  while (out.count < most && out.count < text.size()) {
    const char c = text[out.count];
    const std::uint32_t digit = c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
                                : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a' + 10)
                                : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A' + 10)
                                                       : 16;
    if (digit >= base) break;
    out.value = out.value * base + digit;
    ++out.count;
  }
  return out;
}

// An escape at the start of a text: how long it is (0: there is none), and what it stands for.
struct Escape {
  std::size_t length = 0;
  std::uint32_t code = 0;
  bool byte = false;  // `code` is a byte of UTF-8, not a code point
};

Escape percent_escape(std::string_view text) noexcept {
  const Digits hex = digits(text.substr(1), 16, 2);
  return hex.count == 2 ? Escape{3, hex.value, true} : Escape{};
}

Escape backslash_escape(std::string_view text) noexcept {
  const char c = text.size() > 1 ? text[1] : '\0';
  if (c == 'u') {
    const Digits high = digits(text.substr(2), 16, 4);
    if (high.count != 4) return {};
    if (high.value >= 0xD800 && high.value <= 0xDBFF && text.substr(6, 2) == "\\u") {
      const Digits low = digits(text.substr(8), 16, 4);
      if (low.count == 4 && low.value >= 0xDC00 && low.value <= 0xDFFF) {
        return {12, 0x10000 + ((high.value - 0xD800) << 10) + (low.value - 0xDC00)};
      }
    }
    return {6, high.value};
  }
  constexpr std::string_view kLetters = "/\\\"'nrtbf";
  constexpr std::string_view kMeanings = "/\\\"'\n\r\t\b\f";
  const std::size_t which = text.size() > 1 ? kLetters.find(c) : std::string_view::npos;
  if (which == std::string_view::npos) return {};
  return {2, static_cast<unsigned char>(kMeanings[which])};
}

Escape entity(std::string_view text) noexcept {
  if (text.substr(0, 2) == "&#") {
    const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
    const std::size_t start = hex ? 3 : 2;
    const Digits number = digits(text.substr(start), hex ? 16 : 10, 8);
    if (number.count == 0) return {};
    const std::size_t end = start + number.count;
    return {end < text.size() && text[end] == ';' ? end + 1 : end, number.value};
  }
  struct Named {
    std::string_view name;
    char meaning;
  };
  constexpr Named kNamed[] = {{"&amp;", '&'},  {"&lt;", '<'},     {"&gt;", '>'},
                              {"&quot;", '"'}, {"&apos;", '\''},  {"&sol;", '/'},
                              {"&plus;", '+'}, {"&equals;", '='}, {"&bsol;", '\\'}};
  for (const Named& named : kNamed) {
    if (text.substr(0, named.name.size()) == named.name) {
      return {named.name.size(), static_cast<unsigned char>(named.meaning)};
    }
  }
  return {};
}

Escape escape_at(std::string_view text) noexcept {
  switch (text.front()) {
    case '%': return percent_escape(text);
    case '\\': return backslash_escape(text);
    case '&': return entity(text);
    default: return {};
  }
}

struct Range {
  std::size_t begin;
  std::size_t end;
};

// A text in one stage of decoding. Each byte knows where it stands in the source. "+" is a space,
// as forms write it: whether a text is a form can't be seen.
class Layer {
 public:
  explicit Layer(std::string_view source) : source_size_(source.size()) {
    bytes_.reserve(source.size());
    for (const char c : source) bytes_.push_back(c == '+' ? ' ' : c);
  }

  std::string_view text() const noexcept { return {bytes_.data(), bytes_.size()}; }

  Range source(std::size_t begin, std::size_t end) const noexcept {
    while (end < bytes_.size() && start(end) == start(end - 1)) ++end;
    return {start(begin), start(end)};
  }

  // The next stage; false if it would be the same, or after enough of them.
  bool decode() {
    if (++decodings_ > kMaxDecodings) return false;
    const std::string_view all = text();
    std::size_t at = 0;
    while (at < all.size() && escape_at(all.substr(at)).length == 0) ++at;
    if (at == all.size()) return false;
    Bytes bytes;
    std::vector<std::size_t> starts;
    bytes.reserve(all.size());
    starts.reserve(all.size() + 1);
    for (at = 0; at < all.size();) {
      const Escape escape = escape_at(all.substr(at));
      if (escape.length == 0) {
        bytes.push_back(all[at]);
      } else if (escape.byte || escape.code < 0x80) {
        const char c = static_cast<char>(escape.code);
        bytes.push_back(c == '+' ? ' ' : c);
      } else {
        append_utf8(escape.code, bytes);
      }
      starts.resize(bytes.size(), start(at));
      at += escape.length == 0 ? 1 : escape.length;
    }
    starts.push_back(source_size_);
    bytes_.swap(bytes);
    starts_.swap(starts);
    return true;
  }

 private:
  using Bytes = std::vector<char, WipingAllocator<char>>;

  std::size_t start(std::size_t at) const noexcept { return starts_.empty() ? at : starts_[at]; }

  static void append_utf8(std::uint32_t code, Bytes& out) {
    if (code > 0x10FFFF) code = 0xFFFD;
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    constexpr std::uint32_t kLead[] = {0, 0xC0, 0xE0, 0xF0};
    out.push_back(static_cast<char>(kLead[more] | (code >> (6 * more))));
    for (int i = more - 1; i >= 0; --i) {
      out.push_back(static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F)));
    }
  }

  std::size_t source_size_;
  Bytes bytes_;
  std::vector<std::size_t> starts_;  // empty: the source itself
  int decodings_ = 0;
};

}  // namespace

std::string clean_text(std::string_view text, std::size_t max_bytes) {
  std::string out;
  int marks = 0;
  while (!text.empty()) {
    const utf8::Decoded next = utf8::decode(text);
    marks = next.valid && is_combining(next.code_point) ? std::min(marks + 1, kMaxMarks + 1) : 0;
    std::string_view piece = text.substr(0, next.length);
    const char c = text.front();
    if (c == '\n' || c == '\t') {
      piece = " ";
    } else if (c == '\r') {
      piece = "";
    } else if (!next.valid || is_deceptive(next.code_point) || marks > kMaxMarks) {
      piece = utf8::kReplacement;
    }
    if (out.size() + piece.size() > max_bytes) return out + "…";
    out += piece;
    text.remove_prefix(next.length);
  }
  return out;
}

void Redactor::add(const Secret& secret) {
  const std::string_view raw = secret.reveal();
  if (raw.size() < kMinForm || secrets_ == kMaxSecrets) return;
  ++secrets_;
  remember(raw);
  Secret escaped;
  escaped.reserve(raw.size());
  json_escape(raw, escaped);
  remember(escaped.reveal());
  std::string cleaned = clean_text(raw, std::string_view::npos);
  remember(cleaned);
  wipe(cleaned.data(), cleaned.size());
}

// The text in every stage of decoding: the comparison does the same with what it looks at.
void Redactor::remember(std::string_view written) {
  Layer layer(written);
  do {
    const std::string_view form = layer.text();
    if (form.find_first_not_of(' ') == std::string_view::npos) continue;
    const auto at = std::lower_bound(forms_.begin(), forms_.end(), form, before);
    if (at == forms_.end() || at->reveal() != form) forms_.emplace(at, form);
  } while (layer.decode());
}

std::string Redactor::scrub(std::string_view text) const {
  if (forms_.empty()) return std::string(text);
  bool starts[256] = {};
  for (const Secret& form : forms_) starts[static_cast<unsigned char>(form.reveal()[0])] = true;
  std::vector<std::size_t> ends;  // where what begins at a byte ends; 0: nothing begins there
  const auto hide = [&](Range range) {
    ends.resize(text.size());
    ends[range.begin] = std::max(ends[range.begin], range.end);
  };
  Layer layer(text);
  do {
    const std::string_view decoded = layer.text();
    for (std::size_t at = 0; at + kMinForm <= decoded.size(); ++at) {
      if (!starts[static_cast<unsigned char>(decoded[at])]) continue;
      const std::size_t length = longest_form_at(decoded.substr(at));
      if (length != 0) hide(layer.source(at, at + length));
    }
  } while (layer.decode());
  if (ends.empty()) return std::string(text);
  // A mark that stands there is replaced by itself: no part of it can match, and none is added.
  for (std::size_t at = 0; (at = text.find(kMark, at)) != std::string_view::npos;
       at += kMark.size()) {
    hide({at, at + kMark.size()});
  }
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = 0; at < ends.size(); ++at) {
    if (at >= done) out.append(ends[at] != 0 ? kMark : text.substr(at, 1));
    done = std::max({done, at + 1, ends[at]});
  }
  return out;
}

std::size_t Redactor::longest_form_at(std::string_view text) const {
  const std::string_view prefix = text.substr(0, kMinForm);
  std::size_t longest = 0;
  for (auto form = std::lower_bound(forms_.begin(), forms_.end(), prefix, before);
       form != forms_.end() && form->reveal().substr(0, kMinForm) == prefix; ++form) {
    const std::string_view bytes = form->reveal();
    if (bytes.size() > longest && text.substr(0, bytes.size()) == bytes) longest = bytes.size();
  }
  return longest;
}

std::string Redactor::clean(std::string_view text, std::size_t max_bytes) const {
  constexpr std::size_t kWhole = std::string_view::npos;
  return clean_text(scrub(clean_text(scrub(text), kWhole)), max_bytes);
}

std::string json_escape(std::string_view text) {
  Secret out;
  out.reserve(text.size());
  json_escape(text, out);
  return std::string(out.reveal());
}

void json_escape(std::string_view text, Secret& out) {
  while (!text.empty()) {
    const utf8::Decoded next = utf8::decode(text);
    const char c = text.front();
    if (!next.valid) {
      out.append(utf8::kReplacement);
    } else if (c == '"' || c == '\\') {
      const char escape[] = {'\\', c};
      out.append(std::string_view(escape, sizeof escape));
    } else if (c == '\n') {
      out.append("\\n");
    } else if (is_deceptive(next.code_point)) {
      append_unicode_escape(next.code_point, out);
    } else {
      out.append(text.substr(0, next.length));
    }
    text.remove_prefix(next.length);
  }
}

}  // namespace deviceflow
