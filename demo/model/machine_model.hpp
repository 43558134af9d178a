// The Developer tab's picture of the machine: which state the login is in, and how it came there.
#ifndef DEVICEFLOW_DEMO_MODEL_MACHINE_MODEL_HPP
#define DEVICEFLOW_DEMO_MODEL_MACHINE_MODEL_HPP

#include <deviceflow/device_login.hpp>
#include <optional>
#include <string>
#include <vector>

namespace deviceflow::demo {

/// Every way from one state to another, with the events that lead along it.
struct MachineArrow {
  LoginState from;
  LoginState to;
  std::vector<LoginEvent> events;
};
/// Those of the table that the login itself runs on, in its order.
const std::vector<MachineArrow>& machine_arrows();

/// The newest login. Its selection goes along with the login until the person moves it.
class MachineModel {
 public:
  /// A login begins: nothing is asked yet.
  void begin();
  void moved(const LoginTransition& step);
  /// The login is over, in the protocol's words.
  void end(std::string words);
  /// The current state again makes the selection follow.
  void select(LoginState state);

  /// False before the first login.
  bool known() const noexcept { return known_; }
  LoginState state() const noexcept { return state_; }
  /// How it came there; empty in LoginState::ready.
  const std::optional<LoginTransition>& last() const noexcept { return last_; }
  /// How it ended; empty while it goes on.
  const std::string& outcome() const noexcept { return outcome_; }
  LoginState selected() const noexcept { return selected_; }

 private:
  void enter(LoginState state);

  bool known_ = false;
  LoginState state_ = LoginState::ready;
  std::optional<LoginTransition> last_;
  std::string outcome_;
  LoginState selected_ = LoginState::ready;
  bool follows_ = true;
};

}  // namespace deviceflow::demo

#endif
