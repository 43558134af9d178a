#include <algorithm>
#include <string>
#include <vector>

#include "app_view.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kTextWidth = 1300;  // or all there is, where room is short
constexpr float kRowGap = 14;

// How much air the words have, from the roomiest down. The Developer tab has every text whole.
struct Look {
  TextStyle title;
  TextStyle text;
  TextStyle row;
  float name_width;
  float padding;
  float row_gap;
  float air;  // above the buttons
  int lines;  // of the text, at the most
  bool whole_rows;
  bool all_width;
};
constexpr Look kLooks[] = {
    {TextStyle::headline, TextStyle::body, TextStyle::small, 300, 28, kRowGap, 44, 4, true, false},
    {TextStyle::headline, TextStyle::body, TextStyle::small, 300, 28, kRowGap / 2, 28, 2, false,
     true},
    {TextStyle::title, TextStyle::small, TextStyle::panel, 220, 20, kRowGap / 2, 24, 4, true, true},
    {TextStyle::heading, TextStyle::panel, TextStyle::panel, 190, 12, 3, 12, 3, false, true},
};

// The details in a card. Answers its height.
float draw_rows(Canvas& canvas, const std::vector<MessageRow>& rows, const Look& look, float x,
                float y) {
  const float most = content_area(canvas).width;
  const float card = look.all_width ? most : std::min(kTextWidth, most);
  const float width = card - look.name_width - 2 * look.padding;
  const auto lines_of = [&look](const MessageRow& row) {
    if (row.whole) return 1000;
    return look.whole_rows ? row.lines : 1;
  };
  float height = 2 * look.padding - look.row_gap;
  for (const MessageRow& row : rows) {
    height += look.row_gap + canvas.paragraph_height(look.row, width, row.value, lines_of(row));
  }
  canvas.box("rows", {x, y, card, height}, theme::kCardRadius, theme::kCard, theme::kLine);
  y += look.padding;
  int number = 0;
  for (const MessageRow& row : rows) {
    const std::string id = "row." + std::to_string(number++);
    canvas.text_within(id + ".name", look.row, x + look.padding, y, look.name_width - 12, row.name,
                       theme::kMuted);
    y += look.row_gap + canvas.paragraph(id, look.row, x + look.padding + look.name_width, y, width,
                                         row.value, theme::kText, lines_of(row));
  }
  return height;
}

// The first one that fits.
TextStyle title_style(const Canvas& canvas, const Look& look, std::string_view title, float most) {
  const bool fits = canvas.measure(look.title, title).width <= most;
  return fits || look.title != TextStyle::headline ? look.title : TextStyle::title;
}

void draw_buttons(Canvas& canvas, const AppModel& model, float x, float y) {
  const Message& message = model.message();
  const Language& say = model.language();
  const Button back{"back", say("action.back"), {Intent::Kind::go_home, 0}};
  const Button again{"again", message.again, {Intent::Kind::log_in, 0}, true, true};
  const bool trying = model.screen() == Screen::connecting || model.status() == "retry";
  std::vector<Button> buttons;
  if (trying) {
    buttons = {{"cancel", say("action.cancel"), {Intent::Kind::cancel, 0}}};
  } else if (!message.trust.empty()) {
    buttons = {again, {"trust", message.trust, {Intent::Kind::trust_certificate, 0}}, back};
  } else if (!message.again.empty()) {
    buttons = {again, back};
  } else {
    buttons = {{"back", say("action.back"), {Intent::Kind::go_home, 0}, false, true}};
  }
  if (message.fix) {
    buttons.push_back({"settings", say("settings.heading"), {Intent::Kind::open_settings, 1}});
  }
  button_row(canvas, x, y, buttons);
}

// Draws the block from `y` on and answers its height.
float draw_block(Canvas& canvas, const AppModel& model, const Look& look, float y) {
  const Message& message = model.message();
  const Rect area = content_area(canvas);
  const float top = y;
  if (!message.kicker.empty()) {
    const TextStyle kicker = canvas.small() ? TextStyle::label : TextStyle::heading;
    canvas.text("kicker", kicker, area.x, y, message.kicker,
                message.serious ? theme::kBad : theme::kWarning);
    y += canvas.line_height(kicker) + (canvas.small() ? 4.0F : 16.0F);
  }
  y += canvas.paragraph("title", title_style(canvas, look, message.title, area.width), area.x - 3,
                        y, area.width, message.title, theme::kText, 2);
  y += look.row_gap;
  const float most = look.all_width ? area.width : std::min(kTextWidth, area.width);
  y +=
      canvas.paragraph("text", look.text, area.x, y, most, message.text, theme::kMuted, look.lines);
  if (!message.rows.empty()) {
    const float gap = look.air * 0.6F;
    y += gap + draw_rows(canvas, message.rows, look, area.x, y + gap);
  }
  y += look.air;
  draw_buttons(canvas, model, area.x, y);
  return y + button_height(canvas) - top;
}

}  // namespace

void draw_message(Canvas& canvas, const AppModel& model) {
  const Rect area = content_area(canvas);
  // Measured first, then drawn in the middle; with less air where it would not fit.
  const auto height = [&](const Look& look) {
    return canvas.dry_run([&] { return draw_block(canvas, model, look, 0); });
  };
  const bool small = canvas.small() && !canvas.upright();
  const Look* look = kLooks + (small ? 2 : 0);
  const Look* last = look + 1;
  while (look != last && height(*look) > area.height) ++look;
  draw_block(canvas, model, *look, area.y + std::max(0.0F, (area.height - height(*look)) / 2));
}

}  // namespace deviceflow::demo
