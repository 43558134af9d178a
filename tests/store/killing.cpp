#include "killing.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "scratch.hpp"

namespace deviceflow::test {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Time = std::chrono::steady_clock;

namespace {

Config config() {
  Config out;
  out.client_id = "tv";
  out.endpoints.device_authorization = kDeviceEndpoint;
  out.endpoints.token = kTokenEndpoint;
  out.endpoints.revocation = kRevocationEndpoint;
  out.resume = true;
  return out;
}

void print_counts(const char* title, const Counts& counts) {
  std::cout << title << "\n";
  for (const auto& [what, count] : counts) std::cout << "  " << count << "  " << what << "\n";
}

}  // namespace

Program::Program(const std::string& directory, int to_parent)
    : socket(to_parent),
      store(std::make_shared<FileStore>(store_options(directory))),
      session(config(), store,
              {[this] { return std::make_unique<ParentNetwork>(socket, clock, sent); }, &clock,
               nullptr}) {}

FileStoreOptions Program::store_options(const std::string& directory) {
  FileStoreOptions out;
  out.directory = directory;
  return out;
}

void Program::sign_in() {
  say(socket, "L");
  const auto [access, refresh] = split_tokens(hear(socket));
  StoredLogin login;
  login.issuer = key().issuer;
  login.client_id = key().client_id;
  login.tokens.access_token = Secret(access);
  login.tokens.token_type = "Bearer";
  login.tokens.expires_in = std::chrono::seconds(3600);
  login.tokens.refresh_token = Secret(refresh);
  login.received_at = clock.wall_now();
  login.expires_at = *login.received_at + *login.tokens.expires_in;
  const auto lock = store->lock(key(), std::chrono::seconds(60), Cancel::never());
  if (!lock.ok() || !(*lock)->save(to_record(login)).ok()) _exit(4);
  say(socket, "S " + access);
}

Killing::Killing(std::string directory, Work work, microseconds longest)
    : directory_(std::move(directory)),
      work_(std::move(work)),
      longest_(longest),
      store_(Program::store_options(directory_)) {
  const unsigned seed = std::random_device()();
  random_.seed(seed);
  std::cout << "seed " << seed << ", " << wanted() << " kills" << std::endl;
}

int Killing::wanted() {
  const char* given = std::getenv("DEVICEFLOW_KILLS");
  return given != nullptr ? std::atoi(given) : 150;
}

bool Killing::live_and_die() {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) std::abort();
  asked.clear();
  const pid_t child = start_child([&] {
    close(sockets[0]);
    Program program(directory_, sockets[1]);
    work_(program);
  });
  close(sockets[1]);
  end_ = Time::now() + microseconds(draw(static_cast<int>(longest_.count())));
  serve(sockets[0]);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  // What was on its way may still arrive.
  for (;;) {
    const std::string message = hear(sockets[0], MSG_DONTWAIT);
    if (message.empty()) break;
    take(message);
    const bool request = message[0] != 'E' && message[0] != 'S' && message[0] != 'O';
    if (request && draw(2) == 0) static_cast<void>(server.answer(message));
  }
  close(sockets[0]);
  std::error_code missing;  // a program may be killed before it has made the folder
  for (const auto& entry : std::filesystem::directory_iterator(directory_, missing)) {
    if (entry.path().extension() == ".new") ++half_written_;
  }
  EXPECT_TRUE(WIFSIGNALED(status)) << "the program ended by itself: " << WEXITSTATUS(status);
  return WIFSIGNALED(status);
}

std::optional<StoredLogin> Killing::stored() {
  auto login = load(Program::key());
  StoreKey beside = Program::key();
  beside.account += "\x1fpending";
  auto waiting = load(beside);
  if (!waiting) return login;
  if (!login) return waiting;
  login->pending = std::move(waiting->pending);
  return login;
}

std::optional<StoredLogin> Killing::load(const StoreKey& key) {
  auto record = store_.load(key);
  EXPECT_TRUE(record.ok()) << record.error().message;
  if (!record.ok() || !*record) return std::nullopt;
  auto login = read_record(**record);
  EXPECT_TRUE(login.ok()) << login.error().message;
  if (!login.ok()) return std::nullopt;
  return std::move(*login);
}

void Killing::print(const Counts& found) const {
  print_counts("killed", kills);
  print_counts("the store then held", found);
  std::cout << "  " << half_written_ << "  of these with an unfinished file beside it\n";
  print_counts("the program said", said);
}

bool Killing::time_is_up(microseconds pause) {
  const auto until = std::min(end_, Time::now() + pause);
  while (Time::now() < until) {
  }
  return Time::now() >= end_;
}

void Killing::take(const std::string& message) {
  switch (message[0]) {
    case 'E': ++said[message.substr(2)]; break;
    case 'S': promised = message.substr(2); break;
    case 'O': promised.clear(); break;
    default: asked.push_back(message);
  }
}

void Killing::serve(int socket) {
  for (;;) {
    const auto left = std::chrono::duration_cast<milliseconds>(end_ - Time::now()).count();
    pollfd waiting{socket, POLLIN, 0};
    if (left < 0 || poll(&waiting, 1, static_cast<int>(left)) == 0) {
      static_cast<void>(time_is_up(milliseconds(1000)));
      ++kills["while the program was by itself"];
      return;
    }
    const std::string message = hear(socket);
    if (message.empty()) return;  // it ended: the caller sees how
    take(message);
    if (message[0] == 'E' || message[0] == 'S' || message[0] == 'O') continue;
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

}  // namespace deviceflow::test
