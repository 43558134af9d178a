#include "kept_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "own_file.hpp"
#include "sink.hpp"

namespace deviceflow::demo {

namespace {

namespace fs = std::filesystem;

// Whole and on the disk, or not there at all.
bool write_new(const std::string& path, std::string_view text) {
  const int descriptor = open_own_file(path, OwnFile::replace);
  if (descriptor < 0) return false;
  const bool written = write_whole(descriptor, text) && fsync(descriptor) == 0;
  const int why = errno;
  close(descriptor);
  errno = why;
  return written;
}

}  // namespace

// As the XDG Base Directory Specification has it; relative values count for nothing.
std::string config_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/') return (fs::path(config) / "deviceflow").string();
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return {};
  return (fs::path(home) / ".config" / "deviceflow").string();
}

Result<void> keep_file(std::string_view what, const std::string& path, std::string_view text) {
  const auto not_kept = [&](const std::string& why) {
    return make_error(Blame::storage, ErrorCode::store_io, Stage::store,
                      std::string(what) + " can't be kept in " + path + ": " + why + ".");
  };
  const fs::path folder = fs::path(path).parent_path();
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed) return not_kept(failed.message());
  const std::string beside = path + ".new";
  if (!write_new(beside, text) || std::rename(beside.c_str(), path.c_str()) != 0) {
    const std::string why = own_file_problem(errno);
    unlink(beside.c_str());
    return not_kept(why);
  }
  return {};
}

}  // namespace deviceflow::demo
