#include "parts.hpp"

#include <initializer_list>
#include <string>

namespace deviceflow::demo {

namespace {

constexpr float kButtonPadding = 46;
constexpr float kPanelGap = 14;
constexpr float kSmallPanelGap = 10;
constexpr float kTabGap = 56;
constexpr float kHeaderY = 70;
constexpr float kSmallHeaderY = 48;
constexpr float kHintHeight = 42;
constexpr float kSmallHintHeight = 36;

struct ButtonLook {
  TextStyle style;
  float height;
  float padding;
  float radius;
};
constexpr ButtonLook kLarge{TextStyle::heading, kButtonHeight, kButtonPadding,
                            theme::kButtonRadius};
constexpr ButtonLook kSmall{TextStyle::label, 62, 24, 18};
constexpr ButtonLook kMiddle{TextStyle::label, 68, 30, 18};
constexpr ButtonLook kPanel{TextStyle::panel_label, 58, 26, 16};
constexpr ButtonLook kSmallPanel{TextStyle::panel_label, 46, 16, 12};

const ButtonLook& large_look(const Canvas& canvas) {
  return canvas.small() ? kSmall : kLarge;
}
// The next smaller one, still large enough for a sofa on a large canvas.
const ButtonLook& middle_look(const Canvas& canvas) {
  return canvas.small() ? kSmallPanel : kMiddle;
}

float button_gap(const Canvas& canvas) {
  return canvas.small() ? 22 : kButtonGap;
}
float panel_gap(const Canvas& canvas) {
  return canvas.small() ? kSmallPanelGap : kPanelGap;
}

// Keys and whom stand in the smallest type where room is short.
TextStyle hint_style(const Canvas& canvas) {
  return canvas.small() ? TextStyle::panel : TextStyle::small;
}
float hint_height(const Canvas& canvas) {
  return canvas.small() ? kSmallHintHeight : kHintHeight;
}
float header_y(const Canvas& canvas) {
  return canvas.small() ? kSmallHeaderY : kHeaderY;
}

float width_of(const Canvas& canvas, const Button& button, const ButtonLook& look) {
  float width = canvas.measure(look.style, button.label).width;
  for (const std::string_view label : button.labels) {
    width = std::max(width, canvas.measure(look.style, label).width);
  }
  return width + 2 * look.padding;
}

float draw_button(Canvas& canvas, float x, float y, const Button& button, const ButtonLook& look) {
  const Extent label = canvas.measure(look.style, button.label);
  const Rect rect{x, y, width_of(canvas, button, look), look.height};
  const Color fill = button.primary ? theme::kAccent : theme::kRaised;
  canvas.box(button.id, rect, look.radius, fill, button.primary ? fill : theme::kLine);
  canvas.text(std::string(button.id) + ".label", look.style, x + (rect.width - label.width) / 2,
              y + (look.height - label.height) / 2, button.label,
              button.inert     ? theme::kMuted
              : button.primary ? theme::kAccentInk
                               : theme::kText);
  // The focus stays on what can't be pressed any more, until it is moved.
  if (button.inert && !canvas.has_focus(button.id)) return rect.right();
  using Kind = Intent::Kind;
  Focusable item;
  item.id = button.id;
  item.rect = rect;
  item.accept = button.inert ? Intent{Kind::none} : button.intent;
  item.first = button.first;
  item.primary = button.primary;
  item.cancels = button.intent.kind == Kind::cancel || button.intent.kind == Kind::cancel_test;
  canvas.focusable(std::move(item), look.radius);
  return rect.right();
}

void draw_tab(Canvas& canvas, float x, std::string_view id, std::string_view label, bool active,
              Intent::Kind intent) {
  const TextStyle style = active ? TextStyle::label : TextStyle::small;
  const float y = header_y(canvas);
  const Extent size = canvas.text(id, style, x, y, label, active ? theme::kText : theme::kMuted);
  if (active) canvas.line(x - 4, y + 46, x + size.width + 4, y + 46, 4, theme::kAccent);
  Focusable item;
  item.id = id;
  item.rect = {x - 18, y - 12, size.width + 36, size.height + 24};
  item.accept = {intent, 0};
  canvas.focusable(std::move(item), 14);
}

// Small buttons one after the other, in as many lines as they need.
class PanelButtons {
 public:
  PanelButtons(Canvas& canvas, const Rect& area, const ButtonLook& look)
      : canvas_(canvas),
        area_(area),
        look_(look),
        gap_(panel_gap(canvas)),
        x_(area.x),
        y_(area.y) {}

  void draw(const std::vector<Button>& buttons) {
    for (const Button& button : buttons) {
      if (!has_room(width_of(button))) end_line();
      x_ = draw_button(canvas_, x_, y_, button, look_) + gap_;
    }
  }

  void go_to(float x) { x_ = x; }
  /// More room than between two of them.
  void skip() { x_ += 3 * gap_; }
  void end_line() {
    if (x_ == area_.x) return;
    x_ = area_.x;
    y_ += look_.height + gap_;
  }

  bool has_room(float width) const { return x_ == area_.x || x_ + width <= area_.right() + 0.5F; }
  float width_of(const std::vector<Button>& buttons) const {
    float width = -gap_;
    for (const Button& button : buttons) width += width_of(button) + gap_;
    return std::max(0.0F, width);
  }
  float bottom() const { return x_ == area_.x ? y_ - gap_ : y_ + look_.height; }

 private:
  float width_of(const Button& button) const { return demo::width_of(canvas_, button, look_); }

  Canvas& canvas_;
  Rect area_;
  ButtonLook look_;
  float gap_;
  float x_;
  float y_;
};

class Hints {
 public:
  explicit Hints(Canvas& canvas)
      : canvas_(canvas),
        style_(hint_style(canvas)),
        height_(hint_height(canvas)),
        gap_(canvas.small() ? 18 : 44),
        padding_(canvas.small() ? 10 : 16),
        x_(canvas.margin_x()),
        y_(canvas.height() - canvas.margin_y() - height_) {}

  void arrows(std::initializer_list<Action> directions, std::string_view meaning) {
    const float side = height_ * 0.52F;
    const float step = side * 1.45F;
    const float width = 2 * padding_ - 8 + static_cast<float>(directions.size()) * step;
    canvas_.box("hint.arrows", {x_, y_, width, height_}, 10, theme::kCard, theme::kLine);
    float at = x_ + padding_;
    for (const Action direction : directions) {
      canvas_.arrow(at, y_ + (height_ - side) / 2, side, direction, theme::kText);
      at += step;
    }
    // On a small canvas the arrows speak for themselves.
    if (canvas_.small()) {
      x_ += width + gap_;
    } else {
      say(x_ + width, meaning);
    }
  }

  void key(std::string_view name, std::string_view meaning) {
    const Extent label = canvas_.measure(style_, name);
    const float width = label.width + 2 * padding_;
    const std::string id = "hint." + std::string(name);
    canvas_.box(id, {x_, y_, width, height_}, 10, theme::kCard, theme::kLine);
    canvas_.text(id + ".key", style_, x_ + padding_, y_ + (height_ - label.height) / 2, name,
                 theme::kText);
    say(x_ + width, meaning);
  }

  /// Where the next hint would stand.
  float end() const noexcept { return x_; }

 private:
  static constexpr float kSayGap = 12;

  void say(float x, std::string_view meaning) {
    const Extent size = canvas_.measure(style_, meaning);
    canvas_.text("hint." + std::string(meaning), style_, x + kSayGap,
                 y_ + (height_ - size.height) / 2, meaning, theme::kMuted);
    x_ = x + kSayGap + size.width + gap_;
  }

  Canvas& canvas_;
  TextStyle style_;
  float height_;
  float gap_;
  float padding_;
  float x_;
  float y_;
};

// Something that stands in the way of its screen, and is left first.
bool on_top(const AppModel& model) {
  return model.editor() != nullptr || model.settings_open() || model.lan_picker_open() ||
         (model.tab() == Tab::sign_in && model.code() != nullptr && model.code()->enlarged);
}

std::string_view back_meaning(const AppModel& model) {
  if (model.editor() != nullptr) return model.language()("action.cancel");
  if (model.settings().testing()) return model.language()("action.cancel");
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

float button_height(const Canvas& canvas) {
  return large_look(canvas).height;
}

void button_row(Canvas& canvas, float x, float y, const std::vector<Button>& buttons) {
  ButtonLook look = large_look(canvas);
  float gap = button_gap(canvas);
  if (x + button_row_width(canvas, buttons) > canvas.width() - canvas.margin_x()) {
    look.style = middle_look(canvas).style;
    look.padding = middle_look(canvas).padding;
    gap = panel_gap(canvas);
  }
  for (const Button& button : buttons) x = draw_button(canvas, x, y, button, look) + gap;
}

float button_row_width(const Canvas& canvas, const std::vector<Button>& buttons) {
  float width = -button_gap(canvas);
  for (const Button& button : buttons) {
    width += width_of(canvas, button, large_look(canvas)) + button_gap(canvas);
  }
  return width;
}

float button_lines(Canvas& canvas, const Rect& area, const std::vector<Button>& buttons) {
  PanelButtons lines(canvas, area, middle_look(canvas));
  lines.draw(buttons);
  return lines.bottom();
}

float panel_buttons(Canvas& canvas, const Rect& area, const std::vector<Button>& left,
                    const std::vector<Button>& right) {
  PanelButtons buttons(canvas, area, canvas.small() ? kSmallPanel : kPanel);
  buttons.draw(left);
  if (const float width = buttons.width_of(right); buttons.has_room(width)) {
    buttons.go_to(area.right() - width);
  } else {
    buttons.skip();
  }
  buttons.draw(right);
  return buttons.bottom();
}

void draw_header(Canvas& canvas, const AppModel& model) {
  const Language& say = model.language();
  const float x = canvas.margin_x();
  const float y = header_y(canvas);
  canvas.dot(x + 8, y + 20, 8, theme::kAccent);
  canvas.text("device", TextStyle::heading, x + 32, y - 2, say("device"), theme::kText);
  const bool developer = model.tab() == Tab::developer;
  const float right = canvas.width() - canvas.margin_x();
  const TextStyle second = developer ? TextStyle::label : TextStyle::small;
  const TextStyle first = developer ? TextStyle::small : TextStyle::label;
  const float developer_x = right - canvas.measure(second, say("action.developer")).width;
  const float sign_in_x =
      developer_x - kTabGap - canvas.measure(first, say("action.sign_in")).width;
  if (on_top(model) || model.just_approved()) return;
  draw_tab(canvas, sign_in_x, "tab.sign_in", say("action.sign_in"), !developer,
           Intent::Kind::show_sign_in);
  draw_tab(canvas, developer_x, "tab.developer", say("action.developer"), developer,
           Intent::Kind::show_developer);
}

void draw_footer(Canvas& canvas, const AppModel& model) {
  Hints hints(canvas);
  hints.arrows({Action::up, Action::down, Action::left, Action::right},
               model.language()("action.move"));
  const bool typing = model.editor() != nullptr && model.editor()->typing();
  hints.key("Enter", model.language()(typing ? "editor.done" : "action.choose"));
  if (const auto meaning = back_meaning(model); !meaning.empty()) hints.key("Esc", meaning);

  std::string whom = model.facts().provider;
  if (!model.facts().client_id.empty()) whom += " · " + model.facts().client_id;
  const float right = canvas.width() - canvas.margin_x();
  const TextStyle style = hint_style(canvas);
  const float most = std::min(canvas.width() / 2 - canvas.margin_x(), right - hints.end());
  const Extent size = canvas.measure(style, whom);
  canvas.text_within("whom", style, right - std::min(most, size.width),
                     canvas.height() - canvas.margin_y() - (hint_height(canvas) + size.height) / 2,
                     most, whom, theme::kMuted);
}

Rect content_area(const Canvas& canvas) {
  const float top = header_y(canvas) + (canvas.small() ? 66.0F : 80.0F);
  const float bottom = canvas.margin_y() + hint_height(canvas) + (canvas.small() ? 14.0F : 30.0F);
  return {canvas.margin_x(), top, canvas.width() - 2 * canvas.margin_x(),
          canvas.height() - top - bottom};
}

}  // namespace deviceflow::demo
