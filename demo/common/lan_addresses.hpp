// This computer's addresses on the networks around it.
#ifndef DEVICEFLOW_DEMO_COMMON_LAN_ADDRESSES_HPP
#define DEVICEFLOW_DEMO_COMMON_LAN_ADDRESSES_HPP

#include <string>
#include <vector>

namespace deviceflow::demo {

/// IPv4 addresses that a phone could reach, without loopback. Sends nothing.
std::vector<std::string> lan_addresses();

}  // namespace deviceflow::demo

#endif
