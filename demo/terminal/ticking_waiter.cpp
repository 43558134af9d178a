#include "ticking_waiter.hpp"

namespace deviceflow::demo {

void TickingWaiter::wait_until(SteadyTime deadline, const Cancel& cancel) {
  const SteadyTime now = clock_.steady_now();
  on_tick_(now, deadline);
  SteadyTime until = now + std::chrono::milliseconds(1000);
  if (deadline != kNever && deadline > now) {
    const auto left = deadline - now;
    const auto piece = left % std::chrono::milliseconds(1000);
    until = now + (piece.count() == 0 ? std::chrono::milliseconds(1000) : piece);
  }
  // The caller looks at the clock and comes back: one piece a call is enough.
  inner_.wait_until(until, cancel);
  const SteadyTime after = clock_.steady_now();
  if (deadline != kNever && after >= deadline && !cancel.is_set()) on_tick_(after, deadline);
}

}  // namespace deviceflow::demo
