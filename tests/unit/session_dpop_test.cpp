// DPoP in a session: the key is part of the login, and so are the proofs.
#include <deviceflow/auth.hpp>
#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>
#include <set>

#include "foundation/json.hpp"
#include "protocol/jwt.hpp"
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

std::string text(const JsonValue& object, std::string_view member) {
  const JsonValue* value = object.find(member);
  return value == nullptr ? "" : std::string(value->as_string().value_or(""));
}

HttpResponse bound(std::string_view access, const char* nonce = nullptr) {
  auto response =
      answer(200, R"({"token_type":"DPoP","expires_in":600,"refresh_token":"r-)" +
                      std::string(access) + R"(","access_token":")" + std::string(access) + "\"}");
  if (nonce != nullptr) set_header(response.headers, "DPoP-Nonce", nonce);
  return response;
}

HttpResponse demand(const char* nonce) {
  return answer(400, R"({"error":"use_dpop_nonce"})", "application/json", {{"DPoP-Nonce", nonce}});
}

class SessionDpop : public SessionTest {
 protected:
  SessionDpop() {
    config.dpop = DpopMode::require;
    restart();
  }
  void log_in(const char* nonce = nullptr) {
    ASSERT_TRUE(SessionTest::log_in(bound("a1", nonce)).ok());
    ASSERT_FALSE(stored().dpop_key.empty());
    key_ = text(*proofs(kToken).back().header.find("jwk"), "x");
    world.requests.clear();
  }
  std::vector<Jwt> proofs(std::string_view url) const {
    std::vector<Jwt> out;
    for (const HttpRequest& request : world.requests) {
      const auto proof = find_header(request.headers, "DPoP");
      if (request.url == url && proof) out.push_back(std::move(*parse_jwt(*proof)));
    }
    return out;
  }
  // Which keys the proofs for `url` were made with.
  std::set<std::string> keys(std::string_view url) const {
    std::set<std::string> out;
    for (const Jwt& proof : proofs(url)) out.insert(text(*proof.header.find("jwk"), "x"));
    return out;
  }

  std::string key_;
};

TEST_F(SessionDpop, ARefreshAfterARestartUsesTheSameKey) {  // N-5-3, X-3-1
  log_in();
  restart();
  pass(seconds(600));
  server_answers(bound("a2"));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(last->token_type, "DPoP");
  EXPECT_EQ(keys(kToken), (std::set<std::string>{key_}));
}

TEST_F(SessionDpop, AClientWithoutDpopGoesOnWithABoundLogin) {  // N-5-3
  log_in();
  config.dpop = DpopMode::off;
  restart();
  pass(seconds(600));
  server_answers(bound("a2"));
  EXPECT_EQ(get(), "a2");
  EXPECT_EQ(keys(kToken), (std::set<std::string>{key_}));
}

TEST_F(SessionDpop, ABearerTokenInARefreshIsRefusedWhereDpopIsRequired) {  // N-5-2
  log_in();
  pass(seconds(600));
  server_answers(fresh("a2"));
  EXPECT_EQ(get(), "(unsupported_token_type)");
  EXPECT_EQ(stored().tokens.access_token.reveal(), "a1");
}

TEST_F(SessionDpop, NoncesAreRememberedFromCallToCall) {  // N-8.2-1
  log_in("n1");
  pass(seconds(600));
  server_answers(bound("a2", "n2"));
  EXPECT_EQ(get(), "a2");
  pass(seconds(600));
  server_answers(bound("a3"));
  EXPECT_EQ(get(), "a3");
  const auto sent = proofs(kToken);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(text(sent[0].claims, "nonce"), "n1");
  EXPECT_EQ(text(sent[1].claims, "nonce"), "n2");
}

TEST_F(SessionDpop, ADemandForANonceIsMetOnce) {  // N-8-1
  log_in();
  restart();
  pass(seconds(600));
  server_answers(demand("n1"), bound("a2"));
  EXPECT_EQ(get(), "a2");
  ASSERT_EQ(proofs(kToken).size(), 2u);
  EXPECT_EQ(text(proofs(kToken)[1].claims, "nonce"), "n1");
}

TEST_F(SessionDpop, UserInfoAfterARestartUsesTheStoredKey) {  // N-5-3, N-4.2-3
  for (const DpopMode mode : {DpopMode::require, DpopMode::prefer}) {
    log_in();
    config.dpop = mode;
    restart();
    world.answers[kUserInfo].push_back(answer(200, R"({"sub":"alice"})"));
    ASSERT_TRUE(session->userinfo().ok());
    EXPECT_EQ(*find_header(world.requests.back().headers, "Authorization"), "DPoP a1");
    EXPECT_EQ(keys(kUserInfo), (std::set<std::string>{key_}));
  }
}

TEST_F(SessionDpop, ALoginThatWaitedOverARestartGoesOnWithItsKeyAndVerifier) {  // D-3.3-2, P-4.5-1
  config.resume = true;
  config.pkce = true;
  restart();
  StoreKey beside = session->store_key();
  beside.account += "\x1fpending";
  std::string waiting;
  world.on_wait = [&] {
    if (waiting.empty()) waiting = std::string((**store.load(beside)).reveal());
  };
  server_answers(response_of(pending()), bound("a1"));
  ASSERT_TRUE(session->sign_in(SignInOptions()).ok());
  world.on_wait = nullptr;
  const std::set<std::string> before = keys(kToken);
  const auto verifier = [&] {
    return std::string(Form::parse(world.requests.back().body.reveal())->get("code_verifier"));
  };
  const std::string first = verifier();
  ASSERT_FALSE(first.empty());

  ASSERT_TRUE((*store.lock(beside, seconds(1), Cancel::never()))->save(Secret(waiting)).ok());
  world.requests.clear();
  restart();
  server_answers(bound("a2"));
  ASSERT_TRUE(session->sign_in(SignInOptions()).ok());
  EXPECT_EQ(world.count(kDevice), 0);
  EXPECT_EQ(verifier(), first);
  EXPECT_EQ(keys(kToken), before);
}

}  // namespace
}  // namespace deviceflow::test
