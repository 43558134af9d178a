// Colours, type and measures, in pixels of a screen 1080 pixels high.
#ifndef DEVICEFLOW_DEMO_VIEWS_THEME_HPP
#define DEVICEFLOW_DEMO_VIEWS_THEME_HPP

#include <cstdint>

namespace deviceflow::demo {

/// 0xRRGGBB.
struct Color {
  std::uint32_t rgb = 0;
  float alpha = 1;
};

namespace theme {

inline constexpr Color kGroundLight{0x16273A};
inline constexpr Color kGroundMiddle{0x121A24};
inline constexpr Color kGroundDark{0x0B0F14};
inline constexpr Color kCard{0x172130};
inline constexpr Color kRaised{0x1E2A3B};
inline constexpr Color kLine{0x2C3A4E};
inline constexpr Color kSelected{0x24344D};
inline constexpr Color kText{0xF3F6FA};
inline constexpr Color kMuted{0xA9B7C6};
inline constexpr Color kFaint{0x6B7889};
inline constexpr Color kAccent{0x58D0B3};
inline constexpr Color kAccentInk{0x06231C};
inline constexpr Color kGood{0x6BD68E};
inline constexpr Color kWarning{0xF4BC4F};
inline constexpr Color kBad{0xF2776A};
inline constexpr Color kLink{0x7FB0FF};
inline constexpr Color kWhite{0xFFFFFF};
inline constexpr Color kBlack{0x000000};

inline constexpr float kMarginX = 96;
inline constexpr float kMarginY = 54;
inline constexpr float kSmallWidth = 1500;
inline constexpr float kCardRadius = 28;
inline constexpr float kButtonRadius = 20;

}  // namespace theme

/// One face in one size: the height of an em.
enum class TextStyle {
  hero,         ///< Inter Bold 92
  headline,     ///< Inter Bold 76
  title,        ///< Inter Bold 60
  heading,      ///< Inter SemiBold 34
  body,         ///< Inter 34
  label,        ///< Inter SemiBold 28
  small,        ///< Inter 28
  code,         ///< monospaced bold 118
  uri,          ///< monospaced 30
  panel_label,  ///< Inter SemiBold 23, Developer tab
  panel,        ///< Inter 23, Developer tab
  panel_mono,   ///< monospaced 22, Developer tab
};
inline constexpr int kTextStyles = 12;

/// Whether a style shows codes, URIs or JSON.
enum class Face { regular, semibold, bold, mono, mono_bold };
struct StyleFacts {
  Face face;
  float size;
};
constexpr StyleFacts facts_of(TextStyle style) {
  switch (style) {
    case TextStyle::hero: return {Face::bold, 92};
    case TextStyle::headline: return {Face::bold, 76};
    case TextStyle::title: return {Face::bold, 60};
    case TextStyle::heading: return {Face::semibold, 34};
    case TextStyle::body: return {Face::regular, 34};
    case TextStyle::label: return {Face::semibold, 28};
    case TextStyle::small: return {Face::regular, 28};
    case TextStyle::code: return {Face::mono_bold, 118};
    case TextStyle::uri: return {Face::mono, 30};
    case TextStyle::panel_label: return {Face::semibold, 23};
    case TextStyle::panel: return {Face::regular, 23};
    case TextStyle::panel_mono: return {Face::mono, 22};
  }
  return {Face::regular, 34};
}

}  // namespace deviceflow::demo

#endif
