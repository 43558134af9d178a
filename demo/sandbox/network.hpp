// What the listener needs from the operating system beside its HTTP library (Linux).
#ifndef DEVICEFLOW_SANDBOX_NETWORK_HPP
#define DEVICEFLOW_SANDBOX_NETWORK_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <set>
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
/// Ends the accepted connections to that address and port that have been silent for so long. Those
/// whose peer port is one of `busy`, and those that have sent something that nobody has read yet,
/// stay.
void end_silent_connections(const std::string& address, int local_port, const std::set<int>& busy,
                            std::chrono::milliseconds silent_for);
/// Ends every accepted connection of `local_port`, so that nobody has to wait for idle ones.
void end_connections(int local_port);

enum class WaitResult { time_is_up, peer_is_gone, stopped };
/// Waits for `duration`, or until the other side of `connection` closes, or `stop_event` (an
/// eventfd) is set.
WaitResult wait_holding(int connection, int stop_event, std::chrono::milliseconds duration);

}  // namespace deviceflow::sandbox

#endif
