// The window's command line.
#ifndef DEVICEFLOW_DEMO_SHELL_WINDOW_OPTIONS_HPP
#define DEVICEFLOW_DEMO_SHELL_WINDOW_OPTIONS_HPP

#include <string>
#include <variant>
#include <vector>

#include "common/command_line.hpp"
#include "common/provider_options.hpp"

namespace deviceflow::demo {

struct WindowOptions : ProviderOptions {
  bool loopback = false;    ///< The sandbox's page is for this computer, and that can't be changed.
  std::string event_log;    ///< File for one JSON line per event, or empty.
  std::string screenshots;  ///< Folder for a PNG of every screen as it appears, or empty.
  std::string language;     ///< "de" …; empty: the locale's.
  bool fullscreen = false;
  int width = 1280;
  int height = 720;
};

/// Reads the arguments that follow the program's name.
std::variant<WindowOptions, HelpText, Error> parse_window_options(
    const std::vector<std::string>& arguments);

}  // namespace deviceflow::demo

#endif
