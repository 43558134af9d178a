#include <algorithm>

#include "app_view.hpp"
#include "code_points.hpp"
#include "model/error_words.hpp"
#include "model/scope_words.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kRowGap = 16;
constexpr float kCardWidth = 1200;
constexpr float kMark = 44;

// How much room the words take, from the most down. The Developer tab has every text whole.
struct Look {
  TextStyle name;
  TextStyle text;
  float disc;  // of the portrait
  float beside;
  float padding;
  float name_width;
  float air;
  int lines;  // of a fact, at the most
};
constexpr Look kLooks[] = {
    {TextStyle::headline, TextStyle::body, 110, 80, 46, 300, 48, 3},
    {TextStyle::headline, TextStyle::body, 110, 80, 46, 300, 48, 1},
    {TextStyle::title, TextStyle::small, 60, 36, 28, 200, 24, 2},
    {TextStyle::title, TextStyle::panel, 60, 36, 20, 170, 18, 2},
};

std::string lifetime_words(const SignedIn& facts, SteadyTime now, const Language& say) {
  if (!facts.expires_at) return std::string(say("session.valid.unknown"));
  const auto left = std::chrono::ceil<std::chrono::minutes>(*facts.expires_at - now);
  if (left <= std::chrono::minutes(0)) {
    return std::string(say(facts.renewable ? "session.valid.renewing" : "session.valid.over"));
  }
  const std::string time = say.duration(left);
  return facts.renewable ? say("session.valid.renewed", {{"time", time}}) : time;
}

std::string check_words(const SignedIn& facts, const Language& say) {
  switch (facts.id_token) {
    case IdTokenCheck::none_came: return {};
    case IdTokenCheck::verified: return std::string(say("session.id_token.verified"));
    case IdTokenCheck::verified_but_time: return std::string(say("session.id_token.no_time"));
    case IdTokenCheck::not_verified: break;
  }
  return say("session.id_token.not_verified",
             {{"reason", facts.id_token_problem ? error_words(*facts.id_token_problem, say) : ""}});
}

void draw_portrait(Canvas& canvas, float x, float y, float disc, const std::string& name) {
  canvas.disc(x + disc, y + disc, disc, {0x35779B}, theme::kAccent);
  const auto points = code_points(name);
  if (points.empty()) {
    canvas.check_mark(x + disc * 0.55F, y + disc * 0.55F, disc * 0.9F, theme::kAccentInk);
    return;
  }
  std::string initial(points.front().bytes);
  if (initial[0] >= 'a' && initial[0] <= 'z') initial[0] = static_cast<char>(initial[0] - 32);
  const TextStyle style = disc < 100 ? TextStyle::title : TextStyle::hero;
  const Extent size = canvas.measure(style, initial);
  canvas.text("initial", style, x + disc - size.width / 2, y + disc - size.height / 2, initial,
              theme::kAccentInk);
}

struct Fact {
  std::string id;
  std::string_view name;
  std::string value;
  bool checked = false;
};

std::vector<Fact> facts_in_words(const SignedIn& facts, SteadyTime now, const Language& say) {
  std::vector<Fact> out{{"access", say("session.access"),
                         facts.scope.empty() ? std::string(say("session.access.as_asked"))
                                             : scope_words(facts.scope, say)}};
  if (!facts.missing_scope.empty()) {
    out.push_back(
        {"not_allowed", say("session.not_allowed"), scope_words(facts.missing_scope, say)});
  }
  out.push_back({"valid", say("session.valid"), lifetime_words(facts, now, say)});
  if (facts.id_token != IdTokenCheck::none_came) {
    out.push_back({"id_token", say("session.id_token"), check_words(facts, say),
                   facts.id_token != IdTokenCheck::not_verified});
  }
  if (facts.store_failure) {
    out.push_back(
        {"not_saved", say("session.not_saved"),
         say("session.not_saved.reason", {{"reason", error_words(*facts.store_failure, say)}})});
  }
  return out;
}

// The card with what was granted. Answers its height.
float draw_facts(Canvas& canvas, const std::vector<Fact>& facts, const Look& look, float x, float y,
                 float width) {
  const float text_width = width - 2 * look.padding - look.name_width - kMark;
  float height = 2 * look.padding - kRowGap;
  for (const Fact& fact : facts) {
    height += kRowGap + canvas.paragraph_height(look.text, text_width, fact.value, look.lines);
  }
  canvas.box("facts", {x, y, width, height}, theme::kCardRadius, theme::kCard, theme::kLine);
  y += look.padding;
  for (const Fact& fact : facts) {
    canvas.text_within(fact.id, look.text, x + look.padding, y, look.name_width - 12, fact.name,
                       theme::kMuted);
    float text_x = x + look.padding + look.name_width;
    if (fact.checked) {
      const float mark = canvas.line_height(look.text) * 0.64F;
      canvas.check_mark(text_x, y + mark * 0.2F, mark, theme::kGood);
      text_x += kMark;
    }
    y +=
        kRowGap + canvas.paragraph(fact.id + ".value", look.text, text_x, y, text_width, fact.value,
                                   fact.checked ? theme::kGood : theme::kText, look.lines);
  }
  return height;
}

// Who it is. Answers the height.
float draw_person(Canvas& canvas, const AppModel& model, const Look& look, float x, float y) {
  const SessionView& session = *model.session();
  const Language& say = model.language();
  const std::string name = session.person ? session.person->name : "";
  const float top = y;
  const float width = content_area(canvas).right() - x;
  canvas.check_mark(x, y + 4, 32, theme::kGood);
  canvas.text("signed_in", TextStyle::heading, x + 44, y, say("session.signed_in"), theme::kGood);
  y += canvas.line_height(TextStyle::heading) + (canvas.small() ? 4.0F : 12.0F);
  const std::string title = name.empty() ? std::string(say("session.nameless")) : name;
  const bool fits = canvas.measure(look.name, title).width <= width;
  const TextStyle style = fits                               ? look.name
                          : look.name == TextStyle::headline ? TextStyle::title
                                                             : TextStyle::heading;
  y += canvas.paragraph("name", style, x - 3, y, width, title, theme::kText, 2);
  std::string where = session.person && !session.person->detail.empty()
                          ? session.person->detail + " · "
                          : std::string();
  where += model.facts().provider;
  canvas.text_within("where", look.text, x, y + 4, width, where, theme::kMuted);
  return y + 4 + canvas.line_height(look.text) - top;
}

// All of it from `y` on. Answers its height.
float draw_block(Canvas& canvas, const AppModel& model, SteadyTime now, const Look& look, float y) {
  const Rect area = content_area(canvas);
  const SessionView& session = *model.session();
  const Language& say = model.language();
  const float top = y;
  const float beside = area.x + 2 * look.disc + look.beside;
  draw_portrait(canvas, area.x, y, look.disc, session.person ? session.person->name : "");
  y += std::max(2 * look.disc * (canvas.small() ? 1.0F : 0.0F),
                draw_person(canvas, model, look, beside, y)) +
       look.air;
  // On a small canvas the card has all the width, below the portrait.
  const float x = canvas.small() ? area.x : beside;
  y += draw_facts(canvas, facts_in_words(session.facts, now, say), look, x, y,
                  std::min(kCardWidth, area.right() - x)) +
       look.air;
  button_row(
      canvas, x, y,
      {{"developer", say("action.developer"), {Intent::Kind::show_developer, 0}, false, true},
       {"sign_out", say("action.sign_out"), {Intent::Kind::go_home, 0}},
       {"settings", say("settings.heading"), {Intent::Kind::open_settings, 0}}});
  return y + button_height(canvas) - top;
}

}  // namespace

void draw_signed_in(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const Rect area = content_area(canvas);
  const auto height = [&](const Look& look) {
    return canvas.dry_run([&] { return draw_block(canvas, model, now, look, 0); });
  };
  const bool small = canvas.small() && !canvas.upright();
  const Look* look = kLooks + (small ? 2 : 0);
  const Look* last = look + 1;
  while (look != last && height(*look) > area.height) ++look;
  draw_block(canvas, model, now, *look, area.y + std::max(0.0F, (area.height - height(*look)) / 2));
}

void draw_approved(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const Rect area = content_area(canvas);
  const float part = model.approved_part(now);
  const float x = canvas.width() / 2;
  const float y = area.y + area.height * 0.42F;
  constexpr float kDisc = 150;
  canvas.disc(x, y, kDisc * (0.7F + 0.3F * part), {0x35779B}, theme::kAccent);
  canvas.check_mark(x - 90, y - 90, 180, theme::kAccentInk, part);
  const std::string_view title = model.language()("approved.title");
  const Extent size = canvas.measure(TextStyle::title, title);
  canvas.text("approved", TextStyle::title, x - size.width / 2, y + kDisc + 50, title,
              theme::kText);
}

}  // namespace deviceflow::demo
