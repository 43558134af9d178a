// Whether the way to the provider can be trusted: its certificate, and the two clocks.
#ifndef DEVICEFLOW_DEMO_COMMON_DOCTOR_CONNECTION_HPP
#define DEVICEFLOW_DEMO_COMMON_DOCTOR_CONNECTION_HPP

#include <deviceflow/http.hpp>

#include "certificate.hpp"
#include "doctor_finding.hpp"

namespace deviceflow::demo {

/// What `host` showed, checked at `now` (empty: this device does not know the time). `ca_file` is
/// the one that was trusted alone, or empty.
Findings assess_certificate(const std::string& host, const CertificateReport& report,
                            const std::string& ca_file, std::optional<WallTime> now);
/// For a host that is spoken to in plain http.
Finding assess_plain_http(const std::string& host);

/// A day as "2026-03-31", in UTC.
std::string date_text(WallTime time);

/// Seconds by which the server's clock is ahead of this one, from an answer's Date header; empty
/// where there is none. `sent` is when the request left.
std::optional<std::chrono::seconds> clock_skew(const HttpResponse& response,
                                               std::optional<WallTime> sent);

/// What a request or a token of this client says the time in.
struct TimedParts {
  bool assertion = false;  ///< private_key_jwt.
  bool dpop = false;
  bool id_token = false;
};
Finding assess_clock(std::optional<std::chrono::seconds> skew, const TimedParts& parts);

}  // namespace deviceflow::demo

#endif
