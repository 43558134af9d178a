#include <condition_variable>
#include <deviceflow/store.hpp>
#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

namespace deviceflow {

namespace {

using Name = std::tuple<std::string, std::string, std::string>;

Name name_of(const StoreKey& key) {
  return {key.issuer, key.client_id, key.account};
}

// How long a cancel may go unnoticed.
constexpr std::chrono::milliseconds kLook{20};

}  // namespace

struct MemoryStore::Shared {
  std::mutex mutex;
  std::condition_variable freed;
  std::map<Name, Secret> records;
  std::set<Name> locked;
};

class MemoryStore::Lock final : public RecordLock {
 public:
  Lock(Shared& shared, Name name) : shared_(shared), name_(std::move(name)) {}
  ~Lock() override {
    const std::lock_guard<std::mutex> guard(shared_.mutex);
    shared_.locked.erase(name_);
    shared_.freed.notify_all();
  }
  Result<void> save(const Secret& record) override {
    const std::lock_guard<std::mutex> guard(shared_.mutex);
    shared_.records[name_] = record;
    return {};
  }
  Result<void> erase() override {
    const std::lock_guard<std::mutex> guard(shared_.mutex);
    shared_.records.erase(name_);
    return {};
  }

 private:
  Shared& shared_;
  Name name_;
};

MemoryStore::MemoryStore() : shared_(std::make_unique<Shared>()) {}

MemoryStore::~MemoryStore() = default;

Result<std::optional<Secret>> MemoryStore::load(const StoreKey& key) {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  const auto found = shared_->records.find(name_of(key));
  if (found == shared_->records.end()) return std::optional<Secret>();
  return std::optional<Secret>(found->second);
}

Result<std::vector<Result<Secret>>> MemoryStore::list() {
  const std::lock_guard<std::mutex> guard(shared_->mutex);
  std::vector<Result<Secret>> out;
  for (const auto& [name, record] : shared_->records) out.emplace_back(record);
  return out;
}

Result<std::unique_ptr<RecordLock>> MemoryStore::lock(const StoreKey& key,
                                                      std::chrono::milliseconds limit,
                                                      const Cancel& cancel) {
  Name name = name_of(key);
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::unique_lock<std::mutex> guard(shared_->mutex);
  while (shared_->locked.count(name) != 0) {
    if (cancel.is_set()) {
      return make_error(Blame::user, ErrorCode::cancelled, Stage::store, "It was cancelled.");
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return make_error(Blame::storage, ErrorCode::store_locked, Stage::store,
                        "Another part of this program is using the stored login.");
    }
    shared_->freed.wait_for(guard, kLook);
  }
  shared_->locked.insert(name);
  return std::unique_ptr<RecordLock>(std::make_unique<Lock>(*shared_, std::move(name)));
}

Protection MemoryStore::protection() {
  return {Protection::Kind::memory_only,
          "The login is kept in memory only and is gone when the program ends."};
}

}  // namespace deviceflow
