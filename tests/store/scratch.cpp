#include "scratch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace deviceflow::test {

namespace fs = std::filesystem;

Scratch::Scratch() {
  std::string name = fs::temp_directory_path() / "deviceflow-store-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> Scratch::names(const std::string& folder) const {
  std::vector<std::string> out;
  std::error_code missing;  // a program may be killed before it has made the folder
  for (const auto& entry : fs::directory_iterator(path_ + "/" + folder, missing)) {
    out.push_back(entry.path().filename());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Scratch::all_bytes() const {
  std::ostringstream out;
  for (const auto& entry : fs::recursive_directory_iterator(path_)) {
    if (entry.is_regular_file() && entry.file_size() > 0) {
      out << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    }
  }
  return out.str();
}

Result<std::optional<Secret>> FakeKeys::find() {
  if (locked) {
    return make_error(Blame::storage, ErrorCode::store_no_key, Stage::store,
                      "The test's keyring is locked.");
  }
  if (!key) return std::optional<Secret>();
  return std::optional<Secret>(Secret(*key));
}

Result<void> FakeKeys::keep(const Secret& fresh) {
  key = std::string(fresh.reveal());
  ++kept;
  return {};
}

Result<void> save(TokenStore& store, const std::string& record, const StoreKey& key) {
  const Cancel never;
  auto lock = store.lock(key, std::chrono::seconds(5), never);
  if (!lock.ok()) return lock.error();
  return (*lock)->save(Secret(record));
}

Result<void> erase(TokenStore& store, const StoreKey& key) {
  const Cancel never;
  auto lock = store.lock(key, std::chrono::seconds(5), never);
  if (!lock.ok()) return lock.error();
  return (*lock)->erase();
}

std::string load(TokenStore& store, const StoreKey& key) {
  const auto record = store.load(key);
  if (!record.ok()) return "(" + std::string(name(record.error().code)) + ")";
  if (!*record) return "(none)";
  return std::string((*record)->reveal());
}

pid_t start_child(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  return child;
}

int in_child(const std::function<void()>& work) {
  int status = 0;
  waitpid(start_child(work), &status, 0);
  return status;
}

}  // namespace deviceflow::test
