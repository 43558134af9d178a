// Where logins are kept from one start to the next: what --store names.
#ifndef DEVICEFLOW_DEMO_COMMON_LOGIN_STORE_HPP
#define DEVICEFLOW_DEMO_COMMON_LOGIN_STORE_HPP

#include <deviceflow/error.hpp>
#include <deviceflow/store.hpp>
#include <memory>
#include <string>

namespace deviceflow::demo {

/// A store in files, encrypted where the desktop has a keyring, or one that forgets.
class LoginStore {
 public:
  /// `where`: a folder, kNoStore, or empty for the platform's own. Touches no file yet. Fails with
  /// a usage error where the platform has none.
  static Result<std::unique_ptr<LoginStore>> open(
      const std::string& where, Keyring::Prompt prompt = Keyring::Prompt::allowed);

  /// Must not outlive this.
  const std::shared_ptr<TokenStore>& store() const noexcept { return store_; }
  /// Empty where nothing outlives this process.
  const std::string& folder() const noexcept { return folder_; }

 private:
  LoginStore() = default;

  std::string folder_;
  std::unique_ptr<KeySource> keys_;
  std::shared_ptr<TokenStore> store_;
};

}  // namespace deviceflow::demo

#endif
