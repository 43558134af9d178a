// A token store that forgets: for tests, and for devices that sign in at every start.
#ifndef DEVICEFLOW_MEMORY_STORE_HPP
#define DEVICEFLOW_MEMORY_STORE_HPP

#include <deviceflow/token_store.hpp>
#include <memory>

namespace [[gnu::visibility("default")]] deviceflow {

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

}  // namespace deviceflow

#endif
