// A gamepad's state as actions.
#ifndef DEVICEFLOW_DEMO_MODEL_GAMEPAD_HPP
#define DEVICEFLOW_DEMO_MODEL_GAMEPAD_HPP

#include <deviceflow/clock.hpp>
#include <optional>
#include <vector>

#include "action.hpp"

namespace deviceflow::demo {

/// What is held at one moment.
struct GamepadState {
  bool up = false;
  bool down = false;
  bool left = false;
  bool right = false;
  bool accept = false;
  bool back = false;
  float stick_x = 0;  ///< -1 is left, 1 is right.
  float stick_y = 0;  ///< -1 is up, 1 is down.
};

/// Turns one state after the other into actions. A direction that is held comes again, as a key's
/// does; the buttons come once.
class Gamepad {
 public:
  std::vector<Action> read(const GamepadState& state, SteadyTime now);

 private:
  std::optional<Action> direction_of(const GamepadState& state) const;

  bool known_ = false;  ///< Whatever is held at first was not meant for this window.
  bool accept_ = false;
  bool back_ = false;
  std::optional<Action> held_;
  SteadyTime again_{};
};

}  // namespace deviceflow::demo

#endif
