// What every token store has to keep (token_store.hpp), to be run against one of your own: make it
// in a TokenStoreKind and instantiate TokenStoreContract with that, as ports_test.cpp does.
#ifndef DEVICEFLOW_TESTS_TOKEN_STORE_CONTRACT_HPP
#define DEVICEFLOW_TESTS_TOKEN_STORE_CONTRACT_HPP

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <deviceflow/store.hpp>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <thread>

namespace deviceflow::test {

/// Makes an empty store. What it stands on has to last until the store goes.
struct TokenStoreKind {
  const char* name;
  std::shared_ptr<TokenStore> (*make)();
};

inline void PrintTo(const TokenStoreKind& kind, std::ostream* out) {
  *out << kind.name;
}

class TokenStoreContract : public testing::TestWithParam<TokenStoreKind> {
 protected:
  using Key = StoreKey;
  const Key kKey{"https://id.example.com", "tv"};
  std::shared_ptr<TokenStore> store = GetParam().make();
  const Cancel never;

  Result<void> save(const std::string& record) { return save(record, kKey); }
  Result<void> save(const std::string& record, const Key& key) {
    auto lock = store->lock(key, std::chrono::seconds(30), never);
    return lock.ok() ? (*lock)->save(Secret(record)) : lock.error();
  }
  Result<void> erase() {
    auto lock = store->lock(kKey, std::chrono::seconds(30), never);
    return lock.ok() ? (*lock)->erase() : lock.error();
  }
  /// The record, "(none)", or "(error code)".
  std::string load() { return load(kKey); }
  std::string load(const Key& key) {
    const auto record = store->load(key);
    if (!record.ok()) return "(" + std::string(name(record.error().code)) + ")";
    return *record ? std::string((*record)->reveal()) : "(none)";
  }
};

TEST_P(TokenStoreContract, AnEmptyStoreHoldsNothingAndSaysSoWithoutAnError) {
  EXPECT_EQ(load(), "(none)");
}

TEST_P(TokenStoreContract, GivesBackWhatWasSavedByteForByte) {
  const std::string record("a\0b\n\xFF{}", 8);
  ASSERT_TRUE(save(record).ok());
  EXPECT_EQ(load(), record);
}

TEST_P(TokenStoreContract, TheLastRecordCounts) {
  ASSERT_TRUE(save("a long first record").ok());
  ASSERT_TRUE(save("short").ok());
  EXPECT_EQ(load(), "short");
}

TEST_P(TokenStoreContract, HoldsALargeRecord) {  // T-5.1-6
  const std::string large(700000, 'x');
  ASSERT_TRUE(save(large).ok());
  EXPECT_EQ(load(), large);
}

TEST_P(TokenStoreContract, KeepsIssuersAndClientsApart) {  // T-10.3-1
  const StoreKey other_client{"https://id.example.com", "radio"};
  const StoreKey other_issuer{"https://id.example.co", "mtv"};
  ASSERT_TRUE(save("tv's").ok());
  EXPECT_EQ(load(other_client), "(none)");
  EXPECT_EQ(load(other_issuer), "(none)");
  ASSERT_TRUE(save("radio's", other_client).ok());
  ASSERT_TRUE(erase().ok());
  EXPECT_EQ(load(), "(none)");
  EXPECT_EQ(load(other_client), "radio's");
}

TEST_P(TokenStoreContract, KeepsAccountsApart) {
  const StoreKey ada{"https://id.example.com", "tv", "ada"};
  const StoreKey not_ada{"https://id.example.com", "tva", "da"};
  ASSERT_TRUE(save("tv's").ok());
  EXPECT_EQ(load(ada), "(none)");
  ASSERT_TRUE(save("ada's", ada).ok());
  EXPECT_EQ(load(not_ada), "(none)");
  EXPECT_EQ(load(), "tv's");
  ASSERT_TRUE(erase().ok());
  EXPECT_EQ(load(ada), "ada's");
}

TEST_P(TokenStoreContract, ListsEveryRecordAndNothingElse) {
  const auto listed = [&] {
    std::multiset<std::string> out;
    const auto records = store->list();
    EXPECT_TRUE(records.ok());
    for (const auto& record : *records) {
      out.emplace(record.ok() ? record->reveal() : name(record.error().code));
    }
    return out;
  };
  EXPECT_EQ(listed(), std::multiset<std::string>{});
  ASSERT_TRUE(save("tv's").ok());
  ASSERT_TRUE(save("ada's", {"https://id.example.com", "tv", "ada"}).ok());
  ASSERT_TRUE(save("radio's", {"https://other.example.com", "radio"}).ok());
  const auto held =
      store->lock({"https://id.example.com", "locked"}, std::chrono::seconds(5), never);
  EXPECT_EQ(listed(), (std::multiset<std::string>{"ada's", "radio's", "tv's"}));
  ASSERT_TRUE(erase().ok());
  EXPECT_EQ(listed(), (std::multiset<std::string>{"ada's", "radio's"}));
}

TEST_P(TokenStoreContract, ErasingWhatIsNotThereSucceeds) {
  EXPECT_TRUE(erase().ok());
  EXPECT_EQ(load(), "(none)");
}

TEST_P(TokenStoreContract, ALockIsExclusiveAndTheWaitIsBounded) {
  const auto first = store->lock(kKey, std::chrono::seconds(5), never);
  ASSERT_TRUE(first.ok());
  const auto second = store->lock(kKey, std::chrono::milliseconds(30), never);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::store_locked);
  EXPECT_EQ(second.error().blame, Blame::storage);
}

TEST_P(TokenStoreContract, ALockDoesNotHoldUpOtherRecordsOrReaders) {
  ASSERT_TRUE(save("old").ok());
  const auto held = store->lock(kKey, std::chrono::seconds(5), never);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(load(), "old");
  EXPECT_TRUE(save("x", {"https://other.example.com", "tv"}).ok());
}

TEST_P(TokenStoreContract, ALockIsFreeAgainWhenItGoes) {
  { const auto held = store->lock(kKey, std::chrono::seconds(5), never); }
  EXPECT_TRUE(store->lock(kKey, std::chrono::milliseconds(0), never).ok());
}

TEST_P(TokenStoreContract, ACancelEndsTheWaitForALock) {
  const auto held = store->lock(kKey, std::chrono::seconds(5), never);
  Cancel cancel;
  cancel.set();
  const auto second = store->lock(kKey, std::chrono::seconds(60), cancel);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::cancelled);
}

TEST_P(TokenStoreContract, ACancelEndsAWaitForALockThatHasBegun) {
  using Time = std::chrono::steady_clock;
  const auto held = store->lock(kKey, std::chrono::seconds(5), never);
  const Cancel parent;
  const Cancel cancel = parent.child();
  std::atomic<Time::rep> at{0};
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    at = Time::now().time_since_epoch().count();
    parent.set();
  });
  const auto second = store->lock(kKey, std::chrono::seconds(60), cancel);
  const auto back = Time::now().time_since_epoch();
  other.join();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::cancelled);
  EXPECT_LT(back - Time::duration(at), std::chrono::milliseconds(1000))
      << "200 ms, and what a busy machine adds";
}

TEST_P(TokenStoreContract, ThreadsTakeTurns) {
  std::atomic<int> inside{0};
  std::atomic<int> wrong{0};
  ASSERT_TRUE(save("0").ok());
  const auto work = [&] {
    for (int i = 0; i < 10; ++i) {
      auto lock = store->lock(kKey, std::chrono::seconds(30), never);
      if (!lock.ok() || inside.fetch_add(1) != 0) ++wrong;
      const int count = std::stoi(load());
      if (!(*lock)->save(Secret(std::to_string(count + 1))).ok()) ++wrong;
      inside.fetch_sub(1);
    }
  };
  std::thread threads[] = {std::thread(work), std::thread(work), std::thread(work)};
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(load(), "30");
}

TEST_P(TokenStoreContract, AReaderSeesOneRecordOrTheOtherNeverAMixture) {
  const std::string a(20000, 'a');
  const std::string b(30000, 'b');
  ASSERT_TRUE(save(a).ok());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i) static_cast<void>(save(i % 2 == 0 ? b : a).ok());
    done = true;
  });
  int odd = 0;
  while (!done) {
    const std::string seen = load();
    if (seen != a && seen != b) ++odd;
  }
  writer.join();
  EXPECT_EQ(odd, 0);
}

TEST_P(TokenStoreContract, SaysHowWellItProtectsInASentence) {
  EXPECT_GT(store->protection().sentence.size(), 30u);
}

}  // namespace deviceflow::test

#endif
