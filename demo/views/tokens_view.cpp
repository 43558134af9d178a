// The tokens: a list, the facts of the selected one, and what is in it.
#include <algorithm>

#include "developer_parts.hpp"
#include "model/app_model.hpp"
#include "model/code_words.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kPadding = 28;
constexpr float kRowHeight = 56;
constexpr float kFactHeight = 34;
constexpr float kLeftPart = 0.42F;
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
    canvas.text(std::string(row.id) + ".title", chosen ? TextStyle::panel_label : TextStyle::panel,
                place.x + 16, y + 13, row.title, came ? theme::kText : theme::kMuted);
    if (!came) {
      const std::string_view none = say("tokens.none");
      const float width = canvas.measure(TextStyle::panel, none).width;
      canvas.text(std::string(row.id) + ".none", TextStyle::panel, place.right() - 16 - width,
                  y + 13, none, theme::kMuted);
    }
    y += kRowHeight;
  }
  Focusable list;
  list.id = "tokens";
  list.rect = {rect.x + 12, rect.y + 16, rect.width - 24, y - (rect.y + 16)};
  list.first = true;
  list.accept = {Intent::Kind::toggle_secrets, 0};
  const int selected = static_cast<int>(tokens.selected());
  if (selected > 0) {
    list.arrows[static_cast<std::size_t>(Action::up)] =
        Intent{Intent::Kind::select_token_kind, selected - 1};
  }
  if (selected + 1 < kTokenKinds) {
    list.arrows[static_cast<std::size_t>(Action::down)] =
        Intent{Intent::Kind::select_token_kind, selected + 1};
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

// A name and its value in as many lines as it takes, up to a few. Answers where the next one
// stands.
float draw_fact(Canvas& canvas, std::string_view id, const Rect& rect, float y,
                std::string_view title, std::string_view value, Color color) {
  const float column = rect.width * 0.36F;
  canvas.text_within(std::string(id) + ".title", TextStyle::panel, rect.x, y, column - 16, title,
                     theme::kMuted);
  const float height = canvas.paragraph(id, TextStyle::panel, rect.x + column, y,
                                        rect.width - column, value, color, 3);
  return y + std::max(kFactHeight, height) + 8;
}

float draw_check(Canvas& canvas, const Language& say, const Rect& rect, float y,
                 const std::string& name, const TokenCheck& check) {
  using State = TokenCheck::State;
  const std::string key = "tokens.check." + name;
  std::string_view state = say("tokens.state.not_made");
  Color color = theme::kMuted;
  if (check.state == State::passed) {
    state = say("tokens.state.passed");
    color = theme::kGood;
  } else if (check.state == State::failed) {
    state = say("tokens.state.failed");
    color = theme::kBad;
  }
  std::string words(state);
  if (!check.why.empty()) words += ": " + check.why;
  return draw_fact(canvas, "check." + name, rect, y, say(key), words, color);
}

void draw_facts(Canvas& canvas, const TokensModel& tokens, const Language& say, const Rect& rect,
                SteadyTime now) {
  float y = rect.y;
  if (tokens.value(tokens.selected()).empty()) return;
  const TokenSet& set = tokens.tokens();
  switch (tokens.selected()) {
    case TokenKind::access:
      y = draw_fact(canvas, "fact.type", rect, y, say("tokens.type"), set.token_type, theme::kText);
      y = draw_fact(canvas, "fact.sent", rect, y, "expires_in",
                    set.expires_in ? std::to_string(set.expires_in->count()) + " s" : "-",
                    theme::kText);
      y = draw_fact(canvas, "fact.lifetime", rect, y, say("tokens.lifetime"),
                    set.expires_at ? time_left_words(*set.expires_at, now, say)
                                   : std::string(say("session.valid.unknown")),
                    theme::kText);
      draw_fact(canvas, "fact.scope", rect, y, say("tokens.scope"),
                tokens.scope().empty() ? "-" : tokens.scope(), theme::kText);
      break;
    case TokenKind::refresh:
      draw_fact(canvas, "fact.lifetime", rect, y, say("tokens.lifetime"),
                say("session.valid.unknown"), theme::kText);
      break;
    case TokenKind::id:
      y = draw_check(canvas, say, rect, y, "signature", tokens.checks().signature);
      y = draw_check(canvas, say, rect, y, "issuer", tokens.checks().issuer);
      y = draw_check(canvas, say, rect, y, "audience", tokens.checks().audience);
      y = draw_check(canvas, say, rect, y, "expiry", tokens.checks().expiry);
      draw_check(canvas, say, rect, y, "rest", tokens.checks().rest);
      break;
  }
}

}  // namespace

void draw_tokens(Canvas& canvas, const DeveloperModel& developer, const Language& say,
                 const Rect& rect, SteadyTime now) {
  const TokensModel& tokens = developer.tokens();
  if (!tokens.known()) {
    canvas.box("tokens.card", rect, theme::kCardRadius, theme::kCard, theme::kLine);
    canvas.text("tokens.nothing", TextStyle::panel, rect.x + 30, rect.y + 30,
                say("tokens.empty", {{"login", say("action.login")}}), theme::kMuted);
    return;
  }
  const Rect left{rect.x, rect.y, rect.width * kLeftPart, rect.height};
  const Rect right{left.right() + kGap, rect.y, rect.width - left.width - kGap, rect.height};
  canvas.box("tokens.card", left, theme::kCardRadius, theme::kCard, theme::kLine);
  canvas.box("token.card", right, theme::kCardRadius, theme::kCard, theme::kLine);
  const float below = draw_list(canvas, tokens, say, left);
  draw_facts(canvas, tokens, say,
             {left.x + kPadding, below, left.width - 2 * kPadding, left.bottom() - below}, now);
  if (developer.secrets_shown()) {
    canvas.text("tokens.hidden", TextStyle::panel, left.x + kPadding, left.bottom() - 56,
                say("tokens.hidden"), theme::kWarning);
  }
  draw_scrolled(canvas, "token.detail", developer.token_lines(), developer.scroll(),
                {Intent::Kind::toggle_secrets, 0},
                {right.x + kPadding, right.y + kPadding, right.width - 2 * kPadding,
                 right.height - 2 * kPadding});
}

}  // namespace deviceflow::demo
