// The desktop's keyring (the freedesktop Secret Service: GNOME Keyring, KWallet) as a key source.
#ifndef DEVICEFLOW_KEYRING_HPP
#define DEVICEFLOW_KEYRING_HPP

#include <deviceflow/key_source.hpp>
#include <memory>
#include <string>

namespace [[gnu::visibility("default")]] deviceflow {

/// Keeps the key in the user's default keyring, under one name for all programs that use this SDK.
///
/// libsecret is loaded when the first call needs it, and the program starts without it. Where it,
/// the session bus or a keyring service is missing, every call fails with store_no_key and says
/// what is missing: a FileStore then writes in plain and hands the reason on. A locked keyring may
/// ask the user for its password, and a call lasts until that is given or refused (Prompt).
/// libsecret starts a thread of its own that stays.
class Keyring final : public KeySource {
 public:
  enum class Prompt {
    allowed,  ///< A locked keyring may ask for its password.
    never,    ///< A locked keyring counts as missing (store_no_key).
  };
  /// Nothing is loaded or asked yet.
  explicit Keyring(Prompt prompt = Prompt::allowed);
  ~Keyring() override;
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  Result<std::optional<Secret>> find() override;
  Result<void> keep(const Secret& key) override;
  std::string place() const override;

 private:
  struct Library;
  Result<Library*> library();
  Result<void> load();
  Prompt prompt_;
  std::unique_ptr<Library> library_;
};

}  // namespace deviceflow

#endif
