// The Developer tab: what went over the wire, exchange by exchange.
#include "app_view.hpp"
#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;
constexpr float kStripHeight = 84;
constexpr float kDetailPart = 0.39F;

void draw_toolbar(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                  const Rect& area) {
  float x = area.x;
  if (developer.has_device_authorization()) {
    x = panel_button(canvas, x, area.y,
                     {"go.device_authorization",
                      say("developer.device_authorization"),
                      {Intent::Kind::select_device_authorization, 0}}) +
        14;
  }
  if (developer.has_token_exchange()) {
    x = panel_button(canvas, x, area.y,
                     {"go.token", say("developer.token_answer"), {Intent::Kind::select_token, 0}}) +
        14;
  }
  const std::string_view secrets =
      say(developer.secrets_shown() ? "developer.hide" : "developer.reveal");
  float right = area.right() - panel_button_width(canvas, secrets);
  panel_button(canvas, right, area.y, {"secrets", secrets, {Intent::Kind::toggle_secrets, 0}});
  if (!developer.has_token()) return;
  right -= 14 + panel_button_width(canvas, say("developer.introspect"));
  panel_button(
      canvas, right, area.y,
      {"introspect", say("developer.introspect"), {Intent::Kind::introspect, 0}, true, true});
}

std::string quirk_names(const Quirks& quirks, const Language& say) {
  std::string names;
  for (const Quirk quirk : quirks.list()) {
    names += (names.empty() ? "" : ", ") + std::string(name(quirk));
  }
  return names.empty() ? std::string(say("developer.quirks.none")) : names;
}

// How the login ended, what the introspection endpoint says, and the liberties the server took.
void draw_strip(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                const Rect& rect) {
  canvas.box("strip", rect, theme::kButtonRadius, theme::kCard, theme::kLine);
  const float part = (rect.width - 56) / 3;
  float x = rect.x + 28;
  const auto cell = [&](std::string_view id, std::string_view title, std::string_view value,
                        Color color) {
    canvas.text(std::string(id) + ".title", TextStyle::panel, x, rect.y + 12, title, theme::kMuted);
    canvas.text_within(id, TextStyle::panel_label, x, rect.y + 44, part - 24, value, color);
    x += part;
  };
  cell("outcome", say("developer.outcome"), developer.outcome().empty() ? "-" : developer.outcome(),
       theme::kText);
  cell(
      "introspection", say("developer.introspection"),
      developer.introspection().empty() ? say("developer.introspection.none")
                                        : std::string_view(developer.introspection()),
      developer.introspection().empty() ? theme::kMuted : color_of(developer.introspection_tone()));
  cell("quirks", say("developer.quirks"), quirk_names(developer.quirks(), say), theme::kText);
}

}  // namespace

void draw_developer(Canvas& canvas, const AppModel& model) {
  const DeveloperModel& developer = model.developer();
  const Language& say = model.language();
  const Rect area = content_area(canvas);
  draw_toolbar(canvas, developer, say, {area.x, area.y, area.width, kPanelButtonHeight});
  const float top = area.y + kPanelButtonHeight + kGap;
  const float height = area.bottom() - top - kGap - kStripHeight;
  const float detail_width = area.width * kDetailPart;
  const Rect list{area.x, top, area.width - detail_width - kGap, height};
  draw_exchange_list(canvas, developer, say, list);
  draw_exchange_detail(canvas, developer, say, {list.right() + kGap, top, detail_width, height});
  draw_strip(canvas, developer, say,
             {area.x, area.bottom() - kStripHeight, area.width, kStripHeight});
}

}  // namespace deviceflow::demo
