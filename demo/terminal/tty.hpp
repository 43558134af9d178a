// What the output for people goes to, and how text is fitted to it.
#ifndef DEVICEFLOW_DEMO_TERMINAL_TTY_HPP
#define DEVICEFLOW_DEMO_TERMINAL_TTY_HPP

#include <functional>
#include <string>
#include <string_view>

namespace deviceflow::demo {

struct Tty {
  bool terminal = false;  ///< A terminal on which a line may be rewritten.
  bool utf8 = false;      ///< Its locale is UTF-8.
  bool symbols = false;   ///< Its font has half blocks and check marks.
  bool links = false;     ///< It makes text clickable (OSC 8).
  bool styles = false;    ///< Bold, colours: a terminal, and NO_COLOR is not set.
  int columns = 80;
  int rows = 24;
};

/// The terminal or file behind a descriptor as it is right now.
Tty look_at(int descriptor);
/// Whether the locale of these variables (each may be null) says UTF-8.
bool utf8_locale(const char* lc_all, const char* lc_ctype, const char* lang);

/// Whether the fonts of terminals of this type (TERM) have half blocks and check marks. Those of
/// the Linux console and of the old hardware terminals do not.
bool has_symbols(std::string_view type);
/// Whether the variables are those of a terminal that is known to support OSC 8 links. A terminal
/// multiplexer may not pass them on.
bool supports_links(const std::function<const char*(const char*)>& variable);

/// Foreign text for this screen: clean_text(), and plain ASCII where the locale knows no more.
std::string shown(std::string_view text, const Tty& screen);

enum class Style { bold, dim, good, bad };
/// `text` in that style where the screen has styles.
std::string styled(std::string_view text, Style style, const Tty& screen);

/// `uri` as a link where the screen makes links and the URI can be written in one.
std::string linked(std::string_view uri, const Tty& screen);

/// Columns that `text` takes, counting every UTF-8 character as one.
int width(std::string_view text);

/// `text` as lines of at most the screen's width, broken at spaces, each after `first` (the first
/// one) or `rest`, and each with a newline. Without a terminal: one line without indentation.
std::string wrapped(std::string_view text, const Tty& screen, std::string_view first,
                    std::string_view rest);

/// Lines that `text` takes on the screen, overlong ones counted as the terminal wraps them. Text
/// with escape sequences has to fit by itself.
int lines_on_screen(std::string_view text, const Tty& screen);

}  // namespace deviceflow::demo

#endif
