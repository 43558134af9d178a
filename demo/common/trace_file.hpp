// --trace FILE: what the tool and the window write of every HTTP exchange.
#ifndef DEVICEFLOW_DEMO_COMMON_TRACE_FILE_HPP
#define DEVICEFLOW_DEMO_COMMON_TRACE_FILE_HPP

#include <deviceflow/device_login.hpp>
#include <deviceflow/exchange_record.hpp>
#include <deviceflow/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow::demo {

/// A file that only its owner can read. Lines are appended as they come; an HTTP archive (a path
/// that ends in ".har") is one document, so it is kept back until finish() and takes the place of
/// what stood there.
class TraceFile {
 public:
  /// Fails with a usage error where the file can't be opened.
  static Result<std::unique_ptr<TraceFile>> open(const std::string& path, TraceSecrets secrets);
  /// Finishes.
  ~TraceFile();
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  void append(const ExchangeRecord& record, const Redactor& redactor);
  /// How a login ended, at `at`, with a provider of that profile. An archive has no place for it.
  void end_login(const LoginOutcome& outcome, SteadyTime at, std::string_view profile);
  /// Nothing more will come. Only the first call does anything.
  void finish();
  /// True once something could not be written, for instance because the disk is full.
  bool failed() const noexcept { return failed_; }

 private:
  TraceFile(int descriptor, TraceSecrets secrets, bool archive)
      : descriptor_(descriptor), secrets_(secrets), archive_(archive) {}
  void write(std::string_view text);

  int descriptor_;
  TraceSecrets secrets_;
  bool archive_;
  std::vector<JsonValue> kept_;  // an archive's exchanges
  bool failed_ = false;
};

}  // namespace deviceflow::demo

#endif
