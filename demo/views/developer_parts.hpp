// The panels of the Developer tab.
#ifndef DEVICEFLOW_DEMO_VIEWS_DEVELOPER_PARTS_HPP
#define DEVICEFLOW_DEMO_VIEWS_DEVELOPER_PARTS_HPP

#include "canvas.hpp"
#include "model/developer_model.hpp"
#include "model/language.hpp"

namespace deviceflow::demo {

Color color_of(Tone tone);

/// All exchanges as a table; the arrows move the selection.
void draw_exchange_list(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                        const Rect& rect);
/// The selected one: its request or its response, whole, to be scrolled.
void draw_exchange_detail(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                          const Rect& rect);

/// The waits of the login on an axis; the arrows move the selection.
void draw_timeline(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                   const Rect& rect);

/// The machine's states and transitions, with the login's own marked; the arrows move the
/// selection.
void draw_machine(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                  const Rect& rect);

/// The tokens, and what is in the selected one.
void draw_tokens(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                 const Rect& rect, SteadyTime now);

/// Lines to be scrolled with the arrows from `scroll` on, as a focusable called `id`.
void draw_scrolled(Canvas& canvas, std::string_view id, const std::vector<Line>& lines,
                   std::size_t scroll, Intent accept, const Rect& body);

/// `lines` broken so that none has more than `columns` characters. Nothing is lost.
std::vector<Line> wrap_lines(const std::vector<Line>& lines, std::size_t columns);

}  // namespace deviceflow::demo

#endif
