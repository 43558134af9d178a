#include "crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <cstdlib>
#include <memory>
#include <optional>

namespace deviceflow::sandbox {

namespace {

constexpr int kNumberBytes = 32;  // Of a coordinate, and of each half of a signature.

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
  void operator()(BIGNUM* number) const { BN_free(number); }
};
template <typename Thing>
using Owned = std::unique_ptr<Thing, Free>;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

std::string fixed_length(const BIGNUM* number) {
  std::string bytes(kNumberBytes, '\0');
  if (BN_bn2binpad(number, octets(bytes), kNumberBytes) != kNumberBytes) std::abort();
  return bytes;
}

std::optional<std::string> coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return std::nullopt;
  return fixed_length(Owned<BIGNUM>(number).get());
}

// As JOSE wants it: both numbers one after the other (RFC 7518 section 3.4).
std::string sign(EVP_PKEY* key, std::string_view bytes) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, octets(bytes), bytes.size()) != 1) {
    std::abort();
  }
  std::string der(length, '\0');
  if (EVP_DigestSign(context.get(), octets(der), &length, octets(bytes), bytes.size()) != 1) {
    std::abort();
  }
  const unsigned char* start = octets(std::string_view(der));
  const Owned<ECDSA_SIG> pair(d2i_ECDSA_SIG(nullptr, &start, static_cast<long>(length)));
  if (!pair) std::abort();
  return fixed_length(ECDSA_SIG_get0_r(pair.get())) + fixed_length(ECDSA_SIG_get0_s(pair.get()));
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  // Without a hash nothing here may go on.
  if (EVP_Digest(bytes.data(), bytes.size(), octets(digest), &length, EVP_sha256(), nullptr) != 1) {
    std::abort();
  }
  digest.resize(length);
  return digest;
}

Result<Signer> make_signer() {
  const std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), Free());
  const auto x = key ? coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_X) : std::nullopt;
  const auto y = key ? coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y) : std::nullopt;
  if (!x || !y) {
    return make_error(Blame::caller, ErrorCode::tls, Stage::usage,
                      "OpenSSL can't make a P-256 key.");
  }
  return Signer{*x, *y, [key](std::string_view bytes) { return sign(key.get(), bytes); }};
}

}  // namespace deviceflow::sandbox
