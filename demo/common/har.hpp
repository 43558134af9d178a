// The exchanges of a trace as an HTTP archive (HAR 1.2), which browsers' developer tools open.
#ifndef DEVICEFLOW_DEMO_COMMON_HAR_HPP
#define DEVICEFLOW_DEMO_COMMON_HAR_HPP

#include <deviceflow/json.hpp>
#include <vector>

namespace deviceflow::demo {

/// `exchanges` are lines as to_trace() writes them, so what was redacted there stays redacted here.
/// An exchange that failed has status 0 and its reason as a comment. Where the wall time was not
/// known the archive begins in 1970: only differences mean anything then.
JsonValue to_har(const std::vector<JsonValue>& exchanges);

}  // namespace deviceflow::demo

#endif
