#include <algorithm>
#include <string>
#include <vector>

#include "app_view.hpp"
#include "parts.hpp"
#include "scroll_list.hpp"

namespace deviceflow::demo {

namespace {

struct Look {
  TextStyle title;
  TextStyle row;
  TextStyle note;
  float row_height;
  float padding;
  float air;
};
constexpr Look kLarge{TextStyle::title, TextStyle::small, TextStyle::small, 66, 26, 18};
constexpr Look kSmall{TextStyle::heading, TextStyle::panel, TextStyle::panel, 46, 16, 10};
constexpr float kLabelPart = 0.34F;

std::string_view accept_key(SettingRow::Accept accept) {
  switch (accept) {
    case SettingRow::Accept::edits: return "settings.accept.edit";
    case SettingRow::Accept::changes: return "settings.accept.change";
    case SettingRow::Accept::opens: return "settings.accept.choose";
  }
  return {};
}

class SettingsView {
 public:
  SettingsView(Canvas& canvas, const AppModel& model)
      : canvas_(canvas),
        model_(model),
        settings_(model.settings()),
        say_(model.language()),
        look_(canvas.small() ? kSmall : kLarge),
        area_(content_area(canvas)),
        rows_(settings_.rows(say_)) {}

  void draw() {
    float y = area_.y;
    canvas_.text("settings.title", look_.title, area_.x, y, say_("settings.heading"), theme::kText);
    y += canvas_.line_height(look_.title) + look_.air / 2;
    y += draw_notice(y);
    const float note = 2 * canvas_.line_height(look_.note);
    const float buttons = area_.bottom() - button_height(canvas_);
    const float bottom = buttons - look_.air - note - look_.air / 2;
    const std::size_t focused = draw_rows({area_.x, y, area_.width, bottom - y});
    if (focused < rows_.size()) {
      draw_hint(rows_[focused], bottom + look_.air / 2);
    }
    draw_buttons(buttons);
  }

 private:
  // What stands in the way of keeping settings, or what a change costs. Answers its height.
  float draw_notice(float y) {
    std::string words;
    if (!settings_.broken().empty()) {
      words = say_(settings_.replaces_broken() ? "settings.broken.replaced" : "settings.broken",
                   {{"reason", settings_.broken()}});
    } else if (!settings_.not_saved().empty()) {
      words = say_("settings.not_saved", {{"reason", settings_.not_saved()}});
    } else if (model_.screen() == Screen::signed_in && !rows_.front().fixed) {
      words = model_.facts().sandbox
                  ? std::string(say_("settings.signed_in.sandbox"))
                  : say_("settings.signed_in", {{"provider", model_.facts().provider}});
    }
    if (words.empty()) return 0;
    return canvas_.paragraph("settings.notice", look_.note, area_.x, y, area_.width, words,
                             theme::kWarning, 3) +
           look_.air / 2;
  }

  // What is wrong with a row stands here: among the rows it would push them away.
  void draw_hint(const SettingRow& row, float y) {
    std::string words = row.hint;
    Color color = theme::kMuted;
    if (!row.error.empty()) {
      words = row.error;
      color = theme::kBad;
    } else if (row.needed && row.value.empty()) {
      words = say_("settings.missing", {{"name", row.label}}) + ' ' + row.hint;
      color = theme::kWarning;
    }
    canvas_.paragraph("settings.hint", look_.note, area_.x, y, area_.width, words, color, 2);
  }

  std::size_t draw_rows(const Rect& area) {
    std::vector<ListRow> list;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const SettingRow& row = rows_[i];
      ListRow one;
      one.height = look_.row_height;
      one.draw = [this, &row, i](const Rect& rect) { draw_row(row, i, rect); };
      one.accept = {Intent::Kind::choose_setting, static_cast<int>(i)};
      one.first = i == settings_.selected();
      list.push_back(std::move(one));
    }
    return draw_scroll_list(canvas_, area, "setting", list, settings_.first_row(),
                            Intent::Kind::scroll_settings);
  }

  void draw_row(const SettingRow& row, std::size_t index, const Rect& rect) {
    const std::string id = "setting." + std::to_string(index);
    const float x = rect.x + look_.padding;
    const float value_x = rect.x + rect.width * kLabelPart;
    const float y = rect.y + (look_.row_height - canvas_.line_height(look_.row)) / 2 + 2;
    canvas_.text_within(id + ".label", look_.row, x, y, value_x - x - 16, row.label, theme::kMuted);
    const bool missing = row.value.empty() && row.needed;
    std::string value = row.value;
    if (value.empty()) value = say_(missing ? "settings.needed" : "settings.unset");
    if (!row.error.empty()) value.insert(0, "! ");
    float accept_x = rect.right();
    if (!row.fixed) {
      const std::string_view accept = say_(accept_key(row.accept));
      accept_x -= look_.padding + canvas_.measure(look_.row, accept).width;
      canvas_.text(id + ".accept", look_.row, accept_x, y, accept, theme::kLink);
    }
    canvas_.text_within(id + ".value", look_.row, value_x, y, accept_x - value_x - look_.padding,
                        value,
                        !row.error.empty()               ? theme::kBad
                        : missing                        ? theme::kWarning
                        : row.value.empty() || row.fixed ? theme::kMuted
                                                         : theme::kText);
  }

  void draw_buttons(float y) {
    std::vector<Button> buttons;
    if (model_.screen() != Screen::signed_in) {
      buttons.push_back({"use", say_("action.login"), {Intent::Kind::use_settings, 0}, true});
    }
    buttons.push_back({"test", say_("settings.test"), {Intent::Kind::test_settings, 0}});
    buttons.push_back({"back", say_("action.back"), {Intent::Kind::close_settings, 0}});
    if (!settings_.broken().empty() && !settings_.replaces_broken()) {
      buttons.push_back(
          {"replace", say_("settings.replace"), {Intent::Kind::replace_settings_file, 0}});
    }
    button_row(canvas_, area_.x, y, buttons);
  }

  Canvas& canvas_;
  const AppModel& model_;
  const SettingsModel& settings_;
  const Language& say_;
  const Look& look_;
  Rect area_;
  std::vector<SettingRow> rows_;
};

}  // namespace

void draw_settings(Canvas& canvas, const AppModel& model) {
  SettingsView(canvas, model).draw();
}

}  // namespace deviceflow::demo
