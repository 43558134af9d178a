// OpenSSL as this SDK uses it: apart from the program's own settings.
#ifndef DEVICEFLOW_SRC_CRYPTO_LIBRARY_HPP
#define DEVICEFLOW_SRC_CRYPTO_LIBRARY_HPP

#include <openssl/types.h>

#include <deviceflow/error.hpp>

namespace deviceflow {

/// A library context with OpenSSL's default provider and nothing else: no file that OPENSSL_CONF
/// names, and no provider or property that the program chose, changes what is verified or how a
/// stored login is encrypted. Null if OpenSSL can't make one. Lives until the process ends.
OSSL_LIB_CTX* crypto_library();

/// crypto_failed: OpenSSL could not do `what`. Says nothing about the data.
Error crypto_failure(Stage stage, const char* what);

}  // namespace deviceflow

#endif
