#include "adapters/file_calls.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

namespace deviceflow {

namespace {

template <typename Call>
auto again(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

struct Words {
  const char* reason;
  const char* sentence;
};

Words words_of(int code) {
  switch (code) {
    case ENOSPC: return {"disk_full", "the disk is full. Make room and try again."};
    case EDQUOT: return {"disk_full", "the disk quota is used up. Make room and try again."};
    case EROFS: return {"read_only", "the file system is read-only."};
    case EACCES:
    case EPERM: return {"no_permission", "this user has no permission to do so."};
    case EIO: return {"device", "the storage device reported an error."};
    case EMFILE:
    case ENFILE: return {"too_many_files", "too many files are open."};
    case ENOENT: return {"missing", "a folder is missing."};
    case ENOTDIR: return {"no_directory", "a part of the path is no folder."};
    case ENOLCK: return {"no_locks", "the file system has no locks."};
    default: return {nullptr, nullptr};
  }
}

}  // namespace

int FileCalls::make_directory(const char* path, mode_t mode) {
  return ::mkdir(path, mode);
}
int FileCalls::open_at(int directory, const char* name, int flags, mode_t mode) {
  return again([&] { return ::openat(directory, name, flags, mode); });
}
int FileCalls::status(int file, struct stat* out) {
  return ::fstat(file, out);
}
int FileCalls::list(int directory, std::vector<std::string>& names) {
  const int own =
      again([&] { return ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (own < 0) return -1;
  DIR* const stream = ::fdopendir(own);
  if (stream == nullptr) {
    ::close(own);
    return -1;
  }
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    names.emplace_back(entry->d_name);
    errno = 0;
  }
  const int problem = errno;
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  errno = problem;
  return problem == 0 ? 0 : -1;
}
ssize_t FileCalls::read(int file, void* data, std::size_t size) {
  return again([&] { return ::read(file, data, size); });
}
ssize_t FileCalls::write(int file, const void* data, std::size_t size) {
  return again([&] { return ::write(file, data, size); });
}
int FileCalls::sync(int file) {
  return again([&] { return ::fsync(file); });
}
int FileCalls::rename_at(int directory, const char* from, const char* to) {
  return ::renameat(directory, from, directory, to);
}
int FileCalls::unlink_at(int directory, const char* name) {
  return ::unlinkat(directory, name, 0);
}
int FileCalls::lock(int file, int operation) {
  return again([&] { return ::flock(file, operation); });
}
int FileCalls::close(int file) {
  // Not made again: on Linux the descriptor is gone whatever close() says.
  return ::close(file);
}

Error file_error(std::string_view what, int code) {
  const Words words = words_of(code);
  std::string message = "Could not " + std::string(what) + ": ";
  if (words.sentence != nullptr) {
    message += words.sentence;
  } else {
    message += std::generic_category().message(code) + ".";
  }
  Error error = make_error(Blame::storage, ErrorCode::store_io, Stage::store, std::move(message));
  error.reason = words.reason != nullptr ? words.reason : "errno_" + std::to_string(code);
  return error;
}

}  // namespace deviceflow
