// --trace FILE: what the tool and the window write of every HTTP exchange.
#ifndef DEVICEFLOW_DEMO_COMMON_TRACE_FILE_HPP
#define DEVICEFLOW_DEMO_COMMON_TRACE_FILE_HPP

#include <deviceflow/device_login.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "har.hpp"

namespace deviceflow::demo {

/// A file that only its owner can read. Lines are appended. An HTTP archive (a path that ends in
/// ".har") takes the place of what stood there, and is a whole document after every exchange.
class TraceFile {
 public:
  /// Fails with a usage error if the file can't be opened.
  static Result<std::unique_ptr<TraceFile>> open(const std::string& path, TraceSecrets secrets);
  /// Writes into a file that is open, and closes it.
  TraceFile(int descriptor, std::string_view path, TraceSecrets secrets);
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  void append(const ExchangeRecord& record, const Redactor& redactor);
  /// How a login ended, at `at`, with a provider of that profile. An archive has no place for it.
  void end_login(const LoginOutcome& outcome, SteadyTime at, std::string_view profile);
  /// True once something could not be written, for instance because the disk is full. From then on
  /// nothing more is written.
  bool failed() const noexcept { return failed_; }

 private:
  void write(std::string_view line);
  void write_at(std::size_t place, std::string_view text);

  int descriptor_;
  TraceSecrets secrets_;
  std::optional<HarWriter> archive_;
  std::size_t size_ = 0;  // of the archive
  bool failed_ = false;
};

}  // namespace deviceflow::demo

#endif
