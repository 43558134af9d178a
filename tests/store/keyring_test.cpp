// The desktop's keyring as it is on this machine. Run by keyring_test.py, which brings a private
// session bus and a keyring service, or takes them away; each test belongs to one of its scenes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <deviceflow/store.hpp>

#include "scratch.hpp"

namespace deviceflow::test {
namespace {

FileStoreOptions options(KeySource& keys) {
  FileStoreOptions out;
  out.directory = std::string(std::getenv("DEVICEFLOW_TEST_STORE"));
  out.keys = &keys;
  return out;
}

// ---- Scene: an unlocked keyring -----------------------------------------------------------------

TEST(KeyringUnlocked, KeepsTheKeyItIsGiven) {
  Keyring keyring;
  const auto before = keyring.find();
  ASSERT_TRUE(before.ok()) << before.error().message;
  EXPECT_FALSE(*before);
  const std::string key = "\x01\xFF" + std::string(30, 'k');
  ASSERT_TRUE(keyring.keep(Secret(key)).ok());
  Keyring again;
  EXPECT_EQ((*again.find())->reveal(), key);
}

TEST(KeyringUnlocked, EncryptsTheStore) {  // T-10.3-1
  Keyring keyring;
  FileStore store(options(keyring));
  ASSERT_TRUE(save(store, "token-sentinel").ok());
  EXPECT_EQ(load(store), "token-sentinel");
  EXPECT_EQ(store.protection().kind, Protection::Kind::encrypted_file);
  FileStoreOptions without = options(keyring);
  without.keys = nullptr;
  FileStore blind(without);
  EXPECT_EQ(load(blind), "(store_no_key)");
}

// ---- Scene: the same keyring in a later session -------------------------------------------------

TEST(KeyringLater, OpensTheStoreAgain) {
  Keyring keyring;
  FileStore store(options(keyring));
  EXPECT_EQ(load(store), "token-sentinel");
}

// ---- Scene: the keyring is locked and nobody can be asked ---------------------------------------

TEST(KeyringLocked, TheStoreSaysThatItsKeyIsMissingAndStaysAsItIs) {
  Keyring keyring;
  FileStore store(options(keyring));
  EXPECT_EQ(load(store), "(store_no_key)");
  FileStoreOptions other = options(keyring);
  other.directory += "/other";
  FileStore fresh(other);
  ASSERT_TRUE(save(fresh, "record").ok());
  EXPECT_EQ(load(fresh), "record");
  EXPECT_EQ(fresh.protection().kind, Protection::Kind::plain_file) << fresh.protection().sentence;
}

// ---- Scene: no session bus, or no keyring service on it -----------------------------------------

TEST(KeyringAbsent, SaysWhyAndTheStoreFallsBackToPlain) {
  Keyring keyring;
  const auto found = keyring.find();
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, ErrorCode::store_no_key);
  EXPECT_GT(found.error().message.size(), 40u);
  RecordProperty("reason", found.error().message);
  Scratch scratch;
  FileStoreOptions plain = options(keyring);
  plain.directory = scratch.path() + "/store";
  FileStore store(plain);
  ASSERT_TRUE(save(store, "record").ok());
  EXPECT_EQ(load(store), "record");
  EXPECT_EQ(store.protection().kind, Protection::Kind::plain_file);
  EXPECT_NE(store.protection().sentence.find(found.error().message), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::test
