#include "sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace deviceflow::test {

namespace {

struct Address {
  Address(int port, Family family) {
    if (family == Family::ipv6) {
      v6.sin6_family = AF_INET6;
      v6.sin6_addr = in6addr_loopback;
      v6.sin6_port = htons(static_cast<std::uint16_t>(port));
      size = sizeof v6;
    } else {
      v4.sin_family = AF_INET;
      v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      v4.sin_port = htons(static_cast<std::uint16_t>(port));
      size = sizeof v4;
    }
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&v6); }

  union {
    sockaddr_in6 v6{};
    sockaddr_in v4;
  };
  socklen_t size = 0;
};

Descriptor tcp_socket(Family family) {
  const int domain = family == Family::ipv6 ? AF_INET6 : AF_INET;
  Descriptor out(socket(domain, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.open()) fail("socket");
  return out;
}

}  // namespace

void fail(const char* what) {
  std::perror(what);
  std::abort();
}

void Descriptor::reset() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Descriptor bind_loopback(int port, Family family) {
  Descriptor out = tcp_socket(family);
  const int yes = 1;
  setsockopt(out.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const Address address(port, family);
  if (bind(out.get(), address.get(), address.size) != 0) fail("bind");
  return out;
}

int bound_port(int socket) {
  // The port stands at the same place in both families.
  static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin6_port);
}

Descriptor start_connecting(int port, Family family) {
  Descriptor out = tcp_socket(family);
  const Address address(port, family);
  if (connect(out.get(), address.get(), address.size) != 0 && errno != EINPROGRESS) out.reset();
  return out;
}

std::vector<Descriptor> fill_queue(int port, Family family) {
  std::vector<Descriptor> fillers;
  const Descriptor never = make_event();
  for (;;) {
    fillers.push_back(start_connecting(port, family));
    if (!fillers.back().open()) fail("connect");
    if (wait_for(fillers.back().get(), POLLOUT, never.get(), std::chrono::milliseconds(200)) !=
        Ready::yes) {
      return fillers;
    }
  }
}

Descriptor make_event() {
  Descriptor out(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!out.open()) fail("eventfd");
  return out;
}

void raise_event(int event) {
  const std::uint64_t one = 1;
  if (write(event, &one, sizeof one) != sizeof one) fail("eventfd");
}

void clear_event(int event) {
  std::uint64_t count = 0;
  if (read(event, &count, sizeof count) < 0 && errno != EAGAIN) fail("eventfd");
}

Ready wait_for(int fd, short events, int stop, std::chrono::milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    pollfd watched[] = {{stop, POLLIN, 0}, {fd, events, 0}};
    int left = -1;
    if (timeout.count() >= 0) {
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      left = rest.count() > 0 ? static_cast<int>(rest.count()) : 0;
    }
    const int ready = poll(watched, 2, left);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) fail("poll");
    if (watched[0].revents != 0) return Ready::stopped;
    return ready == 0 ? Ready::time_is_up : Ready::yes;
  }
}

void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace deviceflow::test
