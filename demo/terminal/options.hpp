// The command line.
#ifndef DEVICEFLOW_DEMO_TERMINAL_OPTIONS_HPP
#define DEVICEFLOW_DEMO_TERMINAL_OPTIONS_HPP

#include <string>
#include <variant>
#include <vector>

#include "prompt_text.hpp"
#include "settings.hpp"

namespace deviceflow::terminal {

enum class Verb { login, introspect, discover };

/// How the embedded sandbox behaves, where that is the provider.
struct SandboxOptions {
  std::string scenario;
  std::string automatic;  ///< "approve", "deny", or empty.
  std::string after;      ///< Seconds, as they were written.
  bool lan = false;
  std::string lan_address;

  bool any() const;
};

struct CommandLine {
  Verb verb = Verb::login;
  ProviderSettings flags;
  std::string config_file;
  SandboxOptions sandbox;
  bool json = false;
  bool show_tokens = false;
  QrChoice qr = QrChoice::automatic;
  std::string trace_file;
  bool trace_secrets = false;
};

/// What --help or --version asked for.
struct HelpText {
  std::string text;
};

/// Reads the arguments that follow the program's name. An Error never repeats an argument that is
/// not known: it may be a secret that does not belong there.
std::variant<CommandLine, HelpText, Error> parse_command_line(std::vector<std::string> arguments);

/// True where the arguments ask for JSON, readable or not.
bool asks_for_json(const std::vector<std::string>& arguments);

}  // namespace deviceflow::terminal

#endif
