#include "scroll_list.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace deviceflow::demo {

namespace {

constexpr float kRadius = 16;
constexpr float kBar = 10;     // beside the rows, for where they are among all
constexpr float kBarGap = 14;  // leaves room for the outline of the focus

float row_gap(const Canvas& canvas) {
  return canvas.small() ? 8 : 12;
}

// Where the rows from `first` on end: the first that does not fit.
std::size_t end_of(const std::vector<ListRow>& rows, std::size_t first, float room, float gap) {
  std::size_t end = first;
  for (float used = 0; end < rows.size(); ++end) {
    used += rows[end].height;
    if (used > room && end > first) break;
    used += gap;
  }
  return end;
}

// The last page is a full one.
std::size_t settled(const std::vector<ListRow>& rows, std::size_t first, float room, float gap) {
  while (first > 0 && (first >= rows.size() || end_of(rows, first - 1, room, gap) == rows.size())) {
    --first;
  }
  return first;
}

}  // namespace

std::size_t draw_scroll_list(Canvas& canvas, const Rect& area, const std::string& id,
                             const std::vector<ListRow>& rows, std::size_t first,
                             Intent::Kind scroll) {
  const float gap = row_gap(canvas);
  first = settled(rows, first, area.height, gap);
  const std::size_t end = end_of(rows, first, area.height, gap);
  const bool all = first == 0 && end == rows.size();
  const float width = area.width - (all ? 0 : kBar + kBarGap);
  const auto to = [scroll](std::size_t row) { return Intent{scroll, static_cast<int>(row)}; };
  const std::size_t page = std::max<std::size_t>(1, end - first - 1);
  std::size_t focused = rows.size();
  std::vector<Focusable> places;
  float y = area.y;
  for (std::size_t i = first; i < end; ++i) {
    const Rect rect{area.x, y, width, rows[i].height};
    Focusable place;
    place.id = id + "." + std::to_string(i - first);
    place.rect = rect;
    place.accept = rows[i].accept;
    place.first = rows[i].first;
    place.list = id;
    const auto at = [&place](Action action) -> std::optional<Intent>& {
      return place.arrows[static_cast<std::size_t>(action)];
    };
    if (first > 0) {
      if (i == first) at(Action::up) = to(first - 1);
      at(Action::page_up) = to(first > page ? first - page : 0);
      at(Action::first) = to(0);
    }
    if (end < rows.size()) {
      if (i + 1 == end) at(Action::down) = to(first + 1);
      at(Action::page_down) = to(first + page);
      at(Action::last) = to(rows.size());
    }
    if (canvas.has_focus(place.id)) focused = i;
    canvas.box(place.id, rect, kRadius, rows[i].marked ? theme::kSelected : theme::kCard,
               theme::kLine);
    rows[i].draw(rect);
    places.push_back(std::move(place));
    y += rows[i].height + gap;
  }
  // The wheel scrolls wherever the pointer is among them.
  Focusable wheel;
  wheel.id = id;
  wheel.rect = area;
  wheel.accept = to(first);
  if (first > 0) wheel.arrows[static_cast<std::size_t>(Action::up)] = to(first - 1);
  if (end < rows.size()) wheel.arrows[static_cast<std::size_t>(Action::down)] = to(first + 1);
  wheel.click_only = true;
  if (!all) canvas.focusable(std::move(wheel), 0);
  // Afterwards: an outline reaches over the rows around.
  for (Focusable& place : places) canvas.focusable(std::move(place), kRadius);
  if (all) return focused;
  const auto part = [&](std::size_t row) {
    return area.height * static_cast<float>(row) / static_cast<float>(rows.size());
  };
  const float x = area.right() - kBar;
  canvas.box(id + ".track", {x, area.y, kBar, area.height}, kBar / 2, theme::kCard, theme::kCard);
  canvas.box(id + ".bar", {x, area.y + part(first), kBar, part(end - first)}, kBar / 2,
             theme::kMuted, theme::kMuted);
  return focused;
}

}  // namespace deviceflow::demo
