// The ports as this machine has them: clock, randomness, libcurl and OpenSSL.
#ifndef DEVICEFLOW_PLATFORM_HPP
#define DEVICEFLOW_PLATFORM_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/auth.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// CLOCK_BOOTTIME for steady time, since it counts the time the machine sleeps, and CLOCK_REALTIME
/// for wall time. Wall time before 2024 means that the clock was never set: unknown. Thread-safe.
class SystemClock final : public Clock {
 public:
  SteadyTime steady_now() override;
  std::optional<WallTime> wall_now() override;
};

/// getrandom(2). Thread-safe.
class SystemRandom final : public RandomSource {
 public:
  RandomBytes bytes() override;
};

// The network over libcurl.

struct CurlOptions {
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

/// Requests over libcurl's multi interface; a connection that is open serves the next request.
///
/// Certificates are always verified and TLS is 1.2 or newer. A proxy is never used for this machine
/// itself. A client certificate or key that can't be read, is encrypted, or doesn't belong to the
/// other, fails with Kind::local, before anything is sent. At most 64 requests are on their way at
/// once, and 16 to one host; further ones wait for their turn. Waits on a timerfd of
/// CLOCK_BOOTTIME: a wait that ends while the machine sleeps ends when it wakes, not later.
class CurlNetwork final : public Network {
 public:
  explicit CurlNetwork(CurlOptions options = {});
  ~CurlNetwork() override;
  CurlNetwork(const CurlNetwork&) = delete;
  CurlNetwork& operator=(const CurlNetwork&) = delete;

  void start(std::uint64_t ticket, HttpRequest request) override;
  bool abort(std::uint64_t ticket) override;
  void wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) override;
  void wake() noexcept override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Hashes, signatures and keys over OpenSSL.

/// A HashFunction. Thread-safe.
std::string openssl_hash(HashAlgorithm algorithm, std::string_view bytes);

/// Verifies signatures; see SignatureVerifier. RSA keys have 2048 to 8192 bits. Thread-safe.
///
/// Everything here uses OpenSSL's default provider in a library context of its own: neither the
/// file that OPENSSL_CONF names nor the program's settings change a result.
std::unique_ptr<SignatureVerifier> make_openssl_verifier();

/// A signer for the private key in `pem`: PKCS#8, or the older forms that OpenSSL reads.
///
/// `algorithm` must be one that the key can do; if empty, RSA takes RS256, RSA-PSS PS256, Ed25519
/// and Ed448 take EdDSA, and P-256, P-384, P-521 and secp256k1 the only one that they have. `kid`
/// goes into public_jwk() as it is.
///
/// Fails with invalid_argument and a sentence; `reason` says which: "not_pem", "not_a_private_key"
/// (a certificate or public key, or damaged), "key_encrypted", "key_too_short" (RSA under 2048
/// bits), "key_type" (a kind or curve that no JwsAlgorithm uses, or not the one `algorithm` needs).
/// Fails with crypto_failed if OpenSSL can't read any key.
Result<std::unique_ptr<Signer>> make_pem_signer(const Secret& pem,
                                                std::optional<JwsAlgorithm> algorithm = {},
                                                std::string_view kid = {});

/// A new P-256 private key in PEM (PKCS#8), for make_pem_signer(). A device that binds tokens to
/// it keeps it beside them: a refresh token of a public client works with this key only (RFC 9449
/// section 5). Ends the program if OpenSSL has no random numbers.
Secret generate_es256_key();

/// The certificate in a PEM file as RFC 8705 section 3.1 names it (`x5t#S256`): base64url of the
/// SHA-256 of its DER form. Of several the first counts. Empty if it can't be read.
std::string certificate_thumbprint(const std::string& pem_file);

}  // namespace deviceflow

#endif
