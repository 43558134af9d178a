#include <gtest/gtest.h>

#include <deviceflow/device_login.hpp>
#include <optional>
#include <set>
#include <utility>

#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

TEST(LoginTable, EveryCellEitherLeadsSomewhereOrChangesNothing) {
  int moves = 0;
  for (int s = 0; s < kLoginStateCount; ++s) {
    for (int e = 0; e < kLoginEventCount; ++e) {
      const auto state = static_cast<LoginState>(s);
      const auto cell = transition(state, static_cast<LoginEvent>(e));
      EXPECT_EQ(cell.state, state);
      EXPECT_EQ(cell.event, static_cast<LoginEvent>(e));
      if (cell.next != state) ++moves;
      if (cell.next == state) {
        EXPECT_EQ(cell.action, LoginAction::ignore);
      }
    }
  }
  EXPECT_EQ(moves, 33);
}

TEST(LoginTable, FinishedAbsorbsEverything) {
  for (int e = 0; e < kLoginEventCount; ++e) {
    const auto cell = transition(LoginState::finished, static_cast<LoginEvent>(e));
    EXPECT_EQ(cell.next, LoginState::finished);
    EXPECT_EQ(cell.action, LoginAction::ignore);
  }
}

TEST(LoginTable, CancelLeadsToAnEndFromEveryStateThatStillLives) {
  for (int s = 0; s < kLoginStateCount; ++s) {
    const auto state = static_cast<LoginState>(s);
    const auto next = transition(state, LoginEvent::cancel).next;
    const bool ends = next == LoginState::finished || next == LoginState::cancelling ||
                      next == LoginState::revoking;
    EXPECT_TRUE(ends) << name(state);
  }
}

TEST(LoginTable, EveryStateCanBeReached) {
  std::set<LoginState> reached{LoginState::ready};
  for (int round = 0; round < kLoginStateCount; ++round) {
    for (const LoginState state : std::set<LoginState>(reached)) {
      for (int e = 0; e < kLoginEventCount; ++e) {
        reached.insert(transition(state, static_cast<LoginEvent>(e)).next);
      }
    }
  }
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(kLoginStateCount));
}

// --- The machine walks the table ---

// What can be done to a login from outside: time, answers, failures, cancel().
using Stimulus = LoginEvent;

const SteadyTime kBegin{seconds(1000)};

HttpResponse answer_for(Stimulus stimulus) {
  switch (stimulus) {
    case Stimulus::codes: return answer(200, codes_json());
    case Stimulus::pending: return answer(400, R"({"error":"authorization_pending"})");
    case Stimulus::slow_down: return answer(400, R"({"error":"slow_down"})");
    case Stimulus::fault: return answer(500, "");
    case Stimulus::nonce: return answer(401, R"({"error":"use_dpop_nonce"})");
    case Stimulus::expired: return answer(400, R"({"error":"expired_token"})");
    case Stimulus::tokens: return answer(200, R"({"access_token":"a1b2","token_type":"Bearer"})");
    case Stimulus::lost_tokens:
      return answer(200, R"({"access_token":"a1b2","access_token":"a1b2"})");
    default: return answer(400, R"({"error":"access_denied"})");
  }
}

// The machine in each of its states, on the shortest way.
class Walker {
 public:
  explicit Walker(LoginState state) : login_(options()) { go_to(state); }

  void go_to(LoginState state) {
    if (state == LoginState::ready) return;
    login_.step(now_);
    if (state == LoginState::authorizing) return;
    if (state == LoginState::restarting) return feed(Stimulus::not_sent);
    feed(Stimulus::codes);
    if (state == LoginState::waiting) return;
    feed(Stimulus::due);
    if (state == LoginState::repeating) return feed(Stimulus::nonce);
    if (state == LoginState::polling) return;
    if (state == LoginState::finished) return feed(Stimulus::final_error);
    feed(Stimulus::cancel);
    if (state == LoginState::cancelling) return;
    feed(Stimulus::tokens);
    login_.step(now_);  // hands out the revocation
  }

  void feed(Stimulus stimulus) {
    const bool waits = login_.state() == LoginState::waiting ||
                       login_.state() == LoginState::repeating ||
                       login_.state() == LoginState::restarting;
    switch (stimulus) {
      case Stimulus::due:
        if (waits) now_ += seconds(10);
        login_.step(now_);
        break;
      case Stimulus::cancel: login_.cancel(); break;
      case Stimulus::not_sent:
        login_.on_failure(now_, failure(TransportFailure::Kind::refused, true));
        break;
      case Stimulus::expired:
        if (waits && login_.codes() != nullptr) {
          login_.step(now_ + seconds(600));
          break;
        }
        [[fallthrough]];
      default: login_.on_response(now_, answer_for(stimulus));
    }
  }

  LoginState state() const { return login_.state(); }

 private:
  static DeviceLoginOptions options() {
    DeviceLoginOptions options;
    options.request.endpoint = "https://id.example.com/device_authorization";
    options.token_endpoint = "https://id.example.com/token";
    options.revocation_endpoint = "https://id.example.com/revoke";
    options.start_deadline = seconds(60);
    return options;
  }

  DeviceLogin login_;
  SteadyTime now_ = kBegin;
};

// What the machine makes of it in that state; empty where it takes no notice.
std::optional<LoginEvent> heard(LoginState state, Stimulus stimulus) {
  if (stimulus == Stimulus::cancel) return stimulus;
  const bool time = stimulus == Stimulus::due;
  switch (state) {
    case LoginState::ready: return time ? std::optional(stimulus) : std::nullopt;
    case LoginState::restarting: return time ? std::optional(stimulus) : std::nullopt;
    case LoginState::waiting:
    case LoginState::repeating:
      if (time || stimulus == Stimulus::expired) return stimulus;
      return std::nullopt;
    case LoginState::authorizing: {
      if (time) return std::nullopt;
      // An answer that has no arrow here is no answer to this request.
      const bool arrow = transition(state, stimulus).next != state;
      return arrow ? stimulus : LoginEvent::final_error;
    }
    case LoginState::polling:
    case LoginState::cancelling:
      if (time) return std::nullopt;
      if (stimulus == Stimulus::not_sent) return LoginEvent::fault;
      if (stimulus == Stimulus::lost_tokens && state == LoginState::cancelling) {
        return LoginEvent::tokens;
      }
      // Codes hold neither a token nor an error.
      if (stimulus == Stimulus::codes || stimulus == Stimulus::settled) {
        return LoginEvent::final_error;
      }
      return stimulus;
    case LoginState::revoking: return time ? std::nullopt : std::optional(LoginEvent::settled);
    case LoginState::finished: break;
  }
  return std::nullopt;
}

TEST(LoginTable, TheMachineGoesWhereTheTableSaysFromEveryStateWithEverythingThatCanHappen) {
  std::set<std::pair<LoginState, LoginEvent>> walked;
  for (int s = 0; s < kLoginStateCount; ++s) {
    const auto state = static_cast<LoginState>(s);
    for (int e = 0; e < kLoginEventCount; ++e) {
      const auto stimulus = static_cast<Stimulus>(e);
      Walker walker(state);
      ASSERT_EQ(walker.state(), state);
      walker.feed(stimulus);
      const auto event = heard(state, stimulus);
      const LoginState expected = event ? transition(state, *event).next : state;
      EXPECT_EQ(walker.state(), expected) << name(state) << " and " << name(stimulus);
      if (event && expected != state) walked.insert({state, *event});
    }
  }
  // A login that is taken up again begins with its codes: device_login_resume_test.cpp.
  walked.insert({LoginState::ready, LoginEvent::codes});
  for (int s = 0; s < kLoginStateCount; ++s) {
    for (int e = 0; e < kLoginEventCount; ++e) {
      const auto cell = transition(static_cast<LoginState>(s), static_cast<LoginEvent>(e));
      if (cell.next == cell.state) continue;
      EXPECT_EQ(walked.count({cell.state, cell.event}), 1u)
          << "not walked: " << name(cell.state) << " and " << name(cell.event);
    }
  }
}

}  // namespace
}  // namespace deviceflow::test
