#include "own_process.hpp"

#include <curl/curl.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deviceflow/secret.hpp>
#include <new>

namespace deviceflow::demo {

namespace {

void wipe_and_free(void* block) {
  if (block == nullptr) return;
  wipe(block, malloc_usable_size(block));
  std::free(block);
}

// realloc() would leave a copy where the block was.
void* wiping_realloc(void* block, std::size_t size) {
  if (block == nullptr) return std::malloc(size);
  if (size == 0) {
    wipe_and_free(block);
    return nullptr;
  }
  const std::size_t before = malloc_usable_size(block);
  if (size <= before && size >= before / 2) return block;
  void* moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, std::min(size, before));
  wipe_and_free(block);
  return moved;
}

char* duplicate(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  auto* copy = static_cast<char*>(std::malloc(size));
  if (copy != nullptr) std::memcpy(copy, text, size);
  return copy;
}

}  // namespace

void protect_process() noexcept {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);  // also if the system hands core dumps to a program
  // OpenSSL first: libcurl sets it up.
  CRYPTO_set_mem_functions(
      [](std::size_t size, const char*, int) { return std::malloc(size); },
      [](void* block, std::size_t size, const char*, int) { return wiping_realloc(block, size); },
      [](void* block, const char*, int) { wipe_and_free(block); });
  curl_global_init_mem(CURL_GLOBAL_DEFAULT, std::malloc, wipe_and_free, wiping_realloc, duplicate,
                       std::calloc);
}

}  // namespace deviceflow::demo

// Texts that are no Secret hold secrets for a moment: while they are searched for them, and on a
// screen that reveals them.
void* operator new(std::size_t size) {
  void* block = std::malloc(std::max<std::size_t>(size, 1));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(std::max<std::size_t>(size, 1));
}

void operator delete(void* block) noexcept {
  deviceflow::demo::wipe_and_free(block);
}

void operator delete(void* block, std::size_t) noexcept {
  deviceflow::demo::wipe_and_free(block);
}
