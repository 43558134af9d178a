// A template to copy: a network over an HTTP stack that calls back, as those of game engines and
// platforms do. What is yours goes into MyHttp; my_http_curl.hpp is one over libcurl, for the test.
#ifndef DEVICEFLOW_TESTS_MY_NETWORK_HPP
#define DEVICEFLOW_TESTS_MY_NETWORK_HPP

#include <deviceflow/limits.h>

#include <condition_variable>
#include <deviceflow/http.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace deviceflow::test {

/// How a request ended in your stack: all was received, or why not.
using MyEnd = std::optional<TransportFailure>;

/// What your stack calls, on whichever thread. Each answers false to stop.
struct MyCallbacks {
  std::function<bool(int status)> status;  ///< A new answer begins; what came before it counts not.
  std::function<bool(std::string_view name, std::string_view value)> header;
  std::function<bool(std::string_view bytes)> body;
  std::function<void(MyEnd)> end;  ///< Once, and the last of all.
};

/// Your stack. Set it up so that it verifies certificates, follows no redirect, keeps no cookies,
/// sends a POST once, and knows TLS 1.2 and newer only.
class MyHttp {
 public:
  virtual ~MyHttp() {}
  /// Returns at once. Called once.
  virtual void start(HttpRequest request, MyCallbacks callbacks) = 0;
  /// The request is not wanted any more. May return before it has ended.
  virtual void abort() = 0;
};

class MyNetwork final : public Network {
 public:
  /// `make`: an instance of your stack for one request. `clock`: whose time the waits are.
  MyNetwork(std::function<std::unique_ptr<MyHttp>()> make, std::shared_ptr<Clock> clock)
      : make_(std::move(make)), clock_(std::move(clock)) {}
  ~MyNetwork() override {
    while (!running_.empty()) abort(running_.begin()->first);
  }

  void start(std::uint64_t ticket, HttpRequest request) override {
    // Shared with the callbacks: a request that was aborted may call back afterwards.
    const auto exchange = std::make_shared<Exchange>();
    exchange->ticket = ticket;
    exchange->began = std::chrono::steady_clock::now();
    exchange->limit = request.timeout.count() > 0 ? std::min(request.timeout, kMost) : kMost;
    Running& running = running_[ticket];
    running = {make_(), exchange};
    running.http->start(std::move(request), callbacks_of(exchange, shared_));
  }

  bool abort(std::uint64_t ticket) override {
    const auto running = running_.find(ticket);
    if (running == running_.end()) return false;
    {
      const std::lock_guard guard(shared_->mutex);
      running->second.exchange->given_up = true;
    }
    running->second.http->abort();
    aborted_.push_back(std::move(running->second.http));  // it may take a while to end
    running_.erase(running);
    return false;  // whether anything went out, nobody can say by now
  }

  void wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) override {
    for (;;) {
      {
        std::unique_lock guard(shared_->mutex);
        for (const auto& exchange : shared_->ended) take(*exchange, finished);
        shared_->ended.clear();
      }
      give_up_late_ones(finished);
      if (!finished.empty() || cancel.is_set()) return;
      const SteadyTime now = clock_->steady_now();
      if (now >= until) return;
      std::unique_lock guard(shared_->mutex);
      if (std::exchange(shared_->woken, false)) return;
      if (!shared_->ended.empty()) continue;
      shared_->changed.wait_for(guard, std::min<SteadyTime::duration>(kGlance, until - now));
    }
  }

  void wake() noexcept override {
    const std::lock_guard guard(shared_->mutex);
    shared_->woken = true;
    shared_->changed.notify_all();
  }

 private:
  using Kind = TransportFailure::Kind;
  static constexpr std::chrono::milliseconds kMost{30000};
  static constexpr std::chrono::milliseconds kGlance{50};  // a cancel is seen within 200 ms

  struct Exchange {
    std::uint64_t ticket = 0;
    std::chrono::steady_clock::time_point began;
    std::chrono::milliseconds limit{0};
    HttpResponse response;
    std::string body;
    std::size_t header_bytes = 0;
    bool too_large = false;
    bool given_up = false;
    MyEnd problem;
  };
  struct Running {
    std::unique_ptr<MyHttp> http;
    std::shared_ptr<Exchange> exchange;
  };
  // What the stack's threads see; its mutex guards every Exchange as well.
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::shared_ptr<Exchange>> ended;
    bool woken = false;
  };

  static MyCallbacks callbacks_of(const std::shared_ptr<Exchange>& exchange,
                                  const std::shared_ptr<Shared>& shared) {
    MyCallbacks out;
    out.status = [exchange, shared](int status) {
      const std::lock_guard guard(shared->mutex);
      exchange->response.status = status;
      exchange->response.headers.clear();
      return !exchange->given_up;
    };
    out.header = [exchange, shared](std::string_view name, std::string_view value) {
      const std::lock_guard guard(shared->mutex);
      exchange->header_bytes += name.size() + value.size();
      exchange->too_large = exchange->header_bytes > DEVICEFLOW_MAX_HEADER_BYTES;
      if (exchange->too_large || exchange->given_up) return false;
      exchange->response.headers.push_back({std::string(name), Secret(value)});
      return true;
    };
    out.body = [exchange, shared](std::string_view bytes) {
      const std::lock_guard guard(shared->mutex);
      exchange->too_large = exchange->body.size() + bytes.size() > DEVICEFLOW_MAX_ANSWER_BYTES;
      if (exchange->too_large || exchange->given_up) return false;
      exchange->body += bytes;
      return true;
    };
    out.end = [exchange, shared](MyEnd problem) {
      const std::lock_guard guard(shared->mutex);
      if (exchange->given_up) return;
      exchange->problem = std::move(problem);
      exchange->response.body = Secret(std::move(exchange->body));
      shared->ended.push_back(exchange);
      shared->changed.notify_all();
    };
    return out;
  }

  static TransportFailure failure(Kind kind) {
    return {kind, false, "The exchange was given up: " + std::string(name(kind)) + "."};
  }

  // With the mutex held.
  void take(Exchange& exchange, std::vector<Finished>& finished) {
    if (running_.count(exchange.ticket) == 0 ||
        running_[exchange.ticket].exchange.get() != &exchange) {
      return;  // aborted meanwhile
    }
    TransportResult result = std::move(exchange.response);
    if (exchange.problem) result = *exchange.problem;
    if (exchange.too_large) result = failure(Kind::too_large);
    if (auto* response = std::get_if<HttpResponse>(&result)) {
      response->duration = std::chrono::duration_cast<std::chrono::microseconds>(
          std::chrono::steady_clock::now() - exchange.began);
    }
    finished.push_back({exchange.ticket, std::move(result)});
    aborted_.push_back(std::move(running_[exchange.ticket].http));
    running_.erase(exchange.ticket);
  }

  void give_up_late_ones(std::vector<Finished>& finished) {
    std::vector<std::uint64_t> late;
    for (const auto& [ticket, running] : running_) {
      const auto lasted = std::chrono::steady_clock::now() - running.exchange->began;
      if (lasted >= running.exchange->limit) late.push_back(ticket);
    }
    for (const std::uint64_t ticket : late) {
      abort(ticket);
      finished.push_back({ticket, failure(Kind::timeout)});
    }
  }

  std::function<std::unique_ptr<MyHttp>()> make_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  std::map<std::uint64_t, Running> running_;
  std::vector<std::unique_ptr<MyHttp>> aborted_;  // and ended ones
};

}  // namespace deviceflow::test

#endif
