#include "protocol/claims.hpp"

#include <algorithm>
#include <cstdint>

#include "foundation/ascii.hpp"
#include "foundation/json.hpp"

namespace deviceflow {

using std::chrono::seconds;

namespace {

constexpr WallTime kFirstOf2024{seconds(1704067200)};
constexpr std::chrono::hours kTrustInClocks{24};
constexpr std::chrono::minutes kFuture{10};
constexpr double kLastSecond = 1e12;

// The number of a NumericDate, within what sums can't overflow with.
std::optional<std::int64_t> numeric_date(const JsonValue& value) {
  const auto at = value.as_number();
  if (!at || !(*at >= -kLastSecond && *at <= kLastSecond)) return std::nullopt;
  return static_cast<std::int64_t>(*at);
}

}  // namespace

std::optional<std::string_view> text_claim(const JsonValue& claims, std::string_view name) {
  const JsonValue* value = claims.find(name);
  return value == nullptr ? std::nullopt : value->as_string();
}

std::optional<WallTime> time_claim(const JsonValue& claims, std::string_view name) {
  const JsonValue* value = claims.find(name);
  const auto at = value == nullptr ? std::nullopt : numeric_date(*value);
  if (!at || *at <= 0) return std::nullopt;
  return WallTime(seconds(*at));
}

bool is_among(std::string_view who, const JsonValue* audience) {
  if (audience == nullptr) return false;
  if (const auto one = audience->as_string()) return *one == who;
  const auto& all = audience->items();
  return std::any_of(all.begin(), all.end(),
                     [&](const JsonValue& item) { return item.as_string() == who; });
}

bool is_plain_type(std::string_view typ) {
  // RFC 7515 section 4.1.9: the prefix may be left out, and JOSE is any compact JWS.
  constexpr std::string_view kPrefix = "application/";
  if (ascii::same(typ.substr(0, kPrefix.size()), kPrefix)) typ.remove_prefix(kPrefix.size());
  return typ.empty() || ascii::same(typ, "JWT") || ascii::same(typ, "JOSE");
}

bool is_clock_good(std::optional<WallTime> now, std::optional<WallTime> server_date) {
  if (!now || *now < kFirstOf2024) return false;
  return !server_date ||
         (*now - *server_date <= kTrustInClocks && *server_date - *now <= kTrustInClocks);
}

bool is_from_the_future(WallTime issued, WallTime now) {
  return issued > now + kFuture;
}

std::optional<ClaimFault> time_fault(const JsonValue& claims, std::optional<WallTime> now) {
  const auto expires = time_claim(claims, "exp");
  if (!expires && claims.find("exp") != nullptr) {
    return ClaimFault{"exp", "its expiry is not a time"};
  }
  const auto issued = time_claim(claims, "iat");
  if (!issued && claims.find("iat") != nullptr) {
    return ClaimFault{"iat", "its time of issue is not a time"};
  }
  const JsonValue* not_before = claims.find("nbf");  // some servers send 0
  const auto begins = not_before == nullptr ? std::nullopt : numeric_date(*not_before);
  if (!begins && not_before != nullptr) {
    return ClaimFault{"nbf", "the start of its validity is not a time"};
  }
  if (!now) return std::nullopt;
  if (expires && *now - kLeeway >= *expires) {
    return ClaimFault{"expired", "it has expired, or this device's clock is wrong"};
  }
  if (issued && is_from_the_future(*issued, *now)) {
    return ClaimFault{"issued_in_future",
                      "it was issued in the future, or this device's clock is wrong"};
  }
  // The issuer's clock has reached `iat`, however slow this device's clock is.
  const WallTime reached = std::max(*now, issued.value_or(*now));
  if (begins && WallTime(seconds(*begins)) > reached + kLeeway) {
    return ClaimFault{"not_yet_valid", "it is not valid yet, or this device's clock is wrong"};
  }
  return std::nullopt;
}

}  // namespace deviceflow
