#include "screenshots.hpp"

#include <stb_image_write.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "common/own_file.hpp"
#include "common/settings.hpp"
#include "common/sink.hpp"

namespace deviceflow::demo {

namespace fs = std::filesystem;

namespace {

bool write_file(const std::string& path, std::string_view text) {
  const int descriptor = open_own_file(path, OwnFile::replace);
  if (descriptor < 0) return false;
  const bool written = write_whole(descriptor, text);
  return close(descriptor) == 0 && written;
}

}  // namespace

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
  std::string png;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data),
                                          static_cast<std::size_t>(size));
  };
  if (stbi_write_png_to_func(append, &png, picture.width, picture.height, 3, picture.rgb.data(),
                             stride) == 0 ||
      !write_file(unfinished.string(), png)) {
    return false;
  }
  std::error_code problem;
  fs::rename(unfinished, path, problem);
  return !problem;
}

}  // namespace deviceflow::demo
