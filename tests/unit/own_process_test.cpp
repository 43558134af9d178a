// By itself, since the allocators have to be in place before OpenSSL or libcurl allocate anything.
#include "common/own_process.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

namespace deviceflow::demo {
namespace {

const bool is_protected = [] {
  protect_process();
  return true;
}();

constexpr std::size_t kSize = 400;
constexpr std::size_t kLinks = 16;

void fill(void* block) {
  std::memset(block, 'S', kSize);
}

// What stands where a block was. Read from outside, as a memory dump does.
std::size_t left_at(std::uintptr_t place) {
  static char bytes[kSize];  // one from the heap could be that block
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  EXPECT_GE(memory, 0);
  EXPECT_EQ(pread(memory, bytes, kSize, static_cast<off_t>(place)), static_cast<ssize_t>(kSize));
  close(memory);
  std::size_t left = 0;
  // A freed block begins with malloc's own links, of any value.
  for (std::size_t i = kLinks; i < kSize; ++i) left += bytes[i] == 'S' ? 1 : 0;
  return left;
}

std::uintptr_t place_of(const void* block) {
  return reinterpret_cast<std::uintptr_t>(block);
}

TEST(OwnProcess, PlainFreeLeavesABlockAsItIs) {
  void* block = std::malloc(kSize);
  fill(block);
  const std::uintptr_t place = place_of(block);
  std::free(block);
  EXPECT_GT(left_at(place), kSize / 2);
}

TEST(OwnProcess, WhatOpensslFreesIsWiped) {
  void* block = OPENSSL_malloc(kSize);
  fill(block);
  const std::uintptr_t place = place_of(block);
  OPENSSL_free(block);
  EXPECT_EQ(left_at(place), 0u);
}

TEST(OwnProcess, WhatOpensslMovesIsWipedWhereItWas) {
  void* block = OPENSSL_malloc(kSize);
  fill(block);
  const std::uintptr_t place = place_of(block);
  void* moved = OPENSSL_realloc(block, 100 * kSize);
  ASSERT_NE(place_of(moved), place);
  EXPECT_EQ(left_at(place), 0u);
  EXPECT_EQ(static_cast<char*>(moved)[kSize - 1], 'S');
  void* smaller = OPENSSL_realloc(moved, kSize);
  EXPECT_EQ(static_cast<char*>(smaller)[kSize - 1], 'S');
  OPENSSL_free(smaller);
}

TEST(OwnProcess, WhatLibcurlFreesIsWiped) {
  const std::string text(kSize, 'S');
  curl_slist* list = curl_slist_append(nullptr, text.c_str());
  const std::uintptr_t place = place_of(list->data);
  ASSERT_EQ(left_at(place), kSize - kLinks);
  curl_slist_free_all(list);
  EXPECT_EQ(left_at(place), 0u);
}

TEST(OwnProcess, WhatAStringFreesIsWiped) {
  auto text = std::make_unique<std::string>(kSize, 'S');
  const std::uintptr_t place = place_of(text->data());
  ASSERT_EQ(left_at(place), kSize - kLinks);
  text.reset();
  EXPECT_EQ(left_at(place), 0u);
}

TEST(OwnProcess, NoCoreDumpIsWritten) {
  EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
  rlimit core{1, 1};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &core), 0);
  EXPECT_EQ(core.rlim_cur, 0u);
}

TEST(OwnProcess, IsProtectedOnceAndForAll) {
  EXPECT_TRUE(is_protected);
  protect_process();
  void* block = OPENSSL_malloc(kSize);
  fill(block);
  OPENSSL_free(block);
}

}  // namespace
}  // namespace deviceflow::demo
