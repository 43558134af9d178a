// Sessions of several processes, side by side on one file store.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

#include <iostream>

#include "killing.hpp"
#include "scratch.hpp"

namespace deviceflow::test {
namespace {

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
      if (i == 0) program.sign_in();
      while (program.sent < kEach) {
        const auto token = program.session.access_token();
        if (!token.ok() && token.error().code == ErrorCode::not_stored) continue;  // not yet
        if (!token.ok() || !program.session.refresh().ok()) _exit(7);
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
      } else if (message[0] != 'S') {
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
