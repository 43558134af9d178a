// Everything that ends a verb early: signals, --timeout, and an output that nobody reads any more.
#ifndef DEVICEFLOW_DEMO_COMMON_STOP_HPP
#define DEVICEFLOW_DEMO_COMMON_STOP_HPP

#include <chrono>
#include <deviceflow/clock.hpp>

namespace deviceflow::demo {

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

/// Set once a stop was asked for; for calls that take one.
const Cancel& stop_cancel() noexcept;

}  // namespace deviceflow::demo

#endif
