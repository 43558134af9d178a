#include "fault_server.hpp"

#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "fault_connection.hpp"
#include "sockets.hpp"

namespace deviceflow::test {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kForever{-1};
constexpr milliseconds kPatience{10000};
constexpr int kBacklog = 64;

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// Calls `visit` with name and value of every header line.
void for_each_header(std::string_view head,
                     const std::function<void(std::string_view, std::string_view)>& visit) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
    const std::size_t end = head.find("\r\n", at + 2);
    const std::string_view line =
        head.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      visit(line.substr(0, colon), value);
    }
    at = end;
  }
}

FaultServer::Script in_order(std::vector<Action> actions) {
  return [actions = std::move(actions)](const ReceivedRequest& request) {
    const auto at = static_cast<std::size_t>(request.number - 1);
    return actions[std::min(at, actions.size() - 1)];
  };
}

}  // namespace

std::string ReceivedRequest::header(std::string_view name) const {
  std::optional<std::string> found;
  for_each_header(head, [&](std::string_view key, std::string_view value) {
    if (!found && same_name(key, name)) found = std::string(value);
  });
  return found.value_or("");
}

int ReceivedRequest::count(std::string_view name) const {
  int found = 0;
  for_each_header(head, [&](std::string_view key, std::string_view) {
    if (same_name(key, name)) ++found;
  });
  return found;
}

Action answer(int status, std::string_view body, const HeaderLines& headers) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
  bool typed = false;
  for (const auto& [name, value] : headers) {
    head += name + ": " + value + "\r\n";
    typed = typed || same_name(name, "Content-Type");
  }
  if (!typed) head += "Content-Type: application/json\r\n";
  head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  Action action;
  action.bytes = head + std::string(body);
  return action;
}

Action then(Action action, Action::Then end) {
  action.then = end;
  return action;
}

Action raw(std::string bytes, Action::Then end) {
  Action action;
  action.bytes = std::move(bytes);
  action.then = end;
  return action;
}

Action half_answer(int status, std::string_view body, Action::Then end) {
  Action action = answer(status, body);
  action.bytes.resize(action.bytes.size() - body.size() + body.size() / 2);
  return then(std::move(action), end);
}

Action hang_up() {
  return raw("", Action::Then::close);
}

Action reset() {
  return raw("", Action::Then::reset);
}

Action silence() {
  return raw("", Action::Then::stall);
}

Action drip(Action action, milliseconds pace) {
  action.pace = pace;
  return action;
}

Action large_body(std::size_t mebibytes, bool chunked) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  Action action;
  action.bytes = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
  action.times = mebibytes;
  if (chunked) {
    action.bytes += "Transfer-Encoding: chunked\r\n\r\n";
    action.repeated = "100000\r\n" + std::string(kMebibyte, ' ') + "\r\n";
  } else {
    action.bytes += "Content-Length: " + std::to_string(mebibytes * kMebibyte) + "\r\n\r\n";
    action.repeated = std::string(kMebibyte, ' ');
  }
  return action;
}

Action header_flood(std::size_t count) {
  Action action;
  action.bytes = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n";
  action.repeated = "X-Flood: " + std::string(1024 - 11, 'x') + "\r\n";
  action.times = count;
  return action;
}

class FaultServer::Impl {
 public:
  Impl(Script script, FaultServerOptions options)
      : script_(std::move(script)), options_(std::move(options)), stop_(make_event()) {
    if (options_.tls) context_ = make_tls_context(*options_.tls);
    listening_ = bind_loopback(0, options_.family);
    port_ = bound_port(listening_.get());
    const bool accepts = options_.mode != FaultServerOptions::Mode::never_accept;
    if (listen(listening_.get(), accepts ? kBacklog : 0) != 0) fail("listen");
    if (accepts) {
      acceptor_ = std::thread([this] { accept_all(); });
    } else {
      fillers_ = fill_queue(port_, options_.family);
    }
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    raise_event(stop_.get());
    if (acceptor_.joinable()) acceptor_.join();
    // No further thread starts once the acceptor is gone.
    for (std::thread& thread : threads_) thread.join();
  }

  template <typename Member>
  auto get(Member member) const {
    const std::lock_guard lock(mutex_);
    return this->*member;
  }

  bool wait_until(const std::function<bool()>& reached) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, reached);
  }

  const FaultServerOptions& options() const { return options_; }
  int port() const { return port_; }

  // Guarded by the mutex.
  std::vector<ReceivedRequest> requests_;
  int connections_ = 0;
  int closed_ = 0;
  int handshakes_ = 0;
  std::size_t bytes_received_ = 0;
  std::size_t bytes_sent_ = 0;

 private:
  template <typename Change>
  void change(Change what) {
    const std::lock_guard lock(mutex_);
    what();
    changed_.notify_all();
  }

  void accept_all();
  void serve(Descriptor socket, int connection);
  bool receive(FaultConnection& peer, std::string& buffer, ReceivedRequest& request);
  bool act(FaultConnection& peer, const Action& action);
  bool send(FaultConnection& peer, const Action& action);
  bool transmit(FaultConnection& peer, std::string_view bytes);

  Script script_;
  FaultServerOptions options_;
  TlsContext context_;
  Descriptor stop_;
  Descriptor listening_;
  std::vector<Descriptor> fillers_;
  int port_ = 0;
  std::vector<std::thread> threads_;  // The acceptor's alone, until it has ended.
  std::thread acceptor_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
};

void FaultServer::Impl::accept_all() {
  int connection = 0;
  while (wait_for(listening_.get(), POLLIN, stop_.get(), kForever) == Ready::yes) {
    Descriptor socket(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.open()) continue;
    ++connection;
    change([&] { connections_ = connection; });
    threads_.emplace_back(
        [this, connection](Descriptor mine) { serve(std::move(mine), connection); },
        std::move(socket));
  }
}

void FaultServer::Impl::serve(Descriptor socket, int connection) {
  block_sigpipe();
  if (options_.mode == FaultServerOptions::Mode::mute) {
    // Only the end is waited for: what arrives stays unread.
    wait_for(socket.get(), POLLRDHUP, stop_.get(), kForever);
    change([&] { ++closed_; });
    return;
  }
  FaultConnection peer(std::move(socket), context_.get(), stop_.get());
  if (peer.handshake()) {
    if (context_) change([&] { ++handshakes_; });
    std::string buffer;
    bool open = true;
    for (int nth = 1; open; ++nth) {
      ReceivedRequest request;
      if (!receive(peer, buffer, request)) break;
      request.connection = connection;
      request.on_connection = nth;
      Action action;
      change([&] {
        request.number = static_cast<int>(requests_.size()) + 1;
        requests_.push_back(request);
        action = script_(request);
      });
      open = act(peer, action);
    }
  }
  peer.close();
  change([&] { ++closed_; });
}

bool FaultServer::Impl::receive(FaultConnection& peer, std::string& buffer,
                                ReceivedRequest& request) {
  std::optional<std::size_t> size;
  for (;;) {
    const std::size_t end = buffer.find("\r\n\r\n");
    if (end != std::string::npos && !size) {
      request.head = buffer.substr(0, end + 2);
      const std::string length = request.header("Content-Length");
      std::size_t body = 0;
      std::from_chars(length.data(), length.data() + length.size(), body);
      size = end + 4 + body;
    }
    if (size && buffer.size() >= *size) {
      request.body = buffer.substr(request.head.size() + 2, *size - request.head.size() - 2);
      buffer.erase(0, *size);
      break;
    }
    char piece[16384];
    const std::size_t got = peer.read(piece, sizeof piece);
    if (got == 0) return false;
    buffer.append(piece, got);
    change([&] { bytes_received_ += got; });
  }
  request.arrived = std::chrono::steady_clock::now();
  const std::size_t space = request.head.find(' ');
  request.method = request.head.substr(0, space);
  request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
  return true;
}

bool FaultServer::Impl::act(FaultConnection& peer, const Action& action) {
  if (!send(peer, action)) return false;
  switch (action.then) {
    case Action::Then::keep_open: return true;
    case Action::Then::close: return false;
    case Action::Then::reset: peer.reset(); return false;
    case Action::Then::stall: peer.wait_for_end(); return false;
  }
  return false;
}

bool FaultServer::Impl::send(FaultConnection& peer, const Action& action) {
  if (action.pace.count() > 0) {
    for (std::size_t i = 0; i < action.bytes.size(); ++i) {
      if (!transmit(peer, std::string_view(action.bytes).substr(i, 1))) return false;
      if (!peer.pause(action.pace)) return false;
    }
  } else if (!transmit(peer, action.bytes)) {
    return false;
  }
  for (std::size_t i = 0; i < action.times; ++i) {
    if (!transmit(peer, action.repeated)) return false;
  }
  return true;
}

bool FaultServer::Impl::transmit(FaultConnection& peer, std::string_view bytes) {
  std::size_t written = 0;
  const bool all = peer.write(bytes, written);
  change([&] { bytes_sent_ += written; });
  return all;
}

FaultServer::FaultServer(Script script, FaultServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(script), std::move(options))) {}

FaultServer::FaultServer(std::vector<Action> actions, FaultServerOptions options)
    : FaultServer(in_order(std::move(actions)), std::move(options)) {}

FaultServer::~FaultServer() = default;

int FaultServer::port() const {
  return impl_->port();
}

std::string FaultServer::origin() const {
  const FaultServerOptions& options = impl_->options();
  return std::string(options.tls ? "https://" : "http://") +
         (options.family == Family::ipv6 ? "[::1]:" : "127.0.0.1:") + std::to_string(port());
}

std::vector<ReceivedRequest> FaultServer::requests() const {
  return impl_->get(&Impl::requests_);
}

int FaultServer::requests_to(std::string_view target) const {
  const auto all = requests();
  return static_cast<int>(std::count_if(
      all.begin(), all.end(), [&](const ReceivedRequest& one) { return one.target == target; }));
}

int FaultServer::connections() const {
  return impl_->get(&Impl::connections_);
}

int FaultServer::handshakes() const {
  return impl_->get(&Impl::handshakes_);
}

std::size_t FaultServer::bytes_received() const {
  return impl_->get(&Impl::bytes_received_);
}

std::size_t FaultServer::bytes_sent() const {
  return impl_->get(&Impl::bytes_sent_);
}

bool FaultServer::wait_for_requests(int count) const {
  return impl_->wait_until(
      [&] { return impl_->requests_.size() >= static_cast<std::size_t>(count); });
}

bool FaultServer::wait_for_connections(int count) const {
  return impl_->wait_until([&] { return impl_->connections_ >= count; });
}

bool FaultServer::wait_for_closed(int count) const {
  return impl_->wait_until([&] { return impl_->closed_ >= count; });
}

struct ClosedPort::Held {
  // Bound but not listening: whoever connects is refused.
  Descriptor socket = bind_loopback(0);
};

ClosedPort::ClosedPort()
    : held_(std::make_unique<Held>()), port_(bound_port(held_->socket.get())) {}

ClosedPort::~ClosedPort() = default;

}  // namespace deviceflow::test
