#include "tty.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <deviceflow/secret.hpp>
#include <initializer_list>

#include "common/browser.hpp"

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

bool has_symbols(std::string_view type) {
  for (const std::string_view multiplexer : {"screen.", "tmux."}) {
    if (type.starts_with(multiplexer)) type.remove_prefix(multiplexer.size());
  }
  constexpr std::string_view kWithout[] = {"linux",  "vt1",  "vt2",    "vt3", "vt4", "vt5",
                                           "cons25", "ansi", "pcansi", "sun", "wyse"};
  return std::none_of(std::begin(kWithout), std::end(kWithout),
                      [type](std::string_view name) { return type.starts_with(name); });
}

bool supports_links(const std::function<const char*(const char*)>& variable) {
  const auto value = [&variable](const char* name) {
    const char* text = variable(name);
    return std::string_view(text == nullptr ? "" : text);
  };
  const auto is_one_of = [](std::string_view text, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), text) != names.end();
  };
  const std::string_view type = value("TERM");
  if (type.empty() || type == "dumb" || !has_symbols(type)) return false;
  if (type.starts_with("screen") || type.starts_with("tmux")) return false;
  if (!value("TMUX").empty() || !value("STY").empty()) return false;
  if (is_one_of(type, {"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "foot-extra"})) {
    return true;
  }
  if (is_one_of(value("TERM_PROGRAM"), {"iTerm.app", "WezTerm", "vscode", "ghostty"})) return true;
  if (!value("WT_SESSION").empty()) return true;
  // The first version of VTE with links, 0.50.0, could crash on them.
  return std::atoi(std::string(value("VTE_VERSION")).c_str()) > 5000;
}

Tty look_at(int descriptor) {
  Tty screen;
  const char* variable = std::getenv("TERM");
  const std::string_view type = is_set(variable) ? variable : "dumb";
  // A line that changes every second is read aloud every second by a screen reader: a dumb
  // terminal, and everyone who asks for accessible output, gets what a file gets.
  screen.terminal = isatty(descriptor) == 1 && type != "dumb" && !is_set(std::getenv("ACCESSIBLE"));
  screen.utf8 = utf8_locale(std::getenv("LC_ALL"), std::getenv("LC_CTYPE"), std::getenv("LANG"));
  screen.symbols = screen.terminal && screen.utf8 && has_symbols(type);
  screen.links = screen.terminal && supports_links(std::getenv);
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

std::string linked(std::string_view uri, const Tty& screen) {
  const std::string text(uri);
  if (!screen.links || !is_plain_uri(uri)) return text;
  return "\x1b]8;;" + text + "\x1b\\" + text + "\x1b]8;;\x1b\\";
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
