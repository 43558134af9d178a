#include "login_store.hpp"

#include <deviceflow/store.hpp>
#include <filesystem>

#include "settings.hpp"
#include "stoppable_keyring.hpp"

namespace deviceflow::demo {

Result<std::unique_ptr<LoginStore>> LoginStore::open(const std::string& where,
                                                     Keyring::Prompt prompt) {
  std::unique_ptr<LoginStore> out(new LoginStore);
  if (where == kNoStore) {
    out->store_ = std::make_shared<MemoryStore>();
    return out;
  }
  out->folder_ = where.empty() ? default_store_directory() : where;
  if (out->folder_.empty()) {
    return usage_error(
        "There is no folder for logins: neither HOME nor XDG_DATA_HOME is set. Name one with "
        "--store, or give --store none.");
  }
  std::error_code failed;
  const auto whole = std::filesystem::absolute(out->folder_, failed);
  if (!failed) out->folder_ = whole.string();
  out->keys_ = std::make_unique<StoppableKeyring>(prompt);
  FileStoreOptions options;
  options.directory = out->folder_;
  options.keys = out->keys_.get();
  out->store_ = std::make_shared<FileStore>(std::move(options));
  return out;
}

}  // namespace deviceflow::demo
