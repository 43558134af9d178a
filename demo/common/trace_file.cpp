#include "trace_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "settings.hpp"
#include "sink.hpp"

namespace deviceflow::demo {

Result<std::unique_ptr<TraceFile>> TraceFile::open(const std::string& path, TraceSecrets secrets) {
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  if (descriptor < 0) {
    return usage_error("The trace file " + path + " can't be opened: " + std::strerror(errno) +
                       ".");
  }
  return std::unique_ptr<TraceFile>(new TraceFile(descriptor, secrets));
}

TraceFile::~TraceFile() {
  close(descriptor_);
}

void TraceFile::append(const ExchangeRecord& record, const Redactor& redactor) {
  const std::string line = to_json(to_trace(record, redactor, secrets_)) + "\n";
  failed_ = !write_whole(descriptor_, line) || failed_;
}

}  // namespace deviceflow::demo
