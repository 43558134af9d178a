// A login that waits for the person, put away and taken up again.
#include <gtest/gtest.h>

#include "fake_world.hpp"

namespace deviceflow::test {
namespace {

const WallTime kWall{seconds(1800000000)};
const SteadyTime kBoot{milliseconds(5000)};

PendingLogin pending_login() {
  PendingLogin out;
  out.device_code = Secret("device-code-sentinel");
  out.user_code = "WDJB-MJHT";
  out.verification_uri = "https://id.example.com/device";
  out.interval = seconds(10);
  out.taken_at = kWall;
  out.expires_at = kWall + seconds(600);
  return out;
}

DeviceLoginOptions login_options() {
  DeviceLoginOptions out;
  out.token_endpoint = kToken;
  return out;
}

Result<DeviceLogin> restore(const PendingLogin& pending, std::optional<WallTime> wall) {
  return DeviceLogin::restore(login_options(), pending, kBoot, wall);
}

SteadyTime wait_of(DeviceLogin::Step step) {
  return std::get<DeviceLogin::WaitUntil>(step).time;
}

TEST(DeviceLoginResume, WaitsOneFullIntervalBeforeTheFirstPoll) {  // D-3.5-2
  auto login = restore(pending_login(), kWall + seconds(100));
  ASSERT_TRUE(login.ok());
  ASSERT_NE(login->codes(), nullptr);
  EXPECT_EQ(login->codes()->user_code, "WDJB-MJHT");
  const SteadyTime first = wait_of(login->step(kBoot));
  EXPECT_GE(first - kBoot, milliseconds(10100));
  EXPECT_LE(first - kBoot, milliseconds(10250));
  const auto poll = login->step(first);
  const auto* sent = std::get_if<DeviceLogin::Send>(&poll);
  ASSERT_NE(sent, nullptr);
  EXPECT_EQ(sent->request.form.get("device_code"), "device-code-sentinel");
}

TEST(DeviceLoginResume, ExpiresWhenTheFirstOneWouldHave) {  // D-3.2-4
  auto login = restore(pending_login(), kWall + seconds(100));
  EXPECT_EQ(login->expires_at() - kBoot, seconds(500));
}

TEST(DeviceLoginResume, WhatCantBeTimedIsNeverShown) {  // D-3.3-2, C-SL-1
  const std::optional<WallTime> clocks[] = {std::nullopt, kWall - seconds(1), kWall + seconds(600),
                                            kWall + seconds(100000)};
  for (const auto& wall : clocks) {
    const auto login = restore(pending_login(), wall);
    ASSERT_FALSE(login.ok());
    EXPECT_EQ(login.error().code, ErrorCode::cannot_resume);
    EXPECT_NE(login.error().message.find("Start a new one"), std::string::npos);
  }
}

TEST(DeviceLoginResume, AnAddressThatMayNotBeShownStaysHidden) {  // D-3.3-3
  PendingLogin changed = pending_login();
  changed.verification_uri = "http://evil.example.com/";
  EXPECT_EQ(restore(changed, kWall).error().code, ErrorCode::verification_uri_refused);
  changed = pending_login();
  changed.verification_uri_complete = "https://id.example.com@evil.example.com/";
  EXPECT_EQ(restore(changed, kWall).error().code, ErrorCode::verification_uri_refused);
}

TEST(DeviceLoginResume, ASnapshotOfARestoredLoginIsTheSameLogin) {
  auto login = restore(pending_login(), kWall + seconds(100));
  const auto again = login->snapshot(kBoot + seconds(50), kWall + seconds(150));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->device_code.reveal(), "device-code-sentinel");
  EXPECT_EQ(again->expires_at, pending_login().expires_at);
  EXPECT_EQ(again->interval, seconds(10));
  EXPECT_EQ(again->taken_at, kWall + seconds(150));
}

TEST(DeviceLoginResume, ThereIsNothingToPutAwayBeforeTheCodesAndAfterTheEnd) {
  DeviceLogin fresh(login_options());
  EXPECT_EQ(fresh.snapshot(kBoot, kWall).error().code, ErrorCode::cannot_resume);
  auto login = restore(pending_login(), kWall);
  EXPECT_EQ(login->snapshot(kBoot, std::nullopt).error().code, ErrorCode::cannot_resume);
  EXPECT_EQ(login->snapshot(kBoot + seconds(600), kWall).error().code, ErrorCode::cannot_resume);
  login->cancel();
  EXPECT_EQ(login->snapshot(kBoot, kWall).error().code, ErrorCode::cannot_resume);
}

TEST_F(ClientTest, TellsWhatARestartNeedsAgainWheneverTheIntervalHasGrown) {
  world.clock.set_wall(kWall);
  world.answers[kToken].clear();
  for (Reply reply : {pending(), slow_down(), pending(), tokens()}) {
    world.answers[kToken].push_back(response_of(reply));
  }
  std::vector<seconds> intervals;
  LoginEvents events;
  events.on_pending = [&](const PendingLogin& pending) {
    intervals.push_back(pending.interval);
    // Rounded down, if a part of a second has passed.
    EXPECT_EQ(pending.expires_at, kWall + seconds(intervals.size() > 1 ? 599 : 600));
    EXPECT_EQ(pending.scope, "tv");
  };
  LoginRequest request;
  request.scope = "tv";
  EXPECT_TRUE(client().login(request, events).tokens.ok());
  EXPECT_EQ(intervals, (std::vector<seconds>{seconds(5), seconds(10)}));
}

TEST_F(ClientTest, TakesUpALoginAndShowsItsCodesBeforeItWaits) {
  world.clock.set_wall(kWall + seconds(100));
  const PendingLogin earlier = pending_login();
  LoginRequest request;
  request.resume = &earlier;
  LoginEvents events;
  int waits_before_prompt = -1;
  events.on_prompt = [&](const DeviceAuthorization& codes) {
    EXPECT_EQ(codes.user_code, "WDJB-MJHT");
    waits_before_prompt = world.waits;
  };
  EXPECT_TRUE(client().login(request, events).tokens.ok());
  EXPECT_EQ(waits_before_prompt, 0);
  EXPECT_EQ(world.count(kDevice), 0);
}

TEST_F(ClientTest, ALoginThatCantBeTakenUpEndsBeforeItsCodesAreShown) {
  const PendingLogin earlier = pending_login();
  LoginRequest request;
  request.resume = &earlier;
  LoginEvents events;
  events.on_prompt = [](const DeviceAuthorization&) { FAIL(); };
  EXPECT_EQ(client().login(request, events).tokens.error().code, ErrorCode::cannot_resume);
  EXPECT_EQ(world.count(kToken), 0);
}

}  // namespace
}  // namespace deviceflow::test
