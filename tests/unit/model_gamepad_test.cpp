// A gamepad goes through the same seam as the keys (row U-6). No physical one is needed here.
#include <gtest/gtest.h>

#include "model/gamepad.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using Actions = std::vector<Action>;

GamepadState stick(float x, float y) {
  GamepadState state;
  state.stick_x = x;
  state.stick_y = y;
  return state;
}

class ModelGamepad : public testing::Test {
 protected:
  ModelGamepad() { read({}); }

  Actions read(const GamepadState& state, milliseconds after = milliseconds(20)) {
    now_ += after;
    return pad_.read(state, now_);
  }

  Gamepad pad_;
  SteadyTime now_{std::chrono::hours(1)};
};

TEST_F(ModelGamepad, EachButtonMeansItsAction) {  // U-6
  const std::pair<bool GamepadState::*, Action> buttons[] = {
      {&GamepadState::up, Action::up},         {&GamepadState::down, Action::down},
      {&GamepadState::left, Action::left},     {&GamepadState::right, Action::right},
      {&GamepadState::accept, Action::accept}, {&GamepadState::back, Action::back}};
  for (const auto& [button, action] : buttons) {
    GamepadState state;
    state.*button = true;
    EXPECT_EQ(read(state), Actions{action});
    EXPECT_EQ(read(state), Actions{});
    EXPECT_EQ(read({}), Actions{});
  }
}

TEST_F(ModelGamepad, TheStickCountsBeyondItsDeadZoneOnly) {
  EXPECT_EQ(read(stick(0.5F, -0.5F)), Actions{});
  EXPECT_EQ(read(stick(0.7F, 0.1F)), Actions{Action::right});
  EXPECT_EQ(read(stick(0.5F, 0)), Actions{});  // trembling is no second push
  EXPECT_EQ(read(stick(0.7F, 0)), Actions{});
  EXPECT_EQ(read(stick(0.1F, 0)), Actions{});
  EXPECT_EQ(read(stick(-0.7F, 0)), Actions{Action::left});
  EXPECT_EQ(read(stick(0, 0)), Actions{});
  EXPECT_EQ(read(stick(0, -1)), Actions{Action::up});
  EXPECT_EQ(read(stick(0, 1)), Actions{Action::down});
}

TEST_F(ModelGamepad, AHeldDirectionComesAgainAndAHeldButtonDoesNot) {
  GamepadState state;
  state.down = true;
  state.accept = true;
  EXPECT_EQ(read(state), (Actions{Action::down, Action::accept}));
  EXPECT_EQ(read(state, milliseconds(449)), Actions{});
  EXPECT_EQ(read(state, milliseconds(1)), Actions{Action::down});
  EXPECT_EQ(read(state, milliseconds(119)), Actions{});
  EXPECT_EQ(read(state, milliseconds(1)), Actions{Action::down});
  EXPECT_EQ(read(state, milliseconds(5000)), Actions{Action::down});  // not all that were missed
}

TEST_F(ModelGamepad, WhatIsHeldAtFirstMeansNothing) {
  GamepadState state;
  state.accept = true;
  state.left = true;
  Gamepad fresh;
  EXPECT_EQ(fresh.read(state, now_), Actions{});
  EXPECT_EQ(fresh.read({}, now_), Actions{});
  EXPECT_EQ(fresh.read(state, now_), (Actions{Action::left, Action::accept}));
}

}  // namespace
}  // namespace deviceflow::demo
