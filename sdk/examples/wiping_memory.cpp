#include <curl/curl.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deviceflow.hpp>
#include <iostream>

namespace {

void wiping_free(void* block) {
  if (block == nullptr) return;
  deviceflow::wipe(block, malloc_usable_size(block));
  std::free(block);
}

void* wiping_realloc(void* block, std::size_t size) {
  void* moved = std::malloc(size);
  if (moved == nullptr || block == nullptr) return moved;
  std::memcpy(moved, block, std::min(size, malloc_usable_size(block)));
  wiping_free(block);
  return moved;
}

char* duplicate(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  void* copy = std::malloc(size);
  return copy == nullptr ? nullptr : static_cast<char*>(std::memcpy(copy, text, size));
}

}  // namespace

int main() {
  prctl(PR_SET_DUMPABLE, 0);  // no core dumps
  CRYPTO_set_mem_functions(
      [](std::size_t size, const char*, int) { return std::malloc(size); },
      [](void* block, std::size_t size, const char*, int) { return wiping_realloc(block, size); },
      [](void* block, const char*, int) { wiping_free(block); });
  curl_global_init_mem(CURL_GLOBAL_DEFAULT, std::malloc, wiping_free, wiping_realloc, duplicate,
                       std::calloc);

  deviceflow::Session session({"https://id.example.com", "my-tv", "openid"});
  const auto token = session.sign_in([](const deviceflow::DeviceAuthorization& codes) {
    std::cout << "Open " << codes.verification_uri << " and enter " << codes.user_code << "\n";
  });
  return token.ok() ? 0 : 1;
}
