// Starts other programs.
#ifndef DEVICEFLOW_DEMO_COMMON_SPAWN_HPP
#define DEVICEFLOW_DEMO_COMMON_SPAWN_HPP

#include <sys/types.h>

#include <string>
#include <vector>

namespace deviceflow::demo {

/// `arguments` as exec functions take them: valid as long as they are.
std::vector<char*> pointers_to(std::vector<std::string>& arguments);

/// Starts the program arguments[0] and does not wait for it. It reads nothing, writes standard
/// output and standard error into the descriptor `output` (-1: nowhere), and gets no variable of
/// the environment that is meant for this program. Ctrl-C does not reach it. Returns 0 or an errno.
int spawn(std::vector<std::string> arguments, int output, pid_t& process);

}  // namespace deviceflow::demo

#endif
