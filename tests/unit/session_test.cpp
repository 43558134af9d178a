// Fresh tokens on demand: when to refresh, what a failure costs, what a kill leaves.
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;

TEST_F(SessionTest, WithoutALoginThereIsNoToken) {
  EXPECT_EQ(get(), "(not_stored)");
  EXPECT_EQ(last_error->blame, Blame::user);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionTest, HandsOutTheStoredTokenWhileItIsFresh) {
  sign_in();
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(last->token_type, "Bearer");
  EXPECT_EQ(last->scope, "openid tv");
  EXPECT_EQ(last->expires_at, WallTime(seconds(1800003600)));
  restart();
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionTest, StoresEverythingThatARestartNeeds) {  // N-5-3
  sign_in();
  restart();
  const StoredLogin login = stored();
  EXPECT_EQ(login.issuer, kIssuer);
  EXPECT_EQ(login.client_id, "tv");
  EXPECT_EQ(login.subject, "alice");
  EXPECT_EQ(login.dpop_key.reveal(), "key");
  EXPECT_EQ(login.tokens.id_token.reveal(), "id1");
  EXPECT_EQ(login.received_at, WallTime(seconds(1800000000)));
}

TEST_F(SessionTest, RefreshesATenthOfTheLifeEarlyButAMinuteAtTheMost) {
  for (const auto& [life, early] : {std::pair(3600, 60), std::pair(100, 10), std::pair(7, 0)}) {
    sign_in(seconds(life));
    server_answers(fresh("a2", "r2"));
    pass(seconds(life - early - 1));
    EXPECT_EQ(get(), "a1") << life;
    pass(seconds(1));
    EXPECT_EQ(get(), "a2") << life;
  }
}

TEST_F(SessionTest, AfterARestartTheLifeCountsOnTheWallClock) {
  sign_in();
  server_answers(fresh("a2"));
  pass(seconds(3539));
  restart();
  world.clock.set_steady(SteadyTime(milliseconds(1)));  // another boot
  EXPECT_EQ(get(), "a1");
  pass(seconds(1));
  EXPECT_EQ(get(), "a2");
}

TEST_F(SessionTest, AClockThatIsSetWhileItRunsChangesNothing) {
  sign_in();
  EXPECT_EQ(get(), "a1");  // from now on the steady clock knows its end
  world.clock.set_wall(WallTime(seconds(1900000000)));
  EXPECT_EQ(get(), "a1");
  world.clock.set_wall(std::nullopt);
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionTest, WhatCantBeJudgedIsRefreshedOnce) {
  sign_in();
  server_answers(fresh("a2", "r2"));
  world.clock.set_wall(std::nullopt);
  restart();
  EXPECT_EQ(get(), "a2");
  EXPECT_FALSE(last->expires_at);
  EXPECT_EQ(get(), "a2");  // the steady clock knows it from now on
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionTest, AClockFromBeforeTheTokensCameCantJudgeThem) {
  sign_in();
  server_answers(fresh("a2", "r2"));
  world.clock.set_wall(WallTime(seconds(1799999999)));
  restart();
  EXPECT_EQ(get(), "a2");
}

TEST_F(SessionTest, WhatCantBeJudgedNorRefreshedIsHandedOutAsItIs) {
  sign_in();
  world.failures[kToken] = {failure(Kind::refused, true)};
  world.clock.set_wall(std::nullopt);
  restart();
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(last->refresh_failure->code, ErrorCode::network);
}

TEST_F(SessionTest, AnUnknownLifetimeLeadsToNoRefresh) {  // T-5.1-3
  sign_in(std::nullopt);
  pass(seconds(1000000));
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionTest, ALifetimeOfNothingLeadsToNoLoop) {  // T-5.1-3
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2", 0), fresh("a3", "r3", 0));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(get(), "a3");
  EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1", "r2"}));
}

TEST_F(SessionTest, ASlowAnswerShortensTheUsableLife) {  // T-5.1-3
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2", 100));
  world.on_send = [this](const HttpRequest& request) {
    if (request.url == kToken) pass(seconds(20));
  };
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(*last->expires_at - *world.clock.wall_now(), seconds(80));
  pass(seconds(69));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
  pass(seconds(1));
  static_cast<void>(get());
  EXPECT_EQ(sent_refresh_tokens().size(), 2u);
}

TEST_F(SessionTest, ARotatedTokenIsUsedOnceAndReplacedForGood) {  // T-6-3, S-2.2.2-1
  sign_in(seconds(100));
  server_answers(fresh("a2", "r2", 100), fresh("a3", "r3", 100), fresh("a4", "r4", 100));
  for (const char* expected : {"a2", "a3", "a4"}) {
    pass(seconds(95));
    EXPECT_EQ(get(), expected);
    restart();
  }
  EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1", "r2", "r3"}));
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r4");
  EXPECT_EQ(stored().subject, "alice");
  EXPECT_EQ(stored().tokens.id_token.reveal(), "id1");
}

TEST_F(SessionTest, WithoutRotationTheSameTokenServesOn) {  // T-6-3
  sign_in(seconds(100));
  server_answers(fresh("a2", {}, 100));
  for (int i = 0; i < 3; ++i) {
    pass(seconds(95));
    EXPECT_EQ(get(), "a2");
  }
  EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1", "r1", "r1"}));
}

TEST_F(SessionTest, TheRefreshIdentifiesTheClient) {  // T-6-2
  sign_in(seconds(0));
  server_answers(fresh("a2"));
  EXPECT_EQ(get(), "a2");
  const auto form = Form::parse(world.requests.back().body.reveal());
  EXPECT_EQ(form->get("client_id"), "tv");
  EXPECT_EQ(form->get("grant_type"), "refresh_token");
}

TEST_F(SessionTest, InvalidGrantEndsTheSessionWithAReason) {  // T-6-5
  sign_in(seconds(0));
  server_answers(refusal("invalid_grant"));
  EXPECT_EQ(get(), "(invalid_grant)");
  EXPECT_EQ(last_error->code, ErrorCode::sign_in_needed);
  EXPECT_EQ(last_error->reason, "refused");
  EXPECT_TRUE(store_empty());
  EXPECT_EQ(get(), "(not_stored)");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
}

TEST_F(SessionTest, NothingElseEndsTheSession) {  // T-6-5
  const HttpResponse answers[] = {refusal("invalid_client", 401),
                                  refusal("invalid_scope"),
                                  refusal("server_error", 500),
                                  refusal("slow_down", 429),
                                  answer(503, ""),
                                  answer(200, "<html>", "text/html"),
                                  answer(404, "")};
  sign_in(seconds(100));
  pass(seconds(200));
  for (const HttpResponse& response : answers) {
    server_answers(response);
    EXPECT_NE(get(), "(not_stored)");
    EXPECT_NE(last_error->code, ErrorCode::sign_in_needed);
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r1");
    pass(seconds(100));
  }
  for (const Kind kind : {Kind::dns, Kind::timeout, Kind::connection, Kind::tls_untrusted}) {
    world.failures[kToken] = {failure(kind)};
    EXPECT_NE(get(), "(not_stored)");
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r1");
    pass(seconds(100));
  }
  server_answers(fresh("a2"));
  EXPECT_EQ(get(), "a2");
}

TEST_F(SessionTest, AValidTokenSurvivesAFailedRefresh) {  // T-6-5
  sign_in(seconds(100));
  server_answers(answer(503, "", "", {{"Retry-After", "5"}}), fresh("a2"));
  pass(seconds(91));
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(last->refresh_failure->reason, "http_503");
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);  // not before Retry-After has passed
  pass(seconds(4));
  EXPECT_EQ(get(), "a1");
  pass(seconds(1));
  EXPECT_EQ(get(), "a2");
}

TEST_F(SessionTest, FailuresAreSpacedOutAndShared) {
  sign_in(seconds(0));
  server_answers(answer(503, ""));
  std::size_t expected = 0;
  for (const int wait : {2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(get(), "(invalid_response)");
    ++expected;
    pass(seconds(wait - 1));
    EXPECT_EQ(get(), "(invalid_response)");
    EXPECT_EQ(sent_refresh_tokens().size(), expected) << wait;
    pass(seconds(1));
  }
}

TEST_F(SessionTest, WithoutARefreshTokenTheEndIsTheEnd) {
  sign_in(seconds(100), "");
  pass(seconds(99));
  EXPECT_EQ(get(), "a1");
  pass(seconds(1));
  EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionTest, ARejectedTokenIsReplacedOnce) {  // B-3.1-1
  sign_in();
  server_answers(fresh("a2", "r2"));
  EXPECT_EQ(get_after_rejection("a1"), "a2");
  // A second caller got the same response about the old one: it has been replaced already.
  EXPECT_EQ(get_after_rejection("a1"), "a2");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionTest, ARejectedTokenIsNotHandedOutAgain) {  // B-3.1-1
  sign_in();
  server_answers(answer(503, ""));
  EXPECT_EQ(get_after_rejection("a1"), "(invalid_response)");
}

TEST_F(SessionTest, ARefreshThatIsNotDueBringsANewToken) {
  sign_in();
  server_answers(fresh("a2", "r2"), answer(503, ""));
  EXPECT_EQ(refresh(), "a2");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
  EXPECT_EQ(refresh(), "(invalid_response)");
  EXPECT_EQ(get(), "a2");
}

TEST_F(SessionTest, WithoutARefreshTokenThereIsNoRefresh) {
  sign_in(seconds(3600), "");
  EXPECT_EQ(refresh(), "(sign_in_needed)");
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

// ---- The mark -----------------------------------------------------------------------------------

TEST_F(SessionTest, TheMarkIsStoredBeforeTheRequestLeaves) {  // T-6-3
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  bool marked = false;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url != kToken) return;
    const StoredLogin login = in_store();
    marked = login.refresh_begun && login.refresh_begun->token_hash.size() == 64 &&
             login.refresh_begun->at == world.clock.wall_now();
  };
  EXPECT_EQ(get(), "a2");
  EXPECT_TRUE(marked);
  EXPECT_FALSE(stored().refresh_begun);
}

TEST_F(SessionTest, TheNewTokensAreStoredBeforeTheyAreHandedOut) {  // T-6-3
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  EXPECT_EQ(get(), "a2");
  EXPECT_FALSE(last->store_failure);
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r2");
}

TEST_F(SessionTest, NewTokensThatCantBeStoredAreHandedOutAndSavedByTheNextCall) {  // T-6-3
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;  // the mark, and no more
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(get(), "a2");
    ASSERT_TRUE(last->store_failure);
    EXPECT_EQ(last->store_failure->code, ErrorCode::store_io);
    EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r1");
  }
  // Meanwhile no other process may use the old token.
  EXPECT_EQ(store.lock(session->store_key(), milliseconds(0), Cancel::never()).error().code,
            ErrorCode::store_locked);
  store.saves_left = -1;
  EXPECT_EQ(get(), "a2");
  EXPECT_FALSE(last->store_failure);
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r2");
  EXPECT_TRUE(store.lock(session->store_key(), milliseconds(0), Cancel::never()).ok());
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionTest, NewTokensThatCouldNotBeStoredAreSavedAtTheEndOfTheSession) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  store.saves_left = -1;
  restart();
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionTest, WhileNewTokensCantBeStoredNoMoreAreAskedFor) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2", 100));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  pass(seconds(95));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(last->refresh_failure->code, ErrorCode::store_io);
  pass(seconds(5));
  EXPECT_EQ(get(), "(store_io)");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionTest, WhereTheMarkCantBeStoredNothingIsSent) {
  sign_in(seconds(100));
  store.saves_left = 0;
  pass(seconds(95));
  EXPECT_EQ(get(), "a1");
  EXPECT_EQ(last->refresh_failure->code, ErrorCode::store_io);
  pass(seconds(5));
  EXPECT_EQ(get(), "(store_io)");
  EXPECT_EQ(sent_refresh_tokens(), Sent());
}

TEST_F(SessionTest, AnInterruptedRefreshIsTriedOnceMoreAtTheNextStart) {
  sign_in(seconds(3600));
  server_answers(fresh("a2", "r2"));
  world.failures[kToken] = {failure(Kind::connection)};  // as good as a kill: nobody knows
  EXPECT_FALSE(session->refresh().ok());
  EXPECT_TRUE(stored().refresh_begun);
  restart();
  pass(seconds(2));        // the wait after a failure is stored
  EXPECT_EQ(get(), "a2");  // although a1 is fresh: some servers forgive it for a short while only
  EXPECT_FALSE(stored().refresh_begun);
}

TEST_F(SessionTest, AnInterruptedRefreshThatTheServerDoesNotForgiveSaysWhy) {
  sign_in(seconds(0));
  world.failures[kToken] = {failure(Kind::connection)};
  static_cast<void>(get());
  restart();
  pass(seconds(2));
  server_answers(refusal("invalid_grant"));
  EXPECT_EQ(get(), "(invalid_grant)");
  EXPECT_EQ(last_error->reason, "interrupted_refresh");
  EXPECT_NE(last_error->message.find("interrupted"), std::string::npos);
  EXPECT_NE(last_error->message.find("Sign in again"), std::string::npos);
  EXPECT_TRUE(store_empty());
}

TEST_F(SessionTest, TheMarkGoesWhereTheTokenWasCertainlyNotUsed) {
  sign_in(seconds(0));
  world.failures[kToken] = {failure(Kind::refused, true)};
  EXPECT_EQ(get(), "(network)");
  EXPECT_FALSE(stored().refresh_begun);
  pass(seconds(100));
  server_answers(refusal("invalid_client", 401));
  EXPECT_EQ(get(), "(invalid_client)");
  EXPECT_FALSE(stored().refresh_begun);
  pass(seconds(100));
  server_answers(answer(502, ""));
  static_cast<void>(get());
  EXPECT_TRUE(stored().refresh_begun);
  pass(seconds(100));
  world.failures[kToken] = {failure(Kind::refused, true)};
  static_cast<void>(get());
  EXPECT_TRUE(stored().refresh_begun);  // it is still the older one's fate that nobody knows
}

TEST_F(SessionTest, AMarkOfAnotherTokenMeansNothing) {
  sign_in();
  StoredLogin login = stored();
  login.refresh_begun = RefreshMark{"of another token", std::nullopt};
  write(login);
  EXPECT_EQ(get(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

// ---- Stores that can't be used ------------------------------------------------------------------

TEST_F(SessionTest, ALoginThatIsOverAndCantBeRemovedSaysBoth) {
  sign_in(seconds(0));
  server_answers(refusal("invalid_grant"));
  store.erasable = false;
  EXPECT_EQ(get(), "(invalid_grant)");
  EXPECT_EQ(last_error->code, ErrorCode::sign_in_needed);
  EXPECT_NE(last_error->message.find("The disk is full."), std::string::npos);
}

TEST_F(SessionTest, TheStoredSignInIsTheNewOneWhileItCantBeStored) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r2");
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r1");
  store.saves_left = -1;
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r2");
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r2");
}

TEST_F(SessionTest, ADamagedStoreIsReportedAndReplacedBySigningIn) {
  write(Secret("{"));
  EXPECT_EQ(get(), "(store_damaged)");
  EXPECT_FALSE(store_empty());
  EXPECT_TRUE(log_in(fresh("a1", "r1")).ok());
  EXPECT_EQ(get(), "a1");
}

TEST_F(SessionTest, ARecordOfAnotherProviderIsNotUsed) {  // T-10.3-1
  sign_in();
  StoredLogin login = stored();
  login.issuer = "https://evil.example.com";
  write(login);
  EXPECT_EQ(get(), "(store_damaged)");
}

TEST_F(SessionTest, AHolderOfTheLockIsWaitedForOnlyIfNoTokenIsValid) {
  sign_in(seconds(100));
  server_answers(fresh("a2"));
  auto held = store.lock(session->store_key(), seconds(1), Cancel::never());
  pass(seconds(95));
  EXPECT_EQ(get(), "a1");
  pass(seconds(5));
  EXPECT_EQ(get(), "(store_locked)");
  *held = nullptr;
  EXPECT_EQ(get(), "a2");
}

TEST_F(SessionTest, WhatAnotherProcessBroughtMeanwhileIsUsed) {  // T-6-4
  sign_in(seconds(100));
  pass(seconds(100));
  store.before_lock = [this] {
    StoredLogin theirs = in_store();
    theirs.tokens.access_token = Secret("a2");
    theirs.tokens.refresh_token = Secret("r2");
    theirs.received_at = world.clock.wall_now();
    theirs.expires_at = *world.clock.wall_now() + seconds(100);
    write(theirs);
  };
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(sent_refresh_tokens(), Sent());
}

TEST_F(SessionTest, ALoginThatAnotherProcessEndedMeanwhileIsNotRevived) {
  sign_in(seconds(0));
  store.before_lock = [this] {
    ASSERT_TRUE(
        (*store.inner.lock(session->store_key(), seconds(1), Cancel::never()))->erase().ok());
  };
  EXPECT_EQ(get(), "(not_stored)");
  EXPECT_EQ(sent_refresh_tokens(), Sent());
  EXPECT_TRUE(store_empty());
}

TEST_F(SessionTest, ACancelEndsTheRefreshAndOnlyThat) {
  sign_in(seconds(0));
  server_answers(fresh("a2"));
  const Cancel cancel;
  cancel.set();
  EXPECT_EQ(get(cancel), "(cancelled)");
  EXPECT_EQ(get(), "a2");
}

}  // namespace
}  // namespace deviceflow::test
