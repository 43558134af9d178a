// deviceflow-sandbox: the sandbox authorization server in the foreground.
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "common/command_line.hpp"
#include "listener.hpp"
#include "network.hpp"
#include "scenario_file.hpp"

namespace {

using namespace deviceflow;
using namespace deviceflow::sandbox;
using demo::AddedOption;
using demo::CommandOptions;

constexpr int kUsageExit = 2;
constexpr int kLongestKeepAlive = 86400;

struct CommandLine {
  int port = 0;
  std::string scenario = "default";
  bool tls = false;
  std::string ca_out;
  bool lan = false;
  std::string lan_address;
  std::string automatic;
  double after = 0;
  int keep_alive = 60;
  bool json = false;
  bool exit_with_parent = false;
};

void describe(CommandOptions command, CommandLine& line) {
  const char* group = "Options";
  command.number("--port", line.port, {"INT", "Port to listen on; 0 takes any", group})
      .between(0, 65535);
  command.text("--scenario", line.scenario, {"TEXT", "How to behave: a name, or a file", group});
  AddedOption tls =
      command.flag("--tls", line.tls, {"", "Serve https with a throw-away certificate", group});
  command
      .text("--ca-out", line.ca_out, {"TEXT", "Where --tls writes the certificate to trust", group})
      .needs("--tls");
  tls.needs("--ca-out");
  command.flag("--lan", line.lan,
               {"", "Serve the user's page to phones in the same network too", group});
  command
      .text("--lan-address", line.lan_address,
            {"TEXT", "Which of this machine's addresses --lan uses", group})
      .needs("--lan");
  command
      .text("--auto", line.automatic, {"TEXT", "Decide without a person: approve or deny", group})
      .one_of({"approve", "deny"});
  command
      .number("--after", line.after,
              {"FLOAT", "Seconds until --auto decides; 0: at the first poll", group})
      .between(0.0, 1e6)
      .needs("--auto");
  command
      .number("--keep-alive", line.keep_alive,
              {"INT", "Seconds an idle connection stays open", group})
      .between(1, kLongestKeepAlive);
  command.flag("--json", line.json, {"", "One JSON object a line on stdout", group});
  command.flag("--exit-with-parent", line.exit_with_parent,
               {"", "End when the program that started this one ends", group});
}

int fail(const std::string& message) {
  std::fprintf(stderr, "deviceflow-sandbox: %s\n", message.c_str());
  return kUsageExit;
}

void print_line(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

std::string violation_line(const CommandLine& line, const Violation& violation) {
  if (!line.json) return "Violation of " + violation.rule + ": " + violation.detail;
  return json_text(
      {{"event", "violation"}, {"rule", violation.rule}, {"detail", violation.detail}});
}

// Lines on their way from the threads that serve to standard output, which may be a pipe that
// nobody reads. The server reports at most a thousand violations, so this needs no bound of its
// own.
class Outbox {
 public:
  ~Outbox() { close(added_); }

  void add(std::string line) {
    {
      const std::lock_guard lock(mutex_);
      lines_.push_back(std::move(line));
    }
    const std::uint64_t one = 1;
    if (write(added_, &one, sizeof one) != sizeof one) std::abort();
  }

  // Prints what there is and comes until one of `ending` arrives, but never waits for a reader
  // then.
  void print_until(const sigset_t& ending) {
    const int signals = signalfd(-1, &ending, SFD_CLOEXEC);
    bool ended = false;
    while (!ended) {
      const bool waiting = !empty();
      pollfd watched[] = {
          {signals, POLLIN, 0}, {added_, POLLIN, 0}, {waiting ? STDOUT_FILENO : -1, POLLOUT, 0}};
      if (poll(watched, 3, -1) < 0 && errno != EINTR) std::abort();
      ended = watched[0].revents != 0;
      std::uint64_t count = 0;
      if (watched[1].revents != 0 && read(added_, &count, sizeof count) < 0) std::abort();
      if (watched[2].revents != 0) print_next();
    }
    close(signals);
  }

  void print_the_rest() {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    while (!empty() && poll(&output, 1, 0) > 0) print_next();
  }

 private:
  bool empty() {
    const std::lock_guard lock(mutex_);
    return lines_.empty();
  }

  // Does not block: a pipe that is ready to be written takes PIPE_BUF bytes, and a line is shorter.
  void print_next() {
    std::string line;
    {
      const std::lock_guard lock(mutex_);
      line = std::move(lines_.front());
      lines_.pop_front();
    }
    print_line(line);
  }

  const int added_ = eventfd(0, EFD_CLOEXEC);
  std::mutex mutex_;
  std::deque<std::string> lines_;
};

void print_listening(const CommandLine& line, const Listener& listener) {
  if (line.json) {
    print_line(json_text({{"event", "listening"},
                          {"issuer", listener.issuer()},
                          {"verification_uri", listener.verification_uri()}}));
    return;
  }
  print_line("Sandbox - nothing here is real.");
  print_line("Issuer:           " + listener.issuer());
  print_line("Verification URI: " + listener.verification_uri());
  print_line("Client:           demo-tv (public)");
  if (line.tls) print_line("Trust:            " + line.ca_out);
  print_line("Ctrl-C ends it.");
}

Result<Scenario> chosen_scenario(const CommandLine& line) {
  Result<Scenario> scenario = load_scenario(line.scenario);
  if (!scenario || line.automatic.empty()) return scenario;
  scenario->decision = {};
  scenario->decision.action = line.automatic == "approve" ? Decision::approve : Decision::deny;
  scenario->decision.after = std::chrono::milliseconds(std::llround(line.after * 1000));
  return scenario;
}

int run(const CommandLine& line) {
  // Before any thread starts, so that all of them leave these signals to this one.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  if (line.exit_with_parent) prctl(PR_SET_PDEATHSIG, SIGTERM);

  Result<Scenario> scenario = chosen_scenario(line);
  if (!scenario) return fail(scenario.error().message);
  ListenerOptions options;
  options.scenario = std::move(*scenario);
  options.port = line.port;
  options.keep_alive = std::chrono::seconds(line.keep_alive);
  options.tls = line.tls;
  Outbox outbox;
  options.on_violation = [&](const Violation& violation) {
    outbox.add(violation_line(line, violation));
  };
  if (line.lan) {
    Result<std::string> address = find_lan_address(line.lan_address);
    if (!address) return fail(address.error().message);
    options.lan_address = *address;
  }
  auto listener = Listener::start(std::move(options));
  if (!listener) return fail(listener.error().message);
  if (line.tls) {
    std::ofstream file(line.ca_out, std::ios::binary | std::ios::trunc);
    file << (*listener)->ca_pem() << std::flush;
    if (!file) return fail(line.ca_out + " can't be written.");
  }
  print_listening(line, **listener);
  outbox.print_until(ending);
  (*listener)->stop();
  outbox.print_the_rest();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  demo::CommandParser parser(
      "An OAuth 2.0 authorization server for trying out device logins (RFC 8628).\n"
      "Stricter than real ones, and nothing it hands out is worth anything.",
      "deviceflow-sandbox");
  CommandLine line;
  describe(parser.options(), line);
  const auto read = parser.parse({argv + 1, argv + argc});
  if (const auto* help = std::get_if<demo::HelpText>(&read)) {
    std::fputs(help->text.c_str(), stdout);
    return 0;
  }
  if (const auto* error = std::get_if<Error>(&read)) return fail(error->message);
  return run(line);
}
