#include <algorithm>
#include <deviceflow/form.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/text.hpp>

#include "foundation/utf8.hpp"

namespace deviceflow {

namespace {

// Controls (C0, DEL, C1), zero-width and direction characters, variation of line ends, tags.
bool is_deceptive(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

// \uXXXX, or two of them for a code point beyond the first plane (RFC 8259 section 7).
template <typename Out>
void append_unicode_escape(std::uint32_t code, Out& out) {
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

template <typename Out>
void append_escaped(std::string_view text, Out& out) {
  while (!text.empty()) {
    const utf8::Decoded next = utf8::decode(text);
    const char c = text.front();
    if (!next.valid) {
      out.append(utf8::kReplacement);
    } else if (c == '"' || c == '\\') {
      const char escape[] = {'\\', c};
      out.append(std::string_view(escape, sizeof escape));
    } else if (c == '\n') {
      out.append(std::string_view("\\n"));
    } else if (is_deceptive(next.code_point)) {
      append_unicode_escape(next.code_point, out);
    } else {
      out.append(text.substr(0, next.length));
    }
    text.remove_prefix(next.length);
  }
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const utf8::Decoded next = utf8::decode(text);
    std::string_view piece = text.substr(0, next.length);
    const char c = text.front();
    if (c == '\n' || c == '\t') {
      piece = " ";
    } else if (c == '\r') {
      piece = "";
    } else if (!next.valid || is_deceptive(next.code_point)) {
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
  if (raw.size() < 4) return;
  const auto remember = [this](std::string_view form) {
    const bool known = std::any_of(forms_.begin(), forms_.end(),
                                   [&](const Secret& have) { return have.reveal() == form; });
    if (!known) forms_.emplace_back(form);
  };
  const auto remember_and_wipe = [&](std::string&& form) {
    remember(form);
    wipe(form.data(), form.size());
  };
  remember(raw);
  remember_and_wipe(percent_encode(raw));
  remember_and_wipe(form_encode(raw));
  remember_and_wipe(json_escape(raw));
  remember_and_wipe(clean_text(raw, raw.size() * 3));
  // Longest first, so that an escaped form is not cut up by a shorter one inside it.
  std::sort(forms_.begin(), forms_.end(),
            [](const Secret& a, const Secret& b) { return a.size() > b.size(); });
}

std::string Redactor::scrub(std::string_view text) const {
  std::string out(text);
  for (const Secret& form : forms_) {
    constexpr std::string_view mark = "[redacted]";
    std::size_t at = 0;
    while ((at = out.find(form.reveal(), at)) != std::string::npos) {
      out.replace(at, form.size(), mark);
      at += mark.size();
    }
  }
  return out;
}

std::string Redactor::clean(std::string_view text, std::size_t max_bytes) const {
  return scrub(clean_text(scrub(text), max_bytes));
}

Redactor Redactor::copy() const {
  Redactor other;
  for (const Secret& form : forms_) other.forms_.push_back(form.copy());
  return other;
}

std::string json_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  append_escaped(text, out);
  return out;
}

void json_escape(std::string_view text, Secret& out) {
  append_escaped(text, out);
}

}  // namespace deviceflow
