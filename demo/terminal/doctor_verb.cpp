#include "common/doctor.hpp"
#include "common/doctor_settings.hpp"
#include "common/sandbox_child.hpp"
#include "common/stop.hpp"
#include "report.hpp"
#include "verbs.hpp"

namespace deviceflow::demo {

namespace {

ExitCode tell(Output& output, const Verdict& verdict) {
  output.verdict(verdict);
  if (verdict.settings_wrong) return kUsage;
  return verdict.usable ? kDone : kNegative;
}

// Files that can't be read are the first thing that a doctor finds.
ExitCode tell_of_settings(Output& output, const Error& error) {
  const Finding finding =
      bad(std::string(kSettings), error.message, "Correct it, then try again.").as(error);
  output.finding(finding);
  return tell(output, verdict_of({finding}));
}

ExitCode examine(const CommandLine& line, const Session& session, Output& output) {
  DoctorEvents events;
  events.on_finding = [&](const Finding& finding) { output.finding(finding); };
  events.on_step = [&](const DoctorStep& step) { output.step(step.text); };
  Doctor doctor(line, session, std::move(events), stop_cancel());
  const auto verdict = doctor.run();
  if (!verdict.ok()) {
    return report_failure(output, &session, {verdict.error(), {}, {}, {}}, false);
  }
  return tell(output, *verdict);
}

}  // namespace

ExitCode run_doctor(const CommandLine& line, Output& output) {
  auto session = open_session(line, output);
  if (!session.ok()) return tell_of_settings(output, session.error());
  std::unique_ptr<SandboxChild> child;
  if (!names_provider(line)) {
    auto started = SandboxChild::start(line.sandbox,
                                       [&output](std::string_view text) { output.remark(text); });
    if (!started.ok()) {
      return report_failure(output, &*session, {started.error(), {}, {}, {}}, false);
    }
    child = std::move(*started);
    use_sandbox(*session, *child);
  }
  const ExitCode code = examine(line, *session, output);
  if (child) child->relay();
  return finish(output, *session, code);
}

}  // namespace deviceflow::demo
