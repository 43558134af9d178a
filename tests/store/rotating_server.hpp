// A strict authorization server in the parent process, and the children's way to it: device codes
// serve once, refresh tokens rotate, and one that comes twice ends its whole family.
#ifndef DEVICEFLOW_TESTS_ROTATING_SERVER_HPP
#define DEVICEFLOW_TESTS_ROTATING_SERVER_HPP

#include <sys/socket.h>
#include <unistd.h>

#include <deviceflow/http.hpp>
#include <set>
#include <string>
#include <utility>

namespace deviceflow::test {

inline constexpr const char* kDeviceEndpoint = "https://id.example.com/device_authorization";
inline constexpr const char* kTokenEndpoint = "https://id.example.com/token";
inline constexpr const char* kRevocationEndpoint = "https://id.example.com/revoke";

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
  // Of the newest device code: how often it was polled for, and whether it has brought tokens.
  int codes = 0;
  int polls = 0;
  bool code_used = false;
  std::set<std::string> revoked;

  std::string name(int number) const {
    return "r" + std::to_string(family) + "." + std::to_string(number);
  }
  std::string current() const { return name(generation); }
  std::string previous() const { return name(generation - 1); }
  std::string tokens() const { return "T " + access() + " " + current(); }
  std::string access() const {
    return "a" + std::to_string(family) + "." + std::to_string(generation);
  }
  std::string code() const { return "d" + std::to_string(codes); }
  std::string new_login() {
    ++family;
    generation = 0;
    alive = true;
    return tokens();
  }
  /// The third poll brings the tokens.
  std::string poll(const std::string& asked) {
    if (asked != code() || code_used) return "X";
    if (++polls < 3) return "W";
    code_used = true;
    return new_login();
  }
  std::string refresh(const std::string& token) {
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
  /// "L" (a login in one step), "C" (codes), "P code" (a poll), "R token" (a refresh) or "V token"
  /// (a revocation). The answer is "T access refresh", "D code", "W" (pending), "K" or "X".
  std::string answer(const std::string& message) {
    const std::string rest = message.size() > 2 ? message.substr(2) : std::string();
    switch (message[0]) {
      case 'L': return new_login();
      case 'C':
        ++codes;
        polls = 0;
        code_used = false;
        return "D " + code();
      case 'P': return poll(rest);
      case 'V': revoked.insert(rest); return "K";
      default: return refresh(rest);
    }
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

/// What a child says to the parent for a request.
inline std::string message_of(const HttpRequest& request) {
  const auto form = Form::parse(request.body.reveal());
  const auto member = [&](const char* name) { return std::string(form->get(name)); };
  if (request.url == kDeviceEndpoint) return "C";
  if (request.url == kRevocationEndpoint) return "V " + member("token");
  if (member("grant_type") == "refresh_token") return "R " + member("refresh_token");
  return "P " + member("device_code");
}
inline std::string body_of(const std::string& answer) {
  if (answer[0] == 'W') return R"({"error":"authorization_pending"})";
  if (answer[0] == 'X') return R"({"error":"invalid_grant"})";
  if (answer[0] == 'D') {
    return R"({"user_code":"WDJB-MJHT","verification_uri":"https://id.example.com/device",)"
           R"("expires_in":600,"interval":1,"device_code":")" +
           answer.substr(2) + "\"}";
  }
  if (answer[0] != 'T') return {};
  const auto [access, refresh] = split_tokens(answer);
  return R"({"token_type":"Bearer","expires_in":3600,"access_token":")" + access +
         R"(","refresh_token":")" + refresh + "\"}";
}

/// What the parent's message is to the child, which ends if the parent is gone.
inline HttpResponse response_of(const std::string& message) {
  if (message.empty()) _exit(3);
  HttpResponse response;
  set_header(response.headers, "Content-Type", "application/json");
  response.status = message[0] == 'W' || message[0] == 'X' ? 400 : 200;
  response.body = Secret(body_of(message));
  return response;
}

}  // namespace deviceflow::test

#endif
