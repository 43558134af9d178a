// A second sign-in at one provider with one client: of another user (zenml 3976), or of a server
// that returns the tokens of the first one (WSO2 Identity Server), which must not be revoked then.
#include "issuer.hpp"
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

using Part = SignOutReport::Part::Result;
constexpr std::int64_t kNow = 1800000000;

class SignedInTwice : public SessionTest {
 protected:
  SignedInTwice() {
    publish_metadata(world);
    publish_keys(world, {{"k1", "P-256"}});
    config.scope = "openid";
    restart();
  }
  static HttpResponse tokens(std::string_view access, std::string_view refresh, const char* subject,
                             const char* audience = "tv") {
    std::string body =
        R"({"token_type":"Bearer","expires_in":600,"access_token":")" + std::string(access) + "\"";
    if (!refresh.empty()) body += R"(,"refresh_token":")" + std::string(refresh) + "\"";
    if (subject != nullptr) {
      body +=
          R"(,"id_token":")" + signed_jwt("k1", "P-256", id_claims(kNow, subject, audience)) + "\"";
    }
    return answer(200, body + "}");
  }
  std::optional<ReplacedSignIn> sign_in_with(HttpResponse response) {
    auto result = log_in(std::move(response));
    EXPECT_TRUE(result.ok());
    return result.ok() ? std::move(result->replaced) : std::nullopt;
  }
  // The cancel arrives while the token response is on its way.
  Error cancelled(HttpResponse response) {
    const Cancel cancel;
    const auto before = world.on_send;
    world.on_send = [&](const HttpRequest& request) {
      if (request.url == kToken) cancel.set();
      if (before) before(request);
    };
    const auto result = log_in(std::move(response), {}, cancel);
    world.on_send = before;
    EXPECT_FALSE(result.ok());
    return result.ok() ? Error() : result.error();
  }
  // The application refuses the user.
  Error refused(HttpResponse response) {
    SignInOptions options;
    options.accept = [](const IdTokenClaims*) -> Result<void> {
      return make_error(Blame::user, ErrorCode::access_denied, Stage::usage, "Not this user.");
    };
    const auto result = log_in(std::move(response), std::move(options));
    EXPECT_FALSE(result.ok());
    return result.ok() ? Error() : result.error();
  }
  Sent revoked() {
    Sent out;
    for (const HttpRequest& request : world.requests) {
      if (request.url == kRevoke) {
        out.emplace_back(Form::parse(request.body.reveal())->get("token"));
      }
    }
    return out;
  }
};

// --- Another user ---

TEST_F(SignedInTwice, TheFirstOfAllReplacesNothing) {
  EXPECT_FALSE(sign_in_with(tokens("a1", "r1", "alice")));
}

TEST_F(SignedInTwice, AnotherUserRevokesTheFirstRefreshTokenAfterTheNewOneIsStored) {
  EXPECT_FALSE(sign_in_with(tokens("a1", "r1", "alice")));
  world.on_send = [&](const HttpRequest& request) {
    if (request.url != kRevoke) return;
    EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r2");
    EXPECT_EQ(request.timeout, seconds(5));
  };
  const auto replaced = sign_in_with(tokens("a2", "r2", "bob"));
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->subject, "alice");
  EXPECT_TRUE(replaced->other_user);
  EXPECT_EQ(replaced->refresh_token.result, Part::revoked);
  EXPECT_EQ(revoked(), Sent{"r1"});
  EXPECT_EQ(stored().subject, "bob");
}

TEST_F(SignedInTwice, ARevocationThatFailsCostsNothing) {
  sign_in_with(tokens("a1", "r1", "alice"));
  world.answers[kRevoke].clear();
  world.answers[kRevoke].push_back(answer(503, ""));
  const auto replaced = sign_in_with(tokens("a2", "r2", "bob"));
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->refresh_token.result, Part::not_confirmed);
  EXPECT_EQ(get(), "a2");
}

TEST_F(SignedInTwice, TheSameUserOrAnUnknownOneIsOnlyReported) {
  struct Case {
    const char* first;
    const char* second;
  };
  for (const Case& c : {Case{"alice", "alice"}, Case{nullptr, "alice"}, Case{"alice", nullptr},
                        Case{nullptr, nullptr}}) {
    ASSERT_TRUE((*store.lock(session->store_key(), seconds(1), Cancel::never()))->erase().ok());
    sign_in_with(tokens("a1", "r1", c.first));
    const auto replaced = sign_in_with(tokens("a2", "r2", c.second));
    ASSERT_TRUE(replaced);
    EXPECT_FALSE(replaced->other_user);
    EXPECT_EQ(replaced->subject, c.first == nullptr ? "" : c.first);
    EXPECT_EQ(replaced->refresh_token.result, Part::absent);
  }
  EXPECT_EQ(revoked(), Sent());
}

TEST_F(SignedInTwice, TokensThatCouldNotBeStoredAreTheOnesThatAreReplaced) {
  sign_in_with(tokens("a1", "r1", "alice"));
  pass(seconds(600));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  EXPECT_TRUE(last->store_failure);
  store.saves_left = -1;
  ASSERT_TRUE(sign_in_with(tokens("a3", "r3", nullptr)));
  EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r3");
}

TEST_F(SignedInTwice, ASignInThatCantBeStoredLeavesTheUnsavedTokens) {
  sign_in_with(tokens("a1", "r1", "alice"));
  pass(seconds(600));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  world.requests.clear();
  const auto token = log_in(tokens("a3", "r3", nullptr));
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code, ErrorCode::store_io);
  EXPECT_TRUE(world.requests.empty());
  store.saves_left = -1;
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r2");
}

// --- The same tokens again ---

TEST_F(SignedInTwice, WithTheSameTokensNothingIsReplacedNorRevoked) {
  sign_in_with(tokens("a1", "r1", "alice"));
  EXPECT_FALSE(sign_in_with(tokens("a1", "r1", "alice")));
  EXPECT_FALSE(sign_in_with(tokens("a1", "r1", "bob")));
  EXPECT_FALSE(sign_in_with(tokens("a1", "r2", "alice")));  // one of them is enough
  EXPECT_FALSE(sign_in_with(tokens("a2", "r2", "bob")));
  EXPECT_EQ(revoked(), Sent());
}

TEST_F(SignedInTwice, ACancelDoesNotRevokeWhatIsStored) {
  sign_in_with(tokens("a1", "r1", nullptr));
  EXPECT_EQ(cancelled(tokens("a1", "r1", nullptr)).code, ErrorCode::cancelled);
  EXPECT_EQ(cancelled(tokens("a1", "", nullptr)).code, ErrorCode::cancelled);
  EXPECT_EQ(revoked(), Sent());
  EXPECT_EQ(cancelled(tokens("a2", "r2", nullptr)).code, ErrorCode::cancelled);
  EXPECT_EQ(revoked(), Sent{"r2"});
  EXPECT_EQ(get(), "a1");
}

TEST_F(SignedInTwice, ACancelDoesNotRevokeWhatWasStoredMeanwhile) {
  sign_in_with(tokens("a0", "r0", nullptr));
  world.on_send = [&](const HttpRequest& request) {
    if (request.url != kToken) return;
    StoredLogin theirs = in_store();  // another process
    theirs.tokens.refresh_token = Secret("r1");
    write(theirs);
  };
  EXPECT_EQ(cancelled(tokens("a1", "r1", nullptr)).code, ErrorCode::cancelled);
  EXPECT_EQ(revoked(), Sent());
}

TEST_F(SignedInTwice, ARefusedIdTokenDoesNotRevokeWhatIsStored) {
  sign_in_with(tokens("a1", "r1", "alice"));
  EXPECT_EQ(log_in(tokens("a1", "r1", "alice", "phone")).error().reason, "aud");
  EXPECT_EQ(revoked(), Sent());
  EXPECT_EQ(log_in(tokens("a2", "r2", "alice", "phone")).error().reason, "aud");
  EXPECT_EQ(revoked(), Sent{"r2"});
  EXPECT_EQ(get(), "a1");
}

TEST_F(SignedInTwice, AStoreThatCantTellRevokesNothing) {
  write(Secret("{"));
  EXPECT_FALSE(log_in(tokens("a1", "r1", "alice", "phone")).ok());
  EXPECT_EQ(refused(tokens("a1", "r1", nullptr)).message, "Not this user.");
  EXPECT_EQ(revoked(), Sent());
}

TEST_F(SignedInTwice, ARefusedUsersTokensAreRevokedUnlessTheyAreStored) {
  sign_in_with(tokens("a1", "r1", nullptr));
  EXPECT_EQ(refused(tokens("a1", "r1", nullptr)).message, "Not this user.");
  EXPECT_EQ(revoked(), Sent());
  EXPECT_EQ(refused(tokens("a2", "r2", nullptr)).message, "Not this user.");
  EXPECT_EQ(revoked(), (Sent{"r2", "a2"}));
  EXPECT_EQ(get(), "a1");
}

TEST_F(SignedInTwice, ARefusedUserIsStoredNowhere) {
  EXPECT_EQ(refused(tokens("a1", "r1", "bob")).message, "Not this user.");
  EXPECT_EQ(revoked(), (Sent{"r1", "a1"}));
  EXPECT_TRUE(store_empty());
  EXPECT_EQ(get(), "(not_stored)");
}

TEST_F(SignedInTwice, TokensThatAreOnlyInMemoryAreNotRevokedEither) {
  sign_in_with(tokens("a1", "r1", "alice"));
  pass(seconds(600));
  server_answers(fresh("a2", "r2"));
  store.saves_left = 1;
  EXPECT_EQ(get(), "a2");
  store.saves_left = -1;
  EXPECT_EQ(cancelled(tokens("a2", "r2", nullptr)).code, ErrorCode::cancelled);
  EXPECT_EQ(revoked(), Sent());
}

// Otherwise a program that starts again would find the first user's dead token.
TEST_F(SignedInTwice, IfTheSecondUserCantBeStoredTheFirstOneIsNotRevoked) {
  sign_in_with(tokens("a1", "r1", "alice"));
  store.saves_left = 1;  // the check
  const auto token = log_in(tokens("a2", "r2", "bob"));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->store_failure->code, ErrorCode::store_io);
  EXPECT_EQ(revoked(), Sent());
  EXPECT_EQ(in_store().tokens.refresh_token.reveal(), "r1");
}

TEST_F(SignedInTwice, WithAWaitingLoginKeptTheRuleHolds) {
  sign_in_with(tokens("a1", "r1", nullptr));
  config.resume = true;
  restart();
  EXPECT_EQ(cancelled(tokens("a1", "r1", nullptr)).code, ErrorCode::cancelled);
  EXPECT_EQ(revoked(), Sent());
}

// --- Sign-outs that succeed in part ---

class PartialSignOut : public SignedInTwice {
 protected:
  PartialSignOut() { sign_in_with(tokens("a1", "r1", nullptr)); }
  void revocations(HttpResponse refresh, HttpResponse access) {
    world.answers[kRevoke].clear();
    world.answers[kRevoke].push_back(std::move(refresh));
    world.answers[kRevoke].push_back(std::move(access));
  }
};

TEST_F(PartialSignOut, AfterTheRefreshToken400ForTheAccessTokenIsDoneWithARemark) {
  for (const char* body : {R"({"error":"invalid_token"})", R"({"error":"invalid_request"})", ""}) {
    sign_in_with(tokens("a1", "r1", nullptr));
    revocations(answer(200, ""), answer(400, body));
    const auto report = session->sign_out(Forget::when_revoked);
    EXPECT_EQ(report.access_token.result, Part::revoked) << body;
    EXPECT_TRUE(report.access_token.error) << body;
    EXPECT_TRUE(report.removed) << body;
    EXPECT_TRUE(store_empty()) << body;
  }
}

TEST_F(PartialSignOut, WithoutARevokedRefreshToken400ConfirmsNothing) {
  revocations(answer(503, ""), answer(400, R"({"error":"invalid_request"})"));
  const auto report = session->sign_out(Forget::when_revoked);
  EXPECT_EQ(report.access_token.result, Part::not_confirmed);
  EXPECT_FALSE(report.removed);
}

TEST_F(PartialSignOut, ADeadTokenCountsAsRevoked) {
  revocations(answer(400, R"({"error":"invalid_token"})"), answer(200, ""));
  EXPECT_TRUE(session->sign_out(Forget::when_revoked).removed);
}

TEST_F(PartialSignOut, WhatIsRevokedIsWrittenAtOnceAndNotUsedAnyMore) {  // R-2.1-3
  revocations(answer(200, ""), answer(503, ""));
  EXPECT_FALSE(session->sign_out(Forget::when_revoked).removed);
  restart();
  EXPECT_TRUE(stored().tokens.refresh_token.empty());
  EXPECT_TRUE(stored().revoked);
  EXPECT_EQ(get(), "(sign_in_needed)");
  EXPECT_FALSE(session->userinfo().ok());
  EXPECT_EQ(world.count(kUserInfo), 0);
  // The second try knows that the refresh token is dead.
  revocations(answer(400, R"({"error":"invalid_request"})"), answer(503, ""));
  const auto report = session->sign_out(Forget::when_revoked);
  EXPECT_EQ(report.refresh_token.result, Part::revoked);
  EXPECT_EQ(report.access_token.result, Part::revoked);
  EXPECT_EQ(revoked(), (Sent{"r1", "a1", "a1"}));
  EXPECT_TRUE(store_empty());
}

TEST_F(PartialSignOut, AKillBetweenTheTwoLeavesNoSignInThatLooksAlive) {
  bool revoked_on_disk = false;
  world.on_send = [&](const HttpRequest& request) {
    if (request.url != kRevoke || request.body.reveal().find("access_token") == std::string::npos) {
      return;
    }
    revoked_on_disk = in_store().revoked;
  };
  EXPECT_TRUE(session->sign_out().removed);
  EXPECT_TRUE(revoked_on_disk);
}

TEST_F(PartialSignOut, ARevokedAccessTokenIsNotHandedOutAgain) {
  revocations(answer(503, ""), answer(200, ""));
  EXPECT_FALSE(session->sign_out(Forget::when_revoked).removed);
  server_answers(fresh("a2", "r2"));
  for (const bool new_process : {false, true}) {
    if (new_process) restart();
    EXPECT_EQ(get(), "a2");
  }
  EXPECT_EQ(sent_refresh_tokens().back(), "r1");
}

TEST_F(PartialSignOut, ANewSignInReplacesItWithoutAWord) {
  revocations(answer(200, ""), answer(503, ""));
  static_cast<void>(session->sign_out(Forget::when_revoked));
  EXPECT_FALSE(sign_in_with(tokens("a2", "r2", "bob")));
  EXPECT_EQ(get(), "a2");
}

}  // namespace
}  // namespace deviceflow::test
