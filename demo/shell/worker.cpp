#include "worker.hpp"

#include <algorithm>
#include <utility>

namespace deviceflow::demo {

Worker::Worker(const ProviderOptions& options, Result<Session> session, Mailbox& mailbox,
               Output& output)
    : mailbox_(mailbox),
      output_(output),
      options_(options),
      session_(session.ok() ? std::move(*session) : Session()),
      session_problem_(session.ok() ? std::nullopt : std::optional(session.error())),
      thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    jobs_.clear();
    running_.set();
    test_.set();
    look_.set();
  }
  wake_.notify_one();
  thread_.join();
}

void Worker::start_sandbox(SandboxOptions options) {
  add([this, options = std::move(options)] { do_start_sandbox(options); });
}

void Worker::log_in(int number) {
  add([this, number] { do_log_in(number); }, number);
}

void Worker::trust(int number) {
  add([this, number] { do_trust(number); }, number);
}

void Worker::restore() {
  add([this] { do_restore(); });
}

void Worker::renew() {
  add([this] { do_renew(); });
}

void Worker::sign_out() {
  {
    const std::lock_guard lock(mutex_);
    signs_out_ = true;
  }
  add([this] { do_sign_out(); });
}

void Worker::introspect() {
  add([this] { do_introspect(); });
}

void Worker::discover() {
  add([this] { do_discover(); });
}

void Worker::user_info() {
  add([this] { do_user_info(); });
}

void Worker::refresh() {
  add([this] { do_refresh(); });
}

void Worker::cancel() {
  const std::lock_guard lock(mutex_);
  std::erase_if(jobs_, [](const Queued& queued) { return queued.login != 0; });
  running_.set();
}

void Worker::add(Job job, int login) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(job), login});
    look_.set();
  }
  wake_.notify_one();
}

void Worker::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) break;
    const Job job = std::move(jobs_.front().job);
    jobs_.pop_front();
    running_ = Cancel();
    lock.unlock();
    job();
  }
  // Somebody who signed out must not find the login here at the next start. No time for the
  // network.
  if (!signs_out_ || !keeper_) return;
  Cancel at_once;
  at_once.set();
  keeper_->session().sign_out(Forget::always, at_once);
}

OnExchange Worker::recorder() {
  return [this](const ExchangeRecord& record, const Redactor&) {
    if (record.failure) refused_url_ = record.request.url;
    mailbox_.put({0, ExchangeCame{record}});
  };
}

Result<Cancel> Worker::begin() {
  if (session_problem_) return *session_problem_;
  if (!keeper_) {
    // The sandbox dies with this program, and its codes with it.
    auto keeper = LoginKeeper::open(session_, {}, recorder(), !session_.is_sandbox());
    if (!keeper.ok()) return keeper.error();
    keeper_ = std::move(*keeper);
  }
  const std::lock_guard lock(mutex_);
  if (ending_ || running_.is_set()) {
    return make_error(Blame::user, ErrorCode::cancelled, Stage::usage, "It was given up.");
  }
  return running_;
}

}  // namespace deviceflow::demo
