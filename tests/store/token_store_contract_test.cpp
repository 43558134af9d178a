// What every token store has to keep, run against each of ours. A product's own store can be run
// through it: add a factory below.
#include <gtest/gtest.h>

#include <atomic>
#include <deviceflow/file_store.hpp>
#include <deviceflow/memory_store.hpp>
#include <thread>

#include "scratch.hpp"

namespace deviceflow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Ground {
  Scratch scratch;
  FakeKeys keys;
};

struct Kind {
  const char* name;
  std::unique_ptr<TokenStore> (*make)(Ground&);
};

const Kind kKinds[] = {
    {"Memory",
     [](Ground&) { return std::unique_ptr<TokenStore>(std::make_unique<MemoryStore>()); }},
    {"PlainFile",
     [](Ground& ground) {
       FileStoreOptions options;
       options.directory = ground.scratch.path() + "/new/store";
       return std::unique_ptr<TokenStore>(std::make_unique<FileStore>(options));
     }},
    {"EncryptedFile",
     [](Ground& ground) {
       FileStoreOptions options;
       options.directory = ground.scratch.path() + "/new/store";
       options.keys = &ground.keys;
       options.encryption = FileStoreOptions::Encryption::required;
       return std::unique_ptr<TokenStore>(std::make_unique<FileStore>(options));
     }},
};

class TokenStoreContract : public testing::TestWithParam<Kind> {
 protected:
  Ground ground;
  std::unique_ptr<TokenStore> store = GetParam().make(ground);
  const CancelFlag never;
};

INSTANTIATE_TEST_SUITE_P(Stores, TokenStoreContract, testing::ValuesIn(kKinds),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(TokenStoreContract, AnEmptyStoreHoldsNothingAndSaysSoWithoutAnError) {
  EXPECT_EQ(load(*store), "(none)");
}

TEST_P(TokenStoreContract, GivesBackWhatWasSavedByteForByte) {
  const std::string record("a\0b\n\xFF{}", 8);
  ASSERT_TRUE(save(*store, record).ok());
  EXPECT_EQ(load(*store), record);
}

TEST_P(TokenStoreContract, TheLastRecordCounts) {
  ASSERT_TRUE(save(*store, "a long first record").ok());
  ASSERT_TRUE(save(*store, "short").ok());
  EXPECT_EQ(load(*store), "short");
}

TEST_P(TokenStoreContract, HoldsALargeRecord) {  // T-5.1-6
  const std::string large(700000, 'x');
  ASSERT_TRUE(save(*store, large).ok());
  EXPECT_EQ(load(*store), large);
}

TEST_P(TokenStoreContract, KeepsIssuersAndClientsApart) {  // T-10.3-1
  const StoreKey other_client{"https://id.example.com", "radio"};
  const StoreKey other_issuer{"https://id.example.co", "mtv"};
  ASSERT_TRUE(save(*store, "tv's").ok());
  EXPECT_EQ(load(*store, other_client), "(none)");
  EXPECT_EQ(load(*store, other_issuer), "(none)");
  ASSERT_TRUE(save(*store, "radio's", other_client).ok());
  ASSERT_TRUE(erase(*store).ok());
  EXPECT_EQ(load(*store), "(none)");
  EXPECT_EQ(load(*store, other_client), "radio's");
}

TEST_P(TokenStoreContract, ErasingWhatIsNotThereSucceeds) {
  EXPECT_TRUE(erase(*store).ok());
  EXPECT_EQ(load(*store), "(none)");
}

TEST_P(TokenStoreContract, ALockIsExclusiveAndTheWaitIsBounded) {
  const auto first = store->lock(kKey, seconds(5), never);
  ASSERT_TRUE(first.ok());
  const auto second = store->lock(kKey, milliseconds(30), never);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::store_locked);
  EXPECT_EQ(second.error().blame, Blame::storage);
}

TEST_P(TokenStoreContract, ALockDoesNotHoldUpOtherRecordsOrReaders) {
  ASSERT_TRUE(save(*store, "old").ok());
  const auto held = store->lock(kKey, seconds(5), never);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(load(*store), "old");
  EXPECT_TRUE(save(*store, "x", {"https://other.example.com", "tv"}).ok());
}

TEST_P(TokenStoreContract, ALockIsFreeAgainWhenItGoes) {
  { const auto held = store->lock(kKey, seconds(5), never); }
  EXPECT_TRUE(store->lock(kKey, milliseconds(0), never).ok());
}

TEST_P(TokenStoreContract, ACancelEndsTheWaitForALock) {
  const auto held = store->lock(kKey, seconds(5), never);
  CancelFlag cancel;
  cancel.set();
  const auto second = store->lock(kKey, seconds(60), cancel);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::cancelled);
}

TEST_P(TokenStoreContract, ThreadsTakeTurns) {
  std::atomic<int> inside{0};
  std::atomic<int> wrong{0};
  ASSERT_TRUE(save(*store, "0").ok());
  const auto work = [&] {
    for (int i = 0; i < 10; ++i) {
      auto lock = store->lock(kKey, seconds(30), never);
      if (!lock.ok() || inside.fetch_add(1) != 0) ++wrong;
      const int count = std::stoi(load(*store));
      if (!(*lock)->save(Secret(std::to_string(count + 1))).ok()) ++wrong;
      inside.fetch_sub(1);
    }
  };
  std::thread threads[] = {std::thread(work), std::thread(work), std::thread(work)};
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(load(*store), "30");
}

TEST_P(TokenStoreContract, AReaderSeesOneRecordOrTheOtherNeverAMixture) {
  const std::string a(20000, 'a');
  const std::string b(30000, 'b');
  ASSERT_TRUE(save(*store, a).ok());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i) static_cast<void>(save(*store, i % 2 == 0 ? b : a).ok());
    done = true;
  });
  int odd = 0;
  while (!done) {
    const std::string seen = load(*store);
    if (seen != a && seen != b) ++odd;
  }
  writer.join();
  EXPECT_EQ(odd, 0);
}

TEST_P(TokenStoreContract, SaysHowWellItProtectsInASentence) {
  EXPECT_GT(store->protection().sentence.size(), 30u);
}

}  // namespace
}  // namespace deviceflow::test
