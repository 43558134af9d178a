// A throw-away certificate authority and a server certificate signed by it, made in memory.
#ifndef DEVICEFLOW_SANDBOX_CERTIFICATE_HPP
#define DEVICEFLOW_SANDBOX_CERTIFICATE_HPP

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <deviceflow/error.hpp>
#include <memory>
#include <string>

namespace deviceflow::sandbox {

struct FreeOpenSsl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeOpenSsl>;
using Certificate = std::unique_ptr<X509, FreeOpenSsl>;

struct ServerIdentity {
  std::string ca_pem;  ///< What a client has to trust. Its key is gone once this is made.
  Certificate certificate;
  Key key;
};

/// For localhost, 127.0.0.1, ::1 and `extra_address` (an IP address, or empty); valid for a week.
Result<ServerIdentity> make_server_identity(const std::string& extra_address);

}  // namespace deviceflow::sandbox

#endif
