// Makes throw-away private keys in PEM, good ones and bad ones.
#ifndef DEVICEFLOW_TESTS_KEY_MAKER_HPP
#define DEVICEFLOW_TESTS_KEY_MAKER_HPP

#include <deviceflow/secret.hpp>
#include <string>

namespace deviceflow::test {

/// `kind` is "RSA", "RSA-PSS" (with `detail` its bits), "EC" (with its curve), "ED25519" or
/// "X25519". Keys are made once a process for each pair.
Secret private_key(const std::string& kind, const std::string& detail = {});
/// A P-256 key under a password, in PKCS#8.
Secret encrypted_key();
/// The public half of a key.
Secret public_half(const Secret& pem);

}  // namespace deviceflow::test

#endif
