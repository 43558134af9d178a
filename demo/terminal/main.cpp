// deviceflow: the SDK on a terminal.
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "common/json_output.hpp"
#include "common/own_process.hpp"
#include "common/sandbox_child.hpp"
#include "common/stop.hpp"
#include "human_output.hpp"
#include "options.hpp"
#include "verbs.hpp"

namespace {

using namespace deviceflow;
using namespace deviceflow::demo;

std::unique_ptr<Output> make_output(const CommandLine& line) {
  if (line.json) {
    return std::make_unique<JsonOutput>(standard_output(), standard_error(), line.show_tokens);
  }
  HumanOutput::Options options;
  options.out = standard_output();
  options.err = standard_error();
  options.look = [] { return look_at(STDOUT_FILENO); };
  options.err_screen = look_at(STDERR_FILENO);
  options.show_tokens = line.show_tokens;
  options.qr = line.qr;
  options.format = line.format;
  return std::make_unique<HumanOutput>(std::move(options));
}

ExitCode refuse(Error error, bool json) {
  CommandLine line;
  line.json = json;
  const auto output = make_output(line);
  output->failure({std::move(error), {}, {}, Stop::none});
  return kUsage;
}

ExitCode run_verb(const CommandLine& line) {
  if (line.verb == Verb::replay) return run_replay(line, standard_output(), standard_error());
  const auto output = make_output(line);
  switch (line.verb) {
    case Verb::login: return run_login(line, *output);
    case Verb::introspect: return run_introspect(line, *output);
    case Verb::token: return run_token(line, *output);
    case Verb::refresh: return run_refresh(line, *output);
    case Verb::userinfo: return run_userinfo(line, *output);
    case Verb::status: return run_status(line, *output);
    case Verb::revoke: return run_revoke(line, *output);
    case Verb::logout: return run_logout(line, *output);
    case Verb::discover: return run_discover(line, *output);
    case Verb::doctor: return run_doctor(line, *output);
    case Verb::providers: return run_providers(line, *output);
    case Verb::replay: break;
  }
  return kUsage;
}

ExitCode run(const std::vector<std::string>& arguments) {
  const bool json = asks_for_json(arguments);
  if (!arguments.empty() && arguments.front() == "sandbox") {
    return refuse(become_sandbox({arguments.begin() + 1, arguments.end()}), json);
  }
  watch_signals();
  auto parsed = parse_command_line(arguments);
  if (const auto* help = std::get_if<HelpText>(&parsed)) {
    standard_output()(help->text);
    return kDone;
  }
  if (auto* error = std::get_if<Error>(&parsed)) return refuse(std::move(*error), json);
  protect_process();
  return run_verb(std::get<CommandLine>(parsed));
}

}  // namespace

int main(int argc, char** argv) {
  unsetenv("SSLKEYLOGFILE");  // libcurl would write the keys of every connection there
  const int code = run({argv + 1, argv + argc});
  // With the output closed there is nowhere left to report anything.
  const int status = stop_reason() == Stop::output_closed ? kUsage : code;
#ifdef NDEBUG
  // As shipped the process ends here: what OpenSSL and the C++ runtime would tidy up at exit goes
  // with it anyway. Other builds return, so that the leak check at exit sees everything.
  _exit(status);
#else
  return status;
#endif
}
