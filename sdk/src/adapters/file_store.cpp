// Files of a store's directory:
//   <hash>        a record                      <hash>.lock   its lock, empty, never removed
//   <hash>.new    a record being written        key.lock      held while a key is being made
// Only the holder of <hash>.lock touches <hash>.new, so one that a killed process left is just
// removed at the next save.
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <deviceflow/store.hpp>
#include <mutex>
#include <utility>

#include "adapters/file_calls.hpp"
#include "adapters/record_cipher.hpp"

namespace deviceflow {

namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr std::size_t kNameLength = 40;
constexpr std::size_t kMaxRecord = std::size_t{16} << 20;
constexpr int kAlways = O_CLOEXEC | O_NOFOLLOW;
constexpr std::chrono::milliseconds kShortPause{2};
constexpr std::chrono::milliseconds kLongPause{40};
constexpr std::chrono::seconds kKeyLockLimit{30};

constexpr const char* kOpenStore = "open the folder of stored logins";
constexpr const char* kSave = "save the login";
constexpr const char* kLoad = "read the stored login";
constexpr const char* kErase = "remove the stored login";
constexpr const char* kLock = "lock the stored login";

Error unsafe(const std::string& path, std::string_view problem, std::string_view remedy) {
  return make_error(Blame::storage, ErrorCode::store_unsafe, Stage::store,
                    path + " is not used: " + std::string(problem) + " " + std::string(remedy));
}

// Nothing of ours may be read or replaced by others.
Result<void> check_private(const struct stat& status, bool directory, const std::string& path) {
  const bool right_kind = directory ? S_ISDIR(status.st_mode) : S_ISREG(status.st_mode);
  if (!right_kind) {
    return unsafe(path, directory ? "it is no folder." : "it is no ordinary file.", "Remove it.");
  }
  if (status.st_uid != geteuid()) {
    return unsafe(path, "it belongs to another user.", "Remove it or give another folder.");
  }
  if ((status.st_mode & 077) != 0) {
    return unsafe(path, "other users may open it.",
                  directory ? "Close it (chmod 700)." : "Close it (chmod 600) and sign in again.");
  }
  return {};
}

void pause(std::chrono::milliseconds time) {
  poll(nullptr, 0, static_cast<int>(time.count()));
}

class FileRecords final : public TokenStore {
 public:
  FileRecords(FileStoreOptions options, FileCalls& calls)
      : options_(std::move(options)), calls_(calls) {
    while (options_.directory.size() > 1 && options_.directory.back() == '/') {
      options_.directory.pop_back();  // a last slash would follow a symbolic link
    }
  }

  Result<std::optional<Secret>> load(const StoreKey& key) override;
  Result<std::vector<Result<Secret>>> list() override;
  Result<std::unique_ptr<RecordLock>> lock(const StoreKey& key, std::chrono::milliseconds limit,
                                           const Cancel& cancel) override;
  Protection protection() override;

 private:
  class Lock;

  static std::string name_of(const StoreKey& key) {
    std::string text = std::to_string(key.issuer.size()) + ":" + key.issuer + key.client_id;
    if (!key.account.empty()) {
      text = "account " + std::to_string(text.size()) + ":" + text + key.account;
    }
    return sha256_hex(text).substr(0, kNameLength);
  }
  static bool is_name(std::string_view text) {
    return text.size() == kNameLength &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  }
  std::string path(const std::string& name) const { return options_.directory + "/" + name; }

  Result<OpenFile> open_directory();
  Result<void> make_directory();
  // Those of the records.
  Result<std::vector<std::string>> names(int directory);
  // Empty where there is no such file.
  Result<std::optional<Secret>> read_file(int directory, const std::string& name);
  Result<Secret> unseal(Secret bytes, const std::string& name);
  Result<Secret> seal(const Secret& record, const std::string& name);
  Result<OpenFile> wait_for_lock(int directory, const std::string& name,
                                 std::chrono::milliseconds limit, const Cancel& cancel);
  Result<void> replace(int directory, const std::string& name, const Secret& bytes);
  Result<void> remove(int directory, const std::string& name);
  Result<bool> try_lock(int directory, const std::string& name, OpenFile& out);
  Result<void> write_new(int directory, const std::string& name, const Secret& bytes);
  Result<std::optional<Secret>> find_key();
  Result<Secret> find_or_make_key();

  FileStoreOptions options_;
  FileCalls& calls_;
  std::mutex key_mutex_;
  Secret key_;          // as found once; it never changes
  std::string no_key_;  // why the last save had none
};

Result<OpenFile> FileRecords::open_directory() {
  const std::string& path = options_.directory;
  OpenFile out(calls_, calls_.open_at(AT_FDCWD, path.c_str(), O_RDONLY | O_NONBLOCK | kAlways, 0));
  if (!out.ok()) {
    if (errno == ELOOP) return unsafe(path, "it is a symbolic link.", "Give the folder itself.");
    return file_error(kOpenStore, errno);
  }
  struct stat status {};
  if (calls_.status(out.get(), &status) != 0) return file_error(kOpenStore, errno);
  const auto good = check_private(status, true, path);
  if (!good.ok()) return good.error();
  return out;
}

// Makes the directory and what is missing above it. Each new name is made to last as well, where
// the folder above can be opened at all.
Result<void> FileRecords::make_directory() {
  if (options_.directory.empty()) {
    return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::store,
                      "There is no folder to store the login in.");
  }
  std::size_t end = 0;
  do {
    end = options_.directory.find('/', end + 1);
    const std::string part = options_.directory.substr(0, end);
    if (calls_.make_directory(part.c_str(), kDirectoryMode) == 0) {
      const std::size_t slash = part.rfind('/');
      const std::string parent = slash == std::string::npos ? "." : part.substr(0, slash + 1);
      OpenFile above(
          calls_, calls_.open_at(AT_FDCWD, parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
      if (above.ok() && calls_.sync(above.get()) != 0) return file_error(kOpenStore, errno);
    } else if (errno != EEXIST && end == std::string::npos) {
      return file_error(kOpenStore, errno);
    }
  } while (end != std::string::npos);
  return {};
}

Result<std::vector<std::string>> FileRecords::names(int directory) {
  std::vector<std::string> out;
  if (calls_.list(directory, out) != 0) return file_error(kLoad, errno);
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](const std::string& name) { return !is_name(name); }),
            out.end());
  return out;
}

Result<std::optional<Secret>> FileRecords::read_file(int directory, const std::string& name) {
  OpenFile file(calls_,
                calls_.open_at(directory, name.c_str(), O_RDONLY | O_NONBLOCK | kAlways, 0));
  if (!file.ok()) {
    if (errno == ENOENT) return std::optional<Secret>();
    if (errno == ELOOP) return unsafe(path(name), "it is a symbolic link.", "Remove it.");
    return file_error(kLoad, errno);
  }
  struct stat status {};
  if (calls_.status(file.get(), &status) != 0) return file_error(kLoad, errno);
  const auto good = check_private(status, false, path(name));
  if (!good.ok()) return good.error();
  std::vector<char, WipingAllocator<char>> buffer(16384);
  Secret out;
  for (;;) {
    const ssize_t got = calls_.read(file.get(), buffer.data(), buffer.size());
    if (got < 0) return file_error(kLoad, errno);
    if (got == 0) return std::optional<Secret>(std::move(out));
    out.append({buffer.data(), static_cast<std::size_t>(got)});
    if (out.size() > kMaxRecord) {
      return make_error(Blame::storage, ErrorCode::store_damaged, Stage::store,
                        path(name) + " is too large for a stored login. It was left as it is.");
    }
  }
}

Result<std::optional<Secret>> FileRecords::find_key() {
  if (!key_.empty()) return std::optional<Secret>(key_);
  if (options_.keys == nullptr) return std::optional<Secret>();
  auto found = options_.keys->find();
  if (found.ok() && *found) key_ = **found;
  return found;
}

// The first key of this user. The lock keeps two processes from making two.
Result<Secret> FileRecords::find_or_make_key() {
  auto found = find_key();
  if (!found.ok()) return found.error();
  if (*found) return std::move(**found);
  auto directory = open_directory();
  if (!directory.ok()) return directory.error();
  const Cancel never;
  const auto lock = wait_for_lock(directory->get(), "key.lock", kKeyLockLimit, never);
  if (!lock.ok()) return lock.error();
  found = find_key();
  if (!found.ok()) return found.error();
  if (*found) return std::move(**found);
  const auto kept = options_.keys->keep(make_store_key());
  if (!kept.ok()) return kept.error();
  // Asked for again: what counts is what the place gives back.
  found = find_key();
  if (!found.ok()) return found.error();
  if (*found) return std::move(**found);
  return make_error(Blame::storage, ErrorCode::store_no_key, Stage::store,
                    "A key was put into " + options_.keys->place() + ", but it is not there.");
}

Result<Secret> FileRecords::unseal(Secret bytes, const std::string& name) {
  if (!is_sealed(bytes)) return bytes;
  const std::lock_guard<std::mutex> guard(key_mutex_);
  const auto key = find_key();
  if (!key.ok()) return key.error();
  if (!*key) {
    return make_error(Blame::storage, ErrorCode::store_no_key, Stage::store,
                      "The stored login is encrypted, and its key is not there. It was left as it "
                      "is. Unlock the keyring it was made with, or sign in again.");
  }
  return open_record(bytes, **key, name);
}

Result<Secret> FileRecords::seal(const Secret& record, const std::string& name) {
  if (options_.keys == nullptr) return record;
  const std::lock_guard<std::mutex> guard(key_mutex_);
  const auto key = find_or_make_key();
  no_key_ = key.ok() ? std::string() : key.error().message;
  if (key.ok()) return seal_record(record, *key, name);
  // Giving up the wait for a keyring does not ask for a file without one.
  const bool given_up = key.error().code == ErrorCode::cancelled;
  if (given_up || options_.encryption == FileStoreOptions::Encryption::required) {
    return key.error();
  }
  return record;
}

// True where the lock was taken, false where somebody else has it.
Result<bool> FileRecords::try_lock(int directory, const std::string& name, OpenFile& out) {
  OpenFile file(calls_,
                calls_.open_at(directory, name.c_str(), O_RDWR | O_CREAT | kAlways, kFileMode));
  if (!file.ok()) {
    if (errno == ELOOP) return unsafe(path(name), "it is a symbolic link.", "Remove it.");
    return file_error(kLock, errno);
  }
  struct stat status {};
  if (calls_.status(file.get(), &status) != 0) return file_error(kLock, errno);
  const auto good = check_private(status, false, path(name));
  if (!good.ok()) return good.error();
  if (calls_.lock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    return file_error(kLock, errno);
  }
  // Somebody cleared the folder meanwhile: the name belongs to another file by now.
  if (calls_.status(file.get(), &status) != 0) return file_error(kLock, errno);
  if (status.st_nlink == 0) return false;
  out = std::move(file);
  return true;
}

Result<OpenFile> FileRecords::wait_for_lock(int directory, const std::string& name,
                                            std::chrono::milliseconds limit, const Cancel& cancel) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  auto wait = kShortPause;
  for (;;) {
    OpenFile out;
    const auto taken = try_lock(directory, name, out);
    if (!taken.ok()) return taken.error();
    if (*taken) return out;
    if (cancel.is_set()) {
      return make_error(Blame::user, ErrorCode::cancelled, Stage::store, "It was cancelled.");
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return make_error(Blame::storage, ErrorCode::store_locked, Stage::store,
                        "Another program is using the stored login and did not finish in time. Try "
                        "again.");
    }
    pause(wait);
    wait = std::min(wait * 2, kLongPause);
  }
}

Result<void> FileRecords::write_new(int directory, const std::string& name, const Secret& bytes) {
  if (calls_.unlink_at(directory, name.c_str()) != 0 && errno != ENOENT) {
    return file_error(kSave, errno);
  }
  OpenFile file(calls_, calls_.open_at(directory, name.c_str(),
                                       O_WRONLY | O_CREAT | O_EXCL | kAlways, kFileMode));
  if (!file.ok()) return file_error(kSave, errno);
  std::string_view rest = bytes.reveal();
  while (!rest.empty()) {
    const ssize_t written = calls_.write(file.get(), rest.data(), rest.size());
    if (written <= 0) return file_error(kSave, written < 0 ? errno : ENOSPC);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (calls_.sync(file.get()) != 0) return file_error(kSave, errno);
  if (file.close() != 0) return file_error(kSave, errno);
  return {};
}

Result<void> FileRecords::replace(int directory, const std::string& name, const Secret& bytes) {
  const std::string fresh = name + ".new";
  auto written = write_new(directory, fresh, bytes);
  if (written.ok() && calls_.rename_at(directory, fresh.c_str(), name.c_str()) != 0) {
    written = file_error(kSave, errno);
  }
  if (!written.ok()) {
    calls_.unlink_at(directory, fresh.c_str());
    return written;
  }
  // From here on the new record is in place; this is about whether a power cut can take it back.
  if (calls_.sync(directory) != 0) return file_error(kSave, errno);
  return {};
}

Result<void> FileRecords::remove(int directory, const std::string& name) {
  int problem = 0;
  for (const std::string& file : {name, name + ".new"}) {
    if (calls_.unlink_at(directory, file.c_str()) != 0 && errno != ENOENT) problem = errno;
  }
  if (problem == 0 && calls_.sync(directory) != 0) problem = errno;
  if (problem != 0) return file_error(kErase, problem);
  return {};
}

Protection FileRecords::protection() {
  Protection out;
  out.kind = Protection::Kind::plain_file;
  out.sentence =
      "It is not encrypted: only this user account can open the file, but programs of this user, "
      "administrators and anyone with the disk or a backup can read it.";
  if (options_.keys == nullptr) return out;
  const std::lock_guard<std::mutex> guard(key_mutex_);
  const auto key = find_key();
  // A keyring that holds nothing yet may still refuse to take a key: the last save knows.
  const std::string& reason = key.ok() ? no_key_ : key.error().message;
  if (reason.empty()) {
    out.kind = Protection::Kind::encrypted_file;
    out.sentence = "The login is stored in an encrypted file; its key is in " +
                   options_.keys->place() +
                   ". A disk or a backup alone tells nothing. Programs of this user can ask for "
                   "the key while that is unlocked.";
  } else if (options_.encryption == FileStoreOptions::Encryption::required) {
    out.sentence = "The login can't be stored: " + reason;
  } else {
    out.sentence += " " + reason;
  }
  return out;
}

class FileRecords::Lock final : public RecordLock {
 public:
  Lock(FileRecords& store, std::string name, OpenFile directory, OpenFile lock)
      : store_(store),
        name_(std::move(name)),
        directory_(std::move(directory)),
        lock_(std::move(lock)) {}

  Result<void> save(const Secret& record) override {
    const auto sealed = store_.seal(record, name_);
    if (!sealed.ok()) return sealed.error();
    return store_.replace(directory_.get(), name_, *sealed);
  }
  Result<void> erase() override { return store_.remove(directory_.get(), name_); }

 private:
  FileRecords& store_;
  std::string name_;
  OpenFile directory_;
  OpenFile lock_;
};

Result<std::optional<Secret>> FileRecords::load(const StoreKey& key) {
  const auto directory = open_directory();
  if (!directory.ok()) {
    if (directory.error().reason == "missing") return std::optional<Secret>();
    return directory.error();
  }
  const std::string name = name_of(key);
  auto bytes = read_file(directory->get(), name);
  if (!bytes.ok() || !*bytes) return bytes;
  auto record = unseal(std::move(**bytes), name);
  if (!record.ok()) return record.error();
  return std::optional<Secret>(std::move(*record));
}

Result<std::vector<Result<Secret>>> FileRecords::list() {
  std::vector<Result<Secret>> out;
  const auto directory = open_directory();
  if (!directory.ok()) {
    if (directory.error().reason == "missing") return out;
    return directory.error();
  }
  const auto found = names(directory->get());
  if (!found.ok()) return found.error();
  for (const std::string& name : *found) {
    auto bytes = read_file(directory->get(), name);
    if (!bytes.ok()) {
      out.emplace_back(bytes.error());
    } else if (*bytes) {  // or removed meanwhile
      out.push_back(unseal(std::move(**bytes), name));
    }
  }
  return out;
}

Result<std::unique_ptr<RecordLock>> FileRecords::lock(const StoreKey& key,
                                                      std::chrono::milliseconds limit,
                                                      const Cancel& cancel) {
  const auto made = make_directory();
  if (!made.ok()) return made.error();
  auto directory = open_directory();
  if (!directory.ok()) return directory.error();
  std::string name = name_of(key);
  auto lock = wait_for_lock(directory->get(), name + ".lock", limit, cancel);
  if (!lock.ok()) return lock.error();
  return std::unique_ptr<RecordLock>(
      std::make_unique<Lock>(*this, std::move(name), std::move(*directory), std::move(*lock)));
}

}  // namespace

std::unique_ptr<TokenStore> make_file_store(FileStoreOptions options, FileCalls& calls) {
  return std::make_unique<FileRecords>(std::move(options), calls);
}

FileStore::FileStore(FileStoreOptions options) {
  static FileCalls calls;
  files_ = make_file_store(std::move(options), calls);
}

FileStore::~FileStore() = default;

Result<std::optional<Secret>> FileStore::load(const StoreKey& key) {
  return files_->load(key);
}

Result<std::vector<Result<Secret>>> FileStore::list() {
  return files_->list();
}

Result<std::unique_ptr<RecordLock>> FileStore::lock(const StoreKey& key,
                                                    std::chrono::milliseconds limit,
                                                    const Cancel& cancel) {
  return files_->lock(key, limit, cancel);
}

Protection FileStore::protection() {
  return files_->protection();
}

std::string default_store_directory() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && data[0] == '/') return std::string(data) + "/deviceflow";
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return std::string(home) + "/.local/share/deviceflow";
  return {};
}

}  // namespace deviceflow
