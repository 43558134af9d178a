// A strict authorization server in the parent process, and the children's way to it: refresh tokens
// rotate, and one that comes twice ends its whole family.
#ifndef DEVICEFLOW_TESTS_ROTATING_SERVER_HPP
#define DEVICEFLOW_TESTS_ROTATING_SERVER_HPP

#include <sys/socket.h>
#include <unistd.h>

#include <deviceflow/form.hpp>
#include <deviceflow/transport.hpp>
#include <string>
#include <utility>

namespace deviceflow::test {

/// What the server remembers. `forgiving` takes the token before the current one as well, as long
/// as its successor was not used: what some servers do for answers that were lost.
struct RotatingServer {
  bool forgiving = false;
  int family = 0;
  int generation = 0;
  bool alive = false;
  int refreshes = 0;
  int refusals = 0;
  int forgiven = 0;

  std::string name(int number) const {
    return "r" + std::to_string(family) + "." + std::to_string(number);
  }
  std::string current() const { return name(generation); }
  std::string previous() const { return name(generation - 1); }
  std::string tokens() const {
    return "T a" + std::to_string(family) + "." + std::to_string(generation) + " " + current();
  }
  /// "L" (a new login) or "R token" (a refresh); the answer is "T access refresh" or "X".
  std::string answer(const std::string& message) {
    if (message == "L") {
      ++family;
      generation = 0;
      alive = true;
      return tokens();
    }
    const std::string token = message.substr(2);
    if (alive && token == current()) {
      ++generation;
      ++refreshes;
      return tokens();
    }
    if (alive && forgiving && generation > 0 && token == previous()) {
      ++forgiven;
      return tokens();
    }
    alive = false;
    ++refusals;
    return "X";
  }
};

inline void say(int socket, const std::string& message) {
  static_cast<void>(send(socket, message.data(), message.size(), MSG_NOSIGNAL));
}

/// One message, or empty where the other side is gone (or, with MSG_DONTWAIT, silent).
inline std::string hear(int socket, int flags = 0) {
  char buffer[512];
  const ssize_t got = recv(socket, buffer, sizeof buffer, flags);
  return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
}

/// The two words after "T".
inline std::pair<std::string, std::string> split_tokens(const std::string& answer) {
  const std::size_t space = answer.find(' ', 2);
  return {answer.substr(2, space - 2), answer.substr(space + 1)};
}

/// A child's network: refresh requests over a socket to the parent.
class ParentTransport final : public Transport {
 public:
  explicit ParentTransport(int socket) : socket_(socket) {}

  TransportResult send(const HttpRequest& request, const CancelFlag&) override {
    ++sent;
    say(socket_, "R " + std::string(Form::parse(request.body.reveal())->get("refresh_token")));
    const std::string answer = hear(socket_);
    if (answer.empty()) _exit(3);  // the parent is gone
    HttpResponse response;
    set_header(response.headers, "Content-Type", "application/json");
    response.status = 400;
    response.body = Secret(std::string_view(R"({"error":"invalid_grant"})"));
    if (answer[0] == 'T') {
      const auto [access, refresh] = split_tokens(answer);
      response.status = 200;
      response.body = Secret("{\"access_token\":\"" + access + "\",\"token_type\":\"Bearer\"," +
                             "\"expires_in\":3600,\"refresh_token\":\"" + refresh + "\"}");
    }
    return response;
  }

  int sent = 0;

 private:
  int socket_;
};

}  // namespace deviceflow::test

#endif
