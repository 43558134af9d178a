// Lets every system call of the save path fail, be cut short, or be the last thing a process does.
// Afterwards the store has to be readable and to hold the old record or the new one.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <deviceflow/store.hpp>

#include "adapters/file_calls.hpp"
#include "scratch.hpp"

namespace deviceflow::test {
namespace {

const std::string kOld(5000, 'o');
const std::string kNew(7000, 'n');

enum class Fault { fail, half, die_before, die_after };

// Counts the calls; at number `at` something happens.
class FaultyCalls final : public FileCalls {
 public:
  int at = -1;
  Fault fault = Fault::fail;
  int code = EIO;
  int count = 0;
  const char* last = "";
  std::vector<std::string> names;

  int make_directory(const char* path, mode_t mode) override {
    return run("mkdir", [&] { return FileCalls::make_directory(path, mode); });
  }
  int open_at(int directory, const char* name, int flags, mode_t mode) override {
    return run("openat", [&] { return FileCalls::open_at(directory, name, flags, mode); });
  }
  int status(int file, struct stat* out) override {
    return run("fstat", [&] { return FileCalls::status(file, out); });
  }
  int list(int directory, std::vector<std::string>& found) override {
    return run("readdir", [&] { return FileCalls::list(directory, found); });
  }
  ssize_t read(int file, void* data, std::size_t size) override {
    return run("read", [&] { return FileCalls::read(file, data, size); });
  }
  ssize_t write(int file, const void* data, std::size_t size) override {
    if (count == at && fault == Fault::half) {
      at = count + 1;  // the rest then fails for good
      fault = Fault::fail;
      ++count;
      return FileCalls::write(file, data, size / 2);
    }
    return run("write", [&] { return FileCalls::write(file, data, size); });
  }
  int sync(int file) override {
    return run("fsync", [&] { return FileCalls::sync(file); });
  }
  int rename_at(int directory, const char* from, const char* to) override {
    return run("rename", [&] { return FileCalls::rename_at(directory, from, to); });
  }
  int unlink_at(int directory, const char* name) override {
    return run("unlink", [&] { return FileCalls::unlink_at(directory, name); });
  }
  int lock(int file, int operation) override {
    return run("flock", [&] { return FileCalls::lock(file, operation); });
  }
  // close() always closes, whatever it says, as on Linux.
  int close(int file) override {
    const int result = FileCalls::close(file);
    return run("close", [&] { return result; });
  }

 private:
  template <typename Call>
  auto run(const char* what, Call call) -> decltype(call()) {
    names.emplace_back(what);
    if (count++ != at) return call();
    last = what;
    switch (fault) {
      case Fault::die_before: raise(SIGKILL); break;
      case Fault::die_after:
        static_cast<void>(call());
        raise(SIGKILL);
        break;
      default: break;
    }
    errno = code;
    return -1;
  }
};

class FileStoreFaults : public testing::TestWithParam<bool> {
 protected:
  FileStoreOptions options() {
    FileStoreOptions out;
    out.directory = scratch.path() + "/store";
    if (GetParam()) out.keys = &keys;
    return out;
  }
  // How many system calls an undisturbed save makes.
  int calls_of_a_save() {
    FaultyCalls calls;
    const auto store = make_file_store(options(), calls);
    EXPECT_TRUE(save(*store, kOld).ok());
    calls.count = 0;
    EXPECT_TRUE(save(*store, kOld).ok());
    return calls.count;
  }
  // A fresh store that no fault has touched must read an old or a new record and save again.
  void expect_whole(const std::string& when, bool success) {
    FileStore store(options());
    const std::string found = load(store);
    EXPECT_TRUE(found == kOld || found == kNew) << when << ": " << found.substr(0, 40);
    if (success) {
      EXPECT_EQ(found, kNew) << when;
    }
    EXPECT_TRUE(save(store, kOld).ok()) << when;
    EXPECT_EQ(load(store), kOld) << when;
    for (const std::string& name : scratch.names("store")) {
      EXPECT_EQ(name.find(".new"), std::string::npos) << when;
    }
  }

  Scratch scratch;
  FakeKeys keys;
};

INSTANTIATE_TEST_SUITE_P(Plain, FileStoreFaults, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Encrypted, FileStoreFaults, testing::Values(true));

// What makes a record survive a power cut can't be tried here, only its order be watched.
TEST_P(FileStoreFaults, ARecordIsOnTheDiskBeforeItsNameAndThenTheNameIs) {
  calls_of_a_save();
  FaultyCalls calls;
  const auto store = make_file_store(options(), calls);
  const Cancel never;
  auto lock = store->lock(kKey, std::chrono::seconds(1), never);
  calls.names.clear();
  ASSERT_TRUE((*lock)->save(Secret(kNew)).ok());
  EXPECT_EQ(calls.names, (std::vector<std::string>{"unlink", "openat", "write", "fsync", "close",
                                                   "rename", "fsync"}));
  calls.names.clear();
  ASSERT_TRUE((*lock)->erase().ok());
  EXPECT_EQ(calls.names, (std::vector<std::string>{"unlink", "unlink", "fsync"}));
}

TEST_P(FileStoreFaults, EveryCallMayFailForEveryReason) {
  const int calls_made = calls_of_a_save();
  ASSERT_GE(calls_made, 12);
  for (const int code : {EIO, ENOSPC, EROFS}) {
    for (int at = 0; at < calls_made; ++at) {
      FaultyCalls calls;
      calls.at = at;
      calls.code = code;
      const auto store = make_file_store(options(), calls);
      const auto saved = save(*store, kNew);
      const std::string when = std::string(calls.last) + " number " + std::to_string(at);
      // mkdir of a folder above this one may fail without harm, and so may closing what was read.
      const std::string last = calls.last;
      if (last != "mkdir" && last != "close") {
        EXPECT_FALSE(saved.ok()) << when;
      }
      if (!saved.ok()) {
        EXPECT_EQ(saved.error().code, ErrorCode::store_io) << when;
        EXPECT_FALSE(saved.error().reason.empty());
        EXPECT_EQ(saved.error().message.find(kNew.substr(0, 10)), std::string::npos);
      }
      expect_whole(when, saved.ok());
    }
  }
}

TEST_P(FileStoreFaults, AWriteMayBeCutShort) {
  const int calls_made = calls_of_a_save();
  for (int at = 0; at < calls_made; ++at) {
    FaultyCalls calls;
    calls.at = at;
    calls.fault = Fault::half;
    calls.code = ENOSPC;
    const auto store = make_file_store(options(), calls);
    const auto saved = save(*store, kNew);
    expect_whole("half of call " + std::to_string(at), saved.ok());
  }
}

TEST_P(FileStoreFaults, EveryCallMayBeTheLastOne) {
  const int calls_made = calls_of_a_save();
  int died = 0;
  for (const Fault fault : {Fault::die_before, Fault::die_after}) {
    for (int at = 0; at < calls_made; ++at) {
      const int status = in_child([&] {
        FaultyCalls calls;
        calls.at = at;
        calls.fault = fault;
        const auto store = make_file_store(options(), calls);
        _exit(save(*store, kNew).ok() ? 0 : 1);
      });
      if (WIFSIGNALED(status)) ++died;
      expect_whole("killed at call " + std::to_string(at), false);
    }
  }
  EXPECT_EQ(died, 2 * calls_made);
}

TEST_P(FileStoreFaults, AFullDiskIsNamed) {
  calls_of_a_save();
  FaultyCalls calls;
  const auto store = make_file_store(options(), calls);
  for (calls.at = 0; calls.at < 50; ++calls.at) {
    calls.count = 0;
    calls.code = ENOSPC;
    const auto saved = save(*store, kNew);
    if (std::string(calls.last) != "write" || saved.ok()) continue;
    EXPECT_EQ(saved.error().reason, "disk_full");
    EXPECT_NE(saved.error().message.find("the disk is full"), std::string::npos);
    return;
  }
  FAIL() << "no write";
}

}  // namespace
}  // namespace deviceflow::test
