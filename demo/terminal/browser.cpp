#include "browser.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "common/usage_error.hpp"
#include "tty.hpp"

namespace deviceflow::demo {

namespace {

// The browser needs neither the client's secret nor anything else that is meant for this program.
std::vector<char*> environment() {
  std::vector<char*> out;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("DEVICEFLOW_")) out.push_back(*variable);
  }
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<std::string> find_browser(const std::function<const char*(const char*)>& variable) {
  const auto value = [&variable](const char* name) {
    const char* text = variable(name);
    return std::string_view(text == nullptr ? "" : text);
  };
  for (const char* name : {"SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"}) {
    if (!value(name).empty()) {
      return usage_error(
          "The page was not opened: this is an SSH session. Open the link yourself.");
    }
  }
  const bool has_display = !value("DISPLAY").empty() || !value("WAYLAND_DISPLAY").empty();
  std::string_view folders = has_display ? value("PATH") : std::string_view();
  while (!folders.empty()) {
    const std::size_t end = std::min(folders.find(':'), folders.size());
    const std::string program = std::string(folders.substr(0, end)) + "/xdg-open";
    if (program.front() == '/' && access(program.c_str(), X_OK) == 0) return program;
    folders.remove_prefix(std::min(end + 1, folders.size()));
  }
  return usage_error(
      "The page was not opened: no browser was found on this computer. Open the link yourself.");
}

Result<void> open_page(const std::string& program, std::string uri) {
  if (!is_plain_uri(uri)) {
    return usage_error(
        "The page was not opened: its link has unusual characters. Open it yourself.");
  }
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own: Ctrl-C ends this program, not the browser.
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t ignored_here;
  sigemptyset(&ignored_here);
  sigaddset(&ignored_here, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &ignored_here);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  std::string name = program;
  const std::array arguments{name.data(), uri.data(), static_cast<char*>(nullptr)};
  pid_t process = 0;
  const int problem = posix_spawn(&process, program.c_str(), &files, &attributes, arguments.data(),
                                  environment().data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (problem == 0) return {};
  return usage_error("The page was not opened (" + program + "): " + std::strerror(problem) + ".");
}

}  // namespace deviceflow::demo
