#include <algorithm>
#include <cmath>
#include <utility>

#include "developer_parts.hpp"
#include "model/selection.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 22;
constexpr float kHeadHeight = 56;
constexpr float kRowHeight = 46;
constexpr float kFilterHeight = 40;
constexpr float kBarHeight = 16;
constexpr float kLeastEndpoint = 140;
constexpr float kCellGap = 12;

// Where a column begins and how much of it text may fill; no width where there is no room for it.
struct Column {
  float x = 0;
  float width = 0;
};
struct Columns {
  Column time{0, 124};
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

// How many are listed, and why not all.
void draw_filter(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                 const Rect& rect) {
  const ExchangeFilter& filter = developer.filter();
  const std::string words = say(filter.search.empty() ? "filter.count" : "filter.count.search",
                                {{"count", std::to_string(developer.listed().size())},
                                 {"all", std::to_string(developer.rows().size())},
                                 {"text", clean_text(filter.search, 200)}});
  canvas.text_within("filter.count", TextStyle::panel, rect.x, rect.y, rect.width, words,
                     theme::kWarning);
}

Intent select(std::size_t index, std::size_t top) {
  return {Intent::Kind::select_exchange, static_cast<int>(index), top};
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
  const auto& listed = developer.listed();
  if (rows.empty()) {
    canvas.paragraph("exchanges.none", TextStyle::panel, rect.x + 30, rect.y + 30, rect.width - 60,
                     say("developer.empty", {{"login", say("action.login")}}), theme::kMuted);
    return;
  }
  const Columns at = columns_of(rect);
  float y = rect.y + 20;
  if (developer.filter().active()) {
    draw_filter(canvas, developer, say, {rect.x + kPadding, y, rect.width - 2 * kPadding, 0});
    y += kFilterHeight;
  }
  draw_head(canvas, say, at, y);
  const float top = y + kHeadHeight - 20;
  const auto visible =
      static_cast<std::size_t>(std::max(1.0F, std::floor((rect.bottom() - 14 - top) / kRowHeight)));
  const std::size_t first = developer.first_row(visible);
  const std::size_t end = std::min(listed.size(), first + visible);
  const auto row_rect = [&](std::size_t place) {
    return Rect{rect.x + 12, top + static_cast<float>(place - first) * kRowHeight, rect.width - 24,
                kRowHeight};
  };
  std::vector<const Timing*> timings;
  for (std::size_t i = first; i < end; ++i) timings.push_back(&rows[listed[i]].timing);
  const std::vector<Bar> bars = waterfall(timings);
  for (std::size_t i = first; i < end; ++i) {
    const Rect place = row_rect(i);
    const std::string id = "exchange." + std::to_string(listed[i]);
    if (listed[i] == developer.selected()) {
      canvas.box(id, place, 12, theme::kSelected, theme::kSelected);
    }
    draw_row(canvas, rows[listed[i]], id, at, place.y + 9);
    draw_bar(
        canvas, bars[i - first],
        {at.waterfall.x, place.y + (kRowHeight - kBarHeight) / 2, at.waterfall.width, kBarHeight});
  }
  const bool one = shows_one_at_a_time(content_area(canvas));
  const Intent open{one ? Intent::Kind::open_detail : Intent::Kind::show_response, 0};
  Focusable list;
  list.id = "exchanges";
  list.rect = rect;
  list.first = true;  // where there is no token to introspect
  list.accept = open;
  list.list = "exchanges";
  for (const Action action : kListKeys) {
    const auto to = place_after(action, developer.place(), visible, listed.size());
    if (to) list.arrows[static_cast<std::size_t>(action)] = select(listed[*to], first);
  }
  canvas.focusable(std::move(list), theme::kCardRadius);
  for (std::size_t i = first; i < end; ++i) {
    Focusable row;
    row.id = "row." + std::to_string(listed[i]);
    row.rect = row_rect(i);
    row.accept = listed[i] == developer.selected() ? open : select(listed[i], first);
    row.click_only = true;
    canvas.focusable(std::move(row), 0);
  }
}

}  // namespace deviceflow::demo
