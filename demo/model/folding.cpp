#include "folding.hpp"

#include <optional>
#include <string>
#include <utility>

namespace deviceflow::demo {

namespace {

std::size_t indent_of(const Line& line) {
  std::size_t indent = 0;
  for (const Span& span : line) {
    const std::size_t text = span.text.find_first_not_of(' ');
    if (text != std::string::npos) return indent + text;
    indent += span.text.size();
  }
  return indent;
}

// As the writer of JSON puts it: a piece of its own.
bool ends_in(const Line& line, std::string_view bracket) {
  return !line.empty() && line.back().ink == Ink::plain && line.back().text == bracket;
}

// What closes the object or array that `opens` begins: "}", "]," …
std::optional<std::string> closing(const Line& line, std::size_t indent, std::string_view bracket) {
  if (indent_of(line) != indent) return std::nullopt;
  std::string text;
  for (const Span& span : line) text += span.text;
  text.erase(0, indent);
  if (!text.starts_with(bracket)) return std::nullopt;
  return text;
}

struct Block {
  std::size_t end = 0;  // its last line
  std::size_t members = 0;
  bool object = false;
  std::string close;
};

std::optional<Block> block_at(const std::vector<Line>& lines, std::size_t begin) {
  const bool object = ends_in(lines[begin], "{");
  if (!object && !ends_in(lines[begin], "[")) return std::nullopt;
  const std::size_t indent = indent_of(lines[begin]);
  Block block;
  block.object = object;
  for (std::size_t i = begin + 1; i < lines.size(); ++i) {
    if (auto close = closing(lines[i], indent, object ? "}" : "]")) {
      block.end = i;
      block.close = std::move(*close);
      return block;
    }
    const bool inner_end = closing(lines[i], indent + 2, "}") || closing(lines[i], indent + 2, "]");
    if (indent_of(lines[i]) == indent + 2 && !inner_end) ++block.members;
  }
  return std::nullopt;
}

Line folded_line(const Line& line, const Block& block) {
  const std::string_view what = block.object ? (block.members == 1 ? " member " : " members ")
                                             : (block.members == 1 ? " item " : " items ");
  Line out = line;
  out.push_back({Ink::muted, " … " + std::to_string(block.members) + std::string(what)});
  out.push_back({Ink::plain, block.close});
  return out;
}

}  // namespace

std::vector<ShownLine> fold_lines(const std::vector<Line>& lines,
                                  const std::set<std::size_t>& folded) {
  std::vector<ShownLine> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto block = block_at(lines, i);
    if (block && folded.contains(i)) {
      out.push_back({folded_line(lines[i], *block), i, true});
      i = block->end;
    } else {
      out.push_back({lines[i], i, block.has_value()});
    }
  }
  return out;
}

}  // namespace deviceflow::demo
