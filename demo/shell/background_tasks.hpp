// Small jobs that can't wait until the worker has brought its login to an end.
#ifndef DEVICEFLOW_DEMO_SHELL_ERRANDS_HPP
#define DEVICEFLOW_DEMO_SHELL_ERRANDS_HPP

#include <condition_variable>
#include <deque>
#include <deviceflow/clock.hpp>
#include <functional>
#include <mutex>
#include <thread>

namespace deviceflow::demo {

/// Does one after the other, on a thread of its own. Going sets the flag that the running one has
/// been given, waits for it, and drops the rest.
class BackgroundTasks {
 public:
  using Job = std::function<void(const Cancel& given_up)>;

  BackgroundTasks();
  ~BackgroundTasks();
  BackgroundTasks(const BackgroundTasks&) = delete;
  BackgroundTasks& operator=(const BackgroundTasks&) = delete;

  void add(Job job);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  Cancel ending_;
  std::thread thread_;
};

}  // namespace deviceflow::demo

#endif
