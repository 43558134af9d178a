// private_key_jwt: a client that proves itself with a signature (RFC 7523, and its successor).
#ifndef DEVICEFLOW_CLIENT_ASSERTION_HPP
#define DEVICEFLOW_CLIENT_ASSERTION_HPP

#include <chrono>
#include <deviceflow/authenticator.hpp>
#include <deviceflow/jose.hpp>
#include <deviceflow/result.hpp>
#include <memory>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

struct ClientAssertionOptions {
  std::string client_id;
  /// The server that the assertion is for: the issuer, as the validated metadata have it. Some
  /// servers accept only the token endpoint's URL. Give that only with a key that no other server
  /// knows: a hostile one could use the assertion there.
  std::string audience;
  std::shared_ptr<Signer> signer;
  /// The metadata's token_endpoint_auth_signing_alg_values_supported. Empty: not known.
  std::vector<std::string> algorithms_supported;
  std::chrono::seconds lifetime{60};
  /// Old servers want "JWT" here.
  std::string typ = "client-authentication+jwt";
};

/// An authenticator that puts a new assertion into every request, polls included.
///
/// Fails with invalid_argument for a missing id, audience or signer, or a life outside 1 s to 10
/// min, and with not_possible where the server does not list the signer's algorithm. Its apply()
/// fails with not_possible while the time of day is unknown, and with whatever the signer reports.
Result<std::unique_ptr<Authenticator>> make_client_assertion_auth(ClientAssertionOptions options);

}  // namespace deviceflow

#endif
