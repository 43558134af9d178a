// Time and trouble in words that need no jargon.
#ifndef DEVICEFLOW_DEMO_COMMON_WORDS_HPP
#define DEVICEFLOW_DEMO_COMMON_WORDS_HPP

#include <chrono>
#include <cstdint>
#include <deviceflow/error.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace deviceflow::demo {

/// "10 minutes", "1 hour", "1 minute 30 seconds": the two largest units, rounded to what a user
/// would say. 3599 seconds are 1 hour.
std::string duration_words(std::chrono::seconds time);
/// The same in another language: `counted` answers "3 minutes" for 3 and "minute".
std::string duration_words(
    std::chrono::seconds time,
    const std::function<std::string(std::int64_t count, std::string_view unit)>& counted);

/// What `reason` of a transient error means to a user, as part of a sentence.
std::string trouble_words(std::string_view reason);
/// True if it was the network, and not what the server sent.
bool is_network_trouble(std::string_view reason);
/// True for http_404, http_405 and http_501: the address may be wrong.
bool is_missing_endpoint(std::string_view reason);

/// What to do about a failed connection, as a sentence that names the setting to fix.
std::string network_advice(const Error& error);

/// Which options may fix a refusal by the server, as a sentence; empty if none of those that a user
/// would have to guess.
std::string_view option_advice(const Error& error);

}  // namespace deviceflow::demo

#endif
