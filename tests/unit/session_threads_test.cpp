// One refresh for everybody who asks at the same time.
#include <atomic>
#include <thread>

#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

void in_threads(int count, const std::function<void()>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

TEST_F(SessionTest, SixteenThreadsShareOneRefresh) {  // T-6-4
  sign_in(seconds(0));
  store.real_wait = seconds(60);
  server_answers(fresh("a2", "r2"));
  std::atomic<int> good{0};
  in_threads(16, [&] {
    const auto token = session->access_token();
    if (token.ok() && token->token.reveal() == "a2") ++good;
  });
  EXPECT_EQ(good, 16);
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionTest, SixteenThreadsShareOneFailure) {  // T-6-4
  sign_in(seconds(0));
  store.real_wait = seconds(60);
  server_answers(answer(503, ""));
  std::atomic<int> failed{0};
  in_threads(16, [&] {
    if (!session->access_token().ok()) ++failed;
  });
  EXPECT_EQ(failed, 16);
  EXPECT_EQ(sent_refresh_tokens().size(), 1u);
}

}  // namespace
}  // namespace deviceflow::test
