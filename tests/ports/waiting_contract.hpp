// What every network has to keep (http.hpp) about waiting and several requests at once, with
// sockets or without: put one of your own on a WaitingBench and instantiate WaitingContract with
// that, as network_contract_test.cpp does.
#ifndef DEVICEFLOW_TESTS_WAITING_CONTRACT_HPP
#define DEVICEFLOW_TESTS_WAITING_CONTRACT_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <deviceflow/http.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

namespace deviceflow::test {

/// Networks, and two servers that they can reach.
class WaitingBench {
 public:
  virtual ~WaitingBench() {}
  virtual std::unique_ptr<Network> make() = 0;
  /// Whose time the networks' waits are.
  virtual Clock& clock() = 0;
  /// Of a server whose response has the target ("/path") as its body.
  virtual std::string echo(std::string target) = 0;
  /// Of a server that never responds.
  virtual std::string silence() = 0;
};

struct WaitingKind {
  const char* name;
  std::unique_ptr<WaitingBench> (*make)();
  /// How much real time until a wait is surely going on in another thread; zero where waits take
  /// none.
  std::chrono::milliseconds pause;
};

inline void PrintTo(const WaitingKind& kind, std::ostream* out) {
  *out << kind.name;
}

class WaitingContract : public testing::TestWithParam<WaitingKind> {
 protected:
  using ms = std::chrono::milliseconds;
  using RealTime = std::chrono::steady_clock;
  static constexpr ms kSoon{8000};  ///< On however busy a machine.
  static constexpr ms kLong{60000};
  static constexpr ms kCancelled{1000};  ///< 200 ms, and what a busy machine adds.

  static HttpRequest get(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    return request;
  }
  static HttpRequest post(std::string url) {
    HttpRequest request = get(std::move(url));
    request.method = Method::post;
    request.headers.push_back({"Content-Type", Secret("application/x-www-form-urlencoded")});
    request.body = Secret("device_code=abc");
    return request;
  }

  SteadyTime now() { return bench->clock().steady_now(); }
  void wait(SteadyTime until) { network->wait(until, cancel, finished); }
  // A return for no reason is allowed.
  void wait_for_cancel(Network& with, SteadyTime until) {
    while (!cancel.is_set()) with.wait(until, cancel, finished);
  }
  /// Waits, and sets `ends` from another thread meanwhile: how long the return took after that.
  RealTime::duration time_to_end(SteadyTime until, const Cancel& ends) {
    RealTime::time_point at;
    std::thread other([&] {
      std::this_thread::sleep_for(GetParam().pause);
      at = RealTime::now();
      ends.set();
    });
    wait_for_cancel(*network, until);
    const auto back = RealTime::now();
    other.join();
    return back - at;
  }
  /// Waits until `count` requests have finished, and sorts them by their tickets.
  void wait_for_finished(std::size_t count) {
    const SteadyTime limit = now() + kSoon;
    while (finished.size() < count && now() < limit) wait(limit);
    ASSERT_EQ(finished.size(), count);
    std::sort(finished.begin(), finished.end(),
              [](const auto& a, const auto& b) { return a.ticket < b.ticket; });
  }
  static std::string body_of(const Network::Finished& one) {
    const auto* response = std::get_if<HttpResponse>(&one.result);
    return response != nullptr ? std::string(response->body.reveal()) : "no response";
  }

  std::unique_ptr<WaitingBench> bench = GetParam().make();
  std::unique_ptr<Network> network = bench->make();
  std::vector<Network::Finished> finished;
  Cancel cancel;
};

// ---- Waiting

TEST_P(WaitingContract, AWaitEndsOnTime) {
  const SteadyTime until = now() + ms(50);
  int returns = 0;
  while (now() < until) {
    wait(until);
    ++returns;
  }
  EXPECT_LT(returns, 100) << "it spins";
  EXPECT_LT(now() - until, kSoon);
}

TEST_P(WaitingContract, ATimeThatHasPassedNeedsNoWait) {
  const SteadyTime before = now();
  wait(before - ms(1));
  wait(before);
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaitingContract, WaitingCostsNoTimeOfTheProcessor) {
  const SteadyTime until = now() + ms(300);
  const std::clock_t burnt = std::clock();
  while (now() < until) wait(until);
  EXPECT_LT(std::clock() - burnt, CLOCKS_PER_SEC / 50) << "it spins";
}

TEST_P(WaitingContract, ACancelThatIsSetNeedsNoWait) {
  const SteadyTime before = now();
  cancel.set();
  wait(kNever);
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaitingContract, ACancelEndsAWait) {
  for (const SteadyTime until : {now() + kLong, kNever}) {
    cancel = Cancel();
    const Cancel other_handle = cancel;
    EXPECT_LT(time_to_end(until, other_handle), kCancelled);
  }
}

TEST_P(WaitingContract, ACancelEndsTheWaitOfItsChildren) {
  const Cancel parent;
  cancel = parent.child().child();
  EXPECT_LT(time_to_end(now() + kLong, parent), kCancelled);
}

TEST_P(WaitingContract, ACancelEndsTheWaitsOfSeveralThreads) {
  const auto before = RealTime::now();
  const SteadyTime until = now() + kLong;
  const auto wait_alone = [&] {
    const auto own = bench->make();
    std::vector<Network::Finished> none;
    while (!cancel.is_set()) own->wait(until, cancel, none);
  };
  std::thread others[] = {std::thread(wait_alone), std::thread(wait_alone)};
  cancel.set();
  for (std::thread& other : others) other.join();
  EXPECT_LT(RealTime::now() - before, kSoon);
}

TEST_P(WaitingContract, TheCancelOfAnotherWaitEndsNothing) {
  const Cancel other;
  other.set();
  const SteadyTime until = now() + ms(50);
  int returns = 0;
  while (now() < until) {
    wait(until);
    ++returns;
  }
  EXPECT_LT(returns, 100);
}

TEST_P(WaitingContract, AWakeEndsTheNextWait) {
  const SteadyTime before = now();
  for (const SteadyTime until : {before + kLong, kNever}) {
    network->wake();
    wait(until);
  }
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaitingContract, AWakeEndsTheWaitThatIsGoingOn) {
  for (const SteadyTime until : {now() + kLong, kNever}) {
    const auto before = RealTime::now();
    std::thread other([&] {
      std::this_thread::sleep_for(GetParam().pause);
      network->wake();
    });
    wait(until);
    other.join();
    EXPECT_LT(RealTime::now() - before, kSoon);
  }
}

// ---- Several requests

TEST_P(WaitingContract, RequestsAreOnTheirWayAtTheSameTime) {
  network->start(1, post(bench->silence()));
  network->start(2, post(bench->echo("/second")));
  network->start(3, get(bench->echo("/third")));
  wait_for_finished(2);
  EXPECT_EQ(finished[0].ticket, 2u);
  EXPECT_EQ(body_of(finished[0]), "/second");
  EXPECT_EQ(finished[1].ticket, 3u);
  EXPECT_EQ(body_of(finished[1]), "/third");
  network->abort(1);
}

TEST_P(WaitingContract, NothingCameOfARequestThatIsGivenUp) {
  network->start(1, post(bench->echo("/first")));
  network->start(2, post(bench->echo("/second")));
  network->abort(1);
  wait_for_finished(1);
  EXPECT_EQ(finished[0].ticket, 2u);
  finished.clear();
  network->start(1, post(bench->echo("/again")));
  wait_for_finished(1);
  EXPECT_EQ(body_of(finished[0]), "/again");
}

TEST_P(WaitingContract, ATicketThatIsUnknownIsAbortedToNoEffect) {
  network->start(1, post(bench->echo("/first")));
  network->abort(7);
  wait_for_finished(1);
  EXPECT_EQ(body_of(finished[0]), "/first");
  network->abort(1);
}

TEST_P(WaitingContract, ATimeThatHasPassedNeedsNoWaitForAResponse) {
  network->start(1, post(bench->silence()));
  const SteadyTime before = now();
  for (int i = 0; i < 3; ++i) wait(before);
  EXPECT_LT(now() - before, kSoon);
  EXPECT_TRUE(finished.empty());
  network->abort(1);
}

TEST_P(WaitingContract, ARequestsTimeoutEndsSilence) {  // H-x-1
  const SteadyTime before = now();
  HttpRequest request = post(bench->silence());
  request.timeout = ms(300);
  network->start(1, request);
  while (finished.empty()) wait(kNever);
  const auto* failure = std::get_if<TransportFailure>(&finished.front().result);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, TransportFailure::Kind::timeout);
  EXPECT_GE(now() - before, ms(290));  // the network's timer may be another clock's
  EXPECT_LT(now() - before, kSoon);
}

TEST_P(WaitingContract, ACancelEndsTheWaitForAResponse) {  // D-3.5-12
  network->start(1, post(bench->silence()));
  for (const SteadyTime until : {now() + ms(5000), kNever}) {
    cancel = Cancel();
    EXPECT_LT(time_to_end(until, cancel), kCancelled);
  }
  network->abort(1);
}

}  // namespace deviceflow::test

#endif
