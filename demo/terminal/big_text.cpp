#include "big_text.hpp"

#include <algorithm>
#include <array>

namespace deviceflow::demo {

namespace {

constexpr int kGlyphWidth = 5;
constexpr int kGlyphHeight = 7;
constexpr int kGroupGap = 3;

struct Glyph {
  char character;
  std::array<std::string_view, kGlyphHeight> rows;
};

// Zero carries a stroke and one a foot, since codes of some servers hold O and I as well.
constexpr Glyph kGlyphs[] = {
    {'A', {" ### ", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"}},
    {'B', {"#### ", "#   #", "#   #", "#### ", "#   #", "#   #", "#### "}},
    {'C', {" ### ", "#   #", "#    ", "#    ", "#    ", "#   #", " ### "}},
    {'D', {"#### ", "#   #", "#   #", "#   #", "#   #", "#   #", "#### "}},
    {'E', {"#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#####"}},
    {'F', {"#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#    "}},
    {'G', {" ### ", "#   #", "#    ", "#  ##", "#   #", "#   #", " ### "}},
    {'H', {"#   #", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"}},
    {'I', {" ### ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "}},
    {'J', {"    #", "    #", "    #", "    #", "    #", "#   #", " ### "}},
    {'K', {"#   #", "#  # ", "# #  ", "##   ", "# #  ", "#  # ", "#   #"}},
    {'L', {"#    ", "#    ", "#    ", "#    ", "#    ", "#    ", "#####"}},
    {'M', {"#   #", "## ##", "# # #", "# # #", "#   #", "#   #", "#   #"}},
    {'N', {"#   #", "##  #", "# # #", "#  ##", "#   #", "#   #", "#   #"}},
    {'O', {" ### ", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "}},
    {'P', {"#### ", "#   #", "#   #", "#### ", "#    ", "#    ", "#    "}},
    {'Q', {" ### ", "#   #", "#   #", "#   #", "# # #", "#  # ", " ## #"}},
    {'R', {"#### ", "#   #", "#   #", "#### ", "# #  ", "#  # ", "#   #"}},
    {'S', {" ####", "#    ", "#    ", " ### ", "    #", "    #", "#### "}},
    {'T', {"#####", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  "}},
    {'U', {"#   #", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "}},
    {'V', {"#   #", "#   #", "#   #", "#   #", "#   #", " # # ", "  #  "}},
    {'W', {"#   #", "#   #", "#   #", "# # #", "# # #", "## ##", "#   #"}},
    {'X', {"#   #", "#   #", " # # ", "  #  ", " # # ", "#   #", "#   #"}},
    {'Y', {"#   #", "#   #", " # # ", "  #  ", "  #  ", "  #  ", "  #  "}},
    {'Z', {"#####", "    #", "   # ", "  #  ", " #   ", "#    ", "#####"}},
    {'0', {" ### ", "#   #", "#  ##", "# # #", "##  #", "#   #", " ### "}},
    {'1', {"  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "}},
    {'2', {" ### ", "#   #", "    #", "  ## ", " #   ", "#    ", "#####"}},
    {'3', {"#### ", "    #", "    #", " ### ", "    #", "    #", "#### "}},
    {'4', {"   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "}},
    {'5', {"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "}},
    {'6', {" ### ", "#    ", "#    ", "#### ", "#   #", "#   #", " ### "}},
    {'7', {"#####", "    #", "   # ", "  #  ", "  #  ", " #   ", " #   "}},
    {'8', {" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "}},
    {'9', {" ### ", "#   #", "#   #", " ####", "    #", "    #", " ### "}},
    {'-', {"     ", "     ", "     ", " ### ", "     ", "     ", "     "}},
};

const Glyph* find_glyph(char c) {
  const auto* found = std::find_if(std::begin(kGlyphs), std::end(kGlyphs),
                                   [c](const Glyph& glyph) { return glyph.character == c; });
  return found == std::end(kGlyphs) ? nullptr : found;
}

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Two rows of pixels as one line of characters, appended.
void draw(std::string_view upper, std::string_view lower, std::string& line) {
  for (std::size_t x = 0; x < upper.size(); ++x) {
    const bool up = upper[x] == '#';
    const bool down = lower[x] == '#';
    line += up && down ? "█" : up ? "▀" : down ? "▄" : " ";
  }
}

int total_width(const std::vector<std::string>& groups) {
  int columns = 0;
  for (const std::string& group : groups) {
    columns += static_cast<int>(group.size()) * (kGlyphWidth + 1) + kGroupGap;
  }
  return columns - kGroupGap - 1;
}

}  // namespace

std::vector<std::string> grouped(std::string_view code) {
  const std::size_t size = code.size();
  std::size_t group = size;
  if (std::all_of(code.begin(), code.end(), is_plain) && size >= 6) {
    group = size % 4 == 0 ? 4 : size % 3 == 0 ? 3 : size % 5 == 0 ? 5 : 4;
  }
  std::vector<std::string> groups;
  for (std::size_t at = 0; at < size; at += group) groups.emplace_back(code.substr(at, group));
  return groups;
}

std::string spaced(const std::vector<std::string>& groups) {
  std::string out;
  for (const std::string& group : groups) {
    if (!out.empty()) out += "   ";
    for (std::size_t i = 0; i < group.size(); ++i) {
      // Not inside a UTF-8 character.
      const bool starts = (static_cast<unsigned char>(group[i]) & 0xC0) != 0x80;
      if (i > 0 && starts) out += ' ';
      out += group[i];
    }
  }
  return out;
}

std::vector<std::string> stacked(std::string_view code) {
  std::vector<std::string> rows = grouped(code);
  if (rows.size() > 1) return rows;
  rows.clear();
  while (!code.empty()) {
    const std::size_t end = std::min(code.find('-'), code.size() - 1) + 1;
    rows.emplace_back(code.substr(0, end));
    code.remove_prefix(end);
  }
  return rows;
}

std::optional<std::vector<std::string>> big_letters(const std::vector<std::string>& groups,
                                                    int columns, Letters form) {
  if (groups.empty() || total_width(groups) > columns) return std::nullopt;
  constexpr std::string_view kEmptyRow = "     ";
  const bool half = form == Letters::half_blocks;
  std::vector<std::string> lines(half ? (kGlyphHeight + 1) / 2 : kGlyphHeight);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::string& line : lines) line.append(g == 0 ? 0 : kGroupGap, ' ');
    for (std::size_t i = 0; i < groups[g].size(); ++i) {
      const Glyph* glyph = find_glyph(groups[g][i]);
      if (glyph == nullptr) return std::nullopt;
      for (std::size_t row = 0; row < lines.size(); ++row) {
        if (i > 0 || g > 0) lines[row] += ' ';
        if (!half) {
          lines[row] += glyph->rows[row];
          continue;
        }
        const std::size_t below = 2 * row + 1;
        draw(glyph->rows[2 * row], below < kGlyphHeight ? glyph->rows[below] : kEmptyRow,
             lines[row]);
      }
    }
  }
  return lines;
}

}  // namespace deviceflow::demo
