// The one driver: many operations on one thread.
#ifndef DEVICEFLOW_RUNNER_HPP
#define DEVICEFLOW_RUNNER_HPP

#include <cstdint>
#include <deviceflow/clock.hpp>
#include <deviceflow/config.hpp>
#include <deviceflow/operation.hpp>
#include <functional>
#include <memory>

namespace [[gnu::visibility("default")]] deviceflow {

/// Runs operations: sends what they want sent, waits, and feeds in what came.
///
/// Belongs to one thread and has no lock; only wake() may come from elsewhere. What an operation or
/// a function of the application does in poll() or run() may add and cancel operations, but must
/// not call poll() or run() itself.
class Runner {
 public:
  /// Has the operation, which has ended. May be null.
  using Ended = std::function<void(std::unique_ptr<Operation>)>;

  /// `ports`: see there; clock and random source must outlive the runner.
  explicit Runner(Ports ports = {});
  /// Gives up what has not ended: its requests are aborted, and no Ended is called.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Takes an operation on, which begins with the next poll() or run(). Returns its number.
  std::uint64_t add(std::unique_ptr<Operation> operation, Ended ended = nullptr);
  /// Cancels one, with the next poll() or run(). It may still send what has to be cleaned up. Does
  /// nothing for one that has ended.
  void cancel(std::uint64_t id);

  /// Does what is due, and never waits for the network. Returns when to call it again at the
  /// latest: in 10 ms as long as a response is awaited, kNever if nothing is left to do.
  SteadyTime poll();
  /// The same, and waits. Returns at `until`, with nothing left to do, or after wake(). Once
  /// `cancel` is set every operation is cancelled.
  void run(SteadyTime until = kNever, const Cancel& cancel = Cancel::never());
  /// Makes run() return, or the next one if none is going on. From any thread.
  void wake() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

class PendingCall;

/// A call that is going on without waiting: poll() it until it has ended, or have it run by a
/// Runner of yours, which has to outlive it. Belongs to one thread, with a runner to the runner's.
/// Dropping it cancels it; without a runner that takes as long as the tokens that nobody gets need
/// to be revoked, 1 s at the most. May outlive its session.
template <typename T>
class [[nodiscard]] Pending {
 public:
  Pending(Pending&& other) noexcept;
  Pending& operator=(Pending&& other) noexcept;
  ~Pending();

  /// Does what is due, and never waits for the network; with a runner of yours, it only looks. True
  /// if the call has ended: result() is there.
  bool poll();
  /// What the call returns; once, and only after its end (aborts otherwise).
  T result();
  /// Ends the call soon, as a Cancel does. poll() on until it has ended.
  void cancel();

 protected:
  friend class Session;
  Pending(std::unique_ptr<PendingCall> call);
  T finish(const Cancel& cancel);
  std::unique_ptr<PendingCall> call_;
};

}  // namespace deviceflow

#endif
