// The ports as this machine has them: clock, waiting, randomness, libcurl and OpenSSL.
#ifndef DEVICEFLOW_PLATFORM_HPP
#define DEVICEFLOW_PLATFORM_HPP

#include <chrono>
#include <deviceflow/auth.hpp>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/http.hpp>
#include <deviceflow/secret.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] deviceflow {

/// CLOCK_BOOTTIME for steady time, since it counts the time the machine sleeps, and CLOCK_REALTIME
/// for wall time. Wall time before 2024 means that the clock was never set: unknown. Thread-safe.
class SystemClock final : public Clock {
 public:
  SteadyTime steady_now() override;
  std::optional<WallTime> wall_now() override;
};

/// Waits on a timerfd of CLOCK_BOOTTIME: a wait that ends while the machine sleeps ends when it
/// wakes, not later. Thread-safe.
class SystemWaiter final : public Waiter {
 public:
  void wait_until(SteadyTime deadline, const Cancel& cancel) override;
};

/// getrandom(2). Thread-safe.
class SystemRandom final : public RandomSource {
 public:
  RandomBytes bytes() override;
};

// The transport over libcurl.

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
