#include "test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "sockets.hpp"

namespace deviceflow::test {

namespace {

struct FreeOpenSsl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <typename T>
using Owned = std::unique_ptr<T, FreeOpenSsl>;

struct Identity {
  Owned<EVP_PKEY> key;
  Owned<X509> certificate;
};

struct Wish {
  const char* name;
  std::string alternative_names;  ///< Empty: an authority.
  long begins = -3600;            ///< In seconds from now.
  long ends = 86400;
};

void require(bool good, const char* what) {
  if (!good) fail(what);
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "X509 extension");
}

// `issuer` null: signs itself.
Identity make(const Wish& wish, const Identity* issuer) {
  static long serial = 1;
  Identity out{Owned<EVP_PKEY>(EVP_EC_gen("P-256")), Owned<X509>(X509_new())};
  X509* x509 = out.certificate.get();
  require(out.key && x509 != nullptr, "X509");
  X509* signer = issuer == nullptr ? x509 : issuer->certificate.get();
  const auto* text = reinterpret_cast<const unsigned char*>(wish.name);
  require(X509_set_version(x509, X509_VERSION_3) == 1 &&
              ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++) == 1 &&
              X509_gmtime_adj(X509_getm_notBefore(x509), wish.begins) != nullptr &&
              X509_gmtime_adj(X509_getm_notAfter(x509), wish.ends) != nullptr &&
              X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8, text, -1,
                                         -1, 0) == 1 &&
              X509_set_issuer_name(x509, X509_get_subject_name(signer)) == 1 &&
              X509_set_pubkey(x509, out.key.get()) == 1,
          "X509 fields");
  extend(x509, signer, NID_subject_key_identifier, "hash");
  if (wish.alternative_names.empty()) {
    extend(x509, signer, NID_basic_constraints, "critical,CA:TRUE");
    extend(x509, signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  } else {
    extend(x509, signer, NID_basic_constraints, "critical,CA:FALSE");
    extend(x509, signer, NID_ext_key_usage, "serverAuth");
    extend(x509, signer, NID_subject_alt_name, wish.alternative_names);
  }
  EVP_PKEY* key = issuer == nullptr ? out.key.get() : issuer->key.get();
  require(X509_sign(x509, key, EVP_sha256()) != 0, "X509 signature");
  return out;
}

std::string certificate_pem(const Identity& identity) {
  const Owned<BIO> memory(BIO_new(BIO_s_mem()));
  require(memory && PEM_write_bio_X509(memory.get(), identity.certificate.get()) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string key_pem(const Identity& identity) {
  const Owned<BIO> memory(BIO_new(BIO_s_mem()));
  require(memory && PEM_write_bio_PrivateKey(memory.get(), identity.key.get(), nullptr, nullptr, 0,
                                             nullptr, nullptr) == 1,
          "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

TlsSettings save(const TemporaryFolder& folder, const std::string& name, const Identity& identity) {
  TlsSettings out;
  out.certificate_file = folder.write(name + ".pem", certificate_pem(identity));
  out.key_file = folder.write(name + ".key", key_pem(identity));
  return out;
}

TestCertificates make_all(const TemporaryFolder& folder) {
  const std::string here = "IP:127.0.0.1,DNS:localhost";
  constexpr long kDay = 86400;
  const Identity ca = make({"deviceflow test CA", ""}, nullptr);
  const Identity other_ca = make({"deviceflow other test CA", ""}, nullptr);
  TestCertificates out;
  out.ca = folder.write("ca.pem", certificate_pem(ca));
  out.other_ca = folder.write("other_ca.pem", certificate_pem(other_ca));
  out.good = save(folder, "good", make({"localhost", here}, &ca));
  out.expired = save(folder, "expired", make({"localhost", here, -2 * kDay, -kDay}, &ca));
  out.not_yet_valid = save(folder, "not_yet_valid", make({"localhost", here, kDay, 2 * kDay}, &ca));
  out.wrong_host =
      save(folder, "wrong_host", make({"elsewhere.example", "DNS:elsewhere.example"}, &ca));
  out.self_signed = save(folder, "self_signed", make({"localhost", here}, nullptr));
  out.trust_folder = folder.path() + "/trust";
  std::filesystem::create_directory(out.trust_folder);
  char hashed[32];
  std::snprintf(hashed, sizeof hashed, "trust/%08lx.0",
                X509_subject_name_hash(ca.certificate.get()));
  folder.write(hashed, certificate_pem(ca));
  folder.write("trust/ca-certificates.crt", certificate_pem(ca));
  return out;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "deviceflow-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) fail("mkdtemp");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(std::string_view name, std::string_view content) const {
  std::string file = path_ + "/" + std::string(name);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << content << std::flush;
  if (!out) fail(file.c_str());
  return file;
}

const TestCertificates& TestCertificates::get() {
  static const TemporaryFolder folder;
  static const TestCertificates all = make_all(folder);
  return all;
}

}  // namespace deviceflow::test
