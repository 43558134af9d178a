// One accepted connection of the fault server, plain or TLS, on a socket that does not block.
#ifndef DEVICEFLOW_TEST_FAULT_CONNECTION_HPP
#define DEVICEFLOW_TEST_FAULT_CONNECTION_HPP

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "fault_server.hpp"
#include "sockets.hpp"

namespace deviceflow::test {

struct FreeSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeSsl>;

TlsContext make_tls_context(const TlsSettings& settings);

/// Used by one thread. Every wait ends when `stop` is raised.
class FaultConnection {
 public:
  FaultConnection(Descriptor socket, SSL_CTX* context, int stop);

  /// False where the other side gave up, or the server stops. Without TLS: true.
  bool handshake();
  /// At most `size` bytes; 0 at the end of the connection, however it ended.
  std::size_t read(char* to, std::size_t size);
  /// False where not everything could be written. Counts what was into `written`.
  bool write(std::string_view bytes, std::size_t& written);
  /// Waits without reading; false where the server stops.
  bool pause(std::chrono::milliseconds duration) const;
  /// Waits for the other side to close, or for the server to stop.
  void wait_for_end();
  void close();
  void reset();

 private:
  /// What to wait for after an OpenSSL call that returned `result`; 0 where the connection ended.
  short wanted(int result) const;
  bool wait(short events) const;

  Descriptor socket_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  int stop_;
};

}  // namespace deviceflow::test

#endif
