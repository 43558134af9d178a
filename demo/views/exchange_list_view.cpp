#include <algorithm>
#include <cmath>
#include <utility>

#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 22;
constexpr float kHeadHeight = 56;
constexpr float kRowHeight = 46;
constexpr float kBarHeight = 16;
constexpr float kLeastEndpoint = 150;
constexpr float kCellGap = 12;

// Where a column begins and how much of it text may fill; no width where there is no room for it.
struct Column {
  float x = 0;
  float width = 0;
};
struct Columns {
  Column time{0, 118};
  Column method{0, 76};
  Column endpoint;
  Column status{0, 94};
  Column took{0, 86};
  Column size{0, 88};
  Column meaning{0, 272};
  Column waterfall{0, 126};
};

Columns columns_of(const Rect& rect) {
  Columns at;
  Column* const all[] = {&at.time, &at.method, &at.endpoint, &at.status,
                         &at.took, &at.size,   &at.meaning,  &at.waterfall};
  float rest = rect.width - 2 * kPadding;
  for (const Column* column : all) rest -= column->width;
  for (Column* column : {&at.size, &at.time}) {
    if (rest < kLeastEndpoint) rest += std::exchange(column->width, 0.0F);
  }
  at.endpoint.width = rest;
  float x = rect.x + kPadding;
  for (Column* column : all) {
    column->x = x;
    x += column->width;
    column->width = std::max(0.0F, column->width - kCellGap);
  }
  return at;
}

void draw_head(Canvas& canvas, const Language& say, const Columns& at, float y) {
  const auto head = [&](std::string_view name, const Column& column) {
    if (column.width == 0) return;
    const std::string key = "developer." + std::string(name);
    canvas.text_within("head." + std::string(name), TextStyle::panel_label, column.x, y,
                       column.width, say(key), theme::kMuted);
  };
  head("time", at.time);
  head("url", {at.method.x, at.endpoint.x + at.endpoint.width - at.method.x});
  head("status", at.status);
  head("took", at.took);
  head("size", at.size);
  head("meaning", at.meaning);
  head("waterfall", at.waterfall);
}

void draw_row(Canvas& canvas, const ExchangeRow& row, const std::string& id, const Columns& at,
              float y) {
  const auto cell = [&](std::string_view name, TextStyle style, const Column& column,
                        std::string_view text, Color color,
                        Canvas::Keep keep = Canvas::Keep::begin) {
    if (column.width == 0) return;
    canvas.text_within(id + "." + std::string(name), style, column.x, y, column.width, text, color,
                       keep);
  };
  cell("time", TextStyle::panel_mono, at.time, row.time, theme::kMuted);
  cell("method", TextStyle::panel, at.method, row.method, theme::kText);
  cell("endpoint", TextStyle::panel_mono, at.endpoint, row.path, theme::kText, Canvas::Keep::end);
  cell("status", TextStyle::panel, at.status, row.status, color_of(row.tone));
  cell("took", TextStyle::panel, at.took, row.took, theme::kText);
  cell("size", TextStyle::panel, at.size, row.size, theme::kText);
  cell("meaning", TextStyle::panel, at.meaning, row.meaning, color_of(row.tone));
}

Intent select(std::size_t index) {
  return {Intent::Kind::select_exchange, static_cast<int>(index)};
}

}  // namespace

Color color_of(Tone tone) {
  switch (tone) {
    case Tone::neutral: return theme::kText;
    case Tone::good: return theme::kGood;
    case Tone::warning: return theme::kWarning;
    case Tone::bad: return theme::kBad;
    case Tone::muted: return theme::kMuted;
  }
  return theme::kText;
}

void draw_exchange_list(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                        const Rect& rect) {
  canvas.box("exchanges", rect, theme::kCardRadius, theme::kCard, theme::kLine);
  const auto& rows = developer.rows();
  if (rows.empty()) {
    canvas.text("exchanges.none", TextStyle::panel, rect.x + 30, rect.y + 30,
                say("developer.empty", {{"login", say("action.login")}}), theme::kMuted);
    return;
  }
  const Columns at = columns_of(rect);
  draw_head(canvas, say, at, rect.y + 20);
  const float top = rect.y + kHeadHeight;
  const auto visible =
      static_cast<std::size_t>(std::max(1.0F, std::floor((rect.bottom() - 14 - top) / kRowHeight)));
  const std::size_t first = developer.first_row(visible);
  const std::size_t end = std::min(rows.size(), first + visible);
  std::vector<const Timing*> timings;
  for (std::size_t i = first; i < end; ++i) timings.push_back(&rows[i].timing);
  const std::vector<Bar> bars = waterfall(timings);
  for (std::size_t i = first; i < end; ++i) {
    const float y = top + static_cast<float>(i - first) * kRowHeight;
    const Rect row{rect.x + 12, y, rect.width - 24, kRowHeight};
    const std::string id = "exchange." + std::to_string(i);
    if (i == developer.selected()) {
      canvas.box(id, row, 12, theme::kSelected, theme::kSelected);
    }
    draw_row(canvas, rows[i], id, at, y + 9);
    draw_bar(canvas, bars[i - first],
             {at.waterfall.x, y + (kRowHeight - kBarHeight) / 2, at.waterfall.width, kBarHeight});
  }
  const bool one = shows_one_at_a_time(content_area(canvas));
  const Intent list_accept{one ? Intent::Kind::open_detail : Intent::Kind::show_response, 0};
  Focusable list;
  list.id = "exchanges";
  list.rect = rect;
  list.first = true;  // where there is no token to introspect
  list.accept = list_accept;
  const std::size_t selected = developer.selected();
  if (selected > 0) list.arrows[static_cast<std::size_t>(Action::up)] = select(selected - 1);
  if (selected + 1 < rows.size()) {
    list.arrows[static_cast<std::size_t>(Action::down)] = select(selected + 1);
  }
  canvas.focusable(std::move(list), theme::kCardRadius);
  for (std::size_t i = first; i < end; ++i) {
    Focusable row;
    row.id = "row." + std::to_string(i);
    row.rect = {rect.x + 12, top + static_cast<float>(i - first) * kRowHeight, rect.width - 24,
                kRowHeight};
    row.accept = i == developer.selected() ? list_accept : select(i);
    row.click_only = true;
    canvas.focusable(std::move(row), 0);
  }
}

}  // namespace deviceflow::demo
