#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "app_view.hpp"
#include "model/text_editor.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kMostKeyHeight = 84;
constexpr float kKeyRadius = 16;

// The sizes for a room that is wide enough, and for a small window.
struct Look {
  TextStyle title;
  TextStyle hint;
  TextStyle key;
  TextStyle word;
  float field;
  float air;
  float gap;
};
constexpr Look kLarge{
    TextStyle::heading, TextStyle::small, TextStyle::heading, TextStyle::label, 92, 16, 14};
constexpr Look kSmall{
    TextStyle::label, TextStyle::panel, TextStyle::label, TextStyle::panel_label, 62, 8, 8};

class EditorView {
 public:
  EditorView(Canvas& canvas, const AppModel& model)
      : canvas_(canvas),
        say_(model.language()),
        editor_(*model.editor()),
        look_(canvas.small() ? kSmall : kLarge),
        area_(content_area(canvas)) {}

  void draw() {
    const float above = canvas_.dry_run([&] { return draw_text(0); });
    const float gaps = static_cast<float>(kScreenKeyRows - 1) * look_.gap;
    const float room = (area_.height - above - gaps) / kScreenKeyRows;
    key_height_ = std::min(kMostKeyHeight, room);
    const float height = above + key_height_ * kScreenKeyRows + gaps;
    const float y = area_.y + (area_.height - height) / 2;
    draw_text(y);
    draw_keys(y + above);
  }

 private:
  // Title, field and hint from `y` on; answers where the keys begin below it.
  float draw_text(float y) {
    const float top = y;
    y += canvas_.paragraph("editor.title", look_.title, area_.x, y, area_.width, editor_.title(),
                           theme::kText, 1);
    y += look_.air;
    draw_field({area_.x, y, area_.width, look_.field});
    y += look_.field + look_.air;
    const std::string& hint = editor_.hint();
    if (!hint.empty()) {
      y += canvas_.paragraph("editor.hint", look_.hint, area_.x, y, area_.width, hint,
                             theme::kMuted, 2);
    }
    y += canvas_.paragraph("editor.keyboard", look_.hint, area_.x, y, area_.width,
                           say_("editor.keyboard"), theme::kMuted, 2);
    return y + look_.air - top;
  }

  void draw_field(const Rect& field) {
    canvas_.box("editor.field", field, theme::kButtonRadius, theme::kCard, theme::kAccent);
    constexpr float kPadding = 26;
    constexpr float kCaret = 16;
    const float line = facts_of(TextStyle::uri).size * 1.2F;
    const float y = field.y + (field.height - line) / 2;
    const Extent size = canvas_.text_within("editor.text", TextStyle::uri, field.x + kPadding, y,
                                            field.width - 2 * kPadding - kCaret, editor_.shown(),
                                            theme::kText, Canvas::Keep::end);
    const float caret = field.x + kPadding + size.width + 6;
    canvas_.line(caret, y, caret, y + line, 3, theme::kAccent);
  }

  // The focus afterwards: its outline reaches over the keys around.
  void draw_keys(float top) {
    const auto keys = screen_keys();
    std::array<int, kScreenKeyRows> columns{};
    for (const ScreenKey& key : keys) columns.at(static_cast<std::size_t>(key.row)) += key.width;
    std::vector<Rect> rects;
    int column = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const ScreenKey& key = keys[i];
      if (i > 0 && key.row != keys[i - 1].row) column = 0;
      const auto in_row = static_cast<float>(columns.at(static_cast<std::size_t>(key.row)));
      const float step = (area_.width + look_.gap) / in_row;
      rects.push_back({area_.x + static_cast<float>(column) * step,
                       top + static_cast<float>(key.row) * (key_height_ + look_.gap),
                       static_cast<float>(key.width) * step - look_.gap, key_height_});
      column += key.width;
      draw_key(key_id(i), key, rects.back());
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      Focusable item;
      item.id = key_id(i);
      item.rect = rects[i];
      item.accept = {Intent::Kind::press_key, static_cast<int>(i)};
      item.first = keys[i].plain == "g";  // the middle: nothing is far from there
      item.takes_focus = keys[i].does == ScreenKey::Does::done && editor_.typing();
      canvas_.focusable(std::move(item), kKeyRadius);
    }
  }

  static std::string key_id(std::size_t index) { return "key." + std::to_string(index); }

  void draw_key(const std::string& id, const ScreenKey& key, const Rect& rect) {
    const bool types = key.does == ScreenKey::Does::type;
    const bool done = key.does == ScreenKey::Does::done;
    const bool on = key.does == ScreenKey::Does::shift && editor_.shift();
    const std::string_view face = editor_.shift() ? key.shifted : key.plain;
    const std::string_view label = types ? face : say_(key.plain);
    const TextStyle style = types && label.size() == 1 ? look_.key : look_.word;
    const Extent size = canvas_.measure(style, label);
    const Color fill = done ? theme::kAccent : on ? theme::kSelected : theme::kRaised;
    canvas_.box(id, rect, kKeyRadius, fill, on ? theme::kAccent : done ? fill : theme::kLine);
    canvas_.text(id + ".label", style, rect.x + (rect.width - size.width) / 2,
                 rect.y + (rect.height - size.height) / 2, label,
                 done ? theme::kAccentInk : theme::kText);
  }

  Canvas& canvas_;
  const Language& say_;
  const TextEditor& editor_;
  const Look& look_;
  Rect area_;
  float key_height_ = 0;
};

}  // namespace

void draw_editor(Canvas& canvas, const AppModel& model) {
  EditorView(canvas, model).draw();
}

}  // namespace deviceflow::demo
