// The machine: its states as boxes, its transitions as arrows, and where the login stands. In a
// small window the states are a list.
#include <algorithm>
#include <array>
#include <optional>

#include "developer_parts.hpp"
#include "machine_layout.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 26;
constexpr float kGap = 20;
constexpr float kWordsHeight = 116;
constexpr float kLine = 3;
constexpr float kHead = 18;
constexpr float kLabelGap = 10;
constexpr float kLabelHeight = 28;
constexpr float kRow = 42;
constexpr float kListPart = 0.36F;

std::string id_of(std::string_view kind, LoginState state) {
  return "machine." + std::string(kind) + "." + std::string(name(state));
}

bool is_last(const MachineModel& machine, const MachineArrow& arrow) {
  const auto& last = machine.last();
  return last && last->state == arrow.from && last->next == arrow.to;
}

// Which step was the last, or what to do where there is none.
std::string last_words(const MachineModel& machine, const Language& say) {
  if (!machine.known()) return say("machine.none", {{"login", say("action.login")}});
  const auto& last = machine.last();
  if (!last) return {};
  return say("machine.last", {{"from", std::string(name(last->state))},
                              {"event", std::string(name(last->event))},
                              {"to", std::string(name(last->next))}});
}

// "now", or how it ended; empty for every state but the current one.
std::string state_words(const MachineModel& machine, LoginState state, const Language& say) {
  if (!machine.known() || state != machine.state()) return {};
  return machine.outcome().empty() ? std::string(say("machine.now")) : machine.outcome();
}

// What is to be said of the selected state. Answers where the next line stands.
float draw_words(Canvas& canvas, const MachineModel& machine, const Language& say, float x, float y,
                 float width) {
  canvas.text("machine.selected", TextStyle::panel_label, x, y, name(machine.selected()),
              theme::kText);
  const std::string key = "machine.state." + std::string(name(machine.selected()));
  return y + 36 +
         canvas.paragraph("machine.why", TextStyle::panel, x, y + 36, width, say(key), theme::kText,
                          6);
}

void draw_line(Canvas& canvas, const std::vector<Point>& way, float thickness, Color color) {
  for (std::size_t i = 1; i < way.size(); ++i) {
    canvas.line(way[i - 1].x, way[i - 1].y, way[i].x, way[i].y, thickness, color);
  }
  const Point end = way.back();
  const Point before = way[way.size() - 2];
  const float half = kHead / 2;
  if (end.x != before.x) {
    const bool right = end.x > before.x;
    canvas.arrow(end.x - (right ? kHead : 0), end.y - half, kHead,
                 right ? Action::right : Action::left, color);
  } else {
    const bool down = end.y > before.y;
    canvas.arrow(end.x - half, end.y - (down ? kHead : 0), kHead, down ? Action::down : Action::up,
                 color);
  }
}

void draw_labels(Canvas& canvas, const MachineModel& machine, const MachineArrow& arrow,
                 const MachineRoute& route) {
  const bool outgoing = arrow.from == machine.selected();
  const float x = route.label.x;
  float y = route.label.y;
  for (const LoginEvent event : arrow.events) {
    const bool taken = is_last(machine, arrow) && machine.last()->event == event;
    const TextStyle style = taken ? TextStyle::panel_label : TextStyle::panel;
    const float width = canvas.measure(style, name(event)).width;
    const float left = route.align == LabelAlign::left     ? x
                       : route.align == LabelAlign::middle ? x - width / 2
                                                           : x - width;
    const std::string id = "machine.arrow." + std::string(name(arrow.from)) + "." +
                           std::string(name(event)) + "." + std::string(name(arrow.to));
    canvas.text(id, style, left, y, name(event),
                taken      ? theme::kAccent
                : outgoing ? theme::kText
                           : theme::kMuted);
    y += kLabelHeight;
  }
}

void draw_arrow(Canvas& canvas, const MachineModel& machine, const MachineArrow& arrow,
                const MachineLayout& layout) {
  const auto route = layout.route(arrow.from, arrow.to);
  if (!route) return;
  const bool last = is_last(machine, arrow);
  Color color = last                               ? theme::kAccent
                : arrow.from == machine.selected() ? theme::kText
                                                   : theme::kMuted;
  if (!last && arrow.from != machine.selected()) color.alpha = 0.45F;
  draw_line(canvas, route->way, last ? 2 * kLine : kLine, color);
  draw_labels(canvas, machine, arrow, *route);
}

void draw_state(Canvas& canvas, const MachineModel& machine, LoginState state, const Language& say,
                const Rect& rect) {
  const bool lit = machine.known() && state == machine.state();
  const bool chosen = state == machine.selected();
  const Color fill = lit ? theme::kAccent : chosen ? theme::kSelected : theme::kRaised;
  canvas.box(id_of("state", state), rect, 16, fill,
             chosen ? theme::kText
             : lit  ? fill
                    : theme::kLine);
  const Color ink = lit ? theme::kAccentInk : theme::kText;
  const std::string word = state_words(machine, state, say);
  const Extent title = canvas.measure(TextStyle::panel_label, name(state));
  const float middle = rect.x + rect.width / 2;
  const float most = rect.width - 16;
  const float below = std::min(most, canvas.measure(TextStyle::panel, word).width);
  const float y = rect.y + (rect.height - (word.empty() ? 1 : 2) * title.height) / 2;
  canvas.text(id_of("name", state), TextStyle::panel_label, middle - title.width / 2, y,
              name(state), ink);
  if (word.empty()) return;
  canvas.text_within("machine.word", TextStyle::panel, middle - below / 2, y + title.height, most,
                     word, ink);
}

Intent select(LoginState state) {
  return {Intent::Kind::select_state, static_cast<int>(state)};
}

// One focusable for all, whose arrows move the selection; each state can be clicked.
void make_focusable(Canvas& canvas, const MachineModel& machine, const Rect& rect,
                    const std::array<Rect, kLoginStateCount>& boxes) {
  Focusable all;
  all.id = "machine";
  all.list = "machine";
  all.rect = rect;
  all.first = true;
  all.accept = select(machine.known() ? machine.state() : machine.selected());
  for (const Action action : {Action::up, Action::down, Action::left, Action::right}) {
    if (const auto next = state_beside(boxes, machine.selected(), action)) {
      all.arrows[static_cast<std::size_t>(action)] = select(*next);
    }
  }
  canvas.focusable(std::move(all), theme::kCardRadius);
  for (int s = 0; s < kLoginStateCount; ++s) {
    Focusable one;
    one.id = id_of("click", static_cast<LoginState>(s));
    one.rect = boxes[static_cast<std::size_t>(s)];
    one.accept = select(static_cast<LoginState>(s));
    one.click_only = true;
    canvas.focusable(std::move(one), 0);
  }
}

void draw_picture(Canvas& canvas, const MachineModel& machine, const Language& say,
                  const Rect& rect) {
  const Rect card{rect.x, rect.y, rect.width, rect.height - kWordsHeight - kGap};
  canvas.box("machine.card", card, theme::kCardRadius, theme::kCard, theme::kLine);
  const MachineLayout layout({card.x + kPadding, card.y + kPadding, card.width - 2 * kPadding,
                              card.height - 2 * kPadding});
  for (const MachineArrow& arrow : machine_arrows()) draw_arrow(canvas, machine, arrow, layout);
  for (int s = 0; s < kLoginStateCount; ++s) {
    const auto state = static_cast<LoginState>(s);
    draw_state(canvas, machine, state, say, layout.box(state));
  }
  make_focusable(canvas, machine, card, layout.boxes());
  const Rect words{rect.x, card.bottom() + kGap, rect.width, kWordsHeight};
  canvas.box("machine.words", words, theme::kButtonRadius, theme::kCard, theme::kLine);
  draw_words(canvas, machine, say, words.x + kPadding, words.y + 12, words.width - 2 * kPadding);
  const std::string last = last_words(machine, say);
  const float width = canvas.measure(TextStyle::panel, last).width;
  canvas.text("machine.last", TextStyle::panel, words.right() - kPadding - width, words.y + 12,
              last, theme::kAccent);
}

void draw_row(Canvas& canvas, const MachineModel& machine, LoginState state, const Language& say,
              const Rect& rect) {
  const bool lit = machine.known() && state == machine.state();
  const bool chosen = state == machine.selected();
  if (chosen) canvas.box(id_of("state", state), rect, 10, theme::kSelected, theme::kSelected);
  const Color ink = lit ? theme::kAccent : theme::kText;
  const TextStyle style = lit ? TextStyle::panel_label : TextStyle::panel;
  const Extent title =
      canvas.text(id_of("name", state), style, rect.x + 14, rect.y + 7, name(state), ink);
  const std::string word = state_words(machine, state, say);
  if (word.empty()) return;
  const float most = rect.width - title.width - 48;
  const float width = std::min(most, canvas.measure(TextStyle::panel, word).width);
  canvas.text_within("machine.word", TextStyle::panel, rect.right() - 14 - width, rect.y + 7, most,
                     word, ink);
}

// Where the selected state leads, one target a line.
float draw_ways(Canvas& canvas, const MachineModel& machine, float x, float y, float width) {
  for (const MachineArrow& arrow : machine_arrows()) {
    if (arrow.from != machine.selected()) continue;
    std::string words = "→ " + std::string(name(arrow.to)) + ": ";
    for (const LoginEvent event : arrow.events) {
      words += (event == arrow.events.front() ? "" : ", ") + std::string(name(event));
    }
    y += canvas.paragraph(id_of("way", arrow.to), TextStyle::panel, x, y, width, words,
                          is_last(machine, arrow) ? theme::kAccent : theme::kText, 3) +
         4;
  }
  return y;
}

void draw_list(Canvas& canvas, const MachineModel& machine, const Language& say, const Rect& rect) {
  const Rect list{rect.x, rect.y, rect.width * kListPart, rect.height};
  const Rect side{list.right() + kGap, rect.y, rect.width - list.width - kGap, rect.height};
  canvas.box("machine.card", list, theme::kCardRadius, theme::kCard, theme::kLine);
  canvas.box("machine.words", side, theme::kCardRadius, theme::kCard, theme::kLine);
  std::array<Rect, kLoginStateCount> boxes;
  const float row = std::min(kRow, (list.height - 16) / kLoginStateCount);
  for (int s = 0; s < kLoginStateCount; ++s) {
    const Rect place{list.x + 10, list.y + 8 + static_cast<float>(s) * row, list.width - 20, row};
    boxes[static_cast<std::size_t>(s)] = place;
    draw_row(canvas, machine, static_cast<LoginState>(s), say, place);
  }
  make_focusable(canvas, machine, list, boxes);
  const float width = side.width - 2 * kPadding;
  const float x = side.x + kPadding;
  const float y = draw_words(canvas, machine, say, x, side.y + 14, width) + 8;
  const float last = canvas.paragraph("machine.last", TextStyle::panel, x, y, width,
                                      last_words(machine, say), theme::kAccent, 2);
  draw_ways(canvas, machine, x, y + last + 10, width);
}

}  // namespace

void draw_machine(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                  const Rect& rect) {
  if (canvas.small()) {
    draw_list(canvas, developer.machine(), say, rect);
  } else {
    draw_picture(canvas, developer.machine(), say, rect);
  }
}

}  // namespace deviceflow::demo
