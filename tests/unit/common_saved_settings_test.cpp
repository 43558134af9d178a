// What the window keeps of its settings, on the disk.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/saved_settings.hpp"

namespace deviceflow::demo {
namespace {

class CommonSavedSettings : public testing::Test {
 protected:
  CommonSavedSettings() {
    std::string name = testing::TempDir() + "deviceflow-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/deviceflow/settings.json";
    std::filesystem::create_directories(folder_ + "/deviceflow");
  }
  ~CommonSavedSettings() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) const { std::ofstream(path_) << text; }
  std::string text() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
  std::string path_;
};

TEST_F(CommonSavedSettings, ABrokenFileIsLeftAsItIsUntilSomebodySaysOtherwise) {
  write("{\n  \"issuer\": 7x\n}");
  const auto read = read_saved_settings(path_);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().message.find("line 2"), std::string::npos) << read.error().message;
  EXPECT_FALSE(save_settings(path_, {}, BrokenFile::keep).ok());
  EXPECT_EQ(text(), "{\n  \"issuer\": 7x\n}");
  EXPECT_TRUE(save_settings(path_, {}, BrokenFile::replace).ok());
  EXPECT_TRUE(read_saved_settings(path_).ok());
}

TEST_F(CommonSavedSettings, AValueOutOfRangeIsNamed) {
  for (const char* codes : {"21", "-1", "\"never\""}) {
    write(std::string("{\"window\": {\"new_codes\": ") + codes + "}}");
    const auto read = read_saved_settings(path_);
    ASSERT_FALSE(read.ok()) << codes;
    EXPECT_NE(read.error().message.find("new_codes"), std::string::npos);
  }
}

TEST_F(CommonSavedSettings, WithoutAFileTheSandboxIsUsed) {
  const auto read = read_saved_settings(path_);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->sandbox);
  EXPECT_EQ(read->new_codes, kAskForNewCode);
}

TEST_F(CommonSavedSettings, MembersThatTheScreenDoesNotKnowStay) {
  write(R"({"timeout": 9, "later": [1], "issuer": "https://a", "window": {"hue": 3}})");
  auto read = read_saved_settings(path_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_FALSE(read->sandbox);
  read->provider.client_id = "tv";
  read->new_codes = 3;
  ASSERT_TRUE(save_settings(path_, *read, BrokenFile::keep).ok());
  EXPECT_EQ(text(),
            "{\n  \"timeout\": 9,\n  \"later\": [1],\n  \"issuer\": \"https://a\",\n"
            "  \"window\": {\"hue\":3,\"sandbox\":false,\"new_codes\":3},\n"
            "  \"client_id\": \"tv\"\n}\n");
  struct stat facts {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(CommonSavedSettings, NothingOfOneProviderGoesToAnother) {
  write(R"({"issuer": "https://a", "client_secret_file": "s", "client_key": "k",
            "store": "none"})");
  auto read = read_saved_settings(path_);
  ASSERT_TRUE(read.ok());
  read->provider.issuer = "https://b";
  ASSERT_TRUE(save_settings(path_, *read, BrokenFile::keep).ok());
  EXPECT_EQ(text().find("client_secret_file"), std::string::npos);
  EXPECT_EQ(text().find("client_key"), std::string::npos);
  EXPECT_NE(text().find("\"store\""), std::string::npos);
}

TEST_F(CommonSavedSettings, EndpointsThatWereTypedAreKept) {
  SavedSettings settings;
  settings.sandbox = false;
  settings.provider.endpoints.token = "https://a/t";
  ASSERT_TRUE(save_settings(path_, settings, BrokenFile::keep).ok());
  auto read = read_saved_settings(path_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->provider.endpoints.token, "https://a/t");
  read->provider.endpoints.token.clear();
  ASSERT_TRUE(save_settings(path_, *read, BrokenFile::keep).ok());
  EXPECT_EQ(text().find("token_endpoint"), std::string::npos);
}

TEST_F(CommonSavedSettings, SwitchesAreKept) {
  SavedSettings settings;
  settings.provider.pkce = true;
  settings.provider.dpop = true;
  settings.provider.dpop_device_authorization = true;
  ASSERT_TRUE(save_settings(path_, settings, BrokenFile::keep).ok());
  auto read = read_saved_settings(path_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_TRUE(read->provider.pkce);
  EXPECT_TRUE(read->provider.dpop);
  EXPECT_TRUE(read->provider.dpop_device_authorization);
  read->provider.dpop_device_authorization = false;
  ASSERT_TRUE(save_settings(path_, *read, BrokenFile::keep).ok());
  EXPECT_EQ(text().find("dpop_device_authorization"), std::string::npos);
}

TEST_F(CommonSavedSettings, WhoAsksAboutTokensIsKeptAndItsSecretIsNot) {
  write(R"({"issuer": "https://a", "introspection_user_file": "admin"})");
  auto read = read_saved_settings(path_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  read->provider.introspection_user_file.clear();
  read->provider.introspection_user = "admin";
  ASSERT_TRUE(save_settings(path_, *read, BrokenFile::keep).ok());
  EXPECT_EQ(text().find("introspection_user_file"), std::string::npos);
  read = read_saved_settings(path_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->provider.introspection_user, "admin");
}

}  // namespace
}  // namespace deviceflow::demo
