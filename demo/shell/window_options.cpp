#include "window_options.hpp"

#include <charconv>

#include "common/option_groups.hpp"
#include "model/language.hpp"

namespace deviceflow::demo {

namespace {

constexpr const char* kFooter =
    "Without a provider (--provider, --issuer, the endpoints, or --config) it is the\n"
    "one of the settings screen, and without one there, the sandbox, whose tokens are\n"
    "gone when the window closes. What that screen sets is kept in\n"
    "~/.config/deviceflow/settings.json; options win over it. A login at a\n"
    "real provider is kept (--store) until somebody signs out, and renewed by itself.\n"
    "One that a power cut ends while its code is shown goes on at the next start.\n"
    "A certificate that somebody trusts is kept in ~/.config/deviceflow/trusted.\n"
    "\n"
    "Keys: arrows move, Enter chooses, Escape goes back. On a gamepad the same is done\n"
    "by the cross or the left stick, A and B. Also:\n"
    "  Tab, Shift+Tab          next, previous; a list counts as one\n"
    "  Page Up, Page Down      page in a list or a text; Home and End: its ends\n"
    "  Left, Right             from a list to its buttons\n"
    "  Ctrl+F or /             search, in lists that can be searched\n"
    "  Ctrl+C                  copy the link beside the code, or the body shown\n"
    "  Ctrl+Plus, Minus, 0     larger, smaller, the usual size\n"
    "  F11                     fill the screen, and back\n"
    "  Ctrl+Q                  quit\n"
    "Enter never repeats while it is held down. A screen that has just appeared takes\n"
    "neither Enter nor a click for 0.3 seconds.\n"
    "\n"
    "Examples:\n"
    "  deviceflow-demo\n"
    "  deviceflow-demo --lan --scenario slow_down\n"
    "  deviceflow-demo --issuer https://login.example.com --client-id my-tv\n"
    "\n"
    "Exit codes: 0 closed, 2 usage, configuration, a file, or no display.";

constexpr int kLeast = 320;
constexpr int kMost = 7680;

bool read_number(std::string_view text, int& to) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, to);
  return read.ec == std::errc() && read.ptr == end && to >= kLeast && to <= kMost;
}

bool read_size(std::string_view text, WindowOptions& options) {
  const std::size_t by = text.find('x');
  return by != std::string_view::npos && read_number(text.substr(0, by), options.width) &&
         read_number(text.substr(by + 1), options.height);
}

void describe(CommandParser& parser, WindowOptions& options) {
  parser.version(std::string("deviceflow-demo ") + DEVICEFLOW_VERSION);
  CommandOptions command = parser.options();
  command.footer(std::string(kFooter) + "\n\n" + kConfigFooter);
  OptionGroups(command, options)
      .provider()
      .client()
      .request()
      .store()
      .introspection()
      .sandbox()
      .trace();
  command
      .flag(
          "--loopback", options.loopback,
          {"", "Never open the sandbox's page to the network", "Sandbox (only without a provider)"})
      .excludes("--lan");
  const char* group = "Window";
  command.value("--size",
                [&options](const std::string& text) -> std::string {
                  return read_size(text, options) ? ""
                                                  : "has to be WIDTHxHEIGHT, 320x320 to 7680x7680";
                },
                {"WxH", "Its size in pixels, 1280x720 without it", group});
  command.flag("--fullscreen", options.fullscreen, {"", "Fill the screen; F11 changes it", group});
  std::vector<std::string> languages;
  for (const LanguageFile& file : language_files()) languages.emplace_back(file.code);
  command
      .text("--language", options.language,
            {"CODE", "en, de or es; the locale's without it", group})
      .one_of(languages);
  command.text("--event-log", options.event_log,
               {"FILE", "Append what happens to FILE, as JSON lines", group});
  command.text("--screenshots", options.screenshots,
               {"DIR", "Save a PNG of every screen into DIR", group});
}

}  // namespace

std::variant<WindowOptions, HelpText, Error> parse_window_options(
    const std::vector<std::string>& arguments) {
  WindowOptions options;
  CommandParser parser("Device logins (RFC 8628) on a big screen.", "deviceflow-demo");
  describe(parser, options);
  auto read = parser.parse(arguments);
  if (auto* help = std::get_if<HelpText>(&read)) return std::move(*help);
  if (auto* error = std::get_if<Error>(&read)) return std::move(*error);
  if (options.loopback && names_provider(options)) {
    return usage_error(
        "--loopback is the sandbox's, which is used only where no provider is named.");
  }
  return options;
}

}  // namespace deviceflow::demo
