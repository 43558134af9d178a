// For the tests of an application: a clock that moves only when it is told to, and a network whose
// responses are a function. No sockets, and no waiting for real time. deviceflow.hpp does not
// include this.
#ifndef DEVICEFLOW_TESTING_HPP
#define DEVICEFLOW_TESTING_HPP

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deviceflow/clock.hpp>
#include <deviceflow/config.hpp>
#include <deviceflow/http.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace [[gnu::visibility("default")]] deviceflow {

/// Time that stands still until it is moved, by the test or by a VirtualNetwork that waits. Begins
/// in January 2027. Thread-safe.
class VirtualClock final : public Clock {
 public:
  SteadyTime steady_now() override {
    const std::lock_guard guard(mutex_);
    return steady_;
  }
  std::optional<WallTime> wall_now() override {
    const std::lock_guard guard(mutex_);
    if (!wall_) return std::nullopt;
    return WallTime(std::chrono::floor<std::chrono::seconds>(*wall_));
  }
  /// Time passes, on both timelines. That the machine has slept is the same: sleep counts.
  void advance(SteadyTime::duration time) {
    const std::lock_guard guard(mutex_);
    move(time);
  }
  /// Time passes until `time`; none if that is past.
  void advance_to(SteadyTime time) {
    const std::lock_guard guard(mutex_);
    if (time > steady_) move(time - steady_);
  }
  /// Sets the wall time alone, as its user may; empty: from now on it is unknown.
  void set_wall(std::optional<WallTime> wall) {
    const std::lock_guard guard(mutex_);
    wall_.reset();
    if (wall) wall_ = wall->time_since_epoch();
  }
  /// Sets the steady time alone, which begins anew when a machine is restarted.
  void set_steady(SteadyTime steady) {
    const std::lock_guard guard(mutex_);
    steady_ = steady;
  }

 private:
  void move(SteadyTime::duration time) {
    steady_ += time;
    if (wall_) *wall_ += time;
  }

  std::mutex mutex_;
  SteadyTime steady_{std::chrono::seconds(5)};
  std::optional<std::chrono::milliseconds> wall_ = std::chrono::seconds(1800000000);
};

/// Bytes that differ each time, and are the same in every run. The first eight are zero: a sign-in
/// takes the random part of its waits from them, so that all have the same waits. Thread-safe.
class RepeatableRandom final : public RandomSource {
 public:
  RandomBytes bytes() override {
    const std::lock_guard guard(mutex_);
    ++count_;
    RandomBytes out{};
    for (std::size_t i = 0; i < 4; ++i) {
      out[8 + i] = out[16 + i] = static_cast<std::uint8_t>(count_ >> (8 * i));
    }
    return out;
  }

 private:
  std::mutex mutex_;
  std::uint32_t count_ = 0;
};

/// What comes of a request, and how much virtual time after it was sent. Default-made: nothing
/// ever comes, so the request times out.
struct VirtualResponse {
  VirtualResponse() = default;
  VirtualResponse(HttpResponse response, std::chrono::milliseconds delay = {})
      : result(std::move(response)), after(delay) {}
  VirtualResponse(TransportFailure failure, std::chrono::milliseconds delay = {})
      : result(std::move(failure)), after(delay) {}

  std::optional<TransportResult> result;
  std::chrono::milliseconds after{0};
};

/// A response with a JSON document, or with an empty body.
inline HttpResponse json_response(int status, std::string_view json) {
  HttpResponse response;
  response.status = status;
  response.headers.push_back({"Content-Type", Secret("application/json")});
  response.body = Secret(json);
  return response;
}

/// All that a Session stands on: `Session session(config, store, world.ports());`. Must outlive
/// what was made with its ports. Set both functions while no call is going on.
class VirtualWorld {
 public:
  Ports ports();

  VirtualClock clock;
  RepeatableRandom random;
  /// The server: called once for each request, on the thread that waits for the response; so by
  /// several at once if several use the session. Null: nobody listens (Kind::refused).
  std::function<VirtualResponse(const HttpRequest&)> on_request;
  /// Called in each wait(), before its time passes, with the time that the clock is about to jump
  /// to (kNever: none). May do what happens meanwhile: set a Cancel, call another session. If it
  /// moves the clock itself, the wait ends there.
  std::function<void(SteadyTime)> on_wait;
  /// The requests that were sent, in order. Read it while no call is going on, or in on_request.
  std::vector<HttpRequest> requests;

 private:
  friend class VirtualNetwork;
  VirtualResponse send(const HttpRequest& request) {
    {
      const std::lock_guard guard(mutex_);
      requests.push_back(request);
    }
    if (on_request) return on_request(request);
    return TransportFailure{TransportFailure::Kind::refused, true, "Nobody listens there."};
  }

  std::mutex mutex_;
};

/// A network in a virtual world, which keeps the contract of Network. ports() makes them.
///
/// Its waits take no real time: the clock jumps to the next response, or to the end of the wait.
/// Each network moves the clock for itself; so if several threads wait at once, time passes for all
/// of them when it does for one. A request is sent by the first wait() after start(); if it is
/// aborted before, the server does not get it. Without a response it ends with Kind::timeout after
/// HttpRequest::timeout, or after `kLimit`.
///
/// A wait() until kNever with no response to come can only be ended by wake() or a Cancel: it
/// waits for another thread to do that, in real time. If none does for 5 s, the test would never
/// end: the program is aborted, and stderr says why.
class VirtualNetwork final : public Network {
 public:
  static constexpr std::chrono::milliseconds kLimit{30000};  ///< As CurlOptions::total_timeout.

  explicit VirtualNetwork(VirtualWorld& world) : world_(world) {}

  void start(std::uint64_t ticket, HttpRequest request) override {
    started_.push_back({ticket, std::move(request)});
  }

  bool abort(std::uint64_t ticket) override {
    const auto has_ticket = [&](const auto& one) { return one.ticket == ticket; };
    const auto started = std::find_if(started_.begin(), started_.end(), has_ticket);
    if (started != started_.end()) {
      started_.erase(started);
      return true;
    }
    const auto sent = std::find_if(sent_.begin(), sent_.end(), has_ticket);
    if (sent == sent_.end()) return false;
    const auto* failure = std::get_if<TransportFailure>(&sent->result);
    const bool nothing_sent = failure != nullptr && failure->nothing_sent;
    sent_.erase(sent);
    return nothing_sent;
  }

  void wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) override {
    const std::size_t before = finished.size();
    bool announced = false;
    for (;;) {
      if (!cancel.is_set()) send_started();
      hand_over(finished);
      const SteadyTime now = world_.clock.steady_now();
      if (finished.size() > before || cancel.is_set() || now >= until || take_wake()) return;
      const SteadyTime next = sent_.empty() ? until : std::min(until, sent_.front().due);
      if (!std::exchange(announced, true)) {
        const auto on_wait = world_.on_wait;  // which may replace itself
        if (on_wait) on_wait(next);
        if (world_.clock.steady_now() != now) until = world_.clock.steady_now();
      } else if (next == kNever) {
        wait_for_another_thread(cancel);
      } else {
        world_.clock.advance_to(next);
      }
    }
  }

  void wake() noexcept override {
    const std::lock_guard guard(mutex_);
    woken_ = true;
    changed_.notify_all();
  }

 private:
  struct Started {
    std::uint64_t ticket;
    HttpRequest request;
  };
  struct Sent {
    std::uint64_t ticket;
    SteadyTime due;
    TransportResult result;
  };

  void send_started() {
    for (Started& one : std::exchange(started_, {})) {
      const SteadyTime now = world_.clock.steady_now();
      VirtualResponse response = world_.send(one.request);
      const auto asked = one.request.timeout;
      const auto limit = asked.count() > 0 ? std::min(asked, kLimit) : kLimit;
      if (!response.result || response.after > limit) {
        response = VirtualResponse({TransportFailure::Kind::timeout, false, "No response in time."},
                                   limit);
      }
      if (auto* complete = std::get_if<HttpResponse>(&*response.result)) {
        complete->duration = response.after;
      }
      Sent sent{one.ticket, now + response.after, std::move(*response.result)};
      const auto later = [](SteadyTime due, const Sent& other) { return due < other.due; };
      const auto place = std::upper_bound(sent_.begin(), sent_.end(), sent.due, later);
      sent_.insert(place, std::move(sent));
    }
  }

  void hand_over(std::vector<Finished>& finished) {
    const SteadyTime now = world_.clock.steady_now();
    while (!sent_.empty() && sent_.front().due <= now) {
      finished.push_back({sent_.front().ticket, std::move(sent_.front().result)});
      sent_.erase(sent_.begin());
    }
  }

  bool take_wake() {
    const std::lock_guard guard(mutex_);
    return std::exchange(woken_, false);
  }

  void wait_for_another_thread(const Cancel& cancel) {
    constexpr std::chrono::milliseconds kGlance(10);
    std::unique_lock guard(mutex_);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!woken_ && !cancel.is_set()) {
      if (std::chrono::steady_clock::now() >= end) {
        std::fputs("VirtualNetwork: a wait without an end, and no response to come\n", stderr);
        std::abort();
      }
      changed_.wait_for(guard, kGlance);
    }
  }

  VirtualWorld& world_;
  std::vector<Started> started_;
  std::vector<Sent> sent_;  // in the order in which their results are due
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

inline Ports VirtualWorld::ports() {
  return {[this] { return std::make_unique<VirtualNetwork>(*this); }, &clock, &random};
}

}  // namespace deviceflow

#endif
