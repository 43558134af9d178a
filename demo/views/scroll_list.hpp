// A list that scrolls with the focus.
#ifndef DEVICEFLOW_DEMO_VIEWS_SCROLL_LIST_HPP
#define DEVICEFLOW_DEMO_VIEWS_SCROLL_LIST_HPP

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "canvas.hpp"

namespace deviceflow::demo {

/// One row of it, as a card.
struct ListRow {
  float height = 0;
  std::function<void(const Rect&)> draw;  ///< What stands on the card.
  Intent accept;
  bool first = false;  ///< Has the focus when the list appears.
  bool marked = false;
};

/// Draws rows from `first` on, as many as fit, and says what is above and below. The focus belongs
/// to places, not to rows: an arrow at either end means `scroll` with another first row. Answers
/// the row that has the focus, or the number of rows where none has it.
std::size_t draw_scroll_list(Canvas& canvas, const Rect& area, const std::string& id,
                             const std::vector<ListRow>& rows, std::size_t first,
                             Intent::Kind scroll);

}  // namespace deviceflow::demo

#endif
