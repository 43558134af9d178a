// PKCE (RFC 7636) on the device grant: only who asked for the codes can poll for the tokens.
#ifndef DEVICEFLOW_PKCE_HPP
#define DEVICEFLOW_PKCE_HPP

#include <deviceflow/auth.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/secret.hpp>
#include <string>

namespace deviceflow {

/// One login's pair. The challenge goes into the device authorization request
/// (DeviceAuthorizationParameters::code_challenge), the verifier into every poll and nowhere else
/// (DeviceLoginOptions::code_verifier).
struct Pkce {
  Secret verifier;
  std::string challenge;  ///< By the method S256; no other is used.
};

/// Makes a pair from bytes that serve for nothing else: 43 characters of base64url.
Pkce make_pkce(const RandomBytes& random, const HashFunction& hash);

}  // namespace deviceflow

#endif
