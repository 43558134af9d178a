// The pieces that outcomes are written in: a headline, sentences below it, and rows of values.
#ifndef DEVICEFLOW_DEMO_TERMINAL_LINES_HPP
#define DEVICEFLOW_DEMO_TERMINAL_LINES_HPP

#include <string>
#include <string_view>

#include "foundation/json.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

/// All of them end with a newline.
std::string headline(std::string_view text, Style style, const Tty& screen);
std::string line(std::string_view text, const Tty& screen);
/// A name, filled up to `name_width`, and a value.
std::string row(std::string_view name, int name_width, std::string_view value);
/// A row for every member but `except`. All of it is foreign text.
std::string member_rows(const JsonValue& members, std::string_view except, const Tty& screen);

/// A scope with commas between its tokens.
std::string listed(std::string_view scope);

}  // namespace deviceflow::demo

#endif
