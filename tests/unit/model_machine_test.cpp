// The picture of the machine: the table that the login runs on, and the login in it.
#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

const MachineModel& machine(const AppModel& model) {
  return model.developer().machine();
}

void step(AppModel& model, LoginState state, LoginEvent event) {
  model.on_event({0, MachineMoved{transition(state, event)}}, kStart);
}

TEST(ModelMachine, TheArrowsAreTheTable) {
  std::set<std::pair<LoginState, LoginEvent>> drawn;
  for (const MachineArrow& arrow : machine_arrows()) {
    for (const LoginEvent event : arrow.events) {
      EXPECT_EQ(transition(arrow.from, event).next, arrow.to);
      EXPECT_TRUE(drawn.insert({arrow.from, event}).second);
    }
  }
  std::set<std::pair<LoginState, LoginState>> ways;
  for (const MachineArrow& arrow : machine_arrows()) {
    EXPECT_TRUE(ways.insert({arrow.from, arrow.to}).second);
  }
  for (int s = 0; s < kLoginStateCount; ++s) {
    for (int e = 0; e < kLoginEventCount; ++e) {
      const auto cell = transition(static_cast<LoginState>(s), static_cast<LoginEvent>(e));
      EXPECT_EQ(drawn.count({cell.state, cell.event}), cell.next == cell.state ? 0U : 1U);
    }
  }
}

TEST(ModelMachine, IsUnknownBeforeTheFirstLogin) {
  AppModel model(provider_facts());
  EXPECT_FALSE(machine(model).known());
  model.on_intent({Intent::Kind::log_in, 0});
  EXPECT_TRUE(machine(model).known());
  EXPECT_EQ(machine(model).state(), LoginState::ready);
  EXPECT_FALSE(machine(model).last());
}

TEST(ModelMachine, GoesAlongWithTheLogin) {
  AppModel model(provider_facts());
  model.on_intent({Intent::Kind::log_in, 0});
  step(model, LoginState::ready, LoginEvent::due);
  step(model, LoginState::authorizing, LoginEvent::codes);
  EXPECT_EQ(machine(model).state(), LoginState::waiting);
  EXPECT_EQ(machine(model).selected(), LoginState::waiting);
  ASSERT_TRUE(machine(model).last());
  EXPECT_EQ(machine(model).last()->event, LoginEvent::codes);
  EXPECT_EQ(machine(model).outcome(), "");
}

TEST(ModelMachine, KeepsTheSelectionThatThePersonMade) {
  AppModel model(provider_facts());
  model.on_intent({Intent::Kind::log_in, 0});
  model.on_intent({Intent::Kind::select_state, static_cast<int>(LoginState::polling)});
  step(model, LoginState::ready, LoginEvent::due);
  EXPECT_EQ(machine(model).selected(), LoginState::polling);
  model.on_intent({Intent::Kind::select_state, static_cast<int>(LoginState::authorizing)});
  step(model, LoginState::authorizing, LoginEvent::codes);
  EXPECT_EQ(machine(model).selected(), LoginState::waiting);
  model.on_intent({Intent::Kind::select_state, -1});
  model.on_intent({Intent::Kind::select_state, kLoginStateCount});
  EXPECT_EQ(machine(model).selected(), LoginState::waiting);
}

TEST(ModelMachine, SaysHowTheLoginEndedUntilTheNextOne) {
  AppModel model(provider_facts());
  model.on_intent({Intent::Kind::log_in, 0});
  step(model, LoginState::polling, LoginEvent::final_error);
  const Error denied = make_error(Blame::user, ErrorCode::access_denied, Stage::token, "No.");
  model.on_event({kLogin, LoginFailed{denied, {}, {}}}, kStart);
  EXPECT_EQ(machine(model).state(), LoginState::finished);
  EXPECT_EQ(machine(model).outcome(), "access_denied");
  model.on_intent({Intent::Kind::log_in, 0});
  EXPECT_EQ(machine(model).state(), LoginState::ready);
  EXPECT_EQ(machine(model).outcome(), "");
}

TEST(ModelMachine, AfterACancelItShowsHowTheAnswerOnItsWayIsDealtWith) {
  AppModel model(provider_facts());
  model.on_intent({Intent::Kind::log_in, 0});
  model.on_event({kLogin, codes_at()}, kStart);
  step(model, LoginState::waiting, LoginEvent::due);
  model.on_intent({Intent::Kind::cancel, 0});
  EXPECT_EQ(machine(model).state(), LoginState::polling);
  EXPECT_EQ(machine(model).outcome(), "cancelled");
  step(model, LoginState::polling, LoginEvent::cancel);
  step(model, LoginState::cancelling, LoginEvent::tokens);
  EXPECT_EQ(machine(model).state(), LoginState::revoking);
}

}  // namespace
}  // namespace deviceflow::demo
