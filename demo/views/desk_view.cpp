// The sandbox's desk: decide the running login, break its next poll, and watch what it does.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "app_view.hpp"
#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;
constexpr float kPadding = 26;
constexpr float kLine = 36;
constexpr float kLeftPart = 0.47F;

std::string label_key(DeskPress press) {
  return "desk.press." + std::string(name(press));
}

// The login in words, and what to do where there is none.
std::string standing(const AppModel& model) {
  const Language& say = model.language();
  if (model.desk_open()) return std::string(say("desk.waits"));
  if (!model.facts().sandbox) return std::string(say("desk.no_sandbox"));
  return say("desk.no_login", {{"login", say("action.login")}});
}

// Where the next card may begin.
float draw_buttons(Canvas& canvas, const AppModel& model, const Rect& area) {
  const Language& say = model.language();
  constexpr std::array<std::string_view, kDeskPresses> kIds{
      "desk.approve", "desk.deny",  "desk.slow_down",    "desk.bad_gateway",
      "desk.silence", "desk.reset", "desk.expired_token"};
  std::vector<Button> buttons;
  const bool open = model.desk_open();
  if (model.facts().sandbox) {
    buttons.push_back(
        {"desk.log_in", say("action.login"), {Intent::Kind::log_in, 0}, !open, !open, open});
  }
  for (int i = 0; i < kDeskPresses; ++i) {
    const auto press = static_cast<DeskPress>(i);
    const std::string key = label_key(press);
    Button button{kIds[static_cast<std::size_t>(i)], say(key), {Intent::Kind::press_desk, i}};
    button.inert = !open;
    button.primary = press == DeskPress::approve && open;
    button.first = button.primary;
    buttons.push_back(button);
  }
  return panel_buttons(canvas, area, buttons, {});
}

Color color_of_result(DeskResult result) {
  if (result == DeskResult::done) return theme::kText;
  return result == DeskResult::unreachable ? theme::kBad : theme::kWarning;
}

std::string entry_words(const DeskModel::Entry& entry, const Language& say) {
  const std::string press = label_key(entry.press);
  if (entry.result != DeskResult::done) {
    const std::string key = "desk.result." + std::string(name(entry.result));
    return say(key, {{"press", std::string(say(press))}});
  }
  const std::string key = "desk.done." + std::string(name(entry.press));
  return std::string(say(key));
}

void draw_log(Canvas& canvas, const DeskModel& desk, const Language& say, const Rect& rect) {
  canvas.box("desk.log", rect, theme::kButtonRadius, theme::kCard, theme::kLine);
  const float x = rect.x + kPadding;
  const float width = rect.width - 2 * kPadding;
  float y = rect.y + 14;
  canvas.text("desk.log.title", TextStyle::panel_label, x, y, say("desk.log"), theme::kMuted);
  y += kLine;
  if (desk.log().empty()) {
    canvas.paragraph("desk.log.empty", TextStyle::panel, x, y, width, say("desk.log.empty"),
                     theme::kMuted, 2);
  }
  int number = 0;
  for (const DeskModel::Entry& entry : desk.log()) {
    const std::string words = entry_words(entry, say);
    const float height = canvas.paragraph_height(TextStyle::panel, width, words, 3);
    if (y + height > rect.bottom() - 8) break;
    canvas.paragraph("desk.log." + std::to_string(number), TextStyle::panel, x, y, width, words,
                     number == 0 ? color_of_result(entry.result) : theme::kMuted, 3);
    y += height + 8;
    ++number;
  }
}

void draw_polls(Canvas& canvas, const Timeline& timeline, const Language& say, const Rect& rect) {
  canvas.box("desk.polls", rect, theme::kButtonRadius, theme::kCard, theme::kLine);
  const float x = rect.x + kPadding;
  const float width = rect.width - 2 * kPadding;
  canvas.text("desk.polls.title", TextStyle::panel_label, x, rect.y + 14, say("desk.polls"),
              theme::kMuted);
  constexpr float kNumber = 72;
  const float column = kNumber + 0.4F * (width - kNumber);
  const auto rows =
      static_cast<std::size_t>(std::max(1.0F, (rect.height - 14 - kLine - 10) / kLine));
  const auto polls = newest_polls(timeline, say, rows);
  float y = rect.y + 14 + kLine;
  if (polls.empty()) {
    canvas.paragraph("desk.polls.empty", TextStyle::panel, x, y, width, say("desk.polls.empty"),
                     theme::kMuted, 2);
  }
  for (const DeskPoll& poll : polls) {
    const std::string id = "desk.poll." + std::to_string(poll.number);
    if (poll.number > 0) {
      canvas.text(id + ".number", TextStyle::panel, x, y, std::to_string(poll.number),
                  theme::kMuted);
    }
    canvas.text_within(id + ".result", TextStyle::panel, x + kNumber, y, column - kNumber - 16,
                       poll.result, color_of(poll.ink));
    canvas.text_within(id + ".then", TextStyle::panel, x + column, y, width - column, poll.then,
                       theme::kMuted);
    y += kLine;
  }
}

}  // namespace

void draw_desk(Canvas& canvas, const AppModel& model, const Rect& rect) {
  const Language& say = model.language();
  const float words = canvas.paragraph("desk.standing", TextStyle::panel, rect.x, rect.y,
                                       rect.width, standing(model), theme::kText, 3);
  const float y = rect.y + words + 12;
  const float top = draw_buttons(canvas, model, {rect.x, y, rect.width, rect.bottom() - y}) + kGap;
  const Rect rest{rect.x, top, rect.width, rect.bottom() - top};
  const DeveloperModel& developer = model.developer();
  if (canvas.small()) {
    const float half = (rest.height - kGap) / 2;
    draw_log(canvas, developer.desk(), say, {rest.x, rest.y, rest.width, half});
    draw_polls(canvas, developer.timeline(), say, {rest.x, rest.bottom() - half, rest.width, half});
    return;
  }
  const Rect log{rest.x, rest.y, kLeftPart * rest.width, rest.height};
  draw_log(canvas, developer.desk(), say, log);
  draw_polls(canvas, developer.timeline(), say,
             {log.right() + kGap, rest.y, rest.width - log.width - kGap, rest.height});
}

}  // namespace deviceflow::demo
