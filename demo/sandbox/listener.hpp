// Puts the sandbox server on a socket.
#ifndef DEVICEFLOW_SANDBOX_LISTENER_HPP
#define DEVICEFLOW_SANDBOX_LISTENER_HPP

#include <chrono>
#include <deviceflow/error.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "authorization_server.hpp"

namespace deviceflow::sandbox {

struct ListenerOptions {
  Scenario scenario;
  /// 0 takes any free port.
  int port = 0;
  /// How long an idle connection stays open.
  std::chrono::seconds keep_alive{60};
  bool tls = false;
  /// One of this machine's addresses: the user's page is served there too, and the verification URI
  /// names it. Empty: this machine only.
  std::string lan_address;
  /// Called for each violation as it happens, from a worker thread, one call at a time. Must not
  /// call back into the listener.
  std::function<void(const Violation&)> on_violation;
};

/// A running sandbox server. All functions may be called from any thread.
class Listener {
 public:
  /// Binds and serves; requests are answered from the moment this returns. Fails with a sentence
  /// where an address or port can't be had.
  static Result<std::unique_ptr<Listener>> start(ListenerOptions options);
  /// Stops.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int port() const;
  /// Always on 127.0.0.1.
  const std::string& issuer() const;
  const std::string& verification_uri() const;
  /// The certificate to trust, or empty without TLS.
  const std::string& ca_pem() const;

  std::vector<Violation> violations() const;
  std::vector<LogEntry> log() const;
  /// Decides as a person on the page would.
  DecisionResult decide(std::string_view user_code, Decision decision,
                        std::string_view person = "Ada");
  /// Closes every connection, answers that are held back included. Returns once all threads ended.
  void stop();

 private:
  struct Parts;
  explicit Listener(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace deviceflow::sandbox

#endif
