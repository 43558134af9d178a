// What the rules for signed tokens share: single claims, audiences, and time.
#ifndef DEVICEFLOW_SRC_CLAIMS_HPP
#define DEVICEFLOW_SRC_CLAIMS_HPP

#include <chrono>
#include <deviceflow/clock.hpp>
#include <optional>
#include <string_view>

#include "foundation/json.hpp"

namespace deviceflow {

/// A claim that is a string, or empty.
std::optional<std::string_view> text_claim(const JsonValue& claims, std::string_view name);

/// How far clocks may differ.
inline constexpr std::chrono::seconds kLeeway{120};

/// A claim that is a NumericDate after 1970, or empty. Fractions of a second are dropped (RFC 7519
/// section 2 allows them). Sums with it can't overflow.
std::optional<WallTime> time_claim(const JsonValue& claims, std::string_view name);

/// The audience is `who` or a list that holds it (RFC 7519 section 4.1.3).
bool is_among(std::string_view who, const JsonValue* audience);

/// A plain JWT, by its `typ`. Every other type has rules of its own (RFC 8725 section 3.12).
bool is_plain_type(std::string_view typ);

/// True if `now` is good for checking a token: it is known, not before 2024, and within a day of
/// `server_date`, if that is known.
bool is_clock_good(std::optional<WallTime> now, std::optional<WallTime> server_date);

/// True if a token was issued so far in the future that one of the clocks is wrong. A device's
/// clock is often some minutes slow, so it takes more than a few of them.
bool is_from_the_future(WallTime issued, WallTime now);

/// A broken rule: a stable reason, and why in words.
struct ClaimFault {
  std::string_view reason;
  std::string_view why;
};
/// The rules for `exp`, `nbf` and `iat`, each only if it is there (RFC 7519 section 4.1). Without
/// `now` only their types are checked.
std::optional<ClaimFault> time_fault(const JsonValue& claims, std::optional<WallTime> now);

}  // namespace deviceflow

#endif
