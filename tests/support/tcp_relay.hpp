// A relay in front of a server on 127.0.0.1: it counts the connections that a client opens, and it
// can take the network away and bring it back.
#ifndef DEVICEFLOW_TEST_TCP_RELAY_HPP
#define DEVICEFLOW_TEST_TCP_RELAY_HPP

#include <memory>

namespace deviceflow::test {

/// Runs from construction to destruction. All functions may be called from any thread.
class TcpRelay {
 public:
  explicit TcpRelay(int target_port);
  ~TcpRelay();
  TcpRelay(const TcpRelay&) = delete;
  TcpRelay& operator=(const TcpRelay&) = delete;

  int port() const;
  int connections() const;
  /// Connections whose first byte began a TLS handshake.
  int tls_connections() const;
  /// Closes every connection and refuses new ones. Has happened once this returns.
  void take_away();
  void bring_back();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deviceflow::test

#endif
