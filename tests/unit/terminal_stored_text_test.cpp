#include <gtest/gtest.h>

#include "foundation/json.hpp"
#include "terminal/outcome_text.hpp"
#include "terminal/stored_text.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::seconds;
using Part = SignOutReport::Part::Result;

Tty file() {
  Tty screen;
  screen.utf8 = true;
  return screen;
}

LoginStatus example_status() {
  LoginStatus status;
  status.logged_in = true;
  status.issuer = "https://id.example.com";
  status.client_id = "tv";
  status.subject = "ada";
  status.scope = "openid tv";
  status.expires_in = seconds(3000);
  status.has_refresh_token = true;
  status.kept = {"/logins", "Nobody else can read it."};
  return status;
}

TEST(TerminalStoredText, AStoredLoginIsToldWhole) {
  EXPECT_EQ(status_text(example_status(), file()),
            "Signed in: tv at https://id.example.com.\n"
            "The person is ada there.\n"
            "Allowed: openid, tv.\n"
            "The access token is valid for another 50 minutes, and can be renewed.\n"
            "Stored in /logins. Nobody else can read it.\n");
}

TEST(TerminalStoredText, AnAccountIsNamed) {
  LoginStatus status = example_status();
  status.account = "work";
  EXPECT_EQ(
      status_text(status, file()).find("Signed in: tv at https://id.example.com, account work.\n"),
      0u);
}

TEST(TerminalStoredText, AListSaysOnceWhereItIsKept) {
  LoginStatus other = example_status();
  other.account = "work";
  const KeptAt kept{"/logins", "Nobody else can read it."};
  const std::string text = stored_text({example_status(), other}, kept, file());
  EXPECT_EQ(text.find("Stored in"), text.rfind("Stored in")) << text;
  EXPECT_TRUE(text.ends_with("Stored in /logins. Nobody else can read it.\n")) << text;
  EXPECT_NE(text.find("account work"), std::string::npos) << text;
  EXPECT_EQ(stored_text({}, {"/logins", ""}, file()),
            "Not signed in: nothing is stored in /logins.\n");
}

TEST(TerminalStoredText, ATokenComesAsTheCallerNeedsIt) {
  AccessToken token;
  token.token = Secret("abc.DEF-1~+/=");
  token.token_type = "bearer";
  EXPECT_EQ(token_text(token, TokenFormat::plain), "abc.DEF-1~+/=");
  EXPECT_EQ(token_text(token, TokenFormat::env), "DEVICEFLOW_ACCESS_TOKEN=abc.DEF-1~+/=");
  EXPECT_EQ(token_text(token, TokenFormat::header), "Authorization: Bearer abc.DEF-1~+/=");
  token.token = Secret("a'b $(c)");
  EXPECT_EQ(token_text(token, TokenFormat::env), "DEVICEFLOW_ACCESS_TOKEN='a'\\''b $(c)'");
  token.token_type = "dpop";
  EXPECT_EQ(token_text(token, TokenFormat::header), "Authorization: DPoP a'b $(c)");
}

TEST(TerminalStoredText, WhatIsNotKnownIsLeftOut) {
  LoginStatus status = example_status();
  status.subject.clear();
  status.scope.clear();
  status.expires_in.reset();
  status.has_refresh_token = false;
  EXPECT_EQ(status_text(status, file()),
            "Signed in: tv at https://id.example.com.\n"
            "The provider doesn't say how long the access token lasts.\n"
            "Stored in /logins. Nobody else can read it.\n");
}

TEST(TerminalStoredText, AnAccessTokenThatHasEndedSaysWhatHappensNext) {
  LoginStatus status = example_status();
  status.expires_in = seconds(0);
  EXPECT_NE(status_text(status, file()).find("has ended. It is renewed when"), std::string::npos);
  status.has_refresh_token = false;
  EXPECT_NE(status_text(status, file()).find("has ended. Sign in again."), std::string::npos);
}

TEST(TerminalStoredText, ARefreshThatWasRefusedSaysWhatIsNeeded) {
  LoginStatus status = example_status();
  status.refused = RefreshRefusal{"http_401", "The provider refused. Sign in again.", "", {}, {}};
  EXPECT_TRUE(status.needs_sign_in());
  const std::string text = status_text(status, file());
  EXPECT_NE(text.find("valid for another 50 minutes.\nThe provider refused. Sign in again.\n"),
            std::string::npos);
  status.expires_in = seconds(0);
  EXPECT_NE(status_text(status, file()).find("has ended.\nThe provider refused. Sign in again.\n"),
            std::string::npos);
}

TEST(TerminalStoredText, ASignInThatIsRevokedInPartIsNoSignIn) {
  LoginStatus status = example_status();
  status.logged_in = false;
  status.revoked = true;
  EXPECT_TRUE(status.needs_sign_in());
  const std::string text = status_text(status, file());
  EXPECT_EQ(text.find("Signed in"), std::string::npos);
  EXPECT_NE(text.find("\"revoke\" tries again"), std::string::npos);
}

TEST(TerminalStoredText, NothingStoredIsOneSentence) {
  LoginStatus status;
  status.issuer = "https://id.example.com";
  status.client_id = "tv";
  EXPECT_EQ(status_text(status, file()),
            "Not signed in: nothing is stored for tv at https://id.example.com.\n");
}

TEST(TerminalStoredText, UserInfoNamesThePersonAndEveryClaim) {
  UserInfo info;
  info.subject = "ada";
  info.members = Secret(R"({"sub":"ada","name":"Ada"})");
  EXPECT_EQ(userinfo_text(info, file()), "Ada\n  sub   ada\n  name  Ada\n");
}

TEST(TerminalStoredText, ASignOutTellsWhatBecameOfEachToken) {
  SignOutNews news;
  news.logout = true;
  news.report.removed = true;
  news.report.refresh_token.result = Part::revoked;
  news.report.access_token.result = Part::not_possible;
  EXPECT_EQ(sign_out_text(news, file()),
            "Signed out.\nThe refresh token is revoked.\n"
            "The provider can't revoke the access token. It stays valid until it ends.\n");
  news.report.access_token = {Part::not_confirmed,
                              make_error(Blame::network, ErrorCode::network, Stage::revocation,
                                         "The server can't be reached.")};
  EXPECT_NE(sign_out_text(news, file())
                .find("its revocation is not confirmed. The server can't be reached.\n"),
            std::string::npos);
}

TEST(TerminalStoredText, ASignOutWithoutALoginSaysThatNobodyWasThere) {
  SignOutNews news;
  news.logout = true;
  news.report.removed = true;
  EXPECT_EQ(sign_out_text(news, file()),
            "Signed out.\nNobody was signed in at this provider with this client.\n");
  news.report.local_error =
      make_error(Blame::storage, ErrorCode::store_damaged, Stage::store, "It is damaged.");
  EXPECT_EQ(sign_out_text(news, file()),
            "Signed out.\nWhat was stored could not be read, so nothing was revoked: It is "
            "damaged.\n");
}

TEST(TerminalStoredText, WhatStaysStoredIsLeftToTheError) {
  SignOutNews news;
  news.report.refresh_token.result = Part::not_confirmed;
  EXPECT_EQ(sign_out_text(news, file()), "");
  news.report.refresh_token.result = Part::revoked;
  news.report.local_error =
      make_error(Blame::storage, ErrorCode::store_io, Stage::store, "It is read-only.");
  EXPECT_EQ(sign_out_text(news, file()),
            "What is stored could not be removed.\nThe refresh token is revoked.\n");
}

TEST(TerminalStoredText, ForeignTextIsCleaned) {  // T-10.14-1
  LoginStatus status = example_status();
  status.subject = status.scope = "A\x1b[31m\x07\xC2\x9B";
  UserInfo info;
  JsonValue members = JsonValue::object();
  members.set("name\x1b", status.subject);
  info.members = to_secret_json(members);
  const std::string text = status_text(status, file()) + userinfo_text(info, file());
  for (const std::string_view bad : {"\x1b", "\x07", "\xC2\x9B"}) {
    EXPECT_EQ(text.find(bad), std::string::npos) << text;
  }
}

TEST(TerminalStoredText, TokensSayWhereTheyAreKeptAndWhoIsUncertain) {
  TokenSet tokens;
  tokens.expires_in = seconds(3600);
  TokenNews news{tokens};
  news.renewed = true;
  news.kept = {"/logins", "Nobody else can read it."};
  const Error missing =
      make_error(Blame::caller, ErrorCode::not_possible, Stage::id_token, "No keys are known.");
  news.claims_missing = &missing;
  EXPECT_EQ(tokens_text(news, "", false, file()),
            "Renewed.\nThis lasts 1 hour.\n"
            "It is not certain who signed in. No keys are known.\n"
            "Stored in /logins. Nobody else can read it.\n");
}

}  // namespace
}  // namespace deviceflow::demo
