// What the rules for signed tokens share: single claims, and what a device can say about time.
#ifndef DEVICEFLOW_SRC_CLAIMS_HPP
#define DEVICEFLOW_SRC_CLAIMS_HPP

#include <chrono>
#include <deviceflow/json.hpp>
#include <deviceflow/time.hpp>
#include <optional>
#include <string_view>

namespace deviceflow {

/// A claim that is a string, or empty.
std::optional<std::string_view> text_claim(const JsonValue& claims, std::string_view name);

/// A claim that is a time in whole seconds, within what sums can't overflow with; or empty.
std::optional<WallTime> time_claim(const JsonValue& claims, std::string_view name);

/// True where `now` is good for judging a token: it is known, not before 2024, and within a day of
/// `server_date`, where that is known.
bool can_judge_time(std::optional<WallTime> now, std::optional<WallTime> server_date);

/// True where a token was issued so far in the future that one of the clocks is wrong. A device's
/// clock is often some minutes slow, so it takes more than a few of them.
bool is_from_the_future(WallTime issued, WallTime now, std::chrono::seconds leeway);

}  // namespace deviceflow

#endif
