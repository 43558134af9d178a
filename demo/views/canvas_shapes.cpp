// Shapes: everything on the canvas that is not text.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "canvas.hpp"

namespace deviceflow::demo {

namespace {

constexpr float kTurn = 6.2831853F;

Color mix(Color a, Color b, float part) {
  const auto channel = [&](int shift) {
    const auto from = static_cast<float>((a.rgb >> shift) & 0xFFU);
    const auto to = static_cast<float>((b.rgb >> shift) & 0xFFU);
    return static_cast<std::uint32_t>(from + (to - from) * part + 0.5F) << shift;
  };
  return {channel(16) | channel(8) | channel(0), 1};
}

// Light behind the upper right, dark at the edges.
Color ground_color(float x, float y) {
  const float dx = (x - 0.82F) * 1.15F;
  const float dy = (y - 0.24F) * 0.95F;
  const float far = std::sqrt(dx * dx + dy * dy);
  if (far < 0.38F) return mix(theme::kGroundLight, theme::kGroundMiddle, far / 0.38F);
  return mix(theme::kGroundMiddle, theme::kGroundDark, std::min(1.0F, (far - 0.38F) / 0.5F));
}

}  // namespace

void Canvas::ground() {
  constexpr int kColumns = 32;
  constexpr int kRows = 18;
  const float width = width_ * scale_;
  const float height = height_ * scale_;
  const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
  list_.PrimReserve(kColumns * kRows * 6, (kColumns + 1) * (kRows + 1));
  const unsigned start = list_._VtxCurrentIdx;
  for (int row = 0; row <= kRows; ++row) {
    for (int column = 0; column <= kColumns; ++column) {
      const float x = static_cast<float>(column) / kColumns;
      const float y = static_cast<float>(row) / kRows;
      const Color color = ground_color(x, y);
      list_.PrimWriteVtx(
          {x * width, y * height}, white,
          IM_COL32((color.rgb >> 16) & 0xFFU, (color.rgb >> 8) & 0xFFU, color.rgb & 0xFFU, 255));
    }
  }
  for (unsigned row = 0; row < kRows; ++row) {
    for (unsigned column = 0; column < kColumns; ++column) {
      const unsigned corner = start + row * (kColumns + 1) + column;
      for (const unsigned index : {corner, corner + 1, corner + kColumns + 2, corner,
                                   corner + kColumns + 2, corner + kColumns + 1}) {
        list_.PrimWriteIdx(static_cast<ImDrawIdx>(index));
      }
    }
  }
}

void Canvas::box(std::string_view id, const Rect& rect, float radius, Color fill, Color border) {
  if (dry_) return;
  const Rect inner = pixels(rect);
  const ImVec2 from(inner.x, inner.y);
  const ImVec2 to(inner.right(), inner.bottom());
  list_.AddRectFilled(from, to, ink(fill), radius * scale_);
  if (border.rgb != fill.rgb) {
    list_.AddRect(from, to, ink(border), radius * scale_, 0,
                  std::max(1.0F, std::round(2 * scale_)));
  }
  record(Drawn::Kind::box, id, inner, 0, {});
}

void Canvas::line(float x1, float y1, float x2, float y2, float thickness, Color color) {
  if (dry_) return;
  list_.AddLine({x1 * scale_, y1 * scale_}, {x2 * scale_, y2 * scale_}, ink(color),
                std::max(1.0F, thickness * scale_));
}

void Canvas::dot(float x, float y, float radius, Color color) {
  if (dry_) return;
  list_.AddCircleFilled({x * scale_, y * scale_}, radius * scale_, ink(color));
}

void Canvas::ring(float x, float y, float radius, float thickness, float part, Color color,
                  Color ground) {
  if (dry_) return;
  const ImVec2 center(x * scale_, y * scale_);
  const float wide = thickness * scale_;
  list_.AddCircle(center, radius * scale_, ink(ground), 0, wide);
  if (part <= 0) return;
  const float top = -kTurn / 4;
  const float end = top + kTurn * std::min(part, 1.0F);
  list_.PathArcTo(center, radius * scale_, top, end, 96);
  list_.PathStroke(ink(color), 0, wide);
  for (const float angle : {top, end}) {
    const ImVec2 at(center.x + std::cos(angle) * radius * scale_,
                    center.y + std::sin(angle) * radius * scale_);
    list_.AddCircleFilled(at, wide / 2, ink(color));
  }
}

void Canvas::disc(float x, float y, float radius, Color from, Color to) {
  if (dry_) return;
  constexpr int kSegments = 96;
  const ImVec2 center(x * scale_, y * scale_);
  const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
  // An edge of one soft pixel, then the disc in slices, each corner with its own colour.
  const auto color_at = [&](float dx, float dy) {
    return ink(mix(from, to, std::clamp((dx + dy) / 2.8F + 0.5F, 0.0F, 1.0F)));
  };
  const float inner = radius * scale_ - 0.5F;
  const float outer = radius * scale_ + 0.5F;
  list_.PrimReserve(kSegments * 9, 1 + kSegments * 2);
  const unsigned start = list_._VtxCurrentIdx;
  list_.PrimWriteVtx(center, white, color_at(0, 0));
  for (int i = 0; i < kSegments; ++i) {
    const float angle = kTurn * static_cast<float>(i) / kSegments;
    const float dx = std::cos(angle);
    const float dy = std::sin(angle);
    const unsigned color = color_at(dx, dy);
    list_.PrimWriteVtx({center.x + dx * inner, center.y + dy * inner}, white, color);
    list_.PrimWriteVtx({center.x + dx * outer, center.y + dy * outer}, white,
                       color & ~IM_COL32_A_MASK);
  }
  for (unsigned i = 0; i < kSegments; ++i) {
    const unsigned here = start + 1 + i * 2;
    const unsigned next = start + 1 + (i + 1) % kSegments * 2;
    for (const unsigned index :
         {start, here, next, here, here + 1, next + 1, here, next + 1, next}) {
      list_.PrimWriteIdx(static_cast<ImDrawIdx>(index));
    }
  }
}

void Canvas::check_mark(float x, float y, float size, Color color, float part) {
  if (dry_ || part <= 0) return;
  const auto at = [&](float px, float py) {
    return ImVec2((x + px * size) * scale_, (y + py * size) * scale_);
  };
  constexpr float kShort = 1.0F / 3;  // of the stroke is the way down
  const float down = std::min(1.0F, part / kShort);
  const float up = std::clamp((part - kShort) / (1 - kShort), 0.0F, 1.0F);
  list_.PathLineTo(at(0.12F, 0.55F));
  list_.PathLineTo(at(0.12F + 0.28F * down, 0.55F + 0.27F * down));
  if (up > 0) list_.PathLineTo(at(0.40F + 0.50F * up, 0.82F - 0.60F * up));
  list_.PathStroke(ink(color), 0, std::max(1.5F, size * 0.13F * scale_));
}

void Canvas::arrow(float x, float y, float size, Action direction, Color color) {
  if (dry_) return;
  const auto at = [&](float px, float py) {
    return ImVec2((x + px * size) * scale_, (y + py * size) * scale_);
  };
  switch (direction) {
    case Action::left:
      list_.AddTriangleFilled(at(0.1F, 0.5F), at(0.9F, 0.05F), at(0.9F, 0.95F), ink(color));
      break;
    case Action::right:
      list_.AddTriangleFilled(at(0.9F, 0.5F), at(0.1F, 0.95F), at(0.1F, 0.05F), ink(color));
      break;
    case Action::up:
      list_.AddTriangleFilled(at(0.5F, 0.1F), at(0.95F, 0.9F), at(0.05F, 0.9F), ink(color));
      break;
    default:
      list_.AddTriangleFilled(at(0.5F, 0.9F), at(0.05F, 0.1F), at(0.95F, 0.1F), ink(color));
      break;
  }
}

Rect Canvas::qr_code(std::string_view id, const QrCode& code, const Rect& rect) {
  const int modules = code.size() + 2 * QrCode::kQuietZone;
  const float room = std::min(rect.width, rect.height) * scale_;
  const float module = std::max(1.0F, std::floor(room / static_cast<float>(modules)));
  const float side = module * static_cast<float>(modules);
  const Rect square{std::round(rect.x * scale_ + (rect.width * scale_ - side) / 2),
                    std::round(rect.y * scale_ + (rect.height * scale_ - side) / 2), side, side};
  // The card is as large as was asked for; the quiet zone lies within the symbol's own square.
  const Rect card = pixels(rect);
  if (dry_) return square;
  list_.AddRectFilled({card.x, card.y}, {card.right(), card.bottom()}, ink(theme::kWhite),
                      theme::kCardRadius * scale_);
  const float x0 = square.x + module * QrCode::kQuietZone;
  const float y0 = square.y + module * QrCode::kQuietZone;
  for (int y = 0; y < code.size(); ++y) {
    for (int x = 0; x < code.size(); ++x) {
      if (!code.dark(x, y)) continue;
      const int begin = x;
      while (code.dark(x + 1, y)) ++x;  // a run of dark modules is one rectangle: no seams
      list_.AddRectFilled(
          {x0 + static_cast<float>(begin) * module, y0 + static_cast<float>(y) * module},
          {x0 + static_cast<float>(x + 1) * module, y0 + static_cast<float>(y + 1) * module},
          ink(theme::kBlack));
    }
  }
  record(Drawn::Kind::box, id, card, module, {});
  return square;
}

}  // namespace deviceflow::demo
