#include <gtest/gtest.h>

#include "model/developer_model.hpp"
#include "model_exchanges.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

DeveloperModel login() {
  DeveloperModel model(std::chrono::seconds(0));
  model.add(exchange(Stage::discovery, 200, R"({"issuer":"https://auth.example"})"));
  model.add(exchange(Stage::device_authorization, 200, R"({"device_code":"device-code-1"})"));
  model.add(exchange(Stage::token, 400, kPending));
  model.add(failed(TransportFailure::Kind::timeout));
  model.add(exchange(Stage::token, 200, kTokens));
  model.add(exchange(Stage::userinfo, 200, R"({"sub":"ada"})"));
  return model;
}

using Rows = std::vector<std::size_t>;

void cycle_to(DeveloperModel& model, ExchangeKind kind) {
  for (int i = 0; i < kExchangeKinds && model.filter().kind != kind; ++i) {
    model.on_intent({Kind::cycle_filter, 0});
  }
  ASSERT_EQ(model.filter().kind, kind);
}

std::string found_in(const DeveloperModel& model) {
  std::string found;
  for (const Line& line : model.lines()) {
    for (const Span& span : line) found += span.found ? span.text + "|" : "";
  }
  return found;
}

TEST(ModelFilter, WithoutExchangesNothingIsListed) {
  DeveloperModel model(std::chrono::seconds(0));
  model.search_for("x");
  model.on_intent({Kind::cycle_filter, 0});
  model.on_intent({Kind::clear_filter, 0});
  EXPECT_TRUE(model.listed().empty());
  EXPECT_TRUE(model.curl().empty());
  EXPECT_TRUE(model.body().empty());
}

TEST(ModelFilter, EachKindListsItsOwn) {
  DeveloperModel model = login();
  EXPECT_EQ(model.listed(), (Rows{0, 1, 2, 3, 4, 5}));
  cycle_to(model, ExchangeKind::errors);
  EXPECT_EQ(model.listed(), (Rows{1, 3}));  // codes that can't be used; that one waits is no error
  cycle_to(model, ExchangeKind::discovery);
  EXPECT_EQ(model.listed(), Rows{0});
  cycle_to(model, ExchangeKind::device_authorization);
  EXPECT_EQ(model.listed(), Rows{1});
  cycle_to(model, ExchangeKind::polls);
  EXPECT_EQ(model.listed(), (Rows{2, 3, 4}));
  cycle_to(model, ExchangeKind::others);
  EXPECT_EQ(model.listed(), Rows{5});
  cycle_to(model, ExchangeKind::all);
  EXPECT_FALSE(model.filter().active());
}

TEST(ModelFilter, ASearchLooksAtUrlsHeadersAndBodiesWhateverTheCase) {
  DeveloperModel model = login();
  model.search_for("AUTH.EXAMPLE/OAUTH2");
  EXPECT_EQ(model.listed().size(), 6U);
  model.search_for("authorization_PENDING");
  EXPECT_EQ(model.listed(), Rows{2});
  model.search_for("accept: application/json");
  EXPECT_EQ(model.listed().size(), 6U);
  model.search_for("timeout");
  EXPECT_EQ(model.listed(), Rows{3});
  model.search_for("no such text");
  EXPECT_TRUE(model.listed().empty());
  model.on_intent({Kind::clear_filter, 0});
  EXPECT_EQ(model.listed().size(), 6U);
  EXPECT_EQ(model.search(), "");
}

TEST(ModelFilter, WhatIsMaskedIsNotFound) {
  DeveloperModel model = login();
  for (const char* secret : {"access-token-1", "device-code-1", "code-1"}) {
    model.search_for(secret);
    EXPECT_TRUE(model.listed().empty()) << secret;
    model.on_intent({Kind::toggle_raw, 0});
    EXPECT_TRUE(model.listed().empty()) << secret;
    model.on_intent({Kind::toggle_secrets, 0});  // what is revealed changes no row
    EXPECT_TRUE(model.listed().empty()) << secret;
    model.on_intent({Kind::toggle_secrets, 0});
  }
}

TEST(ModelFilter, WhatBecomesASecretLaterIsNotFoundAnyMore) {
  DeveloperModel model(std::chrono::seconds(0));
  model.add(exchange(Stage::userinfo, 200, R"({"note":"access-token-1"})"));
  model.search_for("access-token-1");
  EXPECT_EQ(model.listed(), Rows{0});
  model.add(exchange(Stage::token, 200, kTokens));
  EXPECT_TRUE(model.listed().empty());
}

TEST(ModelFilter, WhatIsFoundIsMarkedInTheDetail) {
  DeveloperModel model = login();
  EXPECT_EQ(found_in(model), "");
  model.search_for("ADA");
  EXPECT_EQ(model.selected(), 5U);
  EXPECT_EQ(found_in(model), "ada|");
  model.search_for("sub\": \"a");  // over the ends of pieces in different colours
  EXPECT_EQ(found_in(model), "sub\"|: |\"a|");
  model.on_intent({Kind::clear_filter, 0});
  EXPECT_EQ(found_in(model), "");
}

TEST(ModelFilter, TheSelectionStaysOrGoesToTheNearest) {
  DeveloperModel model = login();
  model.on_intent({Kind::select_exchange, 2});
  cycle_to(model, ExchangeKind::polls);
  EXPECT_EQ(model.selected(), 2U);  // after the codes, which the kind before has shown
  EXPECT_EQ(model.place(), 0U);
  model.search_for("pending");
  EXPECT_EQ(model.selected(), 2U);
  model.on_intent({Kind::clear_filter, 0});
  EXPECT_EQ(model.selected(), 2U);
  EXPECT_EQ(model.place(), 2U);
}

TEST(ModelFilter, TheNewestListedExchangeIsFollowed) {
  DeveloperModel model = login();
  cycle_to(model, ExchangeKind::polls);
  model.on_intent({Kind::select_exchange, 4});
  model.add(exchange(Stage::userinfo, 200, "{}"));
  EXPECT_EQ(model.selected(), 4U);
  model.add(exchange(Stage::token, 400, kPending));
  EXPECT_EQ(model.selected(), 7U);
  model.on_intent({Kind::select_exchange, 2});
  model.add(exchange(Stage::token, 400, kPending));
  EXPECT_EQ(model.selected(), 2U);
}

TEST(ModelFilter, AJumpToAHiddenExchangeShowsAllAgain) {
  DeveloperModel model = login();
  cycle_to(model, ExchangeKind::discovery);
  model.on_intent({Kind::select_token, 0});
  EXPECT_EQ(model.selected(), 4U);
  EXPECT_FALSE(model.filter().active());
}

TEST(ModelFilter, TheOldestOnesGoFromTheListToo) {
  DeveloperModel model(std::chrono::seconds(0));
  model.add(exchange(Stage::discovery, 200, "{}"));
  cycle_to(model, ExchangeKind::discovery);
  for (std::size_t i = 0; i < ExchangeLog::kMaxRecords; ++i) {
    model.add(exchange(Stage::token, 400, kPending));
  }
  EXPECT_TRUE(model.listed().empty());
  EXPECT_LT(model.selected(), model.rows().size());
  model.add(exchange(Stage::discovery, 200, "{}"));
  EXPECT_EQ(model.listed(), Rows{ExchangeLog::kMaxRecords - 1});
  EXPECT_EQ(model.selected(), ExchangeLog::kMaxRecords - 1);
}

}  // namespace
}  // namespace deviceflow::demo
