// The model's settings: how they are reached and left, and what becomes of a change.
#include <utility>

#include "app_model.hpp"

namespace deviceflow::demo {

std::vector<Command> AppModel::on_settings(const Intent& intent) {
  switch (intent.kind) {
    case Intent::Kind::open_settings:
      tab_ = Tab::sign_in;
      settings_.open();
      return {};
    case Intent::Kind::close_settings:
    case Intent::Kind::cancel_test: return leave_settings();
    case Intent::Kind::search_providers:
      edit(EditTarget::provider_search, settings_.search_subject(language()));
      return {};
    case Intent::Kind::test_settings:
      return {{Command::Kind::test_settings, login_, {}, settings_.begin_test(language())}};
    case Intent::Kind::use_settings: {
      std::vector<Command> commands;
      while (settings_open()) {
        for (Command& command : leave_settings()) commands.push_back(std::move(command));
      }
      if (screen_ == Screen::signed_in) return commands;  // the settings are none of its login
      new_codes_ = 0;
      for (Command& command : log_in()) commands.push_back(std::move(command));
      return commands;
    }
    default: break;
  }
  if (!settings_.on_intent(intent, language())) return {};
  if (auto subject = settings_.take_subject()) edit(EditTarget::setting, std::move(*subject));
  const std::string& code = settings_.language();
  facts_.language = language_of(code.empty() ? facts_.locale : code);
  return {};
}

std::vector<Command> AppModel::leave_settings() {
  std::vector<Command> commands;
  if (settings_.testing()) commands.push_back({Command::Kind::cancel_test, login_, {}});
  if (!settings_.back()) return commands;
  for (Command& command : use_changes()) commands.push_back(std::move(command));
  return commands;
}

// A login of the old settings is given up; one that is stored stays where it is, for its provider.
std::vector<Command> AppModel::use_changes() {
  auto change = settings_.take_change();
  if (!change) return {};
  std::vector<Command> commands;
  if (change->reopen) {
    if (login_goes_on()) commands = cancel();
    ++login_;
    untouched_ = true;
    developer_.set_token(false);
    notice_.clear();
    show(Screen::home, "ready");
    if (change->saved.sandbox) sandbox_ = SandboxState::starting;
  }
  commands.push_back({Command::Kind::use_settings, login_, {}, std::move(change)});
  return commands;
}

std::vector<Command> AppModel::check_ca_file() {
  std::string path = settings_.take_ca_file();
  if (path.empty()) return {};
  auto change = std::make_shared<SettingsChange>();
  change->saved.provider.ca_file = std::move(path);
  return {{Command::Kind::check_ca_file, login_, {}, std::move(change)}};
}

void AppModel::take(SettingsUsed event, SteadyTime) {
  settings_.on_event(event);
  if (!event.problem.empty()) {
    notice_ = language()("home.settings");
    event.provider = settings_.choice(language()).title;
    event.client_id = settings_.saved().provider.client_id;
    event.reopened = true;
  }
  if (!event.reopened) return;
  if (screen_ == Screen::signed_in && untouched_) {  // of the provider before
    developer_.set_token(false);
    show(Screen::home, "ready");
  }
  facts_.sandbox = event.sandbox;
  sandbox_issuer_.clear();  // until it listens
  facts_.provider = std::move(event.provider);
  facts_.client_id = std::move(event.client_id);
  facts_.scope = std::move(event.scope);
}

// What the person has set for a code that nobody approved in time.
std::vector<Command> AppModel::renew_code() {
  const int most = settings_.saved().new_codes;
  if (screen_ != Screen::expired || most == kAskForNewCode) return {};
  if (most == 0) {
    notice_ = language()("expired.title");
    return cancel();
  }
  if (new_codes_ >= most) return {};
  ++new_codes_;
  const Tab tab = tab_;
  auto commands = log_in();
  tab_ = tab;
  return commands;
}

}  // namespace deviceflow::demo
