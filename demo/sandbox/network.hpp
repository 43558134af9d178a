// What the listener needs from the operating system beside its HTTP library (Linux).
#ifndef DEVICEFLOW_SANDBOX_NETWORK_HPP
#define DEVICEFLOW_SANDBOX_NETWORK_HPP

#include <chrono>
#include <deviceflow/result.hpp>
#include <string>
#include <string_view>

namespace deviceflow::sandbox {

/// The IPv4 address a phone in the same network can reach: `wanted` where it is one of this
/// machine's, else the address of the default route. Fails with a sentence that lists what there
/// is.
Result<std::string> find_lan_address(std::string_view wanted);

/// This process's socket of the accepted connection between the two ports, or -1. Looked up in the
/// process's own table, since cpp-httplib keeps it to itself.
int find_connection(int local_port, int peer_port);
/// Ends every accepted connection of `local_port`, so that nobody has to wait for idle ones.
void end_connections(int local_port);

enum class WaitResult { time_is_up, peer_is_gone, stopped };
/// Waits for `duration`, or until the other side of `connection` closes, or `stop_event` (an
/// eventfd) is set.
WaitResult wait_holding(int connection, int stop_event, std::chrono::milliseconds duration);

}  // namespace deviceflow::sandbox

#endif
