#include <deviceflow/session.hpp>
#include <deviceflow/store.hpp>

namespace deviceflow {

namespace {

// A store with a keyring of its own.
class DefaultStore final : public TokenStore {
 public:
  explicit DefaultStore(std::string directory)
      : keyring_(Keyring::Prompt::never), store_(options(std::move(directory))) {}

  Result<std::optional<Secret>> load(const StoreKey& key) override { return store_.load(key); }
  Result<std::vector<Result<Secret>>> list() override { return store_.list(); }
  Result<std::unique_ptr<RecordLock>> lock(const StoreKey& key, std::chrono::milliseconds limit,
                                           const Cancel& cancel) override {
    return store_.lock(key, limit, cancel);
  }
  Protection protection() override { return store_.protection(); }

 private:
  FileStoreOptions options(std::string directory) {
    FileStoreOptions out;
    out.directory = std::move(directory);
    out.keys = &keyring_;
    return out;
  }

  Keyring keyring_;
  FileStore store_;
};

}  // namespace

std::shared_ptr<TokenStore> default_store() {
  std::string directory = default_store_directory();
  if (directory.empty()) return std::make_shared<MemoryStore>();
  return std::make_shared<DefaultStore>(std::move(directory));
}

}  // namespace deviceflow
