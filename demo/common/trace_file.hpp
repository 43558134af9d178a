// --trace FILE: one JSON object for every HTTP exchange.
#ifndef DEVICEFLOW_DEMO_COMMON_TRACE_FILE_HPP
#define DEVICEFLOW_DEMO_COMMON_TRACE_FILE_HPP

#include <deviceflow/exchange_record.hpp>
#include <deviceflow/result.hpp>
#include <memory>
#include <string>

namespace deviceflow::demo {

/// Appends to a file that only its owner can read.
class TraceFile {
 public:
  /// Fails with a usage error where the file can't be opened.
  static Result<std::unique_ptr<TraceFile>> open(const std::string& path, TraceSecrets secrets);
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  void append(const ExchangeRecord& record, const Redactor& redactor);
  /// True once a line could not be written, for instance because the disk is full.
  bool failed() const noexcept { return failed_; }

 private:
  TraceFile(int descriptor, TraceSecrets secrets) : descriptor_(descriptor), secrets_(secrets) {}

  int descriptor_;
  TraceSecrets secrets_;
  bool failed_ = false;
};

}  // namespace deviceflow::demo

#endif
