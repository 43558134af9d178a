#include "protocol/claims.hpp"

#include <algorithm>
#include <cstdint>

namespace deviceflow {

using std::chrono::seconds;

namespace {

constexpr WallTime kFirstOf2024{seconds(1704067200)};
constexpr std::chrono::hours kTrustInClocks{24};
constexpr std::chrono::minutes kFuture{10};
constexpr std::int64_t kLastSecond = std::int64_t{1} << 40;

}  // namespace

std::optional<std::string_view> text_claim(const JsonValue& claims, std::string_view name) {
  const JsonValue* value = claims.find(name);
  return value == nullptr ? std::nullopt : value->as_string();
}

std::optional<WallTime> time_claim(const JsonValue& claims, std::string_view name) {
  const JsonValue* value = claims.find(name);
  const auto at = value == nullptr ? std::nullopt : value->as_integer();
  if (!at || *at <= 0 || *at > kLastSecond) return std::nullopt;
  return WallTime(seconds(*at));
}

bool can_judge_time(std::optional<WallTime> now, std::optional<WallTime> server_date) {
  if (!now || *now < kFirstOf2024) return false;
  return !server_date ||
         (*now - *server_date <= kTrustInClocks && *server_date - *now <= kTrustInClocks);
}

bool is_from_the_future(WallTime issued, WallTime now, seconds leeway) {
  return issued > now + std::max<seconds>(leeway, kFuture);
}

}  // namespace deviceflow
