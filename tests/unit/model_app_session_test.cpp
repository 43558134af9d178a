// A login that lasts: found again at the start, renewed, ended, signed out of.
#include <gtest/gtest.h>

#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = Intent::Kind;

SignedIn kept(std::chrono::milliseconds renew, std::chrono::milliseconds expiry) {
  SignedIn facts;
  facts.scope = "openid";
  facts.expires_at = after(expiry);
  facts.renewable = true;
  facts.renew_at = after(renew);
  return facts;
}

TEST(ModelAppSession, AStoredLoginIsShownAtTheStart) {
  AppModel model(provider_facts());
  feed(model, Restored{kept(minutes(59), minutes(60))}, 0);
  EXPECT_EQ(model.screen(), Screen::signed_in);
  EXPECT_TRUE(model.developer().has_token());
  feed(model, PersonKnown{"Ada", ""}, 0);
  ASSERT_TRUE(model.session()->person.has_value());
  EXPECT_EQ(model.session()->person->name, "Ada");
}

// A moment of a tick, then who it is; nothing moves after that.
TEST(ModelAppSession, AnApprovalThatIsWatchedIsShownForAMoment) {
  AppModel model = model_on(Screen::code);
  feed(model, SignedIn{});
  EXPECT_EQ(model.screen(), Screen::signed_in);
  EXPECT_EQ(model.scene(), "approved");
  EXPECT_EQ(model.approved_part(kStart), 0);
  EXPECT_EQ(model.approved_part(after(milliseconds(90))), 0.5F);
  EXPECT_EQ(model.approved_part(after(milliseconds(180))), 1);
  EXPECT_EQ(model.approved_part(after(milliseconds(300))), 1);
  EXPECT_EQ(model.next_change(kStart), after(milliseconds(400)));
  model.on_time(after(milliseconds(399)));
  EXPECT_TRUE(model.just_approved());
  model.on_time(after(milliseconds(400)));
  EXPECT_EQ(model.scene(), "signed_in");
  EXPECT_EQ(model.next_change(after(milliseconds(400))), kNever);
}

TEST(ModelAppSession, NoTickWhereNobodyWatched) {
  AppModel developer = model_on(Screen::code);
  developer.on_intent({Kind::show_developer, 0});
  feed(developer, SignedIn{});
  developer.on_intent({Kind::show_sign_in, 0});
  EXPECT_EQ(developer.scene(), "signed_in");
  AppModel restored(provider_facts());
  feed(restored, Restored{kept(minutes(59), minutes(60))}, 0);
  EXPECT_EQ(restored.scene(), "signed_in");
}

TEST(ModelAppSession, AnApprovedLoginThatEndsLeavesNoTick) {
  AppModel model = model_on(Screen::code);
  feed(model, SignedIn{});
  feed(model, SessionEnded{error_of(ErrorCode::sign_in_needed, Blame::user)});
  EXPECT_FALSE(model.just_approved());
}

TEST(ModelAppSession, AStoredLoginComesTooLateForSomebodyWhoHasPressedLogin) {
  AppModel model(provider_facts());
  model.on_intent({Kind::log_in, 0});
  feed(model, Restored{kept(minutes(59), minutes(60))}, 0);
  EXPECT_EQ(model.screen(), Screen::connecting);
}

TEST(ModelAppSession, ATokenIsRenewedOnceWhenItsTimeHasCome) {
  AppModel model(provider_facts());
  feed(model, Restored{kept(seconds(90), seconds(150))}, 0);
  EXPECT_EQ(model.next_change(kStart), after(seconds(30)));  // from three minutes to two
  EXPECT_EQ(model.next_change(after(seconds(80))), after(seconds(90)));
  EXPECT_EQ(words(model.on_time(after(seconds(89)))), "");
  EXPECT_EQ(words(model.on_time(after(seconds(90)))), "renew 0");
  EXPECT_EQ(words(model.on_time(after(seconds(91)))), "");  // it is on its way
  feed(model, Renewed{kept(minutes(59), minutes(60))}, 0);
  EXPECT_EQ(model.screen(), Screen::signed_in);
  EXPECT_EQ(model.session()->facts.expires_at, after(minutes(60)));
  EXPECT_EQ(words(model.on_time(after(minutes(59)))), "renew 0");
}

TEST(ModelAppSession, ARenewedTokenOfSomebodyWhoSignedOutMeansNothing) {
  AppModel model = model_on(Screen::signed_in);
  model.on_intent({Kind::go_home, 0});
  feed(model, Renewed{kept(minutes(59), minutes(60))}, 0);
  EXPECT_EQ(model.screen(), Screen::home);
  feed(model, SessionEnded{error_of(ErrorCode::sign_in_needed, Blame::user)}, 0);
  EXPECT_EQ(model.screen(), Screen::home);
}

TEST(ModelAppSession, AnEndedSessionAsksToSignInAgain) {
  AppModel model = model_on(Screen::ended);
  EXPECT_EQ(model.message().title, "Please sign in again");
  EXPECT_EQ(model.message().rows.at(0).value, "The sign-in can't be renewed. Sign in again.");
  EXPECT_FALSE(model.developer().has_token());
  EXPECT_EQ(after_intent(model, Kind::log_in), "log_in 2");
}

TEST(ModelAppSession, WhatSigningOutCouldNotDoIsToldUntilTheNextLogin) {
  AppModel model = model_on(Screen::signed_in);
  EXPECT_EQ(after_intent(model, Kind::go_home), "cancel 1, sign_out 1");
  feed(model, SignedOut{{}, true}, 0);
  EXPECT_EQ(model.notice(), "Signed out on this device. The provider did not confirm it.");
  after_intent(model, Kind::log_in);
  EXPECT_EQ(model.notice(), "");
}

TEST(ModelAppSession, ALoginThatStillWaitsIsTakenUpAtTheStart) {
  AppModel model(provider_facts());
  feed(model, LoginWaits{}, 0);
  EXPECT_EQ(words(model.on_time(kStart)), "log_in 1");
  EXPECT_EQ(model.screen(), Screen::connecting);
  EXPECT_EQ(words(model.on_time(kStart)), "");  // once
  AppModel late(provider_facts());
  after_intent(late, Intent::Kind::log_in);
  late.on_intent({Intent::Kind::cancel, 0});
  feed(late, LoginWaits{}, 0);
  EXPECT_EQ(words(late.on_time(kStart)), "");  // the person has begun something else
  EXPECT_EQ(late.screen(), Screen::home);
}

}  // namespace
}  // namespace deviceflow::demo
