#include <algorithm>
#include <cmath>

#include "developer_parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 22;
constexpr float kHeadHeight = 56;
constexpr float kRowHeight = 46;

struct Columns {
  float time;
  float method;
  float endpoint;
  float status;
  float took;
  float size;
  float meaning;
  float end;
};

Columns columns_of(const Rect& rect) {
  Columns out{};
  out.time = rect.x + kPadding;
  out.method = out.time + 124;
  out.endpoint = out.method + 84;
  out.end = rect.right() - kPadding;
  out.meaning = out.end - 256;
  out.size = out.meaning - 88;
  out.took = out.size - 92;
  out.status = out.took - 88;
  return out;
}

void draw_head(Canvas& canvas, const Language& say, const Columns& at, float y) {
  const auto head = [&](std::string_view name, float x) {
    const std::string key = "developer." + std::string(name);
    canvas.text("head." + std::string(name), TextStyle::panel_label, x, y, say(key), theme::kMuted);
  };
  head("time", at.time);
  head("url", at.method);
  head("status", at.status);
  head("took", at.took);
  head("size", at.size);
  head("meaning", at.meaning);
}

void draw_row(Canvas& canvas, const ExchangeRow& row, const std::string& id, const Columns& at,
              float y) {
  const auto cell = [&](std::string_view name, TextStyle style, float x, float end,
                        std::string_view text, Color color,
                        Canvas::Keep keep = Canvas::Keep::begin) {
    canvas.text_within(id + "." + std::string(name), style, x, y, end - x - 12, text, color, keep);
  };
  cell("time", TextStyle::panel_mono, at.time, at.method, row.time, theme::kMuted);
  cell("method", TextStyle::panel, at.method, at.endpoint, row.method, theme::kText);
  cell("endpoint", TextStyle::panel_mono, at.endpoint, at.status, row.path, theme::kText,
       Canvas::Keep::end);
  cell("status", TextStyle::panel, at.status, at.took, row.status, color_of(row.tone));
  cell("took", TextStyle::panel, at.took, at.size, row.took, theme::kText);
  cell("size", TextStyle::panel, at.size, at.meaning, row.size, theme::kText);
  cell("meaning", TextStyle::panel, at.meaning, at.end + 12, row.meaning, color_of(row.tone));
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
  for (std::size_t i = first; i < end; ++i) {
    const float y = top + static_cast<float>(i - first) * kRowHeight;
    const Rect row{rect.x + 12, y, rect.width - 24, kRowHeight};
    const std::string id = "exchange." + std::to_string(i);
    if (i == developer.selected()) {
      canvas.box(id, row, 12, theme::kSelected, theme::kSelected);
    }
    draw_row(canvas, rows[i], id, at, y + 9);
  }
  Focusable list;
  list.id = "exchanges";
  list.rect = rect;
  list.first = true;  // where there is no token to introspect
  list.accept = {Intent::Kind::show_response, 0};
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
    row.accept = select(i);
    row.click_only = true;
    canvas.focusable(std::move(row), 0);
  }
}

}  // namespace deviceflow::demo
