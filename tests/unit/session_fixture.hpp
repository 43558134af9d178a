// A session against a fake server, a clock that is set by hand and a store that can refuse.
#ifndef DEVICEFLOW_TESTS_SESSION_FIXTURE_HPP
#define DEVICEFLOW_TESTS_SESSION_FIXTURE_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deviceflow/http.hpp>
#include <deviceflow/session.hpp>
#include <deviceflow/store.hpp>
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
    auto taken = inner.lock(key, std::max(limit, real_wait), cancel);
    if (!taken.ok()) return taken.error();
    return std::unique_ptr<RecordLock>(std::make_unique<Lock>(*this, std::move(*taken)));
  }
  Protection protection() override { return inner.protection(); }

  MemoryStore inner;
  std::function<void()> before_lock;
  milliseconds real_wait{0};  // for a lock: threads of a test wait for each other
  int saves_left = -1;        // no limit
  std::atomic<int> held{0};   // locks
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
        : store_(store), inner_(std::move(inner)) {
      ++store_.held;
    }
    ~Lock() override { --store_.held; }
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
  SessionTest() : config(kIssuer, "tv") {
    world.answers[kWellKnown].push_back(answer(200, metadata_json()));
    world.answers[kDevice].push_back(answer(200, codes_json()));
    world.answers[kRevoke].push_back(answer(200, ""));
    world.clock.set_wall(WallTime(seconds(1800000000)));
    restart();
  }

  /// The program starts again, with `config` as it is now: a new session over the same store.
  void restart() {
    session.reset();
    session = open_session();
  }
  /// One more session over the same store, like that of another process.
  std::unique_ptr<Session> open_session() {
    return std::make_unique<Session>(
        config, std::shared_ptr<TokenStore>(std::shared_ptr<void>(), &store), world.ports());
  }
  void pass(seconds time) { world.clock.advance(time); }
  /// Writes a record past the session, as another process would.
  void write(const Secret& record) {
    const auto lock = store.inner.lock(session->store_key(), seconds(1), Cancel::never());
    ASSERT_TRUE(lock.ok());
    ASSERT_TRUE((*lock)->save(record).ok());
  }
  void write(const StoredLogin& login) { write(to_record(login)); }
  /// A sign-in of an earlier run: tokens "a1" and "r1" (or without the latter), and a restart.
  void sign_in(std::optional<seconds> life = seconds(3600), std::string_view refresh = "r1") {
    StoredLogin login;
    login.issuer = session->store_key().issuer;
    login.client_id = "tv";
    login.account = config.account;
    login.tokens.access_token = Secret("a1");
    login.tokens.token_type = "Bearer";
    login.tokens.scope = "openid tv";
    login.tokens.expires_in = life;
    login.tokens.refresh_token = Secret(refresh);
    login.tokens.id_token = Secret("id1");
    login.subject = "alice";
    login.dpop_key = Secret("key");
    login.received_at = world.clock.wall_now();
    if (life && world.clock.wall_now()) login.expires_at = *world.clock.wall_now() + *life;
    write(login);
    restart();
  }
  /// Signs a user in, who approves before the first poll: it brings `response`.
  Result<AccessToken> log_in(HttpResponse response, SignInOptions options = {},
                             const Cancel& cancel = Cancel::never()) {
    server_answers(std::move(response));
    return session->sign_in(std::move(options), cancel);
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
  std::string get(const Cancel& cancel = Cancel::never()) {
    return keep(session->access_token(cancel));
  }
  /// The same with refresh().
  std::string refresh() { return keep(session->refresh()); }
  /// An API rejects `token`; then the token that authorize() gives, or "(error label)".
  std::string get_after_rejection(std::string_view token) {
    Authorization used;
    used.token = Secret(token);
    EXPECT_TRUE(session->on_api_response(used, kApi, 401, rejection()));
    auto next = session->authorize("GET", kApi);
    last_error = next.ok() ? std::nullopt : std::optional<Error>(next.error());
    if (!next.ok()) return "(" + std::string(next.error().label()) + ")";
    return std::string(next->token.reveal());
  }
  static std::vector<Header> rejection() {
    return {{"WWW-Authenticate", Secret(R"(Bearer error="invalid_token")")}};
  }
  StoredLogin stored() {
    auto login = session->stored();
    const bool there = login.ok() && *login;
    EXPECT_TRUE(there);
    return there ? std::move(**login) : StoredLogin();
  }
  bool store_empty() { return !*store.load(session->store_key()); }
  /// What the store holds now, whatever the session has in memory.
  StoredLogin in_store() { return *read_record(**store.load(session->store_key())); }
  /// The refresh tokens that went out, in order.
  std::vector<std::string> sent_refresh_tokens() {
    std::vector<std::string> out;
    for (const HttpRequest& request : world.requests) {
      if (request.url != kToken) continue;
      out.emplace_back(Form::parse(request.body.reveal())->get("refresh_token"));
    }
    return out;
  }

  static constexpr const char* kApi = "https://api.example.com/me";
  FakeWorld world;
  StubbornStore store;
  Config config;
  std::unique_ptr<Session> session;
  std::optional<AccessToken> last;
  std::optional<Error> last_error;

 private:
  std::string keep(Result<AccessToken> result) {
    last_error = result.ok() ? std::nullopt : std::optional<Error>(result.error());
    if (!result.ok()) return "(" + std::string(result.error().label()) + ")";
    last = std::move(*result);
    return std::string(last->token.reveal());
  }
};

using Sent = std::vector<std::string>;

}  // namespace deviceflow::test

#endif
