// A trace as it is read back: one login after the other. sdk/docs/trace.md describes the lines.
#ifndef DEVICEFLOW_DEMO_COMMON_TRACE_HPP
#define DEVICEFLOW_DEMO_COMMON_TRACE_HPP

#include <deviceflow/device_login.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/json.hpp"

namespace deviceflow::demo {

/// The code of a login that brought tokens.
inline constexpr std::string_view kTokensCode = "tokens";

/// The last line of a login.
struct TracedOutcome {
  SteadyTime at{};
  std::string code;     ///< kTokensCode, or Error::label().
  std::string stage;    ///< Of the error; empty with tokens.
  std::string profile;  ///< Provider::name.
  std::vector<std::string> quirks;
};

struct TracedLogin {
  std::vector<ExchangeRecord> exchanges;
  std::optional<TracedOutcome> outcome;  ///< Empty where the trace ends before.
};

struct Trace {
  std::vector<TracedLogin> logins;
  bool cut_off = false;  ///< The last line breaks off; it was left out.
};

/// A login's outcome as the line of a trace. `at` is when it ended.
JsonValue to_trace(const LoginOutcome& outcome, SteadyTime at, std::string_view profile);

/// Reads a trace, redacted or not. Where something was redacted, "[redacted]" stands in its place.
/// Fails with a usage error that names the line and what is wrong with it.
Result<Trace> read_trace(std::string_view text);

}  // namespace deviceflow::demo

#endif
