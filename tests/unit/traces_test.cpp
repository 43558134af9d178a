// Every trace in tests/traces replays to its recorded outcome, at its recorded times. A trace that
// is dropped there is a test.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "common/replay.hpp"

namespace deviceflow::demo {
namespace {

std::vector<std::string> traces() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(DEVICEFLOW_TRACES)) {
    if (entry.path().extension() == ".jsonl") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Traces : public testing::TestWithParam<std::string> {};

TEST_P(Traces, ReplayToTheRecordedOutcomeAtTheRecordedTimes) {
  std::ifstream file(DEVICEFLOW_TRACES "/" + GetParam() + ".jsonl");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto trace = read_trace(text);
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  EXPECT_FALSE(trace->cut_off);
  ASSERT_FALSE(trace->logins.empty());
  for (const TracedLogin& login : trace->logins) {
    ASSERT_TRUE(holds_login(login));
    const Replayed replayed = replay(login);
    EXPECT_EQ(same_outcome(login, replayed), true) << "replayed: " << replayed.code();
    EXPECT_EQ(replayed.drifts, 0);
    EXPECT_EQ(replayed.unused, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Folder, Traces, testing::ValuesIn(traces()),
                         [](const auto& trace) { return trace.param; });

}  // namespace
}  // namespace deviceflow::demo
