#include "doctor_text.hpp"

#include <algorithm>

#include "lines.hpp"

namespace deviceflow::demo {

namespace {

std::string_view mark_of(Grade grade, const Tty& screen) {
  const bool signs = screen.symbols;
  switch (grade) {
    case Grade::good: return signs ? "✓" : "[ok]";
    case Grade::odd: return signs ? "!" : "[fix]";
    case Grade::bad: break;
  }
  return signs ? "✗" : "[stop]";
}

Style style_of(Grade grade) {
  if (grade == Grade::good) return Style::good;
  return grade == Grade::odd ? Style::bold : Style::bad;
}

// "user_code" in words.
std::string title_of(std::string check) {
  std::replace(check.begin(), check.end(), '_', ' ');
  return check;
}

}  // namespace

std::string finding_text(const Finding& finding, const Tty& screen) {
  const std::string mark(mark_of(finding.grade, screen));
  std::string out =
      wrapped(mark + " " + title_of(finding.check) + ": " + shown(finding.detail, screen), screen,
              "  ", "    ");
  // Styles take no room, so they come after the lines are broken.
  out.replace(out.find(mark), mark.size(), styled(mark, style_of(finding.grade), screen));
  if (finding.advice.empty()) return out;
  const std::string section = finding.rfc.empty() ? "" : " (" + finding.rfc + ")";
  return out +
         line("What to do: " + shown(finding.advice, screen) + shown(section, screen), screen);
}

std::string verdict_text(const Verdict& verdict, const Tty& screen) {
  return headline(shown(verdict.sentence, screen), verdict.usable ? Style::good : Style::bad,
                  screen);
}

}  // namespace deviceflow::demo
