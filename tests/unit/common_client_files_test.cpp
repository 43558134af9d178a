#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/files.hpp"
#include "common/session.hpp"
#include "key_maker.hpp"

namespace deviceflow::demo {
namespace {

using test::encrypted_key;
using test::private_key;

class CommonClientFiles : public testing::Test {
 protected:
  CommonClientFiles() {
    std::string name = testing::TempDir() + "deviceflow-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~CommonClientFiles() override { std::filesystem::remove_all(folder_); }

  std::string write(std::string_view name, std::string_view content) const {
    const std::string path = folder_ + "/" + std::string(name);
    std::ofstream(path) << content;
    return path;
  }
  static std::string problem_of(const ProviderOptions& options) {
    const auto session = open_session(options);
    return session.ok() ? "" : session.error().message;
  }
  std::string key_problem(std::string_view pem, bool for_tls = false) const {
    const auto key = read_key_file(write("key.pem", pem), for_tls);
    if (key.ok()) return "";
    EXPECT_EQ(key.error().blame, Blame::caller);
    return key.error().message;
  }
  static bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }

  std::string folder_;
};

TEST_F(CommonClientFiles, AKeyThatCanNotBeUsedIsNamedWithTheReason) {
  EXPECT_TRUE(has(key_problem("nothing"), folder_ + "/key.pem: "));
  EXPECT_TRUE(has(key_problem("nothing"), "PEM"));
  EXPECT_TRUE(has(key_problem(encrypted_key().reveal()), "is encrypted"));
  EXPECT_TRUE(has(key_problem(private_key("RSA", "1024").reveal()), "2048 bits"));
  EXPECT_TRUE(has(key_problem(private_key("EC", "P-224").reveal()), "not supported"));
  EXPECT_TRUE(
      has(key_problem(test::public_half(private_key("EC", "P-256")).reveal()), "no private key"));
}

TEST_F(CommonClientFiles, AKeyForTlsAloneNeedNotSign) {
  const std::string path = write("key.pem", private_key("EC", "P-224").reveal());
  const auto key = read_key_file(path, true);
  ASSERT_TRUE(key.ok());
  EXPECT_TRUE(key->empty());
  EXPECT_TRUE(has(key_problem(encrypted_key().reveal(), true), "is encrypted"));
}

TEST_F(CommonClientFiles, WhatAMethodNeedsIsAskedFor) {
  ProviderOptions options;
  options.flags.client_auth = ClientAuth::private_key_jwt;
  EXPECT_TRUE(has(problem_of(options), "--client-key"));
  options.flags.client_auth = ClientAuth::tls;
  EXPECT_TRUE(has(problem_of(options), "--client-cert"));
  options.flags.client_auth.reset();
  options.flags.client_cert_file = "/nowhere.pem";
  EXPECT_TRUE(has(problem_of(options), "--client-key"));
  options.flags.client_key_file = write("key.pem", private_key("EC", "P-256").reveal());
  EXPECT_TRUE(has(problem_of(options), "client certificate /nowhere.pem"));
  options.flags.client_cert_file = options.flags.client_key_file;
  EXPECT_TRUE(has(problem_of(options), "no PEM certificate"));
}

TEST_F(CommonClientFiles, AKeyAndAuthorizationDetailsGoIntoTheLogin) {
  ProviderOptions options;
  options.flags.issuer = "https://id.example.com";
  options.flags.client_id = "tv";
  options.flags.client_key_file = write("key.pem", private_key("EC", "P-256").reveal());
  options.flags.authorization_details_file = write("details.json", "[{\"type\":\"pay\"}]\n");
  options.flags.resources = {"https://api.example.com"};
  const auto session = open_session(options);
  ASSERT_TRUE(session.ok()) << session.error().message;
  EXPECT_FALSE(session->client_key.empty());
  const Config config = make_config(*session);
  EXPECT_EQ(config.authorization_details, "[{\"type\":\"pay\"}]");
  EXPECT_EQ(config.resources, options.flags.resources);
  EXPECT_TRUE(check_for_login(options, *session).ok());
}

// A server may list private_key_jwt too, which would come first.
TEST_F(CommonClientFiles, BesideACertificateAKeySignsNothingUnlessToldTo) {
  ProviderOptions options;
  options.flags.client_key_file = write("key.pem", private_key("EC", "P-256").reveal());
  options.flags.client_cert_file = write("cert.pem", "-----BEGIN CERTIFICATE-----");
  for (const auto method : {std::optional<ClientAuth>(), std::optional(ClientAuth::tls)}) {
    options.flags.client_auth = method;
    const auto session = open_session(options);
    ASSERT_TRUE(session.ok()) << session.error().message;
    EXPECT_TRUE(session->client_key.empty());
  }
  options.flags.client_auth = ClientAuth::private_key_jwt;
  EXPECT_FALSE(open_session(options)->client_key.empty());
}

TEST_F(CommonClientFiles, ARequestThatMustNotBeSentIsRefusedBeforeAnythingIs) {
  ProviderOptions options;
  options.flags.issuer = "https://id.example.com";
  options.flags.client_id = "tv";
  const auto problem = [&] {
    const auto session = open_session(options);
    const auto checked = check_for_login(options, *session);
    return checked.ok() ? "" : checked.error().message;
  };
  EXPECT_EQ(problem(), "");
  options.flags.resources = {"api"};
  EXPECT_TRUE(has(problem(), "RFC 8707"));
  options.flags.resources.clear();
  options.flags.authorization_details_file = write("details.json", "{\"type\":\"pay\"}");
  EXPECT_TRUE(has(problem(), "RFC 9396")) << problem();
}

TEST_F(CommonClientFiles, TheSandboxHasNoStore) {
  ProviderOptions options;
  options.flags.store = "/logins";
  auto session = open_session(options);
  ASSERT_TRUE(session.ok());
  EXPECT_TRUE(has(check_for_login(options, *session).error().message, "never stored"));
  options.flags.store = "none";
  EXPECT_TRUE(check_for_login(options, *session).ok());
}

}  // namespace
}  // namespace deviceflow::demo
