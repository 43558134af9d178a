// Programs that run a session on a file store, and are killed at random instants.
#ifndef DEVICEFLOW_TESTS_KILLING_HPP
#define DEVICEFLOW_TESTS_KILLING_HPP

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <deviceflow/platform.hpp>
#include <deviceflow/session.hpp>
#include <deviceflow/store.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "rotating_server.hpp"

namespace deviceflow::test {

/// The system's time, except that waits take none.
class SkippingClock final : public Clock {
 public:
  SteadyTime steady_now() override { return system_.steady_now() + skipped_; }
  std::optional<WallTime> wall_now() override { return system_.wall_now(); }
  void skip_to(SteadyTime time) {
    const SteadyTime now = steady_now();
    if (time > now) skipped_ += time - now;
  }

 private:
  SystemClock system_;
  std::chrono::milliseconds skipped_{0};
};

/// A child's network: its requests over a socket to the parent, and waits that take no time, but
/// for short ones: another process has to get on meanwhile with the lock that is waited for.
class ParentNetwork final : public Network {
 public:
  /// `sent` counts the requests.
  ParentNetwork(int socket, SkippingClock& clock, int& sent)
      : socket_(socket), clock_(clock), sent_(sent) {}

  void start(std::uint64_t ticket, HttpRequest request) override {
    ++sent_;
    say(socket_, message_of(request));
    ticket_ = ticket;
  }
  bool abort(std::uint64_t) override { return false; }
  void wait(SteadyTime until, const Cancel&, std::vector<Finished>& finished) override {
    if (!ticket_) return wait(until);
    finished.push_back({*ticket_, response_of(hear(socket_))});
    ticket_.reset();
  }
  void wake() noexcept override {}

 private:
  void wait(SteadyTime until) {
    const auto left = until - clock_.steady_now();
    if (left < std::chrono::seconds(1))
      poll(nullptr, 0, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    clock_.skip_to(until);
  }

  int socket_;
  SkippingClock& clock_;
  int& sent_;
  std::optional<std::uint64_t> ticket_;
};

/// Everything that one process of the program has.
struct Program {
  Program(const std::string& directory, int socket);
  /// Stores a sign-in without a device login. Ends the process where that fails.
  void sign_in();

  static FileStoreOptions store_options(const std::string& directory);
  static StoreKey key() { return {kTokenEndpoint, "tv"}; }

  int socket;
  SkippingClock clock;
  int sent = 0;
  std::shared_ptr<FileStore> store;
  Session session;
};

using Counts = std::map<std::string, int>;

/// The parent of programs that run one after the other on one store: their server, and their end.
class Killing {
 public:
  /// What a program does until it is killed. It tells the parent of things with say(): "E what"
  /// is counted, "S token" and "O" mean that the session has said "signed in" and "signed out".
  using Work = std::function<void(Program&)>;

  /// `longest` is how long a program lives at the most.
  Killing(std::string directory, Work work, std::chrono::microseconds longest);

  RotatingServer server;
  Counts said;
  Counts kills;
  /// The requests of the last life, in order: what the program sent, whether or not it arrived.
  std::vector<std::string> asked;
  /// The access token of the last "S"; empty after an "O".
  std::string promised;

  /// One life of the program, ended at a random instant. False where it ended by itself.
  bool live_and_die();
  /// What the store holds now, with the sign-in that waits; the test fails where that can't be
  /// read.
  std::optional<StoredLogin> stored();
  /// How many kills a test is asked for.
  static int wanted();
  /// Prints all that was counted; `found` is what the store held after each kill.
  void print(const Counts& found) const;

 private:
  std::optional<StoredLogin> load(const StoreKey& key);
  int draw(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  bool time_is_up(std::chrono::microseconds pause);
  void take(const std::string& message);
  void serve(int socket);

  std::string directory_;
  Work work_;
  std::chrono::microseconds longest_;
  FileStore store_;
  std::mt19937 random_;
  std::chrono::steady_clock::time_point end_;
  int half_written_ = 0;
};

}  // namespace deviceflow::test

#endif
