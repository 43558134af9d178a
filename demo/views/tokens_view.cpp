// The tokens: a list, the facts of the selected one, and what is in it.
#include <algorithm>
#include <optional>

#include "developer_parts.hpp"
#include "model/app_model.hpp"
#include "model/code_words.hpp"
#include "model/selection.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 28;
constexpr float kRowHeight = 56;
constexpr float kFactHeight = 34;
constexpr float kLeftPart = 0.42F;
constexpr float kBarHeight = 10;
constexpr float kGap = 20;

struct Row {
  TokenKind kind;
  std::string_view id;
  std::string_view title;
};

std::array<Row, kTokenKinds> rows_of(const Language& say) {
  return {Row{TokenKind::access, "token.access", say("tokens.access")},
          Row{TokenKind::refresh, "token.refresh", say("tokens.refresh")},
          Row{TokenKind::id, "token.id", say("tokens.id")}};
}

// Answers the list's lower edge.
float draw_list(Canvas& canvas, const TokensModel& tokens, const Language& say, const Rect& rect) {
  float y = rect.y + 16;
  for (const Row& row : rows_of(say)) {
    const Rect place{rect.x + 12, y, rect.width - 24, kRowHeight};
    const bool chosen = row.kind == tokens.selected();
    if (chosen) canvas.box(row.id, place, 12, theme::kSelected, theme::kSelected);
    const bool came = !tokens.value(row.kind).empty();
    float title_end = place.right() - 16;
    if (!came) {
      const std::string_view none = say("tokens.none");
      const float none_x = title_end - canvas.measure(TextStyle::panel, none).width;
      canvas.text(std::string(row.id) + ".none", TextStyle::panel, none_x, y + 13, none,
                  theme::kMuted);
      title_end = none_x - 16;
    }
    const float title_x = place.x + 16;
    canvas.text_within(std::string(row.id) + ".title",
                       chosen ? TextStyle::panel_label : TextStyle::panel, title_x, y + 13,
                       title_end - title_x, row.title, came ? theme::kText : theme::kMuted);
    y += kRowHeight;
  }
  Focusable list;
  list.id = "tokens";
  list.rect = {rect.x + 12, rect.y + 16, rect.width - 24, y - (rect.y + 16)};
  list.first = true;
  list.accept = {Intent::Kind::toggle_secrets, 0};
  const auto selected = static_cast<std::size_t>(tokens.selected());
  list.list = "tokens";
  for (const Action action : kListKeys) {
    const auto to = place_after(action, selected, kTokenKinds, kTokenKinds);
    if (!to) continue;
    list.arrows[static_cast<std::size_t>(action)] =
        Intent{Intent::Kind::select_token_kind, static_cast<int>(*to)};
  }
  canvas.focusable(std::move(list), 12);
  for (int i = 0; i < kTokenKinds; ++i) {
    Focusable row;
    row.id = "token.row." + std::to_string(i);
    row.rect = {rect.x + 12, rect.y + 16 + static_cast<float>(i) * kRowHeight, rect.width - 24,
                kRowHeight};
    row.accept = {Intent::Kind::select_token_kind, i};
    row.click_only = true;
    canvas.focusable(std::move(row), 0);
  }
  return y + 30;
}

struct Fact {
  std::string id;
  std::string_view title;
  std::string value;
  Ink ink = Ink::plain;
  std::optional<float> left = {};  ///< A bar below: the part of a life that is left, 1 to 0.
};

Fact check_of(const std::string& name, const TokenCheck& check, const Language& say) {
  using State = TokenCheck::State;
  const std::string key = "tokens.check." + name;
  Fact fact{"check." + name, say(key), std::string(say("tokens.state.not_made")), Ink::muted};
  if (check.state == State::passed) {
    fact.value = say("tokens.state.passed");
    fact.ink = Ink::good;
  } else if (check.state == State::failed) {
    fact.value = say("tokens.state.failed");
    fact.ink = Ink::bad;
  }
  if (!check.why.empty()) fact.value += ": " + check.why;
  return fact;
}

Fact lifetime_of(const TokenSet& set, const Language& say, SteadyTime now) {
  Fact fact{"fact.lifetime", say("tokens.lifetime"), std::string(say("session.valid.unknown"))};
  if (!set.expires_at) return fact;
  fact.value = time_left_words(*set.expires_at, now, say);
  if (set.expires_in) fact.left = part_left(*set.expires_at, *set.expires_in, now);
  return fact;
}

std::vector<Fact> facts_of(const TokensModel& tokens, const Language& say, SteadyTime now) {
  if (tokens.value(tokens.selected()).empty()) return {};
  const TokenSet& set = tokens.tokens();
  const TokenChecks& checks = tokens.checks();
  const std::string unknown(say("session.valid.unknown"));
  switch (tokens.selected()) {
    case TokenKind::access:
      return {{"fact.type", say("tokens.type"), set.token_type},
              {"fact.sent", "expires_in",
               set.expires_in ? std::to_string(set.expires_in->count()) + " s" : "-"},
              lifetime_of(set, say, now),
              {"fact.scope", say("tokens.scope"), tokens.scope().empty() ? "-" : tokens.scope()}};
    case TokenKind::refresh: return {{"fact.lifetime", say("tokens.lifetime"), unknown}};
    case TokenKind::id:
      return {check_of("signature", checks.signature, say), check_of("issuer", checks.issuer, say),
              check_of("audience", checks.audience, say), check_of("expiry", checks.expiry, say),
              check_of("rest", checks.rest, say)};
  }
  return {};
}

// Each a name and its value in as many lines as it takes, up to a few.
void draw_facts(Canvas& canvas, const std::vector<Fact>& facts, const Rect& rect) {
  const float column = rect.width * 0.36F;
  float y = rect.y;
  for (const Fact& fact : facts) {
    canvas.text_within(fact.id + ".title", TextStyle::panel, rect.x, y, column - 16, fact.title,
                       theme::kMuted);
    const float height = canvas.paragraph(fact.id, TextStyle::panel, rect.x + column, y,
                                          rect.width - column, fact.value, color_of(fact.ink), 3);
    y += std::max(kFactHeight, height) + 8;
    if (!fact.left) continue;
    const Rect bar{rect.x + column, y - 4, rect.width - column, kBarHeight};
    canvas.box(fact.id + ".bar", bar, kBarHeight / 2, theme::kLine, theme::kLine);
    const Rect left{bar.x, bar.y, bar.width * *fact.left, bar.height};
    canvas.box(fact.id + ".left", left, kBarHeight / 2, theme::kAccent, theme::kAccent);
    y += kBarHeight + 12;
  }
}

// Where there is no room for them beside the token they come before what is in it.
std::vector<Line> with_facts(const std::vector<Fact>& facts, const std::vector<Line>& lines) {
  std::vector<Line> out;
  for (const Fact& fact : facts) {
    out.push_back({{Ink::muted, std::string(fact.title) + ": "}, {fact.ink, fact.value}});
  }
  if (!facts.empty()) out.emplace_back();
  out.insert(out.end(), lines.begin(), lines.end());
  return out;
}

}  // namespace

void draw_tokens(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                 const Rect& rect, SteadyTime now) {
  const TokensModel& tokens = developer.tokens();
  if (!tokens.known()) {
    canvas.box("tokens.card", rect, theme::kCardRadius, theme::kCard, theme::kLine);
    canvas.paragraph("tokens.nothing", TextStyle::panel, rect.x + 30, rect.y + 30,
                     rect.width - 2 * 30, say("tokens.empty", {{"login", say("action.login")}}),
                     theme::kMuted);
    return;
  }
  const Rect left{rect.x, rect.y, rect.width * kLeftPart, rect.height};
  const Rect right{left.right() + kGap, rect.y, rect.width - left.width - kGap, rect.height};
  canvas.box("tokens.card", left, theme::kCardRadius, theme::kCard, theme::kLine);
  canvas.box("token.card", right, theme::kCardRadius, theme::kCard, theme::kLine);
  const float below = draw_list(canvas, tokens, say, left);
  const std::vector<Fact> facts = facts_of(tokens, say, now);
  const bool beside = !shows_one_at_a_time(content_area(canvas));
  if (beside) {
    draw_facts(canvas, facts,
               {left.x + kPadding, below, left.width - 2 * kPadding, left.bottom() - below});
  }
  if (developer.secrets_shown()) {
    const float width = left.width - 2 * kPadding;
    const std::string_view words = say("tokens.hidden");
    const float height = canvas.paragraph_height(TextStyle::panel, width, words);
    canvas.paragraph("tokens.hidden", TextStyle::panel, left.x + kPadding,
                     left.bottom() - kPadding - height, width, words, theme::kWarning);
  }
  draw_scrolled(canvas, "token.detail",
                beside ? developer.token_lines() : with_facts(facts, developer.token_lines()),
                developer.scroll(), {Intent::Kind::toggle_secrets, 0},
                {right.x + kPadding, right.y + kPadding, right.width - 2 * kPadding,
                 right.height - 2 * kPadding});
}

}  // namespace deviceflow::demo
