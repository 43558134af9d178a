#include "trace_file.hpp"

#include <unistd.h>

#include <cerrno>

#include "foundation/json.hpp"
#include "own_file.hpp"
#include "protocol/exchange_secrets.hpp"
#include "settings.hpp"
#include "sink.hpp"
#include "trace.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::string_view kArchive = ".har";

}  // namespace

Result<std::unique_ptr<TraceFile>> TraceFile::open(const std::string& path, TraceSecrets secrets) {
  const int descriptor =
      open_own_file(path, path.ends_with(kArchive) ? OwnFile::replace : OwnFile::append);
  if (descriptor < 0) {
    return usage_error("The trace file " + path + " can't be opened: " + own_file_problem(errno) +
                       ".");
  }
  return std::make_unique<TraceFile>(descriptor, path, secrets);
}

TraceFile::TraceFile(int descriptor, std::string_view path, TraceSecrets secrets)
    : descriptor_(descriptor), secrets_(secrets) {
  if (!path.ends_with(kArchive)) return;
  archive_.emplace();
  write_at(0, archive_->start());
}

TraceFile::~TraceFile() {
  close(descriptor_);
}

void TraceFile::write(std::string_view line) {
  if (!failed_) failed_ = !write_whole(descriptor_, line);
}

// With one call, which a kill can split only between two pages of memory.
void TraceFile::write_at(std::size_t place, std::string_view text) {
  const std::size_t before = size_;
  size_ = place + text.size();
  while (!text.empty()) {
    const ssize_t written =
        pwrite(descriptor_, text.data(), text.size(), static_cast<off_t>(place));
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      place += static_cast<std::size_t>(written);
    } else if (written == 0 || errno != EINTR) {
      break;
    }
  }
  if (text.empty()) return;
  failed_ = true;
  // What was there before is a whole archive.
  const std::string_view end = HarWriter::kEnd.substr(0, before);
  const auto end_at = static_cast<off_t>(before - end.size());
  const bool restored = ftruncate(descriptor_, end_at) == 0 &&
                        pwrite(descriptor_, end.data(), end.size(), end_at) >= 0;
  static_cast<void>(restored);
}

void TraceFile::append(const ExchangeRecord& record, const Redactor& redactor) {
  if (failed_) return;
  const JsonValue line = trace_line(record, redactor, secrets_);
  if (archive_) {
    write_at(size_ - HarWriter::kEnd.size(), archive_->add(line));
  } else {
    write(to_json(line) + "\n");
  }
}

void TraceFile::end_login(const LoginOutcome& outcome, SteadyTime at, std::string_view profile) {
  if (!archive_) write(to_json(to_trace(outcome, at, profile)) + "\n");
}

}  // namespace deviceflow::demo
