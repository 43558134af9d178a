// A session against a fake server, a clock that is set by hand and a store that can refuse.
#ifndef DEVICEFLOW_TESTS_SESSION_FIXTURE_HPP
#define DEVICEFLOW_TESTS_SESSION_FIXTURE_HPP

#include <gtest/gtest.h>

#include <deviceflow/form.hpp>
#include <deviceflow/memory_store.hpp>
#include <deviceflow/session.hpp>
#include <memory>
#include <string>
#include <vector>

#include "fake_world.hpp"

namespace deviceflow::test {

/// A memory store whose n-th save from now (counted from 0) and all later ones can be made to fail.
class StubbornStore final : public TokenStore {
 public:
  Result<std::optional<Secret>> load(const StoreKey& key) override { return inner.load(key); }
  Result<std::vector<Result<Secret>>> list() override { return inner.list(); }
  Result<std::unique_ptr<RecordLock>> lock(const StoreKey& key, milliseconds limit,
                                           const Cancel& cancel) override {
    if (before_lock) before_lock();
    if (!lockable) return refusal();
    auto held = inner.lock(key, limit, cancel);
    if (!held.ok()) return held.error();
    return std::unique_ptr<RecordLock>(std::make_unique<Lock>(*this, std::move(*held)));
  }
  Protection protection() override { return inner.protection(); }

  MemoryStore inner;
  std::function<void()> before_lock;
  int saves_left = -1;  // no limit
  bool erasable = true;
  bool lockable = true;
  std::vector<std::string> saved;

 private:
  static Error refusal() {
    return make_error(Blame::storage, ErrorCode::store_io, Stage::store, "The disk is full.");
  }
  class Lock final : public RecordLock {
   public:
    Lock(StubbornStore& store, std::unique_ptr<RecordLock> inner)
        : store_(store), inner_(std::move(inner)) {}
    Result<void> save(const Secret& record) override {
      if (store_.saves_left == 0) return refusal();
      if (store_.saves_left > 0) --store_.saves_left;
      store_.saved.emplace_back(record.reveal());
      return inner_->save(record);
    }
    Result<void> erase() override {
      if (!store_.erasable) return refusal();
      return inner_->erase();
    }

   private:
    StubbornStore& store_;
    std::unique_ptr<RecordLock> inner_;
  };
};

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    world.answers[kWellKnown].push_back(answer(200, metadata_json()));
    world.answers[kRevoke].push_back(answer(200, ""));
    world.wall = WallTime(seconds(1800000000));
    restart();
  }

  /// The program starts again: a new client and session over the same store.
  void restart() {
    session.reset();
    Config config;
    config.issuer = kIssuer;
    config.client_id = "tv";
    config.dpop = dpop;
    config.pkce = pkce;
    client = std::make_unique<Client>(std::move(config), world.ports());
    options.clock = &world;
    options.lock_limit = milliseconds(20);
    session = std::make_unique<Session>(*client, store, options);
  }
  void pass(seconds time) {
    world.now += time;
    if (world.wall) *world.wall += time;
  }
  /// Signs in with tokens "a1" and "r1" (or without the latter).
  void sign_in(std::optional<seconds> life = seconds(3600), std::string_view refresh = "r1") {
    TokenSet tokens;
    tokens.access_token = Secret("a1");
    tokens.token_type = "Bearer";
    tokens.expires_in = life;
    if (life) tokens.expires_at = world.now + *life;
    tokens.refresh_token = Secret(refresh);
    tokens.id_token = Secret("id1");
    SignInDetails details;
    details.scope = "openid tv";
    details.subject = "alice";
    details.dpop_key = Secret("key");
    ASSERT_TRUE(session->sign_in(tokens, details).ok());
  }
  /// The server's next answers at the token endpoint, in order; the last one repeats.
  template <typename... Responses>
  void server_answers(Responses... responses) {
    auto& queue = world.answers[kToken];
    queue.clear();
    (queue.push_back(std::move(responses)), ...);
  }
  static HttpResponse fresh(std::string_view access, std::string_view refresh = {},
                            int expires_in = 3600) {
    std::string body = "{\"access_token\":\"" + std::string(access) +
                       "\",\"token_type\":\"Bearer\",\"expires_in\":" + std::to_string(expires_in);
    if (!refresh.empty()) body += ",\"refresh_token\":\"" + std::string(refresh) + "\"";
    return answer(200, body + "}");
  }
  static HttpResponse refusal(std::string_view code, int status = 400) {
    return answer(status, "{\"error\":\"" + std::string(code) + "\"}");
  }
  /// The token that access_token() gives, or "(error label)".
  std::string get() {
    auto result = session->access_token();
    last_error = result.ok() ? std::nullopt : std::optional<Error>(result.error());
    if (!result.ok()) return "(" + std::string(result.error().label()) + ")";
    last = std::move(*result);
    return std::string(last->token.reveal());
  }
  StoredLogin stored() {
    auto login = session->stored();
    const bool there = login.ok() && *login;
    EXPECT_TRUE(there);
    return there ? std::move(**login) : StoredLogin();
  }
  bool store_empty() { return !*store.load(client->store_key()); }
  /// The refresh tokens that went out, in order.
  std::vector<std::string> sent_refresh_tokens() {
    std::vector<std::string> out;
    for (const HttpRequest& request : world.requests) {
      if (request.url != kToken) continue;
      out.emplace_back(Form::parse(request.body.reveal())->get("refresh_token"));
    }
    return out;
  }

  FakeWorld world;
  DpopMode dpop = DpopMode::off;
  bool pkce = false;
  SessionOptions options;
  StubbornStore store;
  std::unique_ptr<Client> client;
  std::unique_ptr<Session> session;
  std::optional<AccessToken> last;
  std::optional<Error> last_error;
};

using Sent = std::vector<std::string>;

}  // namespace deviceflow::test

#endif
