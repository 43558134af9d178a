// Where the time of exchanges went: a bar in the table, and each phase in words.
#include <algorithm>

#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kLineHeight = 38;
constexpr float kLeastPart = 1.5F;
constexpr float kLeastBar = 4;
constexpr Color kViolet{0xC39BF5};

Color color_of(Phase phase) {
  switch (phase) {
    case Phase::queue: return theme::kMuted;
    case Phase::connect: return theme::kWarning;
    case Phase::tls: return kViolet;
    case Phase::wait: return theme::kAccent;
    case Phase::receive: return theme::kLink;
    case Phase::unanswered: return theme::kBad;
  }
  return theme::kMuted;
}

}  // namespace

void draw_bar(Canvas& canvas, const Bar& bar, const Rect& rect) {
  if (bar.parts.empty()) return;
  const float middle = rect.y + rect.height / 2;
  // Room at the end, so that the last one is seen however short it is.
  const float width = rect.width - kLeastBar - kLeastPart * static_cast<float>(bar.parts.size());
  float x = rect.x + bar.parts.front().from * width;
  const float begin = x;
  for (const Bar::Part& part : bar.parts) {
    const bool last = &part == &bar.parts.back();
    float end = std::max(x + kLeastPart, rect.x + part.until * width);
    if (last) end = std::max(end, begin + kLeastBar);
    canvas.line(x, middle, end, middle, rect.height, color_of(part.phase));
    x = end;
  }
}

void draw_timings(Canvas& canvas, const Timing& timing, const Language& say, const Rect& rect) {
  float words = 0;
  for (const PhaseLength& one : timing.phases) {
    words = std::max(words, canvas.measure(TextStyle::panel, say(title_of(one.phase))).width);
  }
  words = std::max(words, canvas.measure(TextStyle::panel_label, say("timings.total")).width);
  const float number = canvas.measure(TextStyle::panel_mono, "88.88 ms").width;
  const float chart = rect.x + words + number + 48;
  const Bar bar = waterfall({&timing}).front();
  float y = rect.y;
  const auto row = [&](std::string_view key, TextStyle style, std::chrono::microseconds length) {
    const std::string text = phase_text(length);
    const float width = canvas.measure(TextStyle::panel_mono, text).width;
    canvas.text(key, style, rect.x, y, say(key), theme::kText);
    canvas.text(std::string(key) + ".length", TextStyle::panel_mono,
                rect.x + words + 24 + number - width, y, text, theme::kText);
  };
  for (std::size_t i = 0; i < timing.phases.size(); ++i) {
    row(title_of(timing.phases[i].phase), TextStyle::panel, timing.phases[i].length);
    draw_bar(canvas, {{bar.parts[i]}}, {chart, y + 5, rect.right() - chart, 18});
    y += kLineHeight;
  }
  row("timings.total", TextStyle::panel_label, timing.length());
  y += kLineHeight + 10;
  if (timing.phases.front().phase == Phase::unanswered) return;
  canvas.paragraph("timings.connection", TextStyle::panel, rect.x, y, rect.width,
                   say(timing.new_connection ? "timings.new" : "timings.kept"), theme::kMuted);
}

}  // namespace deviceflow::demo
