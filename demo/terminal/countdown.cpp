#include "countdown.hpp"

#include <algorithm>
#include <deviceflow/secret.hpp>
#include <vector>

#include "common/words.hpp"

namespace deviceflow::demo {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Providers report a blocked device grant on the phone only.
constexpr std::string_view kNotAllowed = "Codes not allowed? Ask your administrator";

std::string two_digits(std::int64_t number) {
  std::string digits = std::to_string(number);
  if (number < 10) digits.insert(digits.begin(), '0');
  return digits;
}

// What the user should know beyond the time: nothing, while all is well.
std::string lead_words(const Countdown& countdown, std::size_t room) {
  constexpr std::string_view kStill = ", still trying";
  if (countdown.last != PollReport::Result::retry) return "Waiting for you to approve";
  std::string trouble = trouble_words(countdown.reason);
  if (countdown.check_endpoint) {
    trouble = "Check --token-endpoint (" + countdown.reason + ")";
  } else if (!countdown.server_text.empty()) {
    trouble = clean_text(countdown.server_text, std::max(room, kStill.size() + 20) - kStill.size());
  }
  return trouble + std::string(kStill);
}

std::string next_words(const Countdown& countdown) {
  if (countdown.next_request >= countdown.expires_at) return "no further check fits";
  const auto wait = countdown.next_request - countdown.now;
  if (wait <= milliseconds(0)) return "checking now";
  return "next check in " + std::to_string(std::chrono::ceil<seconds>(wait).count()) + " s";
}

}  // namespace

std::string clock_words(seconds time) {
  const std::int64_t total = std::max<std::int64_t>(0, time.count());
  const std::int64_t hours = total / 3600;
  const std::int64_t minutes = total / 60 % 60;
  if (hours == 0) return std::to_string(minutes) + ":" + two_digits(total % 60);
  return std::to_string(hours) + ":" + two_digits(minutes) + ":" + two_digits(total % 60);
}

bool is_long_wait(const Countdown& countdown) {
  return countdown.now - countdown.shown_at >= std::chrono::minutes(1);
}

std::string countdown_line(const Countdown& countdown, const Tty& screen) {
  const auto left = std::chrono::ceil<seconds>(countdown.expires_at - countdown.now);
  const std::string dot = screen.utf8 ? " · " : " - ";
  std::vector<std::string> parts{"", clock_words(left) + " left", next_words(countdown)};
  const int taken = 3 + width(dot + parts[1] + dot + parts[2]);
  parts[0] = shown(
      lead_words(countdown, static_cast<std::size_t>(std::max(0, screen.columns - taken))), screen);
  const bool waits = countdown.last != PollReport::Result::retry;
  if (waits && is_long_wait(countdown) &&
      width(kNotAllowed) + 2 + width(dot + parts[1]) < screen.columns) {
    parts[0] = kNotAllowed;
  }
  if (countdown.last == PollReport::Result::slow_down) parts.push_back("the server is busy");
  std::string line = "  " + parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    // The last column stays free: some terminals wrap when it is written.
    if (width(line + dot + parts[i]) < screen.columns) line += dot + parts[i];
  }
  if (width(line) < screen.columns) return line;
  return "  " + parts[1];
}

}  // namespace deviceflow::demo
