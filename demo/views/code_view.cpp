// The codes: where to go, what to check, how long there is, and a QR code for the phone.
#include <algorithm>
#include <cmath>
#include <string>

#include "app_view.hpp"
#include "code_points.hpp"
#include "parts.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kQrSide = 544;
constexpr float kGap = 56;      // between the columns
constexpr float kNarrow = 772;  // what the left one needs beside a symbol that fills the height
constexpr float kIndent = 64;
constexpr float kSmallUri = 27.0F / 30.0F;  // still large enough for a sofa
constexpr float kRing = 54;

// The left column, from its measured height down to the drawn one.
class Steps {
 public:
  Steps(Canvas& canvas, const AppModel& model, SteadyTime now, float width)
      : canvas_(canvas), say_(model.language()), code_(*model.code()), now_(now), width_(width) {}

  float draw(float y, float gap) {
    const float top = y;
    canvas_.text("title", TextStyle::title, kX - 2, y, say_("code.title"), theme::kText);
    y += 78 + gap;
    y += what_to_do(y, gap) + gap;
    y += step(y, '3', say_("code.approve")) + gap;
    y += countdown(y) + gap;
    if (!code_.reach.empty()) y += reach(y);
    return y - top;
  }

  /// The same without what can be left out beside a symbol that fills the screen.
  float draw_narrow(float y, float gap) {
    const float top = y;
    y += what_to_do(y, gap) + gap;
    y += countdown(y) + gap;
    if (!code_.reach.empty()) y += reach(y) + gap;
    y += canvas_.paragraph("safety", TextStyle::small, kX, y, width_, say_("code.safety"),
                           theme::kMuted);
    return y - top;
  }

 private:
  // What is typed and what is compared.
  float what_to_do(float y, float gap) {
    const float top = y;
    y += step(y, '1', say_(code_.qr ? "code.scan" : "code.open"));
    y += uri(y) + gap;
    y += step(y, '2', say_("code.check"));
    y += 8 + user_code(y + 8);
    return y - top;
  }

  static constexpr float kX = theme::kMarginX;

  float step(float y, char number, std::string_view text) {
    const std::string id = std::string("step.") + number;
    canvas_.text(id, TextStyle::heading, kX, y, std::string(1, number), theme::kAccent);
    canvas_.text(id + ".text", TextStyle::body, kX + kIndent, y, text, theme::kText);
    return 48;
  }

  float uri(float y) {
    const float most = width_ - kIndent;
    const float x = kX + kIndent;
    const float wide = canvas_.measure(TextStyle::uri, code_.uri).width;
    if (wide <= most) {
      canvas_.text("uri", TextStyle::uri, x, y, code_.uri, theme::kText);
      return canvas_.line_height(TextStyle::uri);
    }
    return broken_uri(x, y, most);
  }

  // Smaller, and broken after slashes where one line is not enough. Never cut.
  float broken_uri(float x, float y, float most) {
    const float line = canvas_.line_height(TextStyle::uri) * kSmallUri;
    const float one = canvas_.measure(TextStyle::uri, "0").width * kSmallUri;
    const auto columns = static_cast<std::size_t>(std::max(8.0F, std::floor(most / one)));
    std::string_view rest = code_.uri;
    float height = 0;
    for (int row = 0; !rest.empty(); ++row) {
      std::size_t end = std::min(columns, rest.size());
      if (end < rest.size()) {
        const std::size_t slash = rest.substr(0, end).find_last_of("/?&");
        if (slash != std::string_view::npos && slash > columns / 2) end = slash + 1;
      }
      canvas_.text_scaled("uri." + std::to_string(row), TextStyle::uri, x, y + height,
                          rest.substr(0, end), theme::kText, kSmallUri);
      rest.remove_prefix(end);
      height += line;
    }
    return height;
  }

  // Large, in groups, every character set apart. Smaller where it would not fit.
  float user_code(float y) {
    const auto groups = code_groups(code_.user_code);
    const float size = facts_of(TextStyle::code).size;
    const float padding = 44;
    const float most = width_ - kIndent - 2 * padding;
    const float factor = std::min(1.0F, most / code_width(groups, 1));
    const float height = std::max(96.0F, (size * 1.2F + 44) * factor);
    const float x = kX + kIndent;
    canvas_.box("user_code", {x, y, code_width(groups, factor) + 2 * padding, height},
                theme::kCardRadius, theme::kCard, theme::kLine);
    float at = x + padding;
    const float text_y = y + (height - size * factor) / 2;
    int number = 0;
    for (std::size_t group = 0; group < groups.size(); ++group) {
      if (group > 0) at += group_gap(factor);
      for (const CodePoint& point : code_points(groups[group])) {
        const Extent drawn =
            canvas_.text_scaled("user_code." + std::to_string(number++), TextStyle::code, at,
                                text_y, point.bytes, theme::kText, factor);
        at += drawn.width + letter_gap(factor);
      }
    }
    return height;
  }

  static float letter_gap(float factor) { return 10 * factor; }
  static float group_gap(float factor) { return 46 * factor; }

  float code_width(const std::vector<std::string>& groups, float factor) const {
    float width = 0;
    for (const std::string& group : groups) {
      for (const CodePoint& point : code_points(group)) {
        width += canvas_.measure(TextStyle::code, point.bytes).width * factor + letter_gap(factor);
      }
    }
    width += static_cast<float>(groups.size() - 1) * group_gap(factor);
    return width - letter_gap(factor);
  }

  float countdown(float y) {
    canvas_.ring(kX + kRing, y + kRing, kRing - 6, 10,
                 part_left(code_.expires_at, code_.lifetime, now_), theme::kAccent, theme::kLine);
    const float x = kX + 2 * kRing + 34;
    canvas_.text("time_left", TextStyle::heading, x, y + 8,
                 time_left_words(code_.expires_at, now_, say_), theme::kText);
    canvas_.text_within("status", TextStyle::small, x, y + 58, width_ - (x - kX), code_.status,
                        code_.trouble ? theme::kWarning : theme::kMuted);
    return 2 * kRing;
  }

  float reach(float y) {
    const Color color = code_.unreachable ? theme::kWarning : theme::kMuted;
    const std::string text = (code_.unreachable ? "! " : "") + code_.reach;
    return canvas_.paragraph("reach", TextStyle::small, kX, y, width_, text, color);
  }

  Canvas& canvas_;
  const Language& say_;
  const CodeView& code_;
  SteadyTime now_;
  float width_;
};

// A row of at least `width` that ends at `right` where its buttons need more.
void buttons_below(Canvas& canvas, float right, float width, float y,
                   std::initializer_list<Button> buttons) {
  const float wide = canvas.dry_run([&] { return button_row(canvas, 0, y, buttons); });
  button_row(canvas, right - std::max(width, wide - kButtonGap), y, buttons);
}

// The symbol from the top of the safe area to the footer, and beside it what the person needs.
void draw_enlarged(Canvas& canvas, const AppModel& model, SteadyTime now) {
  const Rect area = content_area(canvas);
  const float side = std::min(area.bottom() - theme::kMarginY, area.width - kGap - kNarrow);
  const float right_x = area.right() - side;
  canvas.qr_code("qr", *model.code()->qr, {right_x, area.bottom() - side, side, side});

  Steps steps(canvas, model, now, right_x - kGap - area.x);
  const float top = area.y - 38;  // there are no tabs above it
  const float tight = canvas.dry_run([&] { return steps.draw_narrow(0, 0); });
  const float room = area.bottom() - kButtonHeight - top;
  constexpr float kGaps = 6;
  const float gap = std::clamp((room - tight) / kGaps, 0.0F, 36.0F);
  steps.draw_narrow(top + gap, gap);
  button_row(
      canvas, area.x, area.bottom() - kButtonHeight,
      {{"shrink", model.language()("action.back"), {Intent::Kind::shrink_qr, 0}, false, true}});
}

}  // namespace

void draw_code(Canvas& canvas, const AppModel& model, SteadyTime now) {
  if (model.code()->enlarged) {
    draw_enlarged(canvas, model, now);
    return;
  }
  const Rect area = content_area(canvas);
  const float right_x = area.right() - kQrSide;
  const float width = right_x - kGap - area.x;

  Steps steps(canvas, model, now, width);
  const float tight = canvas.dry_run([&] { return steps.draw(0, 0); });
  constexpr float kGaps = 5;
  const float gap = std::clamp((area.height - tight) / kGaps, 4.0F, 36.0F);
  steps.draw(area.y, gap);

  if (model.code()->qr) {
    canvas.qr_code("qr", *model.code()->qr, {right_x, area.y, kQrSide, kQrSide});
  } else {
    canvas.box("qr", {right_x, area.y, kQrSide, kQrSide}, theme::kCardRadius, theme::kCard,
               theme::kLine);
    canvas.paragraph("qr.none", TextStyle::body, right_x + 48, area.y + 200, kQrSide - 96,
                     model.language()("code.no_qr"), theme::kMuted);
  }
  const Language& say = model.language();
  canvas.paragraph("safety", TextStyle::small, right_x, area.y + kQrSide + 16, kQrSide,
                   say("code.safety"), theme::kMuted);
  const Button cancel{"cancel", say("action.cancel"), {Intent::Kind::cancel, 0}, false, true};
  const Button enlarge{"enlarge", say("action.enlarge"), {Intent::Kind::enlarge_qr, 0}};
  const float y = area.bottom() - kButtonHeight;
  if (model.code()->qr) {
    buttons_below(canvas, area.right(), kQrSide, y, {enlarge, cancel});
  } else {
    button_row(canvas, right_x, y, {cancel});
  }
}

}  // namespace deviceflow::demo
