#include "protocol/device_login_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace deviceflow {
namespace {

TEST(LoginTable, EveryCellEitherLeadsSomewhereOrChangesNothing) {
  int moves = 0;
  for (int s = 0; s < kLoginStateCount; ++s) {
    for (int e = 0; e < kLoginEventCount; ++e) {
      const auto state = static_cast<LoginState>(s);
      const auto cell = transition(state, static_cast<LoginEvent>(e));
      EXPECT_EQ(cell.state, state);
      EXPECT_EQ(cell.event, static_cast<LoginEvent>(e));
      if (cell.next != state) ++moves;
      if (cell.next == state) {
        EXPECT_EQ(cell.action, LoginAction::ignore);
      }
    }
  }
  EXPECT_EQ(moves, 32);
}

TEST(LoginTable, FinishedAbsorbsEverything) {
  for (int e = 0; e < kLoginEventCount; ++e) {
    const auto cell = transition(LoginState::finished, static_cast<LoginEvent>(e));
    EXPECT_EQ(cell.next, LoginState::finished);
    EXPECT_EQ(cell.action, LoginAction::ignore);
  }
}

TEST(LoginTable, CancelLeadsToAnEndFromEveryStateThatStillLives) {
  for (int s = 0; s < kLoginStateCount; ++s) {
    const auto state = static_cast<LoginState>(s);
    const auto next = transition(state, LoginEvent::cancel).next;
    const bool ends = next == LoginState::finished || next == LoginState::cancelling ||
                      next == LoginState::revoking;
    EXPECT_TRUE(ends) << name(state);
  }
}

TEST(LoginTable, EveryStateCanBeReached) {
  std::set<LoginState> reached{LoginState::ready};
  for (int round = 0; round < kLoginStateCount; ++round) {
    for (const LoginState state : std::set<LoginState>(reached)) {
      for (int e = 0; e < kLoginEventCount; ++e) {
        reached.insert(transition(state, static_cast<LoginEvent>(e)).next);
      }
    }
  }
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(kLoginStateCount));
}

TEST(LoginTable, TheDiagramInTheDocsIsTheTable) {
  std::ifstream file(DEVICEFLOW_SOURCE_DIR "/sdk/docs/state-machine.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("```mermaid\n" + login_diagram() + "```"), std::string::npos)
      << "Put this into sdk/docs/state-machine.md:\n"
      << login_diagram();
}

}  // namespace
}  // namespace deviceflow
