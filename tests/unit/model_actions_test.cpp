// What the Developer tab does with the tokens, and the files it saves.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/trace.hpp"
#include "foundation/json.hpp"
#include "model_exchanges.hpp"
#include "model_logins.hpp"
#include "shell/save_exchanges.hpp"

namespace deviceflow::demo {
namespace {

namespace fs = std::filesystem;
using Kind = Intent::Kind;

AppModel with_tokens(bool refresh_token) {
  AppModel model = model_on(Screen::signed_in);
  TokensCame event;
  event.tokens.access_token = Secret("access-token-1");
  if (refresh_token) event.tokens.refresh_token = Secret("refresh-token-1");
  feed(model, std::move(event));
  model.on_intent({Kind::show_developer, 0});
  model.on_intent({Kind::show_tokens, 0});
  return model;
}

std::string path_shown(const AppModel& model) {
  const DeveloperModel& developer = model.developer();
  return developer.rows().at(developer.selected()).path;
}

TEST(ModelActions, UserInfoAsksAndShowsItsExchange) {
  AppModel model = with_tokens(false);
  EXPECT_EQ(after_intent(model, Kind::user_info), "user_info 1");
  EXPECT_EQ(model.developer().page(), Page::exchanges);
  EXPECT_EQ(model.developer().newest_result().title, "developer.userinfo");
  EXPECT_EQ(model.developer().newest_result().tone, Tone::muted);
  ExchangeRecord record = request_of(Stage::userinfo, "https://auth.example/userinfo");
  answer_with(record, 200, R"({"sub":"ada"})");
  feed(model, ExchangeCame{std::move(record)}, 0);
  feed(model, ExchangeCame{exchange(Stage::discovery, 200, "{}")}, 0);
  feed(model, ActionEnded{TokenAction::user_info, {}}, 0);
  EXPECT_EQ(path_shown(model), "/userinfo");
  EXPECT_EQ(model.developer().newest_result().words, "done");
  EXPECT_EQ(model.developer().newest_result().tone, Tone::good);
}

TEST(ModelActions, AnActionThatFailedSaysWhy) {
  AppModel model = with_tokens(true);
  EXPECT_EQ(after_intent(model, Kind::refresh), "refresh 1");
  feed(model, ActionEnded{TokenAction::refresh, error_of(ErrorCode::network, Blame::network)}, 0);
  EXPECT_EQ(model.developer().newest_result().words, "The server can't be reached.");
  EXPECT_EQ(model.developer().newest_result().tone, Tone::bad);
}

Metadata found(std::string device_authorization) {
  Metadata metadata;
  metadata.endpoints.device_authorization = std::move(device_authorization);
  metadata.endpoints.token = "https://auth.example/token";
  metadata.endpoints.jwks_uri = "https://auth.example/jwks";
  return metadata;
}

TEST(ModelActions, DiscoverySaysWhatWasFoundAndShowsItsExchange) {
  AppModel model = model_on(Screen::home);
  EXPECT_EQ(after_intent(model, Kind::discover), "discover 0");
  EXPECT_EQ(model.developer().page(), Page::exchanges);
  feed(model, ExchangeCame{exchange(Stage::discovery, 200, "{}")}, 0);
  feed(model, ExchangeCame{exchange(Stage::userinfo, 200, "{}")}, 0);
  feed(model, DiscoveryCame{found("https://auth.example/device")}, 0);
  EXPECT_EQ(model.developer().newest_result().words, "Found: device_authorization, token, jwks");
  EXPECT_EQ(model.developer().newest_result().tone, Tone::good);
  EXPECT_EQ(model.developer().selected(), 0U);
  feed(model, DiscoveryCame{found("")}, 0);
  EXPECT_EQ(model.developer().newest_result().words,
            "No device endpoint is named. Found: token, jwks");
  EXPECT_EQ(model.developer().newest_result().tone, Tone::warning);
}

TEST(ModelActions, DiscoveryThatFailedOrHasNoIssuerSaysSo) {
  AppModel model = model_on(Screen::signed_in);
  after_intent(model, Kind::discover);
  feed(model, DiscoveryCame{error_of(ErrorCode::network, Blame::network)}, 0);
  EXPECT_EQ(model.developer().newest_result().words, "The server can't be reached.");
  EXPECT_EQ(model.developer().newest_result().tone, Tone::bad);
  feed(model, DiscoveryCame{}, 0);
  EXPECT_NE(model.developer().newest_result().words.find("No issuer"), std::string::npos);
  EXPECT_EQ(model.developer().newest_result().tone, Tone::warning);
}

TEST(ModelActions, DiscoveryWaitsForNoLogin) {
  AppModel model = model_on(Screen::code);
  EXPECT_EQ(after_intent(model, Kind::discover), "");
  EXPECT_NE(model.developer().newest_result().words.find("sign-in is running"), std::string::npos);
}

TEST(ModelActions, AnAnswerToAnotherQuestionIsNotShown) {
  AppModel model = with_tokens(true);
  model.on_intent({Kind::refresh, 0});
  model.on_intent({Kind::user_info, 0});
  feed(model, ActionEnded{TokenAction::refresh, {}}, 0);
  EXPECT_EQ(model.developer().newest_result().title, "developer.userinfo");
  EXPECT_EQ(model.developer().newest_result().words, "Asking the server");
}

TEST(ModelActions, WithoutARefreshTokenThereIsNoRefresh) {
  AppModel model = with_tokens(false);
  EXPECT_FALSE(model.developer().can(TokenAction::refresh));
  EXPECT_EQ(after_intent(model, Kind::refresh), "");
  EXPECT_EQ(model.developer().page(), Page::tokens);
}

TEST(ModelActions, WithoutTokensNothingIsAsked) {
  for (const Kind kind : {Kind::user_info, Kind::refresh, Kind::revoke}) {
    AppModel model = model_on(Screen::code);
    EXPECT_EQ(after_intent(model, kind), "");
    EXPECT_EQ(model.screen(), Screen::code);
  }
}

TEST(ModelActions, RevokingEndsTheLoginAndStaysOnTheTab) {
  AppModel model = with_tokens(true);
  EXPECT_EQ(after_intent(model, Kind::revoke), "cancel 1, sign_out 1");
  EXPECT_EQ(model.tab(), Tab::developer);
  EXPECT_EQ(model.screen(), Screen::home);
  EXPECT_FALSE(model.developer().tokens().known());
  EXPECT_EQ(model.developer().newest_result().title, "developer.revoke");
  feed(model, SignedOut{}, 0);
  EXPECT_EQ(model.developer().newest_result().words, "done");
  model = with_tokens(true);
  model.on_intent({Kind::revoke, 0});
  feed(model, SignedOut{{}, true}, 0);
  EXPECT_EQ(model.developer().newest_result().tone, Tone::bad);
}

TEST(ModelActions, WhereTheExchangesWentIsTold) {
  AppModel model = with_tokens(true);
  EXPECT_EQ(after_intent(model, Kind::save_trace), "save_trace 1");
  EXPECT_EQ(after_intent(model, Kind::save_har), "save_har 1");
  feed(model, Saved{std::string("/home/ada/deviceflow-1.har")}, 0);
  EXPECT_EQ(model.developer().newest_result().title, "developer.saved");
  EXPECT_EQ(model.developer().newest_result().words, "/home/ada/deviceflow-1.har");
  feed(model, Saved{error_of(ErrorCode::invalid_argument, Blame::caller)}, 0);
  EXPECT_EQ(model.developer().newest_result().tone, Tone::bad);
}

// In a folder of its own.
class SaveExchanges : public testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    folder_ = fs::temp_directory_path() / ("deviceflow-save-" + std::to_string(getpid()));
    fs::create_directory(folder_);
    fs::current_path(folder_);
    log_.add(exchange(Stage::token, 400, kPending));
    log_.add(exchange(Stage::token, 200, kTokens));
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }
  static std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path before_;
  fs::path folder_;
  ExchangeLog log_;
};

TEST_F(SaveExchanges, ATraceHasEveryExchangeAndNoSecret) {
  const auto path = save_exchanges(log_, ".jsonl");
  ASSERT_TRUE(path.ok()) << path.error().message;
  EXPECT_EQ(*path, fs::current_path() / "deviceflow-1.jsonl");
  const std::string text = text_of(*path);
  EXPECT_FALSE(has(text, "access-token-1"));
  const auto trace = read_trace(text);
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  ASSERT_EQ(trace->logins.size(), 1U);
  EXPECT_EQ(trace->logins[0].exchanges.size(), 2U);
  EXPECT_EQ(fs::status(*path).permissions() & fs::perms::others_read, fs::perms::none);
}

TEST_F(SaveExchanges, AnArchiveIsOneDocument) {
  const auto path = save_exchanges(log_, ".har");
  ASSERT_TRUE(path.ok()) << path.error().message;
  const std::string text = text_of(*path);
  EXPECT_FALSE(has(text, "access-token-1"));
  const auto archive = parse_json(text);
  ASSERT_TRUE(archive.ok());
  EXPECT_EQ(archive->find("log")->find("entries")->items().size(), 2U);
}

TEST_F(SaveExchanges, WhatStandsThereIsNeverTouched) {
  std::ofstream("deviceflow-1.har") << "mine";
  fs::create_symlink("nowhere", "deviceflow-2.har");
  const auto path = save_exchanges(log_, ".har");
  ASSERT_TRUE(path.ok());
  EXPECT_TRUE(path->ends_with("deviceflow-3.har"));
  EXPECT_EQ(text_of("deviceflow-1.har"), "mine");
  EXPECT_FALSE(fs::exists("nowhere"));
}

TEST_F(SaveExchanges, AFolderThatIsGoneIsAnErrorWithTheWayOut) {
  fs::remove_all(folder_);
  const auto path = save_exchanges(log_, ".jsonl");
  ASSERT_FALSE(path.ok());
  EXPECT_TRUE(has(path.error().message, "can't be"));
}

}  // namespace
}  // namespace deviceflow::demo
