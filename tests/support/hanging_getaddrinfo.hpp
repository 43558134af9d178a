// See hanging_getaddrinfo.cpp.
#ifndef DEVICEFLOW_TEST_HANGING_GETADDRINFO_HPP
#define DEVICEFLOW_TEST_HANGING_GETADDRINFO_HPP

#include <string_view>

namespace deviceflow::test {

inline constexpr std::string_view kHangingHost = "hangs.example";
inline constexpr int kHangMs = 10000;
/// Has two addresses, ::1 first and then 127.0.0.1.
inline constexpr std::string_view kTwoAddressesHost = "two.example";

/// How many look-ups of kHangingHost have begun.
int hanging_lookups();

}  // namespace deviceflow::test

#endif
