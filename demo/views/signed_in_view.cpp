#include <algorithm>

#include "app_view.hpp"
#include "code_points.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kDisc = 110;
constexpr float kPadding = 46;
constexpr float kRowGap = 16;
constexpr float kCardWidth = 1200;
constexpr float kMark = 44;
constexpr float kNameWidth = 300;

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
  return say("session.id_token.not_verified", {{"reason", facts.id_token_problem}});
}

std::string spaced(std::string_view scope) {
  std::string out;
  for (const char c : scope) out += c == ' ' ? std::string("  ") : std::string(1, c);
  return out;
}

void draw_portrait(Canvas& canvas, float x, float y, const std::string& name) {
  canvas.disc(x + kDisc, y + kDisc, kDisc, {0x35779B}, theme::kAccent);
  const auto points = code_points(name);
  if (points.empty()) {
    canvas.check_mark(x + kDisc - 50, y + kDisc - 50, 100, theme::kAccentInk);
    return;
  }
  std::string initial(points.front().bytes);
  if (initial[0] >= 'a' && initial[0] <= 'z') initial[0] = static_cast<char>(initial[0] - 32);
  const Extent size = canvas.measure(TextStyle::hero, initial);
  canvas.text("initial", TextStyle::hero, x + kDisc - size.width / 2, y + kDisc - size.height / 2,
              initial, theme::kAccentInk);
}

struct Fact {
  std::string id;
  std::string_view name;
  std::string value;
  bool checked = false;
};

std::vector<Fact> facts_in_words(const SignedIn& facts, SteadyTime now, const Language& say) {
  std::vector<Fact> out{
      {"access", say("session.access"),
       facts.scope.empty() ? std::string(say("session.access.as_asked")) : spaced(facts.scope)}};
  if (!facts.missing_scope.empty()) {
    out.push_back({"not_allowed", say("session.not_allowed"), spaced(facts.missing_scope)});
  }
  out.push_back({"valid", say("session.valid"), lifetime_words(facts, now, say)});
  if (facts.id_token != IdTokenCheck::none_came) {
    out.push_back({"id_token", say("session.id_token"), check_words(facts, say),
                   facts.id_token != IdTokenCheck::not_verified});
  }
  return out;
}

// The card with what was granted. Answers its height.
float draw_facts(Canvas& canvas, const std::vector<Fact>& facts, float x, float y, float width,
                 int lines) {
  const float text_width = width - 2 * kPadding - kNameWidth;
  float height = 2 * kPadding - kRowGap;
  for (const Fact& fact : facts) {
    height +=
        kRowGap + canvas.paragraph_height(TextStyle::body, text_width - kMark, fact.value, lines);
  }
  canvas.box("facts", {x, y, width, height}, theme::kCardRadius, theme::kCard, theme::kLine);
  y += kPadding;
  for (const Fact& fact : facts) {
    canvas.text(fact.id, TextStyle::body, x + kPadding, y, fact.name, theme::kMuted);
    float text_x = x + kPadding + kNameWidth;
    if (fact.checked) {
      canvas.check_mark(text_x, y + 6, 30, theme::kGood);
      text_x += kMark;
    }
    y += kRowGap + canvas.paragraph(fact.id + ".value", TextStyle::body, text_x, y,
                                    text_width - kMark, fact.value,
                                    fact.checked ? theme::kGood : theme::kText, lines);
  }
  return height;
}

// All of it from `y` on. Answers its height. The Developer tab has every text whole.
float draw_block(Canvas& canvas, const AppModel& model, SteadyTime now, bool compact, float y) {
  const Rect area = content_area(canvas);
  const SessionView& session = *model.session();
  const Language& say = model.language();
  const std::string name = session.person ? session.person->name : "";
  const float top = y;
  const float x = area.x + 2 * kDisc + 80;
  const float width = area.right() - x;
  draw_portrait(canvas, area.x, y, name);

  canvas.check_mark(x, y + 4, 32, theme::kGood);
  canvas.text("signed_in", TextStyle::heading, x + 44, y, say("session.signed_in"), theme::kGood);
  y += 58;
  const std::string title = name.empty() ? std::string(say("session.nameless")) : name;
  const bool fits = canvas.measure(TextStyle::headline, title).width <= width;
  y += canvas.paragraph("name", fits ? TextStyle::headline : TextStyle::title, x - 3, y, width,
                        title, theme::kText, 2);
  std::string where = session.person && !session.person->detail.empty()
                          ? session.person->detail + " · "
                          : std::string();
  where += model.facts().provider;
  canvas.text_within("where", TextStyle::body, x, y + 4, width, where, theme::kMuted);
  y += 96;
  y += draw_facts(canvas, facts_in_words(session.facts, now, say), x, y,
                  std::min(kCardWidth, width), compact ? 1 : 3) +
       48;
  button_row(
      canvas, x, y,
      {{"developer", say("action.developer"), {Intent::Kind::show_developer, 0}, false, true},
       {"sign_out", say("action.sign_out"), {Intent::Kind::go_home, 0}}});
  return y + kButtonHeight - top;
}

}  // namespace

void draw_signed_in(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const Rect area = content_area(canvas);
  const auto height = [&](bool compact) {
    return canvas.dry_run([&] { return draw_block(canvas, model, now, compact, 0); });
  };
  const bool compact = height(false) > area.height;
  draw_block(canvas, model, now, compact,
             area.y + std::max(0.0F, (area.height - height(compact)) / 2));
}

}  // namespace deviceflow::demo
