// What the store tests stand on: a folder that goes away, keys in memory, and children to kill.
#ifndef DEVICEFLOW_TESTS_SCRATCH_HPP
#define DEVICEFLOW_TESTS_SCRATCH_HPP

#include <sys/types.h>

#include <deviceflow/store.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace deviceflow::test {

/// An empty folder of mode 0700, removed with everything in it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }
  /// The names in `folder` below this one, sorted; none where there is no such folder.
  std::vector<std::string> names(const std::string& folder) const;
  /// The bytes of every file below this folder, one after the other.
  std::string all_bytes() const;

 private:
  std::string path_;
};

/// A fake keyring.
class FakeKeys final : public KeySource {
 public:
  Result<std::optional<Secret>> find() override;
  Result<void> keep(const Secret& key) override;
  std::string place() const override { return "the test's keyring"; }

  std::optional<std::string> key;
  bool locked = false;
  int kept = 0;
};

inline const StoreKey kKey{"https://id.example.com", "tv"};

/// Saves `record` under `key` through a lock of its own.
Result<void> save(TokenStore& store, const std::string& record, const StoreKey& key = kKey);
Result<void> erase(TokenStore& store, const StoreKey& key = kKey);
/// The record, "(none)", or "(error code)".
std::string load(TokenStore& store, const StoreKey& key = kKey);

/// Runs `work` in a child process and returns its wait status.
int in_child(const std::function<void()>& work);
/// Starts a child that runs `work`; the caller ends and reaps it.
pid_t start_child(const std::function<void()>& work);

}  // namespace deviceflow::test

#endif
