// What the Developer tab asks the worker for.
#include "app_model.hpp"

namespace deviceflow::demo {

std::vector<Command> AppModel::act(TokenAction action) {
  if (!developer_.has_token() || !developer_.can(action)) return {};
  std::vector<Command> commands;
  switch (action) {
    case TokenAction::user_info: commands = {{Command::Kind::user_info, login_, {}}}; break;
    case TokenAction::refresh: commands = {{Command::Kind::refresh, login_, {}}}; break;
    case TokenAction::revoke:
      commands = go_home();
      tab_ = Tab::developer;
      break;
  }
  developer_.begin(action, std::string(language()("developer.asking")));
  return commands;
}

std::vector<Command> AppModel::press_desk(int which) const {
  if (!desk_open() || which < 0 || which >= kDeskPresses) return {};
  Command command{Command::Kind::press_desk, login_, {}};
  command.press = static_cast<DeskPress>(which);
  command.issuer = sandbox_issuer_;
  command.user_code = codes_->user_code;
  return {command};
}

std::vector<Command> AppModel::replay_trace(int index) {
  const auto& paths = developer_.replay().paths();
  if (index < 0 || static_cast<std::size_t>(index) >= paths.size()) return {};
  Command command{Command::Kind::read_trace, login_, {}};
  command.path = paths[static_cast<std::size_t>(index)];
  return {command};
}

// A login keeps the worker busy until it ends, and nobody waits that long.
std::vector<Command> AppModel::discover() {
  const bool busy = login_goes_on() && screen_ != Screen::expired;
  developer_.discovering(std::string(language()(busy ? "discovery.busy" : "developer.asking")));
  if (busy) return {};
  return {{Command::Kind::discover, login_, {}}};
}

}  // namespace deviceflow::demo
