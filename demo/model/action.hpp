// The one seam for input: whatever the person holds in their hands becomes one of these.
#ifndef DEVICEFLOW_DEMO_MODEL_ACTION_HPP
#define DEVICEFLOW_DEMO_MODEL_ACTION_HPP

#include <cstddef>

namespace deviceflow::demo {

enum class Action {
  // Those that move within the screen; the first kListActions can mean something to a list.
  up,
  down,
  left,
  right,
  page_up,
  page_down,
  first,
  last,
  next,
  previous,
  // Those that do something.
  accept,
  back,
  find,
  copy,
  larger,
  smaller,
  usual_size,
  fullscreen,
  quit,
};
inline constexpr std::size_t kListActions = 8;

constexpr bool moves(Action action) {
  return action < Action::accept;
}

}  // namespace deviceflow::demo

#endif
