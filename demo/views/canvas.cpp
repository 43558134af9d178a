#include "canvas.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "code_points.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kDesignHeight = 1080;
constexpr float kDesignWidth = 1920;
constexpr float kUprightWidth = 1200;
// Below this the smallest text would be less than 13 pixels high.
constexpr float kLegible = 0.6F;
constexpr float kLeastWidth = 1066;
constexpr float kLeastHeight = 800;
constexpr float kZoomStep = 1.1F;
constexpr float kLineSpacing = 1.36F;
constexpr std::size_t kMostMissing = 4096;
constexpr std::string_view kEllipsis = "…";

}  // namespace

float Canvas::scale_for(float width, float height, float density, int zoom) {
  const float wide = height > width ? kUprightWidth : kDesignWidth;
  const float whole = std::min(width / wide, height / kDesignHeight);
  const float legible = std::min({kLegible * density, width / kLeastWidth, height / kLeastHeight});
  const float usual = std::max({0.1F, whole, legible});
  if (zoom == 0) return usual;
  const float most = std::min(width / kLeastWidth, height / kLeastHeight);
  const float wanted = usual * std::pow(kZoomStep, static_cast<float>(zoom));
  return std::clamp(wanted, std::min(usual, kLegible * density), std::max(usual, most));
}

Canvas::Canvas(ImDrawList& list, const FontSet& fonts, float width, float height,
               std::string focus_id, float opacity)
    : list_(list),
      fonts_(fonts),
      scale_(fonts.scale),
      width_(width / scale_),
      height_(height / scale_),
      focus_id_(std::move(focus_id)),
      opacity_(opacity),
      clip_{0, 0, width, height} {}

unsigned Canvas::ink(Color color) const {
  const auto channel = [&](int shift) { return (color.rgb >> shift) & 0xFFU; };
  const float alpha = std::clamp(color.alpha * opacity_, 0.0F, 1.0F);
  return IM_COL32(channel(16), channel(8), channel(0), static_cast<unsigned>(alpha * 255 + 0.5F));
}

Rect Canvas::pixels(const Rect& rect) const {
  const float x = std::round(rect.x * scale_);
  const float y = std::round(rect.y * scale_);
  return {x, y, std::round(rect.right() * scale_) - x, std::round(rect.bottom() * scale_) - y};
}

void Canvas::record(Drawn::Kind kind, std::string_view id, const Rect& pixel_rect, float size,
                    std::string_view text) {
  if (dry_) return;
  drawn_.push_back({kind, std::string(id), pixel_rect, clip_, size, std::string(text)});
}

float Canvas::line_height(TextStyle style) const {
  return facts_of(style).size * kLineSpacing;
}

std::string Canvas::printable(TextStyle style, std::string_view text) const {
  const ImFont* font = fonts_.of(style);
  std::string out;
  for (const CodePoint& point : code_points(text)) {
    const bool character = point.value <= IM_UNICODE_CODEPOINT_MAX && point.value >= 0x20;
    const bool drawable =
        character && font->FindGlyphNoFallback(static_cast<ImWchar>(point.value)) != nullptr;
    if (drawable) {
      out += point.bytes;
      continue;
    }
    if (character && missing_.size() < kMostMissing) missing_.insert({style, point.value});
    char name[16];
    std::snprintf(name, sizeof name, "[U+%04X]", static_cast<unsigned>(point.value));
    out += name;
  }
  return out;
}

Extent Canvas::measure(TextStyle style, std::string_view text) const {
  const ImFont* font = fonts_.of(style);
  const std::string shown = printable(style, text);
  const ImVec2 size =
      font->CalcTextSizeA(font->FontSize, 1e9F, 0, shown.data(), shown.data() + shown.size());
  return {size.x / scale_, size.y / scale_};
}

Extent Canvas::text(std::string_view id, TextStyle style, float x, float y, std::string_view text,
                    Color color) {
  return text_scaled(id, style, x, y, text, color, 1);
}

Extent Canvas::text_scaled(std::string_view id, TextStyle style, float x, float y,
                           std::string_view text, Color color, float factor) {
  ImFont* font = fonts_.of(style);
  const std::string shown = printable(style, text);
  const char* end = shown.data() + shown.size();
  const float size = font->FontSize * factor;
  const ImVec2 at(std::round(x * scale_), std::round(y * scale_));
  const ImVec2 extent = font->CalcTextSizeA(size, 1e9F, 0, shown.data(), end);
  if (!dry_) list_.AddText(font, size, at, ink(color), shown.data(), end);
  record(Drawn::Kind::text, id, {at.x, at.y, extent.x, extent.y}, size, shown);
  return {extent.x / scale_, extent.y / scale_};
}

std::size_t Canvas::fitting(TextStyle style, std::string_view text, float most) const {
  std::size_t fits = 0;
  std::size_t at = 0;
  for (const CodePoint& point : code_points(text)) {
    at += point.bytes.size();
    if (measure(style, text.substr(0, at)).width > most) break;
    fits = at;
  }
  return fits;
}

Extent Canvas::text_within(std::string_view id, TextStyle style, float x, float y, float most,
                           std::string_view text, Color color, Keep keep) {
  if (measure(style, text).width <= most) return this->text(id, style, x, y, text, color);
  const float room = most - measure(style, kEllipsis).width;
  if (keep == Keep::begin) {
    const std::string_view part = text.substr(0, fitting(style, text, room));
    return this->text(id, style, x, y, std::string(part) + std::string(kEllipsis), color);
  }
  for (const CodePoint& point : code_points(text)) {
    text.remove_prefix(point.bytes.size());
    if (measure(style, text).width <= room) break;
  }
  return this->text(id, style, x, y, std::string(kEllipsis) + std::string(text), color);
}

std::size_t Canvas::line_end(TextStyle style, std::string_view text, float most) const {
  if (measure(style, text).width <= most) return text.size();
  const std::size_t fits = std::max<std::size_t>(1, fitting(style, text, most));
  const std::size_t space = text.substr(0, fits + 1).rfind(' ');
  if (space != std::string_view::npos && space > 0) return space;
  // A word too long for a line: after its last slash that fits, else anywhere.
  const std::size_t slash = text.substr(0, fits).rfind('/');
  return slash != std::string_view::npos && slash > 8 ? slash + 1 : fits;
}

float Canvas::paragraph(std::string_view id, TextStyle style, float x, float y, float most,
                        std::string_view text, Color color, int most_lines) {
  const float top = y;
  for (int row = 0; !text.empty() && row < most_lines; ++row) {
    const std::string part = std::string(id) + "." + std::to_string(row);
    const std::size_t end = row + 1 < most_lines ? line_end(style, text, most) : text.size();
    text_within(part, style, x, y, most, text.substr(0, end), color);
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
    y += line_height(style);
  }
  return y - top;
}

void Canvas::focusable(Focusable item, float radius) {
  if (dry_) return;
  const Rect rect = pixels(item.rect);
  record(Drawn::Kind::focusable, item.id, rect, 0, {});
  if (has_focus(item.id)) {
    const float gap = std::round(6 * scale_);
    const float thickness = std::max(2.0F, std::round(5 * scale_));
    const float grow = gap + thickness / 2;
    list_.AddRect({rect.x - grow, rect.y - grow}, {rect.right() + grow, rect.bottom() + grow},
                  ink(theme::kWhite), radius * scale_ + grow, 0, thickness);
  }
  item.rect = rect;
  focusables_.push_back(std::move(item));
}

Canvas::Clip::Clip(Canvas& canvas, const Rect& rect) : canvas_(canvas), before_(canvas.clip_) {
  const Rect inner = canvas.pixels(rect);
  canvas_.clip_ = inner;
  canvas_.list_.PushClipRect({inner.x, inner.y}, {inner.right(), inner.bottom()}, true);
}

Canvas::Clip::~Clip() {
  canvas_.list_.PopClipRect();
  canvas_.clip_ = before_;
}

}  // namespace deviceflow::demo
