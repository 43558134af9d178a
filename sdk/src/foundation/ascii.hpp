// Letter case the way protocols mean it: ASCII only, whatever the locale says.
#ifndef DEVICEFLOW_SRC_ASCII_HPP
#define DEVICEFLOW_SRC_ASCII_HPP

#include <algorithm>
#include <string>
#include <string_view>

namespace deviceflow::ascii {

inline char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

/// Equal without regard to case.
inline bool same(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// A name without its spelling: "expires_in", "expiresIn" and "Expires-In" are one.
inline std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_' && c != '-') out += lower(c);
  }
  return out;
}

/// True for printable ASCII and spaces alone: what RFC 6749 appendix A calls VSCHAR.
inline bool is_visible(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

}  // namespace deviceflow::ascii

#endif
