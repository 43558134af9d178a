// The certificate that a person trusts for one provider, on the disk.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/trusted_certificate.hpp"

namespace deviceflow::demo {
namespace {

constexpr std::string_view kPem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

class CommonTrustedCertificate : public testing::Test {
 protected:
  CommonTrustedCertificate() {
    std::string name = testing::TempDir() + "deviceflow-XXXXXX";
    folder_ = mkdtemp(name.data());
    setenv("XDG_CONFIG_HOME", folder_.c_str(), 1);
  }
  ~CommonTrustedCertificate() override {
    unsetenv("XDG_CONFIG_HOME");
    std::filesystem::remove_all(folder_);
  }

  static Session at(const std::string& issuer) {
    Session session;
    session.settings.issuer = issuer;
    return session;
  }
  std::string in_folder(const std::string& name) const {
    return folder_ + "/deviceflow/trusted/" + name;
  }

  std::string folder_;
};

TEST_F(CommonTrustedCertificate, EveryProviderHasAFileOfItsOwn) {
  EXPECT_EQ(trusted_file(at("https://login.example.com/realm")),
            in_folder("login.example.com_443.pem"));
  EXPECT_EQ(trusted_file(at("https://login.example.com:8443")),
            in_folder("login.example.com_8443.pem"));
  EXPECT_EQ(trusted_file(at("https://[::1]:8443/")), in_folder("__1_8443.pem"));
  EXPECT_EQ(trusted_file(at("")), "");
  unsetenv("XDG_CONFIG_HOME");
  EXPECT_TRUE(trusted_file(at("https://a")).ends_with("/.config/deviceflow/trusted/a_443.pem"));
}

TEST_F(CommonTrustedCertificate, WhatIsKeptIsTheOnlyAuthorityFromThenOn) {
  Session session = at("https://login.example.com");
  ASSERT_TRUE(use_trusted_certificate(session).ok());
  EXPECT_EQ(session.settings.ca_file, "");
  const std::string path = trusted_file(session);
  ASSERT_TRUE(keep_certificate(path, "another").ok());
  ASSERT_TRUE(keep_certificate(path, kPem).ok());
  struct stat facts {};
  ASSERT_EQ(stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  ASSERT_TRUE(use_trusted_certificate(session).ok());
  EXPECT_EQ(session.settings.ca_file, path);
  Session other = at("https://login.example.com:444");
  ASSERT_TRUE(use_trusted_certificate(other).ok());
  EXPECT_EQ(other.settings.ca_file, "");
}

TEST_F(CommonTrustedCertificate, AFileThatWasNamedComesFirst) {
  Session session = at("https://login.example.com");
  ASSERT_TRUE(keep_certificate(trusted_file(session), kPem).ok());
  session.settings.ca_file = "/etc/own.pem";
  ASSERT_TRUE(use_trusted_certificate(session).ok());
  EXPECT_EQ(session.settings.ca_file, "/etc/own.pem");
}

TEST_F(CommonTrustedCertificate, ADamagedOneIsNamed) {
  Session session = at("https://login.example.com");
  ASSERT_TRUE(keep_certificate(trusted_file(session), "nothing").ok());
  const auto used = use_trusted_certificate(session);
  ASSERT_FALSE(used.ok());
  EXPECT_NE(used.error().message.find(trusted_file(session)), std::string::npos);
  EXPECT_EQ(session.settings.ca_file, "");
}

TEST_F(CommonTrustedCertificate, AFolderThatCanNotBeMadeIsTold) {
  std::ofstream(folder_ + "/deviceflow") << "a file in its place";
  const auto kept = keep_certificate(in_folder("a_443.pem"), kPem);
  ASSERT_FALSE(kept.ok());
  EXPECT_EQ(kept.error().code, ErrorCode::store_io);
  EXPECT_NE(kept.error().message.find(in_folder("a_443.pem")), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::demo
