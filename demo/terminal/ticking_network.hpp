// A network that looks up once a second while it waits, so that a countdown can be redrawn.
#ifndef DEVICEFLOW_DEMO_TERMINAL_TICKING_NETWORK_HPP
#define DEVICEFLOW_DEMO_TERMINAL_TICKING_NETWORK_HPP

#include <deviceflow/http.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace deviceflow::demo {

/// Sends and waits through another network, and calls `on_tick(now, until)` before each piece of a
/// wait for a time, and when that has come. The pieces end a whole number of seconds before it.
class TickingNetwork final : public Network {
 public:
  using OnTick = std::function<void(SteadyTime now, SteadyTime until)>;
  TickingNetwork(std::unique_ptr<Network> inner, Clock& clock, OnTick on_tick)
      : inner_(std::move(inner)), clock_(clock), on_tick_(std::move(on_tick)) {}

  void start(std::uint64_t ticket, HttpRequest request) override {
    inner_->start(ticket, std::move(request));
  }
  bool abort(std::uint64_t ticket) override { return inner_->abort(ticket); }
  void wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) override;
  void wake() noexcept override { inner_->wake(); }

 private:
  std::unique_ptr<Network> inner_;
  Clock& clock_;
  OnTick on_tick_;
};

}  // namespace deviceflow::demo

#endif
