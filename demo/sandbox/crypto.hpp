// What the server's core has to be given from OpenSSL.
#ifndef DEVICEFLOW_SANDBOX_CRYPTO_HPP
#define DEVICEFLOW_SANDBOX_CRYPTO_HPP

#include <deviceflow/error.hpp>
#include <string>
#include <string_view>

#include "authorization_server.hpp"

namespace deviceflow::sandbox {

/// 32 bytes.
std::string sha256(std::string_view bytes);
/// Signs with a key of its own, made now and gone with the last copy of the signer.
Result<Signer> make_signer();

}  // namespace deviceflow::sandbox

#endif
