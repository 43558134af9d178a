// A well-behaved client of the sandbox server, for its unit tests.
#ifndef DEVICEFLOW_TESTS_SANDBOX_CLIENT_HPP
#define DEVICEFLOW_TESTS_SANDBOX_CLIENT_HPP

#include <gtest/gtest.h>

#include <random>

#include "foundation/json.hpp"
#include "sandbox/authorization_server.hpp"
#include "sandbox/crypto.hpp"

namespace deviceflow::sandbox {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr std::string_view kGrantType =
    "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

inline Scenario scenario_of(std::string_view text) {
  auto scenario = parse_scenario(text, "test");
  if (!scenario) ADD_FAILURE() << scenario.error().message;
  return scenario ? std::move(*scenario) : Scenario{};
}

// A well-behaved client's requests, and a clock moved by hand.
class Sandbox {
 public:
  explicit Sandbox(std::string_view scenario = R"({"expires_in":600,"interval":5})")
      : Sandbox(settings(), scenario) {}
  Sandbox(Settings chosen, std::string_view scenario)
      : server(std::move(chosen), scenario_of(scenario)) {}

  Response post(std::string_view path, std::string body, HeaderList extra = {}) {
    Request request{"POST", std::string(path), std::move(extra), std::move(body), false};
    request.headers.emplace_back("Accept", "application/json");
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return server.handle(request, now);
  }
  Response get(std::string_view path, HeaderList headers = {}) {
    return server.handle({"GET", std::string(path), std::move(headers), "", false}, now);
  }
  void start(std::string_view body = "client_id=demo-tv&scope=openid") {
    const Response response = post("/device_authorization", std::string(body));
    ASSERT_EQ(response.status, 200) << response.body;
    device_code = member(response, "device_code");
    user_code = member(response, "user_code");
  }
  Response poll() { return post("/token", poll_body()); }
  Response poll_after(milliseconds wait) {
    now += wait;
    return poll();
  }
  std::string poll_body() const {
    return "client_id=demo-tv&grant_type=" + std::string(kGrantType) +
           "&device_code=" + device_code;
  }
  // Starts, approves, waits and redeems; the answer with the tokens.
  Response tokens(std::string_view body = "client_id=demo-tv&scope=openid") {
    start(body);
    server.decide(user_code, Decision::approve, "Grace", now);
    return poll_after(seconds(5));
  }
  std::string access_token() { return member(tokens(), "access_token"); }
  static std::string member(const Response& response, std::string_view key) {
    const auto body = parse_json(response.body);
    const JsonValue* value = body ? body->find(key) : nullptr;
    return value == nullptr ? "" : std::string(value->as_string().value_or(to_json(*value)));
  }
  std::string rules() const {
    std::string all;
    for (const Violation& violation : server.violations()) {
      all += (all.empty() ? "" : " ") + violation.rule;
    }
    return all;
  }
  static Settings settings() {
    Settings out;
    out.issuer = "http://127.0.0.1:8080";
    out.page_origin = "http://127.0.0.1:8080";
    out.started_wall = WallTime(seconds(1700000000));
    out.random_bytes = [random = std::mt19937(7)](std::size_t count) mutable {
      std::string bytes(count, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random() & 0xFF);
      return bytes;
    };
    out.sha256 = sha256;
    return out;
  }

  AuthorizationServer server;
  SteadyTime now{};
  std::string device_code;
  std::string user_code;
};

inline std::string error_of(const Response& response) {
  return Sandbox::member(response, "error");
}

}  // namespace deviceflow::sandbox

#endif
