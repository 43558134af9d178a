// Signing out: what is revoked, in which order, and what is left.
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

using Part = SignOutReport::Part::Result;
using Kind = TransportFailure::Kind;

class SignOutTest : public SessionTest {
 protected:
  // "hint:token" of every revocation that went out, in order.
  Sent revocations() {
    Sent out;
    for (const HttpRequest& request : world.requests) {
      if (request.url != kRevoke) continue;
      const auto form = Form::parse(request.body.reveal());
      out.push_back(std::string(form->get("token_type_hint")) + ":" +
                    std::string(form->get("token")));
    }
    return out;
  }
};

TEST_F(SignOutTest, RevokesTheRefreshTokenThenTheAccessTokenAndForgetsBoth) {  // R-2.2.1-2, R-2.1-2
  sign_in();
  const auto report = session->sign_out();
  EXPECT_EQ(revocations(), (Sent{"refresh_token:r1", "access_token:a1"}));
  EXPECT_EQ(report.refresh_token.result, Part::revoked);
  EXPECT_EQ(report.access_token.result, Part::revoked);
  EXPECT_TRUE(report.removed);
  EXPECT_FALSE(report.local_error);
  EXPECT_TRUE(store_empty());
  EXPECT_EQ(get(), "(not_stored)");
}

TEST_F(SignOutTest, OfflineItForgetsAndSaysThatTheServerWasNotTold) {  // R-2.1-3
  sign_in();
  world.answers[kWellKnown].clear();
  world.failures[kWellKnown] = {failure(Kind::dns, true), failure(Kind::dns, true)};
  const auto report = session->sign_out();
  EXPECT_EQ(report.refresh_token.result, Part::not_confirmed);
  EXPECT_EQ(report.refresh_token.error->code, ErrorCode::network);
  EXPECT_EQ(report.access_token.result, Part::not_confirmed);
  EXPECT_TRUE(report.removed);
  EXPECT_TRUE(store_empty());
}

TEST_F(SignOutTest, A503IsNotConfirmed) {  // R-2.2.1-1
  sign_in();
  world.answers[kRevoke].clear();
  world.answers[kRevoke].push_back(answer(503, ""));
  const auto report = session->sign_out();
  EXPECT_EQ(report.refresh_token.result, Part::not_confirmed);
  EXPECT_TRUE(store_empty());
}

TEST_F(SignOutTest, AServerThatRevokesNoAccessTokensIsSignedOutOfAllTheSame) {  // R-2.2.1-2
  sign_in();
  world.answers[kRevoke].push_back(refusal("unsupported_token_type"));
  const auto report = session->sign_out();
  EXPECT_EQ(report.refresh_token.result, Part::revoked);
  EXPECT_EQ(report.access_token.result, Part::not_possible);
  EXPECT_TRUE(report.removed);
}

TEST_F(SignOutTest, WithoutARevocationEndpointItForgets) {
  sign_in();
  std::string metadata = metadata_json();
  metadata.replace(metadata.find("revocation_endpoint"), 19, "another_endpoint___");
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(200, metadata));
  const auto report = session->sign_out();
  EXPECT_EQ(report.refresh_token.result, Part::not_possible);
  EXPECT_TRUE(report.removed);
  EXPECT_TRUE(store_empty());
}

TEST_F(SignOutTest, WhatIsNotThereIsAbsent) {
  const auto report = session->sign_out();
  EXPECT_EQ(report.refresh_token.result, Part::absent);
  EXPECT_EQ(report.access_token.result, Part::absent);
  EXPECT_TRUE(report.removed);
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SignOutTest, ADamagedLoginIsRemovedToo) {  // R-2.1-3
  write(Secret("{"));
  const auto report = session->sign_out();
  EXPECT_EQ(report.local_error->code, ErrorCode::store_damaged);
  EXPECT_TRUE(report.removed);
  EXPECT_TRUE(store_empty());
}

TEST_F(SignOutTest, SaysWhereTheLocalCopyCouldNotBeRemoved) {  // R-2.1-3
  sign_in();
  store.erasable = false;
  const auto report = session->sign_out();
  EXPECT_EQ(report.refresh_token.result, Part::revoked);
  EXPECT_FALSE(report.removed);
  EXPECT_EQ(report.local_error->code, ErrorCode::store_io);
}

TEST_F(SignOutTest, WhileAnotherProcessIsAtItNothingIsTouchedAndThatIsSaid) {
  sign_in();
  const auto held = store.lock(session->store_key(), seconds(1), Cancel::never());
  const auto report = session->sign_out();
  EXPECT_FALSE(report.removed);
  EXPECT_EQ(report.local_error->code, ErrorCode::store_locked);
  EXPECT_TRUE(world.requests.empty());
}

// A read-only file system, say.
TEST_F(SignOutTest, AStoreThatCantBeLockedKeepsNoTokenAlive) {  // R-2.2.1-2
  for (const Forget forget : {Forget::always, Forget::when_revoked}) {
    sign_in();
    world.requests.clear();
    store.lockable = false;
    const auto report = session->sign_out(forget);
    EXPECT_EQ(revocations(), (Sent{"refresh_token:r1", "access_token:a1"}));
    EXPECT_EQ(report.refresh_token.result, Part::revoked);
    EXPECT_EQ(report.access_token.result, Part::revoked);
    EXPECT_FALSE(report.removed);
    ASSERT_TRUE(report.local_error);
    EXPECT_EQ(report.local_error->code, ErrorCode::store_io);
    EXPECT_FALSE(store_empty());
    store.lockable = true;
  }
}

TEST_F(SignOutTest, TokensThatCouldNotBeStoredAreRevokedToo) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  EXPECT_TRUE(last->store_failure);
  const auto report = session->sign_out();
  EXPECT_EQ(revocations(), (Sent{"refresh_token:r2", "access_token:a2"}));
  EXPECT_TRUE(report.removed);
}

TEST_F(SignOutTest, ACancelIsNotFollowedByAnotherRevocation) {  // R-2.1-3
  sign_in();
  const Cancel cancel;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kRevoke) cancel.set();
  };
  const auto kept = session->sign_out(Forget::when_revoked, cancel);
  EXPECT_EQ(revocations(), (Sent{"refresh_token:r1"}));
  EXPECT_EQ(kept.access_token.result, Part::not_confirmed);
  EXPECT_EQ(kept.access_token.error->code, ErrorCode::cancelled);
  EXPECT_FALSE(kept.removed);
  EXPECT_FALSE(store_empty());
  EXPECT_TRUE(session->sign_out().removed);
  EXPECT_TRUE(store_empty());
}

TEST_F(SignOutTest, TokensThatCouldNotBeStoredStayWhereTheyAreNotRevoked) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  EXPECT_TRUE(last->store_failure);
  world.answers[kRevoke].clear();
  world.answers[kRevoke].push_back(answer(503, ""));
  EXPECT_FALSE(session->sign_out(Forget::when_revoked).removed);
  store.saves_left = -1;
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r2");
  EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1"})) << "the old one was used again";
}

TEST_F(SignOutTest, ACancelLeavesTheRevocationsAndRemovesAllTheSame) {
  sign_in();
  const Cancel cancel;
  cancel.set();
  const auto report = session->sign_out(Forget::always, cancel);
  EXPECT_EQ(revocations(), Sent());
  EXPECT_EQ(report.refresh_token.result, Part::not_confirmed);
  EXPECT_TRUE(report.removed);
  EXPECT_TRUE(store_empty());
}

// The record is not locked while the server is asked: another process may write it meanwhile.
TEST_F(SignOutTest, TokensThatAnotherProcessStoredMeanwhileAreRevokedToo) {
  sign_in();
  StoredLogin theirs = in_store();
  theirs.tokens.access_token = Secret("a2");
  theirs.tokens.refresh_token = Secret("r2");
  bool written = false;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kRevoke && !std::exchange(written, true)) write(theirs);
  };
  const auto report = session->sign_out();
  EXPECT_EQ(revocations(),
            (Sent{"refresh_token:r1", "access_token:a1", "refresh_token:r2", "access_token:a2"}));
  EXPECT_EQ(report.refresh_token.result, Part::revoked);
  EXPECT_TRUE(report.removed);
  EXPECT_TRUE(store_empty());
}

TEST_F(SignOutTest, WhatAnotherProcessStoredMeanwhileIsNotMarkedAsRevoked) {
  sign_in();
  world.answers[kRevoke] = {answer(200, ""), answer(503, "")};
  StoredLogin theirs = in_store();
  theirs.tokens.access_token = Secret("a2");
  theirs.tokens.refresh_token = Secret("r2");
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kRevoke && world.count(kRevoke) == 1) write(theirs);
  };
  EXPECT_FALSE(session->sign_out(Forget::when_revoked).removed);
  EXPECT_FALSE(in_store().revoked);
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r2");
}

}  // namespace
}  // namespace deviceflow::test
