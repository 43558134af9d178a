// The kit for tests of applications: its clock, its network, and a sign-in of a session on both.
#include <gtest/gtest.h>

#include <deviceflow/session.hpp>
#include <deviceflow/testing.hpp>
#include <set>

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(VirtualClock, StandsStillUntilItIsMoved) {
  VirtualClock clock;
  const SteadyTime steady = clock.steady_now();
  const WallTime wall = clock.wall_now().value();
  EXPECT_EQ(clock.steady_now(), steady);
  clock.advance(milliseconds(2999));
  EXPECT_EQ(clock.steady_now(), steady + milliseconds(2999));
  EXPECT_EQ(clock.wall_now(), wall + seconds(2));
  clock.advance_to(steady + seconds(10));
  EXPECT_EQ(clock.wall_now(), wall + seconds(10));
  clock.advance_to(steady);
  EXPECT_EQ(clock.steady_now(), steady + seconds(10)) << "that is past";
}

TEST(VirtualClock, EachTimeCanBeSetAlone) {
  VirtualClock clock;
  const SteadyTime steady = clock.steady_now();
  clock.set_wall(WallTime(seconds(1900000000)));
  EXPECT_EQ(clock.steady_now(), steady);
  clock.set_steady(SteadyTime(milliseconds(1)));
  EXPECT_EQ(clock.wall_now(), WallTime(seconds(1900000000)));
  clock.set_wall(std::nullopt);
  clock.advance(seconds(1));
  EXPECT_FALSE(clock.wall_now());
  EXPECT_EQ(clock.steady_now(), SteadyTime(milliseconds(1001)));
}

TEST(RepeatableRandom, DiffersEachTimeAndNotFromRunToRun) {
  RepeatableRandom one;
  RepeatableRandom two;
  std::set<RandomBytes> seen;
  for (int i = 0; i < 1000; ++i) {
    const RandomBytes bytes = one.bytes();
    EXPECT_EQ(bytes, two.bytes());
    EXPECT_TRUE(seen.insert(bytes).second);
  }
}

class VirtualNetworkTest : public testing::Test {
 protected:
  void start(std::uint64_t ticket, milliseconds timeout = {}) {
    HttpRequest request;
    request.url = "https://id.example.com/" + std::to_string(ticket);
    request.timeout = timeout;
    network->start(ticket, request);
  }
  void wait(SteadyTime until = kNever) { network->wait(until, cancel, finished); }
  milliseconds elapsed() { return world.clock.steady_now() - begin; }
  Kind failure() { return std::get<TransportFailure>(finished.back().result).kind; }
  static HttpResponse response() { return json_response(200, "{}"); }

  VirtualWorld world;
  std::unique_ptr<Network> network = world.ports().network();
  const SteadyTime begin = world.clock.steady_now();
  Cancel cancel;
  std::vector<Network::Finished> finished;
};

TEST_F(VirtualNetworkTest, AResponseComesAfterItsDelay) {
  world.on_request = [](const HttpRequest&) -> VirtualResponse {
    return {response(), milliseconds(250)};
  };
  start(1);
  wait(begin + milliseconds(100));
  EXPECT_TRUE(finished.empty());
  EXPECT_EQ(elapsed(), milliseconds(100));
  wait();
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(elapsed(), milliseconds(250));
  const auto& complete = std::get<HttpResponse>(finished[0].result);
  EXPECT_EQ(complete.body.reveal(), "{}");
  EXPECT_EQ(complete.duration, milliseconds(250));
  ASSERT_EQ(world.requests.size(), 1u);
  EXPECT_EQ(world.requests[0].url, "https://id.example.com/1");
}

TEST_F(VirtualNetworkTest, ResponsesArriveInTheOrderOfTheirTimes) {
  world.on_request = [](const HttpRequest& request) -> VirtualResponse {
    return {response(), request.url.back() == '1' ? seconds(3) : seconds(1)};
  };
  for (const std::uint64_t ticket : {1, 2, 3}) start(ticket);
  wait();
  ASSERT_EQ(finished.size(), 2u);
  EXPECT_EQ(finished[0].ticket, 2u);
  EXPECT_EQ(finished[1].ticket, 3u);
  EXPECT_EQ(elapsed(), seconds(1));
  wait();
  EXPECT_EQ(finished.back().ticket, 1u);
  EXPECT_EQ(elapsed(), seconds(3));
}

TEST_F(VirtualNetworkTest, SilenceAndLateResponsesEndInATimeoutAtItsTime) {
  for (const bool silent : {true, false}) {
    world.on_request = [silent](const HttpRequest&) -> VirtualResponse {
      if (silent) return {};
      return {response(), seconds(31)};
    };
    for (const auto& [asked, kept] :
         {std::pair(seconds(0), seconds(30)), std::pair(seconds(7), seconds(7)),
          std::pair(seconds(99), seconds(30))}) {
      const milliseconds before = elapsed();
      start(1, asked);
      wait();
      EXPECT_EQ(failure(), Kind::timeout);
      EXPECT_EQ(elapsed() - before, kept);
    }
  }
}

TEST_F(VirtualNetworkTest, WithoutAServerNobodyListens) {
  start(1);
  wait();
  EXPECT_EQ(failure(), Kind::refused);
  EXPECT_EQ(elapsed(), milliseconds(0));
}

TEST_F(VirtualNetworkTest, AnAbortSaysWhetherNothingWasSent) {
  world.on_request = [](const HttpRequest& request) -> VirtualResponse {
    if (request.url.back() == '2') return {response(), seconds(1)};
    return {TransportFailure{Kind::refused, true, "No."}, seconds(1)};
  };
  start(1);
  EXPECT_TRUE(network->abort(1));
  wait(begin);
  EXPECT_TRUE(world.requests.empty()) << "the first wait sends it";
  start(2);
  start(3);
  wait(begin);
  EXPECT_EQ(world.requests.size(), 2u);
  EXPECT_FALSE(network->abort(2));
  EXPECT_TRUE(network->abort(3));
  wait(begin + seconds(5));
  EXPECT_TRUE(finished.empty());
  EXPECT_FALSE(network->abort(2));
}

TEST_F(VirtualNetworkTest, APastTimeSendsAndDoesNotWait) {
  world.on_request = [](const HttpRequest& request) -> VirtualResponse {
    return {response(), request.url.back() == '1' ? seconds(0) : seconds(1)};
  };
  start(1);
  start(2);
  wait(begin - seconds(1));
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].ticket, 1u);
  EXPECT_EQ(elapsed(), milliseconds(0));
}

TEST_F(VirtualNetworkTest, AWakeIsKeptForTheNextWait) {
  network->wake();
  wait(begin + seconds(5));
  EXPECT_EQ(elapsed(), milliseconds(0));
  wait(begin + seconds(5));
  EXPECT_EQ(elapsed(), seconds(5)) << "one wait";
}

TEST_F(VirtualNetworkTest, ACancelDuringAWaitStopsTheClock) {
  std::vector<SteadyTime> announced;
  world.on_wait = [&](SteadyTime until) {
    announced.push_back(until);
    if (announced.size() == 2) cancel.set();
  };
  wait(begin + seconds(5));
  wait(begin + seconds(9));
  EXPECT_EQ(announced, (std::vector<SteadyTime>{begin + seconds(5), begin + seconds(9)}));
  EXPECT_EQ(elapsed(), seconds(5));
  start(1);
  wait();
  EXPECT_TRUE(world.requests.empty()) << "nothing is sent after it";
}

TEST_F(VirtualNetworkTest, AWaitEndsWhereItsHookMovesTheClock) {
  world.on_request = [](const HttpRequest&) -> VirtualResponse { return {response(), seconds(2)}; };
  world.on_wait = [&](SteadyTime) { world.clock.advance(seconds(1)); };
  wait();
  EXPECT_EQ(elapsed(), seconds(1));
  start(1);
  wait();
  EXPECT_TRUE(finished.empty());
  wait();
  EXPECT_EQ(finished.size(), 1u);
  EXPECT_EQ(elapsed(), seconds(3));
}

// The machine slept meanwhile.
TEST_F(VirtualNetworkTest, WhatIsOverdueComesAtOnce) {
  world.on_request = [](const HttpRequest&) -> VirtualResponse { return {response(), seconds(2)}; };
  start(1);
  wait(begin);
  world.clock.advance(std::chrono::hours(8));
  wait(begin);
  EXPECT_EQ(finished.size(), 1u);
}

TEST_F(VirtualNetworkTest, AWaitThatNothingCanEndEndsTheProgram) {
  EXPECT_DEATH(wait(), "a wait without an end");
}

TEST(VirtualWorld, ASessionSignsInWithoutAnyRealTime) {
  VirtualWorld world;
  std::vector<SteadyTime> polls;
  world.on_request = [&](const HttpRequest& request) -> VirtualResponse {
    if (request.url == "https://id.example.com/device") {
      return json_response(200, R"({"device_code":"d","user_code":"WDJB-MJHT","interval":5,)"
                                R"("verification_uri":"https://id.example.com/activate",)"
                                R"("expires_in":600})");
    }
    polls.push_back(world.clock.steady_now());
    if (polls.size() < 3) return json_response(400, R"({"error":"authorization_pending"})");
    return {json_response(200, R"({"access_token":"a","token_type":"Bearer","expires_in":60})"),
            milliseconds(500)};
  };
  Config config("", "tv");
  config.endpoints.device_authorization = "https://id.example.com/device";
  config.endpoints.token = "https://id.example.com/token";
  Session session(config, std::make_shared<MemoryStore>(), world.ports());
  const SteadyTime begin = world.clock.steady_now();
  const auto token = session.sign_in(nullptr);
  ASSERT_TRUE(token.ok()) << token.error().message;
  EXPECT_EQ(token->token.reveal(), "a");
  ASSERT_EQ(polls.size(), 3u);
  for (const SteadyTime& poll : polls) {
    const auto gap = poll - (&poll == polls.data() ? begin : *(&poll - 1));
    EXPECT_GE(gap, milliseconds(5100));
    EXPECT_LE(gap, milliseconds(5250));
  }
  EXPECT_EQ(world.clock.steady_now() - polls.back(), milliseconds(500));
  world.clock.advance(seconds(60));
  EXPECT_FALSE(session.access_token().ok()) << "it has expired, and there is no refresh token";
}

}  // namespace
}  // namespace deviceflow::test
