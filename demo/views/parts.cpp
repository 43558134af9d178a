#include "parts.hpp"

#include <string>

namespace deviceflow::demo {

namespace {

constexpr float kButtonPadding = 46;
constexpr float kPanelPadding = 26;
constexpr float kTabGap = 56;
constexpr float kHeaderY = 70;

struct ButtonLook {
  TextStyle style;
  float height;
  float padding;
  float radius;
};
constexpr ButtonLook kLarge{TextStyle::heading, kButtonHeight, kButtonPadding,
                            theme::kButtonRadius};
constexpr ButtonLook kPanel{TextStyle::panel_label, kPanelButtonHeight, kPanelPadding, 16};

float draw_button(Canvas& canvas, float x, float y, const Button& button, const ButtonLook& look) {
  const Extent label = canvas.measure(look.style, button.label);
  const Rect rect{x, y, label.width + 2 * look.padding, look.height};
  const Color fill = button.primary ? theme::kAccent : theme::kRaised;
  canvas.box(button.id, rect, look.radius, fill, button.primary ? fill : theme::kLine);
  canvas.text(std::string(button.id) + ".label", look.style, x + look.padding,
              y + (look.height - label.height) / 2, button.label,
              button.primary ? theme::kAccentInk : theme::kText);
  Focusable item;
  item.id = button.id;
  item.rect = rect;
  item.accept = button.intent;
  item.first = button.first;
  canvas.focusable(std::move(item), look.radius);
  return rect.right();
}

void draw_tab(Canvas& canvas, float x, std::string_view id, std::string_view label, bool active,
              Intent::Kind intent) {
  const TextStyle style = active ? TextStyle::label : TextStyle::small;
  const Extent size =
      canvas.text(id, style, x, kHeaderY, label, active ? theme::kText : theme::kMuted);
  if (active) {
    canvas.line(x - 4, kHeaderY + 46, x + size.width + 4, kHeaderY + 46, 4, theme::kAccent);
  }
  Focusable item;
  item.id = id;
  item.rect = {x - 18, kHeaderY - 12, size.width + 36, size.height + 24};
  item.accept = {intent, 0};
  canvas.focusable(std::move(item), 14);
}

class Hints {
 public:
  explicit Hints(Canvas& canvas)
      : canvas_(canvas), y_(canvas.height() - theme::kMarginY - kHeight) {}

  void arrows(std::initializer_list<Action> directions, std::string_view meaning) {
    const float width = 24 + static_cast<float>(directions.size()) * 32;
    canvas_.box("hint.arrows", {x_, y_, width, kHeight}, 10, theme::kCard, theme::kLine);
    float at = x_ + 16;
    for (const Action direction : directions) {
      canvas_.arrow(at, y_ + 10, 22, direction, theme::kText);
      at += 32;
    }
    say(x_ + width, meaning);
  }

  void key(std::string_view name, std::string_view meaning) {
    const Extent label = canvas_.measure(TextStyle::small, name);
    const float width = label.width + 32;
    const std::string id = "hint." + std::string(name);
    canvas_.box(id, {x_, y_, width, kHeight}, 10, theme::kCard, theme::kLine);
    canvas_.text(id + ".key", TextStyle::small, x_ + 16, y_ + (kHeight - label.height) / 2, name,
                 theme::kText);
    say(x_ + width, meaning);
  }

  /// Where the next hint would stand.
  float end() const noexcept { return x_; }

 private:
  static constexpr float kHeight = 42;

  void say(float x, std::string_view meaning) {
    const Extent size = canvas_.measure(TextStyle::small, meaning);
    canvas_.text("hint." + std::string(meaning), TextStyle::small, x + 14,
                 y_ + (kHeight - size.height) / 2, meaning, theme::kMuted);
    x_ = x + 14 + size.width + 44;
  }

  Canvas& canvas_;
  float x_ = theme::kMarginX;
  float y_;
};

// Something that stands in the way of its screen, and is left first.
bool on_top(const AppModel& model) {
  return model.lan_picker_open() ||
         (model.tab() == Tab::sign_in && model.code() != nullptr && model.code()->enlarged);
}

std::string_view back_meaning(const AppModel& model) {
  const std::string_view back = model.language()("action.back");
  if (model.tab() == Tab::developer || on_top(model)) return back;
  switch (model.screen()) {
    case Screen::home:
    case Screen::signed_in: return {};
    case Screen::connecting:
    case Screen::code: return model.language()("action.cancel");
    default: return back;
  }
}

}  // namespace

float button_row(Canvas& canvas, float x, float y, std::initializer_list<Button> buttons) {
  for (const Button& button : buttons) x = draw_button(canvas, x, y, button, kLarge) + kButtonGap;
  return x;
}

float panel_button(Canvas& canvas, float x, float y, const Button& button) {
  return draw_button(canvas, x, y, button, kPanel);
}

float panel_button_width(const Canvas& canvas, std::string_view label) {
  return canvas.measure(kPanel.style, label).width + 2 * kPanel.padding;
}

void draw_header(Canvas& canvas, const AppModel& model) {
  const Language& say = model.language();
  canvas.dot(theme::kMarginX + 8, kHeaderY + 20, 8, theme::kAccent);
  canvas.text("device", TextStyle::heading, theme::kMarginX + 32, kHeaderY - 2, say("device"),
              theme::kText);
  const bool developer = model.tab() == Tab::developer;
  const float right = canvas.width() - theme::kMarginX;
  const TextStyle second = developer ? TextStyle::label : TextStyle::small;
  const TextStyle first = developer ? TextStyle::small : TextStyle::label;
  const float developer_x = right - canvas.measure(second, say("action.developer")).width;
  const float sign_in_x =
      developer_x - kTabGap - canvas.measure(first, say("action.sign_in")).width;
  if (on_top(model)) return;
  draw_tab(canvas, sign_in_x, "tab.sign_in", say("action.sign_in"), !developer,
           Intent::Kind::show_sign_in);
  draw_tab(canvas, developer_x, "tab.developer", say("action.developer"), developer,
           Intent::Kind::show_developer);
}

void draw_footer(Canvas& canvas, const AppModel& model) {
  Hints hints(canvas);
  hints.arrows({Action::up, Action::down, Action::left, Action::right},
               model.language()("action.move"));
  hints.key("Enter", model.language()("action.choose"));
  if (const auto meaning = back_meaning(model); !meaning.empty()) hints.key("Esc", meaning);

  std::string whom = model.facts().provider;
  if (!model.facts().client_id.empty()) whom += " · " + model.facts().client_id;
  const float most = std::min(canvas.width() / 2, canvas.width() - hints.end()) - theme::kMarginX;
  const float width = std::min(most, canvas.measure(TextStyle::small, whom).width);
  canvas.text_within("whom", TextStyle::small, canvas.width() - theme::kMarginX - width,
                     canvas.height() - theme::kMarginY - 38, most, whom, theme::kMuted);
}

Rect content_area(const Canvas& canvas) {
  constexpr float kTop = 150;
  constexpr float kBottom = theme::kMarginY + 42 + 30;
  return {theme::kMarginX, kTop, canvas.width() - 2 * theme::kMarginX,
          canvas.height() - kTop - kBottom};
}

}  // namespace deviceflow::demo
