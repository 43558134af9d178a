// The command line.
#ifndef DEVICEFLOW_DEMO_TERMINAL_OPTIONS_HPP
#define DEVICEFLOW_DEMO_TERMINAL_OPTIONS_HPP

#include <string>
#include <variant>
#include <vector>

#include "common/command_line.hpp"
#include "common/provider_options.hpp"
#include "prompt_text.hpp"
#include "stored_text.hpp"

namespace deviceflow::demo {

enum class Verb {
  login,
  status,
  token,
  refresh,
  userinfo,
  introspect,
  revoke,
  logout,
  discover,
  providers,
  doctor,
  replay
};

struct CommandLine : ProviderOptions {
  Verb verb = Verb::login;
  bool token_from_input = false;  ///< introspect: not the stored one.
  std::string replayed_trace;     ///< replay: its file.
  bool json = false;
  bool show_tokens = false;
  QrChoice qr = QrChoice::automatic;
  TokenFormat format = TokenFormat::plain;
  bool open = false;  ///< login: open the page in this computer's browser.
};

/// Reads the arguments that follow the program's name. An Error never repeats an argument that is
/// not known: it may be a secret that does not belong there.
std::variant<CommandLine, HelpText, Error> parse_command_line(std::vector<std::string> arguments);

/// True where the arguments ask for JSON, readable or not.
bool asks_for_json(const std::vector<std::string>& arguments);

}  // namespace deviceflow::demo

#endif
