#include "errands.hpp"

#include <utility>

namespace deviceflow::demo {

Errands::Errands() : thread_([this] { run(); }) {}

Errands::~Errands() {
  {
    const std::lock_guard lock(mutex_);
    ending_.set();
  }
  wake_.notify_one();
  thread_.join();
}

void Errands::add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Errands::run() {
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
