// The Developer tab: what went over the wire, exchange by exchange.
#include "app_view.hpp"
#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;
constexpr float kDetailPart = 0.39F;

using Buttons = std::vector<Button>;

Buttons pages_of(const DeveloperModel& developer, const Language& say) {
  Buttons pages;
  const auto page = [&](std::string_view id, std::string_view label, Page which,
                        Intent::Kind kind) {
    pages.push_back({id, label, {kind, 0}, developer.page() == which});
  };
  page("page.exchanges", say("developer.exchanges"), Page::exchanges, Intent::Kind::show_exchanges);
  page("page.timeline", say("developer.timeline"), Page::timeline, Intent::Kind::show_timeline);
  page("page.tokens", say("developer.tokens"), Page::tokens, Intent::Kind::show_tokens);
  page("page.machine", say("developer.machine"), Page::machine, Intent::Kind::show_machine);
  return pages;
}

Button reveal(const DeveloperModel& developer, const Language& say) {
  return {"secrets",
          say(developer.secrets_shown() ? "developer.hide" : "developer.reveal"),
          {Intent::Kind::toggle_secrets, 0}};
}

Buttons exchange_tools(const DeveloperModel& developer, const Language& say) {
  Buttons tools;
  const auto tool = [&](std::string_view id, std::string_view key, Intent::Kind kind) {
    tools.push_back({id, say(key), {kind, 0}});
  };
  if (developer.has_device_authorization()) {
    tool("go.device_authorization", "developer.device_authorization",
         Intent::Kind::select_device_authorization);
  }
  if (developer.has_token_exchange()) {
    tool("go.token", "developer.token_answer", Intent::Kind::select_token);
  }
  if (developer.has_token()) {
    tool("introspect", "developer.introspect", Intent::Kind::introspect);
    tools.back().first = true;
  }
  tool("discover", "developer.discover", Intent::Kind::discover);
  tools.push_back(reveal(developer, say));
  if (developer.rows().empty()) return tools;
  tool("save.trace", "developer.save_trace", Intent::Kind::save_trace);
  tool("save.har", "developer.save_har", Intent::Kind::save_har);
  return tools;
}

Buttons timeline_tools(const DeveloperModel& developer, const Language& say) {
  if (developer.timeline().waits().empty()) return {};
  return {{"close_up",
           say(developer.close_up() ? "timeline.whole" : "timeline.close_up"),
           {Intent::Kind::toggle_close_up, 0}}};
}

Buttons token_tools(const DeveloperModel& developer, const Language& say) {
  Buttons tools;
  if (!developer.tokens().known()) return tools;
  const auto tool = [&](std::string_view id, std::string_view key, Intent::Kind kind) {
    tools.push_back({id, say(key), {kind, 0}});
  };
  if (developer.has_token()) {
    tool("introspect", "developer.introspect", Intent::Kind::introspect);
    tool("userinfo", "developer.userinfo", Intent::Kind::user_info);
    if (developer.can(TokenAction::refresh)) {
      tool("refresh", "developer.refresh", Intent::Kind::refresh);
    }
    tool("revoke", "developer.revoke", Intent::Kind::revoke);
  }
  tools.push_back(reveal(developer, say));
  return tools;
}

Buttons tools_of(const DeveloperModel& developer, const Language& say) {
  switch (developer.page()) {
    case Page::exchanges: return exchange_tools(developer, say);
    case Page::timeline: return timeline_tools(developer, say);
    case Page::tokens: return token_tools(developer, say);
    case Page::machine: break;
  }
  return {};
}

std::string quirk_names(const Quirks& quirks, const Language& say) {
  std::string names;
  for (const Quirk quirk : quirks.list()) {
    names += (names.empty() ? "" : ", ") + std::string(name(quirk));
  }
  return names.empty() ? std::string(say("developer.quirks.none")) : names;
}

// How the login ended, what the server has answered last, and the liberties that it took.
void draw_strip(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                const Rect& rect) {
  canvas.box("strip", rect, theme::kButtonRadius, theme::kCard, theme::kLine);
  const float padding = canvas.small() ? 18.0F : 28.0F;
  const float gap = 24;
  const float part = (rect.width - 2 * padding + gap) / 3;
  float x = rect.x + padding;
  const auto cell = [&](std::string_view id, std::string_view title, std::string_view value,
                        Color color) {
    canvas.text_within(std::string(id) + ".title", TextStyle::panel, x, rect.y + 8, part - gap,
                       title, theme::kMuted);
    const bool path = id == "introspection" && developer.asked() == "developer.saved";
    canvas.text_within(id, TextStyle::panel_label, x, rect.y + rect.height / 2, part - gap, value,
                       color, path ? Canvas::Keep::end : Canvas::Keep::begin);
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
  const float strip = canvas.small() ? 72.0F : 84.0F;
  const float height = area.height - kGap - strip;
  const float detail_width = area.width * kDetailPart;
  const Rect list{area.x, area.y, area.width - detail_width - kGap, height};
  draw_exchange_list(canvas, developer, say, list);
  draw_exchange_detail(canvas, developer, say, {list.right() + kGap, area.y, detail_width, height});
  draw_strip(canvas, developer, say, {area.x, area.bottom() - strip, area.width, strip});
}

}  // namespace

void draw_developer(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const DeveloperModel& developer = model.developer();
  const Language& say = model.language();
  const Rect room = content_area(canvas);
  const float top =
      panel_buttons(canvas, room, pages_of(developer, say), tools_of(developer, say)) + kGap;
  const Rect area{room.x, top, room.width, room.bottom() - top};
  switch (developer.page()) {
    case Page::exchanges: draw_exchanges(canvas, developer, say, area); break;
    case Page::timeline: draw_timeline(canvas, developer, say, area); break;
    case Page::tokens: draw_tokens(canvas, developer, say, area, now); break;
    case Page::machine: draw_machine(canvas, developer, say, area); break;
  }
}

}  // namespace deviceflow::demo
