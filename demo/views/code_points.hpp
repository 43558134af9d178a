// UTF-8 text as the characters that a face has to have.
#ifndef DEVICEFLOW_DEMO_VIEWS_CODE_POINTS_HPP
#define DEVICEFLOW_DEMO_VIEWS_CODE_POINTS_HPP

#include <string_view>
#include <vector>

namespace deviceflow::demo {

struct CodePoint {
  char32_t value = 0;
  std::string_view bytes;
};

/// The code points of `text`. A broken byte is U+FFFD.
std::vector<CodePoint> code_points(std::string_view text);

}  // namespace deviceflow::demo

#endif
