#include "lines.hpp"

#include <algorithm>
#include <ctime>

#include "foundation/json.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::string_view kMargin = "  ";

std::string date_words(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  char text[40] = "";
  if (gmtime_r(&time, &parts) == nullptr) return {};
  if (std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0) return {};
  return text;
}

std::string value_words(std::string_view key, const JsonValue& value) {
  if (value.is(JsonValue::Kind::string)) return std::string(value.display_text());
  const bool is_time = key == "exp" || key == "iat" || key == "nbf";
  const auto number = value.as_integer();
  const std::string date = is_time && number ? date_words(*number) : std::string();
  return to_json(value) + (date.empty() ? "" : "  (" + date + ")");
}

}  // namespace

std::string headline(std::string_view text, Style style, const Tty& screen) {
  std::string mark;
  if (screen.symbols && style == Style::good) mark = "✓ ";
  if (screen.symbols && style == Style::bad) mark = "✗ ";
  std::string out =
      wrapped(mark + std::string(text), screen, kMargin, mark.empty() ? "  " : "    ");
  out.pop_back();
  return styled(out, style, screen) + "\n";
}

std::string line(std::string_view text, const Tty& screen) {
  return wrapped(text, screen, "    ", "    ");
}

std::string listed(std::string_view scope) {
  std::string out;
  for (const char c : scope) out += c == ' ' ? std::string(", ") : std::string(1, c);
  return out;
}

std::string row(std::string_view name, int name_width, std::string_view value) {
  std::string out = "  " + std::string(name);
  out.append(static_cast<std::size_t>(std::max(1, name_width - width(name) + 2)), ' ');
  return out + std::string(value) + "\n";
}

std::string member_rows(const JsonValue& members, std::string_view except, const Tty& screen) {
  int longest = 0;
  for (const auto& member : members.members()) {
    longest = std::max(longest, std::min(width(member.key), 30));
  }
  std::string out;
  for (const auto& member : members.members()) {
    if (member.key == except) continue;
    out += row(shown(member.key, screen), longest,
               shown(value_words(member.key, member.value), screen));
  }
  return out;
}

}  // namespace deviceflow::demo
