#include <deviceflow/auth.hpp>

namespace deviceflow {

namespace {

struct Row {
  JwsAlgorithm algorithm;
  std::string_view name;
  std::string_view kty;
  std::string_view crv;  // empty for RSA
  HashAlgorithm hash;
};

constexpr Row kRows[] = {
    {JwsAlgorithm::rs256, "RS256", "RSA", "", HashAlgorithm::sha256},
    {JwsAlgorithm::rs384, "RS384", "RSA", "", HashAlgorithm::sha384},
    {JwsAlgorithm::rs512, "RS512", "RSA", "", HashAlgorithm::sha512},
    {JwsAlgorithm::ps256, "PS256", "RSA", "", HashAlgorithm::sha256},
    {JwsAlgorithm::ps384, "PS384", "RSA", "", HashAlgorithm::sha384},
    {JwsAlgorithm::ps512, "PS512", "RSA", "", HashAlgorithm::sha512},
    {JwsAlgorithm::es256, "ES256", "EC", "P-256", HashAlgorithm::sha256},
    {JwsAlgorithm::es384, "ES384", "EC", "P-384", HashAlgorithm::sha384},
    {JwsAlgorithm::es512, "ES512", "EC", "P-521", HashAlgorithm::sha512},
    {JwsAlgorithm::es256k, "ES256K", "EC", "secp256k1", HashAlgorithm::sha256},
    {JwsAlgorithm::eddsa, "EdDSA", "OKP", "Ed25519", HashAlgorithm::sha512},
    {JwsAlgorithm::ed25519, "Ed25519", "OKP", "Ed25519", HashAlgorithm::sha512},
    {JwsAlgorithm::ed448, "Ed448", "OKP", "Ed448", HashAlgorithm::shake256},
};

const Row& row_of(JwsAlgorithm algorithm) noexcept {
  for (const Row& row : kRows) {
    if (row.algorithm == algorithm) return row;
  }
  return kRows[0];
}

}  // namespace

std::string_view name(JwsAlgorithm algorithm) noexcept {
  return row_of(algorithm).name;
}

std::optional<JwsAlgorithm> jws_algorithm(std::string_view text) noexcept {
  for (const Row& row : kRows) {
    if (row.name == text) return row.algorithm;
  }
  return std::nullopt;
}

HashAlgorithm hash_of(JwsAlgorithm algorithm) noexcept {
  return row_of(algorithm).hash;
}

bool fits(const Jwk& key, JwsAlgorithm algorithm) noexcept {
  const Row& row = row_of(algorithm);
  if (!key.use.empty() && key.use != "sig") return false;
  if (key.kty != row.kty) return false;
  const bool curve = row.crv.empty() || key.crv == row.crv ||
                     (algorithm == JwsAlgorithm::eddsa && key.crv == "Ed448");
  // EdDSA was split into one name for each curve (RFC 9864): keys may still have the other name.
  const bool renamed = row.kty == "OKP" && (key.alg == "EdDSA" || key.alg == key.crv);
  return curve && (key.alg.empty() || key.alg == row.name || renamed);
}

}  // namespace deviceflow
