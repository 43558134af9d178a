#include <gtest/gtest.h>

#include "common/replay.hpp"
#include "traced.hpp"

namespace deviceflow::demo {
namespace {

using namespace test;
using std::chrono::milliseconds;
using Times = std::vector<std::int64_t>;

TracedLogin read(const std::string& text) {
  auto trace = read_trace(text);
  EXPECT_TRUE(trace.ok()) << trace.error().message;
  EXPECT_EQ(trace->logins.size(), 1u);
  return std::move(trace->logins.at(0));
}

struct Seen {
  Replayed replayed;
  std::optional<bool> same;
  Times polls;   // when their answers came
  Times drifts;  // by how much the recorded polls were late
};

Seen play(const std::string& text) {
  const TracedLogin login = read(text);
  EXPECT_TRUE(holds_login(login));
  Seen seen;
  ReplayEvents events;
  events.on_poll = [&](milliseconds at, const PollReport&, auto) {
    seen.polls.push_back(at.count());
  };
  events.on_drift = [&](milliseconds, milliseconds late) { seen.drifts.push_back(late.count()); };
  seen.replayed = replay(login, events);
  seen.same = same_outcome(login, seen.replayed);
  return seen;
}

TEST(Replay, GivesTheRecordedAnswersAtTheRecordedTimes) {
  const Seen seen =
      play(codes_line() + poll_line(6250, "authorization_pending") + poll_line(11500, "slow_down") +
           tokens_line(21800) + outcome_line(21900, "tokens"));
  EXPECT_EQ(seen.same, true);
  EXPECT_EQ(seen.polls, (Times{5350, 10600}));
  EXPECT_EQ(seen.drifts, Times());
  EXPECT_EQ(seen.replayed.at, milliseconds(20900));
}

TEST(Replay, AnotherOutcomeThanRecordedIsNotTheSame) {
  const std::string polls = codes_line() + poll_line(6250, "access_denied");
  EXPECT_EQ(play(polls + outcome_line(6350, "access_denied")).same, true);
  EXPECT_EQ(play(polls + outcome_line(6350, "tokens")).same, false);
  EXPECT_EQ(play(polls + outcome_line(6350, "access_denied", R"(["number_as_string"])")).same,
            false);
  EXPECT_EQ(play(polls).same, std::nullopt);
}

TEST(Replay, SaysHowFarTheRecordedScheduleIsFromThisVersions) {
  // The interval and the least margin make 5100 ms after 1100 ms; up to 250 ms later is chance.
  const auto drifts_of = [](int sent_at) {
    return play(codes_line() + tokens_line(sent_at) + outcome_line(sent_at + 100, "tokens")).drifts;
  };
  EXPECT_EQ(drifts_of(6200), Times());
  EXPECT_EQ(drifts_of(6450), Times());
  EXPECT_EQ(drifts_of(7600), Times{1400});
  EXPECT_EQ(drifts_of(5000), Times{-1200});
}

TEST(Replay, ATraceThatEndsEarlyReplaysUpToThere) {
  const Seen seen = play(codes_line() + poll_line(6250, "authorization_pending"));
  EXPECT_FALSE(seen.replayed.outcome.has_value());
  EXPECT_EQ(seen.replayed.code(), "");
  EXPECT_EQ(seen.polls.size(), 1u);
}

TEST(Replay, GoingOnBeyondTheRecordedEndIsAnotherOutcome) {
  EXPECT_EQ(play(codes_line() + poll_line(6250, "authorization_pending") +
                 outcome_line(6400, "oauth_error"))
                .same,
            false);
}

TEST(Replay, ExchangesThatThisVersionWouldNotMakeAreCounted) {
  const Seen seen = play(codes_line() + poll_line(6250, "invalid_grant") + tokens_line(12000) +
                         outcome_line(12100, "tokens"));
  EXPECT_EQ(seen.same, false);
  EXPECT_EQ(seen.replayed.code(), "invalid_grant");
  EXPECT_EQ(seen.replayed.unused, 1u);
}

TEST(Replay, ALoginThatExpiredExpiresThoughTheMarginIsLeftOut) {
  // With the least margin a third poll would just fit before the end.
  const Seen seen =
      play(codes_line(16) + poll_line(6350, "authorization_pending") +
           poll_line(11700, "authorization_pending") + outcome_line(17101, "expired_token"));
  EXPECT_EQ(seen.same, true);
  EXPECT_EQ(seen.replayed.at, milliseconds(16101));
}

TEST(Replay, ACancelIsRepeatedWhereItCame) {
  const std::string end = outcome_line(8000, "cancelled");
  EXPECT_EQ(play(codes_line() + end).same, true);
  EXPECT_EQ(play(codes_line() + end).replayed.at, milliseconds(7000));
  EXPECT_EQ(
      play(codes_line() + exchange_line("token", 6250, 700, failure_json("cancelled", false)) + end)
          .same,
      true);
  const Seen crossed =
      play(codes_line() + tokens_line(6250) +
           exchange_line("revocation", 6350, 100, response_json(200, "\"\"")) + end);
  EXPECT_EQ(crossed.same, true);
  EXPECT_EQ(crossed.replayed.unused, 0u);
}

TEST(Replay, ASlowStartIsRepeatedUntilItsRecordedEnd) {
  const std::string tries =
      exchange_line("device_authorization", 1000, 100, failure_json("dns", true)) +
      exchange_line("device_authorization", 3100, 100, failure_json("refused", true));
  const Seen failed = play(tries + outcome_line(3200, "network", "[]", "device_authorization"));
  EXPECT_EQ(failed.same, true);
  EXPECT_EQ(failed.drifts, Times());
  EXPECT_EQ(failed.replayed.unused, 0u);
  EXPECT_EQ(failed.replayed.at, milliseconds(2200));
}

TEST(Replay, AnIdTokenThatWasNotBelievedLeavesTheTokensToCompare) {
  const std::string polls = codes_line() + tokens_line(6250);
  EXPECT_EQ(play(polls + outcome_line(6400, "id_token_invalid", "[]", "id_token")).same, true);
  EXPECT_EQ(play(polls + outcome_line(6400, "id_token_invalid", "[]", "token")).same, false);
}

TEST(Replay, ABoundTokenIsTakenWhereProofsWereSent) {
  const std::string token =
      response_json(200, R"({"access_token":"[redacted]","token_type":"DPoP"})");
  const std::string proof = R"({"DPoP":"[redacted]"})";
  EXPECT_EQ(play(codes_line() + exchange_line("token", 6250, 100, token, proof) +
                 outcome_line(6350, "tokens"))
                .same,
            true);
  EXPECT_EQ(play(codes_line() + exchange_line("token", 6250, 100, token) +
                 outcome_line(6350, "unsupported_token_type"))
                .same,
            true);
}

TEST(Replay, AQuirkOfTheMetadataCounts) {
  const std::string metadata = exchange_line(
      "discovery", 900, 50, response_json(200, R"({"issuer":"https://id.example.com"})"));
  const std::string rest = codes_line() + tokens_line(6250);
  EXPECT_EQ(play(metadata + rest + outcome_line(6350, "tokens", R"(["grant_not_listed"])")).same,
            true);
  EXPECT_EQ(play(rest + outcome_line(6350, "tokens", R"(["grant_not_listed"])")).same, false);
}

TEST(Replay, AnswersAreReadThroughTheProfileThatTheTraceNames) {
  // Salesforce's codes have no lifetime; its description gives them ten minutes.
  const std::string codes = exchange_line(
      "device_authorization", 1000, 100,
      response_json(200, R"({"device_code":"[redacted]","user_code":"X1D9SEET","interval":5,)"
                         R"("verification_uri":"https://id.example.com/device"})"));
  const auto ended = [&](std::string_view profile) {
    return play(codes + tokens_line(6250) +
                outcome_line(6350, "tokens", R"(["expires_in_missing"])", "token", profile));
  };
  EXPECT_EQ(ended("salesforce").same, true);
  EXPECT_EQ(ended("salesforce").replayed.unknown_profile, "");
  EXPECT_EQ(ended("").same, false);
  EXPECT_EQ(ended("").replayed.unknown_profile, "");
  EXPECT_EQ(ended("my-own").same, false);
  EXPECT_EQ(ended("my-own").replayed.unknown_profile, "my-own");
}

TEST(Replay, WithoutADeviceAuthorizationRequestThereIsNoLogin) {
  EXPECT_FALSE(holds_login(TracedLogin()));
  EXPECT_FALSE(holds_login(read(tokens_line(1))));
  EXPECT_FALSE(holds_login(read(exchange_line("userinfo", 1, 1, response_json(200, "{}")))));
}

}  // namespace
}  // namespace deviceflow::demo
