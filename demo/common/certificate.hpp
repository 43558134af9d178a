// Inspects a server's certificate chain, to explain why it is not trusted.
#ifndef DEVICEFLOW_DEMO_COMMON_CERTIFICATE_HPP
#define DEVICEFLOW_DEMO_COMMON_CERTIFICATE_HPP

#include <chrono>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow::demo {

/// One X.509 certificate (RFC 5280), as far as a person can check it. Its texts are whatever the
/// server sent: clean_text() before a screen shows them.
struct Certificate {
  std::string subject;             ///< Whose it is: "CN=login.example.com,O=Example".
  std::string issuer;              ///< Who signed it. Equal to `subject` where it signed itself.
  std::vector<std::string> names;  ///< The hosts and addresses that it is for.
  std::optional<WallTime> not_before;
  std::optional<WallTime> not_after;
  std::string sha256;  ///< Its fingerprint: "AB:CD:…", as browsers show it.
  std::string pem;     ///< The certificate itself; what a CA file would hold.
};

/// One reason not to trust a chain.
struct CertificateProblem {
  enum class Kind {
    wrong_name,        ///< It is for other hosts.
    untrusted_issuer,  ///< The chain leads to nobody who is trusted here.
    expired,
    not_yet_valid,  ///< Or this machine's clock is behind.
    other,          ///< `detail` says what.
  };
  Kind kind = Kind::other;
  std::string subject;  ///< Of the certificate that has the problem.
  std::string detail;   ///< What the TLS library calls it.
};
std::string_view name(CertificateProblem::Kind kind) noexcept;

/// What a server showed.
struct CertificateReport {
  /// True if a request would have been sent.
  bool trusted = false;
  std::string tls_version;         ///< "TLSv1.3".
  std::vector<Certificate> chain;  ///< As it was sent; the server's own first.
  /// Why it is not trusted, by this machine's clock; empty if it is.
  std::vector<CertificateProblem> problems;
};

struct CertificateOptions {
  /// PEM file with the only authorities to trust. Empty: the system's store.
  std::string ca_file;
  /// See CurlOptions::proxy.
  std::string proxy;
  /// Of each connection.
  std::chrono::milliseconds timeout{10000};
};

/// Connects to `host` (a name or a literal address, without brackets) by the rules of
/// CurlNetwork, inspects the chain, and hangs up: no byte of HTTP is sent, and no client
/// certificate is shown. If the chain is not trusted, it connects a second time without
/// verification, only to see why.
///
/// Blocks; returns within 200 ms after `cancel` is set. Fails with invalid_argument for a port
/// outside 1 to 65535 or a host that is none, and as a request of CurlNetwork fails there:
/// network, timeout, cancelled, or tls if there is no handshake for another reason than trust.
Result<CertificateReport> inspect_certificate(const std::string& host, int port,
                                              const CertificateOptions& options,
                                              const Cancel& cancel);

}  // namespace deviceflow::demo

#endif
