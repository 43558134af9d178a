// An HTTP/1.1 server on 127.0.0.1 or ::1 that misbehaves as it is told, on real sockets, with or
// without TLS. It writes down everything that reaches it.
#ifndef DEVICEFLOW_TEST_FAULT_SERVER_HPP
#define DEVICEFLOW_TEST_FAULT_SERVER_HPP

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sockets.hpp"

namespace deviceflow::test {

/// One complete request, body included, as it arrived.
struct ReceivedRequest {
  std::string method;
  std::string target;
  std::string head;  ///< Request line and headers with their line ends.
  std::string body;
  int number = 0;         ///< From 1, over all connections.
  int connection = 0;     ///< From 1.
  int on_connection = 0;  ///< From 1: above 1 the connection was reused.
  std::chrono::steady_clock::time_point arrived;

  /// The value of the first header called `name` (without regard to case), or empty.
  std::string header(std::string_view name) const;
  /// How many headers are called `name`.
  int count(std::string_view name) const;
};

/// What the server does once a request is complete: sends bytes (or none), then something else.
struct Action {
  enum class Then {
    keep_open,  ///< Waits for the next request.
    close,
    reset,  ///< The other side sees a reset instead of an orderly end.
    stall,  ///< Neither sends nor closes.
  };
  std::string bytes;
  /// Sent `times` times after `bytes`.
  std::string repeated;
  std::size_t times = 0;
  /// Sends byte for byte with such a pause after each; zero: all at once.
  std::chrono::milliseconds pace{0};
  Then then = Then::keep_open;
};

using HeaderLines = std::vector<std::pair<std::string, std::string>>;

/// A complete answer with Content-Length; the connection stays open. The type is JSON unless
/// `headers` name another.
Action answer(int status, std::string_view body, const HeaderLines& headers = {});
/// The same action, then another end.
Action then(Action action, Action::Then end);
/// Whatever bytes, then `end`.
Action raw(std::string bytes, Action::Then end);
/// The first half of a complete answer, then `end`.
Action half_answer(int status, std::string_view body, Action::Then end);
/// Reads the request and closes without a word.
Action hang_up();
Action reset();
Action silence();
/// The same bytes, one every `pace`.
Action drip(Action action, std::chrono::milliseconds pace);
/// 200 with a body of so many MiB that is JSON but for its size.
Action large_body(std::size_t mebibytes, bool chunked);
/// 200 with `count` headers of 1 KiB.
Action header_flood(std::size_t count);

struct TlsSettings {
  enum class Version { any, only_1_1, only_1_2, only_1_3 };
  std::string certificate_file;
  std::string key_file;
  Version version = Version::any;
  /// Who must have signed the client's certificate. Empty: none is asked for.
  std::string client_ca_file = {};
};

struct FaultServerOptions {
  enum class Mode {
    serve,
    mute,          ///< Accepts, reads nothing and says nothing: no TLS handshake ends either.
    never_accept,  ///< Its queue is full, so nobody gets a connection.
  };
  Mode mode = Mode::serve;
  std::optional<TlsSettings> tls;
  Family family = Family::ipv4;
};

/// Runs from construction to destruction. All functions may be called from any thread.
class FaultServer {
 public:
  /// Called for each request, one call at a time, on the server's threads.
  using Script = std::function<Action(const ReceivedRequest&)>;

  explicit FaultServer(Script script, FaultServerOptions options = {});
  /// The nth request gets the nth action, and all later ones the last.
  explicit FaultServer(std::vector<Action> actions, FaultServerOptions options = {});
  ~FaultServer();
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;

  int port() const;
  /// scheme://127.0.0.1:port (or [::1]) without a slash at the end.
  std::string origin() const;
  std::string url(std::string_view path) const { return origin() + std::string(path); }

  std::vector<ReceivedRequest> requests() const;
  /// How many requests named `target`.
  int requests_to(std::string_view target) const;
  int connections() const;
  /// TLS handshakes that were completed.
  int handshakes() const;
  /// Bytes of requests, whole or not; with TLS after decryption.
  std::size_t bytes_received() const;
  std::size_t bytes_sent() const;

  /// Wait until that many have been seen. False after ten seconds without.
  bool wait_for_requests(int count) const;
  bool wait_for_connections(int count) const;
  /// Connections that the server has closed or found closed.
  bool wait_for_closed(int count) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// A port that refuses every connection, and that nobody else can take.
class ClosedPort {
 public:
  ClosedPort();
  ~ClosedPort();
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  int port() const { return port_; }
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  struct Held;
  std::unique_ptr<Held> held_;
  int port_;
};

}  // namespace deviceflow::test

#endif
