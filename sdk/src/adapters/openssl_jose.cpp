// RFC 7518, RFC 8037 and RFC 8812 over OpenSSL's EVP interface. Many of its calls have three
// results: 1, 0 for data that is wrong, and others for a failure of the library.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deviceflow/http.hpp>
#include <deviceflow/platform.hpp>

#include "adapters/crypto_library.hpp"
#include "foundation/encoding.hpp"

namespace deviceflow {

namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;
constexpr int kMaxExponentBits = 64;
constexpr std::size_t kEd25519Bytes = 32;
constexpr std::size_t kEd448Bytes = 57;
constexpr std::size_t kShake256Bytes = 114;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freer<&BIO_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Freer<&BN_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freer<&ECDSA_SIG_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<&EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<&EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<&EVP_MD_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<&OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<&OSSL_PARAM_free>>;
using Certificate = std::unique_ptr<X509, Freer<&X509_free>>;
using FetchedHash = std::unique_ptr<EVP_MD, Freer<&EVP_MD_free>>;

// OpenSSL keeps a list of what went wrong in each thread; ours must not be left for the next user.
struct ErrorQueue {
  ErrorQueue() { ERR_set_mark(); }
  ErrorQueue(const ErrorQueue&) = delete;
  ErrorQueue& operator=(const ErrorQueue&) = delete;
  ~ErrorQueue() { ERR_pop_to_mark(); }
};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

[[noreturn]] void give_up(const char* what) {
  static_cast<void>(std::fprintf(stderr, "deviceflow: %s\n", what));
  std::abort();
}

const char* digest(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return "SHA256";
    case HashAlgorithm::sha384: return "SHA384";
    case HashAlgorithm::sha512: return "SHA512";
    case HashAlgorithm::shake256: return "SHAKE256";
  }
  return nullptr;
}

bool is_pss(JwsAlgorithm algorithm) {
  return algorithm == JwsAlgorithm::ps256 || algorithm == JwsAlgorithm::ps384 ||
         algorithm == JwsAlgorithm::ps512;
}
bool is_rsa(JwsAlgorithm algorithm) {
  return is_pss(algorithm) || algorithm == JwsAlgorithm::rs256 ||
         algorithm == JwsAlgorithm::rs384 || algorithm == JwsAlgorithm::rs512;
}
bool is_edwards(JwsAlgorithm algorithm) {
  return algorithm == JwsAlgorithm::eddsa || algorithm == JwsAlgorithm::ed25519 ||
         algorithm == JwsAlgorithm::ed448;
}
// Bytes of r, and of s; zero if the algorithm is not ECDSA.
int coordinate_bytes(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::es256:
    case JwsAlgorithm::es256k: return 32;
    case JwsAlgorithm::es384: return 48;
    case JwsAlgorithm::es512: return 66;
    default: return 0;
  }
}

// --- Public keys out of JSON ---

Error unusable_key(const char* why) {
  return make_error(Blame::protocol, ErrorCode::invalid_response, Stage::id_token,
                    std::string("A key of the server can't be used: ") + why + ".");
}

constexpr const char* kNoRsaKey = "it is not a sensible RSA key";
constexpr const char* kOffCurve = "its point is not on its curve";

Error no_key() {
  return crypto_failure(Stage::id_token, "use a public key");
}

Result<BigNumber> number(std::string_view base64url) {
  const auto bytes = base64url_decode(base64url);
  if (!bytes || bytes->empty() || bytes->size() > kMaxRsaBits / 8 + 1) {
    return unusable_key("its numbers can't be read");
  }
  BigNumber out(BN_bin2bn(bytes_of(bytes->reveal()), static_cast<int>(bytes->size()), nullptr));
  if (!out) return no_key();
  return out;
}

Result<Key> from_params(const char* type, OSSL_PARAM_BLD* builder, const char* wrong) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(crypto_library(), type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return no_key();
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return unusable_key(wrong);
  }
  return Key(key);
}

Result<Key> rsa_key(const Jwk& jwk) {
  const auto modulus = number(jwk.n);
  if (!modulus.ok()) return modulus.error();
  const auto exponent = number(jwk.e);
  if (!exponent.ok()) return exponent.error();
  const BigNumber& n = *modulus;
  const BigNumber& e = *exponent;
  const int bits = BN_num_bits(n.get());
  if (bits < kMinRsaBits) return unusable_key("an RSA key under 2048 bits is not safe");
  if (bits > kMaxRsaBits || BN_is_odd(n.get()) != 1 || BN_is_odd(e.get()) != 1 ||
      BN_is_one(e.get()) == 1 || BN_num_bits(e.get()) > kMaxExponentBits) {
    return unusable_key(kNoRsaKey);
  }
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return no_key();
  }
  return from_params("RSA", builder.get(), kNoRsaKey);
}

Result<Key> ec_key(const Jwk& jwk, JwsAlgorithm algorithm) {
  const auto size = static_cast<std::size_t>(coordinate_bytes(algorithm));
  const auto x = base64url_decode(jwk.x);
  const auto y = base64url_decode(jwk.y);
  if (!x || !y || x->size() != size || y->size() != size) {
    return unusable_key("its coordinates do not have the length of its curve");
  }
  std::string point = "\x04";  // uncompressed
  point += x->reveal();
  point += y->reveal();
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, jwk.crv.c_str(),
                                      0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return no_key();
  }
  auto key = from_params("EC", builder.get(), kOffCurve);
  if (!key.ok()) return key;
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(crypto_library(), key->get(), nullptr));
  const int checked = check ? EVP_PKEY_public_check(check.get()) : -1;
  if (checked == 0) return unusable_key(kOffCurve);
  if (checked != 1) return no_key();
  return key;
}

// The points of small order in every encoding (RFC 8032 sections 5.1.2 and 5.2.2), with the sign
// bit cleared: 0, 1, p - 1, p and p + 1 on either curve, and two of order 8. Under such a key one
// signature fits many messages, or all.
constexpr const char* kSmallOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
    "EDFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
    "EEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
    "26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC05",
    "C7176A703D4DD84FBA3C0B760D10670F2A2053FA2C39CCC64EC7FD7792AC037A",
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000",
    "FEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFF00",
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFF00",
    "00000000000000000000000000000000000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFF00"};

bool is_small_order(std::string_view key) {
  std::string y(key);
  y.back() = static_cast<char>(y.back() & 0x7F);
  char hex[2 * kEd448Bytes + 1] = "";
  OPENSSL_buf2hexstr_ex(hex, sizeof hex, nullptr, bytes_of(y), y.size(), '\0');
  return std::find(std::begin(kSmallOrder), std::end(kSmallOrder), std::string_view(hex)) !=
         std::end(kSmallOrder);
}

Result<Key> ed_key(const Jwk& jwk) {
  const bool ed448 = jwk.crv == "Ed448";
  const auto x = base64url_decode(jwk.x);
  if (!x || x->size() != (ed448 ? kEd448Bytes : kEd25519Bytes)) {
    return unusable_key("it does not have the length of its curve");
  }
  if (is_small_order(x->reveal())) return unusable_key("it is a point of small order");
  Key key(EVP_PKEY_new_raw_public_key_ex(crypto_library(), ed448 ? "ED448" : "ED25519", nullptr,
                                         bytes_of(x->reveal()), x->size()));
  if (!key) return no_key();
  return key;
}

Result<Key> public_key(const Jwk& jwk, JwsAlgorithm algorithm) {
  if (!fits(jwk, algorithm)) return unusable_key("it is of another kind than the signature");
  if (is_rsa(algorithm)) return rsa_key(jwk);
  return is_edwards(algorithm) ? ed_key(jwk) : ec_key(jwk, algorithm);
}

// --- Signatures ---

// PSS with a salt as long as the hash (RFC 7518 section 3.5); PKCS #1 is the default for RSA.
bool set_padding(EVP_PKEY_CTX* context, JwsAlgorithm algorithm) {
  if (!is_pss(algorithm)) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, digest(hash_of(algorithm)), nullptr) == 1;
}

// Ed25519 and Ed448 hash by themselves.
const char* digest_for(JwsAlgorithm algorithm) {
  return is_edwards(algorithm) ? nullptr : digest(hash_of(algorithm));
}

// r and s side by side, `size` bytes each (RFC 7518 section 3.4), to what OpenSSL takes, and back.
// Empty if OpenSSL can't.
std::string der_from_raw(std::string_view raw, int size) {
  BigNumber r(BN_bin2bn(bytes_of(raw), size, nullptr));
  BigNumber s(BN_bin2bn(bytes_of(raw) + size, size, nullptr));
  const EcdsaSignature signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // it is the signature's now
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

std::string raw_from_der(std::string_view der, int size) {
  const unsigned char* at = bytes_of(der);
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string raw(2 * static_cast<std::size_t>(size), '\0');
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw), size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + size, size) != size) {
    return {};
  }
  return raw;
}

class OpensslVerifier final : public SignatureVerifier {
 public:
  Result<bool> verify(JwsAlgorithm algorithm, const Jwk& jwk, std::string_view input,
                      std::string_view signature) override {
    const ErrorQueue errors;
    if (crypto_library() == nullptr) return no_key();
    const auto key = public_key(jwk, algorithm);
    if (!key.ok()) return key.error();
    // OpenSSL takes a PSS signature without its leading zeros; RFC 8017 section 8.1.2 does not.
    if (is_rsa(algorithm) &&
        signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key->get()))) {
      return false;
    }
    std::string der;
    if (const int size = coordinate_bytes(algorithm); size != 0) {
      if (signature.size() != 2 * static_cast<std::size_t>(size)) return false;
      der = der_from_raw(signature, size);
      if (der.empty()) return no_verdict();
      signature = der;
    }
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* details = nullptr;
    if (!context ||
        EVP_DigestVerifyInit_ex(context.get(), &details, digest_for(algorithm), crypto_library(),
                                nullptr, key->get(), nullptr) != 1 ||
        !set_padding(details, algorithm)) {
      return no_verdict();
    }
    const int result = EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                        bytes_of(input), input.size());
    if (result != 0 && result != 1) return no_verdict();
    return result == 1;
  }

 private:
  static Error no_verdict() { return crypto_failure(Stage::id_token, "check a signature"); }
};

// --- Private keys ---

Error key_error(const char* reason, std::string message) {
  Error error = make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage,
                           "The private key can't be used: " + std::move(message));
  error.reason = reason;
  return error;
}

int note_the_demand(char*, int, int, void* demanded) {
  *static_cast<bool*>(demanded) = true;
  return -1;
}

Result<Key> read_private_key(const Secret& pem) {
  if (pem.reveal().find("-----BEGIN ") == std::string_view::npos) {
    return key_error("not_pem", "it is not in PEM, which starts with \"-----BEGIN\".");
  }
  const Bio bio(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
  bool encrypted = false;
  if (!bio || crypto_library() == nullptr) {
    return crypto_failure(Stage::usage, "read the private key");
  }
  Key key(PEM_read_bio_PrivateKey_ex(bio.get(), nullptr, &note_the_demand, &encrypted,
                                     crypto_library(), nullptr));
  if (key) return key;
  if (encrypted) {
    return key_error("key_encrypted",
                     "it is encrypted, and there is no way to enter the password. Decrypt it "
                     "(openssl pkey) and protect the file by its permissions.");
  }
  return key_error("not_a_private_key",
                   "it holds no private key, or a damaged one. A certificate or a public key is "
                   "not enough.");
}

std::string curve_of(const EVP_PKEY* key) {
  char name[64] = "";
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof name, &length) != 1) return {};
  return {name, length};
}

// What a key can do, the default first. Empty for kinds that nothing here uses.
std::vector<JwsAlgorithm> algorithms_of(const EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      return {JwsAlgorithm::rs256, JwsAlgorithm::rs384, JwsAlgorithm::rs512,
              JwsAlgorithm::ps256, JwsAlgorithm::ps384, JwsAlgorithm::ps512};
    case EVP_PKEY_RSA_PSS: return {JwsAlgorithm::ps256, JwsAlgorithm::ps384, JwsAlgorithm::ps512};
    case EVP_PKEY_ED25519: return {JwsAlgorithm::eddsa, JwsAlgorithm::ed25519};
    case EVP_PKEY_ED448: return {JwsAlgorithm::eddsa, JwsAlgorithm::ed448};
    case EVP_PKEY_EC: {
      const std::string curve = curve_of(key);
      if (curve == "prime256v1") return {JwsAlgorithm::es256};
      if (curve == "secp384r1") return {JwsAlgorithm::es384};
      if (curve == "secp521r1") return {JwsAlgorithm::es512};
      if (curve == "secp256k1") return {JwsAlgorithm::es256k};
      return {};
    }
    default: return {};
  }
}

const char* curve_for(JwsAlgorithm algorithm) {
  if (algorithm == JwsAlgorithm::es256) return "P-256";
  if (algorithm == JwsAlgorithm::es384) return "P-384";
  return algorithm == JwsAlgorithm::es512 ? "P-521" : "secp256k1";
}

// A number of the key as base64url, `size` bytes long, or as short as it gets for zero.
std::string member(const EVP_PKEY* key, const char* name, int size) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) return {};
  const BigNumber owned(value);
  if (size == 0) size = BN_num_bytes(value);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (BN_bn2binpad(value, bytes_of(bytes), size) != size) return {};
  return base64url_encode(bytes);
}

Jwk public_half(const EVP_PKEY* key, JwsAlgorithm algorithm, std::string_view kid) {
  Jwk jwk;
  if (is_rsa(algorithm)) {
    jwk.kty = "RSA";
    jwk.n = member(key, OSSL_PKEY_PARAM_RSA_N, 0);
    jwk.e = member(key, OSSL_PKEY_PARAM_RSA_E, 0);
  } else if (is_edwards(algorithm)) {
    const bool ed448 = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED448;
    std::string bytes(ed448 ? kEd448Bytes : kEd25519Bytes, '\0');
    std::size_t length = bytes.size();
    EVP_PKEY_get_raw_public_key(key, bytes_of(bytes), &length);
    jwk.kty = "OKP";
    jwk.crv = ed448 ? "Ed448" : "Ed25519";
    jwk.x = base64url_encode(bytes);
  } else {
    jwk.kty = "EC";
    jwk.crv = curve_for(algorithm);
    jwk.x = member(key, OSSL_PKEY_PARAM_EC_PUB_X, coordinate_bytes(algorithm));
    jwk.y = member(key, OSSL_PKEY_PARAM_EC_PUB_Y, coordinate_bytes(algorithm));
  }
  jwk.kid = std::string(kid);
  jwk.alg = std::string(name(algorithm));
  return jwk;
}

class PemSigner final : public Signer {
 public:
  PemSigner(Key key, JwsAlgorithm algorithm, std::string_view kid)
      : key_(std::move(key)),
        algorithm_(algorithm),
        jwk_(public_half(key_.get(), algorithm, kid)) {}

  JwsAlgorithm algorithm() const override { return algorithm_; }
  Jwk public_jwk() const override { return jwk_; }

  Result<std::string> sign(std::string_view input) override {
    const ErrorQueue errors;
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* details = nullptr;
    std::size_t length = 0;
    std::string signature;
    bool good = context &&
                EVP_DigestSignInit_ex(context.get(), &details, digest_for(algorithm_),
                                      crypto_library(), nullptr, key_.get(), nullptr) == 1 &&
                set_padding(details, algorithm_) &&
                EVP_DigestSign(context.get(), nullptr, &length, bytes_of(input), input.size()) == 1;
    if (good) {
      signature.resize(length);
      good = EVP_DigestSign(context.get(), bytes_of(signature), &length, bytes_of(input),
                            input.size()) == 1;
      signature.resize(good ? length : 0);
    }
    if (const int size = coordinate_bytes(algorithm_); size != 0 && good) {
      signature = raw_from_der(signature, size);
    }
    if (signature.empty()) return crypto_failure(Stage::usage, "sign with the private key");
    return signature;
  }

 private:
  Key key_;
  JwsAlgorithm algorithm_;
  Jwk jwk_;
};

}  // namespace

std::string openssl_hash(HashAlgorithm algorithm, std::string_view bytes) {
  OSSL_LIB_CTX* const library = crypto_library();
  const FetchedHash hash(library != nullptr ? EVP_MD_fetch(library, digest(algorithm), nullptr)
                                            : nullptr);
  const DigestContext context(EVP_MD_CTX_new());
  const bool extendable = algorithm == HashAlgorithm::shake256;
  std::string out(extendable ? kShake256Bytes : EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  const bool good = hash && context &&
                    EVP_DigestInit_ex2(context.get(), hash.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                    (extendable ? EVP_DigestFinalXOF(context.get(), bytes_of(out), out.size())
                                : EVP_DigestFinal_ex(context.get(), bytes_of(out), &length)) == 1;
  if (!good) give_up("OpenSSL could not make a hash");
  if (!extendable) out.resize(length);
  return out;
}

std::unique_ptr<SignatureVerifier> make_openssl_verifier() {
  return std::make_unique<OpensslVerifier>();
}

Result<std::unique_ptr<Signer>> make_pem_signer(const Secret& pem,
                                                std::optional<JwsAlgorithm> algorithm,
                                                std::string_view kid) {
  const ErrorQueue errors;
  auto key = read_private_key(pem);
  if (!key.ok()) return key.error();
  const auto possible = algorithms_of(key->get());
  if (possible.empty()) {
    return key_error("key_type",
                     "it is of a kind that is not supported. RSA, P-256, P-384, P-521, secp256k1, "
                     "Ed25519 and Ed448 are.");
  }
  if (is_rsa(possible.front()) && EVP_PKEY_get_bits(key->get()) < kMinRsaBits) {
    return key_error("key_too_short", "an RSA key needs 2048 bits at least.");
  }
  const JwsAlgorithm chosen = algorithm.value_or(possible.front());
  if (std::find(possible.begin(), possible.end(), chosen) == possible.end()) {
    return key_error("key_type",
                     "it is of another kind than " + std::string(name(chosen)) + " needs.");
  }
  return std::unique_ptr<Signer>(new PemSigner(std::move(*key), chosen, kid));
}

Secret generate_es256_key() {
  const ErrorQueue errors;
  OSSL_LIB_CTX* const library = crypto_library();
  const Key key(library != nullptr ? EVP_PKEY_Q_keygen(library, nullptr, "EC", "P-256") : nullptr);
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!key || !bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    give_up("OpenSSL could not make a key");
  }
  Secret pem;
  char piece[512];
  for (int n = BIO_read(bio.get(), piece, sizeof piece); n > 0;
       n = BIO_read(bio.get(), piece, sizeof piece)) {
    pem.append({piece, static_cast<std::size_t>(n)});
  }
  wipe(piece, sizeof piece);
  return pem;
}

std::string certificate_thumbprint(const std::string& pem_file) {
  const ErrorQueue errors;
  const Bio file(BIO_new_file(pem_file.c_str(), "r"));
  if (!file) return {};
  const Certificate certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
  unsigned char* der = nullptr;
  const int size = certificate ? i2d_X509(certificate.get(), &der) : -1;
  if (size <= 0) return {};
  const std::string_view bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  std::string out = base64url_encode(openssl_hash(HashAlgorithm::sha256, bytes));
  OPENSSL_free(der);
  return out;
}

}  // namespace deviceflow
