// Logins that begin while the network is away: what is tried again, when, for how long, and what
// the caller is told.
#include "fake_world.hpp"

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;
using Told = std::vector<std::string>;

class OfflineStart : public ClientTest {
 protected:
  LoginOutcome login(std::optional<milliseconds> deadline, const Cancel& cancel = Cancel::never()) {
    LoginRequest request;
    request.start_deadline = deadline;
    LoginEvents events;
    events.on_start_retry = [this](const Error& error, milliseconds next_in) {
      told.push_back(std::string(name(error.stage)) + " " + error.reason + " " +
                     std::to_string(next_in.count()));
      if (on_told) on_told();
    };
    return client().login(request, events, cancel);
  }
  ErrorCode code_of_login(std::optional<milliseconds> deadline,
                          const Cancel& cancel = Cancel::never()) {
    const LoginOutcome outcome = login(deadline, cancel);
    EXPECT_FALSE(outcome.tokens.ok());
    return outcome.tokens.ok() ? ErrorCode::invalid_argument : outcome.tokens.error().code;
  }
  void fail(const char* url, Kind kind, int times, bool nothing_sent = true) {
    for (int i = 0; i < times; ++i) world.failures[url].push_back(failure(kind, nothing_sent));
  }

  Told told;
  std::function<void()> on_told;
  const SteadyTime begin = world.clock.steady_now();
};

// --- The metadata ---

TEST_F(OfflineStart, WithoutADeadlineTheFirstFailureIsFinal) {
  fail(kWellKnown, Kind::refused, 1);
  EXPECT_EQ(code_of_login({}), ErrorCode::network);
  EXPECT_EQ(world.requests.size(), 1u);
  EXPECT_EQ(world.requests.front().timeout, milliseconds(0));
  EXPECT_EQ(told, Told{});
}

TEST_F(OfflineStart, MetadataAreFetchedAgainAfter2And4UpTo30SecondsUntilTheNetworkIsBack) {
  fail(kWellKnown, Kind::dns, 6);
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  EXPECT_EQ(told, (Told{"discovery dns 2000", "discovery dns 4000", "discovery dns 8000",
                        "discovery dns 16000", "discovery dns 30000", "discovery dns 30000"}));
  EXPECT_EQ(world.count(kWellKnown), 7);
  EXPECT_EQ(world.count(kDevice), 1);
}

TEST_F(OfflineStart, TheLastTryFallsOnTheDeadline) {
  fail(kWellKnown, Kind::refused, 100);
  EXPECT_EQ(code_of_login(seconds(100)), ErrorCode::network);
  EXPECT_EQ(world.count(kWellKnown), 8);  // at 0, 2, 6, 14, 30, 60, 90 and 100 s
  EXPECT_EQ(world.clock.steady_now() - begin, seconds(100));
  EXPECT_EQ(told.size(), 7u);
  EXPECT_EQ(told.back(), "discovery refused 10000");
}

TEST_F(OfflineStart, TheDeadlineCountsTheTimeOfTheTriesAndBoundsThem) {
  fail(kWellKnown, Kind::timeout, 100, false);
  world.on_send = [this](const HttpRequest&) { world.clock.advance(seconds(10)); };
  EXPECT_EQ(code_of_login(seconds(25)), ErrorCode::timeout);
  ASSERT_EQ(world.requests.size(), 3u);  // at 0, 12 and 25 s
  EXPECT_EQ(world.requests[0].timeout, seconds(25));
  EXPECT_EQ(world.requests[1].timeout, seconds(13));
  EXPECT_EQ(world.requests[2].timeout, seconds(1));
}

TEST_F(OfflineStart, EveryPassingFaultOfTheNetworkIsTriedAgain) {
  for (const Kind kind :
       {Kind::dns, Kind::refused, Kind::timeout, Kind::connection, Kind::tls_handshake}) {
    world.failures[kWellKnown].push_back(failure(kind, false));  // a GET is safe in any case
  }
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  EXPECT_EQ(told, (Told{"discovery dns 2000", "discovery refused 4000", "discovery timeout 8000",
                        "discovery connection 16000", "discovery tls_handshake 30000"}));
}

TEST_F(OfflineStart, EveryPassingStatusIsTriedAgain) {
  world.answers[kWellKnown].clear();
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    world.answers[kWellKnown].push_back(answer(status, "<html></html>", "text/html"));
  }
  world.answers[kWellKnown].push_back(answer(200, metadata_json()));
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  ASSERT_EQ(told.size(), 7u);
  EXPECT_EQ(told.front(), "discovery http_408 2000");
  EXPECT_EQ(told.back(), "discovery http_504 30000");
}

TEST_F(OfflineStart, WhatWaitingCanNotFixIsFinalAtOnce) {  // D-3.5-9
  for (const Kind kind : {Kind::tls_untrusted, Kind::too_large, Kind::local}) {
    fail(kWellKnown, kind, 1);
    EXPECT_NE(code_of_login(seconds(600)), ErrorCode::network);
  }
  EXPECT_EQ(world.count(kWellKnown), 3);
  for (const int status : {200, 400, 401, 403, 404}) {
    world.answers[kWellKnown].clear();
    world.answers[kWellKnown].push_back(answer(status, "<html></html>", "text/html"));
    EXPECT_EQ(code_of_login(seconds(600)), ErrorCode::invalid_response) << status;
  }
  EXPECT_EQ(world.count(kWellKnown), 8);
  EXPECT_EQ(told, Told{});
  EXPECT_EQ(world.waits, 0);
}

TEST_F(OfflineStart, NotNowAtTheSecondPlaceSaysMoreThanNothingAtTheFirst) {
  world.answers[kWellKnown].clear();
  world.answers[kOpenId].push_back(answer(503, ""));
  world.answers[kOpenId].push_back(answer(200, metadata_json()));
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  EXPECT_EQ(told, Told{"discovery http_503 2000"});
}

TEST_F(OfflineStart, AnIssuerMismatchIsNotOutlived) {
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(200, R"({"issuer":"https://other.com"})"));
  world.answers[kOpenId].push_back(answer(503, ""));
  EXPECT_EQ(code_of_login(seconds(600)), ErrorCode::issuer_mismatch);
  EXPECT_EQ(told, Told{});
}

TEST_F(OfflineStart, AFaultBehindARedirectIsTriedAgainFromTheBeginning) {
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(302, "", "", {{"Location", "/a"}}));
  world.failures["https://id.example.com/a"].push_back(failure(Kind::refused, true));
  world.answers["https://id.example.com/a"].push_back(answer(200, metadata_json()));
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  EXPECT_EQ(world.count(kWellKnown), 2);
  EXPECT_EQ(told, Told{"discovery refused 2000"});
}

TEST_F(OfflineStart, OnlyALoginIsPatient) {
  fail(kWellKnown, Kind::refused, 2);
  EXPECT_EQ(client().discover().error().code, ErrorCode::network);
  EXPECT_EQ(client().userinfo(Secret("tok")).error().code, ErrorCode::network);
  EXPECT_EQ(world.waits, 0);
}

// --- Cancelling ---

TEST_F(OfflineStart, ACancelDuringTheWaitEndsTheLogin) {
  fail(kWellKnown, Kind::refused, 100);
  const Cancel cancel;
  world.on_wait = [&] { cancel.set(); };
  const LoginOutcome outcome = login(seconds(600), cancel);
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(outcome.tokens.error().blame, Blame::user);
  EXPECT_EQ(world.requests.size(), 1u);
  EXPECT_EQ(world.waits, 1);
  EXPECT_EQ(world.clock.steady_now(), begin);
}

TEST_F(OfflineStart, ACancelFromTheReportEndsTheLoginWithoutAWait) {
  fail(kWellKnown, Kind::refused, 100);
  const Cancel cancel;
  on_told = [&] { cancel.set(); };
  EXPECT_EQ(code_of_login(seconds(600), cancel), ErrorCode::cancelled);
  EXPECT_EQ(world.waits, 0);
}

TEST_F(OfflineStart, ACancelThatCrossesAFailureIsNoRetry) {
  for (const char* url : {kWellKnown, kDevice}) {
    fail(url, Kind::refused, 1);
    const Cancel cancel;
    world.on_send = [&cancel, url](const HttpRequest& request) {
      if (request.url == url) cancel.set();
    };
    EXPECT_EQ(code_of_login(seconds(600), cancel), ErrorCode::cancelled) << url;
  }
  EXPECT_EQ(told, Told{});
  EXPECT_EQ(world.waits, 0);
}

// --- The device authorization request ---

TEST_F(OfflineStart, ADeviceRequestThatNeverLeftIsTriedAgainAndTold) {
  fail(kDevice, Kind::refused, 6);
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  EXPECT_EQ(told,
            (Told{"device_authorization refused 2000", "device_authorization refused 4000",
                  "device_authorization refused 8000", "device_authorization refused 16000",
                  "device_authorization refused 30000", "device_authorization refused 30000"}));
  EXPECT_EQ(world.count(kWellKnown), 1);
  EXPECT_EQ(world.count(kDevice), 7);
}

TEST_F(OfflineStart, ADeviceRequestThatMayHaveArrivedIsNeitherRepeatedNorTold) {  // H-9.2.2-1
  for (const Kind kind : {Kind::connection, Kind::timeout}) {
    fail(kDevice, kind, 1, false);
    code_of_login(seconds(600));
  }
  EXPECT_EQ(world.count(kDevice), 2);
  EXPECT_EQ(told, Told{});
}

TEST_F(OfflineStart, ARefusalOfTheServerIsNotTriedAgain) {  // D-3.2-5
  world.answers[kDevice].clear();
  world.answers[kDevice].push_back(response_of(error("server_error", 500)));
  EXPECT_EQ(code_of_login(seconds(600)), ErrorCode::oauth_error);
  EXPECT_EQ(world.count(kDevice), 1);
  EXPECT_EQ(told, Told{});
}

TEST_F(OfflineStart, AServerThatHasNoTimeYetIsAskedAgain) {
  world.answers[kDevice] = {answer(503, ""), answer(429, "", "text/html", {{"Retry-After", "40"}}),
                            answer(200, codes_json())};
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  EXPECT_EQ(told, (Told{"device_authorization http_503 2000",
                        "device_authorization http_429 40000"}));
}

TEST_F(OfflineStart, BothKindsOfTriesShareOneDeadline) {
  fail(kWellKnown, Kind::refused, 4);
  fail(kDevice, Kind::refused, 100);
  EXPECT_EQ(code_of_login(seconds(40)), ErrorCode::network);
  EXPECT_EQ(told,
            (Told{"discovery refused 2000", "discovery refused 4000", "discovery refused 8000",
                  "discovery refused 16000", "device_authorization refused 2000",
                  "device_authorization refused 4000", "device_authorization refused 4000"}));
  EXPECT_EQ(world.clock.steady_now() - begin, seconds(40));
}

TEST_F(OfflineStart, AWaitThatEndsEarlyCausesNoTryAndNoReportOfItsOwn) {
  world.on_wait = [this] {
    if (world.waits % 2 == 1) world.clock.advance(milliseconds(1));
  };
  fail(kWellKnown, Kind::refused, 2);
  fail(kDevice, Kind::refused, 2);
  EXPECT_TRUE(login(seconds(600)).tokens.ok());
  EXPECT_EQ(told, (Told{"discovery refused 2000", "discovery refused 4000",
                        "device_authorization refused 2000", "device_authorization refused 4000"}));
  EXPECT_EQ(world.count(kWellKnown), 3);
  EXPECT_EQ(world.count(kDevice), 3);
}

TEST_F(OfflineStart, WhoeverDoesNotListenIsServedAllTheSame) {
  fail(kWellKnown, Kind::refused, 1);
  fail(kDevice, Kind::refused, 1);
  LoginRequest request;
  request.start_deadline = seconds(600);
  EXPECT_TRUE(client().login(request, LoginEvents{}).tokens.ok());
}

}  // namespace
}  // namespace deviceflow::test
