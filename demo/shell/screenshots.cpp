#include "screenshots.hpp"

#include <stb_image_write.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "common/settings.hpp"

namespace deviceflow::demo {

namespace fs = std::filesystem;

Result<Screenshots> Screenshots::into(const std::string& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem || !fs::is_directory(folder)) {
    return usage_error("The folder for screenshots, " + folder +
                       ", can't be made: " + problem.message() + ".");
  }
  return Screenshots(folder);
}

bool Screenshots::save(const std::string& screen, const Picture& picture) {
  char name[16];
  std::snprintf(name, sizeof name, "%02d-", ++number_);
  const fs::path path = fs::path(folder_) / (name + screen + ".png");
  const fs::path unfinished = fs::path(folder_) / ".unfinished.png";
  const int stride = picture.width * 3;
  stbi_flip_vertically_on_write(1);
  if (stbi_write_png(unfinished.c_str(), picture.width, picture.height, 3, picture.rgb.data(),
                     stride) == 0) {
    return false;
  }
  std::error_code problem;
  fs::rename(unfinished, path, problem);
  return !problem;
}

}  // namespace deviceflow::demo
