#include "code_words.hpp"

#include <algorithm>

namespace deviceflow::demo {

using std::chrono::minutes;
using std::chrono::seconds;

minutes minutes_left(SteadyTime expires_at, SteadyTime now) {
  return std::max(minutes(0), std::chrono::ceil<minutes>(expires_at - now));
}

std::string time_left_words(SteadyTime expires_at, SteadyTime now, const Language& say) {
  const minutes left = minutes_left(expires_at, now);
  if (left <= minutes(0)) return std::string(say("code.left.none"));
  if (left == minutes(1)) return std::string(say("code.left.last"));
  if (left <= minutes(120)) {
    return say("code.left.minutes", {{"count", std::to_string(left.count())}});
  }
  const auto hours = std::chrono::floor<std::chrono::hours>(left - minutes(1));
  return say("code.left.long", {{"time", say.duration(hours)}});
}

float part_left(SteadyTime expires_at, seconds lifetime, SteadyTime now) {
  const minutes whole = std::chrono::ceil<minutes>(lifetime);
  if (whole <= minutes(0)) return 0;
  const minutes left = minutes_left(expires_at, now);
  return std::clamp(static_cast<float>(left.count()) / static_cast<float>(whole.count()), 0.0F,
                    1.0F);
}

std::vector<std::string> code_groups(std::string_view user_code) {
  std::vector<std::string> groups;
  if (user_code.find_first_of("- ") != std::string_view::npos) {
    return {std::string(user_code)};
  }
  const bool ascii = std::all_of(user_code.begin(), user_code.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const std::size_t length = user_code.size();
  std::size_t size = length;
  if (ascii && length >= 6) {
    size = 4;
    for (const std::size_t even : {4U, 3U, 5U}) {
      if (length % even == 0) {
        size = even;
        break;
      }
    }
  }
  for (std::size_t at = 0; at < length; at += size) {
    groups.emplace_back(user_code.substr(at, size));
  }
  return groups;
}

}  // namespace deviceflow::demo
