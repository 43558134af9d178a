#include "trace_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "har.hpp"
#include "settings.hpp"
#include "sink.hpp"
#include "trace.hpp"

namespace deviceflow::demo {

Result<std::unique_ptr<TraceFile>> TraceFile::open(const std::string& path, TraceSecrets secrets) {
  const bool archive = path.ends_with(".har");
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | (archive ? 0 : O_APPEND);
  const int descriptor = ::open(path.c_str(), flags, 0600);
  if (descriptor < 0) {
    return usage_error("The trace file " + path + " can't be opened: " + std::strerror(errno) +
                       ".");
  }
  return std::unique_ptr<TraceFile>(new TraceFile(descriptor, secrets, archive));
}

TraceFile::~TraceFile() {
  finish();
  close(descriptor_);
}

void TraceFile::write(std::string_view text) {
  failed_ = !write_whole(descriptor_, text) || failed_;
}

void TraceFile::append(const ExchangeRecord& record, const Redactor& redactor) {
  JsonValue line = to_trace(record, redactor, secrets_);
  if (archive_) {
    kept_.push_back(std::move(line));
  } else {
    write(to_json(line) + "\n");
  }
}

void TraceFile::end_login(const LoginOutcome& outcome, SteadyTime at, std::string_view profile) {
  if (!archive_) write(to_json(to_trace(outcome, at, profile)) + "\n");
}

void TraceFile::finish() {
  if (!std::exchange(archive_, false)) return;
  const std::string archive = to_json(to_har(kept_)) + "\n";
  if (ftruncate(descriptor_, 0) != 0 && errno != EINVAL) failed_ = true;  // EINVAL: a pipe
  write(archive);
}

}  // namespace deviceflow::demo
