// Wakes the window when something that it shows changes by itself.
#ifndef DEVICEFLOW_DEMO_SHELL_ALARM_HPP
#define DEVICEFLOW_DEMO_SHELL_ALARM_HPP

#include <deviceflow/platform.hpp>
#include <functional>
#include <mutex>
#include <thread>

namespace deviceflow::demo {

/// Calls `ring` at the time that was set last, on a thread of its own. The window's own timed waits
/// don't count the time that the machine sleeps; this does.
class Alarm {
 public:
  explicit Alarm(std::function<void()> ring);
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// kNever: not at all.
  void set(SteadyTime time);

 private:
  void run();

  std::function<void()> ring_;
  SystemClock clock_;
  CurlNetwork network_;  // waits; sends nothing
  std::mutex mutex_;
  SteadyTime time_ = kNever;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace deviceflow::demo

#endif
