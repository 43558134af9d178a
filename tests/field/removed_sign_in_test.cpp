// What removes a stored sign-in for good: the server's own invalid_grant, and nothing that only
// looks like it.
#include <deviceflow/provider.hpp>

#include "session_fixture.hpp"

namespace deviceflow::test {
namespace {

using Kind = RefreshAnswer::Kind;

constexpr const char* kForm = "application/x-www-form-urlencoded";
constexpr const char* kGone = R"({"error":"invalid_grant"})";

struct Case {
  int status;
  const char* type;
  const char* body;
};

// Read, but not believed: the sign-in stays.
constexpr Case kDoubtful[] = {
    {200, "text/plain", "error=invalid_grant"},
    {200, "application/json", kGone},
    {200, kForm, "error=invalid_grant"},
    {400, "text/html", kGone},
    {400, "text/html; charset=utf-8", kGone},
    {400, "application/xhtml+xml", kGone},
    {400, "text/plain", "error=invalid_grant"},
    {400, "", "error=invalid_grant&error_description=x"},
    {400, "application/json", R"({"error":{"code":"invalid_grant"}})"},
    {400, "application/json", R"({"errors":["invalid_grant"]})"},
    {400, "application/json", R"({"Error":"invalid_grant"})"},
    {400, "application/json", R"({"error":"Invalid_Grant"})"},
    {302, "application/json", kGone},
    {500, "application/json", kGone},
    {503, "", "error=invalid_grant"},
    {503, kForm, "error=invalid_grant"},
};

constexpr Case kCertain[] = {
    {400, "application/json", kGone},
    {400, "application/json;charset=UTF-8", R"({"error":"invalid_grant","error_description":"x"})"},
    {401, "application/problem+json", kGone},
    {403, "", kGone},
    {400, "text/plain", kGone},
    {400, kForm, "error=invalid_grant&error_description=x"},
};

RefreshAnswer read(const HttpResponse& response) {
  RefreshParameters with;
  with.refresh_token = Secret("old-refresh-sentinel");
  return read_refresh_response(response, with);
}

TEST(RemovedSignIn, NeedsAnOAuthErrorUnderA4xx) {  // T-6-5
  for (const Case& c : kDoubtful) {
    const auto out = read(answer(c.status, c.body, c.type));
    EXPECT_NE(out.kind, Kind::session_over) << c.status << " " << c.type << " " << c.body;
    EXPECT_TRUE(out.error) << c.body;
  }
  for (const Case& c : kCertain) {
    EXPECT_EQ(read(answer(c.status, c.body, c.type)).kind, Kind::session_over)
        << c.status << " " << c.type << " " << c.body;
  }
}

TEST(RemovedSignIn, OrWhatTheProvidersDescriptionNames) {  // T-6-5
  const Provider github = *builtin_provider("github");
  const auto kind = [&](int status, const char* type, const char* body) {
    return read(through(github, answer(status, body, type), Stage::refresh)).kind;
  };
  constexpr const char* kTheirs = R"({"error":"bad_refresh_token"})";
  EXPECT_EQ(kind(200, "application/json", kTheirs), Kind::session_over);
  EXPECT_EQ(kind(400, "application/json", kTheirs), Kind::session_over);
  EXPECT_NE(kind(503, "application/json", kTheirs), Kind::session_over);
  EXPECT_NE(kind(200, "text/html", kTheirs), Kind::session_over);
  EXPECT_NE(kind(200, "text/plain", "error=bad_refresh_token"), Kind::session_over);
  EXPECT_NE(kind(200, "application/json", kGone), Kind::session_over);  // not named
  EXPECT_EQ(kind(400, "application/json", kGone), Kind::session_over);
}

// A web page stays one, whatever else of it a description brings into order.
TEST(RemovedSignIn, ADescriptionDoesNotTurnAPageIntoTokens) {
  const auto provider = parse_provider(
      R"({"name":"x","title":"X","issuer":"https://x.example.com","answer":{"token_type":"Bearer"}})");
  ASSERT_TRUE(provider.ok()) << provider.error().message;
  const auto response =
      through(*provider, answer(200, R"({"access_token":"at"})", "text/html"), Stage::token);
  EXPECT_FALSE(read_token_response(response).tokens.has_value());
}

using RemovedSession = SessionTest;

TEST_F(RemovedSession, StaysUnlessItIsCertain) {  // T-6-5
  for (const Case& c : kDoubtful) {
    sign_in(seconds(100));
    pass(seconds(100));
    server_answers(answer(c.status, c.body, c.type));
    get();
    EXPECT_EQ(stored().tokens.refresh_token.reveal(), "r1") << c.status << c.type << c.body;
  }
  for (const Case& c : kCertain) {
    sign_in(seconds(100));
    pass(seconds(100));
    server_answers(answer(c.status, c.body, c.type));
    EXPECT_EQ(get(), "(invalid_grant)") << c.status << c.type << c.body;
    EXPECT_FALSE(session->stored()->has_value()) << c.status << c.type << c.body;
  }
}

}  // namespace
}  // namespace deviceflow::test
