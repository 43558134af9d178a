// One HTTP exchange as it happened, for a developer's eyes: a trace file, a Developer tab.
#ifndef DEVICEFLOW_EXCHANGE_RECORD_HPP
#define DEVICEFLOW_EXCHANGE_RECORD_HPP

#include <deviceflow/http.hpp>
#include <deviceflow/json.hpp>
#include <deviceflow/oauth_request.hpp>
#include <deviceflow/text.hpp>
#include <deviceflow/time.hpp>
#include <deviceflow/transport.hpp>
#include <optional>

namespace deviceflow {

/// What went out and what came back, unredacted: keep it in memory only.
struct ExchangeRecord {
  Stage stage = Stage::token;
  SteadyTime sent_at{};
  std::optional<WallTime> sent_at_wall;
  SteadyTime::duration duration{0};
  HttpRequest request;
  std::optional<HttpResponse> response;     ///< Or
  std::optional<TransportFailure> failure;  ///< this.
};

enum class TraceSecrets { redact, keep };

/// The record as a JSON object for a trace.
///
/// With TraceSecrets::redact only headers and members on an allow list keep their values; what is
/// not on it becomes "[redacted]", and so does every live secret known to `redactor` wherever it
/// stands. Metadata are public and stay whole. sdk/docs/trace.md describes the format.
JsonValue to_trace(const ExchangeRecord& record, const Redactor& redactor, TraceSecrets secrets);

}  // namespace deviceflow

#endif
