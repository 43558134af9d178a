// Throw-away certificates for TLS tests, made once a process and removed at its end.
#ifndef DEVICEFLOW_TEST_TEST_CERTIFICATES_HPP
#define DEVICEFLOW_TEST_TEST_CERTIFICATES_HPP

#include <string>
#include <string_view>

#include "fault_server.hpp"

namespace deviceflow::test {

/// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  /// Writes a file and returns its path.
  std::string write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

/// Files in PEM. The servers' certificates are for 127.0.0.1 and localhost where nothing else is
/// said, and `ca` signed them.
struct TestCertificates {
  std::string ca;
  std::string other_ca;  ///< Signed none of them.
  TlsSettings good;
  TlsSettings expired;
  TlsSettings not_yet_valid;
  TlsSettings wrong_host;
  TlsSettings self_signed;
  /// A folder as OpenSSL looks authorities up in: holds `ca` and nothing else.
  std::string trust_folder;

  static const TestCertificates& get();
};

}  // namespace deviceflow::test

#endif
