// Requests to the application's own API: their headers, and what a response to them leads to.
#include <atomic>
#include <deviceflow/platform.hpp>
#include <set>
#include <thread>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "protocol/jwt.hpp"
#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

using Headers = std::vector<Header>;

std::string text(const JsonValue& object, std::string_view member) {
  const JsonValue* value = object.find(member);
  return value == nullptr ? "" : std::string(value->as_string().value_or(""));
}

class SessionApi : public SessionTest {
 protected:
  // The response that an API gives to a request with `token`.
  bool responds(std::string_view token, int status, Headers headers = {}) {
    Authorization used;
    used.token = Secret(token);
    return session->on_api_response(used, kApi, status, headers);
  }
  static Headers challenge(std::string_view text) { return {{"WWW-Authenticate", Secret(text)}}; }
  // The token of the next request, or "(error label)".
  std::string next() {
    const auto out = session->authorize("GET", kApi);
    if (!out.ok()) return "(" + std::string(out.error().label()) + ")";
    return std::string(out->token.reveal());
  }
};

// ---- Bearer tokens

TEST_F(SessionApi, ABearerTokenNeedsOneHeader) {  // B-2-1
  sign_in();
  const auto out = session->authorize("PUT", "https://api.example.com/me/volume");
  ASSERT_TRUE(out.ok());
  ASSERT_EQ(out->headers.size(), 1u);
  EXPECT_EQ(out->headers[0].name, "Authorization");
  EXPECT_EQ(out->headers[0].value.reveal(), "Bearer a1");
  EXPECT_EQ(out->token.reveal(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionApi, ATokenThatIsDueIsRefreshedFirst) {
  sign_in(seconds(0));
  server_answers(fresh("a2", "r2"));
  EXPECT_EQ(next(), "a2");
}

TEST_F(SessionApi, WithoutASignInThereIsNoAuthorization) {
  EXPECT_EQ(next(), "(not_stored)");
  sign_in(seconds(0), "");
  EXPECT_EQ(next(), "(sign_in_needed)");
}

TEST_F(SessionApi, ACancelEndsItsRefresh) {
  sign_in(seconds(0));
  const Cancel cancel;
  cancel.set();
  EXPECT_EQ(session->authorize("GET", kApi, cancel).error().code, ErrorCode::cancelled);
}

TEST_F(SessionApi, ATokenLeavesThisMachineOverHttpsOnly) {  // B-5.3-1
  sign_in();
  for (const char* good :
       {"https://api.example.com", "https://api.example.com:8443/a?b=c#d", "http://127.0.0.1:8080/",
        "http://localhost/a", "http://[::1]:80/a", "HTTPS://API.example.com/"}) {
    EXPECT_TRUE(session->authorize("GET", good).ok()) << good;
  }
  for (const char* bad :
       {"http://api.example.com/", "http://192.168.1.2/", "http://localhost.example.com/", "/me",
        "", "api.example.com/me", "ftp://api.example.com/", "https://user@api.example.com/",
        "http://127.0.0.1@api.example.com/", "https://"}) {
    const auto out = session->authorize("GET", bad);
    ASSERT_FALSE(out.ok()) << bad;
    EXPECT_EQ(out.error().code, ErrorCode::invalid_argument) << bad;
    EXPECT_EQ(out.error().blame, Blame::caller) << bad;
  }
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionApi, TheMethodIsOneOfHttp) {
  sign_in();
  for (const char* good : {"GET", "PUT", "PATCH", "DELETE", "M-SEARCH"}) {
    EXPECT_TRUE(session->authorize(good, kApi).ok()) << good;
  }
  for (const char* bad : {"", "GET /", "PUT\r\nX: y", "G\xC3\x84T", "GET,PUT"}) {
    const auto out = session->authorize(bad, kApi);
    ASSERT_FALSE(out.ok()) << bad;
    EXPECT_EQ(out.error().code, ErrorCode::invalid_argument) << bad;
  }
}

// ---- What a response leads to

TEST_F(SessionApi, ARejectedTokenIsReplacedByTheNextAuthorization) {  // B-3.1-1
  sign_in();
  server_answers(fresh("a2", "r2"), fresh("a3", "r3"));
  EXPECT_TRUE(responds("a1", 401, challenge(R"(Bearer realm="x", error="invalid_token")")));
  EXPECT_TRUE(world.requests.empty());
  EXPECT_EQ(next(), "a2");
  EXPECT_FALSE(responds("a2", 200));
  EXPECT_EQ(next(), "a2");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionApi, ABare401RejectsTheToken) {
  sign_in();
  server_answers(fresh("a2", "r2"));
  EXPECT_TRUE(responds("a1", 401));
  EXPECT_EQ(next(), "a2");
}

TEST_F(SessionApi, NothingElseRejectsIt) {
  sign_in();
  EXPECT_FALSE(responds("a1", 403, challenge(R"(Bearer error="insufficient_scope")")));
  EXPECT_FALSE(responds("a1", 401, challenge(R"(Bearer error="insufficient_scope")")));
  EXPECT_FALSE(responds("a1", 401, challenge(R"(DPoP error="invalid_dpop_proof")")));
  EXPECT_FALSE(responds("a1", 400, challenge(R"(Bearer error="invalid_token")")));
  for (const int status : {200, 204, 302, 403, 404, 429, 500, 503}) {
    EXPECT_FALSE(responds("a1", status)) << status;
  }
  EXPECT_EQ(next(), "a1");
  EXPECT_TRUE(world.requests.empty());
}

// Otherwise an API that takes no token at all would cost a refresh with each request.
TEST_F(SessionApi, ANewTokenThatIsRejectedAtOnceIsNotReplacedAgain) {
  sign_in();
  server_answers(fresh("a2", "r2"), fresh("a3", "r3"));
  EXPECT_TRUE(responds("a1", 401));
  EXPECT_EQ(next(), "a2");
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(responds("a2", 401));
    EXPECT_EQ(next(), "a2");
  }
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionApi, TheSameTokenAgainIsNotReplacedAgainEither) {
  sign_in();
  server_answers(fresh("a1", "r2"));
  EXPECT_TRUE(responds("a1", 401));
  EXPECT_EQ(next(), "a1");
  EXPECT_FALSE(responds("a1", 401));
  EXPECT_EQ(next(), "a1");
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

TEST_F(SessionApi, ANewTokenThatWasAcceptedCanBeReplaced) {
  sign_in();
  server_answers(fresh("a2", "r2"), fresh("a3", "r3"));
  EXPECT_TRUE(responds("a1", 401));
  EXPECT_EQ(next(), "a2");
  EXPECT_FALSE(responds("a2", 404));
  // A response to the old one that comes late changes nothing.
  EXPECT_TRUE(responds("a1", 401));
  EXPECT_EQ(next(), "a2");
  EXPECT_TRUE(responds("a2", 401));
  EXPECT_EQ(next(), "a3");
  EXPECT_EQ(sent_refresh_tokens(), (Sent{"r1", "r2"}));
}

TEST_F(SessionApi, ARefreshThatFailsIsTheFailureOfTheNextAuthorization) {
  sign_in();
  server_answers(answer(503, ""));
  EXPECT_TRUE(responds("a1", 401));
  EXPECT_EQ(next(), "(invalid_response)");
  EXPECT_EQ(next(), "(invalid_response)");
  pass(seconds(2));
  server_answers(fresh("a2", "r2"));
  EXPECT_EQ(next(), "a2");
}

TEST_F(SessionApi, AfterANewSignInTheOldTokenIsForgotten) {
  sign_in();
  EXPECT_TRUE(responds("a1", 401));
  ASSERT_TRUE(log_in(fresh("b1", "s1")).ok());
  EXPECT_EQ(next(), "b1");
  EXPECT_EQ(sent_refresh_tokens(), Sent{""});  // the device code's poll
}

TEST_F(SessionApi, EightCallersOfOneRejectedTokenNeedOneRefresh) {  // T-6-4
  sign_in();
  store.real_wait = seconds(60);
  server_answers(fresh("a2", "r2"), fresh("a3", "r3"));
  std::atomic<int> good{0};
  std::vector<std::thread> eight;
  for (int i = 0; i < 8; ++i) {
    eight.emplace_back([&] {
      Authorization used;
      used.token = Secret("a1");
      if (!session->on_api_response(used, kApi, 401, rejection())) return;
      const auto out = session->authorize("GET", kApi);
      if (out.ok() && out->token.reveal() == "a2") ++good;
    });
  }
  for (std::thread& thread : eight) thread.join();
  EXPECT_EQ(good, 8);
  EXPECT_EQ(sent_refresh_tokens(), Sent{"r1"});
}

// ---- DPoP

class SessionApiDpop : public SessionApi {
 protected:
  SessionApiDpop() {
    config.dpop = DpopMode::require;
    restart();
    EXPECT_TRUE(log_in(bound("a1")).ok());
    world.requests.clear();
  }
  static HttpResponse bound(const std::string& access) {
    return answer(200, R"({"token_type":"DPoP","expires_in":600,"refresh_token":"r-)" + access +
                           R"(","access_token":")" + access + "\"}");
  }
  Authorization authorize(std::string_view method = "GET", std::string_view url = kApi) {
    auto out = session->authorize(method, url);
    EXPECT_TRUE(out.ok());
    return out.ok() ? std::move(*out) : Authorization();
  }
  static Jwt proof(const Authorization& authorization) {
    return std::move(*parse_jwt(*find_header(authorization.headers, "DPoP")));
  }
  static std::string nonce(const Authorization& authorization) {
    return text(proof(authorization).claims, "nonce");
  }
  static Headers demand(const char* nonce) {
    return {{"WWW-Authenticate", Secret(R"(DPoP error="use_dpop_nonce")")},
            {"DPoP-Nonce", Secret(nonce)}};
  }
};

TEST_F(SessionApiDpop, AProofIsAboutThisRequestAndThisToken) {  // N-4.2-2, N-4.2-3
  const auto out = authorize("PUT", "https://api.example.com/me/volume?up=1#now");
  ASSERT_EQ(out.headers.size(), 2u);
  EXPECT_EQ(*find_header(out.headers, "Authorization"), "DPoP a1");
  const Jwt jwt = proof(out);
  EXPECT_EQ(text(jwt.header, "typ"), "dpop+jwt");
  EXPECT_EQ(text(jwt.claims, "htm"), "PUT");
  EXPECT_EQ(text(jwt.claims, "htu"), "https://api.example.com/me/volume");
  EXPECT_EQ(text(jwt.claims, "ath"), base64url_encode(openssl_hash(HashAlgorithm::sha256, "a1")));
  EXPECT_EQ(jwt.claims.find("iat")->as_integer(),
            world.clock.wall_now()->time_since_epoch().count());
  EXPECT_EQ(jwt.claims.find("nonce"), nullptr);
}

TEST_F(SessionApiDpop, EachProofHasAnIdOfItsOwn) {  // N-4-1
  std::set<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.insert(text(proof(authorize()).claims, "jti"));
  EXPECT_EQ(ids.size(), 5u);
}

TEST_F(SessionApiDpop, TheKeyIsTheStoredOneAfterARestartToo) {  // N-5-3
  const auto key = [&] { return text(*proof(authorize()).header.find("jwk"), "x"); };
  const std::string before = key();
  config.dpop = DpopMode::off;
  restart();
  EXPECT_EQ(key(), before);
}

TEST_F(SessionApiDpop, ANewSignInHasANewKey) {
  const auto key = [&] { return text(*proof(authorize()).header.find("jwk"), "x"); };
  const std::string before = key();
  EXPECT_TRUE(session->sign_out().removed);
  restart();
  ASSERT_TRUE(log_in(bound("b1")).ok());
  EXPECT_NE(key(), before);
}

TEST_F(SessionApiDpop, WithoutAKnownTimeThereIsNoProof) {
  static_cast<void>(get());
  world.clock.set_wall(std::nullopt);
  const auto out = session->authorize("GET", kApi);
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().code, ErrorCode::not_possible);
}

TEST_F(SessionApiDpop, ADemandedNonceIsInTheNextProofAndCostsNoRefresh) {  // N-8-1
  const auto first = authorize();
  EXPECT_TRUE(session->on_api_response(first, kApi, 401, demand("n1")));
  const auto second = authorize();
  EXPECT_EQ(second.token.reveal(), "a1");
  EXPECT_EQ(nonce(second), "n1");
  EXPECT_FALSE(session->on_api_response(second, kApi, 401, demand("n1")));  // it was there
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SessionApiDpop, ADemandWithoutANonceCantBeFollowed) {
  const auto first = authorize();
  EXPECT_FALSE(session->on_api_response(
      first, kApi, 401, {{"WWW-Authenticate", Secret(R"(DPoP error="use_dpop_nonce")")}}));
  EXPECT_EQ(nonce(authorize()), "");
}

TEST_F(SessionApiDpop, NoncesAreKeptByOrigin) {  // N-8.2-1, N-9-1
  const Headers fresh_nonce = {{"DPoP-Nonce", Secret("n1")}};
  EXPECT_FALSE(session->on_api_response(authorize(), kApi, 200, fresh_nonce));
  EXPECT_EQ(nonce(authorize("GET", "https://api.example.com/other")), "n1");
  EXPECT_EQ(nonce(authorize("GET", "https://api.example.com:8443/me")), "");
  EXPECT_EQ(nonce(authorize("GET", "https://id.example.com/me")), "");
}

TEST_F(SessionApiDpop, ARejectedTokenIsReplacedAndTheNewOneProved) {
  const auto first = authorize();
  server_answers(bound("a2"));
  EXPECT_TRUE(session->on_api_response(
      first, kApi, 401, {{"WWW-Authenticate", Secret(R"(DPoP error="invalid_token")")}}));
  const auto second = authorize();
  EXPECT_EQ(*find_header(second.headers, "Authorization"), "DPoP a2");
  EXPECT_EQ(text(proof(second).claims, "ath"),
            base64url_encode(openssl_hash(HashAlgorithm::sha256, "a2")));
}

}  // namespace
}  // namespace deviceflow::test
