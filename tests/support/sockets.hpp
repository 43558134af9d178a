// The few socket calls that the test servers share. Whatever fails here ends the program: a test
// that lacks its sockets can't say anything.
#ifndef DEVICEFLOW_TEST_SOCKETS_HPP
#define DEVICEFLOW_TEST_SOCKETS_HPP

#include <chrono>
#include <utility>
#include <vector>

namespace deviceflow::test {

[[noreturn]] void fail(const char* what);

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_;
};

enum class Family { ipv4, ipv6 };
/// A socket bound to 127.0.0.1 or ::1, `port` (0: any free one), not listening yet.
Descriptor bind_loopback(int port, Family family = Family::ipv4);
int bound_port(int socket);
/// Starts to connect to 127.0.0.1 or ::1 without waiting.
Descriptor start_connecting(int port, Family family = Family::ipv4);
/// Fills the queue of a socket that listens with a backlog of 0: every further connect() goes
/// unanswered as long as what is returned lives.
std::vector<Descriptor> fill_queue(int port, Family family = Family::ipv4);
/// A wake-up for poll(): readable for good once it was raised.
Descriptor make_event();
void raise_event(int event);
void clear_event(int event);

enum class Ready { yes, time_is_up, stopped };
/// Waits until `fd` (-1: nothing) has one of `events`, `stop` is raised, or `timeout` has passed
/// (negative: never).
Ready wait_for(int fd, short events, int stop, std::chrono::milliseconds timeout);

/// Makes writing to a closed connection an error for the calling thread instead of a signal.
void block_sigpipe();

}  // namespace deviceflow::test

#endif
