// A template to copy: a token store over anything that keeps values by name on the device (an
// RTOS's flash storage, a console's save data), for one process. What is yours goes into MyStorage.
#ifndef DEVICEFLOW_TESTS_MY_TOKEN_STORE_HPP
#define DEVICEFLOW_TESTS_MY_TOKEN_STORE_HPP

#include <algorithm>
#include <condition_variable>
#include <deviceflow/store.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace deviceflow::test {

/// Called from any thread, two calls at once included. put() has to be whole or not at all: a power
/// cut leaves the old value or the new one. False: the medium failed.
struct MyStorage {
  /// The names of all values.
  std::function<bool(std::vector<std::string>& names)> names;
  /// False where it failed; an empty value where there is none.
  std::function<bool(const std::string& name, std::optional<Secret>& value)> get;
  std::function<bool(const std::string& name, const Secret& value)> put;
  std::function<bool(const std::string& name)> remove;
};

class MyTokenStore final : public TokenStore {
 public:
  explicit MyTokenStore(MyStorage storage) : storage_(std::move(storage)) {}

  Result<std::optional<Secret>> load(const StoreKey& key) override {
    std::optional<Secret> value;
    if (!storage_.get(name_of(key), value)) return io_error("read");
    return value;
  }

  Result<std::vector<Result<Secret>>> list() override {
    std::vector<std::string> names;
    if (!storage_.names(names)) return io_error("read");
    std::vector<Result<Secret>> out;
    for (const std::string& name : names) {
      std::optional<Secret> value;
      if (!storage_.get(name, value)) {
        out.emplace_back(io_error("read"));
      } else if (value) {
        out.emplace_back(std::move(*value));
      }
    }
    return out;
  }

  Result<std::unique_ptr<RecordLock>> lock(const StoreKey& key, std::chrono::milliseconds limit,
                                           const Cancel& cancel) override {
    constexpr std::chrono::milliseconds kGlance{50};  // a cancel is seen within 200 ms
    const auto until = std::chrono::steady_clock::now() + limit;
    const std::string name = name_of(key);
    std::unique_lock guard(mutex_);
    while (locked_.count(name) != 0) {
      const auto now = std::chrono::steady_clock::now();
      if (cancel.is_set())
        return error(ErrorCode::cancelled, "The wait for the store was given up.");
      if (now >= until) return error(ErrorCode::store_locked, "Another login uses the stored one.");
      freed_.wait_until(guard, std::min(until, now + kGlance));
    }
    locked_.insert(name);
    return std::unique_ptr<RecordLock>(std::make_unique<Lock>(*this, name));
  }

  Protection protection() override {
    return {Protection::Kind::plain_file,
            "Anyone who reads the flash of this device can sign in as you."};
  }

 private:
  class Lock final : public RecordLock {
   public:
    Lock(MyTokenStore& store, std::string name) : store_(store), name_(std::move(name)) {}
    ~Lock() override {
      const std::lock_guard guard(store_.mutex_);
      store_.locked_.erase(name_);
      store_.freed_.notify_all();
    }
    Result<void> save(const Secret& record) override {
      if (!store_.storage_.put(name_, record)) return io_error("written");
      return {};
    }
    Result<void> erase() override {
      if (!store_.storage_.remove(name_)) return io_error("erased");
      return {};
    }

   private:
    MyTokenStore& store_;
    std::string name_;
  };

  // The lengths in front: no two keys have the same name.
  static std::string name_of(const StoreKey& key) {
    return std::to_string(key.issuer.size()) + " " + std::to_string(key.client_id.size()) + " " +
           key.issuer + " " + key.client_id + " " + key.account;
  }
  static Error error(ErrorCode code, std::string message) {
    return make_error(Blame::storage, code, Stage::store, std::move(message));
  }
  static Error io_error(const char* what) {
    return error(ErrorCode::store_io, std::string("The stored login can't be ") + what + ".");
  }

  MyStorage storage_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::set<std::string> locked_;
};

}  // namespace deviceflow::test

#endif
