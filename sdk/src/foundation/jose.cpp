#include <deviceflow/jose.hpp>

namespace deviceflow {

namespace {

constexpr JwsAlgorithm kAll[] = {JwsAlgorithm::rs256, JwsAlgorithm::ps256, JwsAlgorithm::es256,
                                 JwsAlgorithm::es384, JwsAlgorithm::eddsa};

}  // namespace

std::string_view name(JwsAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case JwsAlgorithm::rs256: return "RS256";
    case JwsAlgorithm::ps256: return "PS256";
    case JwsAlgorithm::es256: return "ES256";
    case JwsAlgorithm::es384: return "ES384";
    case JwsAlgorithm::eddsa: return "EdDSA";
  }
  return "unknown";
}

std::optional<JwsAlgorithm> jws_algorithm(std::string_view text) noexcept {
  for (const JwsAlgorithm algorithm : kAll) {
    if (name(algorithm) == text) return algorithm;
  }
  return std::nullopt;
}

HashAlgorithm hash_of(JwsAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case JwsAlgorithm::es384: return HashAlgorithm::sha384;
    case JwsAlgorithm::eddsa: return HashAlgorithm::sha512;
    default: return HashAlgorithm::sha256;
  }
}

bool fits(const Jwk& key, JwsAlgorithm algorithm) noexcept {
  if (!key.alg.empty() && key.alg != name(algorithm)) return false;
  if (!key.use.empty() && key.use != "sig") return false;
  switch (algorithm) {
    case JwsAlgorithm::rs256:
    case JwsAlgorithm::ps256: return key.kty == "RSA";
    case JwsAlgorithm::es256: return key.kty == "EC" && key.crv == "P-256";
    case JwsAlgorithm::es384: return key.kty == "EC" && key.crv == "P-384";
    case JwsAlgorithm::eddsa: return key.kty == "OKP" && key.crv == "Ed25519";
  }
  return false;
}

}  // namespace deviceflow
