#include "alarm.hpp"

#include <utility>

namespace deviceflow::demo {

Alarm::Alarm(std::function<void()> ring) : ring_(std::move(ring)), thread_([this] { run(); }) {}

Alarm::~Alarm() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    network_.wake();
  }
  thread_.join();
}

void Alarm::set(SteadyTime time) {
  const std::lock_guard lock(mutex_);
  if (time_ == time) return;
  time_ = time;
  network_.wake();
}

void Alarm::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const SteadyTime time = time_;
    lock.unlock();
    std::vector<Network::Finished> none;
    network_.wait(time, Cancel::never(), none);
    lock.lock();
    if (time_ != time || time > clock_.steady_now()) continue;
    time_ = kNever;
    lock.unlock();
    ring_();
    lock.lock();
  }
}

}  // namespace deviceflow::demo
