// The codes: where to go, what to check, how long there is, and a QR code for the phone.
#include <algorithm>
#include <cmath>
#include <string>

#include "app_view.hpp"
#include "code_points.hpp"
#include "model/code_words.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kQrSide = 544;
constexpr float kGap = 56;       // between the columns
constexpr float kNarrow = 772;   // what the left one needs beside a symbol that fills the height
constexpr float kSmallGap = 36;  // the same on a small canvas
constexpr float kSmallNarrow = 490;
constexpr float kSmallNarrowPart = 0.44F;
constexpr float kSmallQrPart = 0.36F;  // of the width
constexpr float kMostGap = 36;
constexpr float kLeastGrowth = 1.12F;  // of the symbol that is enlarged

// The sizes of the words.
struct Look {
  TextStyle title;
  TextStyle step_number;
  TextStyle step;
  TextStyle uri;
  float small_uri;  // the factor for one that is broken
  TextStyle time;
  TextStyle small_time;  // where one line has no room for it
  TextStyle note;
  float indent;
  float code_indent;
  float ring;
  float code;  // the factor for the user code, at the most
  float code_padding;
  float least_code_height;
  float letter_gap;
  float group_gap;
};
constexpr Look kLarge{TextStyle::title,
                      TextStyle::heading,
                      TextStyle::body,
                      TextStyle::uri,
                      27.0F / 30.0F,  // still large enough for a sofa
                      TextStyle::heading,
                      TextStyle::label,
                      TextStyle::small,
                      64,
                      64,
                      54,
                      1,
                      44,
                      96,
                      10,
                      46};
constexpr Look kSmall{TextStyle::heading,
                      TextStyle::label,
                      TextStyle::small,
                      TextStyle::panel_mono,
                      1,
                      TextStyle::label,
                      TextStyle::panel_label,
                      TextStyle::panel,
                      36,
                      0,
                      34,
                      0.7F,
                      20,
                      66,
                      4,
                      24};

// Which device asks for what, and how; from its measured height down to the drawn one.
class Steps {
 public:
  Steps(Canvas& canvas, const AppModel& model, SteadyTime now, float x, float width)
      : canvas_(canvas),
        look_(canvas.small() && !canvas.upright() ? kSmall : kLarge),
        say_(model.language()),
        code_(*model.code()),
        now_(now),
        x_(x),
        width_(width) {}

  /// All of it in at most `room`. Where that is short the title goes, then what is told of the
  /// steps; with an address that nobody can type, that address is cut and the title stays. Answers
  /// the height.
  float draw_within(float y, float room) {
    const auto tight = [&](Words words) {
      return canvas_.dry_run([&] { return draw(0, 0, words); });
    };
    Words words = Words::all;
    if (typable()) {
      if (tight(words) > room) words = Words::no_title;
      if (tight(words) > room) words = Words::no_captions;
    } else {
      shorten_uri(tight(words) - room, words);
      if (tight(words) > room) {
        words = Words::title_alone;
        uri_rows_ = kAllRows;
        shorten_uri(tight(words) - room, words);
      }
    }
    constexpr float kGaps = 5;
    return draw(y, std::clamp((room - tight(words)) / kGaps, 0.0F, kMostGap), words);
  }

  /// The same without what can be left out beside a symbol that fills the screen.
  float draw_narrow_within(float y, float room) {
    const auto tight = [&](Words words) {
      return canvas_.dry_run([&] { return draw_narrow(0, 0, words); });
    };
    Words words = Words::no_title;
    shorten_uri(tight(words) - room, words);
    if (!canvas_.upright() && tight(words) > room) words = Words::no_captions;
    if (!canvas_.upright() && tight(words) > room) words = Words::bare;
    constexpr float kGaps = 6;
    return draw_narrow(y, std::clamp((room - tight(words)) / kGaps, 0.0F, kMostGap), words);
  }

  /// What the card of the user code takes.
  float card_width() const {
    const auto groups = code_groups(code_.user_code);
    return code_width(groups, code_factor(groups, look_.code_indent)) + 2 * look_.code_padding;
  }
  /// Whether the address has too little room to be shown whole.
  bool uri_is_cut() const noexcept { return uri_rows_ != kAllRows; }

  float safety(float x, float y, float width) {
    return canvas_.paragraph("safety", look_.note, x, y, width, say_("code.safety"), theme::kMuted);
  }

 private:
  // With the title alone there are no captions. Bare are address, code, time and warning; the rest
  // stands beside the smaller symbol.
  enum class Words { all, title_alone, no_title, no_captions, bare };

  static bool has_captions(Words words) { return words == Words::all || words == Words::no_title; }
  bool typable() const { return code_.uri.size() <= kMostTyped; }

  float draw(float y, float gap, Words words) {
    const float top = y;
    if (words == Words::all || words == Words::title_alone) {
      canvas_.text("title", look_.title, x_ - 2, y, say_("code.title"), theme::kText);
      y += canvas_.line_height(look_.title) - 4 + gap;
    }
    const bool told = has_captions(words);
    y += what_to_do(y, gap, told, look_.code_indent) + gap;
    if (told) y += step(y, '3', say_("code.approve"));
    y += asks(y) + gap;
    y += countdown(y) + gap;
    if (!code_.reach.empty()) y += reach(y);
    return y - top;
  }

  float draw_narrow(float y, float gap, Words words) {
    const float top = y;
    y += what_to_do(y, gap, has_captions(words), 0) + gap;
    y += countdown(y) + gap;
    if (!code_.reach.empty() && words != Words::bare) y += reach(y) + gap;
    y += safety(x_, y, width_);
    return y - top;
  }

  // What is typed and what is compared.
  float what_to_do(float y, float gap, bool told, float code_indent) {
    const float top = y;
    if (told) y += step(y, '1', say_(code_.qr ? "code.scan" : "code.open"));
    y += uri(y, told ? look_.indent : 0) + gap;
    if (told) y += step(y, '2', say_("code.check"));
    y += 8 + user_code(y + 8, code_indent);
    return y - top;
  }

  float step(float y, char number, std::string_view text) {
    const std::string id = std::string("step.") + number;
    canvas_.text(id, look_.step_number, x_, y, std::string(1, number), theme::kAccent);
    return 2 + canvas_.paragraph(id + ".text", look_.step, x_ + look_.indent, y,
                                 width_ - look_.indent, text, theme::kText);
  }

  // What the person would allow.
  float asks(float y) {
    if (code_.asks_for.empty()) return 0;
    return canvas_.paragraph("asks", look_.note, x_ + look_.indent, y, width_ - look_.indent,
                             say_("code.asks", {{"access", code_.asks_for}}), theme::kMuted, 2);
  }

  float uri(float y, float indent) {
    const float most = width_ - indent;
    const float x = x_ + indent;
    const float wide = canvas_.measure(look_.uri, code_.uri).width;
    if (wide <= most) {
      canvas_.text("uri", look_.uri, x, y, code_.uri, theme::kText);
      return canvas_.line_height(look_.uri);
    }
    return broken_uri(x, y, most);
  }

  float uri_line() const { return canvas_.line_height(look_.uri) * look_.small_uri; }

  std::vector<std::string_view> rows_of_uri(float most) const {
    const float one = canvas_.measure(look_.uri, "0").width * look_.small_uri;
    const auto columns = static_cast<std::size_t>(std::max(8.0F, std::floor(most / one)));
    std::vector<std::string_view> rows;
    for (std::string_view rest = code_.uri; !rest.empty();) {
      std::size_t end = std::min(columns, rest.size());
      if (end < rest.size()) {
        const std::size_t slash = rest.substr(0, end).find_last_of("/?&");
        if (slash != std::string_view::npos && slash > columns / 2) end = slash + 1;
      }
      rows.push_back(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    return rows;
  }

  // An address that nobody can type leaves everything else its room.
  void shorten_uri(float missing, Words words) {
    if (missing <= 0 || typable()) return;
    const float most = width_ - (has_captions(words) ? look_.indent : 0);
    const auto rows = static_cast<float>(rows_of_uri(most).size());
    const float fitting = std::max(kLeastUriRows, rows - std::ceil(missing / uri_line()));
    if (fitting < rows) uri_rows_ = static_cast<std::size_t>(fitting);
  }

  // Smaller, and broken after slashes if one line is not enough.
  float broken_uri(float x, float y, float most) {
    const float line = uri_line();
    std::vector<std::string_view> rows = rows_of_uri(most);
    std::string more;
    if (rows.size() > uri_rows_) {
      rows.resize(uri_rows_ - 1);
      std::size_t shown = 0;
      for (const std::string_view row : rows) shown += row.size();
      more = say_("code.more", {{"count", std::to_string(code_.uri.size() - shown)}});
    }
    float height = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      canvas_.text_scaled("uri." + std::to_string(row), look_.uri, x, y + height, rows[row],
                          theme::kText, look_.small_uri);
      height += line;
    }
    if (more.empty()) return height;
    canvas_.text("uri.more", look_.note, x, y + height, more, theme::kWarning);
    return height + std::max(line, canvas_.line_height(look_.note));
  }

  // Large, in groups, every character set apart. Smaller where it would not fit.
  float user_code(float y, float indent) {
    const auto groups = code_groups(code_.user_code);
    const float size = facts_of(TextStyle::code).size;
    const float padding = look_.code_padding;
    const float factor = code_factor(groups, indent);
    const float height = std::max(look_.least_code_height, (size * 1.2F + 44) * factor);
    const float x = x_ + indent;
    canvas_.box("user_code", {x, y, code_width(groups, factor) + 2 * padding, height},
                theme::kCardRadius, theme::kCard, theme::kLine);
    float at = x + padding;
    const float text_y = y + (height - canvas_.measure(TextStyle::code, "0").height * factor) / 2;
    int number = 0;
    for (std::size_t group = 0; group < groups.size(); ++group) {
      if (group > 0) at += look_.group_gap * factor;
      for (const CodePoint& point : code_points(groups[group])) {
        const Extent drawn =
            canvas_.text_scaled("user_code." + std::to_string(number++), TextStyle::code, at,
                                text_y, point.bytes, theme::kText, factor);
        at += drawn.width + look_.letter_gap * factor;
      }
    }
    return height;
  }

  float code_factor(const std::vector<std::string>& groups, float indent) const {
    return std::min(look_.code, (width_ - indent - 2 * look_.code_padding) / code_width(groups, 1));
  }

  float code_width(const std::vector<std::string>& groups, float factor) const {
    float width = 0;
    for (const std::string& group : groups) {
      for (const CodePoint& point : code_points(group)) {
        width += canvas_.measure(TextStyle::code, point.bytes).width + look_.letter_gap;
      }
    }
    width += static_cast<float>(groups.size() - 1) * look_.group_gap;
    return (width - look_.letter_gap) * factor;
  }

  float countdown(float y) {
    const float radius = look_.ring;
    canvas_.ring(x_ + radius, y + radius, radius - 6, radius * 0.18F,
                 part_left(code_.expires_at, code_.lifetime, now_), theme::kAccent, theme::kLine);
    const float x = x_ + radius * 2.6F;
    const float most = width_ - (x - x_);
    const std::string left = time_left_words(code_.expires_at, now_, say_);
    const bool fits = canvas_.measure(look_.time, left).width <= most;
    const TextStyle style = fits ? look_.time : look_.small_time;
    const float above = std::max(0.0F, radius - canvas_.line_height(style) + 2);
    const float first =
        canvas_.paragraph("time_left", style, x, y + above, most, left, theme::kText, 2);
    const float said =
        canvas_.paragraph("status", look_.note, x, y + above + first + 2, most, code_.status,
                          code_.trouble ? theme::kWarning : theme::kMuted, 2);
    return std::max(2 * radius, above + first + 2 + said);
  }

  float reach(float y) {
    const Color color = code_.unreachable ? theme::kWarning : theme::kMuted;
    const std::string text = (code_.unreachable ? "! " : "") + code_.reach;
    return canvas_.paragraph("reach", look_.note, x_, y, width_, text, color, kMostReachLines);
  }

  Canvas& canvas_;
  const Look& look_;
  const Language& say_;
  const CodeView& code_;
  SteadyTime now_;
  float x_;
  float width_;
  static constexpr std::size_t kAllRows = static_cast<std::size_t>(-1);
  static constexpr std::size_t kMostTyped = 400;
  static constexpr float kLeastUriRows = 3;
  static constexpr int kMostReachLines = 4;
  std::size_t uri_rows_ = kAllRows;  ///< The last one says how much is left out.
};

float column_gap(const Canvas& canvas) {
  return canvas.small() ? kSmallGap : kGap;
}

// The side of the symbol that is not enlarged, at the most.
float qr_room(const Canvas& canvas, const Rect& area) {
  return canvas.small() ? area.width * kSmallQrPart : kQrSide;
}

// The symbol from the top of the safe area to the footer, and beside it what the person needs; on
// an upright screen below it.
void draw_enlarged(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const Rect area = content_area(canvas);
  const float gap = column_gap(canvas);
  const float top = canvas.small() ? area.y : area.y - 16;  // there are no tabs above it
  const Button back{
      "shrink", model.language()("action.back"), {Intent::Kind::shrink_qr, 0}, false, true};
  const float button_y = area.bottom() - button_height(canvas);
  const QrCode& qr = *model.code()->qr;
  if (canvas.upright()) {
    Steps steps(canvas, model, now, area.x, area.width);
    const float room = button_y - 2 * gap - area.width - top;
    const float below = top + steps.draw_narrow_within(top, room) + gap;
    const float side = std::min(area.width, button_y - gap - below);
    canvas.qr_code("qr", qr, {area.x + (area.width - side) / 2, below, side, side});
  } else {
    // The code stays as large as it was.
    const Steps before(canvas, model, now, area.x, area.width - qr_room(canvas, area) - gap);
    const float least =
        canvas.small() ? std::max(kSmallNarrow, kSmallNarrowPart * canvas.width()) : kNarrow;
    // Unless it is so long that the symbol could not grow.
    const float most = area.width - gap - kLeastGrowth * qr_room(canvas, area);
    const float narrow = std::max(least, std::min(before.card_width(), most));
    const float side = std::min(area.bottom() - canvas.margin_y(), area.width - gap - narrow);
    const float right_x = area.right() - side;
    canvas.qr_code("qr", qr, {right_x, area.bottom() - side, side, side});
    Steps steps(canvas, model, now, area.x, right_x - gap - area.x);
    steps.draw_narrow_within(top, button_y - top - 12);
  }
  button_row(canvas, area.x, button_y, {back});
}

void draw_symbol(Canvas& canvas, const AppModel& model, const Rect& rect, bool uri_is_cut) {
  if (model.code()->qr) {
    canvas.qr_code("qr", *model.code()->qr, rect);
    return;
  }
  canvas.box("qr", rect, theme::kCardRadius, theme::kCard, theme::kLine);
  const float padding = rect.width / 12;
  const float most = rect.width - 2 * padding;
  const TextStyle style = canvas.small() ? TextStyle::small : TextStyle::body;
  const std::string_view words = model.language()(uri_is_cut ? "code.too_long" : "code.no_qr");
  const float height = canvas.paragraph_height(style, most, words);
  canvas.paragraph("qr.none", style, rect.x + padding, rect.y + (rect.height - height) / 2, most,
                   words, theme::kMuted);
}

float lines_height(Canvas& canvas, const Rect& area, const std::vector<Button>& buttons) {
  return canvas.dry_run([&] { return button_lines(canvas, {0, 0, area.width, 0}, buttons); });
}

// Words, symbol and what belongs below it, one below the other.
void draw_upright(Canvas& canvas, const AppModel& model, SteadyTime now,
                  const std::vector<Button>& buttons) {
  const Rect area = content_area(canvas);
  Steps steps(canvas, model, now, area.x, area.width);
  const float button_y = area.bottom() - lines_height(canvas, area, buttons);
  const float safety = canvas.dry_run([&] { return steps.safety(0, 0, area.width); });
  const float safety_y = button_y - 24 - safety;
  const float below = area.y + steps.draw_within(area.y, area.height / 2) + kGap;
  const float side = std::min(area.width, safety_y - 24 - below);
  draw_symbol(canvas, model, {area.x + (area.width - side) / 2, below, side, side},
              steps.uri_is_cut());
  steps.safety(area.x, safety_y, area.width);
  button_lines(canvas, {area.x, button_y, area.width, 0}, buttons);
}

// Words on the left, the symbol and what belongs below it on the right, the buttons below both.
void draw_beside(Canvas& canvas, const AppModel& model, SteadyTime now,
                 const std::vector<Button>& buttons) {
  const Rect area = content_area(canvas);
  const float right_width = qr_room(canvas, area);
  const float right_x = area.right() - right_width;
  constexpr float kAir = 14;
  const float button_y = area.bottom() - lines_height(canvas, area, buttons);
  Steps steps(canvas, model, now, area.x, right_x - column_gap(canvas) - area.x);
  steps.draw_within(area.y, button_y - kAir - area.y);

  const float below = canvas.dry_run([&] { return steps.safety(0, 0, right_width); });
  const float side = std::min(right_width, button_y - kAir - below - kAir - area.y);
  draw_symbol(canvas, model, {area.right() - side, area.y, side, side}, steps.uri_is_cut());
  steps.safety(right_x, area.y + side + kAir, right_width);
  button_lines(canvas, {area.x, button_y, area.width, 0}, buttons);
}

}  // namespace

void draw_code(Canvas& canvas, const AppModel& model, SteadyTime now) {
  if (model.code()->enlarged) {
    draw_enlarged(canvas, model, now);
    return;
  }
  const auto draw = canvas.upright() ? draw_upright : draw_beside;
  const Language& say = model.language();
  std::vector<Button> buttons;
  const auto button = [&](std::string_view id, std::string_view key, Intent::Kind kind) {
    buttons.push_back({id, say(key), {kind, 0}});
  };
  if (model.facts().browser) button("open", "action.open_page", Intent::Kind::open_page);
  button("copy", "action.copy_link", Intent::Kind::copy_link);
  if (model.offers_phones()) button("phones", "action.let_phones_in", Intent::Kind::let_phones_in);
  if (model.code()->qr) button("enlarge", "action.enlarge", Intent::Kind::enlarge_qr);
  (model.code()->qr ? buttons.back() : buttons.front()).first = true;
  button("cancel", "action.cancel", Intent::Kind::cancel);
  draw(canvas, model, now, buttons);
}

}  // namespace deviceflow::demo
