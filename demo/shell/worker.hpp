// Everything that waits for the network, on a thread of its own.
#ifndef DEVICEFLOW_DEMO_SHELL_WORKER_HPP
#define DEVICEFLOW_DEMO_SHELL_WORKER_HPP

#include <condition_variable>
#include <deque>
#include <deviceflow/platform.hpp>
#include <deviceflow/session.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/doctor.hpp"
#include "common/kept_secret.hpp"
#include "common/login_keeper.hpp"
#include "common/output.hpp"
#include "common/sandbox_child.hpp"
#include "common/session.hpp"
#include "mailbox.hpp"
#include "model/settings_change.hpp"

namespace deviceflow::demo {

/// Does one job after the other and reports into the mailbox. The public calls come from the
/// window's thread and return at once. Going ends what is running, within a moment.
class Worker {
 public:
  /// `output` gets the events of the terminal tool, on the worker's thread. `mailbox` and `output`
  /// have to outlive the worker.
  /// A session that is an error makes every login fail with it, until use_settings() opens another.
  Worker(const ProviderOptions& options, Result<Session> session, Mailbox& mailbox, Output& output);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Starts the sandbox, or starts it anew with other options.
  void start_sandbox(SandboxOptions options);
  /// Runs the login `number` and reports under that number.
  void log_in(int number);
  /// Trusts the certificate that the last report of one told of, then does the same.
  void trust(int number);
  /// Gives up the login that is running or waits for its turn. Without one, nothing.
  void cancel();
  /// Tells of a login that an earlier run has left in the store, and looks after its tokens; or of
  /// one that still waits for the person.
  void restore();
  /// Refreshes the access token where that is due.
  void renew();
  /// Revokes the tokens where that is possible, and removes them from the store in any case, even
  /// where the worker goes before its turn comes.
  void sign_out();
  /// Asks about the access token.
  void introspect();
  /// Fetches the provider's metadata anew.
  void discover();
  /// Asks the UserInfo endpoint, and tells what came of it.
  void user_info();
  /// Uses the refresh token, though that need not be due, and tells what came of it.
  void refresh();
  /// Looks for the secrets that were kept with the settings.
  void find_secrets(const SavedSettings& saved);
  /// Saves settings, and opens the provider that they name, where that is another one.
  void use_settings(std::shared_ptr<const SettingsChange> change);
  /// Runs the doctor with settings that are not in use yet.
  void test_settings(std::shared_ptr<const SettingsChange> change);
  /// Gives the test up that runs or waits for its turn.
  void cancel_test();
  void check_ca_file(const std::string& path);

 private:
  using Job = std::function<void()>;
  void run();
  void add(Job job, int login = 0);

  // The jobs themselves; in worker_jobs.cpp.
  void do_start_sandbox(const SandboxOptions& options);
  void do_log_in(int number);
  void do_trust(int number);
  void do_restore();
  void do_renew();
  void do_sign_out();
  void do_introspect();
  void do_discover();
  void do_user_info();
  void do_refresh();
  // Those of the settings; in worker_settings.cpp.
  void do_use_settings(const SettingsChange& change);
  void do_test_settings(const SettingsChange& change);
  void run_test(int test, const ProviderOptions& options, const Session& session);
  void open_chosen_session(const SettingsChange& change);
  SettingsUsed settings_used() const;
  void use_introspection(const SettingsChange& change);
  SecretPlace add_secret(Session& session, KeptSecret which,
                         const std::shared_ptr<const Secret>& typed);
  std::string keep_typed_secret(KeptSecret which, const std::shared_ptr<const Secret>& typed);
  SignInOptions sign_in_options(int number, std::optional<LoginOutcome>& ended);
  void signed_in(int number, const TokenSet& tokens, const AccessToken& token,
                 const Cancel& cancel);
  void look_at_certificate(int number);
  std::optional<Error> report_person(int number, const Cancel& cancel);
  void look_after_tokens(SignedIn facts, const Secret& before, const Result<AccessToken>& token,
                         const Cancel& cancel);
  Result<Introspection> ask();
  OnExchange recorder();
  // What ends the job that is running. Fails if it was given up already, or if the store of logins
  // can't be had.
  Result<Cancel> begin();

  Mailbox& mailbox_;
  Output& output_;
  SystemClock clock_;

  // Touched by the worker's thread only.
  ProviderOptions options_;
  Session session_;
  std::optional<Error> session_problem_;          ///< Why there is no session.
  SecretPlace secret_place_ = SecretPlace::none;  ///< Of the client secret.
  SecretPlace introspection_place_ = SecretPlace::none;
  std::unique_ptr<SandboxChild> sandbox_;
  std::unique_ptr<LoginKeeper> keeper_;  ///< Made when it is needed first.
  std::string refused_url_;              ///< Of the last request that came to nothing.
  std::string seen_pem_;                 ///< The certificate that was reported last.

  std::mutex mutex_;
  std::condition_variable wake_;
  struct Queued {
    Job job;
    int login;
  };
  std::deque<Queued> jobs_;
  Cancel running_;          ///< Ends the job that is running.
  bool signs_out_ = false;  ///< A sign-out waits for its turn.
  bool ending_ = false;
  Cancel test_;             ///< Ends the test that is running.
  int tests_given_up_ = 0;  ///< Up to this number.
  int newest_test_ = 0;
  Cancel look_;  ///< Set when nobody waits any more for what a certificate says.
  std::thread thread_;
};

}  // namespace deviceflow::demo

#endif
