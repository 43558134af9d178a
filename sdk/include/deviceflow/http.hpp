// Requests and responses as values, and the port to the network.
#ifndef DEVICEFLOW_HTTP_HPP
#define DEVICEFLOW_HTTP_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
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
  /// How long the whole exchange may take; zero means the network's own limit. Never extends it.
  std::chrono::milliseconds timeout{0};
};

/// Where the time of an exchange went, one part after the other. A part that did not happen is
/// zero, and all are where a network does not know them.
struct PhaseTimes {
  std::chrono::microseconds queue{0};    ///< Looking the name up, or finding a connection kept.
  std::chrono::microseconds connect{0};  ///< TCP; zero on a connection that was kept.
  std::chrono::microseconds tls{0};      ///< The handshake.
  std::chrono::microseconds wait{0};     ///< From then to the first byte of the answer.
  std::chrono::microseconds receive{0};  ///< To its last one.
};

/// An answer as the network read it, within the limits of the network.
struct HttpResponse {
  int status = 0;
  std::vector<Header> headers;
  Secret body;
  /// From the start of the exchange to the last byte of the body.
  std::chrono::microseconds duration{0};
  PhaseTimes phases;
  /// True where this exchange had to open a new TCP connection.
  bool new_connection = false;
  /// What was normalized in it (see Exchange). A network leaves this alone.
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

// application/x-www-form-urlencoded and base64, as OAuth uses them.

/// An ordered list of form parameters. Values are secrets, since some are.
class Form {
 public:
  struct Field {
    std::string name;
    Secret value;
  };

  /// Adds a field. An empty value is left out: RFC 6749 section 3.1 and RFC 8628 section 3.1 treat
  /// a parameter without a value as omitted.
  void add(std::string_view name, std::string_view value);
  bool has(std::string_view name) const noexcept;
  /// The value of the first field called `name`, or an empty view. Owned by this form.
  std::string_view get(std::string_view name) const noexcept;
  const std::vector<Field>& fields() const noexcept { return fields_; }
  std::vector<Field>& fields() noexcept { return fields_; }
  bool empty() const noexcept { return fields_.empty(); }
  /// name=value pairs joined with '&', each side form-urlencoded.
  Secret encode() const;

  /// Reads a form body. Fields keep their order and may repeat; empty values are kept here, since
  /// this is what the other side sent. Empty where an escape is broken or the text is over `limit`
  /// fields.
  static std::optional<Form> parse(std::string_view body, std::size_t limit = 256);

 private:
  std::vector<Field> fields_;
};

// A request of the protocol before it is finished: a description rewrites it, an authenticator adds
// to it.

/// A protocol request as the RFCs have it. It can't be sent: Exchange::prepare() turns it into an
/// HttpRequest, and a network takes nothing else.
struct OAuthRequest {
  Stage stage = Stage::token;
  Method method = Method::post;
  std::string url;
  Form form;  ///< Becomes the body of a POST. Empty for a GET.
  std::vector<Header> headers;
  /// What is known about the login beside the parameters, for a description: `scope` and
  /// `user_code` of a poll. Never sent by itself.
  Form context = {};
  /// Parameters that are not sent, no matter what adds them.
  std::vector<std::string> withheld = {};
  /// See HttpRequest::timeout.
  std::chrono::milliseconds timeout{0};
  /// client_id is sent in the body even if the client authenticates in a header. Some servers want
  /// it there.
  bool names_client = false;
};

// The port to the network: one finished request in, one answer or one failure out.

/// Why no answer came.
struct TransportFailure {
  enum class Kind {
    dns,            ///< The host name could not be resolved.
    refused,        ///< Nothing listens there, or no route leads there.
    timeout,        ///< The time for connecting or for the whole exchange ran out.
    connection,     ///< The connection broke before the answer was complete.
    tls_handshake,  ///< TLS could not be set up, for a reason other than trust.
    tls_untrusted,  ///< The certificate is not trusted, expired, or for another host.
    too_large,      ///< Headers or body went over the network's limit.
    cancelled,      ///< The cancel flag was set.
    local,          ///< This machine's own trouble: a CA file that can't be read, no memory …
  };
  Kind kind = Kind::connection;
  /// True only where it is certain that not one byte of the request left this machine. Only then
  /// may a device authorization request be repeated (it would start a second login otherwise).
  bool nothing_sent = false;
  /// A sentence for a person, without secrets.
  std::string message;
  /// For Error::reason, if `kind` is too coarse: "proxy_unreachable", "proxy_auth",
  /// "proxy_refused", "proxy_failed", "plain_http", "not_http". Empty: the name of `kind`.
  std::string reason = {};
  ErrorDetails details = {};
};

std::string_view name(TransportFailure::Kind kind) noexcept;

using TransportResult = std::variant<HttpResponse, TransportFailure>;

/// Sends requests and waits: the one thing that a driver needs of the network and of time. Belongs
/// to one thread and has no lock; only wake() may come from elsewhere.
///
/// - Must not follow redirects, must not repeat a request by itself, must not keep cookies, and
///   must verify the server's certificate. A response of any status is an HttpResponse. A POST goes
///   out once at the most: if it were repeated behind the caller's back, one login could become
///   two, and a refresh token could be spent twice.
/// - Must bound the size of headers and body, and the time, also against a peer that drips. A
///   request that waits for its turn spends none of its time.
/// - Must hand over at least these headers where they came: Content-Type, Date, Retry-After,
///   WWW-Authenticate, DPoP-Nonce, Cache-Control, Location, Content-Encoding.
/// - Must decode the content codings that it asks for, or ask for none
///   (`Accept-Encoding: identity`). The limit of the body counts decoded bytes. A response that it
///   can't decode is handed over without a body.
class Network {
 public:
  /// What came of a request.
  struct Finished {
    std::uint64_t ticket = 0;
    TransportResult result;
  };

  virtual ~Network() {}
  /// Begins to send `request`, and returns at once. wait() hands over what comes of it under
  /// `ticket`, which no other request has that is on its way.
  virtual void start(std::uint64_t ticket, HttpRequest request) = 0;
  /// Gives a request up: no Finished comes for it. True if it is certain that not one byte of it
  /// left this machine; see TransportFailure::nothing_sent. Does nothing for an unknown ticket.
  virtual bool abort(std::uint64_t ticket) = 0;
  /// Appends to `finished` what has finished. Returns when there is something, at `until` on the
  /// clock that counts sleep (kNever: not by itself), after wake(), or within 200 ms after `cancel`
  /// was set, whatever the network is doing (resolving a name included). If `until` is past, it
  /// does what is due and never waits. A return for no reason is allowed; it must not spin.
  virtual void wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) = 0;
  /// Ends the wait() that is going on, or else the next one. From any thread.
  virtual void wake() noexcept = 0;
};

/// Sends one request and waits for its end. Once `cancel` is set it is given up: Kind::cancelled.
/// The network must have no other request on its way.
TransportResult send(Network& network, HttpRequest request, const Cancel& cancel = Cancel::never());

// One HTTP exchange as it happened, for a developer's eyes: a trace file, a Developer tab.

/// What went out and what came back, unredacted: keep it in memory only.
struct ExchangeRecord {
  Stage stage = Stage::token;
  SteadyTime sent_at{};
  std::optional<WallTime> sent_at_wall;
  SteadyTime::duration duration{0};
  HttpRequest request;
  std::optional<HttpResponse> response;     ///< Or
  std::optional<TransportFailure> failure;  ///< this.
  /// `response` as it was normalized, if that changed something.
  std::optional<HttpResponse> normalized;

  /// The response as it was parsed, or null. Owned by this record.
  const HttpResponse* effective_response() const noexcept {
    return normalized ? &*normalized : response ? &*response : nullptr;
  }
};

enum class TraceSecrets { redact, keep };

/// The record as a JSON object on one line, for a trace.
///
/// With TraceSecrets::redact only headers and members on an allow list keep their values; what is
/// not on it becomes "[redacted]", and so does every live secret known to `redactor` wherever it
/// stands, and every secret that this exchange carries. Metadata are public and stay whole.
/// sdk/docs/trace.md describes the format.
Secret to_trace(const ExchangeRecord& record, const Redactor& redactor, TraceSecrets secrets);

}  // namespace deviceflow

#endif
