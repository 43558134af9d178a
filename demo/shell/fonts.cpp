#include "fonts.hpp"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <vector>

#include "common/settings.hpp"
#include "font_families.hpp"

namespace deviceflow::demo {

namespace {

// The file of that family, or of whatever fontconfig takes for it where `exact` is false.
std::string file_of(FcConfig* config, const char* family, int weight, bool exact) {
  const Pattern wanted(FcPatternCreate());
  FcPatternAddString(wanted.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddInteger(wanted.get(), FC_WEIGHT, weight);
  FcPatternAddInteger(wanted.get(), FC_SLANT, FC_SLANT_ROMAN);
  FcPatternAddBool(wanted.get(), FC_SCALABLE, FcTrue);
  FcConfigSubstitute(config, wanted.get(), FcMatchPattern);
  FcDefaultSubstitute(wanted.get());
  FcResult result = FcResultNoMatch;
  const Pattern found(FcFontMatch(config, wanted.get(), &result));
  if (!found) return {};
  if (exact && text_of(found.get(), FC_FAMILY) != family) return {};
  return text_of(found.get(), FC_FILE);
}

Error no_font() {
  return usage_error(
      "No font was found on this system. Install one, for instance fonts-inter and "
      "fonts-dejavu-core; ./dev setup does that.");
}

// ImGui takes a size for the height from ascender to descender; the theme means the em, as type is
// measured everywhere else.
float height_of_em(Face face) {
  return face == Face::mono || face == Face::mono_bold ? 1.164F : 1.21F;
}

// Latin with accents, Greek, Cyrillic, punctuation, arrows. Large sizes do with less.
const ImWchar kText[] = {0x20,   0x7E,   0xA0,   0x17F,  0x192,  0x192,  0x218,  0x21B,  0x370,
                         0x3FF,  0x400,  0x45F,  0x1E9E, 0x1E9E, 0x2010, 0x2027, 0x2030, 0x203A,
                         0x20AC, 0x20AC, 0x2122, 0x2122, 0xFFFD, 0xFFFD, 0};
const ImWchar kLarge[] = {0x20, 0x7E, 0xA0, 0x17F, 0x2010, 0x2027, 0xFFFD, 0xFFFD, 0};

}  // namespace

Result<FontFiles> find_fonts() {
  const std::unique_ptr<FcConfig, void (*)(FcConfig*)> config(FcInitLoadConfigAndFonts(),
                                                              FcConfigDestroy);
  if (!config) return no_font();
  FontFiles files;
  for (const Wanted& wanted : kWanted) {
    std::string& path = files.paths[static_cast<std::size_t>(wanted.face)];
    for (const char* family : wanted.families) {
      if (path.empty()) path = file_of(config.get(), family, wanted.weight, true);
    }
    const bool mono = wanted.face == Face::mono || wanted.face == Face::mono_bold;
    if (path.empty()) {
      path = file_of(config.get(), mono ? "monospace" : "sans-serif", wanted.weight, false);
    }
    if (path.empty()) return no_font();
  }
  return files;
}

namespace {

// Pairs of a first and a last character, as ImGui wants them, until the zero.
std::vector<ImWchar> ranges_of(const std::set<char32_t>& points) {
  std::vector<ImWchar> out;
  for (const char32_t point : points) {
    out.insert(out.end(), 2, static_cast<ImWchar>(point));
  }
  out.push_back(0);
  return out;
}

Result<FontSet> build(const FontFiles& files, float scale, const Glyphs& more) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  FontSet set;
  set.scale = scale;
  std::deque<std::vector<ImWchar>> ranges;  // the atlas reads them while it is built
  for (int i = 0; i < kTextStyles; ++i) {
    const auto style = static_cast<TextStyle>(i);
    const StyleFacts facts = facts_of(style);
    ImFontConfig config;
    config.OversampleH = facts.size < 40 ? 2 : 1;
    config.OversampleV = 1;
    config.PixelSnapH = facts.face == Face::mono || facts.face == Face::mono_bold;
    const float pixels = std::max(8.0F, std::round(facts.size * height_of_em(facts.face) * scale));
    const std::string& path = files.of(facts.face);
    ImFont* font =
        atlas.AddFontFromFileTTF(path.c_str(), pixels, &config, facts.size < 40 ? kText : kLarge);
    if (font == nullptr) return usage_error("The font " + path + " can't be read.");
    set.fonts[static_cast<std::size_t>(i)] = font;
    for (const Glyphs::Source& source : more.of(style)) {
      ranges.push_back(ranges_of(source.points));
      config.MergeMode = true;
      config.FontNo = source.face;
      atlas.AddFontFromFileTTF(source.file.c_str(), pixels, &config, ranges.back().data());
    }
  }
  if (!atlas.Build()) {
    return usage_error("The fonts can't be drawn. Install fonts-dejavu-core, or another copy of " +
                       files.of(Face::regular) + ".");
  }
  return set;
}

}  // namespace

Result<FontSet> load_fonts(const FontFiles& files, float scale, Glyphs& more) {
  auto set = build(files, scale, more);
  if (set.ok() || more.found() == 0) return set;
  more.forget();
  return build(files, scale, more);
}

Result<FontSet> load_fonts(const FontFiles& files, float scale) {
  Glyphs none;
  return load_fonts(files, scale, none);
}

}  // namespace deviceflow::demo
