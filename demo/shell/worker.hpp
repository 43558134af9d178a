// Everything that waits for the network, on a thread of its own.
#ifndef DEVICEFLOW_DEMO_SHELL_WORKER_HPP
#define DEVICEFLOW_DEMO_SHELL_WORKER_HPP

#include <condition_variable>
#include <deque>
#include <deviceflow/client.hpp>
#include <deviceflow/system_clock.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "common/output.hpp"
#include "common/sandbox_child.hpp"
#include "common/session.hpp"
#include "mailbox.hpp"

namespace deviceflow::demo {

/// Does one job after the other and reports into the mailbox. The public calls come from the
/// window's thread and return at once. Going ends what is running, within a moment.
class Worker {
 public:
  /// `output` gets the events of the terminal tool, on the worker's thread. `mailbox` and `output`
  /// have to outlive the worker.
  Worker(Session session, Mailbox& mailbox, Output& output);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Starts the sandbox, or starts it anew with other options.
  void start_sandbox(SandboxOptions options);
  /// Runs the login `number` and reports under that number.
  void log_in(int number);
  /// Gives up the login that is running or waits for its turn. Without one, nothing.
  void cancel();
  /// Asks about the access token of the last login.
  void introspect();
  void forget_tokens();

 private:
  using Job = std::function<void()>;
  void run();
  void add(Job job, int login = 0);

  void do_start_sandbox(const SandboxOptions& options);
  void do_log_in(int number);
  void do_introspect();
  LoginOutcome log_in_once(int number, Client& client);
  void report_person(int number, Client& client);
  Client& client();
  Result<Introspection> ask();

  Mailbox& mailbox_;
  Output& output_;
  SystemClock clock_;

  // Touched by the worker's thread only.
  Session session_;
  std::unique_ptr<SandboxChild> sandbox_;
  std::unique_ptr<Client> client_;
  TokenSet tokens_;

  std::mutex mutex_;
  std::condition_variable wake_;
  struct Queued {
    Job job;
    int login;
  };
  std::deque<Queued> jobs_;
  Client* running_ = nullptr;  ///< Whom cancel() reaches.
  bool cancelled_ = false;     ///< The job that is running was given up.
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace deviceflow::demo

#endif
