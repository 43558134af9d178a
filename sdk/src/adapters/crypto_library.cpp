#include "adapters/crypto_library.hpp"

#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <string>

namespace deviceflow {

namespace {

OSSL_LIB_CTX* make() {
  OSSL_LIB_CTX* library = OSSL_LIB_CTX_new();
  if (library == nullptr) return nullptr;
  if (OSSL_PROVIDER_load(library, "default") != nullptr) return library;
  OSSL_LIB_CTX_free(library);
  return nullptr;
}

}  // namespace

OSSL_LIB_CTX* crypto_library() {
  // Never freed: other threads may use it while the process ends.
  static OSSL_LIB_CTX* const library = make();
  return library;
}

Error crypto_failure(Stage stage, const char* what) {
  return make_error(Blame::caller, ErrorCode::crypto_failed, stage,
                    std::string("The cryptographic library (OpenSSL) failed: it could not ") +
                        what + ". Nothing was found to be wrong.");
}

}  // namespace deviceflow
