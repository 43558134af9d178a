#include "own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace deviceflow::demo {

namespace {

constexpr mode_t kMode = 0600;

int flags_of(OwnFile how) {
  switch (how) {
    case OwnFile::append: return O_APPEND;
    case OwnFile::replace: return 0;  // truncated once it is known whose file it is
    case OwnFile::create: return O_EXCL;
  }
  return 0;
}

// 0 or an errno.
int make_own(int descriptor, OwnFile how) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EINVAL;
  if (status.st_uid != geteuid()) return EPERM;
  if ((status.st_mode & 07777) != kMode && fchmod(descriptor, kMode) != 0) return errno;
  if (how == OwnFile::replace && ftruncate(descriptor, 0) != 0) return errno;
  return 0;
}

}  // namespace

int open_own_file(const std::string& path, OwnFile how) {
  // Non-blocking, since a FIFO in the file's place would keep open() waiting.
  const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags_of(how);
  const int descriptor = open(path.c_str(), flags, kMode);
  if (descriptor < 0) {
    if (errno == ENXIO) errno = EINVAL;  // a FIFO that nobody reads
    return -1;
  }
  const int problem = make_own(descriptor, how);
  if (problem == 0) return descriptor;
  close(descriptor);
  errno = problem;
  return -1;
}

std::string own_file_problem(int error) {
  switch (error) {
    case ELOOP: return "it is a symbolic link";
    case EINVAL: return "it is not a regular file";
    case EPERM: return "it belongs to another user";
    default: return std::strerror(error);
  }
}

}  // namespace deviceflow::demo
