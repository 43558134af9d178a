#include <atomic>
#include <deque>
#include <deviceflow/platform.hpp>
#include <deviceflow/runner.hpp>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace deviceflow {

namespace {

// How soon poll() wants to look again for a response.
constexpr std::chrono::milliseconds kGlance{10};

TransportFailure given_up(bool nothing_sent) {
  return {TransportFailure::Kind::cancelled, nothing_sent, "The request was cancelled."};
}

}  // namespace

class Runner::Impl {
 public:
  explicit Impl(Ports ports) {
    network_ = ports.network ? ports.network() : std::make_unique<CurlNetwork>();
    clock_ = ports.clock != nullptr ? ports.clock : &own_clock_;
    random_ = ports.random != nullptr ? ports.random : &own_random_;
  }

  ~Impl() {
    // What an operation does when it goes must find a runner without it.
    const auto rest = std::exchange(running_, {});
  }

  std::uint64_t add(std::unique_ptr<Operation> operation, Ended ended) {
    const std::uint64_t id = ++last_;
    Running& one = running_[id];
    one.operation = std::move(operation);
    one.ended = std::move(ended);
    ready_.push_back(id);
    return id;
  }

  void cancel(std::uint64_t id) {
    const auto found = running_.find(id);
    if (found == running_.end()) return;
    found->second.to_cancel = true;
    ready_.push_back(id);
  }

  SteadyTime poll() {
    collect(clock_->steady_now(), Cancel::never());
    work();
    // What has just begun to be sent leaves now.
    collect(clock_->steady_now(), Cancel::never());
    if (!ready_.empty()) return clock_->steady_now();
    const SteadyTime due = next_due();
    return on_their_way_ == 0 ? due : std::min(due, clock_->steady_now() + kGlance);
  }

  void run(SteadyTime until, const Cancel& cancel) {
    bool cancelled = false;
    for (;;) {
      if (!cancelled && cancel.is_set()) {
        cancelled = true;
        for (const auto& one : running_) this->cancel(one.first);
      }
      work();
      if (!cancelled && cancel.is_set()) continue;  // an operation's own functions may set it
      if (running_.empty() || woken_.exchange(false) || clock_->steady_now() >= until) return;
      network_->wait(std::min(next_due(), until), cancelled ? Cancel::never() : cancel, finished_);
      take_finished();
    }
  }

  void wake() noexcept {
    woken_ = true;
    network_->wake();
  }

 private:
  struct Running {
    std::unique_ptr<Operation> operation;
    Ended ended;
    SteadyTime due = kNever;
    bool on_its_way = false;  // its request
    bool cleans_up = false;   // that request
    bool to_cancel = false;
    bool cancelled = false;
  };
  using Due = std::pair<SteadyTime, std::uint64_t>;

  Now now() { return {clock_->steady_now(), clock_->wall_now(), random_}; }

  void collect(SteadyTime until, const Cancel& cancel) {
    if (on_their_way_ == 0) return;
    network_->wait(until, cancel, finished_);
    take_finished();
  }

  void take_finished() {
    for (Network::Finished& one : std::exchange(finished_, {})) {
      const auto found = running_.find(one.ticket);
      if (found == running_.end() || !found->second.on_its_way) continue;
      feed(one.ticket, found->second, std::move(one.result));
    }
  }

  void feed(std::uint64_t id, Running& one, TransportResult result) {
    if (std::exchange(one.on_its_way, false)) --on_their_way_;
    if (auto* response = std::get_if<HttpResponse>(&result)) {
      one.operation->on_response(now(), std::move(*response));
    } else {
      one.operation->on_failure(now(), std::move(*std::get_if<TransportFailure>(&result)));
    }
    ready_.push_back(id);
  }

  // Everything that can be done now.
  void work() {
    for (;;) {
      const SteadyTime at = clock_->steady_now();
      while (!due_.empty() && due_.top().first <= at) {
        const auto found = running_.find(due_.top().second);
        if (found != running_.end() && found->second.due <= at) ready_.push_back(found->first);
        due_.pop();
      }
      if (ready_.empty()) return;
      const std::uint64_t id = ready_.front();
      ready_.pop_front();
      const auto found = running_.find(id);
      if (found != running_.end()) advance(id, found->second);
    }
  }

  void advance(std::uint64_t id, Running& one) {
    if (std::exchange(one.to_cancel, false)) {
      one.cancelled = true;
      one.operation->cancel();
      if (one.on_its_way && !one.cleans_up) feed(id, one, given_up(network_->abort(id)));
    }
    if (one.on_its_way) return;
    one.due = kNever;
    Step step = one.operation->step(now());
    if (auto* request = std::get_if<Send>(&step)) {
      one.cleans_up = request->cleans_up;
      // What it still wants to send after a cancel would only be given up again.
      if (one.cancelled && !one.cleans_up) return feed(id, one, given_up(true));
      one.on_its_way = true;
      ++on_their_way_;
      return network_->start(id, std::move(request->request));
    }
    if (const auto* wait = std::get_if<WaitUntil>(&step)) {
      one.due = wait->time;
      if (one.due != kNever) due_.push({one.due, id});
      return;
    }
    const auto ended = running_.extract(id);
    if (ended.mapped().ended) ended.mapped().ended(std::move(ended.mapped().operation));
  }

  // The time of a running operation; what stands above it has been overtaken.
  SteadyTime next_due() {
    while (!due_.empty()) {
      const auto found = running_.find(due_.top().second);
      if (found != running_.end() && found->second.due == due_.top().first) {
        return due_.top().first;
      }
      due_.pop();
    }
    return kNever;
  }

  SystemClock own_clock_;
  SystemRandom own_random_;
  std::unique_ptr<Network> network_;
  Clock* clock_;
  RandomSource* random_;
  std::unordered_map<std::uint64_t, Running> running_;
  std::deque<std::uint64_t> ready_;
  std::priority_queue<Due, std::vector<Due>, std::greater<Due>> due_;
  std::vector<Network::Finished> finished_;
  std::size_t on_their_way_ = 0;
  std::uint64_t last_ = 0;
  std::atomic<bool> woken_{false};
};

Runner::Runner(Ports ports) : impl_(std::make_unique<Impl>(std::move(ports))) {}

Runner::~Runner() = default;

std::uint64_t Runner::add(std::unique_ptr<Operation> operation, Ended ended) {
  return impl_->add(std::move(operation), std::move(ended));
}

void Runner::cancel(std::uint64_t id) {
  impl_->cancel(id);
}

SteadyTime Runner::poll() {
  return impl_->poll();
}

void Runner::run(SteadyTime until, const Cancel& cancel) {
  impl_->run(until, cancel);
}

void Runner::wake() noexcept {
  impl_->wake();
}

}  // namespace deviceflow
