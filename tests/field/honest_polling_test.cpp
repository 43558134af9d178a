// Polling at servers that restart, are set up wrong, or count other seconds than this device: what
// waiting can fix is waited for, what it can't ends the login, and the server's words are kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deviceflow/device_login.hpp>
#include <string>

#include "fake_world.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;
using Gaps = std::vector<int>;

constexpr const char* kTokenEndpoint = "https://id.example.com/token";

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Reply json(int status, std::string_view body) {
  return replies(answer(status, body));
}

DeviceLoginOptions revocable() {
  DeviceLoginOptions options;
  options.revocation_endpoint = "https://id.example.com/revoke";
  return options;
}

std::string nested(std::size_t depth, std::string_view core) {
  return std::string(R"({"access_token":"at-1","token_type":"Bearer","x":)") +
         std::string(depth, '[') + std::string(core) + std::string(depth, ']') + "}";
}

// --- An endpoint that is not there ---

TEST(MissingTokenEndpoint, EndsTheLoginAfterThreeInARowOverAMinuteAndIsNamed) {
  for (const int status : {404, 405, 501}) {
    for (const char* body : {"", "<html>Not here</html>", R"({"message":"no route"})",
                             R"({"status":404,"error":"Not Found","path":"/token"})"}) {
      VirtualLogin run;
      run.script({json(status, body)});
      const auto outcome = run.run();
      ASSERT_FALSE(outcome.tokens.ok());
      const Error& error = outcome.tokens.error();
      EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 20, 40})) << status << body;
      EXPECT_EQ(error.code, ErrorCode::invalid_response);
      EXPECT_EQ(error.stage, Stage::token);
      EXPECT_EQ(error.http_status, status);
      EXPECT_EQ(error.reason, "http_" + std::to_string(status));
      EXPECT_FALSE(error.retryable);
      EXPECT_TRUE(has(error.message, kTokenEndpoint)) << error.message;
      EXPECT_TRUE(has(error.message, std::to_string(status))) << error.message;
      ASSERT_EQ(run.reports.size(), 3u);
      for (const PollReport& report : run.reports) EXPECT_TRUE(report.check_endpoint);
    }
  }
}

TEST(MissingTokenEndpoint, AServerThatRestartsForHalfAMinuteCostsNoLogin) {
  VirtualLogin run;
  run.script({json(404, ""), json(404, ""), json(404, ""), pending(), tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 20, 40, 5}));
  EXPECT_FALSE(run.reports.back().check_endpoint);
}

TEST(MissingTokenEndpoint, OneOAuthResponseProvesTheAddress) {
  for (const Reply& proof : {pending(), slow_down(), error("server_error", 503)}) {
    VirtualLogin run(codes_json("5", "900"));
    run.script({proof, json(404, R"({"message":"no route"})")});
    const auto outcome = run.run();
    EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
    EXPECT_EQ(outcome.last_failure, "http_404");
    EXPECT_EQ(outcome.tokens.error().description, "no route");
    EXPECT_FALSE(run.reports.back().check_endpoint);
  }
}

TEST(MissingTokenEndpoint, AnythingElseInBetweenStartsTheCountAnew) {
  VirtualLogin run(codes_json("5", "1800"));
  run.script({json(404, ""), json(404, ""), fails(Kind::timeout), json(404, ""), json(404, ""),
              replies(answer(503, "")), json(404, ""), json(404, ""), tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
}

TEST(MissingTokenEndpoint, AnOAuthErrorDecidesUnderThoseStatusesToo) {
  VirtualLogin gone;
  gone.script({error("invalid_grant", 404)});
  EXPECT_EQ(gone.run().tokens.error().oauth_code, "invalid_grant");
  EXPECT_EQ(gone.polls.size(), 1u);
  VirtualLogin waits(codes_json("5", "900"));
  waits.script({error("authorization_pending", 404), json(404, "")});
  EXPECT_EQ(waits.run().tokens.error().code, ErrorCode::expired_token);
}

TEST(MissingDeviceEndpoint, IsNamedAtOnce) {
  for (const char* body : {"", R"({"status":404,"error":"Not Found"})"}) {
    VirtualLogin run;
    run.start_script({json(404, body)});
    const auto outcome = run.run();
    const Error& error = outcome.tokens.error();
    EXPECT_EQ(error.code, ErrorCode::invalid_response);
    EXPECT_TRUE(has(error.message, "https://id.example.com/device_authorization"));
    EXPECT_EQ(run.starts.size(), 1u);
  }
}

// --- A response that can't become readable ---

TEST(RefusedJson, EndsTheLoginAndItsTokensAreRevoked) {
  const std::string many = R"({"access_token":"at-1","token_type":"Bearer","x":[)" + [] {
    std::string zeros;
    for (int i = 0; i < 200000; ++i) zeros += "0,";
    return zeros;
  }() + "0]}";
  for (const std::string& body :
       {std::string(R"({"access_token":"at-1","token_type":"Bearer","token_type":"Bearer"})"),
        nested(500, "0"), many}) {
    VirtualLogin run(codes_json(), revocable());
    run.script({json(200, body)});
    const auto outcome = run.run();
    const Error& error = outcome.tokens.error();
    EXPECT_EQ(error.code, ErrorCode::invalid_response);
    EXPECT_EQ(error.blame, Blame::protocol);
    EXPECT_EQ(error.reason, "");
    EXPECT_EQ(run.polls.size(), 1u);
    ASSERT_EQ(run.revocations.size(), 1u);
    EXPECT_EQ(run.revocations[0].form.get("token"), "at-1");
    EXPECT_FALSE(has(error.message, "at-1"));
    EXPECT_EQ(run.login().codes(), nullptr);
  }
}

TEST(RefusedJson, EveryTokenInItIsRevokedOnceAndARefreshTokenForAll) {
  VirtualLogin two(codes_json(), revocable());
  two.script({json(200, R"({"access_token" : "a\u0074-1","data":[{"accessToken":"at-2"}],)"
                        R"("access_token":"at-1","note":"\"access_token\":\"at-9\""})")});
  two.run();
  ASSERT_EQ(two.revocations.size(), 2u);
  EXPECT_EQ(two.revocations[0].form.get("token"), "at-2");
  EXPECT_EQ(two.revocations[1].form.get("token"), "at-1");

  VirtualLogin lasting(codes_json(), revocable());
  lasting.script(
      {json(200, R"({"access_token":"at-1","refresh_token":"rt-1","access_token":"b"})")});
  lasting.run();
  ASSERT_EQ(lasting.revocations.size(), 1u);
  EXPECT_EQ(lasting.revocations[0].form.get("token"), "rt-1");
  EXPECT_EQ(lasting.revocations[0].form.get("token_type_hint"), "refresh_token");
}

TEST(RefusedJson, TokensOfAnUnusableTypeAreRevokedToo) {
  DeviceLoginOptions options = revocable();
  options.dpop = DpopMode::require;
  VirtualLogin run(codes_json(), std::move(options));
  run.script({json(200, R"({"access_token":"at-1","token_type":"Bearer"})")});
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::unsupported_token_type);
  ASSERT_EQ(run.revocations.size(), 1u);
}

TEST(RefusedJson, WithoutARevocationEndpointItOnlyEndsTheLogin) {
  VirtualLogin run;
  run.script({json(200, R"({"access_token":"at-1","access_token":"at-1"})")});
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::invalid_response);
  EXPECT_TRUE(run.revocations.empty());
}

TEST(RefusedJson, AfterACancelTheTokensAreRevokedAndTheEndStaysACancel) {
  VirtualLogin run(codes_json(), revocable());
  run.script({late(json(200, R"({"access_token":"at-1","access_token":"at-1"})"), seconds(1))});
  run.each_step([](VirtualLogin& v) {
    if (v.polls.size() == 1) v.login().cancel();
  });
  EXPECT_EQ(run.run().tokens.error().code, ErrorCode::cancelled);
  EXPECT_EQ(run.revocations.size(), 1u);
}

TEST(RefusedJson, WhatIsCutOffOrNoSuccessMayPass) {
  VirtualLogin run(codes_json("5", "900"));
  run.script({json(200, R"({"access_token":"at-1","access_token":"at-1")"),
              json(400, R"({"error":"x","error":"y"})"), json(502, R"({"a":1,"a":2})"),
              json(200, std::string(1000, '[')), tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
}

class RefusedJsonOfStoredTokens : public ClientTest {};

TEST_F(RefusedJsonOfStoredTokens, AreNotRevoked) {
  for (const bool stored : {false, true}) {
    world.answers[kToken].clear();
    world.answers[kToken].push_back(
        answer(200, R"({"access_token":"at-1","access_token":"at-1","token_type":"Bearer"})"));
    LoginRequest request;
    request.is_stored = [&](const TokenSet& tokens) {
      return stored && tokens.access_token.reveal() == "at-1";
    };
    const int before = world.count(kRevoke);
    EXPECT_EQ(client().login(request, LoginEvents()).tokens.error().code,
              ErrorCode::invalid_response);
    EXPECT_EQ(world.count(kRevoke) - before, stored ? 0 : 1);
  }
}

// --- What the server says ---

TEST(ServersWords, AnOAuthErrorUnder5xxStandsInTheReportAndAtTheEnd) {
  VirtualLogin run(codes_json("5", "60"));
  run.script({json(
      503, R"({"error":"server_error","error_description":"No disk device-code-sentinel"})")});
  const auto outcome = run.run();
  ASSERT_FALSE(run.reports.empty());
  EXPECT_EQ(run.reports[0].reason, "http_503");
  EXPECT_EQ(run.reports[0].server_text, "server_error: No disk [redacted]");
  EXPECT_FALSE(run.reports[0].check_endpoint);
  EXPECT_EQ(outcome.tokens.error().code, ErrorCode::expired_token);
  EXPECT_EQ(outcome.tokens.error().label(), "expired_token");
  EXPECT_EQ(outcome.tokens.error().description, "server_error: No disk [redacted]");
  EXPECT_EQ(outcome.last_failure, "http_503");
}

TEST(ServersWords, AreNotKeptOnceItAnswersAgain) {
  VirtualLogin run(codes_json("5", "40"));
  run.script({error("server_error", 500), pending()});
  EXPECT_EQ(run.run().tokens.error().description, "");
  EXPECT_EQ(run.reports.back().server_text, "");
}

TEST(ServersWords, TheMessageOfAnotherJsonErrorIsShown) {
  const auto words = [](int status, std::string_view body) {
    VirtualLogin run(codes_json("5", "30"));
    run.script({json(status, body)});
    return run.run().tokens.error().description;
  };
  EXPECT_EQ(words(400, R"({"message":"Bad client"})"), "Bad client");
  EXPECT_EQ(words(403, R"({"title":"Blocked","detail":"By policy"})"), "By policy");
  EXPECT_EQ(words(401, R"({"error":{"status":"X","message":"Who?"}})"), "Who?");
  EXPECT_EQ(words(400, R"({"errors":[{"errorMessage":"Wrong"}]})"), "Wrong");
  EXPECT_EQ(words(503, R"({"message":"Upgrade in progress"})"), "Upgrade in progress");
  EXPECT_EQ(words(503, R"({"status":503,"error":"Service Unavailable","message":"Starting"})"),
            "Starting");
  EXPECT_EQ(words(502, R"({"error":"Bad Gateway"})"), "Bad Gateway");
  EXPECT_EQ(words(400, R"({"access_tok":"x"})"), "");
}

TEST(ServersWords, AStatusInWordsIsNoOAuthError) {
  for (const char* body : {R"({"error":"Internal Server Error"})", R"({"error":"bad_gateway"})",
                           R"({"error":"Something went wrong here"})"}) {
    VirtualLogin run;
    run.script({json(500, body), tokens()});
    EXPECT_TRUE(run.run().tokens.ok()) << body;
  }
  VirtualLogin unknown;
  unknown.script({error("x_unknown", 503)});
  EXPECT_EQ(unknown.run().tokens.error().oauth_code, "x_unknown");
}

// --- How long the waits are ---

TEST(Waits, RefusedConnectionsAreTriedEveryFifteenSeconds) {
  VirtualLogin run(codes_json("5", "3600"));
  const Reply refused = fails(Kind::refused, true);
  run.script({refused, refused, refused, refused, refused, tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 15, 15, 15, 15}));
}

TEST(Waits, OfARefusedConnectionAreNeverShorterThanTheInterval) {
  VirtualLogin run(codes_json("30", "3600"));
  run.script({fails(Kind::refused, true), fails(Kind::refused, true), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{30, 30, 30}));
}

TEST(Waits, DoubleForTimeoutsAndForWhatMayHaveArrived) {
  for (const Reply& fault : {fails(Kind::timeout), fails(Kind::timeout, true), fails(Kind::refused),
                             fails(Kind::connection)}) {
    VirtualLogin run(codes_json("5", "3600"));
    run.script({fault, fault, fault, fault, fault, tokens()});
    run.run();
    EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 20, 40, 60, 60}));
  }
}

TEST(Waits, StretchIfAPollAfterAWholeWaitIsSlowedDownAgain) {
  VirtualLogin run(codes_json("5", "3600"));
  const Reply slow = slow_down();
  run.script({slow, slow, slow, slow, slow, slow, slow, pending(), tokens()});
  const auto outcome = run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 18, 28, 40, 54, 70, 80, 80}));
  EXPECT_TRUE(outcome.quirks.has(Quirk::clock_drift));
}

TEST(Waits, DoNotStretchForASlowDownAfterPending) {
  VirtualLogin run;
  run.script({slow_down(), pending(), slow_down(), pending(), tokens()});
  const auto outcome = run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 10, 15, 15}));
  EXPECT_FALSE(outcome.quirks.has(Quirk::clock_drift));
}

TEST(Waits, DoNotStretchForAPollThatWasRepeatedAtOnce) {
  VirtualLogin run(codes_json("5", "3600"));
  run.script({slow_down(), error("use_dpop_nonce"), slow_down(), tokens()});
  EXPECT_FALSE(run.run().quirks.has(Quirk::clock_drift));
  EXPECT_EQ(run.whole_gaps().back(), 15);
}

// A server that counts its own seconds and gives five more at every poll that comes too early.
struct StrictServer {
  double rate = 1;     // local seconds in one of its own
  bool dates = false;  // whether it sends Date
  double approved_after = 100;
  double wait = 5;
  double last = 0;

  HttpResponse poll(double now) {
    const bool early = now - last < wait;
    last = now;
    if (early) wait += 5;
    std::string body = R"({"error":"authorization_pending"})";
    if (now > approved_after) body = R"({"access_token":"at","token_type":"Bearer"})";
    if (early) body = R"({"error":"slow_down"})";
    HttpResponse response = answer(body.find("at\"") != std::string::npos ? 200 : 400, body);
    if (!dates) return response;
    const int second = static_cast<int>(std::floor(now + 0.37));
    char date[80];
    std::snprintf(date, sizeof date, "Mon, 30 Nov 2026 %02d:%02d:%02d GMT", 10 + second / 3600,
                  second / 60 % 60, second % 60);
    set_header(response.headers, "Date", date);
    return response;
  }
};

LoginOutcome log_in(StrictServer& server, std::uint64_t seed) {
  DeviceLoginOptions options;
  options.request.endpoint = "https://id.example.com/device_authorization";
  options.token_endpoint = kTokenEndpoint;
  options.seed = seed;
  DeviceLogin login(std::move(options));
  const SteadyTime begin(seconds(1000));
  SteadyTime now = begin;
  for (;;) {
    auto step = login.step(now);
    if (const auto* wait = std::get_if<DeviceLogin::WaitUntil>(&step)) {
      now = std::max(now, wait->time);
      continue;
    }
    if (std::holds_alternative<DeviceLogin::Finished>(step)) return login.take_outcome();
    if (std::get<DeviceLogin::Send>(step).request.stage == Stage::device_authorization) {
      login.on_response(now, answer(200, codes_json("5", "900")));
      continue;
    }
    const double local = static_cast<double>((now - begin).count()) / 1000;
    const HttpResponse response = server.poll(local / server.rate);
    now += milliseconds(40);
    login.on_response(now, response);
  }
}

TEST(Waits, AStrictServerIsSatisfiedByEveryClockFrom70To140Percent) {
  for (const bool dates : {false, true}) {
    for (int percent = 70; percent <= 140; ++percent) {
      for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        StrictServer server;
        server.rate = percent / 100.0;
        server.dates = dates;
        const LoginOutcome outcome = log_in(server, seed);
        ASSERT_TRUE(outcome.tokens.ok()) << percent << " % dates " << dates << " seed " << seed;
        if (percent > 100 && percent < 115) continue;  // too little to be sure
        EXPECT_EQ(outcome.quirks.has(Quirk::clock_drift), percent > 100) << percent;
      }
    }
  }
}

TEST(Waits, DatesThatAgreeWithTheClockKeepAServerUnderLoadFromBeingTakenForADrift) {
  const auto slow_at = [](int second) {
    char date[80];
    std::snprintf(date, sizeof date, "Mon, 30 Nov 2026 10:%02d:%02d GMT", second / 60, second % 60);
    return replies(answer(400, R"({"error":"slow_down"})", "application/json", {{"Date", date}}));
  };
  VirtualLogin run(codes_json("60", "3600"));
  run.script({slow_at(60), slow_at(125), slow_at(203), tokens()});
  const auto outcome = run.run();
  EXPECT_FALSE(outcome.quirks.has(Quirk::clock_drift));
  const auto gaps = run.gaps();
  ASSERT_EQ(gaps.size(), 4u);
  EXPECT_LT(gaps[2], 70 * 1.05 + 0.3);  // 65 s by both clocks: 1.03 at the most
}

}  // namespace
}  // namespace deviceflow::test
