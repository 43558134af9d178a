// Everything that ends a verb early: signals, --timeout, and an output that nobody reads any more.
#ifndef DEVICEFLOW_DEMO_COMMON_STOP_HPP
#define DEVICEFLOW_DEMO_COMMON_STOP_HPP

#include <chrono>

namespace deviceflow {
class Client;
class Session;
}  // namespace deviceflow

namespace deviceflow::demo {

class Doctor;

enum class Stop {
  none,
  interrupted,    ///< SIGINT or SIGTERM.
  timed_out,      ///< --timeout.
  output_closed,  ///< The reader of our output is gone, or has closed the window.
};

/// Handles SIGINT and SIGTERM from now on and ignores SIGPIPE. Once, from main().
void watch_signals();
/// Stops with Stop::timed_out when `after` has passed. At most once.
void watch_time(std::chrono::milliseconds after);

/// Asks for a stop; the first reason stays. Safe in a signal handler.
void request_stop(Stop reason) noexcept;
Stop stop_reason() noexcept;
/// Readable once a stop was asked for; for poll(2).
int stop_descriptor() noexcept;

/// Passes a stop on to a client, to a stored session and its client, or to a doctor, as long as
/// this lives. One at a time.
class StopsClient {
 public:
  explicit StopsClient(Client& client);
  explicit StopsClient(deviceflow::Session& session);
  explicit StopsClient(Doctor& doctor);
  ~StopsClient();
  StopsClient(const StopsClient&) = delete;
  StopsClient& operator=(const StopsClient&) = delete;
};

}  // namespace deviceflow::demo

#endif
