// A waiter that looks up once a second, so that a countdown can be redrawn.
#ifndef DEVICEFLOW_DEMO_TERMINAL_TICKING_WAITER_HPP
#define DEVICEFLOW_DEMO_TERMINAL_TICKING_WAITER_HPP

#include <deviceflow/clock.hpp>
#include <functional>

namespace deviceflow::demo {

/// Waits through another waiter, and calls `on_tick(now, deadline)` before each piece of the wait
/// and when the deadline has come. The pieces end a whole number of seconds before the deadline.
class TickingWaiter final : public Waiter {
 public:
  using OnTick = std::function<void(SteadyTime now, SteadyTime deadline)>;
  TickingWaiter(Waiter& inner, Clock& clock, OnTick on_tick)
      : inner_(inner), clock_(clock), on_tick_(std::move(on_tick)) {}

  void wait_until(SteadyTime deadline, const Cancel& cancel) override;

 private:
  Waiter& inner_;
  Clock& clock_;
  OnTick on_tick_;
};

}  // namespace deviceflow::demo

#endif
