// The platform's files and locks, as the file store uses them. A test can let any call fail, or die
// in it.
#ifndef DEVICEFLOW_SRC_FILE_CALLS_HPP
#define DEVICEFLOW_SRC_FILE_CALLS_HPP

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <deviceflow/error.hpp>
#include <deviceflow/store.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow {

/// The calls mean what the system's mean, errno included; a call that a signal interrupted is made
/// again.
class FileCalls {
 public:
  virtual ~FileCalls() {}
  virtual int make_directory(const char* path, mode_t mode);
  virtual int open_at(int directory, const char* name, int flags, mode_t mode);
  virtual int status(int file, struct stat* out);
  /// The names in a directory, sorted; fails like readdir().
  virtual int list(int directory, std::vector<std::string>& names);
  virtual ssize_t read(int file, void* data, std::size_t size);
  virtual ssize_t write(int file, const void* data, std::size_t size);
  virtual int sync(int file);
  virtual int rename_at(int directory, const char* from, const char* to);
  virtual int unlink_at(int directory, const char* name);
  virtual int lock(int file, int operation);
  virtual int close(int file);
};

/// A file descriptor that is closed through the same calls.
class OpenFile {
 public:
  OpenFile() = default;
  OpenFile(FileCalls& calls, int file) : calls_(&calls), file_(file) {}
  OpenFile(OpenFile&& other) noexcept : calls_(other.calls_), file_(other.release()) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    if (this != &other) {
      close();
      calls_ = other.calls_;
      file_ = other.release();
    }
    return *this;
  }
  ~OpenFile() { close(); }

  int get() const noexcept { return file_; }
  bool ok() const noexcept { return file_ >= 0; }
  /// Closes now; the result is close()'s.
  int close() { return file_ >= 0 ? calls_->close(release()) : 0; }

 private:
  int release() noexcept {
    const int file = file_;
    file_ = -1;
    return file;
  }

  FileCalls* calls_ = nullptr;
  int file_ = -1;
};

/// The store that FileStore is, over these calls. `calls` must outlive it.
std::unique_ptr<TokenStore> make_file_store(FileStoreOptions options, FileCalls& calls);

/// What errno `code` means for a caller that wanted to `what` ("save the login").
Error file_error(std::string_view what, int code);

}  // namespace deviceflow

#endif
