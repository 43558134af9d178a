#include <string>
#include <vector>

#include "app_view.hpp"
#include "parts.hpp"
#include "scroll_list.hpp"

namespace deviceflow::demo {

void draw_provider_picker(Canvas& canvas, const AppModel& model) {
  const Rect area = content_area(canvas);
  const SettingsModel& settings = model.settings();
  const Language& say = model.language();
  const bool small = canvas.small();
  const TextStyle title = small ? TextStyle::heading : TextStyle::title;
  const TextStyle style = small ? TextStyle::label : TextStyle::heading;
  const float padding = small ? 16 : 26;
  const float air = small ? 10 : 20;
  float y = area.y;
  canvas.text("providers.title", title, area.x, y, say("providers.title"), theme::kText);
  y += canvas.line_height(title) + air;
  const std::string search = settings.searched().empty()
                                 ? std::string(say("providers.search"))
                                 : say("providers.searched", {{"text", settings.searched()}});
  const float button_width = button_row_width(canvas, {{"search", search, {}}});
  const bool fits = button_width <= area.width;
  button_row(canvas, area.x, y,
             {{"search",
               fits ? std::string_view(search) : say("providers.search"),
               {Intent::Kind::search_providers, 0}}});
  y += button_height(canvas) + air;
  const auto choices = settings.choices(say);
  if (choices.empty()) {
    canvas.paragraph("providers.none", TextStyle::small, area.x, y, area.width,
                     say("providers.none"), theme::kMuted);
    return;
  }
  const ProviderChoice chosen = settings.choice(say);
  std::vector<ListRow> rows;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    ListRow row;
    row.height = small ? 52 : 72;
    row.accept = {Intent::Kind::choose_provider, static_cast<int>(i)};
    row.first = i == settings.selected();
    row.marked = choices[i].same(chosen);
    row.draw = [&canvas, &choices, &rows, style, padding, i](const Rect& rect) {
      const float line = canvas.line_height(style);
      const float mark = rows[i].marked ? line : 0;
      canvas.text_within("provider." + std::to_string(i), style, rect.x + padding,
                         rect.y + (rect.height - line) / 2 + 2, rect.width - 2 * padding - mark,
                         choices[i].title, theme::kText);
      if (!rows[i].marked) return;
      canvas.check_mark(rect.right() - padding - mark * 0.7F, rect.y + (rect.height - mark) / 2 + 6,
                        mark * 0.7F, theme::kAccent);
    };
    rows.push_back(std::move(row));
  }
  draw_scroll_list(canvas, {area.x, y, area.width, area.bottom() - y}, "choice", rows,
                   settings.first_row(), Intent::Kind::scroll_settings);
}

}  // namespace deviceflow::demo
