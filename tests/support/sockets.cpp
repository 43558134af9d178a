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

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
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

Descriptor bind_loopback(int port) {
  Descriptor out(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.open()) fail("socket");
  const int yes = 1;
  setsockopt(out.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  if (bind(out.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("bind");
  }
  return out;
}

int bound_port(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

Descriptor start_connecting(int port) {
  Descriptor out(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.open()) fail("socket");
  const sockaddr_in address = loopback(port);
  if (connect(out.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    out.reset();
  }
  return out;
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
