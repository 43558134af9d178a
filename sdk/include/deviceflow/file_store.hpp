// A token store in files of this user (Linux).
#ifndef DEVICEFLOW_FILE_STORE_HPP
#define DEVICEFLOW_FILE_STORE_HPP

#include <deviceflow/key_source.hpp>
#include <deviceflow/token_store.hpp>
#include <memory>
#include <string>

namespace [[gnu::visibility("default")]] deviceflow {

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

}  // namespace deviceflow

#endif
