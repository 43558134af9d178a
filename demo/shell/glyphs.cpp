#include "glyphs.hpp"

#include <fontconfig/fontconfig.h>

#include <algorithm>
#include <optional>

#include "font_families.hpp"

namespace deviceflow::demo {

namespace {

// So many different ones are looked for in one run.
constexpr std::size_t kMostAsked = 4096;

struct Found {
  std::string file;
  int face = 0;
};

Pattern pattern_for(Face face, char32_t point) {
  Pattern wanted(FcPatternCreate());
  for (const Wanted& one : kWanted) {
    if (one.face != face) continue;
    for (const char* family : one.families) {
      FcPatternAddString(wanted.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
    }
    FcPatternAddInteger(wanted.get(), FC_WEIGHT, one.weight);
  }
  FcPatternAddBool(wanted.get(), FC_SCALABLE, FcTrue);
  FcPatternAddBool(wanted.get(), FC_COLOR, FcFalse);
  FcCharSet* points = FcCharSetCreate();
  FcCharSetAddChar(points, point);
  FcPatternAddCharSet(wanted.get(), FC_CHARSET, points);
  FcCharSetDestroy(points);
  return wanted;
}

// Fontconfig answers with the nearest face, which may lack the character all the same.
std::optional<Found> face_with(FcConfig* config, Face face, char32_t point) {
  const Pattern wanted = pattern_for(face, point);
  FcConfigSubstitute(config, wanted.get(), FcMatchPattern);
  FcDefaultSubstitute(wanted.get());
  FcResult result = FcResultNoMatch;
  const Pattern match(FcFontMatch(config, wanted.get(), &result));
  FcCharSet* points = nullptr;
  FcBool color = FcFalse;
  if (!match || FcPatternGetCharSet(match.get(), FC_CHARSET, 0, &points) != FcResultMatch ||
      FcCharSetHasChar(points, point) == FcFalse) {
    return std::nullopt;
  }
  if (FcPatternGetBool(match.get(), FC_COLOR, 0, &color) == FcResultMatch && color != FcFalse) {
    return std::nullopt;
  }
  Found found{text_of(match.get(), FC_FILE), 0};
  FcPatternGetInteger(match.get(), FC_INDEX, 0, &found.face);
  found.face &= 0xFFFF;  // above are the instances of variable fonts
  if (found.file.empty()) return std::nullopt;
  return found;
}

}  // namespace

bool Glyphs::look_for(const std::set<MissingGlyph>& missing) {
  bool more = false;
  for (const MissingGlyph& glyph : missing) {
    if (found_ >= kMost || asked_.size() >= kMostAsked) break;
    if (asked_.insert(glyph).second && take(glyph)) more = true;
  }
  return more;
}

bool Glyphs::take(const MissingGlyph& glyph) {
  if (!config_) {
    FcConfig* config = FcInitLoadConfigAndFonts();
    if (config == nullptr) return false;
    config_ = std::shared_ptr<void>(
        config, [](void* owned) { FcConfigDestroy(static_cast<FcConfig*>(owned)); });
  }
  const auto found =
      face_with(static_cast<FcConfig*>(config_.get()), facts_of(glyph.style).face, glyph.point);
  if (!found) return false;
  auto& sources = sources_[glyph.style];
  auto source = std::ranges::find_if(sources, [&](const Source& one) {
    return one.file == found->file && one.face == found->face;
  });
  if (source == sources.end()) {
    source = sources.insert(sources.end(), Source{found->file, found->face, {}});
  }
  source->points.insert(glyph.point);
  ++found_;
  return true;
}

const std::vector<Glyphs::Source>& Glyphs::of(TextStyle style) const {
  static const std::vector<Source> none;
  const auto found = sources_.find(style);
  return found == sources_.end() ? none : found->second;
}

void Glyphs::forget() {
  sources_.clear();
}

}  // namespace deviceflow::demo
