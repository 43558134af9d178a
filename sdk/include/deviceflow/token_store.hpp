// The port to the place that keeps a login from one start of the program to the next.
#ifndef DEVICEFLOW_TOKEN_STORE_HPP
#define DEVICEFLOW_TOKEN_STORE_HPP

#include <chrono>
#include <deviceflow/clock.hpp>
#include <deviceflow/result.hpp>
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

}  // namespace deviceflow

#endif
