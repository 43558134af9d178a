#include "alarm.hpp"

#include <utility>

namespace deviceflow::demo {

Alarm::Alarm(std::function<void()> ring) : ring_(std::move(ring)), thread_([this] { run(); }) {}

Alarm::~Alarm() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.set();
  }
  thread_.join();
}

void Alarm::set(SteadyTime time) {
  const std::lock_guard lock(mutex_);
  if (time_ == time) return;
  time_ = time;
  changed_.set();
}

void Alarm::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    changed_ = Cancel();
    const SteadyTime time = time_;
    const Cancel changed = changed_;
    lock.unlock();
    waiter_.wait_until(time, changed);
    const bool due = !changed.is_set() && time <= clock_.steady_now();
    if (due) ring_();
    lock.lock();
    if (due && time_ == time) time_ = kNever;
  }
}

}  // namespace deviceflow::demo
