// One frame of the window: ground, header, the screen that the model is on, footer.
#ifndef DEVICEFLOW_DEMO_VIEWS_APP_VIEW_HPP
#define DEVICEFLOW_DEMO_VIEWS_APP_VIEW_HPP

#include "canvas.hpp"
#include "model/app_model.hpp"

namespace deviceflow::demo {

/// Draws the whole window. `now` is for what counts down.
void draw_app(Canvas& canvas, const AppModel& model, SteadyTime now);

/// The screens, one file each.
void draw_home(Canvas& canvas, const AppModel& model);
void draw_lan_picker(Canvas& canvas, const AppModel& model);
void draw_code(Canvas& canvas, const AppModel& model, SteadyTime now);
void draw_approved(Canvas& canvas, const AppModel& model, SteadyTime now);
void draw_signed_in(Canvas& canvas, const AppModel& model, SteadyTime now);
void draw_message(Canvas& canvas, const AppModel& model);
void draw_developer(Canvas& canvas, const AppModel& model, SteadyTime now);
void draw_settings(Canvas& canvas, const AppModel& model);
void draw_provider_picker(Canvas& canvas, const AppModel& model);
void draw_settings_test(Canvas& canvas, const AppModel& model);
/// In the place of any of them.
void draw_editor(Canvas& canvas, const AppModel& model);

}  // namespace deviceflow::demo

#endif
