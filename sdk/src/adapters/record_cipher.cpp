// A sealed record: "DFS1", 8 bytes that tell the key, a 12-byte nonce, the ciphertext, a 16-byte
// tag. Everything before the nonce and the record's name are authenticated with it.
#include "adapters/record_cipher.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <deviceflow/store.hpp>
#include <memory>

#include "adapters/crypto_library.hpp"

namespace deviceflow {

namespace {

constexpr std::string_view kMagic = "DFS1";
constexpr std::size_t kKeyMark = 8;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kHead = kMagic.size() + kKeyMark;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Cipher = std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)>;
using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes) {
  Digest out{};
  OSSL_LIB_CTX* const library = crypto_library();
  if (library == nullptr || EVP_Q_digest(library, "SHA256", nullptr, bytes.data(), bytes.size(),
                                         out.data(), nullptr) != 1) {
    std::abort();
  }
  return out;
}

template <std::size_t N>
std::array<unsigned char, N> random_bytes() {
  std::array<unsigned char, N> out{};
  OSSL_LIB_CTX* const library = crypto_library();
  if (library == nullptr || RAND_bytes_ex(library, out.data(), N, 0) != 1) std::abort();
  return out;
}

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view text(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Tells keys apart without telling anything about them.
std::string key_mark(const Secret& key) {
  Secret input(std::string_view("deviceflow store key "));
  input.append(key.reveal());
  const Digest digest = sha256(input.reveal());
  return std::string(text(digest.data(), kKeyMark));
}

Error cipher_error() {
  return crypto_failure(Stage::store, "encrypt the stored login");
}

Cipher fetch_cipher() {
  OSSL_LIB_CTX* const library = crypto_library();
  return {library != nullptr ? EVP_CIPHER_fetch(library, "AES-256-GCM", nullptr) : nullptr,
          EVP_CIPHER_free};
}

Error damaged() {
  return make_error(Blame::storage, ErrorCode::store_damaged, Stage::store,
                    "The stored login is damaged, or was changed from outside. It was left as it "
                    "is; signing in again replaces it, and signing out removes it.");
}

Error other_key() {
  return make_error(Blame::storage, ErrorCode::store_no_key, Stage::store,
                    "The stored login is encrypted with another key than the one that is there "
                    "now. It was left as it is; signing in again replaces it.");
}

// Takes in what is authenticated but not encrypted.
bool add_context(EVP_CIPHER_CTX* context, bool encrypt, std::string_view head,
                 std::string_view name) {
  const auto update = encrypt ? EVP_EncryptUpdate : EVP_DecryptUpdate;
  int size = 0;
  return update(context, nullptr, &size, raw(head), static_cast<int>(head.size())) == 1 &&
         update(context, nullptr, &size, raw(name), static_cast<int>(name.size())) == 1;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : sha256(bytes)) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

Secret make_store_key() {
  auto bytes = random_bytes<kStoreKeyBytes>();
  Secret key(text(bytes.data(), bytes.size()));
  wipe(bytes.data(), bytes.size());
  return key;
}

Result<Secret> seal_record(const Secret& record, const Secret& key, std::string_view name) {
  if (key.size() != kStoreKeyBytes || record.size() > INT_MAX) return cipher_error();
  const std::string head = std::string(kMagic) + key_mark(key);
  const auto nonce = random_bytes<kNonce>();
  const Cipher cipher = fetch_cipher();
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string encrypted(record.size(), '\0');
  auto* target = reinterpret_cast<unsigned char*>(encrypted.data());
  std::array<unsigned char, kTag> tag{};
  int size = 0;
  const bool good = cipher != nullptr && context != nullptr &&
                    EVP_EncryptInit_ex(context.get(), cipher.get(), nullptr, raw(key.reveal()),
                                       nonce.data()) == 1 &&
                    add_context(context.get(), true, head, name) &&
                    EVP_EncryptUpdate(context.get(), target, &size, raw(record.reveal()),
                                      static_cast<int>(record.size())) == 1 &&
                    EVP_EncryptFinal_ex(context.get(), target + size, &size) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTag, tag.data()) == 1;
  if (!good) return cipher_error();
  Secret out(head);
  out.append(text(nonce.data(), nonce.size()));
  out.append(encrypted);
  out.append(text(tag.data(), tag.size()));
  return out;
}

bool is_sealed(const Secret& bytes) {
  return bytes.reveal().substr(0, kMagic.size()) == kMagic;
}

Result<Secret> open_record(const Secret& bytes, const Secret& key, std::string_view name) {
  const std::string_view all = bytes.reveal();
  if (!is_sealed(bytes) || all.size() < kHead + kNonce + kTag || all.size() > INT_MAX) {
    return damaged();
  }
  if (key.size() != kStoreKeyBytes) return other_key();
  const std::string_view head = all.substr(0, kHead);
  if (head.substr(kMagic.size()) != key_mark(key)) return other_key();
  const std::string_view nonce = all.substr(kHead, kNonce);
  const std::string_view encrypted = all.substr(kHead + kNonce, all.size() - kHead - kNonce - kTag);
  std::array<unsigned char, kTag> tag{};
  all.copy(reinterpret_cast<char*>(tag.data()), kTag, all.size() - kTag);
  const Cipher cipher = fetch_cipher();
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::vector<char, WipingAllocator<char>> plain(encrypted.size() + 1);
  auto* target = reinterpret_cast<unsigned char*>(plain.data());
  int size = 0;
  const bool decrypted =
      cipher != nullptr && context != nullptr &&
      EVP_DecryptInit_ex(context.get(), cipher.get(), nullptr, raw(key.reveal()), raw(nonce)) ==
          1 &&
      add_context(context.get(), false, head, name) &&
      EVP_DecryptUpdate(context.get(), target, &size, raw(encrypted),
                        static_cast<int>(encrypted.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1;
  if (!decrypted) return crypto_failure(Stage::store, "decrypt the stored login");
  // Only this compares the tag.
  if (EVP_DecryptFinal_ex(context.get(), target + size, &size) != 1) return damaged();
  return Secret(std::string_view(plain.data(), encrypted.size()));
}

}  // namespace deviceflow
