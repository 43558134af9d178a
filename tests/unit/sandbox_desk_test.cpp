// What the desk can do to a login: decide it, and say what its next poll gets.
#include <gtest/gtest.h>

#include "sandbox_client.hpp"

namespace deviceflow::sandbox {
namespace {

class SandboxDesk : public testing::Test {
 protected:
  SandboxDesk() { sandbox.start(); }

  int ask(const std::string& answer) {
    return sandbox
        .post("/sandbox/next_poll", "user_code=" + sandbox.user_code + "&answer=" + answer)
        .status;
  }

  Sandbox sandbox;
};

TEST_F(SandboxDesk, TheNextPollGetsSlowDownAndTheOneAfterItTheOrdinaryAnswer) {
  EXPECT_EQ(ask("slow_down"), 200);
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "slow_down");
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(10))), "authorization_pending");
  EXPECT_EQ(sandbox.rules(), "");
}

TEST_F(SandboxDesk, TheServerExpectsTheIntervalThatItAskedFor) {
  ask("slow_down");
  sandbox.poll_after(seconds(5));
  sandbox.poll_after(seconds(5));
  EXPECT_EQ(sandbox.rules(), "D-3.5-3");
}

TEST_F(SandboxDesk, AnAnswerThatIsNoneMakesTheServerExpectABackOff) {
  EXPECT_EQ(ask("bad_gateway"), 200);
  const Response response = sandbox.poll_after(seconds(5));
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(*find_header(response.headers, "Content-Type"), "text/html");
  sandbox.poll_after(seconds(5));
  EXPECT_EQ(sandbox.rules(), "D-3.5-9");
}

TEST_F(SandboxDesk, SilenceAndAResetEndTheConnectionInsteadOfAnswering) {
  ask("reset");
  const Response reset = sandbox.poll_after(seconds(5));
  EXPECT_TRUE(reset.hang_up);
  EXPECT_EQ(reset.delay.count(), 0);
  ask("silence");
  const Response silent = sandbox.poll_after(seconds(10));
  EXPECT_TRUE(silent.hang_up);
  EXPECT_GT(silent.delay, seconds(60));
  EXPECT_EQ(sandbox.rules(), "");
}

TEST_F(SandboxDesk, ExpiryEndsTheCode) {
  ask("expired_token");
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "expired_token");
  EXPECT_EQ(ask("slow_down"), 409);
  EXPECT_EQ(sandbox.post("/sandbox/approve", "user_code=" + sandbox.user_code).status, 409);
}

TEST_F(SandboxDesk, TheLastAnswerAskedForCounts) {
  ask("bad_gateway");
  ask("slow_down");
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "slow_down");
}

TEST_F(SandboxDesk, AnApprovedLoginCanStillBeAskedToSlowDown) {
  sandbox.server.decide(sandbox.user_code, Decision::approve, "Ada", sandbox.now);
  EXPECT_EQ(ask("slow_down"), 200);
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "slow_down");
  EXPECT_EQ(sandbox.poll_after(seconds(10)).status, 200);
  EXPECT_EQ(ask("slow_down"), 409);
}

TEST_F(SandboxDesk, SaysWhyItCannot) {
  EXPECT_EQ(ask("everything"), 400);
  EXPECT_EQ(sandbox.post("/sandbox/next_poll", "answer=slow_down").status, 400);
  EXPECT_EQ(sandbox.post("/sandbox/next_poll", "user_code=XXXX-XXXX&answer=reset").status, 404);
  sandbox.now += seconds(600);
  const Response late =
      sandbox.post("/sandbox/next_poll", "user_code=" + sandbox.user_code + "&answer=reset");
  EXPECT_EQ(error_of(late), "expired_user_code");
}

TEST_F(SandboxDesk, APageInABrowserCannotPressItsButtons) {
  const HeaderList from_elsewhere{{"Origin", "https://elsewhere.example"}};
  for (const char* path : {"/sandbox/approve", "/sandbox/deny", "/sandbox/next_poll"}) {
    const std::string form = "user_code=" + sandbox.user_code + "&answer=slow_down";
    EXPECT_EQ(sandbox.post(path, form, from_elsewhere).status, 403);
  }
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(5))), "authorization_pending");
}

TEST_F(SandboxDesk, ItIsNotThereOverTheNetworkOfTheHouse) {
  const std::string form = "user_code=" + sandbox.user_code + "&answer=slow_down";
  const Request request{"POST", "/sandbox/next_poll", {}, form, true};
  EXPECT_EQ(sandbox.server.handle(request, sandbox.now).status, 404);
}

}  // namespace
}  // namespace deviceflow::sandbox
