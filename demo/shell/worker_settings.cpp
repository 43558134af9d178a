// The worker's jobs for the settings screen.
#include <utility>

#include "common/chosen_settings.hpp"
#include "common/files.hpp"
#include "worker.hpp"

namespace deviceflow::demo {

void Worker::find_secrets(const SavedSettings& saved) {
  add([this, from_file = !fixes_provider(options_) && !saved.sandbox] {
    if (from_file && !session_problem_) {
      secret_place_ = add_secret(session_, KeptSecret::client, nullptr);
      introspection_place_ = add_secret(session_, KeptSecret::introspection, nullptr);
    }
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
  test_.set();
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
  told.introspection_secret = introspection_place_;
  told.provider = host_of(session_);
  told.place = place_of(session_);
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
  if (!change.reopen && !fixes_provider(options_)) use_introspection(change);
  for (const auto& [which, typed] :
       {std::pair(KeptSecret::client, change.client_secret),
        std::pair(KeptSecret::introspection, change.introspection_secret)}) {
    const std::string problem = keep_typed_secret(which, typed);
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
  introspection_place_ = SecretPlace::none;
  ProviderOptions options = options_;
  options.trace_file.clear();
  auto opened = open_chosen(options, change.saved);
  std::unique_ptr<TraceFile> trace = std::move(session_.trace);
  session_problem_.reset();
  session_ = Session();
  if (opened.ok()) {
    session_ = std::move(*opened);
    if (!change.saved.sandbox) {
      secret_place_ = add_secret(session_, KeptSecret::client, change.client_secret);
      introspection_place_ =
          add_secret(session_, KeptSecret::introspection, change.introspection_secret);
    }
  } else {
    session_problem_ = opened.error();
    session_.settings = change.saved.provider;
  }
  session_.trace = std::move(trace);
}

// The account for introspection may change while somebody is signed in.
void Worker::use_introspection(const SettingsChange& change) {
  ProviderSettings& now = session_.settings;
  ProviderSettings wanted = overlay(change.saved.provider, options_.flags);
  now.introspection_auth = wanted.introspection_auth;
  now.introspection_user = std::move(wanted.introspection_user);
  now.introspection_user_file = std::move(wanted.introspection_user_file);
  now.introspection_client_id = std::move(wanted.introspection_client_id);
  now.introspection_secret_file = std::move(wanted.introspection_secret_file);
  session_.introspection_secret = Secret();
  introspection_place_ =
      add_secret(session_, KeptSecret::introspection, change.introspection_secret);
}

// One in a file or in the environment comes first.
SecretPlace Worker::add_secret(Session& session, KeptSecret which,
                               const std::shared_ptr<const Secret>& typed) {
  Secret& secret =
      which == KeptSecret::client ? session.client_secret : session.introspection_secret;
  if (!secret.empty()) return SecretPlace::file;
  if (typed) {
    secret = *typed;
    return typed->empty() ? SecretPlace::none : SecretPlace::this_run;
  }
  auto kept = load_secret(session, which);
  if (!kept.ok()) {
    output_.failure({kept.error(), {}, {}, Stop::none});
  } else if (*kept) {
    secret = std::move(**kept);
    return SecretPlace::stored;
  }
  return SecretPlace::none;
}

// Answers why it could not be kept; it serves for this run all the same.
std::string Worker::keep_typed_secret(KeptSecret which,
                                      const std::shared_ptr<const Secret>& typed) {
  if (!typed || session_problem_ || !keeps_secret(session_, which)) return {};
  const auto kept = keep_secret(session_, which, *typed);
  if (!kept.ok()) return kept.error().message;
  SecretPlace& place = which == KeptSecret::client ? secret_place_ : introspection_place_;
  if (place == SecretPlace::this_run) place = SecretPlace::stored;
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
    add_secret(*session, KeptSecret::client, change.client_secret);
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
  Cancel cancel;
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || test <= tests_given_up_) return;
    test_ = cancel;
  }
  const auto verdict = Doctor(options, session, std::move(events), cancel).run();
  if (!verdict.ok()) return;  // it was given up
  mailbox_.put({0, TestEnded{test, *verdict}});
}

}  // namespace deviceflow::demo
