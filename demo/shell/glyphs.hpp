// Characters that the window's own faces lack: a name from a server can be written in any script.
#ifndef DEVICEFLOW_DEMO_SHELL_GLYPHS_HPP
#define DEVICEFLOW_DEMO_SHELL_GLYPHS_HPP

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "views/canvas.hpp"

namespace deviceflow::demo {

/// Finds a face of the system for what was drawn without one. Each character is looked for once;
/// what is not found stays written as its code point. Right-to-left and joined scripts get their
/// letters, but are neither turned nor joined.
class Glyphs {
 public:
  /// All styles together. More than that on the screens of one run stay code points.
  static constexpr std::size_t kMost = 512;

  /// A face and what is taken from it.
  struct Source {
    std::string file;
    int face = 0;  ///< Its number within the file.
    std::set<char32_t> points;
  };

  /// True where something was found, so that the fonts have to be loaded again.
  bool look_for(const std::set<MissingGlyph>& missing);
  const std::vector<Source>& of(TextStyle style) const;
  std::size_t found() const noexcept { return found_; }
  /// Gives up what was found: a file of it can't be drawn.
  void forget();

 private:
  bool take(const MissingGlyph& glyph);

  std::shared_ptr<void> config_;  ///< Fontconfig's own, read when it is first needed.
  std::set<MissingGlyph> asked_;
  std::size_t found_ = 0;
  std::map<TextStyle, std::vector<Source>> sources_;
};

}  // namespace deviceflow::demo

#endif
