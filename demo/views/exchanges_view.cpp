// The page of the exchanges: the table, the selected one, and a strip that sums up.
#include <algorithm>
#include <string>
#include <vector>

#include "developer_parts.hpp"
#include "model/line_writer.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;
constexpr float kBesideWidth = 1500;  // from here on the detail has room beside the list
constexpr float kBelowHeight = 1000;  // and from here on below it
constexpr float kDetailPart = 0.37F;
constexpr float kListPart = 0.45F;
constexpr float kLeastCell = 170;  // of the strip
constexpr float kLeastLowCell = 290;

std::string quirk_names(const Quirks& quirks, const Language& say) {
  std::string names;
  for (const Quirk quirk : quirks.list()) {
    names += (names.empty() ? "" : ", ") + std::string(name(quirk));
  }
  return names.empty() ? std::string(say("developer.quirks.none")) : names;
}

struct Cell {
  std::string id;
  std::string_view title;
  std::string value;
  Color color = theme::kText;
  Ink ink = Ink::plain;
};

Ink ink_of(Tone tone) {
  switch (tone) {
    case Tone::neutral: return Ink::plain;
    case Tone::good: return Ink::good;
    case Tone::warning: return Ink::warning;
    case Tone::bad: return Ink::bad;
    case Tone::muted: return Ink::muted;
  }
  return Ink::plain;
}

// How the login ended, what came of each thing that was asked for, the newest first, and the
// deviations.
std::vector<Cell> cells_of(const DeveloperModel& developer, const Language& say) {
  std::vector<Cell> cells{{"outcome", say("developer.outcome"),
                           developer.outcome().empty() ? "-" : developer.outcome()}};
  auto results = developer.results();
  if (results.empty()) {
    results.push_back(developer.newest_result());
    results.back().words = say("developer.introspection.none");
  }
  for (auto one = results.rbegin(); one != results.rend(); ++one) {
    cells.push_back({"result." + std::string(one->title), say(one->title), one->words,
                     color_of(one->tone), ink_of(one->tone)});
  }
  cells.push_back({"quirks", say("developer.quirks"), quirk_names(developer.quirks(), say)});
  return cells;
}

// What the widest may take, so that all fit into `room`.
float widest_of(const std::vector<float>& widths, float room) {
  float most = room;
  float left = room;
  std::size_t count = widths.size();
  std::vector<float> sorted = widths;
  std::ranges::sort(sorted);
  for (const float width : sorted) {
    most = left / static_cast<float>(count--);
    if (width > most) return most;
    left -= width;
  }
  return room;
}

// The results in one line, each as wide as it needs to be. The oldest are left out where there is
// no room for all. Titles stand above their values, or before them in a low one.
void draw_strip(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                const Rect& rect) {
  canvas.box("strip", rect, theme::kButtonRadius, theme::kCard, theme::kLine);
  const float padding = canvas.small() ? 18.0F : 28.0F;
  const float gap = 28;
  const float sign = 20;
  const bool low = rect.height < 60;
  const auto title_width = [&](const Cell& cell) {
    return canvas.measure(TextStyle::panel, cell.title).width;
  };
  const auto width_of = [&](const Cell& cell) {
    const float value = canvas.measure(TextStyle::panel_label, cell.value).width;
    return gap + (low ? title_width(cell) + 14 + value : std::max(title_width(cell), value));
  };
  std::vector<Cell> cells = cells_of(developer, say);
  const float room = rect.width - 2 * padding - sign;
  float most = 0;
  for (;;) {
    std::vector<float> widths;
    for (const Cell& cell : cells) widths.push_back(width_of(cell));
    most = widest_of(widths, room);
    if (most >= (low ? kLeastLowCell : kLeastCell) || cells.size() == 3) break;
    cells.erase(cells.end() - 2);
  }
  float x = rect.x + padding;
  for (const Cell& cell : cells) {
    const float width = std::min(most, width_of(cell)) - gap;
    const auto keep =
        cell.title == say("developer.saved") ? Canvas::Keep::end : Canvas::Keep::begin;
    const float y =
        low ? rect.y + (rect.height - canvas.measure(TextStyle::panel, cell.title).height) / 2
            : rect.y + 12;
    const float title = canvas
                            .text_within(cell.id + ".title", TextStyle::panel, x, y,
                                         low ? width / 2 : width, cell.title, theme::kMuted)
                            .width;
    const float from = low ? title + 14 : 0;
    canvas.text_within(cell.id, TextStyle::panel_label, x + from, low ? y : rect.y + 44,
                       width - from, cell.value, cell.color, keep);
    x += width + gap;
  }
  canvas.arrow(rect.right() - padding - sign + 10, rect.y + (rect.height - sign) / 2, sign,
               developer.results_open() ? Action::down : Action::up, theme::kMuted);
  Focusable item;
  item.id = "results";
  item.rect = rect;
  item.accept = {Intent::Kind::toggle_results};
  canvas.focusable(std::move(item), theme::kButtonRadius);
}

// The same, whole.
void draw_results(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                  const Rect& rect) {
  canvas.box("results.card", rect, theme::kCardRadius, theme::kCard, theme::kLine);
  LineWriter out;
  for (const Cell& cell : cells_of(developer, say)) {
    out.line(Ink::key, cell.title);
    out.line(cell.ink, cell.value);
    out.end();
  }
  constexpr float kPadding = 28;
  draw_scrolled(canvas, "results.text", out.take(), developer.scroll(), {Intent::Kind::none},
                {rect.x + kPadding, rect.y + kPadding, rect.width - 2 * kPadding,
                 rect.height - 2 * kPadding});
}

}  // namespace

bool shows_one_at_a_time(const Rect& room) {
  return room.width < kBesideWidth && room.height < kBelowHeight;
}

void draw_exchanges(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                    const Rect& rect) {
  const bool one = shows_one_at_a_time(content_area(canvas));
  const float strip = one ? 52.0F : 84.0F;
  const float gap = one ? 12.0F : kGap;
  const Rect area{rect.x, rect.y, rect.width, rect.height - gap - strip};
  if (developer.results_open()) {
    draw_results(canvas, developer, say, area);
  } else if (one && developer.detail_open()) {
    draw_exchange_detail(canvas, developer, say, area);
  } else if (one) {
    draw_exchange_list(canvas, developer, say, area);
  } else if (area.width >= kBesideWidth) {
    const float width = area.width * (1 - kDetailPart);
    draw_exchange_list(canvas, developer, say, {area.x, area.y, width - kGap, area.height});
    draw_exchange_detail(canvas, developer, say,
                         {area.x + width, area.y, area.width - width, area.height});
  } else {
    const float height = area.height * kListPart;
    draw_exchange_list(canvas, developer, say, {area.x, area.y, area.width, height - kGap});
    draw_exchange_detail(canvas, developer, say,
                         {area.x, area.y + height, area.width, area.height - height});
  }
  draw_strip(canvas, developer, say, {rect.x, rect.bottom() - strip, rect.width, strip});
}

}  // namespace deviceflow::demo
