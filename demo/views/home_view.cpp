#include <string>

#include "app_view.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

// The largest that fits.
TextStyle hero_style(const Canvas& canvas, std::string_view text, float most) {
  for (const TextStyle style : {TextStyle::hero, TextStyle::headline, TextStyle::title}) {
    const bool in_style = !canvas.small() || style == TextStyle::title;
    if (in_style && canvas.measure(style, text).width <= most) return style;
  }
  return TextStyle::heading;
}

std::string lan_words(const AppFacts& facts) {
  const Language& say = facts.language;
  if (facts.lan_address.empty()) return std::string(say("home.phones.off"));
  return say("home.phones.on", {{"address", facts.lan_address}});
}

std::string_view sandbox_key(SandboxState state) {
  switch (state) {
    case SandboxState::starting: return "home.sandbox.starting";
    case SandboxState::ready: return "home.sandbox.ready";
    case SandboxState::failed: return "home.sandbox.failed";
  }
  return {};
}

// Who may open the sandbox's page, in a line or, where that is too long, two.
void draw_sandbox_line(Canvas& canvas, const AppModel& model, float y) {
  const AppFacts& facts = model.facts();
  const Rect area = content_area(canvas);
  const float x = area.x;
  canvas.dot(x + 8, y + 19, 8,
             model.sandbox() == SandboxState::ready ? theme::kGood : theme::kWarning);
  const Language& say = model.language();
  const std::string value = lan_words(facts);
  const std::string state(say(sandbox_key(model.sandbox())));
  std::string lead(say("home.phones"));
  const float room = area.right() - x - 36 - 22;
  const std::string both = state + " · " + lead;
  if (canvas.measure(TextStyle::small, both + value).width <= room) {
    lead = both;
  } else {
    canvas.text("sandbox.state", TextStyle::small, x + 36, y, state, theme::kMuted);
    y += canvas.line_height(TextStyle::small) + 8;
  }
  const Extent size = canvas.text("sandbox", TextStyle::small, x + 36, y, lead, theme::kMuted);
  const float value_x = x + 36 + size.width + 22;
  const Extent shown = canvas.text("lan", TextStyle::label, value_x, y, value, theme::kText);
  if (facts.loopback_only) {
    canvas.text("loopback", TextStyle::small, value_x + shown.width + 16, y, "(--loopback)",
                theme::kMuted);
    return;
  }
  Focusable item;
  item.id = "lan.switch";
  item.rect = {value_x - 16, y - 10, shown.width + 32, shown.height + 20};
  item.accept = {Intent::Kind::open_lan_picker, 0};
  canvas.focusable(std::move(item), 14);
}

}  // namespace

void draw_home(Canvas& canvas, const AppModel& model) {
  const Rect area = content_area(canvas);
  const AppFacts& facts = model.facts();
  const Language& say = model.language();
  const TextStyle hero = hero_style(canvas, say("home.title.1"), area.width);
  const float hero_line = facts_of(hero).size * 1.24F;
  const float air = canvas.small() ? 32 : 62;
  const std::string& problem = model.notice();
  const std::string_view how = problem.empty() ? say("home.how") : std::string_view(problem);
  const float how_height = canvas.paragraph_height(TextStyle::body, area.width, how, 2);
  const float height = 2 * hero_line + 24 + how_height + air + button_height(canvas) + air +
                       2 * canvas.line_height(TextStyle::small);
  float y = area.y + (area.height - height) / 2;
  for (const char* part : {"0", "1"}) {
    const std::string key = std::string("home.title.") + part;
    canvas.text("title." + std::string(part), hero, area.x - 4, y, say(key), theme::kText);
    y += hero_line;
  }
  y += 24;
  canvas.paragraph("how", TextStyle::body, area.x, y, area.width, how,
                   problem.empty() ? theme::kMuted : theme::kWarning, 2);
  y += how_height + air;
  button_row(canvas, area.x, y,
             {{"login", say("action.login"), {Intent::Kind::log_in, 0}, true, true},
              {"developer", say("action.developer"), {Intent::Kind::show_developer, 0}},
              {"settings", say("settings.heading"), {Intent::Kind::open_settings, 0}},
              {"quit", say("action.quit"), {Intent::Kind::quit, 0}}});
  y += button_height(canvas) + air;
  if (facts.sandbox) {
    draw_sandbox_line(canvas, model, y);
  } else {
    canvas.dot(area.x + 8, y + 19, 8, theme::kAccent);
    canvas.paragraph("provider", TextStyle::small, area.x + 36, y, area.width - 36,
                     say(facts.client_id.empty() ? "home.provider.alone" : "home.provider",
                         {{"provider", facts.provider}, {"client", facts.client_id}}),
                     theme::kMuted, 2);
  }
}

void draw_lan_picker(Canvas& canvas, const AppModel& model) {
  const Rect area = content_area(canvas);
  const AppFacts& facts = model.facts();
  const Language& say = model.language();
  const TextStyle title = canvas.small() ? TextStyle::heading : TextStyle::title;
  const float air = canvas.small() ? 12 : 30;
  float y = area.y + air;
  y += canvas.paragraph("picker.title", title, area.x, y, area.width, say("picker.title"),
                        theme::kText);
  y += air / 2;
  y += canvas.paragraph("picker.text", canvas.small() ? TextStyle::small : TextStyle::body, area.x,
                        y, std::min(1300.0F, area.width),
                        say(facts.lan_addresses.empty() ? "picker.no_address" : "picker.text"),
                        theme::kMuted);
  y += air;
  int row = 0;
  const auto choice = [&](std::string_view label, bool chosen) {
    const std::string id = "picker." + std::to_string(row);
    button_row(canvas, area.x, y, {{id, label, {Intent::Kind::choose_lan, row}, chosen, chosen}});
    y += button_height(canvas) + 22;
    ++row;
  };
  choice(say("picker.this_computer"), facts.lan_address.empty());
  for (const std::string& address : facts.lan_addresses) {
    if (y + button_height(canvas) > area.bottom()) break;
    choice(say("picker.phones", {{"address", address}}), address == facts.lan_address);
  }
}

}  // namespace deviceflow::demo
