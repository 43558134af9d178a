// Where the states and the arrows of the machine's picture stand, each placed by hand.
#ifndef DEVICEFLOW_DEMO_VIEWS_MACHINE_LAYOUT_HPP
#define DEVICEFLOW_DEMO_VIEWS_MACHINE_LAYOUT_HPP

#include <array>
#include <deviceflow/device_login.hpp>
#include <optional>
#include <vector>

#include "model/action.hpp"
#include "model/focus.hpp"

namespace deviceflow::demo {

struct Point {
  float x = 0;
  float y = 0;
};

/// What `x` of a label means.
enum class LabelAlign { left, middle, right };

/// The corners of an arrow, and where its events stand, one below the other.
struct MachineRoute {
  std::vector<Point> way;
  Point label;
  LabelAlign align = LabelAlign::left;
};

class MachineLayout {
 public:
  explicit MachineLayout(const Rect& rect);

  const Rect& box(LoginState state) const { return boxes_[static_cast<std::size_t>(state)]; }
  const std::array<Rect, kLoginStateCount>& boxes() const noexcept { return boxes_; }
  /// Empty where no place is known for it.
  std::optional<MachineRoute> route(LoginState from, LoginState to) const;

 private:
  Rect& at(LoginState state) { return boxes_[static_cast<std::size_t>(state)]; }
  MachineRoute to_the_end(LoginState from) const;
  MachineRoute there(LoginState from, LoginState to, float part) const;
  MachineRoute back(LoginState from, LoginState to) const;

  std::array<Rect, kLoginStateCount> boxes_;
  float top_;
};

/// The nearest box in that direction, or nothing where there is none.
std::optional<LoginState> state_beside(const std::array<Rect, kLoginStateCount>& boxes,
                                       LoginState from, Action direction);

}  // namespace deviceflow::demo

#endif
