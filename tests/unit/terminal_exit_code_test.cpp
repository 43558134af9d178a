#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "terminal/exit_code.hpp"

namespace deviceflow::demo {
namespace {

Error error_of(ErrorCode code, Blame blame) {
  Error error;
  error.code = code;
  error.blame = blame;
  return error;
}

// The rows of tests/errors/errors.tsv: code, whose fault, exit codes before and after the prompt.
std::vector<std::vector<std::string>> rows() {
  std::ifstream file(DEVICEFLOW_SOURCE_DIR "/tests/errors/errors.tsv");
  std::vector<std::vector<std::string>> out;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    auto& row = out.emplace_back();
    for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(cell);
  }
  return out;
}

Blame blame_of(const std::string& text) {
  for (const Blame blame : {Blame::caller, Blame::network, Blame::server, Blame::protocol,
                            Blame::user, Blame::storage}) {
    if (text == name(blame)) return blame;
  }
  ADD_FAILURE() << text << " is nobody to blame";
  return Blame::caller;
}

TEST(TerminalExitCode, EveryErrorHasTheExitCodeOfTheTable) {
  int codes = 0;
  for (; name(static_cast<ErrorCode>(codes)) != "unknown"; ++codes) {
    const auto code = static_cast<ErrorCode>(codes);
    const auto all = rows();
    const auto row = std::find_if(all.begin(), all.end(),
                                  [&](const auto& one) { return one.at(0) == name(code); });
    ASSERT_NE(row, all.end()) << name(code);
    const Error error = error_of(code, blame_of(row->at(1)));
    EXPECT_EQ(std::to_string(exit_code_for(error, false)), row->at(2)) << name(code);
    EXPECT_EQ(std::to_string(exit_code_for(error, true)), row->at(3)) << name(code);
  }
  EXPECT_EQ(rows().size(), static_cast<std::size_t>(codes));
}

TEST(TerminalExitCode, AFileThatCanNotBeReadIs2) {
  EXPECT_EQ(exit_code_for(error_of(ErrorCode::invalid_argument, Blame::storage), true), kUsage);
}

TEST(TerminalExitCode, AServersOwnWordForDenialIsStillADenial) {
  Error error = error_of(ErrorCode::access_denied, Blame::user);
  error.oauth_code = "authorization_declined";
  EXPECT_EQ(exit_code_for(error, true), kDenied);
}

TEST(TerminalExitCode, TheTimeLimitIsANetworkProblemUntilTheCodeIsShown) {
  EXPECT_EQ(exit_code_for(Stop::timed_out, false), 6);
  EXPECT_EQ(exit_code_for(Stop::timed_out, true), 4);
}

TEST(TerminalExitCode, AnInterruptionIs130AndAClosedOutputIs2) {
  EXPECT_EQ(exit_code_for(Stop::interrupted, true), 130);
  EXPECT_EQ(exit_code_for(Stop::output_closed, true), 2);
}

}  // namespace
}  // namespace deviceflow::demo
