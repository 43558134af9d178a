#include "report.hpp"

#include "common/stop.hpp"
#include "common/words.hpp"

namespace deviceflow::demo {

namespace {

std::string timeout_words(const Session* session) {
  std::string time = "the time";
  if (session != nullptr && session->settings.timeout) {
    const auto milliseconds = session->settings.timeout->count();
    const std::string part = milliseconds % 1000 == 0 ? "" : "a little over ";
    time = part + duration_words(std::chrono::seconds(milliseconds / 1000));
  }
  return "It took longer than " + time + ", which is what --timeout allows.";
}

}  // namespace

Result<Session> open_session(const CommandLine& line, Output& output) {
  auto session = open_session(line);
  if (!session.ok()) return session;
  if (session->settings.timeout) watch_time(*session->settings.timeout);
  if (line.trace_secrets) {
    output.remark("The trace " + line.trace_file +
                  " holds secrets. Anyone who reads it can use the tokens; delete it afterwards.");
  }
  return session;
}

ExitCode report_failure(Output& output, const Session* session, Failure failure, bool prompted) {
  if (failure.error.code == ErrorCode::cancelled) failure.stop = stop_reason();
  if (failure.stop == Stop::timed_out) {
    failure.error.code = ErrorCode::timeout;
    failure.error.blame = Blame::network;
    failure.error.message = timeout_words(session);
  }
  if (failure.stop != Stop::output_closed) output.failure(failure);
  if (failure.stop != Stop::none) return exit_code_for(failure.stop, prompted);
  return exit_code_for(failure.error, prompted);
}

ExitCode with_settings(const CommandLine& line, Output& output,
                       const std::function<Result<ExitCode>(const Session&)>& work) {
  const auto session = open_session(line, output);
  if (!session.ok()) {
    return report_failure(output, nullptr, {session.error(), {}, {}, {}}, false);
  }
  const auto whole = check_issuer(*session);
  const auto code = whole.ok() ? work(*session) : Result<ExitCode>(whole.error());
  if (code.ok()) return finish(output, *session, *code);
  return finish(output, *session,
                report_failure(output, &*session, {code.error(), {}, {}, {}}, false));
}

Result<ExitCode> with_keeper(const Session& session,
                             const std::function<Result<ExitCode>(LoginKeeper&)>& work) {
  const auto checked = check_for_stored_login(session);
  if (!checked.ok()) return checked.error();
  const auto keeper = LoginKeeper::open(session, {});
  if (!keeper.ok()) return keeper.error();
  return work(**keeper);
}

ExitCode with_stored_login(
    const CommandLine& line, Output& output,
    const std::function<Result<ExitCode>(const Session&, LoginKeeper&)>& work) {
  return with_settings(line, output, [&](const Session& session) {
    return with_keeper(session, [&](LoginKeeper& keeper) { return work(session, keeper); });
  });
}

ExitCode finish(Output& output, const Session& session, ExitCode code) {
  if (!session.trace || !session.trace->failed()) return code;
  output.remark("The trace is not complete: its file could not be written.");
  return code == kDone ? kUsage : code;
}

}  // namespace deviceflow::demo
