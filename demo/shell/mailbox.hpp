// From the worker's thread to the window's.
#ifndef DEVICEFLOW_DEMO_SHELL_MAILBOX_HPP
#define DEVICEFLOW_DEMO_SHELL_MAILBOX_HPP

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "model/worker_event.hpp"

namespace deviceflow::demo {

/// Events wait here until the window's thread takes them. Thread-safe.
class Mailbox {
 public:
  /// `wake` is called after every event, on the thread that put it there.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void put(WorkerEvent event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    wake_();
  }

  std::vector<WorkerEvent> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }

 private:
  std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<WorkerEvent> events_;
};

}  // namespace deviceflow::demo

#endif
