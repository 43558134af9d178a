#include "alarm.hpp"

#include <utility>

namespace deviceflow::demo {

Alarm::Alarm(std::function<void()> ring) : ring_(std::move(ring)), thread_([this] { run(); }) {}

Alarm::~Alarm() {
  ending_.set();
  waiter_.wake();
  thread_.join();
}

void Alarm::set(SteadyTime time) {
  {
    const std::lock_guard lock(mutex_);
    if (time_ == time) return;
    time_ = time;
  }
  waiter_.wake();
}

void Alarm::run() {
  while (!ending_.is_set()) {
    SteadyTime time;
    {
      const std::lock_guard lock(mutex_);
      time = time_;
    }
    waiter_.wait_until(time, ending_);
    if (ending_.is_set()) return;
    {
      const std::lock_guard lock(mutex_);
      if (time_ > clock_.steady_now()) continue;
      time_ = kNever;
    }
    ring_();
  }
}

}  // namespace deviceflow::demo
