// The waits of a login on an axis, and why the selected one is as long as it is.
#include <algorithm>
#include <array>

#include "developer_parts.hpp"
#include "model/selection.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 30;
constexpr float kAxisRoom = 86;     // left of the chart, for the lengths
constexpr float kTimesHeight = 76;  // below the chart
constexpr float kLegendSign = 28;
constexpr float kLegendHeight = 42;
constexpr float kLeastMark = 3;
constexpr float kTickWidth = 150;
constexpr float kTickHeight = 44;
constexpr int kMostTicksUp = 5;

Color color_of(WaitReason reason) {
  switch (reason) {
    case WaitReason::first:
    case WaitReason::pending: return theme::kMuted;
    case WaitReason::slow_down: return theme::kWarning;
    case WaitReason::retry_after:
    case WaitReason::fault: return theme::kLink;
    case WaitReason::last_chance:
    case WaitReason::none_fits: return theme::kBad;
  }
  return theme::kMuted;
}

// Where the chart is, and what its axes mean.
struct Chart {
  Rect rect;
  TimeSpan span;
  SteadyTime::duration tallest{0};

  float x(SteadyTime time) const {
    const auto part = std::chrono::duration<float>(time - span.from) /
                      std::chrono::duration<float>(span.until - span.from);
    return rect.x + rect.width * std::clamp(part, 0.0F, 1.0F);
  }
  float y(SteadyTime::duration length) const {
    const auto part = std::chrono::duration<float>(length) / std::chrono::duration<float>(tallest);
    return rect.bottom() - rect.height * std::clamp(part, 0.0F, 1.0F);
  }
};

// Answers its height.
float draw_summary(Canvas& canvas, const Timeline& timeline, const Language& say,
                   const Rect& rect) {
  int slow = 0;
  int faults = 0;
  for (const Wait& wait : timeline.waits()) {
    if (wait.interval > wait.before) ++slow;
    if (!wait.fault.empty()) ++faults;
  }
  // Each wait but the first follows a poll, and one that ended the login may come on top.
  const std::size_t polls = timeline.waits().size() - 1 + timeline.dropped();
  const std::string words =
      say("timeline.summary", {{"polls", std::to_string(polls + (timeline.good() ? 1 : 0))},
                               {"slow", std::to_string(slow)},
                               {"faults", std::to_string(faults)},
                               {"interval", seconds_text(timeline.waits().back().interval)},
                               {"end", clock_text(timeline.expires_at() - timeline.issued())}});
  float most = rect.width;
  if (timeline.over()) {
    const Extent size = canvas.measure(TextStyle::panel_label, timeline.outcome());
    canvas.text("timeline.outcome", TextStyle::panel_label, rect.right() - size.width, rect.y,
                timeline.outcome(), timeline.good() ? theme::kGood : theme::kBad);
    most -= size.width + kPadding;
  }
  return canvas.paragraph("timeline.summary", TextStyle::panel, rect.x, rect.y, most, words,
                          theme::kMuted, 3);
}

void draw_axes(Canvas& canvas, const Timeline& timeline, const Chart& chart) {
  const auto up =
      tick_step(chart.tallest,
                std::clamp(static_cast<int>(chart.rect.height / kTickHeight), 1, kMostTicksUp));
  for (std::chrono::seconds at{0}; at <= chart.tallest; at += up) {
    const float y = chart.y(at);
    canvas.line(chart.rect.x, y, chart.rect.right(), y, 1, theme::kLine);
    const std::string label = seconds_text(at);
    const Extent size = canvas.measure(TextStyle::panel, label);
    canvas.text("timeline.length." + label, TextStyle::panel, chart.rect.x - 14 - size.width,
                y - size.height / 2, label, theme::kMuted);
  }
  const auto across = tick_step(chart.span.until - chart.span.from,
                                std::max(1, static_cast<int>(chart.rect.width / kTickWidth)));
  const auto begin = chart.span.from - timeline.issued();
  for (auto at = std::chrono::ceil<std::chrono::seconds>(begin) / across * across;
       timeline.issued() + at <= chart.span.until; at += across) {
    if (at < begin) continue;
    const float x = chart.x(timeline.issued() + at);
    canvas.line(x, chart.rect.bottom(), x, chart.rect.bottom() + 10, 2, theme::kLine);
    const std::string label = clock_text(at);
    const float width = canvas.measure(TextStyle::panel, label).width;
    canvas.text("timeline.time." + label, TextStyle::panel, x - width / 2, chart.rect.bottom() + 26,
                label, theme::kMuted);
  }
}

void draw_marks(Canvas& canvas, const Chart& chart, const std::vector<Mark>& marks,
                std::size_t selected) {
  const float base = chart.rect.bottom();
  for (const Mark& mark : marks) {
    const float from = chart.rect.x + mark.from * chart.rect.width;
    const float until = chart.rect.x + mark.until * chart.rect.width;
    const float gap = until - from > 3 * kLeastMark ? 2.0F : 0.0F;
    const float top = std::min(chart.y(mark.longest), base - 2);
    const bool chosen = mark.first <= selected && selected <= mark.last;
    Color fill = color_of(mark.reason);
    if (!chosen) fill.alpha = 0.45F;
    canvas.line((from + until) / 2, base, (from + until) / 2, top,
                std::max(1.0F, until - from - gap), fill);
    if (chosen) canvas.dot((from + until) / 2, base + 14, 6, theme::kText);
  }
  // The interval in force, as steps over the bars.
  float y = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const float from = chart.rect.x + marks[i].from * chart.rect.width;
    const float until = chart.rect.x + marks[i].until * chart.rect.width;
    const float next = chart.y(marks[i].interval);
    if (i > 0) canvas.line(from, y, from, next, 3, theme::kAccent);
    canvas.line(from, next, until, next, 3, theme::kAccent);
    y = next;
  }
}

// In as many lines as it takes. Answers its height.
float draw_legend(Canvas& canvas, const Language& say, const Rect& rect) {
  float x = rect.x;
  float y = rect.y;
  const auto entry = [&](std::string_view id, std::string_view words, Color color) {
    const float width = kLegendSign + canvas.measure(TextStyle::panel, words).width;
    if (x > rect.x && x + width > rect.right()) {
      x = rect.x;
      y += kLegendHeight;
    }
    canvas.dot(x + 8, y + 14, 8, color);
    canvas.text(id, TextStyle::panel, x + kLegendSign, y, words, theme::kMuted);
    x += width + 36;
  };
  entry("legend.interval", say("timeline.legend.interval"), theme::kAccent);
  entry("legend.plain", say("timeline.legend.plain"), color_of(WaitReason::pending));
  entry("legend.slow_down", "slow_down", color_of(WaitReason::slow_down));
  entry("legend.back_off", say("timeline.legend.back_off"), color_of(WaitReason::fault));
  entry("legend.end", say("timeline.legend.end"), color_of(WaitReason::last_chance));
  return y + kLegendHeight - rect.y;
}

// What the longest explanation takes, so that the chart keeps its size.
float why_height(Canvas& canvas, const Language& say, float width) {
  float most = 0;
  for (const WaitReason reason : kWaitReasons) {
    Wait wait;
    wait.reason = reason;
    wait.fault = "temporarily_unavailable";
    most = std::max(most, canvas.paragraph_height(TextStyle::panel, width, explain(wait, say)));
  }
  return most;
}

void draw_selected(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                   const Rect& rect) {
  const Timeline& timeline = developer.timeline();
  const Wait& wait = timeline.waits()[developer.selected_wait()];
  const std::string title =
      say("timeline.wait",
          {{"number", std::to_string(timeline.dropped() + developer.selected_wait() + 1)},
           {"count", std::to_string(timeline.dropped() + timeline.waits().size())},
           {"length", seconds_text(wait.until - wait.from)},
           {"from", clock_text(wait.from - timeline.issued())},
           {"until", clock_text(wait.until - timeline.issued())}});
  canvas.text("wait.title", TextStyle::panel_label, rect.x, rect.y, title, theme::kText);
  canvas.paragraph("wait.why", TextStyle::panel, rect.x, rect.y + 40, rect.width,
                   explain(wait, say), theme::kText);
}

Focusable chart_focus(const DeveloperModel& developer, const Rect& rect) {
  Focusable item;
  item.id = "timeline";
  item.rect = rect;
  item.first = true;
  item.accept = {Intent::Kind::zoom_in, 0};
  const auto to = [](std::size_t index) {
    return Intent{Intent::Kind::select_wait, static_cast<int>(index)};
  };
  constexpr std::size_t kPage = 10;
  const auto key = [&](Action pressed, Action moves) {
    const auto place =
        place_after(moves, developer.selected_wait(), kPage, developer.timeline().waits().size());
    if (place) item.arrows[static_cast<std::size_t>(pressed)] = to(*place);
  };
  key(Action::left, Action::up);
  key(Action::right, Action::down);
  for (const Action action : {Action::page_up, Action::page_down, Action::first, Action::last}) {
    key(action, action);
  }
  return item;
}

}  // namespace

void draw_timeline(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                   const Rect& rect) {
  canvas.box("timeline", rect, theme::kCardRadius, theme::kCard, theme::kLine);
  const Timeline& timeline = developer.timeline();
  if (timeline.waits().empty()) {
    canvas.paragraph("timeline.none", TextStyle::panel, rect.x + kPadding, rect.y + kPadding,
                     rect.width - 2 * kPadding,
                     say("timeline.empty", {{"login", say("action.login")}}), theme::kMuted);
    return;
  }
  const Rect room{rect.x + kPadding, rect.y + 24, rect.width - 2 * kPadding, rect.height - 24 - 18};
  const float top = room.y + draw_summary(canvas, timeline, say, room) + 26;
  const float selected = 40 + why_height(canvas, say, room.width);
  const float legend = canvas.dry_run([&] { return draw_legend(canvas, say, room); });
  const float below = room.bottom() - selected - legend;
  Chart chart;
  chart.rect = {room.x + kAxisRoom, top, room.width - kAxisRoom, below - kTimesHeight - top};
  chart.span = shown_span(timeline, developer.selected_wait(), developer.zoom());
  const auto marks = marks_of(timeline.waits(), chart.span,
                              static_cast<std::size_t>(chart.rect.width / kLeastMark));
  for (const Mark& mark : marks) {
    chart.tallest = std::max({chart.tallest, mark.longest, SteadyTime::duration(mark.interval)});
  }
  chart.tallest += chart.tallest / 10;
  draw_axes(canvas, timeline, chart);
  draw_marks(canvas, chart, marks, developer.selected_wait());
  draw_legend(canvas, say, {room.x, below, room.width, legend});
  draw_selected(canvas, developer, say, {room.x, below + legend, room.width, selected});
  canvas.focusable(chart_focus(developer, rect), theme::kCardRadius);
}

}  // namespace deviceflow::demo
