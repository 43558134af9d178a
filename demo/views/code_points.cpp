#include "code_points.hpp"

#include <cstddef>

namespace deviceflow::demo {

namespace {

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

}  // namespace

std::vector<CodePoint> code_points(std::string_view text) {
  std::vector<CodePoint> out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    std::size_t length = length_of(lead);
    char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
      const auto next = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
      if ((next & 0xC0U) != 0x80U) {
        length = 0;
        break;
      }
      value = (value << 6) | (next & 0x3FU);
    }
    if (length == 0) {
      value = 0xFFFD;
      length = 1;
    }
    out.push_back({value, text.substr(0, length)});
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace deviceflow::demo
