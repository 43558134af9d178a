#include "network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "common/lan_addresses.hpp"

namespace deviceflow::sandbox {

namespace {

std::string as_text(const sockaddr_in& address) {
  char text[INET_ADDRSTRLEN] = {};
  return inet_ntop(AF_INET, &address.sin_addr, text, sizeof text) != nullptr ? text : "";
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.");
}

// Connecting a UDP socket sends nothing; it only makes the kernel choose a source address.
std::string default_route_address() {
  const int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return {};
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(9);
  inet_pton(AF_INET, "192.0.2.1", &target.sin_addr);  // Reserved for documentation.
  sockaddr_in own{};
  socklen_t size = sizeof own;
  std::string text;
  if (connect(probe, reinterpret_cast<const sockaddr*>(&target), sizeof target) == 0 &&
      getsockname(probe, reinterpret_cast<sockaddr*>(&own), &size) == 0) {
    text = as_text(own);
  }
  close(probe);
  return text;
}

Error no_address(std::string message) {
  return make_error(Blame::caller, ErrorCode::invalid_argument, Stage::usage, std::move(message));
}

int port_of(const sockaddr_storage& address) {
  if (address.ss_family != AF_INET) return -1;
  sockaddr_in ipv4{};
  std::memcpy(&ipv4, &address, sizeof ipv4);
  return ntohs(ipv4.sin_port);
}

struct Connection {
  int fd = -1;
  std::string address;  ///< Of this side.
  int peer_port = -1;
};

void for_each_connection(int local_port, const std::function<void(const Connection&)>& visit) {
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", problem)) {
    const std::string name = entry.path().filename().string();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    sockaddr_storage own{};
    sockaddr_storage peer{};
    socklen_t own_size = sizeof own;
    socklen_t peer_size = sizeof peer;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 &&
        getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 &&
        port_of(own) == local_port) {
      sockaddr_in ipv4{};
      std::memcpy(&ipv4, &own, sizeof ipv4);
      visit({fd, as_text(ipv4), port_of(peer)});
    }
  }
}

// How long neither side has sent anything; empty if there is something to read, or it is ending.
std::optional<std::chrono::milliseconds> silence(int fd) {
  int unread = 0;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (ioctl(fd, FIONREAD, &unread) != 0 || unread > 0 ||
      getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
      info.tcpi_state != TCP_ESTABLISHED) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(std::min(info.tcpi_last_data_recv, info.tcpi_last_data_sent));
}

}  // namespace

Result<std::string> find_lan_address(std::string_view wanted) {
  const std::vector<std::string> own = demo::lan_addresses();
  std::string listed;
  for (const std::string& address : own) listed += (listed.empty() ? "" : ", ") + address;
  if (!wanted.empty()) {
    if (std::find(own.begin(), own.end(), wanted) != own.end()) return std::string(wanted);
    return no_address("This machine has no address " + std::string(wanted) +
                      (listed.empty() ? "." : "; it has " + listed + "."));
  }
  std::string address = default_route_address();
  if (!address.empty() && !is_loopback(address)) return address;
  return no_address(listed.empty()
                        ? "This machine has no address that a phone could reach."
                        : "This machine has no default route; choose one of its addresses with "
                          "--lan-address: " +
                              listed + ".");
}

int find_connection(int local_port, int peer_port) {
  int found = -1;
  for_each_connection(local_port, [&](const Connection& connection) {
    if (connection.peer_port == peer_port) found = connection.fd;
  });
  return found;
}

void end_silent_connections(const std::string& address, int local_port, const std::set<int>& busy,
                            std::chrono::milliseconds silent_for) {
  // All are looked at before any is ended: that frees workers, which begin to read what waits.
  std::vector<int> idle;
  for_each_connection(local_port, [&](const Connection& connection) {
    if (connection.address != address || busy.count(connection.peer_port) != 0) return;
    const auto silent = silence(connection.fd);
    if (silent && *silent >= silent_for) idle.push_back(connection.fd);
  });
  for (const int fd : idle) shutdown(fd, SHUT_RDWR);
}

void end_connections(int local_port) {
  for_each_connection(local_port,
                      [](const Connection& connection) { shutdown(connection.fd, SHUT_RDWR); });
}

WaitResult wait_holding(int connection, int stop_event, std::chrono::milliseconds duration) {
  pollfd watched[] = {{stop_event, POLLIN, 0}, {connection, POLLRDHUP, 0}};
  constexpr std::chrono::milliseconds kLongest{std::chrono::hours(24)};
  const int ready = poll(watched, 2, static_cast<int>(std::min(duration, kLongest).count()));
  if (ready <= 0) return WaitResult::time_is_up;
  return watched[0].revents != 0 ? WaitResult::stopped : WaitResult::peer_is_gone;
}

}  // namespace deviceflow::sandbox
