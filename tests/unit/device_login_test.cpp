// The machine on a virtual clock. Ids in comments are rows of the conformance list.
#include <gtest/gtest.h>

#include <deviceflow/device_login.hpp>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;
using Gaps = std::vector<int>;

ErrorCode code_of(const LoginOutcome& outcome) {
  return outcome.tokens.error().code;
}

// --- Starting ---

TEST(DeviceLogin, SendsNothingBeforeTheFirstStep) {  // D-3.1-6
  VirtualLogin run;
  EXPECT_EQ(run.login().state(), LoginState::ready);
  EXPECT_EQ(run.login().codes(), nullptr);
  EXPECT_TRUE(run.starts.empty());
}

TEST(DeviceLogin, StartsNoSecondLoginByItselfAfterExpiry) {  // D-3.1-6, D-3.5-6
  VirtualLogin run(codes_json("5", "12"));
  run.run();
  for (int i = 0; i < 100; ++i) {
    run.now += seconds(5);
    EXPECT_TRUE(std::holds_alternative<DeviceLogin::Finished>(run.login().step(run.now)));
  }
  EXPECT_EQ(run.starts.size(), 1u);
}

TEST(DeviceLogin, AFailedStartEndsTheLoginAtOnceByDefault) {
  VirtualLogin run;
  run.start_script({fails(Kind::refused, true)});
  const auto outcome = run.run();
  EXPECT_EQ(code_of(outcome), ErrorCode::network);
  EXPECT_EQ(run.starts.size(), 1u);
  EXPECT_TRUE(run.polls.empty());
}

TEST(DeviceLogin, WithADeadlineAStartThatNeverLeftIsTriedAgainAfter2And4And8Seconds) {
  DeviceLoginOptions options;
  options.start_deadline = seconds(120);
  VirtualLogin run(codes_json(), std::move(options));
  run.start_script({fails(Kind::dns, true), fails(Kind::refused, true), fails(Kind::timeout, true),
                    replies(answer(200, codes_json()))});
  run.script({tokens()});
  const SteadyTime begin = run.now;
  EXPECT_TRUE(run.run().tokens.ok());
  EXPECT_EQ(run.starts.size(), 4u);
  EXPECT_EQ(run.codes_arrived - begin, seconds(2 + 4 + 8));
}

TEST(DeviceLogin, StartRetriesStopGrowingAtThirtySecondsAndEndAtTheDeadline) {
  DeviceLoginOptions options;
  options.start_deadline = seconds(100);
  VirtualLogin run(codes_json(), std::move(options));
  run.start_script({fails(Kind::refused, true)});
  const SteadyTime begin = run.now;
  EXPECT_EQ(code_of(run.run()), ErrorCode::network);
  EXPECT_EQ(run.starts.size(), 8u);  // at 0, 2, 6, 14, 30, 60, 90 and 100 s
  EXPECT_EQ(run.now - begin, seconds(100));
}

TEST(DeviceLogin, SaysWhyAStartFailedAndWhenTheNextOneIsDueWhileItWaits) {
  DeviceLoginOptions options;
  options.request.endpoint = "https://id.example.com/device_authorization";
  options.start_deadline = seconds(120);
  DeviceLogin login(std::move(options));
  const SteadyTime begin(seconds(1000));
  login.step(begin);
  EXPECT_FALSE(login.next_start().has_value());
  login.on_failure(begin + seconds(3), failure(Kind::dns, true));
  ASSERT_NE(login.start_failure(), nullptr);
  EXPECT_EQ(login.start_failure()->reason, "dns");
  EXPECT_EQ(login.next_start(), begin + seconds(5));
  EXPECT_TRUE(std::holds_alternative<DeviceLogin::WaitUntil>(login.step(begin + seconds(4))));
  EXPECT_TRUE(std::holds_alternative<DeviceLogin::Send>(login.step(begin + seconds(5))));
  EXPECT_FALSE(login.next_start().has_value());
  EXPECT_EQ(login.start_failure(), nullptr);
}

TEST(DeviceLogin, AStartThatMayHaveArrivedIsNeverRepeated) {  // H-9.2.2-1
  DeviceLoginOptions options;
  options.start_deadline = seconds(120);
  VirtualLogin run(codes_json(), std::move(options));
  run.start_script({fails(Kind::connection, false)});
  EXPECT_EQ(code_of(run.run()), ErrorCode::network);
  EXPECT_EQ(run.starts.size(), 1u);
}

TEST(DeviceLogin, AnErrorAnswerToTheStartIsFinalEvenWithADeadline) {  // D-3.2-5
  for (const char* code :
       {"invalid_client", "unauthorized_client", "invalid_scope", "invalid_request", "slow_down"}) {
    DeviceLoginOptions options;
    options.start_deadline = seconds(120);
    VirtualLogin run(codes_json(), std::move(options));
    run.start_script({error(code, 401)});
    const auto outcome = run.run();
    EXPECT_EQ(code_of(outcome), ErrorCode::oauth_error);
    EXPECT_EQ(outcome.tokens.error().label(), code);
    EXPECT_EQ(outcome.tokens.error().http_status, 401);
    EXPECT_TRUE(run.polls.empty());
  }
}

TEST(DeviceLogin, AStartThatIsPutOffIsTriedAgainNotBeforeItsRetryAfter) {
  DeviceLoginOptions options;
  options.start_deadline = seconds(120);
  VirtualLogin run(codes_json(), std::move(options));
  run.start_script({replies(answer(503, "")),
                    replies(answer(429, "", "text/html", {{"Retry-After", "17"}})),
                    replies(answer(200, codes_json()))});
  run.script({tokens()});
  const SteadyTime begin = run.now;
  EXPECT_TRUE(run.run().tokens.ok());
  EXPECT_EQ(run.starts.size(), 3u);
  EXPECT_EQ(run.codes_arrived - begin, seconds(2 + 17));
}

TEST(DeviceLogin, AStartThatIsPutOffBeyondTheDeadlineEndsAtOnce) {
  DeviceLoginOptions options;
  options.start_deadline = seconds(60);
  VirtualLogin run(codes_json(), std::move(options));
  run.start_script({replies(answer(503, "", "text/html", {{"Retry-After", "61"}}))});
  const SteadyTime begin = run.now;
  EXPECT_EQ(run.run().tokens.error().http_status, 503);
  EXPECT_EQ(run.starts.size(), 1u);
  EXPECT_EQ(run.now, begin);
}

TEST(DeviceLogin, AStartThatIsPutOffIsFinalWithoutADeadline) {
  for (const int status : {429, 503}) {
    VirtualLogin run;
    run.start_script({replies(answer(status, ""))});
    EXPECT_EQ(run.run().tokens.error().http_status, status);
    EXPECT_EQ(run.starts.size(), 1u);
  }
}

TEST(DeviceLogin, AnUntrustedCertificateEndsTheStartWithoutARetry) {  // D-3.5-9
  DeviceLoginOptions options;
  options.start_deadline = seconds(120);
  VirtualLogin run(codes_json(), std::move(options));
  run.start_script({fails(Kind::tls_untrusted, true)});
  EXPECT_EQ(code_of(run.run()), ErrorCode::tls);
  EXPECT_EQ(run.starts.size(), 1u);
}

// --- The request of a poll ---

TEST(DeviceLogin, PollsWithTheGrantTypeAndTheDeviceCodeExactlyAsReceived) {  // D-3.4-1
  const std::string body =
      R"({"device_code":"a+/=%&b ~","user_code":"U","verification_uri":"https://e.com/d","expires_in":60})";
  VirtualLogin run(body);
  run.script({tokens()});
  run.run();
  ASSERT_EQ(run.polls.size(), 1u);
  const Form& form = run.polls[0].form;
  EXPECT_EQ(form.get("grant_type"), "urn:ietf:params:oauth:grant-type:device_code");
  EXPECT_EQ(form.get("device_code"), "a+/=%&b ~");
  const auto sent = Form::parse(form.encode().reveal());
  EXPECT_EQ(sent->get("device_code"), "a+/=%&b ~");
  EXPECT_EQ(run.polls[0].method, Method::post);
}

// --- The wait between polls ---

TEST(DeviceLogin, TheFirstPollWaitsOneIntervalToo) {
  VirtualLogin run(codes_json("7"));
  run.script({tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), Gaps{7});
}

TEST(DeviceLogin, WithoutAnIntervalTheGapIsFiveSeconds) {  // D-3.2-2
  VirtualLogin run(codes_json(""));
  run.script({pending(), pending(), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 5, 5}));
}

TEST(DeviceLogin, ALongIntervalIsObeyed) {  // D-3.2-2
  VirtualLogin run(codes_json("120", "900"));
  run.script({pending(), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{120, 120}));
}

TEST(DeviceLogin, TheGapCountsFromTheArrivalOfTheAnswer) {  // D-3.5-2
  VirtualLogin run;
  run.script({late(pending(), seconds(3)), late(pending(), seconds(3)), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 5, 5}));
  EXPECT_GE(run.poll_departures[1] - run.poll_departures[0], seconds(8));
}

TEST(DeviceLogin, TheMarginStaysBetween100And250MillisecondsAndVaries) {  // W-6
  VirtualLogin run(codes_json("5", "3600"));
  run.run();
  double least = 10, most = 0;
  for (const double gap : run.gaps()) {
    EXPECT_GE(gap, 5.1);
    EXPECT_LE(gap, 5.25);
    least = std::min(least, gap);
    most = std::max(most, gap);
  }
  EXPECT_GT(run.gaps().size(), 600u);
  EXPECT_LT(least, 5.12);
  EXPECT_GT(most, 5.23);
}

TEST(DeviceLogin, KeepsPollingThroughManyPendingAnswers) {  // D-3.5-1
  VirtualLogin run;
  std::vector<Reply> script;
  for (int i = 0; i < 20; ++i) script.push_back(pending());
  script.push_back(tokens());
  run.script(std::move(script));
  const auto outcome = run.run();
  ASSERT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(outcome.tokens->access_token.reveal(), "access-token-sentinel");
  EXPECT_EQ(run.polls.size(), 21u);
}

TEST(DeviceLogin, SlowDownAddsFiveSecondsForGood) {  // D-3.5-3
  VirtualLogin run;
  run.script({pending(), slow_down(), pending(), pending(), slow_down(), pending(), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 5, 10, 10, 10, 15, 15}));
}

TEST(DeviceLogin, SlowDownNeverGivesUp) {
  VirtualLogin run(codes_json("5", "3600"));
  std::vector<Reply> script;
  for (int i = 0; i < 10; ++i) script.push_back(slow_down());
  script.push_back(tokens());
  run.script(std::move(script));
  EXPECT_TRUE(run.run().tokens.ok());
  EXPECT_EQ(run.whole_gaps().back(), 110);  // 55, stretched: each came after the whole wait
}

TEST(DeviceLogin, SlowDownOnTheFirstPollIsNoFailure) {
  VirtualLogin run;
  run.script({slow_down(), tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10}));
}

TEST(DeviceLogin, ALargerIntervalSentWithSlowDownWinsAndASmallerOneDoesNot) {  // W-3
  VirtualLogin large;
  large.script({slow_down("20"), pending(), tokens()});
  const auto outcome = large.run();
  EXPECT_EQ(large.whole_gaps(), (Gaps{5, 20, 20}));
  EXPECT_TRUE(outcome.quirks.has(Quirk::slow_down_with_interval));

  VirtualLogin small;
  small.script({slow_down("7"), tokens()});
  small.run();
  EXPECT_EQ(small.whole_gaps(), (Gaps{5, 10}));
}

TEST(DeviceLogin, AnImpossibleIntervalSentWithSlowDownStillAddsFive) {
  VirtualLogin run;
  run.script({slow_down("1e100"), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10}));
}

// --- Passing faults ---

TEST(DeviceLogin, TimeoutsDoubleTheGapUpToAMinute) {  // D-3.5-7
  VirtualLogin run(codes_json("5", "3600"));
  run.script({fails(Kind::timeout), fails(Kind::timeout), fails(Kind::timeout),
              fails(Kind::timeout), fails(Kind::timeout), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 20, 40, 60, 60}));
}

TEST(DeviceLogin, TheCeilingOfBackOffIsTwiceALongInterval) {
  VirtualLogin run(codes_json("50", "3600"));
  run.script({fails(Kind::timeout), fails(Kind::timeout), fails(Kind::timeout), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{50, 100, 100, 100}));
}

TEST(DeviceLogin, AfterARoundTripTheGapFallsBackToTheIntervalInForce) {  // D-3.5-8
  VirtualLogin run;
  run.script({slow_down(), fails(Kind::timeout), pending(), pending(), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 20, 10, 10}));
}

TEST(DeviceLogin, EveryPassingFaultIsSurvived) {  // D-3.5-9
  const std::string html = "<html><body>Bad gateway</body></html>";
  std::vector<Reply> script;
  for (const Kind kind :
       {Kind::dns, Kind::refused, Kind::timeout, Kind::connection, Kind::tls_handshake}) {
    script.push_back(fails(kind));
    script.push_back(pending());
  }
  for (const int status : {408, 425, 429, 500, 502, 503, 504, 599}) {
    script.push_back(replies(answer(status, "")));
    script.push_back(pending());
  }
  for (const int status : {200, 400, 403, 404, 502}) {
    script.push_back(replies(answer(status, html, "text/html")));
    script.push_back(pending());
    script.push_back(replies(answer(status, R"({"access_token":"x","token_)")));
    script.push_back(pending());
  }
  script.push_back(error("server_error", 500));
  script.push_back(error("temporarily_unavailable", 503));
  script.push_back(tokens());
  const std::size_t count = script.size();
  VirtualLogin run(codes_json("5", "7200"));
  run.script(std::move(script));
  const auto outcome = run.run();
  EXPECT_TRUE(outcome.tokens.ok());
  EXPECT_EQ(run.polls.size(), count);
  const auto gaps = run.whole_gaps();
  EXPECT_EQ(gaps[1], 10);  // after a fault: doubled
  EXPECT_EQ(gaps[2], 5);   // after an answer: back
}

TEST(DeviceLogin, AnUntrustedCertificateWhilePollingIsFinal) {  // D-3.5-9
  VirtualLogin run;
  run.script({pending(), fails(Kind::tls_untrusted, true)});
  EXPECT_EQ(code_of(run.run()), ErrorCode::tls);
  EXPECT_EQ(run.polls.size(), 2u);
}

TEST(DeviceLogin, AnOversizedAnswerWhilePollingIsFinal) {  // T-5.1-6
  VirtualLogin run;
  run.script({fails(Kind::too_large)});
  EXPECT_EQ(code_of(run.run()), ErrorCode::response_too_large);
}

TEST(DeviceLogin, RetryAfterIsHonouredWhereItIsLonger) {  // H-6585-4-1, H-10.2.3-1
  VirtualLogin run(codes_json("5", "3600"));
  run.script({replies(answer(429, "", "", {{"Retry-After", "45"}})),
              replies(answer(503, "", "", {{"Retry-After", "3"}})),
              replies(answer(503, "", "", {{"Retry-After", "soon"}})), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 45, 20, 40}));
}

TEST(DeviceLogin, RetryAfterOnAPendingAnswerIsHonouredToo) {
  VirtualLogin run;
  run.script({replies(answer(400, R"({"error":"authorization_pending"})", "application/json",
                             {{"Retry-After", "30"}})),
              pending(), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 30, 5}));
}

TEST(DeviceLogin, ARetryAfterBeyondExpiryEndsTheLoginAndIsNeverShortened) {  // H-10.2.3-1
  VirtualLogin run(codes_json("5", "60"));
  run.script({replies(answer(503, "", "", {{"Retry-After", "3600"}}))});
  const auto outcome = run.run();
  EXPECT_EQ(run.polls.size(), 1u);
  EXPECT_EQ(code_of(outcome), ErrorCode::expired_token);
  EXPECT_EQ(outcome.last_failure, "http_503");
  EXPECT_EQ(run.now - run.codes_arrived, seconds(60));
}

TEST(DeviceLogin, A429WithSlowDownInItsBodyIsSlowDown) {
  VirtualLogin run;
  run.script({error("slow_down", 429), pending(), tokens()});
  run.run();
  EXPECT_EQ(run.whole_gaps(), (Gaps{5, 10, 10}));
}

// --- Expiry ---

TEST(DeviceLogin, PollsNoMoreAtOrAfterExpiry) {  // D-3.5-10
  VirtualLogin run(codes_json("5", "12"));
  const auto outcome = run.run();
  EXPECT_EQ(run.polls.size(), 2u);
  EXPECT_EQ(code_of(outcome), ErrorCode::expired_token);
  EXPECT_EQ(outcome.tokens.error().label(), "expired_token");
  EXPECT_EQ(run.now - run.codes_arrived, seconds(12));
}

TEST(DeviceLogin, APollDueExactlyAtExpiryIsNotSent) {
  DeviceLoginOptions options;
  options.policy.margin_min = options.policy.margin_max = milliseconds(0);
  VirtualLogin run(codes_json("5", "10"), std::move(options));
  run.run();
  EXPECT_EQ(run.polls.size(), 1u);
}

TEST(DeviceLogin, ExpiryCountsFromTheArrivalOfTheCodes) {
  VirtualLogin run(codes_json("5", "12"));
  run.start_script({late(replies(answer(200, codes_json("5", "12"))), seconds(4))});
  const SteadyTime begin = run.now;
  run.run();
  EXPECT_EQ(run.now - begin, seconds(16));
}

TEST(DeviceLogin, ALastPollIsPlacedJustBeforeExpiryWhereBackOffWouldSleepPastIt) {
  VirtualLogin run(codes_json("5", "30"));
  run.script({fails(Kind::timeout), fails(Kind::timeout), tokens()});
  const auto outcome = run.run();
  EXPECT_TRUE(outcome.tokens.ok());
  ASSERT_EQ(run.poll_departures.size(), 3u);
  EXPECT_EQ(run.poll_departures[2] - run.codes_arrived, seconds(29));
}

TEST(DeviceLogin, TheLastPollNeverComesSoonerThanTheIntervalInForce) {
  VirtualLogin run(codes_json("10", "25"));
  run.script({pending(), fails(Kind::timeout)});
  run.run();
  EXPECT_EQ(run.polls.size(), 2u);  // at 10 and 20 s; 24 s would be too soon after 20
}

TEST(DeviceLogin, AnOrdinaryWaitIsNotCutForALastPoll) {
  VirtualLogin run(codes_json("5", "14"));
  run.run();
  EXPECT_EQ(run.polls.size(), 2u);
}

TEST(DeviceLogin, ExpiryTellsWhyNothingGotThrough) {
  VirtualLogin run(codes_json("5", "60"));
  run.script({fails(Kind::dns, true)});
  const auto outcome = run.run();
  EXPECT_EQ(code_of(outcome), ErrorCode::expired_token);
  EXPECT_EQ(outcome.last_failure, "dns");
}

TEST(DeviceLogin, ExpiryAfterAnswersNamesNoFailure) {
  VirtualLogin run(codes_json("5", "30"));
  run.script({fails(Kind::timeout), pending()});
  EXPECT_EQ(run.run().last_failure, "");
}

TEST(DeviceLogin, TheServersExpiredTokenIsTheSameOutcome) {
  for (const char* code : {"expired_token", "token_expired", "code_expired"}) {
    VirtualLogin run;
    run.script({error(code)});
    const auto outcome = run.run();
    EXPECT_EQ(code_of(outcome), ErrorCode::expired_token);
    EXPECT_EQ(outcome.tokens.error().label(), "expired_token");
  }
}

TEST(DeviceLogin, ASleepPastTheDeadlineEndsTheLoginWithoutARequest) {  // D-3.2-4
  VirtualLogin run(codes_json("5", "600"));
  bool slept = false;
  run.each_step([&](VirtualLogin& v) {
    if (v.polls.size() == 2 && !slept) {
      slept = true;
      v.now += seconds(3600);
    }
  });
  EXPECT_EQ(code_of(run.run()), ErrorCode::expired_token);
  EXPECT_EQ(run.polls.size(), 2u);
}

TEST(DeviceLogin, ASleepPastTheDeadlineInTheMiddleOfAPollIsTheLastOfIt) {  // D-3.2-4, D-3.5-10
  for (const Reply& last : {pending(), slow_down(), fails(Kind::timeout), error("x", 503)}) {
    VirtualLogin run(codes_json("5", "600"));
    run.script({pending(), late(last, seconds(3600))});
    const auto outcome = run.run();
    EXPECT_EQ(run.polls.size(), 2u);
    EXPECT_EQ(run.now - run.poll_departures[1], seconds(3600)) << "it ends as it wakes";
    if (outcome.tokens.error().oauth_code != "x") {
      EXPECT_EQ(code_of(outcome), ErrorCode::expired_token);
    }
  }
}

TEST(DeviceLogin, AShortSleepBringsOnePollAndNoBurst) {  // D-3.2-4
  VirtualLogin run(codes_json("5", "600"));
  bool slept = false;
  run.each_step([&](VirtualLogin& v) {
    if (v.polls.size() == 2 && !slept) {
      slept = true;
      v.now += seconds(100);
    }
  });
  run.script({pending(), pending(), pending(), pending(), tokens()});
  run.run();
  EXPECT_GE(run.poll_departures[2] - run.poll_departures[1], seconds(100));
  EXPECT_EQ(run.whole_gaps()[3], 5);
}

TEST(DeviceLogin, ATokenThatArrivesAfterExpiryOfAPollSentBeforeIsAccepted) {  // D-3.5-10
  VirtualLogin run(codes_json("5", "8"));
  run.script({late(tokens(), seconds(6))});
  EXPECT_TRUE(run.run().tokens.ok());
}

TEST(DeviceLogin, APollsTimeoutIsCutToTheRemainingLifePlusGrace) {
  VirtualLogin run(codes_json("5", "8"));
  run.run();
  ASSERT_EQ(run.polls.size(), 1u);
  EXPECT_LE(run.polls[0].timeout, seconds(8));
  EXPECT_GE(run.polls[0].timeout, seconds(7));
}

// --- Final answers ---

TEST(DeviceLogin, EveryOtherCodeEndsPolling) {  // D-3.5-4
  for (const char* code :
       {"access_denied", "invalid_grant", "invalid_client", "invalid_request",
        "unauthorized_client", "unsupported_grant_type", "invalid_scope", "x_unknown",
        "bad_verification_code", "incorrect_device_code", "device_flow_disabled", "server_error"}) {
    VirtualLogin run;
    run.script({pending(), error(code)});
    const auto outcome = run.run();
    EXPECT_EQ(run.polls.size(), 2u) << code;
    EXPECT_EQ(outcome.tokens.error().label(), code);
  }
}

TEST(DeviceLogin, DeniedExpiredMisconfiguredAndNetworkAreDifferentOutcomes) {  // D-3.5-5
  const auto end = [](Reply reply) {
    VirtualLogin run(codes_json("5", "60"));
    run.script({std::move(reply)});
    return run.run().tokens.error();
  };
  const Error denied = end(error("access_denied"));
  const Error declined = end(error("authorization_declined"));
  const Error expired = end(error("expired_token"));
  const Error client = end(error("invalid_client", 401));
  const Error tls = end(fails(Kind::tls_untrusted));
  EXPECT_EQ(denied.code, ErrorCode::access_denied);
  EXPECT_EQ(denied.blame, Blame::user);
  EXPECT_EQ(declined.code, ErrorCode::access_denied);
  EXPECT_EQ(declined.label(), "authorization_declined");
  EXPECT_EQ(expired.blame, Blame::user);
  EXPECT_EQ(client.blame, Blame::server);
  EXPECT_EQ(tls.blame, Blame::network);
  const std::vector<std::string> sentences{denied.message, expired.message, client.message,
                                           tls.message};
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(sentences[i], sentences[k]);
  }
}

TEST(DeviceLogin, ANonceDemandRepeatsThePollOnceAtOnce) {
  VirtualLogin run;
  run.script({error("use_dpop_nonce"), pending(), error("use_dpop_nonce"), tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
  ASSERT_EQ(run.poll_departures.size(), 4u);
  EXPECT_EQ(run.poll_departures[1], run.poll_departures[0]);
  EXPECT_EQ(run.poll_departures[3], run.poll_departures[2]);
}

TEST(DeviceLogin, ASecondNonceDemandInARowIsFinal) {
  VirtualLogin run;
  run.script({error("use_dpop_nonce")});
  EXPECT_EQ(run.run().tokens.error().label(), "use_dpop_nonce");
  EXPECT_EQ(run.polls.size(), 2u);
}

TEST(DeviceLogin, AReturnedTokensLifeCountsFromTheRequest) {  // T-5.1-3
  VirtualLogin run;
  run.script({late(tokens(), seconds(4))});
  const auto outcome = run.run();
  EXPECT_EQ(outcome.tokens->expires_in, seconds(3600));
  EXPECT_EQ(*outcome.tokens->expires_at, run.poll_departures[0] + seconds(3600));
}

TEST(DeviceLogin, CodesAreThereWhileWaitingAndGoneAtEveryEnd) {  // D-5.5-1, C-SL-1
  VirtualLogin run;
  bool seen = false;
  run.each_step([&](VirtualLogin& v) { seen = seen || v.login().codes() != nullptr; });
  run.script({pending(), error("access_denied")});
  run.run();
  EXPECT_TRUE(seen);
  EXPECT_EQ(run.login().codes(), nullptr);
}

TEST(DeviceLogin, ReportsEachPollWithItsNumberAndTheNextOne) {
  VirtualLogin run;
  run.script({pending(), slow_down(), fails(Kind::timeout), replies(answer(503, "")), tokens()});
  run.run();
  ASSERT_EQ(run.reports.size(), 4u);
  EXPECT_EQ(run.reports[0].attempt, 1);
  EXPECT_EQ(run.reports[0].result, PollReport::Result::authorization_pending);
  EXPECT_EQ(run.reports[1].result, PollReport::Result::slow_down);
  EXPECT_EQ(run.reports[2].reason, "timeout");
  EXPECT_EQ(run.reports[3].reason, "http_503");
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(run.reports[i].next_poll, run.poll_departures[i + 1]);
  }
}

TEST(DeviceLogin, TheLastReportAnnouncesNoPollWhereNoneWillFollow) {
  VirtualLogin run(codes_json("5", "12"));
  run.run();
  EXPECT_FALSE(run.reports.back().next_poll.has_value());
}

// --- Secrets ---

TEST(DeviceLogin, ADeviceCodeEchoedByTheServerNeverReachesAnError) {
  VirtualLogin run;
  run.script({replies(answer(
      400, R"({"error":"invalid_grant","error_description":"bad code device-code-sentinel"})"))});
  const Error error = run.run().tokens.error();
  EXPECT_EQ(error.description.find("device-code-sentinel"), std::string::npos);
  EXPECT_EQ(error.description, "bad code [redacted]");
}

}  // namespace
}  // namespace deviceflow::test
