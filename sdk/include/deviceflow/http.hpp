// HTTP requests and answers as values.
#ifndef DEVICEFLOW_HTTP_HPP
#define DEVICEFLOW_HTTP_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/quirk.hpp>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

enum class Method { get, post };
std::string_view name(Method method) noexcept;

/// One header field. The value is a secret, since an Authorization header is one.
struct Header {
  std::string name;
  Secret value;
};

/// The value of the first header called `name` (without regard to case), or empty.
std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name) noexcept;
/// Replaces every header called `name` by one with `value`.
void set_header(std::vector<Header>& headers, std::string_view name, std::string_view value);

/// A finished request: exactly what goes over the wire. Made by Exchange::prepare().
struct HttpRequest {
  Method method = Method::get;
  std::string url;
  std::vector<Header> headers;
  Secret body;
  /// How long the whole exchange may take; zero means the transport's own limit. Never extends it.
  std::chrono::milliseconds timeout{0};
};

/// Where the time of an exchange went, one part after the other. A part that did not happen is
/// zero, and all are where a transport does not know them.
struct PhaseTimes {
  std::chrono::microseconds queue{0};    ///< Looking the name up, or finding a connection kept.
  std::chrono::microseconds connect{0};  ///< TCP; zero on a connection that was kept.
  std::chrono::microseconds tls{0};      ///< The handshake.
  std::chrono::microseconds wait{0};     ///< From then to the first byte of the answer.
  std::chrono::microseconds receive{0};  ///< To its last one.
};

/// An answer as the transport read it, within the limits of the transport.
struct HttpResponse {
  int status = 0;
  std::vector<Header> headers;
  Secret body;
  /// From the start of the exchange to the last byte of the body.
  std::chrono::microseconds duration{0};
  PhaseTimes phases;
  /// True where this exchange had to open a new TCP connection.
  bool new_connection = false;
  /// What was normalized in it (see Exchange). A transport leaves this alone.
  Quirks quirks;
};

/// The media type of a Content-Type header, lower case, without parameters; empty where absent.
std::string media_type(const HttpResponse& response);

/// Retry-After of `response` as a wait from the arrival of the answer (RFC 9110 section 10.2.3).
///
/// Seconds are taken as they are. A date (any of the three formats) is measured from the same
/// answer's Date header; without one it is ignored. Empty for absent, past or unreadable values.
/// At most ten years.
std::optional<std::chrono::seconds> retry_after(const HttpResponse& response);

/// How long `response` may be used again by its Cache-Control (RFC 9111 section 5.2.2), from its
/// arrival: `max-age`, at most ten years; zero for no-store and no-cache, and for a max-age that is
/// no number. Empty where none of these stands there.
std::optional<std::chrono::seconds> max_age(const HttpResponse& response);

/// Seconds since the Unix epoch of an HTTP date (IMF-fixdate, RFC 850 or asctime), or empty.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace deviceflow

#endif
