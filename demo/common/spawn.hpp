// Starts other programs.
#ifndef DEVICEFLOW_DEMO_COMMON_SPAWN_HPP
#define DEVICEFLOW_DEMO_COMMON_SPAWN_HPP

#include <sys/types.h>

#include <string>
#include <vector>

namespace deviceflow::demo {

/// Starts the program arguments[0] and does not wait for it. It reads nothing, writes standard
/// output and standard error into the descriptor `output` (-1: nowhere), and gets no variable of
/// the environment that is meant for this program. Ctrl-C does not reach it. Returns 0 or an errno.
int spawn(std::vector<std::string> arguments, int output, pid_t& process);

/// Replaces this process by the program arguments[0], with the same environment. Returns an errno
/// if that fails.
int become(std::vector<std::string> arguments);

}  // namespace deviceflow::demo

#endif
