// Objects and arrays of pretty JSON that are folded into one line.
#ifndef DEVICEFLOW_DEMO_MODEL_FOLDING_HPP
#define DEVICEFLOW_DEMO_MODEL_FOLDING_HPP

#include <set>
#include <vector>

#include "line_writer.hpp"

namespace deviceflow::demo {

struct ShownLine {
  Line line;
  std::size_t source = 0;  ///< Index of the line, nothing folded.
  bool opens = false;      ///< Begins what can be folded, or is.
};

/// `lines` as they are shown where the objects and arrays that begin at `folded` are folded: their
/// line says how much is in them.
std::vector<ShownLine> fold_lines(const std::vector<Line>& lines,
                                  const std::set<std::size_t>& folded);

}  // namespace deviceflow::demo

#endif
