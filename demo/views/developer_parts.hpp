// The panels of the Developer tab.
#ifndef DEVICEFLOW_DEMO_VIEWS_DEVELOPER_PARTS_HPP
#define DEVICEFLOW_DEMO_VIEWS_DEVELOPER_PARTS_HPP

#include "canvas.hpp"
#include "model/app_model.hpp"
#include "model/developer_model.hpp"
#include "model/language.hpp"

namespace deviceflow::demo {

Color color_of(Tone tone);
Color color_of(Ink ink);

/// Whether `room` has too little of it for the table and the selected exchange together.
bool shows_one_at_a_time(const Rect& room);
void draw_exchanges(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                    const Rect& rect);

/// All exchanges as a table; the arrows move the selection.
void draw_exchange_list(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                        const Rect& rect);
/// The selected one: its request or its response, whole, to be scrolled.
void draw_exchange_detail(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                          const Rect& rect);

/// Where the time of one exchange went: as a bar, and phase by phase.
void draw_bar(Canvas& canvas, const Bar& bar, const Rect& rect);
void draw_timings(Canvas& canvas, const Timing& timing, const Language& say, const Rect& rect);

/// The waits of the login on an axis; the arrows move the selection.
void draw_timeline(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                   const Rect& rect);

/// The machine's states and transitions, with the login's own marked; the arrows move the
/// selection.
void draw_machine(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                  const Rect& rect);

/// Buttons that decide the sandbox's running login or break its next poll, and what came of them.
void draw_desk(Canvas& canvas, const AppModel& model, const Rect& rect);

/// Saved traces, and what this version makes of the chosen one.
void draw_replay(Canvas& canvas, const DeveloperModel& developer, const Language& say,
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
