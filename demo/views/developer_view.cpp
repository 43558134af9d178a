// The Developer tab: what went over the wire, exchange by exchange.
#include "app_view.hpp"
#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;
constexpr float kStripHeight = 84;
constexpr float kDetailPart = 0.39F;

constexpr float kButtonGap = 14;

// Which pages there are. Answers where the next button would stand.
float draw_pages(Canvas& canvas, const DeveloperModel& developer, const Language& say, float x,
                 float y) {
  const auto page = [&](std::string_view id, std::string_view label, Page which,
                        Intent::Kind kind) {
    Button button{id, label, {kind, 0}};
    button.primary = developer.page() == which;
    x = panel_button(canvas, x, y, button) + kButtonGap;
  };
  page("page.exchanges", say("developer.exchanges"), Page::exchanges, Intent::Kind::show_exchanges);
  page("page.timeline", say("developer.timeline"), Page::timeline, Intent::Kind::show_timeline);
  page("page.tokens", say("developer.tokens"), Page::tokens, Intent::Kind::show_tokens);
  return x + 2 * kButtonGap;
}

// A button that ends at `right`. Answers where the one before it would end.
float button_before(Canvas& canvas, float right, float y, Button button) {
  const float x = right - panel_button_width(canvas, button.label);
  panel_button(canvas, x, y, button);
  return x - kButtonGap;
}

float draw_reveal(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                  const Rect& area) {
  const std::string_view label =
      say(developer.secrets_shown() ? "developer.hide" : "developer.reveal");
  return button_before(canvas, area.right(), area.y,
                       {"secrets", label, {Intent::Kind::toggle_secrets, 0}});
}

void draw_token_tools(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                      const Rect& area) {
  float right = draw_reveal(canvas, developer, say, area);
  if (!developer.has_token()) return;
  const auto tool = [&](std::string_view id, std::string_view label, Intent::Kind kind) {
    right = button_before(canvas, right, area.y, {id, label, {kind, 0}});
  };
  tool("revoke", say("developer.revoke"), Intent::Kind::revoke);
  if (developer.can(TokenAction::refresh)) {
    tool("refresh", say("developer.refresh"), Intent::Kind::refresh);
  }
  tool("userinfo", say("developer.userinfo"), Intent::Kind::user_info);
  tool("introspect", say("developer.introspect"), Intent::Kind::introspect);
}

void draw_exchange_tools(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                         float x, const Rect& area) {
  if (developer.has_device_authorization()) {
    x = panel_button(canvas, x, area.y,
                     {"go.device_authorization",
                      say("developer.device_authorization"),
                      {Intent::Kind::select_device_authorization, 0}}) +
        kButtonGap;
  }
  if (developer.has_token_exchange()) {
    panel_button(canvas, x, area.y,
                 {"go.token", say("developer.token_answer"), {Intent::Kind::select_token, 0}});
  }
  const float right = draw_reveal(canvas, developer, say, area);
  if (!developer.has_token()) return;
  button_before(
      canvas, right, area.y,
      {"introspect", say("developer.introspect"), {Intent::Kind::introspect, 0}, false, true});
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
  float right = rect.right() - 28;
  if (!developer.rows().empty()) {
    const float y = rect.y + (rect.height - kPanelButtonHeight) / 2;
    right = button_before(canvas, right, y,
                          {"save.har", say("developer.save_har"), {Intent::Kind::save_har, 0}});
    right =
        button_before(canvas, right, y,
                      {"save.trace", say("developer.save_trace"), {Intent::Kind::save_trace, 0}});
  }
  const float part = (right - rect.x - 28) / 3;
  float x = rect.x + 28;
  const auto cell = [&](std::string_view id, std::string_view title, std::string_view value,
                        Color color) {
    canvas.text_within(std::string(id) + ".title", TextStyle::panel, x, rect.y + 12, part - 24,
                       title, theme::kMuted);
    const bool path = id == "introspection" && developer.asked() == "developer.saved";
    canvas.text_within(id, TextStyle::panel_label, x, rect.y + 44, part - 24, value, color,
                       path ? Canvas::Keep::end : Canvas::Keep::begin);
    x += part;
  };
  cell("outcome", say("developer.outcome"), developer.outcome().empty() ? "-" : developer.outcome(),
       theme::kText);
  cell(
      "introspection", say(developer.asked()),
      developer.introspection().empty() ? say("developer.introspection.none")
                                        : std::string_view(developer.introspection()),
      developer.introspection().empty() ? theme::kMuted : color_of(developer.introspection_tone()));
  cell("quirks", say("developer.quirks"), quirk_names(developer.quirks(), say), theme::kText);
}

void draw_exchanges(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                    const Rect& area) {
  const float height = area.height - kGap - kStripHeight;
  const float detail_width = area.width * kDetailPart;
  const Rect list{area.x, area.y, area.width - detail_width - kGap, height};
  draw_exchange_list(canvas, developer, say, list);
  draw_exchange_detail(canvas, developer, say, {list.right() + kGap, area.y, detail_width, height});
  draw_strip(canvas, developer, say,
             {area.x, area.bottom() - kStripHeight, area.width, kStripHeight});
}

}  // namespace

void draw_developer(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const DeveloperModel& developer = model.developer();
  const Language& say = model.language();
  Rect area = content_area(canvas);
  const float x = draw_pages(canvas, developer, say, area.x, area.y);
  const Rect tools = area;
  area.y += kPanelButtonHeight + kGap;
  area.height -= kPanelButtonHeight + kGap;
  switch (developer.page()) {
    case Page::exchanges:
      draw_exchange_tools(canvas, developer, say, x, tools);
      draw_exchanges(canvas, developer, say, area);
      break;
    case Page::timeline:
      if (!developer.timeline().waits().empty()) {
        button_before(canvas, tools.right(), tools.y,
                      {"close_up",
                       say(developer.close_up() ? "timeline.whole" : "timeline.close_up"),
                       {Intent::Kind::toggle_close_up, 0}});
      }
      draw_timeline(canvas, developer, say, area);
      break;
    case Page::tokens:
      if (developer.tokens().known()) draw_token_tools(canvas, developer, say, tools);
      draw_tokens(canvas, developer, say, area, now);
      break;
  }
}

}  // namespace deviceflow::demo
