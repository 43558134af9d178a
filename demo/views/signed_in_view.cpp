#include <algorithm>

#include "app_view.hpp"
#include "code_points.hpp"
#include "common/words.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kDisc = 110;
constexpr float kPadding = 46;
constexpr float kRowGap = 16;
constexpr float kCardWidth = 1200;
constexpr float kMark = 44;
constexpr float kNameWidth = 300;

std::string lifetime_words(const SignedIn& facts, SteadyTime now) {
  if (!facts.expires_at) return "The provider doesn't say";
  const auto left = std::chrono::ceil<std::chrono::minutes>(*facts.expires_at - now);
  if (facts.renewable && left <= std::chrono::minutes(0)) return "It is being renewed";
  if (left <= std::chrono::minutes(0)) return "Over. Sign in again.";
  return duration_words(left) + (facts.renewable ? ", renewed by itself" : "");
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

// The card with what was granted. Answers its height.
float draw_facts(Canvas& canvas, const SignedIn& facts, SteadyTime now, float x, float y,
                 float width, int lines) {
  std::vector<MessageRow> rows{
      {"Access", facts.scope.empty() ? "As asked for" : spaced(facts.scope)}};
  if (!facts.missing_scope.empty()) rows.push_back({"Not allowed", spaced(facts.missing_scope)});
  rows.push_back({"Valid for", lifetime_words(facts, now)});
  if (!facts.id_token.empty()) rows.push_back({"ID token", facts.id_token});
  const float text_width = width - 2 * kPadding - kNameWidth;
  float height = 2 * kPadding - kRowGap;
  for (const MessageRow& row : rows) {
    height +=
        kRowGap + canvas.paragraph_height(TextStyle::body, text_width - kMark, row.value, lines);
  }
  canvas.box("facts", {x, y, width, height}, theme::kCardRadius, theme::kCard, theme::kLine);
  y += kPadding;
  for (const MessageRow& row : rows) {
    canvas.text(row.name, TextStyle::body, x + kPadding, y, row.name, theme::kMuted);
    const bool good = row.name == "ID token" && facts.id_token_verified;
    float text_x = x + kPadding + kNameWidth;
    if (good) {
      canvas.check_mark(text_x, y + 6, 30, theme::kGood);
      text_x += kMark;
    }
    y += kRowGap + canvas.paragraph(row.name + ".value", TextStyle::body, text_x, y,
                                    text_width - kMark, row.value,
                                    good ? theme::kGood : theme::kText, lines);
  }
  return height;
}

// All of it from `y` on. Answers its height. The Developer tab has every text whole.
float draw_block(Canvas& canvas, const AppModel& model, SteadyTime now, bool compact, float y) {
  const Rect area = content_area(canvas);
  const SessionView& session = *model.session();
  const std::string name = session.person ? session.person->name : "";
  const float top = y;
  const float x = area.x + 2 * kDisc + 80;
  const float width = area.right() - x;
  draw_portrait(canvas, area.x, y, name);

  canvas.check_mark(x, y + 4, 32, theme::kGood);
  canvas.text("signed_in", TextStyle::heading, x + 44, y, "Signed in", theme::kGood);
  y += 58;
  const std::string title = name.empty() ? "You are signed in" : name;
  const bool fits = canvas.measure(TextStyle::headline, title).width <= width;
  y += canvas.paragraph("name", fits ? TextStyle::headline : TextStyle::title, x - 3, y, width,
                        title, theme::kText, 2);
  std::string where = session.person && !session.person->detail.empty()
                          ? session.person->detail + " · "
                          : std::string();
  where += model.facts().provider;
  canvas.text_within("where", TextStyle::body, x, y + 4, width, where, theme::kMuted);
  y += 96;
  y += draw_facts(canvas, session.facts, now, x, y, std::min(kCardWidth, width), compact ? 1 : 3) +
       48;
  button_row(canvas, x, y,
             {{"developer", "Developer", {Intent::Kind::show_developer, 0}, false, true},
              {"sign_out", "Sign out", {Intent::Kind::go_home, 0}}});
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
