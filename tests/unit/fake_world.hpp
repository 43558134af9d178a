// A session's ports in a virtual world.
#ifndef DEVICEFLOW_TESTS_FAKE_WORLD_HPP
#define DEVICEFLOW_TESTS_FAKE_WORLD_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <deviceflow/testing.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "../support/client_calls.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {

// A virtual world whose server has responses for each URL. The wall time is unknown at first.
class FakeWorld final : private VirtualWorld {
 public:
  FakeWorld() {
    clock.set_wall(std::nullopt);
    on_request = [this](const HttpRequest& request) { return respond_to(request); };
    VirtualWorld::on_wait = [this](SteadyTime) {
      ++waits;
      if (const auto hook = on_wait) hook();
    };
  }
  int count(std::string_view url) const {
    return static_cast<int>(std::count_if(requests.begin(), requests.end(),
                                          [&](const auto& r) { return r.url == url; }));
  }

  using VirtualWorld::clock;
  using VirtualWorld::ports;
  using VirtualWorld::requests;
  std::map<std::string, std::vector<HttpResponse>> answers;       // in order; the last one repeats
  std::map<std::string, std::vector<TransportFailure>> failures;  // before any answer
  std::function<void(const HttpRequest&)> on_send;
  std::function<void()> on_wait;
  int waits = 0;

 private:
  VirtualResponse respond_to(const HttpRequest& request) {
    if (on_send) on_send(request);
    const std::lock_guard guard(mutex_);
    auto& broken = failures[request.url];
    if (!broken.empty()) {
      TransportFailure next = broken.front();
      broken.erase(broken.begin());
      return next;
    }
    auto& queue = answers[request.url];
    if (queue.empty()) return answer(404, "", "text/html");
    HttpResponse next = queue.front();
    if (queue.size() > 1) queue.erase(queue.begin());
    return next;
  }

  std::mutex mutex_;
};

inline constexpr const char* kIssuer = "https://id.example.com";
inline constexpr const char* kWellKnown =
    "https://id.example.com/.well-known/oauth-authorization-server";
inline constexpr const char* kOpenId = "https://id.example.com/.well-known/openid-configuration";
inline constexpr const char* kDevice = "https://id.example.com/device_authorization";
inline constexpr const char* kToken = "https://id.example.com/token";
inline constexpr const char* kRevoke = "https://id.example.com/revoke";
inline constexpr const char* kUserInfo = "https://id.example.com/userinfo";

inline std::string metadata_json() {
  return R"({"issuer":"https://id.example.com","token_endpoint":"https://id.example.com/token",)"
         R"("device_authorization_endpoint":"https://id.example.com/device_authorization",)"
         R"("introspection_endpoint":"https://id.example.com/introspect",)"
         R"("revocation_endpoint":"https://id.example.com/revoke",)"
         R"("userinfo_endpoint":"https://id.example.com/userinfo",)"
         R"("grant_types_supported":["urn:ietf:params:oauth:grant-type:device_code"]})";
}

inline HttpResponse response_of(Reply reply) {
  return std::get<HttpResponse>(*reply.result);
}

/// Refreshes with a refresh token of which nothing more is known.
inline RefreshOutcome refresh_with(Client& client, std::string_view refresh_token) {
  const auto refresher = client.prepare_refresh();
  if (!refresher.ok()) return {refresher.error(), false, std::nullopt, {}};
  StoredLogin login;
  login.tokens.refresh_token = Secret(refresh_token);
  return client.refresh(*refresher, login);
}

class ClientTest : public testing::Test {
 protected:
  ClientTest() {
    world.answers[kWellKnown].push_back(answer(200, metadata_json()));
    world.answers[kDevice].push_back(answer(200, codes_json()));
    world.answers[kToken].push_back(response_of(pending()));
    world.answers[kToken].push_back(response_of(tokens()));
    world.answers[kRevoke].push_back(answer(200, ""));
    config.issuer = kIssuer;
    config.client_id = "tv";
  }
  Client& client() {
    if (!client_) client_ = std::make_unique<Client>(std::move(config), world.ports());
    return *client_;
  }
  FakeWorld world;
  Config config;
  std::unique_ptr<Client> client_;
};

}  // namespace deviceflow::test

#endif
