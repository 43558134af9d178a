// Where a sign-in is kept: the port, and the stores that come with the SDK.
#ifndef DEVICEFLOW_STORE_HPP
#define DEVICEFLOW_STORE_HPP

#include <chrono>
#include <cstddef>
#include <deviceflow/clock.hpp>
#include <deviceflow/error.hpp>
#include <deviceflow/secret.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// One record for each provider, client and account, so that no token ever reaches another server
/// than its own.
struct StoreKey {
  std::string issuer;
  std::string client_id;
  /// Keeps several users of one client apart; empty for the only one.
  std::string account = {};
};

/// How well a store keeps a record from others.
struct Protection {
  enum class Kind {
    memory_only,     ///< Gone when the process ends.
    plain_file,      ///< Readable by everyone who can read this user's files.
    encrypted_file,  ///< Unreadable without a key that is kept elsewhere.
  };
  Kind kind = Kind::memory_only;
  /// What that protects from, and what not, for a person to read.
  std::string sentence;
};

/// The right to change one record. Given up when it goes, and by the system when the process dies.
/// Used by one thread at a time; must not outlive its store.
class RecordLock {
 public:
  virtual ~RecordLock() {}
  /// Replaces the record, or makes it. When this returns success, the record has survived a power
  /// cut; when it fails, the old one is still there, whole.
  ///
  /// A process that is killed at any moment leaves the old record or the new one, never half of
  /// either, and never none where there was one. Fails with store_io, store_unsafe or store_no_key.
  virtual Result<void> save(const Secret& record) = 0;
  /// Removes the record and everything that was left of earlier ones. Success where there is none.
  /// Says nothing about what a disk or a backup keeps.
  virtual Result<void> erase() = 0;
};

/// Keeps one record a key, as bytes that it does not look into (stored_login.hpp gives them a
/// form).
///
/// - Every call may come from any thread and from several processes at once.
/// - load() takes no lock and never waits for one: it gives the last record that was saved, or the
///   one before while a save is going on.
/// - To change a record, hold its lock, read the record again after getting it, and keep the lock
///   until the change is saved. A refresh token may be used only once: without the lock,
///   two processes would use the same one, and many servers then end the login.
/// - A lock is never left behind by a process that died. It can't be taken twice, not even by the
///   thread that holds it.
/// - Nothing here logs, and no Error holds any part of a record.
class TokenStore {
 public:
  virtual ~TokenStore() {}
  /// The record, or empty where there is none. Fails with store_io, store_unsafe, store_no_key, or
  /// store_damaged; the record stays as it is.
  virtual Result<std::optional<Secret>> load(const StoreKey& key) = 0;
  /// Every record, in no particular order; one that can't be read is the error that load() gives
  /// for it. Takes no lock. None if nothing was ever saved. Fails with store_io or store_unsafe.
  virtual Result<std::vector<Result<Secret>>> list() = 0;
  /// Waits for the lock of one record, `limit` at the most. Fails with store_locked when that has
  /// passed, cancelled within 200 ms after `cancel` is set, store_io or store_unsafe.
  virtual Result<std::unique_ptr<RecordLock>> lock(const StoreKey& key,
                                                   std::chrono::milliseconds limit,
                                                   const Cancel& cancel) = 0;
  /// What this store protects records from, as it stands now.
  virtual Protection protection() = 0;
};

// The port to a place that keeps one key apart from the files it encrypts: a desktop's keyring, a
// secure element.

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

// A token store that forgets: for tests, and for devices that sign in at every start.

/// Keeps records in this process. Everything is wiped when it goes. Thread-safe.
class MemoryStore final : public TokenStore {
 public:
  MemoryStore();
  ~MemoryStore() override;
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  Result<std::optional<Secret>> load(const StoreKey& key) override;
  Result<std::vector<Result<Secret>>> list() override;
  Result<std::unique_ptr<RecordLock>> lock(const StoreKey& key, std::chrono::milliseconds limit,
                                           const Cancel& cancel) override;
  Protection protection() override;

 private:
  struct Shared;
  class Lock;
  std::unique_ptr<Shared> shared_;
};

// A token store in files of this user (Linux).

struct FileStoreOptions {
  /// Made with mode 0700 where it is missing. One that is there has to belong to this user and to
  /// be closed to everybody else.
  std::string directory;
  /// Where the key comes from; null: records are not encrypted. Must outlive the store.
  KeySource* keys = nullptr;
  enum class Encryption {
    where_possible,  ///< Without a key, records are written in plain; protection() says so and why.
    required,        ///< Without a key nothing is written (store_no_key).
  };
  Encryption encryption = Encryption::where_possible;
};

/// One file a record, named by a hash of issuer, client and account, mode 0600, written beside and
/// renamed into place, with AES-256-GCM where there is a key. Thread-safe.
///
/// - The lock is a flock() on a file of its own that is never removed; the kernel releases it when
///   the process dies. A child made by fork() without exec() shares it with its parent.
/// - Symbolic links, files of another user and files open to others are refused with store_unsafe.
/// - A record found in plain is read although there is a key, and encrypted at the next save.
/// - On a network file system all of this is as good as that file system's rename() and flock().
class FileStore final : public TokenStore {
 public:
  explicit FileStore(FileStoreOptions options);
  ~FileStore() override;
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;

  Result<std::optional<Secret>> load(const StoreKey& key) override;
  Result<std::vector<Result<Secret>>> list() override;
  Result<std::unique_ptr<RecordLock>> lock(const StoreKey& key, std::chrono::milliseconds limit,
                                           const Cancel& cancel) override;
  Protection protection() override;

 private:
  std::unique_ptr<TokenStore> files_;
};

/// $XDG_DATA_HOME/deviceflow, else ~/.local/share/deviceflow; empty where neither is known.
std::string default_store_directory();

// The desktop's keyring (the freedesktop Secret Service: GNOME Keyring, KWallet) as a key source.

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
