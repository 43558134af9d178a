#include <gtest/gtest.h>

#include "common/login_keeper.hpp"
#include "fake_world.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::seconds;
using test::answer;
using test::FakeWorld;
using test::kRevoke;
using test::kToken;
using Part = SignOutReport::Part::Result;

class CommonLoginKeeper : public testing::Test {
 protected:
  CommonLoginKeeper() {
    world_.answers[test::kWellKnown].push_back(answer(200, test::metadata_json()));
    world_.clock.set_wall(WallTime(seconds(1800000000)));
    settings_.settings.issuer = test::kIssuer;
    settings_.settings.client_id = "tv";
    settings_.settings.store = kNoStore;
    auto opened = LoginKeeper::open(settings_, world_.ports());
    EXPECT_TRUE(opened.ok());
    keeper_ = std::move(*opened);
  }

  // An earlier run did.
  void sign_in(std::string_view refresh_token = "r1") {
    StoredLogin login;
    login.issuer = test::kIssuer;
    login.client_id = "tv";
    login.subject = "ada";
    login.tokens.access_token = Secret("a1");
    login.tokens.token_type = "Bearer";
    login.tokens.scope = "openid tv";
    login.tokens.expires_in = seconds(3600);
    login.tokens.refresh_token = Secret(refresh_token);
    login.received_at = world_.clock.wall_now();
    login.expires_at = *world_.clock.wall_now() + seconds(3600);
    const auto lock =
        keeper_->store()->lock(keeper_->session().store_key(), seconds(0), Cancel::never());
    ASSERT_TRUE(lock.ok());
    ASSERT_TRUE((*lock)->save(to_record(login)).ok());
  }
  void answers(const char* url, HttpResponse response) {
    world_.answers[url].push_back(std::move(response));
  }
  static HttpResponse fresh(std::string_view access) {
    return answer(200, R"({"token_type":"Bearer","expires_in":60,"access_token":")" +
                           std::string(access) + "\"}");
  }

  FakeWorld world_;
  Session settings_;
  std::unique_ptr<LoginKeeper> keeper_;
};

TEST_F(CommonLoginKeeper, WithoutAStoredLoginEverythingSaysSoAndNothingIsSent) {
  EXPECT_EQ(keeper_->stored().error().code, ErrorCode::not_stored);
  EXPECT_EQ(keeper_->session().refresh().error().code, ErrorCode::not_stored);
  EXPECT_FALSE(keeper_->status()->logged_in);
  EXPECT_TRUE(world_.requests.empty());
}

TEST_F(CommonLoginKeeper, TheStatusTellsWhoAndHowLongAndSendsNothing) {
  sign_in();
  world_.clock.set_wall(*world_.clock.wall_now() + seconds(600));
  const auto status = keeper_->status();
  ASSERT_TRUE(status.ok());
  EXPECT_TRUE(status->logged_in);
  EXPECT_EQ(status->issuer, test::kIssuer);
  EXPECT_EQ(status->client_id, "tv");
  EXPECT_EQ(status->subject, "ada");
  EXPECT_EQ(status->scope, "openid tv");
  EXPECT_EQ(status->expires_in, seconds(3000));
  EXPECT_TRUE(status->has_refresh_token);
  world_.clock.set_wall(*world_.clock.wall_now() + seconds(6000));
  EXPECT_EQ(keeper_->status()->expires_in, seconds(0));
  world_.clock.set_wall(std::nullopt);
  EXPECT_EQ(keeper_->status()->expires_in, std::nullopt);
  EXPECT_TRUE(world_.requests.empty());
}

TEST_F(CommonLoginKeeper, ARefreshIsMadeThoughItIsNotDue) {
  sign_in();
  answers(kToken, fresh("a2"));
  const auto renewed = keeper_->session().refresh();
  ASSERT_TRUE(renewed.ok()) << renewed.error().message;
  EXPECT_EQ(renewed->token.reveal(), "a2");
  EXPECT_EQ(keeper_->stored()->tokens.refresh_token.reveal(), "r1");
  EXPECT_EQ(keeper_->stored()->tokens.expires_in, seconds(60));
}

TEST_F(CommonLoginKeeper, WithoutARefreshTokenOnlyASignInHelps) {
  sign_in("");
  EXPECT_EQ(keeper_->session().refresh().error().code, ErrorCode::sign_in_needed);
  EXPECT_TRUE(world_.requests.empty());
  EXPECT_TRUE(keeper_->stored().ok());
}

TEST_F(CommonLoginKeeper, ARevocationThatIsNotConfirmedForgetsNothing) {
  sign_in();
  answers(kRevoke, answer(200, ""));
  answers(kRevoke, answer(503, ""));
  const SignOutReport first = keeper_->session().sign_out(Forget::when_revoked);
  EXPECT_EQ(first.refresh_token.result, Part::revoked);
  EXPECT_EQ(first.access_token.result, Part::not_confirmed);
  EXPECT_FALSE(first.removed);
  EXPECT_TRUE(keeper_->stored().ok());

  world_.answers[kRevoke].clear();
  answers(kRevoke, answer(200, ""));
  EXPECT_TRUE(keeper_->session().sign_out(Forget::when_revoked).removed);
  EXPECT_EQ(keeper_->stored().error().code, ErrorCode::not_stored);
}

TEST_F(CommonLoginKeeper, WhereNothingCanBeRevokedTheLoginIsForgotten) {
  sign_in();
  answers(kRevoke, answer(400, R"({"error":"unsupported_token_type"})"));
  const SignOutReport report = keeper_->session().sign_out(Forget::when_revoked);
  EXPECT_EQ(report.refresh_token.result, Part::not_possible);
  EXPECT_TRUE(report.removed);
}

TEST_F(CommonLoginKeeper, TokensThatNobodyHoldsAreGivenBack) {
  answers(test::kDevice, answer(200, test::codes_json()));
  answers(kToken, fresh("a1"));
  answers(kRevoke, answer(200, ""));
  SignInOptions options;
  options.accept = [](const IdTokenClaims*) -> Result<void> {
    return make_error(Blame::user, ErrorCode::access_denied, Stage::usage, "Somebody else.");
  };
  EXPECT_EQ(keeper_->session().sign_in(options).error().message, "Somebody else.");
  EXPECT_EQ(world_.count(kRevoke), 1);
  EXPECT_EQ(keeper_->stored().error().code, ErrorCode::not_stored);
}

TEST_F(CommonLoginKeeper, LoginsOfTheSandboxStayInMemory) {
  settings_.settings.store = "/logins";
  settings_.provider = std::make_shared<Provider>(*builtin_provider("sandbox"));
  auto opened = LoginKeeper::open(settings_, world_.ports());
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->kept_at().folder, "");
}

TEST(CommonStoredLogin, WhichOneItIsHasToBeSaid) {
  Session settings;
  const auto problem = [&] {
    const auto checked = check_for_stored_login(settings);
    return checked.ok() ? "" : checked.error().message;
  };
  EXPECT_NE(problem().find("--issuer"), std::string::npos);
  settings.settings.endpoints.token = "https://a/t";
  EXPECT_NE(problem().find("--client-id"), std::string::npos);
  settings.settings.client_id = "tv";
  EXPECT_EQ(problem(), "");
  settings.settings.store = "none";
  EXPECT_NE(problem().find("--store none"), std::string::npos);
}

TEST(CommonStoredLogin, EndpointsOfAConfigFileAreEnoughWithoutAnIssuer) {
  FakeWorld world;
  Session settings;
  settings.settings.endpoints.token = "https://a/t";
  settings.settings.client_id = "tv";
  settings.settings.store = "none";
  auto opened = LoginKeeper::open(settings, world.ports());
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->status()->issuer, "https://a/t");
}

}  // namespace
}  // namespace deviceflow::demo
