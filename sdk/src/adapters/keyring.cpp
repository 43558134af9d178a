#include <dlfcn.h>

#include <deviceflow/store.hpp>

namespace deviceflow {

namespace {

// libsecret's and GLib's own types, as far as we hand them through.
struct Schema;
struct Cancellable;
struct Service;
struct Collection;
struct GlibError {
  std::uint32_t domain;
  int code;
  char* message;
};
using NewSchema = Schema* (*)(const char* name, int flags, ...);
using FreeSchema = void (*)(Schema*);
using LookUp = char* (*)(const Schema*, Cancellable*, GlibError**, ...);
using Store = int (*)(const Schema*, const char* collection, const char* label,
                      const char* password, Cancellable*, GlibError**, ...);
using FindCollection = Collection* (*)(Service*, const char* alias, int flags, Cancellable*,
                                       GlibError**);
using IsLocked = int (*)(Collection*);
using Release = void (*)(void*);
using FreePassword = void (*)(char*);
using FreeError = void (*)(GlibError*);

constexpr const char* kLibrary = "libsecret-1.so.0";
constexpr const char* kSchemaName = "io.deviceflow.TokenStoreKey";
constexpr const char* kAttribute = "purpose";
constexpr const char* kPurpose = "token-store";
constexpr const char* kLabel = "Key of stored sign-ins (deviceflow)";
constexpr int kTextAttribute = 0;
const char* const kEnd = nullptr;

Error no_key(std::string message) {
  return make_error(Blame::storage, ErrorCode::store_no_key, Stage::store, std::move(message));
}

// A keyring keeps text.
Secret to_hex(const Secret& bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  Secret out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes.reveal()) {
    const auto byte = static_cast<unsigned char>(c);
    out.append(kHex.substr(byte >> 4, 1));
    out.append(kHex.substr(byte & 15, 1));
  }
  return out;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Empty where it is not what to_hex() makes of a key.
Secret from_hex(std::string_view text) {
  if (text.size() != 2 * kStoreKeyBytes) return {};
  Secret out;
  out.reserve(kStoreKeyBytes);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    const char byte = static_cast<char>(high * 16 + low);
    out.append({&byte, 1});
  }
  return out;
}

template <typename Function>
bool find_symbol(void* library, const char* name, Function& out) {
  out = reinterpret_cast<Function>(dlsym(library, name));
  return out != nullptr;
}

}  // namespace

struct Keyring::Library {
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (schema != nullptr) free_schema(schema);
  }

  NewSchema new_schema = nullptr;
  FreeSchema free_schema = nullptr;
  LookUp look_up = nullptr;
  Store store = nullptr;
  FreePassword free_password = nullptr;
  FreeError free_error = nullptr;
  FindCollection find_collection = nullptr;
  IsLocked is_locked = nullptr;
  Release release = nullptr;
  Schema* schema = nullptr;

  // What went wrong, in a sentence; frees `error`.
  Error failed(const char* what, GlibError* error) const {
    std::string message = std::string("The desktop's keyring ") + what;
    if (error != nullptr) {
      message += std::string(": ") + error->message;
      free_error(error);
    }
    return no_key(message + ".");
  }
};

Keyring::Keyring(Prompt prompt) : prompt_(prompt) {}

Keyring::~Keyring() = default;

// The library, if it may be asked now.
Result<Keyring::Library*> Keyring::library() {
  if (!library_) {
    const auto loaded = load();
    if (!loaded.ok()) return loaded.error();
  }
  if (prompt_ == Prompt::allowed) return library_.get();
  GlibError* error = nullptr;
  Collection* keyring = library_->find_collection(nullptr, "default", 0, nullptr, &error);
  if (error != nullptr) return library_->failed("can't be used", error);
  if (keyring == nullptr) return no_key("The desktop has no default keyring.");
  const bool locked = library_->is_locked(keyring) != 0;
  library_->release(keyring);
  if (locked) return no_key("The desktop's keyring is locked.");
  return library_.get();
}

Result<void> Keyring::load() {
  // Never unloaded: GLib starts threads that can't be stopped.
  void* handle = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    return no_key("There is no keyring: the library libsecret is not installed.");
  }
  auto library = std::make_unique<Library>();
  const bool complete = find_symbol(handle, "secret_schema_new", library->new_schema) &&
                        find_symbol(handle, "secret_schema_unref", library->free_schema) &&
                        find_symbol(handle, "secret_password_lookup_sync", library->look_up) &&
                        find_symbol(handle, "secret_password_store_sync", library->store) &&
                        find_symbol(handle, "secret_password_free", library->free_password) &&
                        find_symbol(handle, "g_error_free", library->free_error);
  const bool can_look =
      find_symbol(handle, "secret_collection_for_alias_sync", library->find_collection) &&
      find_symbol(handle, "secret_collection_get_locked", library->is_locked) &&
      find_symbol(handle, "g_object_unref", library->release);
  if (!complete || (prompt_ == Prompt::never && !can_look)) {
    return no_key("There is no keyring: this version of libsecret can't be used.");
  }
  library->schema = library->new_schema(kSchemaName, 0, kAttribute, kTextAttribute, kEnd);
  library_ = std::move(library);
  return {};
}

Result<std::optional<Secret>> Keyring::find() {
  const auto loaded = library();
  if (!loaded.ok()) return loaded.error();
  const Library& lib = **loaded;
  GlibError* error = nullptr;
  char* text = lib.look_up(lib.schema, nullptr, &error, kAttribute, kPurpose, kEnd);
  if (error != nullptr) return lib.failed("can't be used", error);
  if (text == nullptr) return std::optional<Secret>();
  Secret key = from_hex(text);
  lib.free_password(text);
  if (key.empty()) {
    return no_key(std::string("The desktop's keyring holds an entry \"") + kLabel +
                  "\" that is no key. It was left as it is.");
  }
  return std::optional<Secret>(std::move(key));
}

Result<void> Keyring::keep(const Secret& key) {
  const auto loaded = library();
  if (!loaded.ok()) return loaded.error();
  const Library& lib = **loaded;
  Secret text = to_hex(key);
  const char end = '\0';  // libsecret reads up to it
  text.append({&end, 1});
  GlibError* error = nullptr;
  const int kept = lib.store(lib.schema, nullptr, kLabel, text.reveal().data(), nullptr, &error,
                             kAttribute, kPurpose, kEnd);
  if (kept == 0 || error != nullptr) return lib.failed("did not take the key", error);
  return {};
}

std::string Keyring::place() const {
  return "the desktop's keyring";
}

}  // namespace deviceflow
