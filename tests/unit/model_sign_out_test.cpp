// What the window keeps of somebody who has signed out: nothing that is theirs.
#include <gtest/gtest.h>

#include <algorithm>

#include "model_exchanges.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

constexpr std::string_view kTheirs[] = {"access-token-1", "refresh-token-1", "id-token-1",
                                        "ada@example.com"};

bool holds(std::string_view text) {
  return std::ranges::any_of(kTheirs, [text](std::string_view one) { return has(text, one); });
}

bool holds(const std::vector<Header>& headers) {
  return std::ranges::any_of(headers,
                             [](const Header& header) { return holds(header.value.reveal()); });
}

bool holds(const AppModel& model) {
  const DeveloperModel& developer = model.developer();
  for (std::size_t i = 0; i < developer.log().size(); ++i) {
    const ExchangeRecord& record = developer.log().at(i);
    if (holds(record.request.body.reveal()) || holds(record.request.headers)) return true;
    for (const HttpResponse* response : {&*record.response, record.effective_response()}) {
      if (holds(response->body.reveal()) || holds(response->headers)) return true;
    }
  }
  return holds(plain_text(developer.lines())) || holds(plain_text(developer.token_lines())) ||
         holds(developer.curl().reveal()) || holds(developer.body().reveal());
}

ExchangeRecord with_token(Stage stage, std::string_view body) {
  ExchangeRecord record =
      request_of(stage, "https://auth.example/x", "client_id=tv&token=refresh-token-1");
  set_header(record.request.headers, "Authorization", "Bearer access-token-1");
  answer_with(record, 200, body);
  return record;
}

AppModel signed_in() {
  AppModel model = model_on(Screen::signed_in);
  TokensCame event;
  event.tokens.access_token = Secret("access-token-1");
  event.tokens.refresh_token = Secret("refresh-token-1");
  event.tokens.id_token = Secret("id-token-1");
  feed(model, std::move(event));
  ExchangeRecord tokens = with_token(
      Stage::token,
      R"({"access_token":"access-token-1","refresh_token":"refresh-token-1","id_token":"id-token-1"})");
  tokens.normalized.emplace();
  tokens.normalized->status = 200;
  tokens.normalized->body = Secret(tokens.response->body.reveal());
  feed(model, ExchangeCame{std::move(tokens)}, 0);
  feed(model, ExchangeCame{with_token(Stage::userinfo, R"({"sub":"7","email":"ada@example.com"})")},
       0);
  feed(model,
       ExchangeCame{
           with_token(Stage::introspection, R"({"active":true,"username":"ada@example.com"})")},
       0);
  feed(model, PersonKnown{"Ada", "ada@example.com"});
  model.on_intent({Kind::show_developer, 0});
  model.on_intent({Kind::show_exchanges, 0});
  return model;
}

void finish_sign_out(AppModel& model) {
  feed(model, ExchangeCame{with_token(Stage::revocation, "{}")}, 0);
  feed(model, SignedOut{}, 0);
}

TEST(ModelSignOut, WhileSomebodyIsSignedInEverythingCanBeRevealed) {
  AppModel model = signed_in();
  EXPECT_TRUE(holds(model));
  EXPECT_TRUE(model.developer().hides_secrets());
  model.on_intent({Kind::toggle_secrets, 0});
  EXPECT_TRUE(has(plain_text(model.developer().lines()), "ada@example.com"));
}

TEST(ModelSignOut, DropsWhatIsTheirsAtOnceAndOnceMoreWhenItIsDone) {
  for (const Kind way : {Kind::go_home, Kind::revoke}) {
    AppModel model = signed_in();
    model.on_intent({Kind::toggle_secrets, 0});
    model.on_intent({way, 0});
    EXPECT_FALSE(holds(model));
    finish_sign_out(model);
    EXPECT_FALSE(holds(model));
    EXPECT_EQ(model.session(), nullptr);
  }
}

TEST(ModelSignOut, ASignInThatTheProviderHasEndedIsDroppedAsWell) {
  AppModel model = signed_in();
  feed(model, SessionEnded{error_of(ErrorCode::sign_in_needed, Blame::user, Stage::refresh)});
  EXPECT_FALSE(holds(model));
}

TEST(ModelSignOut, NothingIsLeftToReveal) {
  AppModel model = signed_in();
  model.on_intent({Kind::revoke, 0});
  finish_sign_out(model);
  EXPECT_FALSE(model.developer().hides_secrets());
  model.on_intent({Kind::toggle_secrets, 0});
  EXPECT_FALSE(model.developer().secrets_shown());
  // What comes afterwards belongs to the next login.
  feed(model, ExchangeCame{with_token(Stage::token, kTokens)}, 0);
  model.on_intent({Kind::select_exchange, 4});
  EXPECT_TRUE(model.developer().hides_secrets());
}

TEST(ModelSignOut, TheExchangesStayWithoutTheirValues) {
  AppModel model = signed_in();
  const std::string sizes = model.developer().rows().at(1).size;
  model.on_intent({Kind::revoke, 0});
  finish_sign_out(model);
  const DeveloperModel& developer = model.developer();
  ASSERT_EQ(developer.rows().size(), 4u);
  EXPECT_EQ(developer.rows().at(1).size, sizes);
  model.on_intent({Kind::select_exchange, 1});
  EXPECT_TRUE(has(plain_text(developer.lines()), "email"));
  EXPECT_TRUE(has(plain_text(developer.lines()), "[redacted]"));
  model.on_intent({Kind::show_request, 0});
  EXPECT_TRUE(has(plain_text(developer.lines()), "client_id")) << plain_text(developer.lines());
}

TEST(ModelSignOut, WhatWasLookedForIsNotFoundAnyMore) {
  AppModel model = signed_in();
  model.on_intent({Kind::search_exchanges, 0});
  for (const char c : std::string("ada@example")) {
    KeyPress key;
    key.text = Secret(std::string_view(&c, 1));
    model.type(key);
  }
  model.on_intent({Kind::go_home, 0});
  EXPECT_FALSE(holds(model));
}

}  // namespace
}  // namespace deviceflow::demo
