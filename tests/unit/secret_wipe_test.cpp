// Watches every block of memory of this program as it is given back: a secret's must hold zeros.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <deviceflow/messages.hpp>
#include <deviceflow/secret.hpp>
#include <deviceflow/stored_login.hpp>
#include <new>

#include "foundation/json.hpp"

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
              const Secret copied = moved;
            }),
            0);
}

TEST(SecretWipe, ReadJsonLeavesNothingBehindWhenItGoes) {
  auto value = JsonValue::object();
  value.set("access_token", kSentinel);
  EXPECT_EQ(copies_left_by([&] {
              const JsonValue copied = value;
              const JsonValue moved(std::move(value));
            }),
            0);
}

TEST(SecretWipe, ARedactorLeavesNothingBehind) {
  const Secret secret{std::string_view(kSentinel)};
  EXPECT_EQ(copies_left_by([&] {
              Redactor redactor;
              redactor.add(secret);
              const Redactor copied = redactor;
            }),
            0);
}

TEST(SecretWipe, WritingARecordLeavesNothingBehind) {
  StoredLogin login;
  login.tokens.access_token = Secret(std::string_view(kSentinel));
  login.dpop_key = Secret(std::string_view(kSentinel));
  EXPECT_EQ(copies_left_by([&] { const Secret record = to_record(login); }), 0);
}

HttpResponse answer_with(std::string_view body) {
  HttpResponse response;
  response.status = 200;
  response.headers.push_back({"Content-Type", Secret("application/json")});
  response.body = Secret(body);
  return response;
}

// The member that is a secret comes last: what a reader read last is what it may forget to wipe.
constexpr char kTokens[] =
    R"({"token_type":"Bearer","access_token":"sentinel-that-must-not-stay-behind",)"
    R"("id_token":"sentinel-that-must-not-stay-behind",)"
    R"("refresh_token":"sentinel-that-must-not-stay-behind"})";

TEST(SecretWipe, ReadingATokenAnswerLeavesNothingBehind) {
  const HttpResponse response = answer_with(kTokens);
  bool read = false;
  EXPECT_EQ(copies_left_by([&] {
              const TokenAnswer answer = read_token_response(response);
              read = answer.tokens && answer.tokens->refresh_token.reveal() == kSentinel;
            }),
            0);
  EXPECT_TRUE(read);
}

TEST(SecretWipe, ReadingARefreshAnswerLeavesNothingBehind) {
  const HttpResponse response = answer_with(kTokens);
  RefreshParameters parameters;
  parameters.token_endpoint = "https://as.example/token";
  parameters.refresh_token = Secret(std::string_view(kSentinel));
  bool read = false;
  EXPECT_EQ(copies_left_by([&] {
              const RefreshAnswer answer = read_refresh_response(response, parameters);
              read = answer.tokens && answer.tokens->refresh_token.reveal() == kSentinel;
            }),
            0);
  EXPECT_TRUE(read);
}

TEST(SecretWipe, ReadingARecordLeavesNothingBehind) {
  StoredLogin login;
  login.issuer = "https://as.example";
  login.client_id = "client";
  login.tokens.access_token = Secret(std::string_view(kSentinel));
  login.tokens.token_type = "Bearer";
  login.tokens.refresh_token = Secret(std::string_view(kSentinel));
  login.dpop_key = Secret(std::string_view(kSentinel));
  const Secret record = to_record(login);
  bool read = false;
  EXPECT_EQ(copies_left_by([&] {
              const auto again = read_record(record);
              read = again.ok() && again->dpop_key.reveal() == kSentinel;
            }),
            0);
  EXPECT_TRUE(read);
}

TEST(SecretWipe, ReadingAnIntrospectionAnswerLeavesNothingBehind) {
  const HttpResponse response =
      answer_with(R"({"active":true,"jti":"sentinel-that-must-not-stay-behind"})");
  bool read = false;
  EXPECT_EQ(copies_left_by([&] {
              const auto answer = read_introspection_response(response);
              read = answer.ok() && answer->active;
            }),
            0);
  EXPECT_TRUE(read);
}

// Wherever the connection broke, and with escapes in the middle of what came.
TEST(SecretWipe, HalfAnAnswerLeavesNothingBehind) {
  const std::string_view whole = kTokens;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Secret half(whole.substr(0, size));
    EXPECT_EQ(copies_left_by([&] { EXPECT_FALSE(parse_json(half.reveal()).ok()); }), 0) << size;
  }
  const Secret escaped(R"(["sentinel-that-must-not-stay-behind\x"])");
  EXPECT_EQ(copies_left_by([&] { EXPECT_FALSE(parse_json(escaped.reveal()).ok()); }), 0);
}

}  // namespace
}  // namespace deviceflow
