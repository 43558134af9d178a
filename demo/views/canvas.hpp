// The only way to put anything on the screen. Everything drawn is recorded, so that a test can walk
// all screens without a window and see whether something is cut or overlaps.
#ifndef DEVICEFLOW_DEMO_VIEWS_CANVAS_HPP
#define DEVICEFLOW_DEMO_VIEWS_CANVAS_HPP

#include <algorithm>
#include <array>
#include <compare>
#include <deviceflow/qr_code.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/focus.hpp"
#include "theme.hpp"

struct ImDrawList;
struct ImFont;

namespace deviceflow::demo {

/// The faces in their sizes, made for one scale. Owned by ImGui's atlas.
struct FontSet {
  std::array<ImFont*, kTextStyles> fonts{};
  float scale = 1;
  ImFont* of(TextStyle style) const { return fonts[static_cast<std::size_t>(style)]; }
};

/// A character that a style's face lacks.
struct MissingGlyph {
  TextStyle style = TextStyle::body;
  char32_t point = 0;
  auto operator<=>(const MissingGlyph&) const = default;
};

/// What was drawn where, in pixels of the window.
struct Drawn {
  enum class Kind { text, box, focusable };
  Kind kind = Kind::text;
  std::string id;  ///< What the caller calls it.
  Rect rect;
  Rect clip;       ///< What lies outside of it is cut.
  float size = 0;  ///< Of text: its height in pixels.
  std::string text;
};

/// A size in design pixels.
struct Extent {
  float width = 0;
  float height = 0;
};

/// One frame's drawing. All coordinates are design pixels: the screen is 1080 of them high, or more
/// where it is less wide than 16:9. A small window has fewer, down to 1066 by 800, since its text
/// has to be legible as well.
class Canvas {
 public:
  /// `width` and `height` are the window's, in pixels; what a design pixel is comes with the fonts.
  /// `opacity` fades everything but the ground.
  Canvas(ImDrawList& list, const FontSet& fonts, float width, float height, std::string focus_id,
         float opacity);

  /// Pixels of the window for one design pixel. `density` is how many pixels stand for one of an
  /// ordinary display. `zoom` is how many steps the person wants it larger, or smaller below 0.
  static float scale_for(float width, float height, float density = 1, int zoom = 0);

  float width() const noexcept { return width_; }
  float height() const noexcept { return height_; }
  float scale() const noexcept { return scale_; }
  /// Five per cent of a side, which an old television may hide.
  float margin_x() const noexcept { return std::min(theme::kMarginX, 0.05F * width_); }
  float margin_y() const noexcept { return std::min(theme::kMarginY, 0.05F * height_); }
  /// Too little room for two columns in the large sizes.
  bool small() const noexcept { return width_ < theme::kSmallWidth; }
  /// Higher than wide.
  bool upright() const noexcept { return height_ > width_; }

  Extent measure(TextStyle style, std::string_view text) const;
  /// Draws one line with its upper left corner there, and answers its size.
  Extent text(std::string_view id, TextStyle style, float x, float y, std::string_view text,
              Color color);
  /// The same smaller than the style says, by `factor`.
  Extent text_scaled(std::string_view id, TextStyle style, float x, float y, std::string_view text,
                     Color color, float factor);
  /// As much of the line as fits, with "…" for the rest at that end. For tables whose whole text
  /// can be read elsewhere.
  enum class Keep { begin, end };
  Extent text_within(std::string_view id, TextStyle style, float x, float y, float most,
                     std::string_view text, Color color, Keep keep = Keep::begin);
  /// Lines of at most `most` width, broken at spaces and, in long words, after slashes or anywhere.
  /// Where more than `most_lines` would be needed, the last one ends in "…". Answers their height.
  float paragraph(std::string_view id, TextStyle style, float x, float y, float most,
                  std::string_view text, Color color, int most_lines = 1000);
  float line_height(TextStyle style) const;
  /// What `draw` answers, a height for instance, without anything being drawn.
  template <typename Draw>
  float dry_run(Draw&& draw) {
    const bool before = std::exchange(dry_, true);
    const float answer = draw();
    dry_ = before;
    return answer;
  }
  float paragraph_height(TextStyle style, float most, std::string_view text,
                         int most_lines = 1000) {
    return dry_run([&] { return paragraph("", style, 0, 0, most, text, {}, most_lines); });
  }

  /// A filled rectangle with a border.
  void box(std::string_view id, const Rect& rect, float radius, Color fill, Color border);
  void line(float x1, float y1, float x2, float y2, float thickness, Color color);
  void dot(float x, float y, float radius, Color color);
  /// A ring of which `part` (0 to 1) is drawn in `color`, from the top clockwise, the rest in
  /// `ground`.
  void ring(float x, float y, float radius, float thickness, float part, Color color, Color ground);
  /// A disc in two colours from corner to corner.
  void disc(float x, float y, float radius, Color from, Color to);
  /// A check mark in a square of that size, or the part of it (0 to 1) that is drawn first.
  void check_mark(float x, float y, float size, Color color, float part = 1);
  /// An arrow head in a square of that size.
  void arrow(float x, float y, float size, Action direction, Color color);
  /// The ground of the whole window.
  void ground();
  /// A QR symbol with its quiet zone, black on white, with whole pixels for its modules, as large
  /// as fits into the rectangle. Answers the square that it fills.
  Rect qr_code(std::string_view id, const QrCode& code, const Rect& rect);

  /// Something that can have the focus; draws the outline where it has.
  void focusable(Focusable item, float radius);
  bool has_focus(std::string_view id) const { return id == focus_id_; }

  /// What is drawn until the end of the scope is cut at `rect`.
  class Clip {
   public:
    Clip(Canvas& canvas, const Rect& rect);
    ~Clip();
    Clip(const Clip&) = delete;
    Clip& operator=(const Clip&) = delete;

   private:
    Canvas& canvas_;
    Rect before_;
  };

  std::vector<Focusable> take_focusables() { return std::move(focusables_); }
  const std::vector<Drawn>& drawn() const noexcept { return drawn_; }
  /// `text` with every character that the style's face lacks written as its code point.
  std::string printable(TextStyle style, std::string_view text) const;
  /// Those characters. A few thousand at the most.
  const std::set<MissingGlyph>& missing() const noexcept { return missing_; }

 private:
  unsigned ink(Color color) const;
  Rect pixels(const Rect& rect) const;
  void record(Drawn::Kind kind, std::string_view id, const Rect& pixel_rect, float size,
              std::string_view text);
  std::size_t line_end(TextStyle style, std::string_view text, float most) const;
  std::size_t fitting(TextStyle style, std::string_view text, float most) const;

  ImDrawList& list_;
  const FontSet& fonts_;
  float scale_;
  float width_;
  float height_;
  std::string focus_id_;
  float opacity_;
  bool dry_ = false;
  Rect clip_;
  std::vector<Focusable> focusables_;
  std::vector<Drawn> drawn_;
  mutable std::set<MissingGlyph> missing_;
};

}  // namespace deviceflow::demo

#endif
