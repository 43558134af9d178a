// How the shell asks fontconfig for a face.
#ifndef DEVICEFLOW_DEMO_SHELL_FONT_FAMILIES_HPP
#define DEVICEFLOW_DEMO_SHELL_FONT_FAMILIES_HPP

#include <fontconfig/fontconfig.h>

#include <array>
#include <memory>
#include <string>

#include "views/theme.hpp"

namespace deviceflow::demo {

struct Wanted {
  Face face;
  int weight;
  std::array<const char*, 3> families;
};

// Every one of the monospaced faces dots or strokes its zero.
inline constexpr Wanted kWanted[] = {
    {Face::regular, FC_WEIGHT_REGULAR, {"Inter", "Noto Sans", "DejaVu Sans"}},
    {Face::semibold, FC_WEIGHT_DEMIBOLD, {"Inter", "Noto Sans", "DejaVu Sans"}},
    {Face::bold, FC_WEIGHT_BOLD, {"Inter", "Noto Sans", "DejaVu Sans"}},
    {Face::mono, FC_WEIGHT_REGULAR, {"DejaVu Sans Mono", "Noto Sans Mono", "JetBrains Mono"}},
    {Face::mono_bold, FC_WEIGHT_BOLD, {"DejaVu Sans Mono", "Noto Sans Mono", "JetBrains Mono"}},
};

struct FreePattern {
  void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
};
using Pattern = std::unique_ptr<FcPattern, FreePattern>;

inline std::string text_of(FcPattern* pattern, const char* object) {
  FcChar8* text = nullptr;
  if (FcPatternGetString(pattern, object, 0, &text) != FcResultMatch) return {};
  return reinterpret_cast<const char*>(text);
}

}  // namespace deviceflow::demo

#endif
