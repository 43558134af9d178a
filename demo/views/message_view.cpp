#include <algorithm>
#include <string>
#include <vector>

#include "app_view.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kTextWidth = 1300;  // or all there is, where room is short
constexpr float kNameWidth = 300;
constexpr float kPadding = 28;
constexpr float kRowGap = 14;

// The details in a card. Answers its height.
float draw_rows(Canvas& canvas, const std::vector<MessageRow>& rows, bool compact, float x,
                float y) {
  const float card = compact ? content_area(canvas).width : kTextWidth;
  const float width = card - kNameWidth - 2 * kPadding;
  const auto lines_of = [compact](const MessageRow& row) {
    return compact && !row.whole ? 1 : row.lines;
  };
  const float gap = compact ? kRowGap / 2 : kRowGap;
  float height = 2 * kPadding - gap;
  for (const MessageRow& row : rows) {
    height += gap + canvas.paragraph_height(TextStyle::small, width, row.value, lines_of(row));
  }
  canvas.box("rows", {x, y, card, height}, theme::kCardRadius, theme::kCard, theme::kLine);
  y += kPadding;
  int number = 0;
  for (const MessageRow& row : rows) {
    const std::string id = "row." + std::to_string(number++);
    canvas.text(id + ".name", TextStyle::small, x + kPadding, y, row.name, theme::kMuted);
    y += gap + canvas.paragraph(id, TextStyle::small, x + kPadding + kNameWidth, y, width,
                                row.value, theme::kText, lines_of(row));
  }
  return height;
}

// Draws the block from `y` on and answers its height. The Developer tab has every text whole.
float draw_block(Canvas& canvas, const AppModel& model, bool compact, float y) {
  const Message& message = model.message();
  const Language& say = model.language();
  const float x = theme::kMarginX;
  const float top = y;
  if (!message.kicker.empty()) {
    canvas.text("kicker", TextStyle::heading, x, y, message.kicker,
                message.serious ? theme::kBad : theme::kWarning);
    y += 62;
  }
  const float most = canvas.width() - 2 * x;
  const bool fits = canvas.measure(TextStyle::headline, message.title).width <= most;
  y += canvas.paragraph("title", fits ? TextStyle::headline : TextStyle::title, x - 3, y, most,
                        message.title, theme::kText, 2);
  y += 14;
  y += canvas.paragraph("text", TextStyle::body, x, y, compact ? most : std::min(kTextWidth, most),
                        message.text, theme::kMuted, compact ? 2 : 4);
  if (!message.rows.empty()) y += 26 + draw_rows(canvas, message.rows, compact, x, y + 26);
  y += compact ? 28 : 44;
  const bool trying = model.screen() == Screen::connecting || model.status() == "retry";
  if (trying) {
    button_row(canvas, x, y,
               {{"cancel", say("action.cancel"), {Intent::Kind::cancel, 0}, false, true}});
  } else if (!message.trust.empty()) {
    button_row(canvas, x, y,
               {{"again", message.again, {Intent::Kind::log_in, 0}, true, true},
                {"trust", message.trust, {Intent::Kind::trust_certificate, 0}},
                {"back", say("action.back"), {Intent::Kind::go_home, 0}}});
  } else if (!message.again.empty()) {
    button_row(canvas, x, y,
               {{"again", message.again, {Intent::Kind::log_in, 0}, true, true},
                {"back", say("action.back"), {Intent::Kind::go_home, 0}}});
  } else {
    button_row(canvas, x, y,
               {{"back", say("action.back"), {Intent::Kind::go_home, 0}, false, true}});
  }
  return y + kButtonHeight - top;
}

}  // namespace

void draw_message(Canvas& canvas, const AppModel& model) {
  const Rect area = content_area(canvas);
  // Measured first, then drawn in the middle; with fewer lines where it would not fit.
  const auto height = [&](bool compact) {
    return canvas.dry_run([&] { return draw_block(canvas, model, compact, 0); });
  };
  const bool compact = height(false) > area.height;
  draw_block(canvas, model, compact, area.y + std::max(0.0F, (area.height - height(compact)) / 2));
}

}  // namespace deviceflow::demo
