#include "ticking_network.hpp"

namespace deviceflow::demo {

void TickingNetwork::wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) {
  if (until == kNever) return inner_->wait(until, cancel, finished);  // for a response
  const SteadyTime now = clock_.steady_now();
  on_tick_(now, until);
  if (until <= now) return inner_->wait(until, cancel, finished);
  SteadyTime next = now + std::chrono::milliseconds(1000);
  const auto piece = (until - now) % std::chrono::milliseconds(1000);
  if (piece.count() != 0) next = now + piece;
  // The caller looks at the clock and comes back: one piece a call is enough.
  inner_->wait(next, cancel, finished);
  const SteadyTime after = clock_.steady_now();
  if (after >= until && !cancel.is_set()) on_tick_(after, until);
}

}  // namespace deviceflow::demo
