// Saved traces on the left; on the right what came of the one that was replayed.
#include <algorithm>

#include "developer_parts.hpp"
#include "model/selection.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;
constexpr float kPadding = 26;
constexpr float kRow = 44;
constexpr float kListPart = 0.3F;

void draw_list(Canvas& canvas, const ReplayModel& replay, const Language& say, const Rect& rect) {
  canvas.box("replay.list", rect, theme::kCardRadius, theme::kCard, theme::kLine);
  if (replay.paths().empty()) {
    canvas.paragraph("replay.none", TextStyle::panel, rect.x + kPadding, rect.y + kPadding,
                     rect.width - 2 * kPadding,
                     say("replay.none", {{"save", say("developer.save_trace")}}), theme::kMuted, 8);
    return;
  }
  const auto fit = static_cast<std::size_t>(std::max(1.0F, (rect.height - 24) / kRow));
  const std::size_t selected = replay.selected();
  const std::size_t first = first_shown(replay.top(), selected, fit, replay.paths().size());
  const std::size_t end = std::min(replay.paths().size(), first + fit);
  const auto row_rect = [&](std::size_t i) {
    return Rect{rect.x + 10, rect.y + 12 + static_cast<float>(i - first) * kRow, rect.width - 20,
                kRow};
  };
  for (std::size_t i = first; i < end; ++i) {
    const Rect row = row_rect(i);
    const std::string id = "replay.file." + std::to_string(i);
    if (i == selected) canvas.box(id, row, 10, theme::kSelected, theme::kSelected);
    const std::string& path = replay.paths()[i];
    const bool shown = path == replay.shown();
    canvas.text_within(id + ".name", shown ? TextStyle::panel_label : TextStyle::panel, row.x + 14,
                       row.y + 8, row.width - 28, path.substr(path.rfind('/') + 1),
                       shown ? theme::kAccent : theme::kText);
  }
  Focusable list;
  list.id = "replay";
  list.rect = rect;
  list.first = true;
  list.accept = {Intent::Kind::replay_trace, static_cast<int>(selected)};
  list.list = "replay";
  const auto select = [first](std::size_t index) {
    return Intent{Intent::Kind::select_trace, static_cast<int>(index), first};
  };
  const Intent replay_it = list.accept;
  for (const Action action : kListKeys) {
    const auto to = place_after(action, selected, fit, replay.paths().size());
    if (to) list.arrows[static_cast<std::size_t>(action)] = select(*to);
  }
  canvas.focusable(std::move(list), theme::kCardRadius);
  for (std::size_t i = first; i < end; ++i) {
    Focusable row;
    row.id = "replay.row." + std::to_string(i);
    row.rect = row_rect(i);
    row.accept = i == selected ? replay_it : select(i);
    row.click_only = true;
    canvas.focusable(std::move(row), 0);
  }
}

}  // namespace

void draw_replay(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                 const Rect& rect) {
  const ReplayModel& replay = developer.replay();
  const Rect list{rect.x, rect.y, kListPart * rect.width, rect.height};
  const Rect side{list.right() + kGap, rect.y, rect.width - list.width - kGap, rect.height};
  draw_list(canvas, replay, say, list);
  canvas.box("replay.card", side, theme::kCardRadius, theme::kCard, theme::kLine);
  if (replay.lines().empty()) {
    canvas.paragraph("replay.hint", TextStyle::panel, side.x + kPadding, side.y + kPadding,
                     side.width - 2 * kPadding, say("replay.hint"), theme::kMuted, 4);
    return;
  }
  draw_scrolled(canvas, "replay.lines", replay.lines(), developer.scroll(),
                {Intent::Kind::scroll_to, 0},
                {side.x + kPadding, side.y + kPadding, side.width - 2 * kPadding,
                 side.height - 2 * kPadding});
}

}  // namespace deviceflow::demo
