// Numbers of seconds as servers write them.
#ifndef DEVICEFLOW_SRC_SECONDS_HPP
#define DEVICEFLOW_SRC_SECONDS_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <optional>

#include "foundation/json.hpp"

namespace deviceflow {

/// A number of seconds as a JSON member gave it: a number, or digits in a string. Fractions round
/// up or down as `round_up` says, and are reported. Empty for every other value, negative numbers
/// included.
std::optional<std::chrono::seconds> read_seconds(const JsonValue& value, bool round_up,
                                                 Quirks& quirks);

/// Settles the `interval` of a device authorization answer: `sent` is null where the member is
/// absent. Absent, null, zero, negative or no number: `fallback`. Not smaller than `expires_in`: a
/// whole multiple of 1000 that makes 1 to 60 s is read as milliseconds, any other becomes
/// `fallback`. Everything but absence is reported as a quirk.
std::chrono::seconds settle_interval(const JsonValue* sent, std::chrono::seconds expires_in,
                                     std::chrono::seconds fallback, Quirks& quirks);

}  // namespace deviceflow

#endif
