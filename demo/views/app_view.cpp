#include "app_view.hpp"

#include "parts.hpp"

namespace deviceflow::demo {

void draw_app(Canvas& canvas, const AppModel& model, SteadyTime now) {
  canvas.ground();
  draw_header(canvas, model);
  if (model.editor() != nullptr) {
    draw_editor(canvas, model);
  } else if (model.settings_open()) {
    switch (model.settings().page()) {
      case SettingsPage::picker: draw_provider_picker(canvas, model); break;
      case SettingsPage::test: draw_settings_test(canvas, model); break;
      default: draw_settings(canvas, model); break;
    }
  } else if (model.tab() == Tab::developer) {
    draw_developer(canvas, model, now);
  } else {
    switch (model.screen()) {
      case Screen::home:
        if (model.lan_picker_open()) {
          draw_lan_picker(canvas, model);
        } else {
          draw_home(canvas, model);
        }
        break;
      case Screen::code: draw_code(canvas, model, now); break;
      case Screen::signed_in:
        if (model.just_approved()) {
          draw_approved(canvas, model, now);
        } else {
          draw_signed_in(canvas, model, now);
        }
        break;
      default: draw_message(canvas, model); break;
    }
  }
  draw_footer(canvas, model);
}

}  // namespace deviceflow::demo
