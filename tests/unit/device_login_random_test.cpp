// The machine against servers that do anything they like: ten thousand random ones, each the same
// again for the same seed. Ids in comments are rows of the conformance list.
#include <gtest/gtest.h>

#include <algorithm>
#include <deviceflow/device_login.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

constexpr std::size_t kSeeds = 10000;
constexpr int kMostSteps = 20000;

// A member as it stands in the answer, and what it comes to: 0 where it can't be used.
struct Number {
  const char* json;
  int value;
};
constexpr Number kIntervals[] = {{"5", 5},    {"1", 1},     {"2", 2},         {"\"7\"", 7},
                                 {"2.5", 3},  {"30", 30},   {"7000", 7000},   {"", 0},
                                 {"null", 0}, {"0", 0},     {"-3", 0},        {"1e1", 10},
                                 {"true", 0}, {"\"x\"", 0}, {"99999", 99999}, {"[5]", 0}};
constexpr Number kLives[] = {{"600", 600}, {"300", 300},   {"1", 1},       {"4", 4},
                             {"59.9", 59}, {"\"90\"", 90}, {"1800", 1800}, {"12", 12}};

// A server, the network to it, and the device's clock, all of one seed.
class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed) : random_(seed) {}

  // Runs one login. What happened is the log; what must not happen, the complaint.
  void run() {
    DeviceLogin login(options());
    for (int steps = 0; complaint.empty(); ++steps) {
      if (steps == kMostSteps) return complain("it does not come to an end");
      if (chance(400)) cancel(login);
      auto step = login.step(now_);
      if (auto* wait = std::get_if<DeviceLogin::WaitUntil>(&step)) {
        sleep(wait->time);
      } else if (auto* send = std::get_if<DeviceLogin::Send>(&step)) {
        exchange(login, send->request);
      } else {
        return judge_end(login);
      }
    }
  }

  std::string log;
  std::string complaint;

 private:
  DeviceLoginOptions options() {
    DeviceLoginOptions options;
    options.request.endpoint = "https://id.example.com/device_authorization";
    options.token_endpoint = "https://id.example.com/token";
    if (chance(2)) options.revocation_endpoint = "https://id.example.com/revoke";
    if (chance(3)) options.start_deadline = seconds(pick(0, 120));
    options.seed = random_();
    return options;
  }

  // --- Chance ---

  int pick(int least, int most) {
    // By hand: what std::uniform_int_distribution makes of the bits is each library's own affair.
    return least + static_cast<int>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool chance(int one_in) { return pick(1, one_in) == 1; }
  template <typename T, std::size_t N>
  const T& any(const T (&list)[N]) {
    return list[static_cast<std::size_t>(pick(0, static_cast<int>(N) - 1))];
  }

  // --- The device ---

  void say(const std::string& what) {
    log += std::to_string(now_.time_since_epoch().count()) + " " + what + "\n";
  }
  void complain(const std::string& what) {
    say("WRONG: " + what);
    if (complaint.empty()) complaint = what;
  }

  void sleep(SteadyTime until) {
    if (until == kNever) return complain("it waits for nothing");
    if (chance(10) && until > now_) {
      now_ += (until - now_) / 2;  // woken for no reason
    } else if (chance(60)) {
      now_ = std::max(now_, until) + seconds(pick(1, 7200));  // the lid was closed
    } else {
      now_ = std::max(now_, until) + milliseconds(pick(0, 30));
    }
  }

  void cancel(DeviceLogin& login) {
    if (login.state() == LoginState::finished) return;
    say("cancel");
    cancelled_ = true;
    login.cancel();
  }

  void exchange(DeviceLogin& login, const OAuthRequest& request) {
    say(std::string("send ") + std::string(name(request.stage)));
    const bool poll = request.stage == Stage::token;
    if (poll) judge_departure(login);
    if (request.stage == Stage::revocation && !tokens_came_) complain("it revokes without tokens");
    if (cancelled_ && request.stage != Stage::revocation) complain("it sends after a cancel");
    if (!std::holds_alternative<DeviceLogin::WaitUntil>(login.step(now_))) {
      return complain("it does not wait for the answer");  // D-3.5-11
    }
    const Reply reply = poll ? poll_reply() : start_reply();
    milliseconds latency = reply.latency + milliseconds(pick(0, chance(20) ? 20000 : 300));
    if (request.timeout.count() > 0) latency = std::min(latency, request.timeout);
    now_ += latency;
    if (chance(200)) cancel(login);
    arrived_ = now_;
    if (const auto* response = std::get_if<HttpResponse>(reply.result.get())) {
      login.on_response(now_, *response);
    } else {
      login.on_failure(now_, std::get<TransportFailure>(*reply.result));
    }
    if (poll) {
      judge_arrival(login);
    } else if (login.codes() != nullptr) {
      judge_codes(login);
    }
  }

  // --- The rules ---

  void judge_codes(const DeviceLogin& login) {
    expires_at_ = arrived_ + seconds(life_.value);
    const int sent = sent_interval_.value;
    const bool fits = sent > 0 && sent < life_.value;
    const bool milliseconds_meant = sent > 0 && sent % 1000 == 0 && sent <= 60000;
    interval_ = seconds(fits ? sent : milliseconds_meant ? sent / 1000 : 5);
    earliest_ = arrived_ + interval_;
    if (login.interval() != interval_) complain("another interval than was sent");
    if (login.expires_at() != expires_at_) complain("another end than was sent");
  }

  void judge_departure(const DeviceLogin& login) {
    if (now_ >= expires_at_) complain("it polls at or after expiry");             // D-3.5-10
    if (now_ < earliest_) complain("it polls earlier than the interval allows");  // D-3.5-2
    if (login.codes() == nullptr) complain("it polls without codes");
  }

  void judge_arrival(const DeviceLogin& login) {
    if (slowed_down_) interval_ += seconds(5);  // D-3.5-3: for good, each time
    if (login.codes() != nullptr && login.interval() < interval_) complain("it forgot a slow_down");
    if (login.codes() != nullptr) interval_ = login.interval();
    earliest_ = arrived_ + std::max(interval_, retry_after_);
    // A demand for a nonce is answered at once, but only the first in a poll.
    if (nonce_demanded_ && !nonce_answered_) earliest_ = arrived_;
    nonce_answered_ = nonce_demanded_ && !nonce_answered_;
  }

  void judge_end(DeviceLogin& login) {
    const LoginOutcome outcome = login.take_outcome();
    const std::string_view label =
        outcome.tokens.ok() ? "tokens" : name(outcome.tokens.error().code);
    say("end " + std::string(label));
    if (cancelled_ && label != "cancelled") {  // D-3.5-12
      complain("a cancel ends as " + std::string(label));
    }
    if (label == "tokens" && !tokens_came_) complain("tokens out of nothing");
    if (label == "expired_token" && now_ < expires_at_ && !server_expired_) {
      complain("it gives up before expiry");
    }
    if (login.codes() != nullptr) complain("codes are shown after the end");
    if (!std::holds_alternative<DeviceLogin::Finished>(login.step(now_ + seconds(60)))) {
      complain("the end is not the end");
    }
  }

  // --- The server ---

  Reply start_reply() {
    using Kind = TransportFailure::Kind;
    if (chance(30)) return fails(chance(2) ? Kind::dns : Kind::refused, true);
    if (chance(60)) return fails(Kind::timeout);
    if (chance(60)) return error("invalid_client", 401);
    sent_interval_ = any(kIntervals);
    life_ = any(kLives);
    return replies(answer(200, codes_json(sent_interval_.json, life_.json)));
  }

  Reply poll_reply() {
    retry_after_ = seconds(0);
    slowed_down_ = nonce_demanded_ = false;
    const int draw = pick(1, 100);
    if (draw <= 45) return error("authorization_pending", chance(4) ? any(kOddStatuses) : 400);
    if (draw <= 55) return slow_down_reply();
    if (draw <= 75) return fault_reply();
    if (draw <= 88) return unreadable_reply();
    if (draw <= 91) return nonce_reply();
    return final_reply();
  }

  Reply slow_down_reply() {
    slowed_down_ = true;
    return slow_down(chance(2) ? any(kIntervals).json : "");
  }

  Reply fault_reply() {
    using Kind = TransportFailure::Kind;
    constexpr Kind kinds[] = {Kind::dns, Kind::refused, Kind::connection, Kind::tls_handshake};
    if (chance(3)) return fails(any(kinds), chance(2));
    if (chance(3)) return late(fails(Kind::timeout), seconds(30));
    retry_after_ = seconds(chance(2) ? pick(1, 90) : 0);
    const std::string wait = std::to_string(retry_after_.count());
    const int status = any({429, 500, 502, 503, 408, 425});
    if (retry_after_.count() == 0) return replies(answer(status, "<html>busy</html>", "text/html"));
    return replies(answer(status, "", "text/html", {{"Retry-After", wait.c_str()}}));
  }

  Reply unreadable_reply() {
    constexpr const char* bodies[] = {"",    "{\"access_token\":\"cut o", "<html>sign in</html>",
                                      "[]",  "{\"error\":1,\"error\":2}", "\xFF\xFE",
                                      "null"};
    return replies(answer(any({200, 400, 403, 404}), any(bodies)));
  }

  Reply nonce_reply() {
    nonce_demanded_ = true;
    return replies(
        answer(401, R"({"error":"use_dpop_nonce"})", "application/json", {{"DPoP-Nonce", "n"}}));
  }

  Reply final_reply() {
    const int draw = pick(1, 4);
    if (draw == 1) return error("access_denied", any(kOddStatuses));
    server_expired_ = draw == 2;
    if (server_expired_) return error("expired_token");
    if (draw == 3) return error("invalid_grant");
    tokens_came_ = true;
    return tokens();
  }

  static constexpr int kOddStatuses[] = {200, 400, 401, 403, 428};

  std::mt19937_64 random_;
  SteadyTime now_{seconds(1000)};
  SteadyTime arrived_{};
  SteadyTime earliest_{};
  SteadyTime expires_at_ = kNever;
  Number sent_interval_{};
  Number life_{};
  seconds interval_{0};
  seconds retry_after_{0};
  bool slowed_down_ = false;
  bool nonce_demanded_ = false;
  bool nonce_answered_ = false;
  bool tokens_came_ = false;
  bool server_expired_ = false;
  bool cancelled_ = false;
};

// What came of each seed, run once for both tests: under an emulator a run takes a minute.
struct Course {
  std::string log;
  std::string complaint;
};
const std::vector<Course>& first_runs() {
  static const std::vector<Course> runs = [] {
    std::vector<Course> all;
    for (std::size_t seed = 1; seed <= kSeeds; ++seed) {
      RandomWorld world(seed);
      world.run();
      all.push_back({std::move(world.log), std::move(world.complaint)});
    }
    return all;
  }();
  return runs;
}

// D-3.5-2, D-3.5-3, D-3.5-10, D-3.5-11, D-3.5-12
TEST(DeviceLoginAgainstRandomServers, NeverBreaksARuleOfTimeAndAlwaysEnds) {
  for (std::size_t seed = 1; seed <= kSeeds; ++seed) {
    const Course& run = first_runs()[seed - 1];
    ASSERT_EQ(run.complaint, "") << "seed " << seed << "\n" << run.log;
  }
}

TEST(DeviceLoginAgainstRandomServers, TheSameSeedGivesTheSameRun) {
  for (std::size_t seed = 1; seed <= kSeeds; ++seed) {
    RandomWorld again(seed);
    again.run();
    ASSERT_EQ(first_runs()[seed - 1].log, again.log) << "seed " << seed;
  }
}

}  // namespace
}  // namespace deviceflow::test
