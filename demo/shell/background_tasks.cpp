#include "background_tasks.hpp"

#include <utility>

namespace deviceflow::demo {

BackgroundTasks::BackgroundTasks() : thread_([this] { run(); }) {}

BackgroundTasks::~BackgroundTasks() {
  {
    const std::lock_guard lock(mutex_);
    ending_.set();
  }
  wake_.notify_one();
  thread_.join();
}

void BackgroundTasks::add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void BackgroundTasks::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_.is_set() || !jobs_.empty(); });
    if (ending_.is_set()) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job(ending_);
  }
}

}  // namespace deviceflow::demo
