// Parts that several screens share.
#ifndef DEVICEFLOW_DEMO_VIEWS_PARTS_HPP
#define DEVICEFLOW_DEMO_VIEWS_PARTS_HPP

#include <string_view>
#include <vector>

#include "canvas.hpp"
#include "model/app_model.hpp"

namespace deviceflow::demo {

struct Button {
  std::string_view id;
  std::string_view label;
  Intent intent;
  bool primary = false;
  bool first = false;
  bool inert = false;  ///< Drawn, but it can't be pressed now.
  std::vector<std::string_view> labels =
      {};  ///< All that it may have: it is as wide as the widest.
};

/// Of button_row(); less on a small canvas.
inline constexpr float kButtonHeight = 84;
float button_height(const Canvas& canvas);
inline constexpr float kButtonGap = 28;

/// All the buttons of a row, from `x` on. Their labels are smaller where they would not fit.
void button_row(Canvas& canvas, float x, float y, const std::vector<Button>& buttons);
/// What the row takes with labels in full size.
float button_row_width(const Canvas& canvas, const std::vector<Button>& buttons);
/// A smaller kind, in as many lines as `area` is wide for. Answers the lower edge.
float button_lines(Canvas& canvas, const Rect& area, const std::vector<Button>& buttons);
/// The smaller kind of the Developer tab, in as many lines as it takes: first `left`, then `right`,
/// which ends at the right edge where one line has room for all. Answers the lower edge.
float panel_buttons(Canvas& canvas, const Rect& area, const std::vector<Button>& left,
                    const std::vector<Button>& right);

/// The device's name and the tabs.
void draw_header(Canvas& canvas, const AppModel& model);
/// Which keys do what, and whom this device talks to.
void draw_footer(Canvas& canvas, const AppModel& model);

/// The room between header and footer, and between the margins.
Rect content_area(const Canvas& canvas);

}  // namespace deviceflow::demo

#endif
