// Small files that the user names: secrets, accounts, certificates, configuration.
#ifndef DEVICEFLOW_DEMO_COMMON_FILES_HPP
#define DEVICEFLOW_DEMO_COMMON_FILES_HPP

#include <cstddef>
#include <deviceflow/error.hpp>
#include <deviceflow/secret.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace deviceflow::demo {

/// The whole file, at most so many MiB. Fails with a usage error that calls it `what`.
Result<Secret> read_file(std::string_view what, const std::string& path, std::size_t most_mib = 1);

/// A secret from a file of its own, without the newline an editor put at its end.
Result<Secret> read_secret_file(std::string_view what, const std::string& path);

struct Account {
  std::string user;
  Secret password;
};
/// A file that holds user:password.
Result<Account> read_account_file(const std::string& path);

/// Fails unless `path` is a readable file with at least one PEM certificate in it, or empty.
Result<void> check_certificate_file(std::string_view what, const std::string& path);

/// A private key in PEM. One that signs no assertions (but may do for TLS) comes back empty where
/// `for_tls`. Fails with a usage error that says what is wrong with it: encrypted, too short …
Result<Secret> read_key_file(const std::string& path, bool for_tls);

/// `text` without the line breaks at its end.
std::string_view without_newline(std::string_view text);

}  // namespace deviceflow::demo

#endif
