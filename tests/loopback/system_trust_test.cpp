// What the system's own certificate store means to the network. For this the process gets a mount
// namespace of its own, in which the store holds the test's authority and nothing else.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deviceflow/platform.hpp>
#include <filesystem>
#include <fstream>

#include "network_helpers.hpp"
#include "test_certificates.hpp"

namespace deviceflow::test {
namespace {

constexpr int kNotRun = 77;
constexpr const char* kSystemStore = "/etc/ssl/certs";

TransportResult ask(const std::string& ca_file) {
  FaultServer server({answer(200, "{}")},
                     {FaultServerOptions::Mode::serve, TestCertificates::get().good});
  CurlOptions options;
  options.ca_file = ca_file;
  CurlNetwork network(options);
  return send(network, post(server.url("/token")));
}

TEST(SystemTrust, TheSystemsStoreIsTrustedWhereNoCaFileIsGiven) {
  EXPECT_EQ(answered(ask("")).status, 200);
}

// L-x-1: a folder of the system's must not stay a second source of trust.
TEST(SystemTrust, ACaFileIsTheOnlyTrust) {
  const TransportFailure failure = failed(ask(TestCertificates::get().other_ca));
  EXPECT_EQ(failure.kind, Kind::tls_untrusted);
  EXPECT_TRUE(failure.nothing_sent);
}

bool write_file(const char* path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  return static_cast<bool>(file);
}

/// Empty, or why the store can't be replaced here.
std::string replace_system_store() {
  if (!std::filesystem::is_directory(kSystemStore)) {
    return std::string("this system keeps no certificates in ") + kSystemStore;
  }
  const auto user = geteuid();
  const auto group = getegid();
  if (unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) {
    return std::string("no mount namespace: ") + std::strerror(errno);
  }
  if (user != 0) {
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
    write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
  }
  const std::string& folder = TestCertificates::get().trust_folder;
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount(folder.c_str(), kSystemStore, nullptr, MS_BIND, nullptr) != 0) {
    return std::string("nothing can be mounted: ") + std::strerror(errno);
  }
  return {};
}

}  // namespace
}  // namespace deviceflow::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::string problem = deviceflow::test::replace_system_store();
  if (!problem.empty()) {
    std::printf("NOT RUN: %s\n", problem.c_str());
    return deviceflow::test::kNotRun;
  }
  const int result = RUN_ALL_TESTS();
  // Before the folder is removed at exit.
  umount(deviceflow::test::kSystemStore);
  return result;
}
