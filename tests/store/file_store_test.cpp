// What is special about files: modes, owners, links, encryption, processes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <deviceflow/store.hpp>
#include <filesystem>
#include <fstream>

#include "scratch.hpp"

namespace deviceflow::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
namespace fs = std::filesystem;

constexpr const char* kRecord = R"({"access_token":"token-sentinel"})";

class FileStoreTest : public testing::Test {
 protected:
  FileStoreOptions options(KeySource* with = nullptr) {
    FileStoreOptions out;
    out.directory = directory;
    out.keys = with;
    return out;
  }
  mode_t mode(const std::string& path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }
  // The record's file: the only one without an extension.
  std::string record_file() {
    for (const std::string& name : scratch.names("store")) {
      if (name.find('.') == std::string::npos) return directory + "/" + name;
    }
    return {};
  }
  void expect_unsafe(FileStore& store) { EXPECT_EQ(load(store), "(store_unsafe)"); }

  Scratch scratch;
  std::string directory = scratch.path() + "/store";
  FakeKeys keys;
  const Cancel never;
};

TEST_F(FileStoreTest, FolderAndFilesBelongToThisUserAlone) {  // T-10.3-1
  const mode_t before = umask(0);
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  umask(before);
  EXPECT_EQ(mode(directory), 0700u);
  EXPECT_EQ(scratch.names("store").size(), 2u);  // the record and its lock
  for (const std::string& name : scratch.names("store")) {
    EXPECT_EQ(mode(directory + "/" + name), 0600u) << name;
    EXPECT_EQ(name.find("example"), std::string::npos);
  }
}

TEST_F(FileStoreTest, LoadingMakesNothing) {
  FileStore store(options());
  EXPECT_EQ(load(store), "(none)");
  EXPECT_FALSE(fs::exists(directory));
}

TEST_F(FileStoreTest, AFolderThatOthersMayOpenIsRefused) {
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  chmod(directory.c_str(), 0755);
  expect_unsafe(store);
  const auto error = save(store, kRecord).error();
  EXPECT_EQ(error.code, ErrorCode::store_unsafe);
  EXPECT_EQ(error.blame, Blame::storage);
  EXPECT_TRUE(is_security_alarm(error.code));
  EXPECT_NE(error.message.find("chmod 700"), std::string::npos);
}

TEST_F(FileStoreTest, AFolderBehindASymbolicLinkIsRefused) {
  const std::string real = scratch.path() + "/real";
  ASSERT_EQ(mkdir(real.c_str(), 0700), 0);
  ASSERT_EQ(symlink(real.c_str(), directory.c_str()), 0);
  FileStore store(options());
  EXPECT_EQ(save(store, kRecord).error().code, ErrorCode::store_unsafe);
  directory += "/";
  FileStore slashed(options());
  EXPECT_EQ(save(slashed, kRecord).error().code, ErrorCode::store_unsafe);
  EXPECT_TRUE(fs::is_empty(real));
}

TEST_F(FileStoreTest, ARecordThatIsASymbolicLinkIsRefusedAndNeverWrittenThrough) {
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  const std::string file = record_file();
  const std::string target = scratch.path() + "/target";
  std::ofstream(target) << kRecord;
  chmod(target.c_str(), 0600);
  fs::remove(file);
  ASSERT_EQ(symlink(target.c_str(), file.c_str()), 0);
  expect_unsafe(store);
  ASSERT_TRUE(save(store, "new").ok());  // replaces the link, not what it points at
  EXPECT_EQ(load(store), "new");
  EXPECT_EQ(fs::file_size(target), std::string(kRecord).size());
}

TEST_F(FileStoreTest, ALockThatIsASymbolicLinkIsRefused) {
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  const std::string lock = record_file() + ".lock";
  fs::remove(lock);
  ASSERT_EQ(symlink((scratch.path() + "/elsewhere").c_str(), lock.c_str()), 0);
  EXPECT_EQ(save(store, "x").error().code, ErrorCode::store_unsafe);
  EXPECT_FALSE(fs::exists(scratch.path() + "/elsewhere"));
}

TEST_F(FileStoreTest, ARecordThatOthersMayReadIsRefused) {
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  chmod(record_file().c_str(), 0640);
  expect_unsafe(store);
}

TEST_F(FileStoreTest, AnotherUsersFilesAreRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "NOT RUN: only root can give a file away";
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  ASSERT_EQ(chown(record_file().c_str(), 12345, 12345), 0);
  expect_unsafe(store);
  ASSERT_EQ(chown(directory.c_str(), 12345, 12345), 0);
  expect_unsafe(store);
}

TEST_F(FileStoreTest, WhatIsNoFileIsRefused) {
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  const std::string file = record_file();
  fs::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);  // opening it must not hang either
  expect_unsafe(store);
}

TEST_F(FileStoreTest, WithoutAFolderNothingCanBeSaved) {
  directory.clear();
  FileStore store(options());
  EXPECT_EQ(save(store, kRecord).error().code, ErrorCode::invalid_argument);
}

TEST_F(FileStoreTest, SaysInWordsWhyAFolderCantBeMade) {
  std::ofstream(scratch.path() + "/file") << "x";
  directory = scratch.path() + "/file/store";
  FileStore store(options());
  const auto error = save(store, kRecord).error();
  EXPECT_EQ(error.code, ErrorCode::store_io);
  EXPECT_EQ(error.reason, "no_directory");
}

TEST_F(FileStoreTest, WithAKeyNothingReadableReachesTheDisk) {  // T-10.3-1
  FileStore store(options(&keys));
  ASSERT_TRUE(save(store, kRecord).ok());
  EXPECT_EQ(scratch.all_bytes().find("sentinel"), std::string::npos);
  EXPECT_EQ(load(store), kRecord);
  EXPECT_EQ(store.protection().kind, Protection::Kind::encrypted_file);
  EXPECT_NE(store.protection().sentence.find("the test's keyring"), std::string::npos);
}

TEST_F(FileStoreTest, EqualRecordsEncryptDifferently) {
  FileStore store(options(&keys));
  ASSERT_TRUE(save(store, kRecord).ok());
  const std::string first = scratch.all_bytes();
  ASSERT_TRUE(save(store, kRecord).ok());
  EXPECT_NE(scratch.all_bytes(), first);
}

TEST_F(FileStoreTest, TheKeyIsMadeOnceAndFoundByTheNextProcess) {
  {
    FileStore store(options(&keys));
    ASSERT_TRUE(save(store, kRecord).ok());
    ASSERT_TRUE(save(store, kRecord).ok());
  }
  FileStore next(options(&keys));
  EXPECT_EQ(load(next), kRecord);
  EXPECT_EQ(keys.kept, 1);
  EXPECT_EQ(keys.key->size(), kStoreKeyBytes);
}

TEST_F(FileStoreTest, EveryChangedByteOfAnEncryptedRecordIsNoticed) {
  FileStore store(options(&keys));
  ASSERT_TRUE(save(store, kRecord).ok());
  const std::string file = record_file();
  std::string bytes(fs::file_size(file), '\0');
  std::ifstream(file, std::ios::binary)
      .read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  for (std::size_t i = 4; i < bytes.size(); ++i) {  // the first four say that it is encrypted
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    std::ofstream(file, std::ios::binary) << changed;
    EXPECT_EQ(load(store), i < 12 ? "(store_no_key)" : "(store_damaged)") << i;
  }
  for (std::size_t size = 4; size < bytes.size(); ++size) {
    std::ofstream(file, std::ios::binary) << bytes.substr(0, size);
    EXPECT_EQ(load(store), "(store_damaged)") << size;
  }
}

TEST_F(FileStoreTest, AnEncryptedRecordCantBePassedOffAsAnothers) {  // T-10.3-1
  FileStore store(options(&keys));
  ASSERT_TRUE(save(store, kRecord).ok());
  const std::string first = record_file();
  const StoreKey other{"https://evil.example.com", "tv"};
  ASSERT_TRUE(save(store, "evil", other).ok());
  for (const std::string& name : scratch.names("store")) {
    const std::string file = directory + "/" + name;
    if (name.find('.') == std::string::npos && file != first) {
      fs::copy_file(first, file, fs::copy_options::overwrite_existing);
    }
  }
  EXPECT_EQ(load(store, other), "(store_damaged)");
}

TEST_F(FileStoreTest, WithoutItsKeyARecordIsLeftAlone) {
  {
    FileStore store(options(&keys));
    ASSERT_TRUE(save(store, kRecord).ok());
  }
  const std::string bytes = scratch.all_bytes();
  keys.locked = true;
  FileStore locked(options(&keys));
  EXPECT_EQ(load(locked), "(store_no_key)");
  FileStore without(options());
  EXPECT_EQ(load(without), "(store_no_key)");
  keys.locked = false;
  keys.key = std::string(kStoreKeyBytes, 'k');
  FileStore other_key(options(&keys));
  EXPECT_EQ(load(other_key), "(store_no_key)");
  EXPECT_EQ(scratch.all_bytes(), bytes);
}

TEST_F(FileStoreTest, WithoutAKeyringItFallsBackToPlainAndSaysWhy) {
  keys.locked = true;
  FileStore store(options(&keys));
  ASSERT_TRUE(save(store, kRecord).ok());
  const Protection protection = store.protection();
  EXPECT_EQ(protection.kind, Protection::Kind::plain_file);
  EXPECT_NE(protection.sentence.find("not encrypted"), std::string::npos);
  EXPECT_NE(protection.sentence.find("The test's keyring is locked."), std::string::npos);
}

TEST_F(FileStoreTest, WhereEncryptionIsRequiredNothingIsWrittenInPlain) {
  keys.locked = true;
  FileStoreOptions strict = options(&keys);
  strict.encryption = FileStoreOptions::Encryption::required;
  FileStore store(strict);
  EXPECT_EQ(save(store, kRecord).error().code, ErrorCode::store_no_key);
  EXPECT_EQ(store.protection().sentence,
            "The login can't be stored: The test's keyring is locked.");
  EXPECT_EQ(scratch.all_bytes(), "");
}

TEST_F(FileStoreTest, APlainRecordIsEncryptedAtTheNextSave) {
  FileStore plain(options());
  ASSERT_TRUE(save(plain, kRecord).ok());
  FileStore store(options(&keys));
  EXPECT_EQ(load(store), kRecord);
  ASSERT_TRUE(save(store, kRecord).ok());
  EXPECT_EQ(scratch.all_bytes().find("sentinel"), std::string::npos);
  EXPECT_EQ(load(store), kRecord);
}

TEST_F(FileStoreTest, ErasingLeavesNoTokenBehind) {  // R-2.1-3
  FileStore store(options());
  ASSERT_TRUE(save(store, kRecord).ok());
  std::ofstream(record_file() + ".new") << kRecord;  // as a killed process leaves it
  ASSERT_TRUE(erase(store).ok());
  EXPECT_EQ(scratch.all_bytes(), "");
}

TEST_F(FileStoreTest, ProcessesTakeTurns) {
  FileStore store(options());
  ASSERT_TRUE(save(store, "0").ok());
  const auto work = [&] {
    FileStore mine(options());
    for (int i = 0; i < 25; ++i) {
      auto lock = mine.lock(kKey, seconds(30), never);
      const int count = std::stoi(load(mine));
      if (!(*lock)->save(Secret(std::to_string(count + 1))).ok()) _exit(1);
    }
  };
  const pid_t children[] = {start_child(work), start_child(work), start_child(work)};
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(load(store), "75");
}

TEST_F(FileStoreTest, ADeadProcessKeepsNoLock) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = start_child([&] {
    FileStore mine(options());
    const auto lock = mine.lock(kKey, seconds(5), never);
    if (write(ready[1], lock.ok() ? "y" : "n", 1) == 1) pause();
  });
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  FileStore store(options());
  EXPECT_EQ(store.lock(kKey, milliseconds(10), never).error().code, ErrorCode::store_locked);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(store.lock(kKey, milliseconds(500), never).ok());
  close(ready[0]);
  close(ready[1]);
}

TEST_F(FileStoreTest, ALockOnAFileThatWasClearedAwayIsTakenAnew) {
  FileStore store(options());
  auto stale = store.lock(kKey, seconds(5), never);
  fs::remove_all(directory);
  EXPECT_TRUE(store.lock(kKey, milliseconds(500), never).ok());
}

TEST_F(FileStoreTest, TheDefaultFolderIsThePlatformsDataFolder) {
  setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(default_store_directory(), "/data/deviceflow");
  setenv("XDG_DATA_HOME", "relative", 1);
  setenv("HOME", "/home/tv", 1);
  EXPECT_EQ(default_store_directory(), "/home/tv/.local/share/deviceflow");
  unsetenv("HOME");
  EXPECT_EQ(default_store_directory(), "");
}

}  // namespace
}  // namespace deviceflow::test
