// The exchanges of a trace as an HTTP archive (HAR 1.2), which browsers' developer tools open.
#ifndef DEVICEFLOW_DEMO_COMMON_HAR_HPP
#define DEVICEFLOW_DEMO_COMMON_HAR_HPP

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/json.hpp"

namespace deviceflow::demo {

/// An archive that grows at its end. After start(), each add() replaces the last kEnd of the text.
class HarWriter {
 public:
  static constexpr std::string_view kEnd = "\n]}}\n";

  /// An archive without exchanges.
  std::string start() const;
  /// `exchange` is a line as to_trace() writes it, so what was redacted there stays redacted here.
  /// An exchange that failed has status 0 and its reason as a comment. If the wall time is not
  /// known, the archive begins in 1970: only differences mean anything then.
  std::string add(const JsonValue& exchange);

 private:
  bool empty_ = true;
  // Of the first exchange.
  std::int64_t steady_ms_ = 0;
  std::int64_t wall_s_ = 0;
};

}  // namespace deviceflow::demo

#endif
