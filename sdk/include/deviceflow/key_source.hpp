// The port to a place that keeps one key apart from the files it encrypts: a desktop's keyring, a
// secure element.
#ifndef DEVICEFLOW_KEY_SOURCE_HPP
#define DEVICEFLOW_KEY_SOURCE_HPP

#include <cstddef>
#include <deviceflow/result.hpp>
#include <deviceflow/secret.hpp>
#include <optional>
#include <string>

namespace [[gnu::visibility("default")]] deviceflow {

/// The size of every key: 256 bits.
inline constexpr std::size_t kStoreKeyBytes = 32;

/// Keeps one key a user. Called by a store, from any thread, one call at a time; a call may take as
/// long as a person needs to unlock a keyring. Must not change a key that is there: records that
/// were encrypted with it could never be read again.
class KeySource {
 public:
  virtual ~KeySource() {}
  /// The key, or empty where none was kept yet. Fails with store_no_key and the reason in words
  /// where the place can't be asked, and with cancelled where somebody gave up waiting for it: then
  /// a store writes nothing, not even in plain.
  virtual Result<std::optional<Secret>> find() = 0;
  /// Keeps `key` for good. Called only after find() came back empty, and under a lock that other
  /// processes respect. Fails as find() does.
  virtual Result<void> keep(const Secret& key) = 0;
  /// What this place is called in a sentence: "the desktop's keyring".
  virtual std::string place() const = 0;
};

}  // namespace deviceflow

#endif
