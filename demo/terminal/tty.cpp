#include "tty.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <deviceflow/text.hpp>

namespace deviceflow::demo {

namespace {

bool is_set(const char* value) {
  return value != nullptr && *value != '\0';
}

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::bold: return "\x1b[1m";
    case Style::dim: return "\x1b[2m";
    case Style::good: return "\x1b[1;32m";
    case Style::bad: return "\x1b[1;31m";
  }
  return "";
}

}  // namespace

bool utf8_locale(const char* lc_all, const char* lc_ctype, const char* lang) {
  const char* locale = is_set(lc_all) ? lc_all : is_set(lc_ctype) ? lc_ctype : lang;
  if (!is_set(locale)) return false;
  std::string text(locale);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find("utf-8") != std::string::npos || text.find("utf8") != std::string::npos;
}

Tty look_at(int descriptor) {
  Tty screen;
  const char* term = std::getenv("TERM");
  const bool dumb = !is_set(term) || std::string_view(term) == "dumb";
  // A dumb terminal gets what a file gets: plain lines.
  screen.terminal = isatty(descriptor) == 1 && !dumb;
  screen.utf8 = utf8_locale(std::getenv("LC_ALL"), std::getenv("LC_CTYPE"), std::getenv("LANG"));
  screen.styles = screen.terminal && !is_set(std::getenv("NO_COLOR"));
  winsize size{};
  if (screen.terminal && ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    if (size.ws_col > 0) screen.columns = size.ws_col;
    if (size.ws_row > 0) screen.rows = size.ws_row;
  }
  return screen;
}

std::string shown(std::string_view text, const Tty& screen) {
  std::string clean = clean_text(text);
  if (screen.utf8) return clean;
  // Elsewhere the bytes of UTF-8 are other characters, control characters among them.
  std::string out;
  for (const char c : clean) {
    if (static_cast<unsigned char>(c) < 0x80) {
      out += c;
    } else if (starts_character(c)) {
      out += '?';
    }
  }
  return out;
}

std::string styled(std::string_view text, Style style, const Tty& screen) {
  if (!screen.styles) return std::string(text);
  return std::string(code_of(style)) + std::string(text) + "\x1b[0m";
}

int width(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string wrapped(std::string_view text, const Tty& screen, std::string_view first,
                    std::string_view rest) {
  if (!screen.terminal) return std::string(text) + "\n";
  std::string out;
  std::string line(first);
  bool has_word = false;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (has_word && width(line) + 1 + width(word) > screen.columns) {
      out += line + "\n";
      line = std::string(rest);
      has_word = false;
    }
    if (has_word) line += ' ';
    line += word;
    has_word = true;
  }
  return out + line + "\n";
}

int lines_on_screen(std::string_view text, const Tty& screen) {
  int lines = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const int columns = width(text.substr(0, end));
    lines += std::max(1, (columns + screen.columns - 1) / screen.columns);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace deviceflow::demo
