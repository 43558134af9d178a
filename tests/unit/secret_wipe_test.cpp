// Watches every block of memory of this program as it is given back: a secret's must hold zeros.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <deviceflow/json.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/stored_login.hpp>
#include <new>

namespace {

constexpr char kSentinel[] = "sentinel-that-must-not-stay-behind";
thread_local bool watching = false;
thread_local int left_behind = 0;

// A block is searched by the size that it was asked for, which stands in front of it.
constexpr std::size_t kHeader = alignof(std::max_align_t);

void give_back(void* block) noexcept {
  if (block == nullptr) return;
  char* start = static_cast<char*>(block) - kHeader;
  std::size_t size = 0;
  std::memcpy(&size, start, sizeof size);
  if (watching && memmem(block, size, kSentinel, sizeof kSentinel - 1) != nullptr) ++left_behind;
  std::free(start);
}

}  // namespace

void* operator new(std::size_t size) {
  char* start = static_cast<char*>(std::malloc(size + kHeader));
  if (start == nullptr) std::abort();
  std::memcpy(start, &size, sizeof size);
  return start + kHeader;
}
void operator delete(void* block) noexcept {
  give_back(block);
}
void operator delete(void* block, std::size_t) noexcept {
  give_back(block);
}

namespace deviceflow {
namespace {

template <typename Work>
int copies_left_by(Work work) {
  left_behind = 0;
  watching = true;
  work();
  watching = false;
  return left_behind;
}

TEST(SecretWipe, TheWatchSeesAnOrdinaryStringsCopy) {
  EXPECT_GT(copies_left_by([] { const std::string text(kSentinel); }), 0);
}

TEST(SecretWipe, ASecretLeavesNothingBehind) {
  EXPECT_EQ(copies_left_by([] {
              Secret secret{std::string_view(kSentinel)};
              for (int i = 0; i < 10; ++i) secret.append(" and more, so that it has to grow");
              const Secret moved(std::move(secret));
              const Secret copied = moved.copy();
            }),
            0);
}

TEST(SecretWipe, ReadJsonLeavesNothingBehindWhenItGoes) {
  auto value = JsonValue::object();
  value.set("access_token", kSentinel);
  EXPECT_EQ(copies_left_by([&] {
              const JsonValue copied = value.copy();
              const JsonValue moved(std::move(value));
            }),
            0);
}

TEST(SecretWipe, WritingARecordLeavesNothingBehind) {
  StoredLogin login;
  login.tokens.access_token = Secret(std::string_view(kSentinel));
  login.dpop_key = Secret(std::string_view(kSentinel));
  EXPECT_EQ(copies_left_by([&] { const Secret record = to_record(login); }), 0);
}

}  // namespace
}  // namespace deviceflow
