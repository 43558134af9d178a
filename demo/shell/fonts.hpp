// The system's fonts, found by fontconfig and put into ImGui's atlas.
#ifndef DEVICEFLOW_DEMO_SHELL_FONTS_HPP
#define DEVICEFLOW_DEMO_SHELL_FONTS_HPP

#include <array>
#include <deviceflow/error.hpp>
#include <string>

#include "glyphs.hpp"
#include "views/canvas.hpp"

namespace deviceflow::demo {

/// A font file for every face.
struct FontFiles {
  std::array<std::string, 5> paths;
  const std::string& of(Face face) const { return paths[static_cast<std::size_t>(face)]; }
};

/// Inter, Noto Sans or DejaVu Sans for text, whichever is installed; DejaVu Sans Mono or another
/// face that tells 0 from O for codes. Fails with a sentence that says what to install where the
/// system has no usable font.
Result<FontFiles> find_fonts();

/// Fills the atlas of ImGui's current context for a window of that scale. Whatever was in it is
/// gone, and its texture has to be uploaded anew. Fails where a file is no font that can be read.
Result<FontSet> load_fonts(const FontFiles& files, float scale);
/// The same with what `more` has found; without it where that can't be drawn.
Result<FontSet> load_fonts(const FontFiles& files, float scale, Glyphs& more);

}  // namespace deviceflow::demo

#endif
