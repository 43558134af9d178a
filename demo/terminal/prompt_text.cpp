#include "prompt_text.hpp"

#include <algorithm>
#include <deviceflow/qr_code.hpp>
#include <vector>

#include "big_text.hpp"
#include "common/words.hpp"
#include "countdown.hpp"
#include "foundation/url.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::string_view kMargin = "  ";
constexpr std::string_view kIndent = "     ";
constexpr std::string_view kSameCode = "Continue only if your phone shows this same code.";
constexpr std::string_view kFilledIn = "or, with the code filled in already,";
constexpr int kCountdownLines = 1;

// Between the picture and the text beside it; the last column stays free.
constexpr std::string_view kGutter = "  ";
constexpr int kLastColumn = 1;

/// From generous to scarce: gaps between the parts, big letters, neither.
enum class Room { gaps, letters, words };
constexpr Room kRooms[] = {Room::gaps, Room::letters, Room::words};

std::string_view gap_of(Room room) {
  return room == Room::gaps ? "\n" : "";
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Words that are wider than the screen, cut: beside a picture nothing may wrap.
std::string cut(std::string_view text, int columns) {
  std::string out;
  for (std::string_view line : lines_of(text)) {
    int used = 0;
    for (const char c : line) {
      if (width(std::string_view(&c, 1)) == 1 && used++ == columns) {
        out += '\n';
        used = 1;
      }
      out += c;
    }
    out += '\n';
  }
  return out;
}

struct Picture {
  std::string text;
  QrExtent extent;
  QrStyle style;
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
    std::string out = step(1, "On your phone or computer, open" + enter_opens()) + gap + uri();
    if (codes_.verification_uri_complete) {
      out += wrapped(kFilledIn, screen_, kIndent, kIndent) + complete_uri();
    }
    out += gap + step(2, "Enter this code") + gap + code(room) + gap;
    return out + step(3, "Approve there. This screen continues automatically.") + gap;
  }

  // What stands beside a picture, in a column of its own.
  std::string beside(Room room) const {
    const bool filled_in = codes_.verification_uri_complete.has_value();
    const std::string open =
        filled_in ? "Scan this or open a link below" : "Scan this or open the link";
    return title() + notes() + "\n" + step(1, open + enter_opens()) +
           step(2, filled_in ? "Check or enter this code" : "Enter this code") +
           stacked_code(room) + "\n" +
           step(3, "Approve there. This screen continues automatically.") + same_code();
  }

  // Each address alone on its line, byte for byte, so that it can be clicked and copied.
  std::string uri() const { return address(codes_.verification_uri); }
  std::string complete_uri() const {
    return codes_.verification_uri_complete ? address(*codes_.verification_uri_complete)
                                            : std::string();
  }

  std::string same_code() const { return line(kSameCode, Style::bold); }

  std::string code_in_one_line() const {
    return wrapped(code_ + "   " + std::string(kSameCode), screen_, kIndent, kIndent);
  }

  std::string plain() const {
    std::string out = title() + notes() + "On your phone or computer, open\n" + uri();
    if (codes_.verification_uri_complete) {
      out += std::string(kFilledIn) + "\n" + complete_uri();
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

  std::string hint(int columns, int rows, QrStyle style) const {
    std::string text = "A QR code needs a window of " + std::to_string(columns) + " columns and " +
                       std::to_string(rows) + " lines";
    if (columns <= screen_.columns) {
      text += style == QrStyle::ascii ? ", or --qr ascii and some scrolling"
                                      : ", or --qr utf8 and some scrolling";
    }
    return line(text + ".", Style::dim);
  }

  HostReach reach() const {
    const auto url = parse_url(codes_.verification_uri);
    return url.ok() ? host_reach(url->host) : HostReach::anywhere;
  }

 private:
  std::string line(std::string_view text) const { return wrapped(text, screen_, kMargin, kMargin); }
  std::string line(std::string_view text, Style style) const {
    std::string out;
    const std::string lines = screen_.terminal ? cut(line(text), screen_.columns) : line(text);
    for (const std::string_view one : lines_of(lines)) {
      out += styled(one, style, screen_) + "\n";
    }
    return out;
  }
  std::string address(const std::string& uri) const {
    const bool fits =
        screen_.terminal && width(uri) + static_cast<int>(kIndent.size()) <= screen_.columns;
    return (fits ? std::string(kIndent) : std::string()) + linked(uri, screen_) + "\n";
  }
  std::string step(int number, std::string_view text) const {
    return wrapped(text, screen_, std::string(kMargin) + std::to_string(number) + "  ", kIndent);
  }

  std::string enter_opens() const {
    return facts_.can_open ? " (Enter opens it on this computer)" : "";
  }

  // Empty where they do not fit.
  std::string large(const std::vector<std::string>& groups) const {
    const int columns = screen_.columns - static_cast<int>(kIndent.size());
    const auto rows =
        big_letters(groups, columns, screen_.symbols ? Letters::half_blocks : Letters::hashes);
    std::string out;
    if (!rows) return out;
    for (const std::string& row : *rows) out += std::string(kIndent) + drawn(row) + "\n";
    return out;
  }

  // A pixel as a hash is hard to read; as a blank on the colour of the text it is not.
  std::string drawn(const std::string& row) const {
    if (screen_.symbols || !screen_.styles) return styled(row, Style::bold, screen_);
    std::string out;
    for (std::size_t at = 0; at < row.size();) {
      const std::size_t end = std::min(row.find_first_not_of(row[at], at), row.size());
      const std::string blanks(end - at, ' ');
      out += row[at] == '#' ? "\x1b[7m" + blanks + "\x1b[0m" : blanks;
      at = end;
    }
    return out;
  }

  std::string code(Room room) const {
    const auto groups = grouped(code_);
    const std::string letters = room == Room::words ? std::string() : large(groups);
    if (!letters.empty()) {
      return letters + std::string(gap_of(room)) + std::string(kIndent) + code_ + "\n";
    }
    const std::string wide = spaced(groups);
    const int both = static_cast<int>(kIndent.size()) + width(wide) + 5 + width(code_);
    std::string out = std::string(kIndent) + styled(wide, Style::bold, screen_);
    if (both > screen_.columns) out += '\n';
    out += kIndent;
    return out + code_ + "\n";
  }

  std::string stacked_code(Room room) const {
    std::string out;
    if (room != Room::words) {
      for (const std::string& row : stacked(code_)) {
        const std::string letters = large({row});
        if (letters.empty()) return stacked_code(Room::words);
        if (!out.empty()) out += '\n';
        out += letters;
      }
      return out + std::string(kIndent) + code_ + "\n";
    }
    return std::string(kIndent) + styled(code_, Style::bold, screen_) + "\n";
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

std::optional<Picture> make_picture(const DeviceAuthorization& codes, const Tty& screen,
                                    QrChoice choice, QrCorrection correction) {
  if (choice == QrChoice::none) return std::nullopt;
  const bool ascii =
      choice == QrChoice::ascii || (choice == QrChoice::automatic && !screen.symbols);
  const QrStyle style = ascii ? QrStyle::ascii : QrStyle::half_blocks;
  const auto code =
      QrCode::encode(codes.verification_uri_complete.value_or(codes.verification_uri), correction);
  if (!code.ok()) return std::nullopt;
  return Picture{to_terminal(*code, style), terminal_extent(*code, style), style};
}

// Decides what fits. Styles and links take no room, so everything is measured without them.
class Layout {
 public:
  Layout(const LoginFacts& facts, const DeviceAuthorization& codes, const Tty& screen)
      : facts_(facts),
        codes_(codes),
        screen_(screen),
        bare_(bare(screen)),
        writer_(facts, codes, screen_),
        measure_(facts, codes, bare_) {}

  // Empty if there is no room for this picture.
  std::optional<std::string> with_picture(const Picture& picture, QrChoice choice) const {
    const bool phone_can = measure_.reach() != HostReach::this_machine;
    const bool wanted = choice != QrChoice::automatic;
    const std::string drawn = indented(picture.text, screen_.columns - picture.extent.columns);
    for (const Room room : kRooms) {
      if (room == Room::words) {
        // The big letters only give way to a picture that a phone can use.
        if (!phone_can && !wanted) return without_picture();
        if (auto text = side_by_side(picture)) return *text;
      }
      if (!fits(with_text(measure_, room, ""), picture)) continue;
      return with_text(writer_, room, drawn);
    }
    const std::string least =
        measure_.uri() + measure_.complete_uri() + measure_.code_in_one_line();
    if (fits(least, picture)) {
      return head() + drawn + writer_.uri() + writer_.complete_uri() + writer_.code_in_one_line();
    }
    return std::nullopt;
  }

  // One that was asked for by name is drawn all the same, above the text.
  std::string without_room(const Picture& picture, QrChoice choice) const {
    if (choice == QrChoice::automatic || picture.extent.columns > screen_.columns) {
      return without_picture(hint(picture));
    }
    return head() + indented(picture.text, screen_.columns - picture.extent.columns) +
           body(writer_, Room::words);
  }

  std::string without_picture(const std::string& note = {}) const {
    for (const Room room : kRooms) {
      const int rows = rows_of(around(measure_, room)) + rows_of(note) + kCountdownLines;
      if (rows <= screen_.rows || room == Room::words) return around(writer_, room) + note;
    }
    return {};
  }

 private:
  static Tty bare(Tty screen) {
    screen.styles = false;
    screen.links = false;
    return screen;
  }

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

  // The picture at the left, the words beside it, and the addresses below in the whole width.
  std::optional<std::string> side_by_side(const Picture& picture) const {
    if (!fits(measure_.uri() + measure_.complete_uri(), picture)) return std::nullopt;
    for (const Room room : {Room::letters, Room::words}) {
      if (auto column = column_beside(picture, room)) {
        std::string out;
        std::size_t next = 0;
        const auto beside = lines_of(*column);
        for (const std::string_view row : lines_of(picture.text)) {
          out += row;
          if (next < beside.size() && !beside[next].empty()) {
            out += std::string(kGutter) + std::string(beside[next]);
          }
          out += '\n';
          ++next;
        }
        return out + writer_.uri() + writer_.complete_uri();
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> column_beside(const Picture& picture, Room room) const {
    Tty column = screen_;
    column.columns -= picture.extent.columns + static_cast<int>(kGutter.size()) + kLastColumn;
    const Tty bare_column = bare(column);
    const std::string text = Writer(facts_, codes_, bare_column).beside(room);
    if (lines_of(text).size() > static_cast<std::size_t>(picture.extent.lines)) return std::nullopt;
    for (const std::string_view one : lines_of(text)) {
      if (width(one) > column.columns) return std::nullopt;
    }
    return Writer(facts_, codes_, column).beside(room);
  }

  std::string hint(const Picture& picture) const {
    const bool beside = column_beside(picture, Room::words).has_value();
    const std::string text =
        beside ? measure_.uri() + measure_.complete_uri() : with_text(measure_, Room::words, "");
    return writer_.hint(picture.extent.columns,
                        rows_of(text) + picture.extent.lines + kCountdownLines, picture.style);
  }

  std::string head() const { return writer_.title() + writer_.notes(); }
  int rows_of(const std::string& text) const { return lines_on_screen(text, screen_); }
  bool fits(const std::string& text, const Picture& picture) const {
    return picture.extent.columns <= screen_.columns &&
           rows_of(text) + picture.extent.lines + kCountdownLines <= screen_.rows;
  }

  const LoginFacts& facts_;
  const DeviceAuthorization& codes_;
  const Tty& screen_;
  Tty bare_;
  Writer writer_;
  Writer measure_;
};

}  // namespace

std::string prompt_text(const LoginFacts& facts, const DeviceAuthorization& codes,
                        const Tty& screen, QrChoice choice) {
  auto picture = make_picture(codes, screen, choice, QrCorrection::medium);
  if (!screen.terminal) {
    const bool wanted = picture && choice != QrChoice::automatic;
    return Writer(facts, codes, screen).plain() + (wanted ? picture->text : std::string());
  }
  const Layout layout(facts, codes, screen);
  if (!picture) return layout.without_picture();
  if (auto text = layout.with_picture(*picture, choice)) return *text;
  picture = make_picture(codes, screen, choice, QrCorrection::low);
  if (auto text = layout.with_picture(*picture, choice)) return *text;
  return layout.without_room(*picture, choice);
}

}  // namespace deviceflow::demo
