#include "trusted_certificate.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deviceflow/url.hpp>
#include <filesystem>

#include "files.hpp"
#include "sink.hpp"

namespace deviceflow::demo {

namespace {

namespace fs = std::filesystem;

// As the XDG Base Directory Specification has it; relative values count for nothing.
fs::path config_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/') return config;
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return fs::path(home) / ".config";
  return {};
}

Error not_kept(const std::string& path, const std::string& why) {
  return make_error(Blame::storage, ErrorCode::store_io, Stage::store,
                    "The certificate can't be kept in " + path + ": " + why + ".");
}

// Whole and on the disk, or not there at all.
bool write_new(const std::string& path, std::string_view text) {
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
  const int descriptor = open(path.c_str(), flags, 0600);
  if (descriptor < 0) return false;
  const bool written = write_whole(descriptor, text) && fsync(descriptor) == 0;
  const int why = errno;
  close(descriptor);
  errno = why;
  return written;
}

}  // namespace

std::string trusted_file(const Session& session) {
  const auto url = provider_url(session);
  const fs::path folder = config_folder();
  if (!url || folder.empty()) return {};
  std::string name = url->host + "_" + std::to_string(url->effective_port());
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '.' && c != '-') c = '_';
  }
  return (folder / "deviceflow" / "trusted" / (name + ".pem")).string();
}

Result<void> use_trusted_certificate(Session& session) {
  if (!session.settings.ca_file.empty()) return {};
  const std::string path = trusted_file(session);
  std::error_code none;
  if (path.empty() || !fs::exists(path, none)) return {};
  auto checked = check_certificate_file("trusted certificate", path);
  if (checked.ok()) session.settings.ca_file = path;
  return checked;
}

Result<void> keep_certificate(const std::string& path, std::string_view pem) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed) return not_kept(path, failed.message());
  const std::string beside = path + ".new";
  if (!write_new(beside, pem) || std::rename(beside.c_str(), path.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    unlink(beside.c_str());
    return not_kept(path, why);
  }
  return {};
}

}  // namespace deviceflow::demo
