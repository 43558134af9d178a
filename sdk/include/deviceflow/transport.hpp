// The port to the network: one finished request in, one answer or one failure out.
#ifndef DEVICEFLOW_TRANSPORT_HPP
#define DEVICEFLOW_TRANSPORT_HPP

#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <string>
#include <variant>

namespace [[gnu::visibility("default")]] deviceflow {

/// Why no answer came.
struct TransportFailure {
  enum class Kind {
    dns,            ///< The host name could not be resolved.
    refused,        ///< Nothing listens there, or no route leads there.
    timeout,        ///< The time for connecting or for the whole exchange ran out.
    connection,     ///< The connection broke before the answer was complete.
    tls_handshake,  ///< TLS could not be set up, for a reason other than trust.
    tls_untrusted,  ///< The certificate is not trusted, expired, or for another host.
    too_large,      ///< Headers or body went over the transport's limit.
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

/// Sends requests. One request at a time per transport; send() may be called from any one thread.
class Transport {
 public:
  virtual ~Transport() {}

  /// Sends `request` and reads the whole answer. A POST goes out once at the most.
  ///
  /// - Must not follow redirects, must not repeat a request by itself, must not keep cookies, and
  ///   must verify the server's certificate. An answer of any status is an HttpResponse.
  /// - Must return within 200 ms after `cancel` is set, whatever it is doing (resolving a name
  ///   included), with Kind::cancelled.
  /// - Must bound the size of headers and body, and the time, also against a peer that drips.
  /// - Must hand over at least these headers where they came: Content-Type, Date, Retry-After,
  ///   WWW-Authenticate, DPoP-Nonce, Cache-Control, Location, Content-Encoding.
  /// - Must decode the content codings that it asks for, or ask for none
  ///   (`Accept-Encoding: identity`). The limit of the body counts decoded bytes. A response that
  ///   it can't decode is handed over without a body.
  /// If a POST were repeated behind the caller's back, one login could become two, and a refresh
  /// token could be spent twice.
  virtual TransportResult send(const HttpRequest& request, const Cancel& cancel) = 0;
};

}  // namespace deviceflow

#endif
