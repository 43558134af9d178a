// See hanging_getaddrinfo.cpp.
#ifndef DEVICEFLOW_TEST_HANGING_GETADDRINFO_HPP
#define DEVICEFLOW_TEST_HANGING_GETADDRINFO_HPP

#include <string_view>

namespace deviceflow::test {

inline constexpr std::string_view kHangingHost = "hangs.example";
inline constexpr int kHangMs = 10000;

/// How many look-ups of kHangingHost have begun.
int hanging_lookups();

}  // namespace deviceflow::test

#endif
