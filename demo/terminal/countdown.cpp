#include "countdown.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace deviceflow::terminal {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string counted(std::int64_t count, std::string_view unit) {
  return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
}

std::string two_digits(std::int64_t number) {
  std::string digits = std::to_string(number);
  if (number < 10) digits.insert(digits.begin(), '0');
  return digits;
}

// What the user should know beyond the time: nothing, while all is well.
std::string lead_words(const Countdown& countdown) {
  if (countdown.last == PollReport::Result::retry) {
    return trouble_words(countdown.reason) + ", still trying";
  }
  return "Waiting for you to approve";
}

std::string next_words(const Countdown& countdown) {
  if (countdown.next_request >= countdown.expires_at) return "no further check fits";
  const auto wait = countdown.next_request - countdown.now;
  if (wait <= milliseconds(0)) return "checking now";
  return "next check in " + std::to_string(std::chrono::ceil<seconds>(wait).count()) + " s";
}

}  // namespace

std::string duration_words(seconds time) {
  struct Unit {
    std::int64_t size;
    std::string_view name;
  };
  constexpr std::array kUnits{Unit{86400, "day"}, Unit{3600, "hour"}, Unit{60, "minute"},
                              Unit{1, "second"}};
  std::int64_t left = time.count();
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && left < kUnits[unit].size) ++unit;
  std::string words = counted(left / kUnits[unit].size, kUnits[unit].name);
  left %= kUnits[unit].size;
  if (unit + 1 < kUnits.size() && left >= kUnits[unit + 1].size) {
    words += ' ';
    words += counted(left / kUnits[unit + 1].size, kUnits[unit + 1].name);
  }
  return words;
}

std::string clock_words(seconds time) {
  const std::int64_t total = std::max<std::int64_t>(0, time.count());
  const std::int64_t hours = total / 3600;
  const std::int64_t minutes = total / 60 % 60;
  if (hours == 0) return std::to_string(minutes) + ":" + two_digits(total % 60);
  return std::to_string(hours) + ":" + two_digits(minutes) + ":" + two_digits(total % 60);
}

std::string trouble_words(std::string_view reason) {
  if (reason == "timeout") return "The server does not answer";
  if (reason == "refused") return "The server can't be reached";
  if (reason == "connection") return "The connection broke";
  if (reason == "dns") return "The server's name is not found";
  if (reason == "tls_handshake") return "No secure connection";
  if (reason == "http_429") return "The server is busy";
  return "The server has a problem";
}

std::string countdown_line(const Countdown& countdown, const Screen& screen) {
  const auto left = std::chrono::ceil<seconds>(countdown.expires_at - countdown.now);
  std::vector<std::string> parts{lead_words(countdown), clock_words(left) + " left",
                                 next_words(countdown)};
  if (countdown.last == PollReport::Result::slow_down) parts.push_back("the server is busy");
  const std::string dot = screen.utf8 ? " · " : " - ";
  std::string line = "  " + parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    // The last column stays free: some terminals wrap when it is written.
    if (width(line + dot + parts[i]) < screen.columns) line += dot + parts[i];
  }
  if (width(line) < screen.columns) return line;
  return "  " + parts[1];
}

}  // namespace deviceflow::terminal
