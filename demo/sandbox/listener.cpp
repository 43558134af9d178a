#include "listener.hpp"

#include <httplib.h>
#include <openssl/rand.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "certificate.hpp"
#include "crypto.hpp"
#include "network.hpp"

namespace deviceflow::sandbox {

namespace {

constexpr std::size_t kWorkers = 16;
constexpr std::size_t kLargestBody = std::size_t{64} * 1024;
constexpr std::size_t kLongestTarget = 2048;
// What an idle connection may take while others wait, and how often that is looked at.
constexpr std::chrono::milliseconds kLongestSilence{250};
constexpr std::chrono::milliseconds kRoomInterval{50};
constexpr int kPortAttempts = 20;
constexpr const char* kLoopback = "127.0.0.1";

SteadyTime steady_now() {
  return SteadyTime(std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now().time_since_epoch()));
}

WallTime wall_now() {
  return WallTime(std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch()));
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    // Without randomness nothing here may go on.
    std::abort();
  }
  return bytes;
}

Error cannot_listen(const std::string& host, int port) {
  return make_error(Blame::caller, ErrorCode::network, Stage::usage,
                    "Can't listen on " + host + (port > 0 ? ":" + std::to_string(port) : "") +
                        ": the port is in use, or the address is not this machine's.");
}

std::unique_ptr<httplib::Server> make_server(const ServerIdentity* identity) {
  if (identity == nullptr) return std::make_unique<httplib::Server>();
  return std::make_unique<httplib::SSLServer>([identity](SSL_CTX& context) {
    return SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_use_certificate(&context, identity->certificate.get()) == 1 &&
           SSL_CTX_use_PrivateKey(&context, identity->key.get()) == 1;
  });
}

// A connection keeps its worker as long as it lasts. While others wait for one, idle connections
// are ended, so that those which nobody uses lock nobody out.
class Workers : public httplib::ThreadPool {
 public:
  explicit Workers(std::function<void()> make_room)
      : ThreadPool(kWorkers), make_room_(std::move(make_room)), watch_([this] { watch(); }) {}

  // Returns nothing or a bool, depending on the library's version.
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(nullptr));
  Enqueued enqueue(std::function<void()> connection) override {
    change([this] { ++connections_; });
    return ThreadPool::enqueue([this, connection = std::move(connection)] {
      connection();
      change([this] { --connections_; });
    });
  }

  void shutdown() override {
    change([this] { ended_ = true; });
    watch_.join();
    ThreadPool::shutdown();
  }

 private:
  void change(const std::function<void()>& how) {
    {
      const std::lock_guard lock(mutex_);
      how();
    }
    changed_.notify_one();
  }

  void watch() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      changed_.wait(lock, [this] { return ended_ || connections_ > kWorkers; });
      if (ended_) return;
      lock.unlock();
      make_room_();
      lock.lock();
      changed_.wait_for(lock, kRoomInterval, [this] { return ended_; });
    }
  }

  std::function<void()> make_room_;
  std::mutex mutex_;  // Guards the two below.
  std::size_t connections_ = 0;
  bool ended_ = false;
  std::condition_variable changed_;
  std::thread watch_;
};

// The library's default would share the port with the process that holds it.
void only_reuse_address(socket_t listening) {
  const int yes = 1;
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

struct Listener::Parts {
  // One bound address with its threads.
  struct Endpoint {
    std::string address;
    std::unique_ptr<httplib::Server> server;
    socket_t listening = INVALID_SOCKET;
    std::thread thread;
    std::promise<void> running;
    std::mutex mutex;
    std::set<int> busy;  ///< Peer ports of the requests that are being served.
  };

  ListenerOptions options;
  std::optional<ServerIdentity> identity;
  std::string no_pem;
  int port = 0;
  int stop_event = -1;
  std::string issuer;
  std::string verification_uri;
  Endpoint loopback;
  std::optional<Endpoint> lan;

  mutable std::mutex mutex;  // Guards the two below.
  std::optional<AuthorizationServer> core;
  std::size_t violations_told = 0;

  ~Parts() {
    if (stop_event >= 0) close(stop_event);
  }

  void set_up(Endpoint& endpoint, const std::string& address);
  bool bind_ports();
  void run(Endpoint& endpoint);
  void make_room(Endpoint& endpoint) const;
  void serve(Endpoint& endpoint, const httplib::Request& in, httplib::Response& out);
  void hold_back(const Response& response, int peer_port);
  void tell_violations();
};

void Listener::Parts::set_up(Endpoint& endpoint, const std::string& address) {
  endpoint.address = address;
  endpoint.server = make_server(identity ? &*identity : nullptr);
  httplib::Server& server = *endpoint.server;
  server.set_tcp_nodelay(true);
  server.set_socket_options([&endpoint](socket_t listening) {
    only_reuse_address(listening);
    endpoint.listening = listening;
  });
  server.set_keep_alive_timeout(static_cast<time_t>(options.keep_alive.count()));
  server.set_keep_alive_max_count(std::numeric_limits<std::uint32_t>::max());
  server.set_payload_max_length(kLargestBody);
  server.new_task_queue = [this, &endpoint] {
    endpoint.running.set_value();
    return new Workers([this, &endpoint] { make_room(endpoint); });
  };
  // Before the library matches its routes: a long target would recurse deep in its expressions.
  server.set_pre_routing_handler([](const httplib::Request& in, httplib::Response& out) {
    if (in.target.size() <= kLongestTarget) return httplib::Server::HandlerResponse::Unhandled;
    out.status = 414;
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto handler = [this, &endpoint](const httplib::Request& in, httplib::Response& out) {
    serve(endpoint, in, out);
  };
  constexpr const char* kEverything = ".*";
  server.Get(kEverything, handler);
  server.Post(kEverything, handler);
  server.Put(kEverything, handler);
  server.Patch(kEverything, handler);
  server.Delete(kEverything, handler);
  server.Options(kEverything, handler);
}

bool Listener::Parts::bind_ports() {
  // Both addresses need the same port; with a free choice, try until one is free on both.
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    set_up(loopback, kLoopback);
    port = options.port;
    if (port == 0) {
      port = loopback.server->bind_to_any_port(kLoopback);
    } else if (!loopback.server->bind_to_port(kLoopback, port)) {
      return false;
    }
    if (port <= 0) return false;
    if (options.lan_address.empty()) return true;
    lan.emplace();
    set_up(*lan, options.lan_address);
    if (lan->server->bind_to_port(options.lan_address, port)) return true;
    if (options.port != 0) return false;
  }
  return false;
}

void Listener::Parts::run(Endpoint& endpoint) {
  // The library lets five connections wait; what comes beyond loses a second or more.
  listen(endpoint.listening, SOMAXCONN);
  endpoint.thread = std::thread([&endpoint] { endpoint.server->listen_after_bind(); });
  endpoint.running.get_future().wait();
}

void Listener::Parts::make_room(Endpoint& endpoint) const {
  const std::lock_guard lock(endpoint.mutex);
  end_silent_connections(endpoint.address, port, endpoint.busy, kLongestSilence);
}

void Listener::Parts::serve(Endpoint& endpoint, const httplib::Request& in,
                            httplib::Response& out) {
  {
    const std::lock_guard lock(endpoint.mutex);
    endpoint.busy.insert(in.remote_port);
  }
  Request request;
  request.method = in.method;
  request.target = in.target;
  request.body = in.body;
  request.from_lan = &endpoint != &loopback;
  for (const auto& [name, value] : in.headers) request.headers.emplace_back(name, value);
  Response response;
  {
    const std::lock_guard lock(mutex);
    response = core->handle(request, steady_now());
    tell_violations();
  }
  if (response.delay.count() > 0 || response.hang_up) hold_back(response, in.remote_port);
  out.status = response.status;
  for (const auto& [name, value] : response.headers) out.headers.emplace(name, value);
  out.body = std::move(response.body);
  const std::lock_guard lock(endpoint.mutex);
  endpoint.busy.erase(in.remote_port);
}

void Listener::Parts::hold_back(const Response& response, int peer_port) {
  const int connection = find_connection(port, peer_port);
  const WaitResult waited = wait_holding(connection, stop_event, response.delay);
  if (waited == WaitResult::peer_is_gone && response.poll_ticket != 0) {
    const std::lock_guard lock(mutex);
    core->on_client_gone(response.poll_ticket, steady_now());
  }
  if (response.hang_up && connection >= 0) shutdown(connection, SHUT_RDWR);
}

void Listener::Parts::tell_violations() {
  const auto& all = core->violations();
  for (; violations_told < all.size(); ++violations_told) {
    if (options.on_violation) options.on_violation(all[violations_told]);
  }
}

Result<std::unique_ptr<Listener>> Listener::start(ListenerOptions options) {
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  parts->stop_event = eventfd(0, EFD_CLOEXEC);
  const std::string& lan_address = parts->options.lan_address;
  if (parts->options.tls) {
    Result<ServerIdentity> identity = make_server_identity(lan_address);
    if (!identity) return identity.error();
    parts->identity = std::move(*identity);
  }
  Result<Signer> signer = make_signer();
  if (!signer) return signer.error();
  if (!parts->bind_ports()) {
    return cannot_listen(lan_address.empty() ? kLoopback : "127.0.0.1 and " + lan_address,
                         parts->options.port);
  }
  const std::string scheme = parts->options.tls ? "https://" : "http://";
  const std::string port = ":" + std::to_string(parts->port);
  Settings settings;
  settings.issuer = scheme + "127.0.0.1" + port;
  settings.page_origin = lan_address.empty() ? settings.issuer : scheme + lan_address + port;
  settings.started = steady_now();
  settings.started_wall = wall_now();
  settings.random_bytes = random_bytes;
  settings.sha256 = sha256;
  settings.signer = std::move(*signer);
  parts->issuer = settings.issuer;
  parts->core.emplace(std::move(settings), std::move(parts->options.scenario));
  parts->verification_uri = parts->core->verification_uri();
  parts->run(parts->loopback);
  if (parts->lan) parts->run(*parts->lan);
  return std::unique_ptr<Listener>(new Listener(std::move(parts)));
}

Listener::Listener(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Listener::~Listener() {
  stop();
}

void Listener::stop() {
  if (!parts_->loopback.thread.joinable()) return;
  const std::uint64_t one = 1;
  if (write(parts_->stop_event, &one, sizeof one) != sizeof one) std::abort();
  parts_->loopback.server->stop();
  if (parts_->lan) parts_->lan->server->stop();
  // A worker would wait for its idle connection until keep-alive runs out.
  end_connections(parts_->port);
  parts_->loopback.thread.join();
  if (parts_->lan) parts_->lan->thread.join();
}

int Listener::port() const {
  return parts_->port;
}
const std::string& Listener::issuer() const {
  return parts_->issuer;
}
const std::string& Listener::verification_uri() const {
  return parts_->verification_uri;
}
const std::string& Listener::ca_pem() const {
  return parts_->identity ? parts_->identity->ca_pem : parts_->no_pem;
}

std::vector<Violation> Listener::violations() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->core->violations();
}

std::vector<LogEntry> Listener::log() const {
  const std::lock_guard lock(parts_->mutex);
  return {parts_->core->log().begin(), parts_->core->log().end()};
}

DecisionResult Listener::decide(std::string_view user_code, Decision decision,
                                std::string_view person) {
  const std::lock_guard lock(parts_->mutex);
  return parts_->core->decide(user_code, decision, person, steady_now());
}

}  // namespace deviceflow::sandbox
