#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "code_points.hpp"
#include "developer_parts.hpp"
#include "model/selection.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 28;
constexpr float kLinkHeight = 48;
constexpr float kLinkGap = 40;
constexpr float kLineHeight = 30;
constexpr Color kFound{0xF4BC4F, 0.3F};
constexpr int kStep = 3;  // lines that one press of an arrow scrolls

// Words to choose from, in as many lines as they take.
class Links {
 public:
  Links(Canvas& canvas, const Rect& rect) : canvas_(canvas), rect_(rect), x_(rect.x), y_(rect.y) {}

  /// `labels` are all that it may have. What is inert can't be used now, and keeps its place.
  void add(std::string_view id, std::string_view label, Intent::Kind intent, bool active = false,
           bool inert = false, std::initializer_list<std::string_view> labels = {}) {
    const TextStyle style = active ? TextStyle::panel_label : TextStyle::panel;
    float width = width_of(label);
    for (const std::string_view one : labels) width = std::max(width, width_of(one));
    if (x_ > rect_.x && x_ + width > rect_.right()) {
      x_ = rect_.x;
      y_ += kLinkHeight;
    }
    const Extent size = canvas_.text(std::string(id) + ".label", style, x_, y_, label,
                                     inert    ? theme::kFaint
                                     : active ? theme::kText
                                              : theme::kMuted);
    if (active) canvas_.line(x_, y_ + 36, x_ + size.width, y_ + 36, 3, theme::kAccent);
    if (!inert || canvas_.has_focus(id)) {
      Focusable item;
      item.id = id;
      item.rect = {x_ - 12, y_ - 8, width + 24, size.height + 18};
      item.accept = {inert ? Intent::Kind::none : intent, 0};
      canvas_.focusable(std::move(item), 10);
    }
    x_ += width + kLinkGap;
  }
  float bottom() const { return y_ + kLinkHeight; }

 private:
  float width_of(std::string_view label) const {
    return std::max(canvas_.measure(TextStyle::panel_label, label).width,
                    canvas_.measure(TextStyle::panel, label).width);
  }

  Canvas& canvas_;
  Rect rect_;
  float x_;
  float y_;
};

// Answers its lower edge.
float draw_head(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                const Rect& rect) {
  const Side side = developer.side();
  Links links(canvas, {rect.x + kPadding, rect.y + 24, rect.width - 2 * kPadding, 0});
  if (shows_one_at_a_time(content_area(canvas))) {
    links.add("detail.close", say("developer.list"), Intent::Kind::close_detail);
  }
  links.add("side.request", say("developer.request"), Intent::Kind::show_request,
            side == Side::request);
  links.add("side.response", say("developer.response"), Intent::Kind::show_response,
            side == Side::response);
  links.add("side.timings", say("developer.timings"), Intent::Kind::show_timings,
            side == Side::timings);
  const bool timings = side == Side::timings;  // there is no body then
  links.add("raw", say(developer.raw() ? "developer.pretty" : "developer.raw"),
            Intent::Kind::toggle_raw, false, timings,
            {say("developer.pretty"), say("developer.raw")});
  links.add("copy.curl", say("developer.copy_curl"), Intent::Kind::copy_curl);
  links.add("copy.body", say("developer.copy_body"), Intent::Kind::copy_body, false, timings);
  return links.bottom();
}

void draw_line(Canvas& canvas, const Line& line, const std::string& id, float x, float y) {
  int number = 0;
  for (const Span& span : line) {
    const std::string part = id + "." + std::to_string(number++);
    if (span.found) {
      const float width = canvas.measure(TextStyle::panel_mono, span.text).width;
      canvas.line(x, y + kLineHeight / 2, x + width, y + kLineHeight / 2, kLineHeight, kFound);
    }
    x += canvas.text(part, TextStyle::panel_mono, x, y, span.text, color_of(span.ink)).width;
  }
}

std::size_t columns_in(const Canvas& canvas, const Rect& body) {
  const float one = canvas.measure(TextStyle::panel_mono, "0").width;
  return static_cast<std::size_t>(std::max(8.0F, std::floor(body.width / one)));
}

std::size_t lines_in(const Rect& body) {
  return static_cast<std::size_t>(std::max(1.0F, body.height / kLineHeight));
}

// The part that is seen, as a bar at the edge.
void draw_scroll_bar(Canvas& canvas, const Rect& rect, std::size_t first, std::size_t count,
                     std::size_t lines) {
  if (lines <= count) return;
  const auto part = [&](std::size_t n) {
    return static_cast<float>(n) / static_cast<float>(lines);
  };
  const float from = rect.y + rect.height * part(first);
  const float length = std::max(24.0F, rect.height * part(count));
  canvas.line(rect.right(), std::min(from, rect.bottom() - length), rect.right(),
              std::min(from + length, rect.bottom()), 6, theme::kLine);
}

Intent scroll_to(std::size_t line) {
  return {Intent::Kind::scroll_to, static_cast<int>(line)};
}

// Lines that Enter does something to. A click only gives them the focus.
void text_focusable(Canvas& canvas, Focusable item) {
  Focusable click;
  click.id = item.id + ".text";
  click.rect = item.rect;
  click.click_only = true;
  click.accept = {Intent::Kind::none};
  item.list = item.id;
  canvas.focusable(std::move(item), 16);
  canvas.focusable(std::move(click), 0);
}

}  // namespace

Color color_of(Ink ink) {
  switch (ink) {
    case Ink::plain: return theme::kText;
    case Ink::muted:
    case Ink::masked: return theme::kMuted;
    case Ink::key: return theme::kLink;
    case Ink::string: return theme::kGood;
    case Ink::number:
    case Ink::literal:
    case Ink::warning: return theme::kWarning;
    case Ink::good: return theme::kGood;
    case Ink::bad: return theme::kBad;
  }
  return theme::kText;
}

std::vector<Line> wrap_lines(const std::vector<Line>& lines, std::size_t columns) {
  std::vector<Line> out;
  for (const Line& line : lines) {
    out.emplace_back();
    std::size_t used = 0;
    for (const Span& span : line) {
      out.back().push_back({span.ink, {}, span.found});
      for (const CodePoint& point : code_points(span.text)) {
        if (used == columns) {
          out.emplace_back();
          out.back().push_back({span.ink, {}, span.found});
          used = 0;
        }
        out.back().back().text += point.bytes;
        ++used;
      }
    }
  }
  return out;
}

void draw_scrolled(Canvas& canvas, std::string_view id, const std::vector<Line>& lines,
                   std::size_t scroll, Intent accept, const Rect& body) {
  const std::vector<Line> wrapped = wrap_lines(lines, columns_in(canvas, body));
  const std::size_t visible = lines_in(body);
  const std::size_t last = wrapped.size() > visible ? wrapped.size() - visible : 0;
  const std::size_t first = std::min(scroll, last);
  for (std::size_t i = first; i < std::min(wrapped.size(), first + visible); ++i) {
    draw_line(canvas, wrapped[i], "line." + std::to_string(i), body.x,
              body.y + static_cast<float>(i - first) * kLineHeight);
  }
  draw_scroll_bar(canvas, {body.x, body.y, body.width + 14, body.height}, first, visible,
                  wrapped.size());

  Focusable item;
  item.id = id;
  item.rect = {body.x - 16, body.y - 8, body.width + 32, body.height + 16};
  item.accept = accept;
  for (const Action action : kListKeys) {
    auto to = place_after(action, first, visible, last + 1);
    if (!to) continue;
    if (action == Action::up) to = first > kStep ? first - kStep : 0;
    if (action == Action::down) to = std::min(first + kStep, last);
    item.arrows[static_cast<std::size_t>(action)] = scroll_to(*to);
  }
  text_focusable(canvas, std::move(item));
}

namespace {

// A line as it is drawn: a piece of a longer one, or all of it.
struct Row {
  Line line;
  std::size_t source = 0;
  bool opens = false;  ///< Has the sign that something can be folded.
};

std::vector<Row> rows_of(const DeveloperModel& developer, std::size_t columns) {
  std::vector<Row> rows;
  for (const ShownLine& shown : developer.shown_lines()) {
    bool opens = shown.opens;
    for (Line& piece : wrap_lines({shown.line}, columns)) {
      rows.push_back({std::move(piece), shown.source, std::exchange(opens, false)});
    }
  }
  return rows;
}

// Lines with one that up and down move, and that can be folded.
void draw_body(Canvas& canvas, const DeveloperModel& developer, const Rect& body) {
  const std::vector<Row> rows = rows_of(developer, columns_in(canvas, body));
  if (rows.empty()) return;
  const std::size_t visible = lines_in(body);
  const std::size_t last = rows.size() > visible ? rows.size() - visible : 0;
  const std::size_t cursor = std::min(developer.scroll(), rows.size() - 1);
  const std::size_t first = std::min(last, cursor > visible / 2 ? cursor - visible / 2 : 0);
  for (std::size_t i = first; i < std::min(rows.size(), first + visible); ++i) {
    const float y = body.y + static_cast<float>(i - first) * kLineHeight;
    const float middle = y + kLineHeight / 2;
    if (i == cursor && canvas.has_focus("detail")) {
      canvas.line(body.x - 8, middle, body.right() + 8, middle, kLineHeight, theme::kSelected);
    }
    if (rows[i].opens) {
      const bool folded = developer.folded(rows[i].source);
      canvas.arrow(body.x - 20, middle - 7, 14, folded ? Action::right : Action::down,
                   theme::kMuted);
    }
    draw_line(canvas, rows[i].line, "line." + std::to_string(i), body.x, y);
  }
  draw_scroll_bar(canvas, {body.x, body.y, body.width + 14, body.height}, first, visible,
                  rows.size());
  Focusable item;
  item.id = "detail";
  item.rect = {body.x - 16, body.y - 8, body.width + 32, body.height + 16};
  item.first = true;  // where there is no list beside it
  item.accept = rows[cursor].opens
                    ? Intent{Intent::Kind::toggle_fold, static_cast<int>(rows[cursor].source)}
                    : Intent{Intent::Kind::toggle_raw, 0};
  for (const Action action : kListKeys) {
    const auto to = place_after(action, cursor, visible, rows.size());
    if (to) item.arrows[static_cast<std::size_t>(action)] = scroll_to(*to);
  }
  text_focusable(canvas, std::move(item));
  for (std::size_t i = first; i < std::min(rows.size(), first + visible); ++i) {
    if (!rows[i].opens) continue;
    Focusable line;
    line.id = "fold." + std::to_string(rows[i].source);
    line.rect = {body.x - 16, body.y + static_cast<float>(i - first) * kLineHeight, body.width + 32,
                 kLineHeight};
    line.accept = {Intent::Kind::toggle_fold, static_cast<int>(rows[i].source)};
    line.click_only = true;
    canvas.focusable(std::move(line), 0);
  }
}

}  // namespace

void draw_exchange_detail(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                          const Rect& rect) {
  canvas.box("detail", rect, theme::kCardRadius, theme::kCard, theme::kLine);
  if (developer.listed().empty()) return;
  const float top = draw_head(canvas, developer, say, rect) + 14;
  const Rect body{rect.x + kPadding, top, rect.width - 2 * kPadding,
                  rect.bottom() - top - kPadding + 8};
  if (developer.side() == Side::timings) {
    draw_timings(canvas, developer.rows()[developer.selected()].timing, say, body);
    return;
  }
  draw_body(canvas, developer, body);
}

}  // namespace deviceflow::demo
