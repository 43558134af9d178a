// Codes in words and parts, as the screens show them.
#ifndef DEVICEFLOW_DEMO_MODEL_CODE_WORDS_HPP
#define DEVICEFLOW_DEMO_MODEL_CODE_WORDS_HPP

#include <chrono>
#include <deviceflow/clock.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "language.hpp"

namespace deviceflow::demo {

/// Begun minutes until then; none where it has passed.
std::chrono::minutes minutes_left(SteadyTime expires_at, SteadyTime now);
/// "Valid for 9 more minutes", and when that changes.
std::string time_left_words(SteadyTime expires_at, SteadyTime now, const Language& say);
/// The part of its life that a code has left, from 1 to 0, in whole minutes.
float part_left(SteadyTime expires_at, std::chrono::seconds lifetime, SteadyTime now);
/// `user_code` in groups for reading aloud, of equal size where its length allows. One with hyphens
/// or spaces of its own stays whole, and so does a short one and one beyond ASCII.
std::vector<std::string> code_groups(std::string_view user_code);

}  // namespace deviceflow::demo

#endif
