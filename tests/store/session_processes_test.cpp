// Sessions of several processes on one file store: killed at random instants, and side by side.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deviceflow/file_store.hpp>
#include <deviceflow/session.hpp>
#include <deviceflow/system_clock.hpp>
#include <iostream>
#include <map>
#include <random>

#include "rotating_server.hpp"
#include "scratch.hpp"

namespace deviceflow::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr const char* kToken = "https://id.example.com/token";

// Everything that one process of the program has.
struct Program {
  Program(const std::string& directory, int socket)
      : transport(socket), store(options(directory)), client(config(), ports(&transport)) {}

  static FileStoreOptions options(const std::string& directory) {
    FileStoreOptions out;
    out.directory = directory;
    return out;
  }
  static ClientConfig config() {
    ClientConfig out;
    out.client_id = "tv";
    out.endpoints.token = kToken;
    return out;
  }
  static ClientPorts ports(Transport* transport) {
    ClientPorts out;
    out.transport = transport;
    return out;
  }
  void sign_in(int socket) {
    say(socket, "L");
    const auto [access, refresh] = split_tokens(hear(socket));
    TokenSet tokens;
    tokens.access_token = Secret(access);
    tokens.token_type = "Bearer";
    tokens.expires_in = std::chrono::seconds(3600);
    tokens.expires_at = SystemClock().steady_now() + *tokens.expires_in;
    tokens.refresh_token = Secret(refresh);
    if (!session.sign_in(tokens, {}).ok()) _exit(4);
  }

  ParentTransport transport;
  FileStore store;
  Client client;
  Session session{client, store};
};

StoreKey key() {
  return {kToken, "tv"};
}

// A program that starts, says what it found, and refreshes until it is killed.
[[noreturn]] void refresh_for_ever(const std::string& directory, int socket) {
  Program program(directory, socket);
  const auto found = program.session.stored();
  if (!found.ok()) {
    say(socket, "E unreadable");
    _exit(5);
  }
  const bool marked = *found && (*found)->refresh_begun;
  auto token = program.session.access_token();
  if (token.ok()) {
    say(socket, marked ? "E after a mark: recovered" : "E no mark: went on");
  } else if (token.error().reason == "interrupted_refresh") {
    say(socket, "E after a mark: refused, says why, signs in");
  } else {
    say(socket, "E " + std::string(name(token.error().code)) + ": signs in");
  }
  if (!token.ok()) {
    program.sign_in(socket);
    token = program.session.access_token();
  }
  for (;;) {
    if (!token.ok()) {
      say(socket, "E while running: " + token.error().message);
      _exit(6);
    }
    token = program.session.replace(token->token);
  }
}

class Killing {
 public:
  explicit Killing(unsigned seed) : random_(seed) {}

  RotatingServer server;
  std::map<std::string, int> starts;
  std::map<std::string, int> kills;

  // One life of the program, ended at a random instant.
  void live_and_die(const std::string& directory) {
    int sockets[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
    const pid_t child = start_child([&] {
      close(sockets[0]);
      refresh_for_ever(directory, sockets[1]);
    });
    close(sockets[1]);
    end_ = Clock::now() + microseconds(draw(25000));
    serve(sockets[0]);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the program ended by itself: " << WEXITSTATUS(status);
    // What was on its way may still arrive.
    for (;;) {
      const std::string message = hear(sockets[0], MSG_DONTWAIT);
      if (message.empty()) break;
      if (message[0] == 'E') {
        ++starts[message.substr(2)];
      } else if (draw(2) == 0) {
        static_cast<void>(server.answer(message));
      }
    }
    close(sockets[0]);
  }

 private:
  int draw(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  bool time_is_up(microseconds pause) {
    const auto until = std::min(end_, Clock::now() + pause);
    while (Clock::now() < until) {
    }
    return Clock::now() >= end_;
  }

  void serve(int socket) {
    for (;;) {
      const auto left = std::chrono::duration_cast<milliseconds>(end_ - Clock::now()).count();
      pollfd waiting{socket, POLLIN, 0};
      if (left < 0 || poll(&waiting, 1, static_cast<int>(left)) == 0) {
        static_cast<void>(time_is_up(milliseconds(1000)));
        ++kills["while the program was by itself"];
        return;
      }
      const std::string message = hear(socket);
      if (message.empty()) return;  // it ended: the caller sees how
      if (message[0] == 'E') {
        ++starts[message.substr(2)];
        continue;
      }
      if (time_is_up(microseconds(draw(800)))) {
        ++kills["with a request on its way"];
        if (draw(2) == 0) static_cast<void>(server.answer(message));
        return;
      }
      const std::string answer = server.answer(message);
      if (time_is_up(microseconds(draw(800)))) {
        ++kills["with an answer on its way"];
        return;
      }
      say(socket, answer);
    }
  }

  std::mt19937 random_;
  Clock::time_point end_;
};

// After a kill the store has to be readable and to fit what the server knows.
void check_store(FileStore& store, const RotatingServer& server,
                 std::map<std::string, int>& found) {
  const auto record = store.load(key());
  ASSERT_TRUE(record.ok()) << record.error().message;
  if (!*record) {
    ++found["nothing: not signed in at that moment"];
    return;
  }
  const auto login = read_record(**record);
  ASSERT_TRUE(login.ok()) << login.error().message;
  const std::string token(login->tokens.refresh_token.reveal());
  if (login->refresh_begun) {
    // Begun, outcome unknown: the token is the server's current one, or the one just before.
    const bool fits = token == server.current() || token == server.previous() || !server.alive;
    EXPECT_TRUE(fits) << token << " " << server.current();
    ++found[token == server.current() ? "a mark, the token unused" : "a mark, the token used"];
  } else {
    // No mark: nothing was lost.
    EXPECT_TRUE(token == server.current() || !server.alive) << token << " " << server.current();
    ++found["a whole login"];
  }
}

void print(const char* title, const std::map<std::string, int>& counts) {
  std::cout << title << "\n";
  for (const auto& [what, count] : counts) std::cout << "  " << count << "  " << what << "\n";
}

// How many times to kill; each run is repeated by its seed.
int kill_count() {
  const char* given = std::getenv("DEVICEFLOW_KILLS");
  return given != nullptr ? std::atoi(given) : 300;
}

void kill_many_times(bool forgiving) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << ", " << kill_count() << " kills, the server "
            << (forgiving ? "forgives a lost answer" : "is strict") << std::endl;
  Scratch scratch;
  const std::string directory = scratch.path() + "/store";
  FileStore store(Program::options(directory));
  Killing killing(seed);
  killing.server.forgiving = forgiving;
  std::map<std::string, int> found;
  int half_written = 0;
  for (int i = 0; i < kill_count(); ++i) {
    killing.live_and_die(directory);
    if (testing::Test::HasFatalFailure()) return;
    check_store(store, killing.server, found);
    if (testing::Test::HasFailure()) return;
    for (const std::string& name : scratch.names("store")) {
      if (name.find(".new") != std::string::npos) ++half_written;
    }
  }
  print("killed", killing.kills);
  print("the store then held", found);
  std::cout << "  " << half_written << "  of these with an unfinished file beside it\n";
  print("the next start", killing.starts);
  std::cout << killing.server.refreshes << " refreshes, " << killing.server.forgiven
            << " forgiven, " << killing.server.refusals << " refused\n";
  EXPECT_EQ(killing.starts.count("unreadable"), 0u);
  EXPECT_EQ(killing.starts.count("sign_in_needed: signs in"), 0u);  // it always says why
  // A kill may also hit a program that has just been refused: then the next one is, too.
  EXPECT_GE(killing.server.refusals, killing.starts["after a mark: refused, says why, signs in"]);
  if (forgiving) {
    EXPECT_EQ(killing.server.refusals, 0);
  }
}

TEST(SessionKills, AStrictServerCostsASignInOnlyWhereAnAnswerWasLost) {  // T-6-3, S-2.2.2-1
  kill_many_times(false);
}

TEST(SessionKills, AForgivingServerCostsNothing) {  // T-6-3
  kill_many_times(true);
}

TEST(SessionProcesses, NoRefreshTokenIsUsedTwice) {  // T-6-4, S-2.2.2-1
  constexpr int kEach = 200;
  Scratch scratch;
  const std::string directory = scratch.path() + "/store";
  RotatingServer server;
  int sockets[2][2];
  pollfd waiting[2];
  pid_t children[2];
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets[i]), 0);
    waiting[i] = {sockets[i][0], POLLIN, 0};
  }
  for (int i = 0; i < 2; ++i) {
    children[i] = start_child([&] {
      const int socket = sockets[i][1];
      for (const auto& pair : sockets) close(pair[0]);
      Program program(directory, socket);
      if (i == 0) program.sign_in(socket);
      while (program.transport.sent < kEach) {
        const auto token = program.session.access_token();
        if (!token.ok() && token.error().code == ErrorCode::not_stored) continue;  // not yet
        if (!token.ok() || !program.session.replace(token->token).ok()) _exit(7);
      }
    });
  }
  for (const auto& pair : sockets) close(pair[1]);
  for (int open = 2; open > 0;) {
    ASSERT_GT(poll(waiting, 2, 60000), 0);
    for (pollfd& end : waiting) {
      if (end.revents == 0) continue;
      const std::string message = hear(end.fd);
      if (message.empty()) {
        close(end.fd);
        end.fd = -1;
        --open;
      } else {
        say(end.fd, server.answer(message));
      }
    }
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  std::cout << server.refreshes << " refreshes by two processes, " << server.refusals
            << " refused\n";
  EXPECT_EQ(server.refreshes, 2 * kEach);
  EXPECT_EQ(server.refusals, 0);
}

}  // namespace
}  // namespace deviceflow::test
