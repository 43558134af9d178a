#include "gamepad.hpp"

#include <chrono>
#include <cmath>

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;

// A stick counts from here on, and until it is nearer to the middle than that.
constexpr float kTilted = 0.6F;
constexpr float kUpright = 0.4F;
constexpr milliseconds kFirstRepeat{450};
constexpr milliseconds kRepeat{120};

}  // namespace

std::optional<Action> Gamepad::direction_of(const GamepadState& state) const {
  if (state.up) return Action::up;
  if (state.down) return Action::down;
  if (state.left) return Action::left;
  if (state.right) return Action::right;
  const float x = std::abs(state.stick_x);
  const float y = std::abs(state.stick_y);
  const float least = held_ ? kUpright : kTilted;
  if (std::max(x, y) < least) return std::nullopt;
  if (x > y) return state.stick_x < 0 ? Action::left : Action::right;
  return state.stick_y < 0 ? Action::up : Action::down;
}

std::vector<Action> Gamepad::read(const GamepadState& state, SteadyTime now) {
  std::vector<Action> out;
  const auto direction = direction_of(state);
  if (direction != held_) {
    again_ = now + kFirstRepeat;
    if (direction && known_) out.push_back(*direction);
  } else if (direction && now >= again_) {
    again_ = now + kRepeat;
    out.push_back(*direction);
  }
  if (state.accept && !accept_ && known_) out.push_back(Action::accept);
  if (state.back && !back_ && known_) out.push_back(Action::back);
  known_ = true;
  held_ = direction;
  accept_ = state.accept;
  back_ = state.back;
  return out;
}

}  // namespace deviceflow::demo
