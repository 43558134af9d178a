#include "browser.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "spawn.hpp"
#include "usage_error.hpp"

namespace deviceflow::demo {

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

bool is_plain_uri(std::string_view uri) {
  return !uri.empty() && std::all_of(uri.begin(), uri.end(), [](char c) {
    return c > ' ' && c < 0x7F && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
}

Result<void> open_page(const std::string& program, std::string uri) {
  if (!is_plain_uri(uri)) {
    return usage_error(
        "The page was not opened: its link has unusual characters. Open it yourself.");
  }
  // The one before has ended long since, in a window that is open for days.
  static pid_t process = 0;
  if (process > 0) waitpid(process, nullptr, WNOHANG);
  const int problem = spawn({program, std::move(uri)}, -1, process);
  if (problem == 0) return {};
  return usage_error("The page was not opened (" + program + "): " + std::strerror(problem) + ".");
}

}  // namespace deviceflow::demo
