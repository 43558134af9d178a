// What the keys do to the selected one of a list, and which part of the list is shown.
#ifndef DEVICEFLOW_DEMO_MODEL_SELECTION_HPP
#define DEVICEFLOW_DEMO_MODEL_SELECTION_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "action.hpp"

namespace deviceflow::demo {

/// The first of `count` that is shown if `visible` fit: `top`, or as near to it as keeps `place` in
/// view. So nothing moves as long as the selected one is in view.
inline std::size_t first_shown(std::size_t top, std::size_t place, std::size_t visible,
                               std::size_t count) {
  if (count <= visible || visible == 0) return 0;
  const std::size_t least = place + 1 > visible ? place + 1 - visible : 0;
  return std::min(count - visible, std::clamp(top, least, std::max(least, place)));
}

/// Where an action leads from `place` in a list that shows `visible` of `count`; empty: nowhere.
inline std::optional<std::size_t> place_after(Action action, std::size_t place, std::size_t visible,
                                              std::size_t count) {
  if (count == 0) return std::nullopt;
  const std::size_t page = visible > 1 ? visible - 1 : 1;
  const std::size_t last = count - 1;
  std::size_t to = place;
  switch (action) {
    case Action::up: to = place > 0 ? place - 1 : 0; break;
    case Action::down: to = std::min(place + 1, last); break;
    case Action::page_up: to = place > page ? place - page : 0; break;
    case Action::page_down: to = std::min(place + page, last); break;
    case Action::first: to = 0; break;
    case Action::last: to = last; break;
    default: break;
  }
  return to != place ? std::optional(to) : std::nullopt;
}

/// The actions that place_after() knows.
inline constexpr std::array kListKeys{Action::up,        Action::down,  Action::page_up,
                                      Action::page_down, Action::first, Action::last};

}  // namespace deviceflow::demo

#endif
