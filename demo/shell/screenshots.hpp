// --screenshots DIR: a PNG of every screen as it appears.
#ifndef DEVICEFLOW_DEMO_SHELL_SCREENSHOTS_HPP
#define DEVICEFLOW_DEMO_SHELL_SCREENSHOTS_HPP

#include <cstdint>
#include <deviceflow/error.hpp>
#include <string>
#include <vector>

namespace deviceflow::demo {

/// Pixels as OpenGL reads them: rows from the bottom up, three bytes each.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;
};

/// Numbers the files in the order in which the screens appear: 01-home.png, 02-code.png …
class Screenshots {
 public:
  /// Makes the folder where it is missing. Fails with a usage error where that is not possible.
  static Result<Screenshots> into(const std::string& folder);
  /// Writes the picture whole before its name appears. False where that is not possible.
  bool save(const std::string& screen, const Picture& picture);

 private:
  explicit Screenshots(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
  int number_ = 0;
};

}  // namespace deviceflow::demo

#endif
