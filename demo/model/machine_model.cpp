#include "machine_model.hpp"

#include <algorithm>
#include <utility>

namespace deviceflow::demo {

namespace {

std::vector<MachineArrow> read_table() {
  std::vector<MachineArrow> arrows;
  for (int s = 0; s < kLoginStateCount; ++s) {
    for (int e = 0; e < kLoginEventCount; ++e) {
      const auto cell = transition(static_cast<LoginState>(s), static_cast<LoginEvent>(e));
      if (cell.next == cell.state) continue;
      const auto same = [&](const MachineArrow& arrow) {
        return arrow.from == cell.state && arrow.to == cell.next;
      };
      auto arrow = std::find_if(arrows.begin(), arrows.end(), same);
      if (arrow == arrows.end()) arrow = arrows.insert(arrow, {cell.state, cell.next, {}});
      arrow->events.push_back(cell.event);
    }
  }
  return arrows;
}

}  // namespace

const std::vector<MachineArrow>& machine_arrows() {
  static const std::vector<MachineArrow> arrows = read_table();
  return arrows;
}

void MachineModel::begin() {
  known_ = true;
  last_.reset();
  outcome_.clear();
  enter(LoginState::ready);
}

void MachineModel::moved(const LoginTransition& step) {
  known_ = true;
  if (step.state == LoginState::ready) outcome_.clear();
  last_ = step;
  enter(step.next);
}

void MachineModel::end(std::string words) {
  outcome_ = std::move(words);
}

void MachineModel::select(LoginState state) {
  selected_ = state;
  follows_ = state == state_;
}

void MachineModel::enter(LoginState state) {
  state_ = state;
  if (follows_) selected_ = state;
}

}  // namespace deviceflow::demo
