#include "spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace deviceflow::demo {

namespace {

std::vector<char*> pointers_to(std::vector<std::string>& arguments) {
  std::vector<char*> out;
  out.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) out.push_back(argument.data());
  out.push_back(nullptr);
  return out;
}

// Another program needs neither the client's secret nor anything else that is meant for this one.
std::vector<char*> environment() {
  std::vector<char*> out;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("DEVICEFLOW_")) out.push_back(*variable);
  }
  out.push_back(nullptr);
  return out;
}

}  // namespace

int spawn(std::vector<std::string> arguments, int output, pid_t& process) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    if (output < 0) {
      posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_WRONLY, 0);
    } else {
      posix_spawn_file_actions_adddup2(&files, output, descriptor);
    }
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t ignored_here;
  sigemptyset(&ignored_here);
  sigaddset(&ignored_here, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &ignored_here);
  sigset_t blocked;  // the window blocks signals that the other program has to get
  sigemptyset(&blocked);
  posix_spawnattr_setsigmask(&attributes, &blocked);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const int result = posix_spawn(&process, arguments.front().c_str(), &files, &attributes,
                                 pointers_to(arguments).data(), environment().data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return result;
}

int become(std::vector<std::string> arguments) {
  execve(arguments.front().c_str(), pointers_to(arguments).data(), environment().data());
  return errno;
}

}  // namespace deviceflow::demo
