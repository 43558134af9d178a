#include <string>

#include "app_view.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kHeroLine = 114;

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

void draw_sandbox_line(Canvas& canvas, const AppModel& model, float y) {
  const AppFacts& facts = model.facts();
  const float x = theme::kMarginX;
  canvas.dot(x + 8, y + 19, 8,
             model.sandbox() == SandboxState::ready ? theme::kGood : theme::kWarning);
  const Language& say = model.language();
  std::string lead(say(sandbox_key(model.sandbox())));
  lead += " · ";
  lead += say("home.phones");
  const Extent size = canvas.text("sandbox", TextStyle::small, x + 36, y, lead, theme::kMuted);
  const float value_x = x + 36 + size.width + 22;
  const std::string value = lan_words(facts);
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
  const float height = 2 * kHeroLine + 80 + 46 + 60 + kButtonHeight + 66 + 40;
  float y = area.y + (area.height - height) / 2;
  canvas.text("title.0", TextStyle::hero, area.x - 4, y, say("home.title.0"), theme::kText);
  canvas.text("title.1", TextStyle::hero, area.x - 4, y + kHeroLine, say("home.title.1"),
              theme::kText);
  y += 2 * kHeroLine + 40;
  const std::string& problem = model.sign_out_problem();
  canvas.text_within("how", TextStyle::body, area.x, y, area.width,
                     problem.empty() ? say("home.how") : std::string_view(problem),
                     problem.empty() ? theme::kMuted : theme::kWarning);
  y += 46 + 60;
  button_row(canvas, area.x, y,
             {{"login", say("action.login"), {Intent::Kind::log_in, 0}, true, true},
              {"developer", say("action.developer"), {Intent::Kind::show_developer, 0}}});
  y += kButtonHeight + 66;
  if (facts.sandbox) {
    draw_sandbox_line(canvas, model, y);
  } else {
    canvas.dot(area.x + 8, y + 19, 8, theme::kAccent);
    canvas.text_within(
        "provider", TextStyle::small, area.x + 36, y, area.width - 36,
        say("home.provider", {{"provider", facts.provider}, {"client", facts.client_id}}),
        theme::kMuted);
  }
}

void draw_lan_picker(Canvas& canvas, const AppModel& model) {
  const Rect area = content_area(canvas);
  const AppFacts& facts = model.facts();
  const Language& say = model.language();
  canvas.text("picker.title", TextStyle::title, area.x, area.y + 30, say("picker.title"),
              theme::kText);
  float y = area.y + 130;
  y += canvas.paragraph("picker.text", TextStyle::body, area.x, y, 1300,
                        say(facts.lan_addresses.empty() ? "picker.no_address" : "picker.text"),
                        theme::kMuted);
  y += 40;
  int row = 0;
  const auto choice = [&](std::string_view label, bool chosen) {
    const std::string id = "picker." + std::to_string(row);
    button_row(canvas, area.x, y, {{id, label, {Intent::Kind::choose_lan, row}, chosen, chosen}});
    y += kButtonHeight + 22;
    ++row;
  };
  choice(say("picker.this_computer"), facts.lan_address.empty());
  for (const std::string& address : facts.lan_addresses) {
    if (y + kButtonHeight > area.bottom()) break;
    choice(say("picker.phones", {{"address", address}}), address == facts.lan_address);
  }
}

}  // namespace deviceflow::demo
