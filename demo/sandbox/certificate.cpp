#include "certificate.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>

namespace deviceflow::sandbox {

namespace {

constexpr long kClockSlack = 3600;
constexpr long kLifetime = long{7} * 24 * 3600;

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

// A certificate with everything but extensions and signature; null where OpenSSL fails.
Certificate make_certificate(const char* name, EVP_PKEY* key) {
  Certificate certificate(X509_new());
  std::uint64_t serial = 0;
  if (!certificate || RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) {
    return nullptr;
  }
  X509* x509 = certificate.get();
  X509_NAME* subject = X509_get_subject_name(x509);
  const auto* text = reinterpret_cast<const unsigned char*>(name);
  const bool made =
      X509_set_version(x509, X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(x509), -kClockSlack) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(x509), kLifetime) != nullptr &&
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
      X509_set_pubkey(x509, key) == 1;
  return made ? std::move(certificate) : nullptr;
}

std::string to_pem(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

bool finish_ca(X509* ca, EVP_PKEY* key) {
  return X509_set_issuer_name(ca, X509_get_subject_name(ca)) == 1 &&
         add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
         add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
         add_extension(ca, ca, NID_subject_key_identifier, "hash") &&
         X509_sign(ca, key, EVP_sha256()) != 0;
}

bool finish_server(X509* server, X509* ca, EVP_PKEY* ca_key, const std::string& names) {
  return X509_set_issuer_name(server, X509_get_subject_name(ca)) == 1 &&
         add_extension(server, ca, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(server, ca, NID_key_usage, "critical,digitalSignature") &&
         add_extension(server, ca, NID_ext_key_usage, "serverAuth") &&
         add_extension(server, ca, NID_authority_key_identifier, "keyid") &&
         add_extension(server, ca, NID_subject_alt_name, names) &&
         X509_sign(server, ca_key, EVP_sha256()) != 0;
}

}  // namespace

Result<ServerIdentity> make_server_identity(const std::string& extra_address) {
  ServerIdentity identity;
  const Key ca_key(EVP_EC_gen("P-256"));
  identity.key.reset(EVP_EC_gen("P-256"));
  const Certificate ca =
      ca_key ? make_certificate("deviceflow sandbox CA (throw-away)", ca_key.get()) : nullptr;
  if (identity.key) identity.certificate = make_certificate("localhost", identity.key.get());
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (!extra_address.empty()) names += ",IP:" + extra_address;
  if (ca && identity.certificate && finish_ca(ca.get(), ca_key.get()) &&
      finish_server(identity.certificate.get(), ca.get(), ca_key.get(), names)) {
    identity.ca_pem = to_pem(ca.get());
  }
  if (!identity.ca_pem.empty()) return identity;
  return make_error(Blame::caller, ErrorCode::tls, Stage::usage,
                    "The TLS library could not make a certificate.");
}

}  // namespace deviceflow::sandbox
