#include <algorithm>
#include <cmath>

#include "code_points.hpp"
#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 28;
constexpr float kLinkHeight = 48;
constexpr float kLinkGap = 40;
constexpr float kLineHeight = 30;
constexpr int kStep = 3;  // lines that one press of an arrow scrolls

// Words to choose from, in as many lines as they take.
class Links {
 public:
  Links(Canvas& canvas, const Rect& rect) : canvas_(canvas), rect_(rect), x_(rect.x), y_(rect.y) {}

  void add(std::string_view id, std::string_view label, Intent::Kind intent, bool active = false) {
    const TextStyle style = active ? TextStyle::panel_label : TextStyle::panel;
    const float width = canvas_.measure(style, label).width;
    if (x_ > rect_.x && x_ + width > rect_.right()) {
      x_ = rect_.x;
      y_ += kLinkHeight;
    }
    const Extent size = canvas_.text(std::string(id) + ".label", style, x_, y_, label,
                                     active ? theme::kText : theme::kMuted);
    if (active) canvas_.line(x_, y_ + 36, x_ + size.width, y_ + 36, 3, theme::kAccent);
    Focusable item;
    item.id = id;
    item.rect = {x_ - 12, y_ - 8, size.width + 24, size.height + 18};
    item.accept = {intent, 0};
    canvas_.focusable(std::move(item), 10);
    x_ += size.width + kLinkGap;
  }
  float bottom() const { return y_ + kLinkHeight; }

 private:
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
  if (side != Side::timings) {
    links.add("raw", say(developer.raw() ? "developer.pretty" : "developer.raw"),
              Intent::Kind::toggle_raw);
  }
  return links.bottom();
}

void draw_lines(Canvas& canvas, const std::vector<Line>& lines, std::size_t first,
                std::size_t count, float x, float top) {
  for (std::size_t i = first; i < std::min(lines.size(), first + count); ++i) {
    const float y = top + static_cast<float>(i - first) * kLineHeight;
    float at = x;
    int number = 0;
    for (const Span& span : lines[i]) {
      const std::string id = "line." + std::to_string(i) + "." + std::to_string(number++);
      at += canvas.text(id, TextStyle::panel_mono, at, y, span.text, color_of(span.ink)).width;
    }
  }
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
      out.back().push_back({span.ink, {}});
      for (const CodePoint& point : code_points(span.text)) {
        if (used == columns) {
          out.emplace_back();
          out.back().push_back({span.ink, {}});
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
  const float one = canvas.measure(TextStyle::panel_mono, "0").width;
  const auto columns = static_cast<std::size_t>(std::max(8.0F, std::floor(body.width / one)));
  const std::vector<Line> wrapped = wrap_lines(lines, columns);
  const auto visible = static_cast<std::size_t>(std::max(1.0F, body.height / kLineHeight));
  const std::size_t last = wrapped.size() > visible ? wrapped.size() - visible : 0;
  const std::size_t first = std::min(scroll, last);
  draw_lines(canvas, wrapped, first, visible, body.x, body.y);
  draw_scroll_bar(canvas, {body.x, body.y, body.width + 14, body.height}, first, visible,
                  wrapped.size());

  Focusable item;
  item.id = id;
  item.rect = {body.x - 16, body.y - 8, body.width + 32, body.height + 16};
  item.accept = accept;
  item.first = true;  // where there is no list beside it
  const auto to = [](std::size_t line) {
    return Intent{Intent::Kind::scroll_to, static_cast<int>(line)};
  };
  if (first > 0) {
    item.arrows[static_cast<std::size_t>(Action::up)] = to(first > kStep ? first - kStep : 0);
  }
  if (first < last) {
    item.arrows[static_cast<std::size_t>(Action::down)] = to(std::min(first + kStep, last));
  }
  canvas.focusable(std::move(item), 16);
}

void draw_exchange_detail(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                          const Rect& rect) {
  canvas.box("detail", rect, theme::kCardRadius, theme::kCard, theme::kLine);
  if (developer.rows().empty()) return;
  const float top = draw_head(canvas, developer, say, rect) + 14;
  const Rect body{rect.x + kPadding, top, rect.width - 2 * kPadding,
                  rect.bottom() - top - kPadding + 8};
  if (developer.side() == Side::timings) {
    draw_timings(canvas, developer.rows()[developer.selected()].timing, say, body);
    return;
  }
  draw_scrolled(canvas, "detail", developer.lines(), developer.scroll(),
                {Intent::Kind::toggle_raw, 0}, body);
}

}  // namespace deviceflow::demo
