#include "tcp_relay.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sockets.hpp"

namespace deviceflow::test {

namespace {

constexpr char kTlsHandshake = 0x16;
constexpr int kConnectMs = 5000;

// One direction of a relayed connection: what was read and is not written yet.
struct Flow {
  int from;
  int to;
  std::string pending;
};

struct Pair {
  Descriptor client;
  Descriptor server;
  Flow up;
  Flow down;
  bool begun = false;
  bool over = false;
};

// False where the connection has ended.
bool pump(Flow& flow) {
  if (flow.pending.empty()) {
    char piece[16384];
    const ssize_t got = recv(flow.from, piece, sizeof piece, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (got > 0) flow.pending.assign(piece, static_cast<std::size_t>(got));
  }
  if (flow.pending.empty()) return true;
  const ssize_t sent =
      send(flow.to, flow.pending.data(), flow.pending.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
  if (sent > 0) flow.pending.erase(0, static_cast<std::size_t>(sent));
  return true;
}

}  // namespace

class TcpRelay::Impl {
 public:
  explicit Impl(int target) : target_(target), wake_(make_event()) {
    open(0);
    port_ = bound_port(listening_.get());
    thread_ = std::thread([this] { run(); });
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    order(Order::stop);
    thread_.join();
  }

  enum class Order { none, take_away, bring_back, stop };

  // Returns once the relay's thread has obeyed.
  void order(Order what) {
    std::unique_lock lock(mutex_);
    order_ = what;
    raise_event(wake_.get());
    obeyed_.wait(lock, [this] { return order_ == Order::none; });
  }

  int port() const { return port_; }
  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }
  int tls_connections() const {
    const std::lock_guard lock(mutex_);
    return tls_connections_;
  }

 private:
  void open(int port) {
    listening_ = bind_loopback(port);
    if (listen(listening_.get(), 16) != 0) fail("listen");
  }
  void run();
  bool obey();
  void accept_one();
  void relay(Pair& pair);

  int target_;
  Descriptor wake_;
  Descriptor listening_;  // The thread's alone, once it runs.
  int port_ = 0;
  std::list<Pair> pairs_;
  std::thread thread_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::condition_variable obeyed_;
  Order order_ = Order::none;
  int connections_ = 0;
  int tls_connections_ = 0;
};

void TcpRelay::Impl::run() {
  for (;;) {
    std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}, {listening_.get(), POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      for (const Flow* flow : {&pair.up, &pair.down}) {
        const bool full = !flow->pending.empty();
        watched.push_back(
            {full ? flow->to : flow->from, static_cast<short>(full ? POLLOUT : POLLIN), 0});
      }
    }
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) fail("poll");
    if (!obey()) return;
    if (listening_.open() && watched[1].revents != 0) accept_one();
    for (Pair& pair : pairs_) relay(pair);
    pairs_.remove_if([](const Pair& pair) { return pair.over; });
  }
}

bool TcpRelay::Impl::obey() {
  const std::lock_guard lock(mutex_);
  clear_event(wake_.get());
  const Order what = std::exchange(order_, Order::none);
  if (what == Order::take_away) {
    pairs_.clear();
    listening_.reset();
  } else if (what == Order::bring_back && !listening_.open()) {
    open(port_);
  }
  obeyed_.notify_all();
  return what != Order::stop;
}

void TcpRelay::Impl::accept_one() {
  Descriptor client(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  Descriptor server = start_connecting(target_);
  if (!client.open() || !server.open()) return;
  pollfd connected{server.get(), POLLOUT, 0};
  if (poll(&connected, 1, kConnectMs) != 1) return;
  const int c = client.get();
  const int s = server.get();
  pairs_.push_back({std::move(client), std::move(server), {c, s, {}}, {s, c, {}}});
  const std::lock_guard lock(mutex_);
  ++connections_;
}

void TcpRelay::Impl::relay(Pair& pair) {
  char first = 0;
  if (!pair.begun && recv(pair.client.get(), &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1) {
    pair.begun = true;
    const std::lock_guard lock(mutex_);
    if (first == kTlsHandshake) ++tls_connections_;
  }
  pair.over = !pump(pair.up) || !pump(pair.down);
}

TcpRelay::TcpRelay(int target_port) : impl_(std::make_unique<Impl>(target_port)) {}

TcpRelay::~TcpRelay() = default;

int TcpRelay::port() const {
  return impl_->port();
}

int TcpRelay::connections() const {
  return impl_->connections();
}

int TcpRelay::tls_connections() const {
  return impl_->tls_connections();
}

void TcpRelay::take_away() {
  impl_->order(Impl::Order::take_away);
}

void TcpRelay::bring_back() {
  impl_->order(Impl::Order::bring_back);
}

}  // namespace deviceflow::test
