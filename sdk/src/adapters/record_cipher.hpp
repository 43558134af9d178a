// The store's cryptography: a hash for names, and AES-256-GCM for records.
#ifndef DEVICEFLOW_SRC_RECORD_CIPHER_HPP
#define DEVICEFLOW_SRC_RECORD_CIPHER_HPP

#include <deviceflow/error.hpp>
#include <deviceflow/secret.hpp>
#include <string>
#include <string_view>

namespace deviceflow {

/// SHA-256 of `bytes` in lower-case hex.
std::string sha256_hex(std::string_view bytes);

/// A fresh 256-bit key. Ends the program where the system has no randomness to give.
Secret make_store_key();

/// `record` encrypted under `key`, bound to `name`: under another name it can't be opened. A fresh
/// random nonce each time. Fails with crypto_failed.
Result<Secret> seal_record(const Secret& record, const Secret& key, std::string_view name);

/// True where `bytes` begin as a sealed record does.
bool is_sealed(const Secret& bytes);

/// The reverse. Fails with store_no_key if it was sealed with another key, store_damaged if it was
/// changed, cut, or belongs under another name, and crypto_failed if OpenSSL failed.
Result<Secret> open_record(const Secret& bytes, const Secret& key, std::string_view name);

}  // namespace deviceflow

#endif
