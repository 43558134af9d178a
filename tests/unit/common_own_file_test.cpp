#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/kept_file.hpp"
#include "common/own_file.hpp"
#include "common/trace_file.hpp"

namespace deviceflow::demo {
namespace {

namespace fs = std::filesystem;

class OwnFiles : public testing::Test {
 protected:
  OwnFiles() { fs::create_directory(folder_); }
  ~OwnFiles() override { fs::remove_all(folder_); }

  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::string write(const char* name, mode_t mode) const {
    std::ofstream(path(name)) << "before";
    chmod(path(name).c_str(), mode);
    return path(name);
  }
  static std::string text_of(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static mode_t mode_of(const std::string& file) {
    struct stat status {};
    EXPECT_EQ(stat(file.c_str(), &status), 0) << file;
    return status.st_mode & 07777;
  }
  // Opens, closes, and returns 0 or the errno.
  static int opened(const std::string& file, OwnFile how) {
    const int descriptor = open_own_file(file, how);
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
  }

  fs::path folder_ = fs::path(testing::TempDir()) / ("deviceflow-own-" + std::to_string(getpid()));
};

constexpr OwnFile kAll[] = {OwnFile::append, OwnFile::replace, OwnFile::create};

TEST_F(OwnFiles, ANewOneIsItsOwnersAloneWhateverTheUmask) {
  const mode_t before = umask(0);
  for (const OwnFile how : kAll) {
    EXPECT_EQ(opened(path("new"), how), 0);
    EXPECT_EQ(mode_of(path("new")), 0600u);
    fs::remove(path("new"));
  }
  umask(before);
}

TEST_F(OwnFiles, AnExistingOneIsClosedToOthers) {
  for (const mode_t mode : {0644u, 0666u, 0640u, 04777u}) {
    const std::string file = write("old", mode);
    EXPECT_EQ(opened(file, OwnFile::append), 0);
    EXPECT_EQ(mode_of(file), 0600u);
    EXPECT_EQ(text_of(file), "before");
  }
  const std::string file = write("old", 0644);
  EXPECT_EQ(opened(file, OwnFile::replace), 0);
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_EQ(text_of(file), "");
}

TEST_F(OwnFiles, ALinkIsNeverFollowed) {
  const std::string target = write("target", 0644);
  fs::create_symlink(target, path("link"));
  fs::create_symlink(path("nowhere"), path("dangling"));
  for (const OwnFile how : kAll) {
    const int refusal = how == OwnFile::create ? EEXIST : ELOOP;
    EXPECT_EQ(opened(path("link"), how), refusal);
    EXPECT_EQ(opened(path("dangling"), how), refusal);
  }
  EXPECT_EQ(text_of(target), "before");
  EXPECT_EQ(mode_of(target), 0644u);
  EXPECT_FALSE(fs::exists(path("nowhere")));
}

TEST_F(OwnFiles, WhatIsNoRegularFileIsRefusedAtOnce) {
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(opened(path("fifo"), OwnFile::append), EINVAL);
  const int reader = open(path("fifo").c_str(), O_RDONLY | O_NONBLOCK);
  EXPECT_EQ(opened(path("fifo"), OwnFile::append), EINVAL);
  close(reader);
  EXPECT_EQ(opened("/dev/null", OwnFile::replace), EINVAL);
  EXPECT_EQ(opened(folder_.string(), OwnFile::append), EISDIR);
}

TEST_F(OwnFiles, AnotherUsersFileIsRefused) {
  const std::string file = write("theirs", 0666);
  if (chown(file.c_str(), 12345, 12345) != 0) GTEST_SKIP() << "NOT RUN: needs root";
  EXPECT_EQ(opened(file, OwnFile::append), EPERM);
  EXPECT_EQ(opened(file, OwnFile::replace), EPERM);
  EXPECT_EQ(text_of(file), "before");
  EXPECT_EQ(mode_of(file), 0666u);
}

TEST_F(OwnFiles, AnExistingOneIsNeverOpenedAsNew) {
  const std::string file = write("old", 0600);
  EXPECT_EQ(opened(file, OwnFile::create), EEXIST);
  EXPECT_EQ(text_of(file), "before");
}

TEST_F(OwnFiles, TracesWithSecretsAreClosedToOthers) {
  for (const char* name : {"trace.jsonl", "trace.har"}) {
    const std::string file = write(name, 0644);
    ASSERT_TRUE(TraceFile::open(file, TraceSecrets::keep).ok());
    EXPECT_EQ(mode_of(file), 0600u) << name;
  }
}

TEST_F(OwnFiles, TracesDoNotFollowLinksAndSayWhy) {
  const std::string target = write("target", 0644);
  for (const char* name : {"trace.jsonl", "trace.har"}) {
    fs::create_symlink(target, path(name));
    const auto trace = TraceFile::open(path(name), TraceSecrets::redact);
    ASSERT_FALSE(trace.ok()) << name;
    EXPECT_EQ(trace.error().message,
              "The trace file " + path(name) + " can't be opened: it is a symbolic link.");
  }
  EXPECT_EQ(text_of(target), "before");
}

TEST_F(OwnFiles, SettingsAreNotWrittenThroughALink) {
  const std::string target = write("target", 0644);
  fs::create_directory(path("settings"));
  fs::create_symlink(target, path("settings/settings.json.new"));
  EXPECT_FALSE(keep_file("The settings", path("settings/settings.json"), "secret").ok());
  EXPECT_EQ(text_of(target), "before");
}

}  // namespace
}  // namespace deviceflow::demo
