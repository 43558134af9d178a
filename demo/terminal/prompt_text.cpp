#include "prompt_text.hpp"

#include <deviceflow/qr_code.hpp>
#include <deviceflow/url.hpp>

#include "big_text.hpp"
#include "common/words.hpp"
#include "countdown.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::string_view kMargin = "  ";
constexpr std::string_view kIndent = "     ";
constexpr std::string_view kSameCode = "Continue only if your phone shows this same code.";
constexpr int kCountdownLines = 1;

/// From generous to scarce: gaps between the parts, big letters, neither.
enum class Room { gaps, letters, words };
constexpr Room kRooms[] = {Room::gaps, Room::letters, Room::words};

std::string_view gap_of(Room room) {
  return room == Room::gaps ? "\n" : "";
}

struct Picture {
  std::string text;
  QrExtent extent;
};

// Writes the parts of the prompt; where they stand is decided below.
class Writer {
 public:
  Writer(const LoginFacts& facts, const DeviceAuthorization& codes, const Tty& screen)
      : facts_(facts), codes_(codes), screen_(screen), code_(shown(codes.user_code, screen)) {}

  std::string title() const {
    const std::string dot = screen_.utf8 ? " · " : " - ";
    const std::string text = "Sign in" + dot + shown(facts_.client_id, screen_) + " at " +
                             (facts_.sandbox ? "the sandbox" : shown(facts_.host, screen_));
    return line(text, Style::bold);
  }

  std::string notes() const {
    std::string out;
    if (facts_.sandbox) out += line("This is a sandbox on this computer: nothing here is real.");
    const HostReach far = reach();
    if (facts_.sandbox && !facts_.lan) {
      out += line("The page opens on this computer only; --lan lets a phone on this network in.");
    } else if (far == HostReach::this_machine) {
      out += line("Note: this address works on this computer only. A phone can't open it.");
    } else if (far == HostReach::private_network) {
      out += line("Note: a phone can open this address only on the same network as the server.");
    }
    return out;
  }

  std::string steps(Room room) const {
    const std::string gap(gap_of(room));
    std::string out = step(1, "On your phone or computer, open") + gap + uri() + gap;
    out += step(2, "Enter this code") + gap + code(room) + gap;
    return out + step(3, "Approve there. Here it goes on by itself.") + gap;
  }

  // The address alone on its line, byte for byte, so that it can be clicked and copied.
  std::string uri() const {
    const bool fits =
        screen_.terminal &&
        width(codes_.verification_uri) + static_cast<int>(kIndent.size()) <= screen_.columns;
    return (fits ? std::string(kIndent) : std::string()) + codes_.verification_uri + "\n";
  }

  std::string same_code() const { return line(kSameCode, Style::bold); }

  std::string code_in_one_line() const {
    return wrapped(code_ + "   " + std::string(kSameCode), screen_, kIndent, kIndent);
  }

  std::string plain() const {
    std::string out = title() + notes() + "On your phone or computer, open\n" + uri();
    if (codes_.verification_uri_complete) {
      out += "or, with the code filled in already,\n" + *codes_.verification_uri_complete + "\n";
    }
    out += "and enter this code: " + code_ + "\n";
    return out + std::string(kSameCode) + "\nThe code is valid for " +
           duration_words(codes_.expires_in) + ".\n";
  }

  std::string above_picture() const {
    return line(codes_.verification_uri_complete
                    ? "Or scan this; it brings the code along:"
                    : "Or scan this to open the page. The code still has to be typed there:");
  }

  std::string hint(int rows) const {
    return line("A QR code needs a window of " + std::to_string(rows) +
                    " lines, or --qr utf8 and some scrolling.",
                Style::dim);
  }

  HostReach reach() const {
    const auto url = parse_url(codes_.verification_uri);
    return url.ok() ? host_reach(url->host) : HostReach::anywhere;
  }

 private:
  std::string line(std::string_view text) const { return wrapped(text, screen_, kMargin, kMargin); }
  std::string line(std::string_view text, Style style) const {
    std::string out = line(text);
    out.pop_back();
    return styled(out, style, screen_) + "\n";
  }
  std::string step(int number, std::string_view text) const {
    return wrapped(text, screen_, std::string(kMargin) + std::to_string(number) + "  ", kIndent);
  }

  std::string code(Room room) const {
    const auto groups = grouped(code_);
    const auto letters = big_letters(groups, screen_.columns - static_cast<int>(kIndent.size()));
    std::string out;
    if (room != Room::words && screen_.utf8 && letters) {
      for (const std::string& row : *letters) {
        out += std::string(kIndent) + styled(row, Style::bold, screen_) + "\n";
      }
      return out + std::string(gap_of(room)) + std::string(kIndent) + code_ + "\n";
    }
    const std::string wide = spaced(groups);
    const int both = static_cast<int>(kIndent.size()) + width(wide) + 5 + width(code_);
    out = std::string(kIndent) + styled(wide, Style::bold, screen_);
    if (both > screen_.columns) out += '\n';
    out += kIndent;
    return out + code_ + "\n";
  }

  const LoginFacts& facts_;
  const DeviceAuthorization& codes_;
  const Tty& screen_;
  std::string code_;
};

// In line with the text, where the window is wide enough for that.
std::string indented(const std::string& picture, int free_columns) {
  if (free_columns < static_cast<int>(kIndent.size())) return picture;
  std::string out;
  for (std::size_t at = 0; at < picture.size();) {
    const std::size_t end = picture.find('\n', at) + 1;
    out += std::string(kIndent) + picture.substr(at, end - at);
    at = end;
  }
  return out;
}

// The QR code for this screen; empty where there shall be none or the window is too narrow.
std::optional<Picture> make_picture(const DeviceAuthorization& codes, const Tty& screen,
                                    QrChoice choice) {
  if (choice == QrChoice::none || !screen.terminal) return std::nullopt;
  const bool ascii = choice == QrChoice::ascii || (choice == QrChoice::automatic && !screen.utf8);
  const QrStyle style = ascii ? QrStyle::ascii : QrStyle::half_blocks;
  const auto code =
      QrCode::encode(codes.verification_uri_complete.value_or(codes.verification_uri));
  if (!code.ok()) return std::nullopt;
  const QrExtent extent = terminal_extent(*code, style);
  if (extent.columns > screen.columns) return std::nullopt;
  return Picture{indented(to_terminal(*code, style), screen.columns - extent.columns), extent};
}

// Decides what fits. Styles take no room, so everything is measured without them.
class Layout {
 public:
  Layout(const Writer& writer, const Writer& measure, const Tty& screen)
      : writer_(writer), measure_(measure), screen_(screen) {}

  std::string with_picture(const Picture& picture, QrChoice choice) const {
    const bool phone_can = measure_.reach() != HostReach::this_machine;
    const bool wanted = choice != QrChoice::automatic;
    for (const Room room : kRooms) {
      // The big letters only give way to a picture that a phone can use.
      if (room == Room::words && !phone_can && !wanted) return without_picture();
      if (!fits(with_text(measure_, room, ""), picture)) continue;
      return with_text(writer_, room, picture.text);
    }
    const std::string least = measure_.uri() + measure_.code_in_one_line();
    if (fits(least, picture)) {
      return head() + picture.text + writer_.uri() + writer_.code_in_one_line();
    }
    if (wanted) return head() + picture.text + body(writer_, Room::words);
    const int rows = rows_of(with_text(measure_, Room::words, "")) + picture.extent.lines;
    return without_picture(writer_.hint(rows + kCountdownLines));
  }

  std::string without_picture(const std::string& hint = {}) const {
    for (const Room room : kRooms) {
      const int rows = rows_of(around(measure_, room)) + rows_of(hint) + kCountdownLines;
      if (rows <= screen_.rows || room == Room::words) return around(writer_, room) + hint;
    }
    return {};
  }

 private:
  static std::string body(const Writer& writer, Room room) {
    return writer.steps(room) + writer.same_code();
  }

  static std::string around(const Writer& writer, Room room) {
    const std::string gap(gap_of(room));
    return gap + writer.title() + writer.notes() + gap + body(writer, room) + gap;
  }

  static std::string with_text(const Writer& writer, Room room, std::string_view picture) {
    const std::string gap(gap_of(room));
    return gap + writer.title() + writer.notes() + gap + writer.steps(room) +
           writer.above_picture() + gap + std::string(picture) + gap + writer.same_code() + gap;
  }

  std::string head() const { return writer_.title() + writer_.notes(); }
  int rows_of(const std::string& text) const { return lines_on_screen(text, screen_); }
  bool fits(const std::string& text, const Picture& picture) const {
    return rows_of(text) + picture.extent.lines + kCountdownLines <= screen_.rows;
  }

  const Writer& writer_;
  const Writer& measure_;
  const Tty& screen_;
};

}  // namespace

std::string prompt_text(const LoginFacts& facts, const DeviceAuthorization& codes,
                        const Tty& screen, QrChoice choice) {
  const Writer writer(facts, codes, screen);
  if (!screen.terminal) return writer.plain();
  Tty without_styles = screen;
  without_styles.styles = false;
  const Writer measure(facts, codes, without_styles);
  const Layout layout(writer, measure, screen);
  const auto picture = make_picture(codes, screen, choice);
  return picture ? layout.with_picture(*picture, choice) : layout.without_picture();
}

}  // namespace deviceflow::demo
