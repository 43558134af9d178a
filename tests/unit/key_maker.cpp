#include "key_maker.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <map>
#include <memory>

namespace deviceflow::test {

namespace {

struct Freer {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer>;
using Bio = std::unique_ptr<BIO, Freer>;

std::string contents(BIO* bio) {
  std::string out;
  char piece[512];
  for (int n = BIO_read(bio, piece, sizeof piece); n > 0; n = BIO_read(bio, piece, sizeof piece)) {
    out.append(piece, static_cast<std::size_t>(n));
  }
  return out;
}

Key make(const std::string& kind, const std::string& detail) {
  if (kind == "EC") return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", detail.c_str()));
  if (kind == "RSA") return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::stoul(detail)));
  if (kind != "RSA-PSS") return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, kind.c_str()));
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr);
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(context);
  EVP_PKEY_CTX_set_rsa_keygen_bits(context, std::stoi(detail));
  EVP_PKEY_keygen(context, &key);
  EVP_PKEY_CTX_free(context);
  return Key(key);
}

}  // namespace

Secret private_key(const std::string& kind, const std::string& detail) {
  static std::map<std::string, std::string> made;
  std::string& pem = made[kind + " " + detail];
  if (pem.empty()) {
    const Key key = make(kind, detail);
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    pem = contents(bio.get());
  }
  return Secret(pem);
}

Secret encrypted_key() {
  const Key key = make("EC", "P-256");
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(), "password", 8, nullptr,
                                nullptr);
  return Secret(contents(bio.get()));
}

Secret public_half(const Secret& pem) {
  const Bio in(BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.size())));
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const Bio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(out.get(), key.get());
  return Secret(contents(out.get()));
}

}  // namespace deviceflow::test
