// The command line over the settings file, and the client secret beside both.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/chosen_settings.hpp"
#include "common/kept_secret.hpp"

namespace deviceflow::demo {
namespace {

namespace fs = std::filesystem;

class CommonChosenSettings : public testing::Test {
 protected:
  CommonChosenSettings() {
    std::string name = testing::TempDir() + "deviceflow-XXXXXX";
    folder_ = mkdtemp(name.data());
    unsetenv("DEVICEFLOW_CLIENT_SECRET");
    // No keyring of whoever runs the tests.
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", 1);
    saved_.sandbox = false;
    saved_.provider.issuer = "https://id.example.com";
    saved_.provider.client_id = "tv";
    saved_.provider.store = folder_;
  }
  ~CommonChosenSettings() override { fs::remove_all(folder_); }

  Session session() const {
    auto opened = open_chosen(options_, saved_);
    EXPECT_TRUE(opened.ok()) << opened.error().message;
    return std::move(*opened);
  }

  std::string folder_;
  ProviderOptions options_;
  SavedSettings saved_;
};

TEST_F(CommonChosenSettings, TheFileNamesTheProviderWhereTheCommandLineDoesNot) {
  EXPECT_EQ(session().settings.issuer, "https://id.example.com");
  EXPECT_TRUE(names_provider(with_saved(options_, saved_)));
  options_.flags.client_id = "other";
  EXPECT_EQ(session().settings.client_id, "other");
}

TEST_F(CommonChosenSettings, AProviderOnTheCommandLineLeavesNothingOfTheFile) {
  options_.flags.issuer = "https://other.example.com";
  options_.flags.client_id = "there";
  const Session opened = session();
  EXPECT_EQ(opened.settings.issuer, "https://other.example.com");
  EXPECT_EQ(opened.settings.store, "");
}

TEST_F(CommonChosenSettings, OptionsOfTheSandboxAskForIt) {
  options_.sandbox.automatic = "approve";
  EXPECT_FALSE(names_provider(with_saved(options_, saved_)));
  EXPECT_EQ(session().settings.issuer, "");
}

TEST_F(CommonChosenSettings, WhereTheSandboxIsChosenTheFilesProviderWaits) {
  saved_.sandbox = true;
  EXPECT_FALSE(names_provider(with_saved(options_, saved_)));
  EXPECT_EQ(session().settings.client_id, "");
}

TEST_F(CommonChosenSettings, WhatIsMissingIsAUsageError) {
  saved_.provider.client_id.clear();
  EXPECT_FALSE(open_chosen(options_, saved_).ok());
  saved_.provider = {};
  saved_.provider.provider = "wso2-7";
  saved_.provider.client_id = "tv";
  EXPECT_FALSE(open_chosen(options_, saved_).ok());
}

TEST_F(CommonChosenSettings, AClientSecretIsOfOneProviderAndOneClient) {
  ASSERT_TRUE(keep_secret(session(), KeptSecret::client, Secret("hush-hush")).ok());
  auto kept = load_secret(session(), KeptSecret::client);
  ASSERT_TRUE(kept.ok() && *kept);
  EXPECT_EQ((**kept).reveal(), "hush-hush");
  saved_.provider.client_id = "another";
  kept = load_secret(session(), KeptSecret::client);
  EXPECT_TRUE(kept.ok() && !*kept);
  saved_.provider.client_id = "tv";
  saved_.provider.issuer = "https://other.example.com";
  kept = load_secret(session(), KeptSecret::client);
  EXPECT_TRUE(kept.ok() && !*kept);
}

TEST_F(CommonChosenSettings, AnEmptyClientSecretIsRemoved) {
  ASSERT_TRUE(keep_secret(session(), KeptSecret::client, Secret("hush-hush")).ok());
  ASSERT_TRUE(keep_secret(session(), KeptSecret::client, Secret()).ok());
  const auto kept = load_secret(session(), KeptSecret::client);
  EXPECT_TRUE(kept.ok() && !*kept);
}

TEST_F(CommonChosenSettings, WithoutAStoreNoClientSecretIsKept) {
  saved_.provider.store = kNoStore;
  EXPECT_FALSE(keeps_secret(session(), KeptSecret::client));
  const auto kept = load_secret(session(), KeptSecret::client);
  EXPECT_TRUE(kept.ok() && !*kept);
}

TEST_F(CommonChosenSettings, TheSecretIsInNoOtherFile) {
  const std::string file = folder_ + "/settings.json";
  ASSERT_TRUE(save_settings(file, saved_, BrokenFile::keep).ok());
  ASSERT_TRUE(keep_secret(session(), KeptSecret::client, Secret("hush-hush")).ok());
  std::ifstream text(file);
  const std::string whole{std::istreambuf_iterator<char>(text), {}};
  EXPECT_EQ(whole.find("hush"), std::string::npos);
}

}  // namespace
}  // namespace deviceflow::demo
