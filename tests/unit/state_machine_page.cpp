// Holds sdk/docs/state-machine.md to the table.
//
// usage: state_machine_page PAGE           fails where the picture in PAGE is not the table's
//        state_machine_page PAGE --write   puts it there
#include <cstdio>
#include <deviceflow/device_login.hpp>
#include <fstream>
#include <iterator>
#include <string>

int main(int count, char** arguments) {
  if (count < 2) return 2;
  std::ifstream file(arguments[1]);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string fence = "```mermaid\n";
  const std::size_t begin = page.find(fence);
  const std::size_t end = page.find("```", begin + fence.size());
  if (begin == std::string::npos || end == std::string::npos) {
    std::printf("%s has no mermaid picture\n", arguments[1]);
    return 1;
  }
  const std::string made =
      page.substr(0, begin) + fence + deviceflow::login_diagram() + page.substr(end);
  if (count > 2 && std::string(arguments[2]) == "--write") {
    return std::ofstream(arguments[1]) << made ? 0 : 1;
  }
  if (page == made) return 0;
  std::printf(
      "%s is not up to date: run build/dev/bin/state_machine_page sdk/docs/state-machine.md "
      "--write\n",
      arguments[1]);
  return 1;
}
