// Styled lines for a view to draw, and what keeps their number and length within bounds.
#ifndef DEVICEFLOW_DEMO_MODEL_LINE_WRITER_HPP
#define DEVICEFLOW_DEMO_MODEL_LINE_WRITER_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow::demo {

enum class Ink { plain, muted, key, string, number, literal, good, warning, bad, masked };

struct Span {
  Ink ink = Ink::plain;
  std::string text;
  bool found = false;  ///< Is what was looked for.
};
using Line = std::vector<Span>;

inline constexpr std::size_t kMaxLines = 2000;
inline constexpr std::size_t kMaxLineBytes = 400;

/// The text alone, every line with a newline.
std::string plain_text(const std::vector<Line>& lines);

/// Collects lines. One that grows too long goes on in the next; what is beyond the last line is
/// counted, and that line says how much it is.
class LineWriter {
 public:
  /// Adds to the line that is being written. `text` must already be fit for the screen.
  LineWriter& put(Ink ink, std::string_view text);
  void end();
  /// put() and end().
  void line(Ink ink, std::string_view text);
  /// The lines that were ended. The writer is empty afterwards.
  std::vector<Line> take();

 private:
  std::vector<Line> lines_;
  Line line_;
  std::size_t line_bytes_ = 0;
  std::size_t hidden_bytes_ = 0;
};

}  // namespace deviceflow::demo

#endif
