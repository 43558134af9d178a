#include <string>
#include <vector>

#include "app_view.hpp"
#include "parts.hpp"
#include "scroll_list.hpp"

namespace deviceflow::demo {

namespace {

constexpr int kDetailLines = 4;
constexpr int kAdviceLines = 3;

struct GradeLook {
  std::string_view key;
  Color color;
};

GradeLook look_of(Grade grade) {
  switch (grade) {
    case Grade::good: return {"test.good", theme::kGood};
    case Grade::odd: return {"test.odd", theme::kWarning};
    case Grade::bad: break;
  }
  return {"test.bad", theme::kBad};
}

class TestView {
 public:
  TestView(Canvas& canvas, const AppModel& model)
      : canvas_(canvas),
        test_(model.settings().test()),
        say_(model.language()),
        area_(content_area(canvas)),
        style_(canvas.small() ? TextStyle::panel : TextStyle::small),
        strong_(canvas.small() ? TextStyle::panel_label : TextStyle::label),
        padding_(canvas.small() ? 16 : 26),
        air_(canvas.small() ? 10 : 20) {}

  void draw(std::size_t first) {
    float y = area_.y;
    const bool runs = !test_.step.empty();
    const TextStyle title = canvas_.small() ? TextStyle::heading : TextStyle::title;
    canvas_.text("test.title", title, area_.x, y, say_("test.title"), theme::kText);
    y += canvas_.line_height(title) + air_ / 2;
    y += canvas_.paragraph("test.state", strong_, area_.x, y, area_.width,
                           runs ? test_.step + " …" : test_.verdict,
                           runs           ? theme::kMuted
                           : test_.usable ? theme::kGood
                                          : theme::kBad,
                           3) +
         air_;
    const float buttons = area_.bottom() - button_height(canvas_);
    std::vector<ListRow> rows;
    for (std::size_t i = 0; i < test_.findings.size(); ++i) {
      ListRow row;
      row.height = canvas_.dry_run([&] { return draw_finding(i, 0, 0, area_.width - 24); });
      row.draw = [this, i](const Rect& rect) { draw_finding(i, rect.x, rect.y, area_.width - 24); };
      row.accept = {Intent::Kind::scroll_settings, static_cast<int>(i)};
      rows.push_back(std::move(row));
    }
    draw_scroll_list(canvas_, {area_.x, y, area_.width, buttons - air_ - y}, "finding", rows, first,
                     Intent::Kind::scroll_settings);
    draw_buttons(buttons, runs);
  }

 private:
  // Answers its height.
  float draw_finding(std::size_t index, float x, float y, float width) {
    const Finding& finding = test_.findings[index];
    const GradeLook look = look_of(finding.grade);
    const std::string id = "finding." + std::to_string(index);
    const float top = y;
    const float most = width - 2 * padding_;
    x += padding_;
    y += padding_ / 2;
    const Extent grade = canvas_.text(id + ".grade", strong_, x, y, say_(look.key), look.color);
    const std::string what = finding.check + (finding.rfc.empty() ? "" : " · " + finding.rfc);
    canvas_.text_within(id + ".check", style_, x + grade.width + 20, y, most - grade.width - 20,
                        clean_text(what, 200), theme::kMuted);
    y += canvas_.line_height(strong_);
    y += canvas_.paragraph(id + ".detail", style_, x, y, most, clean_text(finding.detail),
                           theme::kText, kDetailLines);
    if (!finding.advice.empty()) {
      y += canvas_.paragraph(id + ".advice", style_, x, y, most, clean_text(finding.advice),
                             look.color, kAdviceLines);
    }
    return y + padding_ / 2 - top;
  }

  void draw_buttons(float y, bool runs) {
    if (runs) {
      button_row(canvas_, area_.x, y,
                 {{"cancel", say_("action.cancel"), {Intent::Kind::cancel_test, 0}}});
      return;
    }
    button_row(canvas_, area_.x, y,
               {{"back", say_("action.back"), {Intent::Kind::close_settings, 0}, false, true},
                {"again", say_("test.again"), {Intent::Kind::test_settings, 0}}});
  }

  Canvas& canvas_;
  const SettingsTest& test_;
  const Language& say_;
  Rect area_;
  TextStyle style_;
  TextStyle strong_;
  float padding_;
  float air_;
};

}  // namespace

void draw_settings_test(Canvas& canvas, const AppModel& model) {
  TestView(canvas, model).draw(model.settings().first_row());
}

}  // namespace deviceflow::demo
