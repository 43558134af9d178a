// The page of the exchanges: the table, the selected one, and a strip that sums up.
#include <algorithm>

#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;
constexpr float kBesideWidth = 1500;  // from here on the detail has room beside the list
constexpr float kBelowHeight = 1000;  // and from here on below it
constexpr float kDetailPart = 0.37F;
constexpr float kListPart = 0.45F;

std::string quirk_names(const Quirks& quirks, const Language& say) {
  std::string names;
  for (const Quirk quirk : quirks.list()) {
    names += (names.empty() ? "" : ", ") + std::string(name(quirk));
  }
  return names.empty() ? std::string(say("developer.quirks.none")) : names;
}

// How the login ended, what the server has answered last, and the liberties that it took. Titles
// stand above their values, or before them in a low one.
void draw_strip(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                const Rect& rect) {
  canvas.box("strip", rect, theme::kButtonRadius, theme::kCard, theme::kLine);
  const float padding = canvas.small() ? 18.0F : 28.0F;
  const float gap = 24;
  const bool low = rect.height < 60;
  const float width = rect.width - 2 * padding + gap;
  float x = rect.x + padding;
  const auto cell = [&](std::string_view id, float share, std::string_view title,
                        std::string_view value, Color color) {
    const float part = width * share;
    const bool path = id == "introspection" && developer.asked() == "developer.saved";
    const auto keep = path ? Canvas::Keep::end : Canvas::Keep::begin;
    const std::string title_id = std::string(id) + ".title";
    if (low) {
      const float y = rect.y + (rect.height - canvas.measure(TextStyle::panel, title).height) / 2;
      const float from =
          canvas.text_within(title_id, TextStyle::panel, x, y, part / 2, title, theme::kMuted)
              .width +
          14;
      canvas.text_within(id, TextStyle::panel_label, x + from, y, part - gap - from, value, color,
                         keep);
    } else {
      canvas.text_within(title_id, TextStyle::panel, x, rect.y + 12, part - gap, title,
                         theme::kMuted);
      canvas.text_within(id, TextStyle::panel_label, x, rect.y + 44, part - gap, value, color,
                         keep);
    }
    x += part;
  };
  cell("outcome", 0.34F, say("developer.outcome"),
       developer.outcome().empty() ? "-" : developer.outcome(), theme::kText);
  cell(
      "introspection", 0.41F, say(developer.asked()),
      developer.introspection().empty() ? say("developer.introspection.none")
                                        : std::string_view(developer.introspection()),
      developer.introspection().empty() ? theme::kMuted : color_of(developer.introspection_tone()));
  cell("quirks", 0.25F, say("developer.quirks"), quirk_names(developer.quirks(), say),
       theme::kText);
}

}  // namespace

bool shows_one_at_a_time(const Rect& room) {
  return room.width < kBesideWidth && room.height < kBelowHeight;
}

void draw_exchanges(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                    const Rect& rect) {
  const bool one = shows_one_at_a_time(content_area(canvas));
  const float strip = one ? 52.0F : 84.0F;
  const float gap = one ? 12.0F : kGap;
  const Rect area{rect.x, rect.y, rect.width, rect.height - gap - strip};
  if (one && developer.detail_open()) {
    draw_exchange_detail(canvas, developer, say, area);
  } else if (one) {
    draw_exchange_list(canvas, developer, say, area);
  } else if (area.width >= kBesideWidth) {
    const float width = area.width * (1 - kDetailPart);
    draw_exchange_list(canvas, developer, say, {area.x, area.y, width - kGap, area.height});
    draw_exchange_detail(canvas, developer, say,
                         {area.x + width, area.y, area.width - width, area.height});
  } else {
    const float height = area.height * kListPart;
    draw_exchange_list(canvas, developer, say, {area.x, area.y, area.width, height - kGap});
    draw_exchange_detail(canvas, developer, say,
                         {area.x, area.y + height, area.width, area.height - height});
  }
  draw_strip(canvas, developer, say, {rect.x, rect.bottom() - strip, rect.width, strip});
}

}  // namespace deviceflow::demo
