#include "sandbox_child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "foundation/json.hpp"
#include "foundation/url.hpp"
#include "spawn.hpp"
#include "stop.hpp"

namespace deviceflow::demo {

namespace {

constexpr std::chrono::milliseconds kStartWait{10000};
constexpr std::chrono::milliseconds kEndWait{600};
constexpr std::size_t kMostWords = 4000;

Error cannot_start(int why) {
  return usage_error("The sandbox could not be started (" + sandbox_path() +
                     "): " + std::strerror(why) +
                     ". It has to be beside this program. A real provider needs --issuer.");
}

std::vector<std::string> child_arguments(const SandboxOptions& options) {
  std::vector<std::string> out{sandbox_path(), "--json", "--exit-with-parent"};
  const auto add = [&out](const char* name, const std::string& value) {
    if (value.empty()) return;
    out.emplace_back(name);
    out.push_back(value);
  };
  add("--scenario", options.scenario);
  add("--auto", options.automatic);
  add("--after", options.after);
  if (options.lan) out.emplace_back("--lan");
  add("--lan-address", options.lan_address);
  return out;
}

int left_until(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

}  // namespace

std::string sandbox_path() {
  std::error_code problem;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", problem);
  return (program.parent_path() / "deviceflow-sandbox").string();
}

Error become_sandbox(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{sandbox_path()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return cannot_start(become(std::move(all)));
}

Result<std::unique_ptr<SandboxChild>> SandboxChild::start(const SandboxOptions& options,
                                                          OnRemark on_remark) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return cannot_start(errno);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  pid_t process = 0;
  const int problem = spawn(child_arguments(options), ends[1], process);
  close(ends[1]);
  if (problem != 0) {
    close(ends[0]);
    return cannot_start(problem);
  }
  std::unique_ptr<SandboxChild> child(new SandboxChild(process, ends[0], std::move(on_remark)));
  const auto listening = child->wait_until_listening();
  if (!listening.ok()) return listening.error();
  return child;
}

Result<void> SandboxChild::wait_until_listening() {
  const auto deadline = std::chrono::steady_clock::now() + kStartWait;
  while (issuer_.empty()) {
    pollfd fds[] = {{descriptor_, POLLIN, 0}, {stop_descriptor(), POLLIN, 0}};
    const int ready = poll(fds, 2, left_until(deadline));
    if (stop_reason() != Stop::none) {
      return make_error(Blame::user, ErrorCode::cancelled, Stage::usage,
                        "The sign-in was cancelled.");
    }
    if (ready == 0) return usage_error("The sandbox did not start in time.");
    if (ready > 0 && !read_more() && issuer_.empty()) {
      return usage_error("The sandbox did not start. " +
                         (words_.empty() ? "It gave no reason." : words_));
    }
  }
  return {};
}

bool SandboxChild::read_more() {
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(descriptor_, buffer, sizeof buffer)) > 0) {
    pending_.append(buffer, static_cast<std::size_t>(got));
    std::size_t end = 0;
    while ((end = pending_.find('\n')) != std::string::npos) {
      take_line(std::string_view(pending_).substr(0, end));
      pending_.erase(0, end + 1);
    }
  }
  return got < 0 && (errno == EAGAIN || errno == EINTR);
}

void SandboxChild::take_line(std::string_view line) {
  const auto parsed = parse_json(line);
  const auto text = [&parsed](std::string_view member) {
    const JsonValue* value = parsed.ok() ? parsed->find(member) : nullptr;
    return value == nullptr ? std::string() : std::string(value->as_string().value_or(""));
  };
  const std::string event = text("event");
  if (event == "listening") {
    issuer_ = text("issuer");
    const auto page = parse_url(text("verification_uri"));
    if (page.ok() && host_reach(page->host) != HostReach::this_machine) lan_address_ = page->host;
  } else if (event == "violation") {
    on_remark_("The sandbox saw a violation of " + text("rule") + ": " + text("detail"));
  } else if (event.empty() && !issuer_.empty()) {
    on_remark_(line);
  } else if (event.empty() && words_.size() + line.size() < kMostWords) {
    if (!words_.empty()) words_ += ' ';
    words_ += line;
  }
}

void SandboxChild::relay() {
  read_more();
}

SandboxChild::~SandboxChild() {
  kill(process_, SIGTERM);
  // Its outputs close when it ends, so the end of the pipe is the end of the process.
  const auto deadline = std::chrono::steady_clock::now() + kEndWait;
  bool running = true;
  while (running && left_until(deadline) > 0) {
    pollfd fd{descriptor_, POLLIN, 0};
    poll(&fd, 1, left_until(deadline));
    if (fd.revents != 0) running = read_more();
  }
  if (running) kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  close(descriptor_);
}

}  // namespace deviceflow::demo
