// The transport over libcurl.
#ifndef DEVICEFLOW_CURL_TRANSPORT_HPP
#define DEVICEFLOW_CURL_TRANSPORT_HPP

#include <chrono>
#include <deviceflow/transport.hpp>
#include <memory>
#include <string>

namespace [[gnu::visibility("default")]] deviceflow {

struct CurlTransportOptions {
  /// PEM file with the only certificate authorities to trust. Empty: the system's store.
  std::string ca_file;
  /// PEM file with the certificate (and those between it and its authority) that this client shows
  /// in every handshake that asks for one (RFC 8705). Empty: none.
  std::string client_cert_file;
  /// PEM file with its private key, not encrypted. Empty: it stands in client_cert_file too.
  std::string client_key_file;
  /// The proxy for every host but this machine itself and those in `no_proxy`: http://HOST:PORT,
  /// also https, socks5 or socks5h. Empty: the one that the environment names (https_proxy …).
  std::string proxy;
  /// For resolving, connecting and the TLS handshake.
  std::chrono::milliseconds connect_timeout{10000};
  /// For the whole exchange.
  std::chrono::milliseconds total_timeout{30000};
  std::string user_agent = "deviceflow/0.1";
};

/// Sends requests over one libcurl handle, so that a whole login uses one connection.
///
/// Certificates are always verified and TLS is 1.2 or newer. A proxy is never used for
/// this machine itself. A client certificate or key that can't be read, is encrypted, or
/// doesn't belong to the other, fails with Kind::local, before anything is sent. See Transport for
/// the contract. One thread at a time.
class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(CurlTransportOptions options = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  TransportResult send(const HttpRequest& request, const Cancel& cancel) override;

 private:
  class Handles;
  CurlTransportOptions options_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace deviceflow

#endif
