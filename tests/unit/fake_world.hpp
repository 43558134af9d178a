// A session's fake ports: a scripted network and a clock that jumps.
#ifndef DEVICEFLOW_TESTS_FAKE_WORLD_HPP
#define DEVICEFLOW_TESTS_FAKE_WORLD_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "../support/client_calls.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {

// A fake world: answers by URL, and waits that move the clock.
class FakeWorld final : public Clock, public RandomSource {
 public:
  TransportResult answer_to(const HttpRequest& request, const Cancel& cancel) {
    {
      const std::lock_guard guard(mutex_);
      requests.push_back(request);
    }
    if (cancel.is_set()) return failure(TransportFailure::Kind::cancelled, true);
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
  SteadyTime steady_now() override { return now; }
  std::optional<WallTime> wall_now() override { return wall; }
  void wait_until(SteadyTime deadline, const Cancel& cancel) {
    if (user) return user(cancel);
    ++waits;
    if (on_wait) on_wait();
    if (wakes_early && waits % 2 == 1) return;  // for no reason, as it is allowed to
    if (!cancel.is_set()) now = deadline;
  }
  // Different every time, though not where a login takes the seed of its waits from.
  RandomBytes bytes() override {
    const std::lock_guard guard(mutex_);
    RandomBytes out{};
    out[8] = out[16] = ++drawn;
    return out;
  }

  Ports ports() {
    return {[this] { return std::make_unique<FakeNetwork>(*this); }, this, this};
  }
  int count(std::string_view url) const {
    return static_cast<int>(std::count_if(requests.begin(), requests.end(),
                                          [&](const auto& r) { return r.url == url; }));
  }

  std::map<std::string, std::vector<HttpResponse>> answers;
  std::map<std::string, std::vector<TransportFailure>> failures;  // before any answer
  std::vector<HttpRequest> requests;
  std::function<void(const HttpRequest&)> on_send;
  std::function<void()> on_wait;
  /// Waits in the place of this world, and no time passes.
  std::function<void(const Cancel&)> user;
  SteadyTime now{milliseconds(5000)};
  std::optional<WallTime> wall;  // unknown
  std::uint8_t drawn = 0;
  bool wakes_early = false;
  int waits = 0;

 private:
  class FakeNetwork final : public Network {
   public:
    explicit FakeNetwork(FakeWorld& world) : world_(world) {}
    void start(std::uint64_t ticket, HttpRequest request) override {
      started_.emplace_back(ticket, std::move(request));
    }
    bool abort(std::uint64_t) override {
      started_.clear();
      return true;
    }
    void wait(SteadyTime until, const Cancel& cancel, std::vector<Finished>& finished) override {
      if (started_.empty()) return world_.wait_until(until, cancel);
      for (const auto& [ticket, request] : std::exchange(started_, {})) {
        finished.push_back({ticket, world_.answer_to(request, cancel)});
      }
    }
    void wake() noexcept override {}

   private:
    FakeWorld& world_;
    std::vector<std::pair<std::uint64_t, HttpRequest>> started_;
  };

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
