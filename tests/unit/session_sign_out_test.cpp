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
  const Cancel never;
  ASSERT_TRUE((*store.lock(client->store_key(), seconds(1), never))->save(Secret("{")).ok());
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
  const Cancel never;
  const auto held = store.lock(client->store_key(), seconds(1), never);
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
  EXPECT_EQ(get(), "(store_io)");
  const auto report = session->sign_out();
  EXPECT_EQ(revocations(), (Sent{"refresh_token:r2", "access_token:a2"}));
  EXPECT_TRUE(report.removed);
}

TEST_F(SignOutTest, ACancelIsNotFollowedByAnotherRevocation) {  // R-2.1-3
  sign_in();
  world.on_send = [&](const HttpRequest& request) {
    if (request.url == kRevoke) session->cancel();
  };
  const auto kept = session->sign_out(Forget::when_revoked);
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
  EXPECT_EQ(get(), "(store_io)");
  world.answers[kRevoke].clear();
  world.answers[kRevoke].push_back(answer(503, ""));
  EXPECT_FALSE(session->sign_out(Forget::when_revoked).removed);
  store.saves_left = -1;
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r2");
  EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1"})) << "the old one was used again";
}

}  // namespace
}  // namespace deviceflow::test
