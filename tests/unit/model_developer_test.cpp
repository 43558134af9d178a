#include <gtest/gtest.h>

#include <climits>

#include "model/developer_model.hpp"
#include "model_exchanges.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

DeveloperModel model_with(int exchanges) {
  DeveloperModel model(std::chrono::seconds(0));
  for (int i = 0; i < exchanges; ++i) model.add(exchange(Stage::token, 400 + i, kPending));
  return model;
}

// A whole login: the codes, a poll, the tokens, and somebody who asks about them.
DeveloperModel login() {
  DeveloperModel model(std::chrono::seconds(0));
  model.add(exchange(Stage::discovery, 200, R"({"issuer":"https://auth.example"})"));
  model.add(exchange(Stage::device_authorization, 200, R"({"device_code":"device-code-1"})"));
  model.add(exchange(Stage::token, 400, kPending));
  model.add(exchange(Stage::token, 200, kTokens));
  model.add(exchange(Stage::introspection, 200, R"({"active":true})"));
  model.add(exchange(Stage::userinfo, 200, R"({"sub":"ada"})"));
  return model;
}

std::string status_of(const DeveloperModel& model) {
  return model.rows().at(model.selected()).status;
}

TEST(ModelDeveloper, WithoutExchangesNoIntentDoesHarm) {
  for (int kind = 0; kind <= static_cast<int>(Kind::introspect); ++kind) {
    for (const int value : {INT_MIN, -1, 0, 1, INT_MAX}) {
      DeveloperModel model = model_with(0);
      model.on_intent({static_cast<Kind>(kind), value});
      EXPECT_TRUE(model.rows().empty());
      EXPECT_TRUE(model.lines().empty());
      EXPECT_EQ(model.selected(), 0U);
      EXPECT_EQ(model.first_row(10), 0U);
    }
  }
}

TEST(ModelDeveloper, AnIntentBeyondTheRowsChangesNothing) {
  for (const int value : {INT_MIN, -1, 3, INT_MAX}) {
    DeveloperModel model = model_with(3);
    model.on_intent({Kind::select_exchange, 1});
    EXPECT_TRUE(model.on_intent({Kind::select_exchange, value}));
    EXPECT_EQ(model.selected(), 1U) << value;
    EXPECT_FALSE(model.lines().empty());
  }
}

TEST(ModelDeveloper, IntentsOfOthersAreNotTaken) {
  DeveloperModel model = model_with(1);
  for (const Kind kind :
       {Kind::log_in, Kind::cancel, Kind::go_home, Kind::show_sign_in, Kind::show_developer,
        Kind::open_lan_picker, Kind::choose_lan, Kind::close_picker, Kind::enlarge_qr,
        Kind::shrink_qr, Kind::introspect}) {
    EXPECT_FALSE(model.on_intent({kind, 0})) << static_cast<int>(kind);
  }
}

TEST(ModelDeveloper, WhatIsNotThereCanNotBeJumpedTo) {
  DeveloperModel model(std::chrono::seconds(0));
  model.add(exchange(Stage::userinfo, 200, "{}"));
  EXPECT_FALSE(model.has_device_authorization());
  EXPECT_FALSE(model.has_token_exchange());
  EXPECT_TRUE(model.on_intent({Kind::select_device_authorization, 0}));
  EXPECT_TRUE(model.on_intent({Kind::select_token, 0}));
  EXPECT_EQ(model.selected(), 0U);
}

TEST(ModelDeveloper, ScrollingAboveTheFirstLineStaysThere) {
  DeveloperModel model = model_with(1);
  model.on_intent({Kind::scroll_to, -7});
  EXPECT_EQ(model.scroll(), 0U);
}

TEST(ModelDeveloper, AnExchangeOverEveryLimitIsShownAlone) {
  DeveloperModel model = model_with(2);
  model.add(
      exchange(Stage::token, 502, std::string(ExchangeLog::kMaxBodyBytes + 1, 'x'), "text/plain"));
  ASSERT_EQ(model.rows().size(), 1U);
  EXPECT_EQ(status_of(model), "502");
  EXPECT_EQ(model.dropped(), 2U);
}

TEST(ModelDeveloper, TheSelectionStaysOnItsExchangeWhenOlderOnesGo) {
  DeveloperModel model = model_with(500);
  model.on_intent({Kind::select_exchange, 10});
  EXPECT_EQ(status_of(model), "410");
  for (int i = 0; i < 10; ++i) model.add(exchange(Stage::token, 900 + i, kPending));
  EXPECT_EQ(model.rows().size(), 500U);
  EXPECT_EQ(model.dropped(), 10U);
  EXPECT_EQ(model.selected(), 0U);
  EXPECT_EQ(status_of(model), "410");
  EXPECT_TRUE(has(plain_text(model.lines()), "410"));
}

TEST(ModelDeveloper, WhereTheSelectedExchangeGoesTheOldestIsNext) {
  DeveloperModel model = model_with(500);
  model.on_intent({Kind::select_exchange, 0});
  model.on_intent({Kind::scroll_to, 4});
  model.add(exchange(Stage::token, 999, kPending));
  EXPECT_EQ(model.selected(), 0U);
  EXPECT_EQ(status_of(model), "401");
  EXPECT_TRUE(has(plain_text(model.lines()), "401"));
  EXPECT_EQ(model.scroll(), 0U);
}

TEST(ModelDeveloper, TheNewestIsFollowedBeyondTheLimit) {
  const DeveloperModel model = model_with(502);
  EXPECT_EQ(model.rows().size(), 500U);
  EXPECT_EQ(model.selected(), 499U);
  EXPECT_EQ(status_of(model), "901");
}

TEST(ModelDeveloper, TheSelectedRowIsAlwaysInView) {
  DeveloperModel model = model_with(100);
  EXPECT_EQ(model.first_row(0), 0U);
  EXPECT_EQ(model.first_row(100), 0U);
  EXPECT_EQ(model.first_row(10), 90U);
  for (const int row : {0, 3, 5, 6, 50, 94, 99}) {
    for (const std::size_t visible : {1U, 2U, 9U, 10U, 99U}) {
      model.on_intent({Kind::select_exchange, row});
      const std::size_t first = model.first_row(visible);
      EXPECT_LE(first, model.selected());
      EXPECT_LT(model.selected(), first + visible) << row << " " << visible;
      EXPECT_LE(first + visible, 100U);
    }
  }
}

TEST(ModelDeveloper, TheNewestIsFollowedUntilThePersonLooksElsewhere) {
  DeveloperModel model = model_with(3);
  EXPECT_EQ(model.selected(), 2U);
  model.on_intent({Kind::select_exchange, 0});
  model.add(exchange(Stage::token, 500, kPending));
  EXPECT_EQ(model.selected(), 0U);
  EXPECT_EQ(status_of(model), "400");
  model.on_intent({Kind::select_exchange, 3});
  model.add(exchange(Stage::token, 501, kPending));
  EXPECT_EQ(model.selected(), 4U);
  EXPECT_EQ(status_of(model), "501");
  EXPECT_TRUE(has(plain_text(model.lines()), "501"));
}

TEST(ModelDeveloper, TheCodesAndTheTokensAreOneStepAway) {
  DeveloperModel model = login();
  EXPECT_TRUE(model.has_device_authorization());
  EXPECT_TRUE(model.has_token_exchange());
  model.on_intent({Kind::select_device_authorization, 0});
  EXPECT_EQ(model.selected(), 1U);
  model.on_intent({Kind::select_token, 0});
  EXPECT_EQ(model.selected(), 3U);
  EXPECT_TRUE(has(plain_text(model.lines()), "access_token"));
}

TEST(ModelDeveloper, BothSidesOfAnExchangeAreShownFromTheirTop) {
  DeveloperModel model = login();
  EXPECT_EQ(model.side(), Side::response);
  model.on_intent({Kind::select_token, 0});
  model.on_intent({Kind::scroll_to, 5});
  EXPECT_EQ(model.scroll(), 5U);
  model.on_intent({Kind::show_request, 0});
  EXPECT_EQ(model.side(), Side::request);
  EXPECT_EQ(model.scroll(), 0U);
  EXPECT_TRUE(has(plain_text(model.lines()), "client_id"));
  model.on_intent({Kind::show_response, 0});
  EXPECT_EQ(model.side(), Side::response);
  EXPECT_FALSE(has(plain_text(model.lines()), "client_id"));
}

TEST(ModelDeveloper, AnotherExchangeBeginsAtItsTop) {
  DeveloperModel model = login();
  model.on_intent({Kind::scroll_to, 5});
  model.on_intent({Kind::select_exchange, 2});
  EXPECT_EQ(model.scroll(), 0U);
}

TEST(ModelDeveloper, RawAndPrettyTakeTurns) {
  DeveloperModel model = login();
  model.on_intent({Kind::select_exchange, 0});
  EXPECT_FALSE(model.raw());
  EXPECT_TRUE(has(plain_text(model.lines()), R"("issuer": "https://auth.example")"));
  model.on_intent({Kind::toggle_raw, 0});
  EXPECT_TRUE(model.raw());
  EXPECT_TRUE(has(plain_text(model.lines()), R"({"issuer":"https://auth.example"})"));
  model.on_intent({Kind::toggle_raw, 0});
  EXPECT_FALSE(model.raw());
}

TEST(ModelDeveloper, SecretsAreHiddenUntilAskedForAndAgainAfterwards) {
  DeveloperModel model = login();
  model.on_intent({Kind::select_token, 0});
  EXPECT_FALSE(model.secrets_shown());
  EXPECT_FALSE(has(plain_text(model.lines()), "access-token-1"));
  model.on_intent({Kind::toggle_secrets, 0});
  EXPECT_TRUE(model.secrets_shown());
  EXPECT_TRUE(has(plain_text(model.lines()), "access-token-1"));
  model.on_intent({Kind::toggle_secrets, 0});
  EXPECT_FALSE(model.secrets_shown());
  EXPECT_FALSE(has(plain_text(model.lines()), "access-token-1"));
}

TEST(ModelDeveloper, AnIntrospectionThatFailedSaysWhyAndKeepsTheSelection) {
  DeveloperModel model = login();
  model.on_intent({Kind::select_exchange, 0});
  model.set_introspection(
      make_error(Blame::caller, ErrorCode::not_possible, Stage::introspection, "Nobody may ask."),
      language_of("de"));
  EXPECT_TRUE(
      model.newest_result().words.starts_with("Ein Endpunkt oder ein Zugangsmerkmal fehlt"));
  EXPECT_EQ(model.newest_result().tone, Tone::bad);
  EXPECT_EQ(model.selected(), 0U);
}

TEST(ModelDeveloper, AnIntrospectionShowsItsExchange) {
  DeveloperModel model = login();
  model.introspecting("asking");
  EXPECT_EQ(model.newest_result().tone, Tone::muted);
  model.set_introspection(true, Language());
  EXPECT_EQ(model.newest_result().words, "active: true");
  EXPECT_EQ(model.newest_result().tone, Tone::good);
  EXPECT_EQ(model.selected(), 4U);
  model.set_introspection(false, Language());
  EXPECT_EQ(model.newest_result().words, "active: false");
  EXPECT_EQ(model.newest_result().tone, Tone::warning);
}

TEST(ModelDeveloper, AnOutcomeReplacesTheOneBefore) {
  DeveloperModel model = model_with(0);
  EXPECT_EQ(model.outcome(), "");
  Quirks quirks;
  quirks.add(Quirk::verification_url);
  model.set_outcome("tokens received", quirks);
  EXPECT_EQ(model.outcome(), "tokens received");
  EXPECT_TRUE(model.quirks().has(Quirk::verification_url));
  model.set_outcome("token: timeout", {});
  EXPECT_TRUE(model.quirks().list().empty());
}

TEST(ModelDeveloper, RowsAreInTheTimeOfTheirPlace) {
  DeveloperModel model(std::chrono::hours(2));
  ExchangeRecord record = exchange(Stage::token, 400, kPending);
  record.sent_at_wall = WallTime(std::chrono::hours(10));
  model.add(std::move(record));
  EXPECT_EQ(model.rows()[0].time, "12:00:00");
}

}  // namespace
}  // namespace deviceflow::demo
