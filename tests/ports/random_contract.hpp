// What every source of random bytes has to keep (clock.hpp), to be run against one of your own:
// make it in a RandomKind and instantiate RandomContract with that. It finds sources that repeat
// themselves or lean to one side; that nobody can predict one, no test can show.
#ifndef DEVICEFLOW_TESTS_RANDOM_CONTRACT_HPP
#define DEVICEFLOW_TESTS_RANDOM_CONTRACT_HPP

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bitset>
#include <deviceflow/clock.hpp>
#include <memory>
#include <ostream>
#include <set>
#include <thread>
#include <vector>

namespace deviceflow::test {

struct RandomKind {
  const char* name;
  std::shared_ptr<RandomSource> (*make)();
};

inline void PrintTo(const RandomKind& kind, std::ostream* out) {
  *out << kind.name;
}

class RandomContract : public testing::TestWithParam<RandomKind> {
 protected:
  std::shared_ptr<RandomSource> source = GetParam().make();
};

TEST_P(RandomContract, NothingComesTwice) {
  std::set<RandomBytes> seen;
  for (int i = 0; i < 2000; ++i) EXPECT_TRUE(seen.insert(source->bytes()).second);
}

TEST_P(RandomContract, ThreadsGetDifferentBytes) {
  std::vector<RandomBytes> of[4];
  std::vector<std::thread> threads;
  for (auto& mine : of) {
    threads.emplace_back([this, &mine] {
      for (int i = 0; i < 500; ++i) mine.push_back(source->bytes());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<RandomBytes> seen;
  for (const auto& mine : of) seen.insert(mine.begin(), mine.end());
  EXPECT_EQ(seen.size(), 2000u);
}

// Two sources that start at the same moment, as two devices of one batch do.
TEST_P(RandomContract, TwoSourcesDiffer) {
  EXPECT_NE(source->bytes(), GetParam().make()->bytes());
}

TEST_P(RandomContract, AForkedProcessGetsBytesOfItsOwn) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const RandomBytes bytes = source->bytes();
    _exit(write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) ? 0 : 1);
  }
  const RandomBytes mine = source->bytes();
  RandomBytes its{};
  EXPECT_EQ(read(ends[0], its.data(), its.size()), static_cast<ssize_t>(its.size()));
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  EXPECT_NE(mine, its);
}

// 4000 draws: one bit is set 2000 times, give or take 32. Nine times that is never seen.
TEST_P(RandomContract, EveryBitIsSetHalfTheTime) {
  constexpr int kDraws = 4000;
  std::array<int, 256> set{};
  for (int i = 0; i < kDraws; ++i) {
    const RandomBytes bytes = source->bytes();
    for (std::size_t bit = 0; bit < set.size(); ++bit) {
      if (std::bitset<8>(bytes[bit / 8]).test(bit % 8)) ++set[bit];
    }
  }
  for (const int times : set) EXPECT_NEAR(times, kDraws / 2, 290);
}

}  // namespace deviceflow::test

#endif
