// The worker's jobs for the settings screen.
#include <utility>

#include "common/chosen_settings.hpp"
#include "common/client_secret.hpp"
#include "common/files.hpp"
#include "worker.hpp"

namespace deviceflow::demo {

void Worker::find_client_secret(const SavedSettings& saved) {
  add([this, from_file = !fixes_provider(options_) && !saved.sandbox] {
    if (from_file && !session_problem_) add_client_secret(session_, nullptr);
    SettingsUsed told = settings_used();
    told.saved = false;
    mailbox_.put({0, std::move(told)});
  });
}

void Worker::use_settings(std::shared_ptr<const SettingsChange> change) {
  add([this, change = std::move(change)] { do_use_settings(*change); });
}

void Worker::test_settings(std::shared_ptr<const SettingsChange> change) {
  {
    const std::lock_guard lock(mutex_);
    newest_test_ = change->test;
  }
  add([this, change = std::move(change)] { do_test_settings(*change); });
}

void Worker::cancel_test() {
  const std::lock_guard lock(mutex_);
  tests_given_up_ = newest_test_;
  if (doctor_ != nullptr) doctor_->cancel();
}

void Worker::check_ca_file(const std::string& path) {
  add([this, path] {
    const auto checked = check_certificate_file("CA file", path);
    mailbox_.put({0, CaFileChecked{path, checked.ok() ? "" : checked.error().message}});
  });
}

SettingsUsed Worker::settings_used() const {
  SettingsUsed told;
  told.secret = secret_place_;
  told.provider = host_of(session_);
  told.client_id = session_.settings.client_id;
  told.scope = session_.settings.scope.value_or("");
  if (session_problem_) told.problem = session_problem_->message;
  return told;
}

void Worker::do_use_settings(const SettingsChange& change) {
  std::string not_saved;
  const auto saved = save_settings(settings_file(), change.saved, change.broken);
  if (!saved.ok()) not_saved = saved.error().message;
  if (change.reopen) open_chosen_session(change);
  if (change.reopen && change.client_secret) {
    const std::string problem = keep_typed_secret(*change.client_secret);
    if (not_saved.empty()) not_saved = problem;
  }
  SettingsUsed told = settings_used();
  told.not_saved = std::move(not_saved);
  told.reopened = change.reopen;
  told.sandbox = change.saved.sandbox;
  if (told.sandbox) {
    told.provider = "Sandbox";
    if (told.client_id.empty()) told.client_id = kSandboxClient;
  }
  mailbox_.put({0, std::move(told)});
  if (!change.reopen) return;
  if (change.saved.sandbox) {
    do_start_sandbox(options_.sandbox);
  } else {
    do_restore();
  }
}

// The trace goes on in its file; it can't be opened twice.
void Worker::open_chosen_session(const SettingsChange& change) {
  keeper_.reset();
  sandbox_.reset();
  secret_place_ = SecretPlace::none;
  ProviderOptions options = options_;
  options.trace_file.clear();
  auto opened = open_chosen(options, change.saved);
  std::unique_ptr<TraceFile> trace = std::move(session_.trace);
  session_problem_.reset();
  session_ = Session();
  if (opened.ok()) {
    session_ = std::move(*opened);
    if (!change.saved.sandbox) add_client_secret(session_, change.client_secret);
  } else {
    session_problem_ = opened.error();
    session_.settings = change.saved.provider;
  }
  session_.trace = std::move(trace);
}

// One in a file or in the environment comes first.
void Worker::add_client_secret(Session& session, const std::shared_ptr<const Secret>& typed) {
  if (!session.client_secret.empty()) {
    secret_place_ = SecretPlace::file;
  } else if (typed) {
    session.client_secret = typed->copy();
    secret_place_ = typed->empty() ? SecretPlace::none : SecretPlace::this_run;
  } else if (auto kept = load_client_secret(session); !kept.ok()) {
    output_.failure({kept.error(), {}, {}, Stop::none});
  } else if (*kept) {
    session.client_secret = std::move(**kept);
    secret_place_ = SecretPlace::stored;
  }
}

// Answers why it could not be kept; it serves for this run all the same.
std::string Worker::keep_typed_secret(const Secret& typed) {
  if (session_problem_ || !keeps_client_secret(session_)) return {};
  const auto kept = keep_client_secret(session_, typed);
  if (!kept.ok()) return kept.error().message;
  if (secret_place_ == SecretPlace::this_run) secret_place_ = SecretPlace::stored;
  return {};
}

void Worker::do_test_settings(const SettingsChange& change) {
  const int test = change.test;
  ProviderOptions options = with_saved(options_, change.saved);
  options.trace_file.clear();
  ProviderOptions plain = options_;
  plain.trace_file.clear();
  auto session = open_chosen(plain, change.saved);
  const auto refuse = [&](const Error& error) {
    const Finding finding = bad(std::string(kSettings), error.message, {}).as(error);
    mailbox_.put({0, TestFound{test, finding}});
    mailbox_.put({0, TestEnded{test, verdict_of({finding})}});
  };
  if (!session.ok()) return refuse(session.error());
  if (names_provider(options)) {
    const SecretPlace before = secret_place_;
    add_client_secret(*session, change.client_secret);
    secret_place_ = before;
    return run_test(test, options, *session);
  }
  std::unique_ptr<SandboxChild> own;  // where the one that is in use is another provider
  if (!sandbox_) {
    auto started = SandboxChild::start(options.sandbox, [](std::string_view) {});
    if (!started.ok()) return refuse(started.error());
    own = std::move(*started);
  }
  use_sandbox(*session, sandbox_ ? *sandbox_ : *own);
  run_test(test, options, *session);
}

void Worker::run_test(int test, const ProviderOptions& options, const Session& session) {
  DoctorEvents events;
  events.on_finding = [&](const Finding& finding) { mailbox_.put({0, TestFound{test, finding}}); };
  events.on_step = [&](const DoctorStep& step) { mailbox_.put({0, TestStep{test, step}}); };
  Doctor doctor(options, session, std::move(events));
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || test <= tests_given_up_) return;
    doctor_ = &doctor;
  }
  const auto verdict = doctor.run();
  {
    const std::lock_guard lock(mutex_);
    doctor_ = nullptr;
  }
  if (!verdict.ok()) return;  // it was given up
  mailbox_.put({0, TestEnded{test, *verdict}});
}

}  // namespace deviceflow::demo
