// The user code in letters that can be read across a room.
#ifndef DEVICEFLOW_DEMO_TERMINAL_BIG_TEXT_HPP
#define DEVICEFLOW_DEMO_TERMINAL_BIG_TEXT_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deviceflow::demo {

/// The code in groups that are easy to carry from one screen to another. Only cut, never changed:
/// a code with separators of its own is one group, and joined the groups are the code.
std::vector<std::string> grouped(std::string_view code);

/// The groups with a space between letters and three between groups.
std::string spaced(const std::vector<std::string>& groups);

/// The code in rows that are narrow enough for big letters beside a picture: cut after separators,
/// or into its groups.
std::vector<std::string> stacked(std::string_view code);

enum class Letters {
  half_blocks,  ///< Four lines, UTF-8.
  hashes,       ///< Seven lines, each pixel one '#'.
};
/// Lines without newlines, or empty if a character has no big form or the lines would be wider than
/// `columns`.
std::optional<std::vector<std::string>> big_letters(const std::vector<std::string>& groups,
                                                    int columns, Letters form);

}  // namespace deviceflow::demo

#endif
