// Reads UTF-8 one code point at a time, refusing everything RFC 3629 refuses.
#ifndef DEVICEFLOW_SRC_UTF8_HPP
#define DEVICEFLOW_SRC_UTF8_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace deviceflow::utf8 {

/// U+FFFD, for what can't be decoded.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Decoded {
  std::uint32_t code_point = 0;
  std::size_t length = 1;  ///< Bytes consumed; at least 1.
  bool valid = false;
};

/// Decodes the code point that starts at `text[0]`. `text` must not be empty.
Decoded decode(std::string_view text) noexcept;

bool is_valid(std::string_view text) noexcept;

}  // namespace deviceflow::utf8

#endif
