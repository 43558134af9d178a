// The Developer tab's page of tokens: what is decoded, what stays masked, and what was checked.
#include <gtest/gtest.h>

#include <deviceflow/http.hpp>
#include <deviceflow/messages.hpp>

#include "foundation/encoding.hpp"
#include "model_exchanges.hpp"
#include "model_logins.hpp"
#include "protocol/id_token.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Kind = Intent::Kind;
using State = TokenCheck::State;

std::string jwt_of(std::string_view header, std::string_view claims) {
  return base64url_encode(header) + "." + base64url_encode(claims) + "." + base64url_encode("sig");
}

const std::string kIdToken =
    jwt_of(R"({"alg":"RS256","kid":"key-1"})",
           R"({"iss":"https://auth.example","sub":"ada-subject","aud":"tv","exp":1795559350,)"
           R"("email":"ada@example.com","address":{"street":"Secret Lane"}})");

std::string shown(const std::string& token, Secrets mode) {
  return plain_text(token_lines(Secret(token), mode, Redactor()));
}

TokensCame tokens_event() {
  TokensCame event;
  event.tokens.access_token = Secret("access-token-1");
  event.tokens.token_type = "Bearer";
  event.tokens.id_token = Secret(kIdToken);
  event.scope = "openid";
  event.id_token = IdTokenCheck::verified;
  return event;
}

AppModel with_tokens() {
  AppModel model = model_on(Screen::signed_in);
  feed(model, tokens_event());
  return model;
}

TEST(ModelTokens, AJwtIsDecodedAndThePersonsClaimsStayMasked) {
  const std::string text = shown(kIdToken, Secrets::masked);
  EXPECT_TRUE(has(text, R"("alg": "RS256")"));
  EXPECT_TRUE(has(text, R"("kid": "key-1")"));
  EXPECT_TRUE(has(text, R"("iss": "https://auth.example")"));
  EXPECT_TRUE(has(text, "1795559350"));
  EXPECT_TRUE(has(text, "\"email\": \"••••••••"));
  for (const char* secret : {"ada-subject", "ada@example.com", "Secret Lane"}) {
    EXPECT_FALSE(has(text, secret)) << secret;
  }
  EXPECT_FALSE(has(text, kIdToken));
}

TEST(ModelTokens, RevealedShowsTheTokenAndEveryClaim) {
  const std::string text = shown(kIdToken, Secrets::revealed);
  for (const char* part : {"ada-subject", "ada@example.com", "Secret Lane"}) {
    EXPECT_TRUE(has(text, part)) << part;
  }
  EXPECT_TRUE(has(text, kIdToken.substr(0, 60)));
}

TEST(ModelTokens, AnOpaqueTokenIsOnlyCounted) {
  EXPECT_EQ(
      shown("access-token-1", Secrets::masked),
      "•••••••• 14 chars\n\nNot a JWT in compact signed form: only its server can read it.\n");
  EXPECT_TRUE(has(shown("access-token-1", Secrets::revealed), "access-token-1"));
  EXPECT_EQ(shown("", Secrets::masked), "");
  EXPECT_TRUE(has(shown(jwt_of(R"({"alg":"none"})", "{}"), Secrets::masked), "none"));
}

TEST(ModelTokens, AVerifiedTokenHasPassedEveryCheck) {
  const TokenChecks all = checks_of(IdTokenCheck::verified, "");
  for (const TokenCheck* one :
       {&all.signature, &all.issuer, &all.audience, &all.expiry, &all.rest}) {
    EXPECT_EQ(one->state, State::passed);
  }
  const TokenChecks untimed = checks_of(IdTokenCheck::verified_but_time, "");
  EXPECT_EQ(untimed.audience.state, State::passed);
  EXPECT_EQ(untimed.expiry.state, State::not_made);
  const TokenChecks none = checks_of(IdTokenCheck::not_verified, "No keys.");
  EXPECT_EQ(none.signature.state, State::not_made);
  EXPECT_EQ(none.signature.why, "No keys.");
}

TEST(ModelTokens, WhatComesAfterTheCheckThatFailedWasNotMade) {
  const TokenChecks audience = checks_of(id_token_error("aud", "it is for others"));
  EXPECT_EQ(audience.signature.state, State::passed);
  EXPECT_EQ(audience.issuer.state, State::passed);
  EXPECT_EQ(audience.audience.state, State::failed);
  EXPECT_TRUE(has(audience.audience.why, "it is for others"));
  EXPECT_EQ(audience.expiry.state, State::not_made);
  EXPECT_EQ(audience.rest.state, State::not_made);
  EXPECT_EQ(checks_of(id_token_error("signature", "x")).issuer.state, State::not_made);
  EXPECT_EQ(checks_of(id_token_error("expired", "x")).expiry.state, State::failed);
  const TokenChecks subject = checks_of(id_token_error("sub", "x"));
  EXPECT_EQ(subject.issuer.state, State::passed);
  EXPECT_EQ(subject.audience.state, State::not_made);
  EXPECT_EQ(subject.rest.state, State::failed);
  const Error algorithm = make_error(Blame::protocol, ErrorCode::algorithm_not_allowed,
                                     Stage::id_token, "HS256 is not allowed.");
  EXPECT_EQ(checks_of(algorithm).signature.state, State::failed);
}

TEST(ModelTokens, ALoginThatFailedForItsIdTokenShowsItWithTheReason) {
  AppModel model = model_on(Screen::code);
  feed(model,
       ExchangeCame{exchange(
           Stage::token, 200,
           R"({"access_token":"a","token_type":"Bearer","id_token":")" + kIdToken + "\"}")},
       0);
  feed(model, LoginFailed{id_token_error("iss", "another issuer made it"), {}, {}});
  const TokensModel& tokens = model.developer().tokens();
  ASSERT_TRUE(tokens.known());
  EXPECT_EQ(tokens.selected(), TokenKind::id);
  EXPECT_EQ(tokens.checks().issuer.state, State::failed);
  EXPECT_TRUE(tokens.value(TokenKind::access).empty());
  EXPECT_TRUE(has(plain_text(model.developer().token_lines()), "https://auth.example"));
  EXPECT_FALSE(has(plain_text(model.developer().token_lines()), "ada-subject"));
}

TEST(ModelTokens, ARefreshWithoutAnIdTokenLeavesWhatIsKnownOfIt) {
  AppModel model = with_tokens();
  TokensCame event = tokens_event();
  event.tokens.access_token = Secret("access-token-2");
  event.id_token = IdTokenCheck::none_came;
  feed(model, std::move(event), 0);
  const TokensModel& tokens = model.developer().tokens();
  EXPECT_EQ(tokens.value(TokenKind::access).reveal(), "access-token-2");
  EXPECT_EQ(tokens.checks().signature.state, State::passed);
}

TEST(ModelTokens, WhoeverSignsOutLeavesNoTokens) {
  AppModel model = with_tokens();
  model.on_intent({Kind::toggle_secrets, 0});
  model.on_intent({Kind::go_home, 0});
  EXPECT_FALSE(model.developer().tokens().known());
  EXPECT_FALSE(model.developer().secrets_shown());
  EXPECT_TRUE(model.developer().token_lines().empty());
  feed(model, tokens_event());  // late
  EXPECT_FALSE(model.developer().tokens().known());
}

TEST(ModelTokens, ARevealEndsByItselfAfterHalfAMinute) {
  AppModel model = with_tokens();
  model.on_time(kStart);
  EXPECT_EQ(model.next_change(kStart), kNever);
  model.on_intent({Kind::toggle_secrets, 0});
  model.on_time(kStart);
  EXPECT_TRUE(has(plain_text(model.developer().token_lines()), "access-token-1"));
  EXPECT_EQ(model.next_change(kStart), after(seconds(30)));
  model.on_time(after(std::chrono::milliseconds(29999)));
  EXPECT_TRUE(model.developer().secrets_shown());
  model.on_time(after(seconds(30)));
  EXPECT_FALSE(model.developer().secrets_shown());
  EXPECT_FALSE(has(plain_text(model.developer().token_lines()), "access-token-1"));
  EXPECT_EQ(model.next_change(after(seconds(30))), kNever);
}

TEST(ModelTokens, EachRevealHasItsWholeTime) {
  AppModel model = with_tokens();
  for (const int at : {0, 20}) {
    model.on_intent({Kind::toggle_secrets, 0});
    model.on_time(after(seconds(at)));
    EXPECT_EQ(model.next_change(after(seconds(at))), after(seconds(at + 30)));
    model.on_intent({Kind::toggle_secrets, 0});
  }
}

TEST(ModelTokens, OnlyTokensThatThereAreCanBeSelected) {
  AppModel model = with_tokens();
  model.on_intent({Kind::select_token_kind, 2});
  EXPECT_EQ(model.developer().tokens().selected(), TokenKind::id);
  EXPECT_TRUE(has(plain_text(model.developer().token_lines()), "RS256"));
  for (const int value : {-1, 3, 99}) {
    model.on_intent({Kind::select_token_kind, value});
    EXPECT_EQ(model.developer().tokens().selected(), TokenKind::id);
  }
}

}  // namespace
}  // namespace deviceflow::demo
