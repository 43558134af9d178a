// The Developer tab: what went over the wire, exchange by exchange.
#include "app_view.hpp"
#include "developer_parts.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kGap = 20;

using Buttons = std::vector<Button>;

Buttons pages_of(const AppModel& model) {
  const DeveloperModel& developer = model.developer();
  const Language& say = model.language();
  Buttons pages;
  const auto page = [&](std::string_view id, std::string_view label, Page which,
                        Intent::Kind kind) {
    pages.push_back({id, label, {kind, 0}, developer.page() == which});
  };
  page("page.exchanges", say("developer.exchanges"), Page::exchanges, Intent::Kind::show_exchanges);
  page("page.timeline", say("developer.timeline"), Page::timeline, Intent::Kind::show_timeline);
  page("page.tokens", say("developer.tokens"), Page::tokens, Intent::Kind::show_tokens);
  page("page.machine", say("developer.machine"), Page::machine, Intent::Kind::show_machine);
  page("page.replay", say("developer.replay"), Page::replay, Intent::Kind::show_replay);
  if (model.facts().sandbox) {
    page("page.desk", say("developer.desk"), Page::desk, Intent::Kind::show_desk);
  }
  return pages;
}

Button reveal(const DeveloperModel& developer, const Language& say, bool inert = false) {
  Button button{"secrets",
                say(developer.secrets_shown() ? "developer.hide" : "developer.reveal"),
                {Intent::Kind::toggle_secrets, 0}};
  button.inert = inert;
  button.labels = {say("developer.hide"), say("developer.reveal")};
  return button;
}

// Those of the list are out of the way while the detail has all of the room.
Buttons exchange_tools(const DeveloperModel& developer, const Language& say, bool one_at_a_time) {
  Buttons tools;
  const auto tool = [&](std::string_view id, std::string_view key, Intent::Kind kind, bool inert) {
    tools.push_back({id, say(key), {kind, 0}, false, false, inert});
  };
  if (one_at_a_time && developer.detail_open()) return {reveal(developer, say)};
  const bool none = developer.rows().empty();
  tool("go.device_authorization", "developer.device_authorization",
       Intent::Kind::select_device_authorization, !developer.has_device_authorization());
  tool("go.token", "developer.token_answer", Intent::Kind::select_token,
       !developer.has_token_exchange());
  tool("introspect", "developer.introspect", Intent::Kind::introspect, !developer.has_token());
  tools.back().first = developer.has_token() && !one_at_a_time;
  tool("discover", "developer.discover", Intent::Kind::discover, false);
  tools.push_back(reveal(developer, say));
  tool("filter", title_of(developer.filter().kind), Intent::Kind::cycle_filter, none);
  for (int kind = 0; kind < kExchangeKinds; ++kind) {
    tools.back().labels.push_back(say(title_of(static_cast<ExchangeKind>(kind))));
  }
  tool("search", "filter.search", Intent::Kind::search_exchanges, none);
  tool("filter.clear", "filter.clear", Intent::Kind::clear_filter, !developer.filter().active());
  tool("save.trace", "developer.save_trace", Intent::Kind::save_trace, none);
  tool("save.har", "developer.save_har", Intent::Kind::save_har, none);
  return tools;
}

Buttons timeline_tools(const DeveloperModel& developer, const Language& say) {
  const bool inert = most_zoom(developer.timeline()) == 0;
  return {{"zoom.out", say("timeline.zoom_out"), {Intent::Kind::zoom_out, 0}, false, false, inert},
          {"zoom.in", say("timeline.zoom_in"), {Intent::Kind::zoom_in, 0}, false, false, inert}};
}

Buttons token_tools(const DeveloperModel& developer, const Language& say) {
  Buttons tools;
  const bool none = !developer.has_token();
  const auto tool = [&](std::string_view id, std::string_view key, Intent::Kind kind, bool inert) {
    tools.push_back({id, say(key), {kind, 0}, false, false, inert});
  };
  tool("introspect", "developer.introspect", Intent::Kind::introspect, none);
  tool("userinfo", "developer.userinfo", Intent::Kind::user_info, none);
  tool("refresh", "developer.refresh", Intent::Kind::refresh,
       none || !developer.can(TokenAction::refresh));
  tool("revoke", "developer.revoke", Intent::Kind::revoke, none);
  tools.push_back(reveal(developer, say, !developer.tokens().known()));
  return tools;
}

Buttons tools_of(const DeveloperModel& developer, const Language& say, const Rect& room) {
  switch (developer.page()) {
    case Page::exchanges: return exchange_tools(developer, say, shows_one_at_a_time(room));
    case Page::timeline: return timeline_tools(developer, say);
    case Page::tokens: return token_tools(developer, say);
    case Page::machine:
    case Page::desk:
    case Page::replay: break;
  }
  return {};
}

}  // namespace

void draw_developer(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const DeveloperModel& developer = model.developer();
  const Language& say = model.language();
  const Rect room = content_area(canvas);
  const float top =
      panel_buttons(canvas, room, pages_of(model), tools_of(developer, say, room)) + kGap;
  const Rect area{room.x, top, room.width, room.bottom() - top};
  switch (developer.page()) {
    case Page::exchanges: draw_exchanges(canvas, developer, say, area); break;
    case Page::timeline: draw_timeline(canvas, developer, say, area); break;
    case Page::tokens: draw_tokens(canvas, developer, say, area, now); break;
    case Page::machine: draw_machine(canvas, developer, say, area); break;
    case Page::desk: draw_desk(canvas, model, area); break;
    case Page::replay: draw_replay(canvas, developer, say, area); break;
  }
}

}  // namespace deviceflow::demo
