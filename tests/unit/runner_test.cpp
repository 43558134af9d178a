// Many operations on one thread.
#include <deviceflow/runner.hpp>

#include "fake_world.hpp"

namespace deviceflow::test {
namespace {

using Kind = TransportFailure::Kind;

// Does what its script says, one step after the other, and writes down what it was told.
class Scripted final : public Operation {
 public:
  Scripted(std::vector<Step> steps, std::vector<std::string>& log)
      : steps_(std::move(steps)), log_(log) {}
  Step step(const Now& now) override {
    if (next_ == steps_.size()) return Done{};
    const auto* wait = std::get_if<WaitUntil>(&steps_[next_]);
    if (wait != nullptr && (now.steady < wait->time && !cancelled_)) return *wait;
    if (wait != nullptr) {
      log_.push_back("at " + std::to_string(now.steady.time_since_epoch().count()));
      ++next_;
      return step(now);
    }
    return steps_[next_++];
  }
  void on_response(const Now&, HttpResponse response) override {
    log_.push_back(std::to_string(response.status));
  }
  void on_failure(const Now&, TransportFailure failure) override {
    log_.push_back(std::string(name(failure.kind)) + (failure.nothing_sent ? ", unsent" : ""));
  }
  void cancel() override {
    cancelled_ = true;
    log_.emplace_back("cancel");
  }

 private:
  std::vector<Step> steps_;
  std::vector<std::string>& log_;
  std::size_t next_ = 0;
  bool cancelled_ = false;
};

// A network that responds when it is told to.
class SlowNetwork final : public Network {
 public:
  explicit SlowNetwork(Clock& clock) : clock_(clock) {}
  void start(std::uint64_t ticket, HttpRequest) override { started.push_back(ticket); }
  bool abort(std::uint64_t ticket) override {
    aborted.push_back(ticket);
    return false;
  }
  void wait(SteadyTime until, const Cancel&, std::vector<Finished>& finished) override {
    if (until > clock_.steady_now()) ++waits;
    if (on_wait) on_wait(until);
    for (const std::uint64_t ticket : std::exchange(responds, {})) {
      finished.push_back({ticket, answer(200, "{}")});
    }
  }
  void wake() noexcept override { ++wakes; }

  std::vector<std::uint64_t> started;
  std::vector<std::uint64_t> aborted;
  std::vector<std::uint64_t> responds;
  std::function<void(SteadyTime)> on_wait;
  int waits = 0;
  int wakes = 0;

 private:
  Clock& clock_;
};

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    Ports ports = world.ports();
    ports.network = [this] {
      auto made = std::make_unique<SlowNetwork>(world.clock);
      network = made.get();
      return made;
    };
    runner.emplace(std::move(ports));
  }
  std::uint64_t add(std::vector<Step> steps, std::string name = "end") {
    return runner->add(
        std::make_unique<Scripted>(std::move(steps), log),
        [this, name](std::unique_ptr<Operation> ended) { log.push_back(ended ? name : "none"); });
  }
  static Step ask() { return Send{HttpRequest(), false}; }
  static Step clean_up() { return Send{HttpRequest(), true}; }
  SteadyTime in(int ms) { return world.clock.steady_now() + milliseconds(ms); }

  using Log = std::vector<std::string>;
  FakeWorld world;
  SlowNetwork* network = nullptr;
  std::optional<Runner> runner;
  Log log;
};

TEST_F(RunnerTest, PollDoesWhatIsDueAndSaysWhenToComeBack) {
  EXPECT_EQ(runner->poll(), kNever);
  add({WaitUntil{in(50)}, ask()});
  EXPECT_EQ(runner->poll(), in(50));
  EXPECT_TRUE(network->started.empty());
  world.clock.advance(milliseconds(60));
  EXPECT_EQ(runner->poll(), in(10)) << "a response is awaited";
  EXPECT_EQ(network->started, std::vector<std::uint64_t>{1});
  network->responds = {1};
  EXPECT_EQ(runner->poll(), kNever);
  EXPECT_EQ(log, (Log{"at 5060", "200", "end"}));
  EXPECT_EQ(network->waits, 0);
}

TEST_F(RunnerTest, ManyGoOnSideBySide) {
  add({WaitUntil{in(20)}, ask()}, "first");
  add({ask(), WaitUntil{in(10)}}, "second");
  add({}, "third");
  network->on_wait = [&](SteadyTime until) {
    if (!network->started.empty()) network->responds = std::exchange(network->started, {});
    if (network->responds.empty()) world.clock.advance_to(until);
  };
  runner->run();
  EXPECT_EQ(log, (Log{"third", "200", "at 5010", "second", "at 5020", "200", "first"}));
}

TEST_F(RunnerTest, RunEndsAtItsTimeWithTheRestStillThere) {
  add({WaitUntil{in(100)}});
  network->on_wait = [&](SteadyTime until) { world.clock.advance_to(until); };
  runner->run(in(40));
  EXPECT_EQ(world.clock.steady_now(), SteadyTime(milliseconds(5040)));
  EXPECT_TRUE(log.empty());
  runner->run();
  EXPECT_EQ(log, (Log{"at 5100", "end"}));
}

TEST_F(RunnerTest, WakeEndsARunOnce) {
  add({WaitUntil{in(100)}});
  runner->wake();
  EXPECT_EQ(network->wakes, 1);
  runner->run();
  EXPECT_TRUE(log.empty());
  network->on_wait = [&](SteadyTime until) { world.clock.advance_to(until); };
  runner->run();
  EXPECT_EQ(log, (Log{"at 5100", "end"}));
}

// ---- Cancelling

TEST_F(RunnerTest, ACancelAbortsTheRequestAndNothingElseIsSent) {
  const auto id = add({ask(), ask()});
  runner->poll();
  runner->cancel(id);
  EXPECT_EQ(runner->poll(), kNever);
  EXPECT_EQ(network->aborted, std::vector<std::uint64_t>{id});
  EXPECT_EQ(network->started.size(), 1u);
  EXPECT_EQ(log, (Log{"cancel", "cancelled", "cancelled, unsent", "end"}));
}

TEST_F(RunnerTest, WhatCleansUpIsSentAfterACancelAndNotAborted) {
  const auto id = add({ask(), clean_up()});
  runner->poll();
  runner->cancel(id);
  runner->poll();
  runner->cancel(id);
  runner->poll();
  EXPECT_EQ(network->aborted.size(), 1u);
  EXPECT_EQ(network->started.size(), 2u);
  network->responds = {id};
  runner->poll();
  EXPECT_EQ(log, (Log{"cancel", "cancelled", "cancel", "200", "end"}));
}

TEST_F(RunnerTest, OneIsCancelledAndTheOthersGoOn) {
  const auto first = add({WaitUntil{in(10)}}, "first");
  add({WaitUntil{in(10)}}, "second");
  runner->poll();
  runner->cancel(first);
  runner->cancel(77);
  runner->poll();
  EXPECT_EQ(log, (Log{"cancel", "at 5000", "first"}));
  world.clock.advance(milliseconds(10));
  runner->poll();
  EXPECT_EQ(log.back(), "second");
}

TEST_F(RunnerTest, ACancelOfRunEndsAllOfThem) {
  add({WaitUntil{in(10)}}, "first");
  add({ask()}, "second");
  const Cancel cancel;
  network->on_wait = [&](SteadyTime) { cancel.set(); };
  runner->run(kNever, cancel);
  EXPECT_EQ(network->waits, 1);
  EXPECT_EQ(std::count(log.begin(), log.end(), "cancel"), 2);
  EXPECT_EQ(std::count(log.begin(), log.end(), "first"), 1);
  EXPECT_EQ(std::count(log.begin(), log.end(), "second"), 1);
}

// A response that came together with the cancel is told first, so that the operation can clean up.
TEST_F(RunnerTest, WhatHasArrivedIsToldBeforeTheCancel) {
  const auto id = add({ask()});
  const Cancel cancel;
  network->on_wait = [&](SteadyTime) {
    network->responds = {id};
    cancel.set();
  };
  runner->run(kNever, cancel);
  EXPECT_EQ(log, (Log{"200", "cancel", "end"}));
  EXPECT_TRUE(network->aborted.empty());
}

// ---- Its ends

TEST_F(RunnerTest, AnEndMayBringANewOperation) {
  runner->add(std::make_unique<Scripted>(std::vector<Step>(), log),
              [this](std::unique_ptr<Operation>) { add({WaitUntil{in(5)}}); });
  EXPECT_EQ(runner->poll(), in(5));
}

TEST_F(RunnerTest, ItGivesUpWhatHasNotEnded) {
  add({ask()});
  runner->add(std::make_unique<Scripted>(std::vector<Step>{WaitUntil{in(5)}}, log));
  runner->poll();
  runner.reset();
  EXPECT_TRUE(log.empty());
}

TEST_F(RunnerTest, ALateResponseToAnAbortedRequestIsNobodys) {
  const auto id = add({ask()});
  runner->poll();
  runner->cancel(id);
  runner->poll();
  add({ask()});
  network->responds = {id};
  runner->poll();
  EXPECT_EQ(log, (Log{"cancel", "cancelled", "end"}));
}

}  // namespace
}  // namespace deviceflow::test
