// PKCE at the sandbox server: which logins it begins, and which polls belong to them.
#include "foundation/encoding.hpp"
#include "sandbox_client.hpp"

namespace deviceflow::sandbox {
namespace {

// RFC 7636 Appendix B.
constexpr std::string_view kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

std::string begin_with(std::string_view challenge, std::string_view method = "S256") {
  std::string body = "client_id=demo-tv&scope=openid";
  if (!challenge.empty()) body += "&code_challenge=" + std::string(challenge);
  if (!method.empty()) body += "&code_challenge_method=" + std::string(method);
  return body;
}

// A login that has been approved and waits for its next poll.
class Approved : public Sandbox {
 public:
  explicit Approved(std::string_view begin) {
    start(begin);
    server.decide(user_code, Decision::approve, "Grace", now);
    now += seconds(5);
  }
  Response poll_with(std::string_view verifier) {
    return post("/token", poll_body() + "&code_verifier=" + std::string(verifier));
  }
};

TEST(SandboxPkce, RefusesAChallengeWithoutS256) {
  for (const char* method : {"", "plain", "s256", "S512"}) {
    Sandbox sandbox;
    const Response response = sandbox.post("/device_authorization", begin_with(kChallenge, method));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(error_of(response), "invalid_request") << method;
    EXPECT_EQ(sandbox.rules(), "P-4.2-1") << method;
  }
}

TEST(SandboxPkce, RefusesAMethodWithoutAChallenge) {
  Sandbox sandbox;
  EXPECT_EQ(error_of(sandbox.post("/device_authorization", begin_with(""))), "invalid_request");
  EXPECT_EQ(sandbox.rules(), "P-4.2-1");
}

TEST(SandboxPkce, RefusesAChallengeThatIsNoHash) {
  for (const std::string& bad : {std::string(42, 'a'), std::string(44, 'a'),
                                 std::string(42, 'a') + "%3D", std::string(42, 'a') + "%2B"}) {
    Sandbox sandbox;
    EXPECT_EQ(error_of(sandbox.post("/device_authorization", begin_with(bad))), "invalid_request");
    EXPECT_EQ(sandbox.rules(), "P-4.2-1") << bad;
  }
}

TEST(SandboxPkce, KeepsTheVerifierOutOfEveryOtherRequest) {
  const std::string verifier = "&code_verifier=" + std::string(kVerifier);
  Sandbox sandbox;
  sandbox.start(begin_with(kChallenge) + verifier);
  EXPECT_EQ(sandbox.rules(), "P-4.5-1");
  sandbox.post("/revoke", "client_id=demo-tv&token=x" + verifier);
  sandbox.post("/token", "client_id=demo-tv&grant_type=refresh_token&refresh_token=x" + verifier);
  EXPECT_EQ(sandbox.rules(), "P-4.5-1 P-4.5-1 P-4.5-1");
}

TEST(SandboxPkce, NoticesAChallengeUsedTwice) {
  Sandbox sandbox;
  sandbox.start(begin_with(kChallenge));
  sandbox.start(begin_with(kChallenge));
  EXPECT_EQ(sandbox.rules(), "P-4.1-1");
}

TEST(SandboxPkce, APollWithoutTheVerifierEndsTheLogin) {
  Approved login(begin_with(kChallenge));
  EXPECT_EQ(error_of(login.poll()), "invalid_grant");
  EXPECT_EQ(login.rules(), "P-4.5-1");
  login.now += seconds(5);
  EXPECT_EQ(error_of(login.poll_with(kVerifier)), "invalid_grant");
  EXPECT_EQ(login.rules(), "P-4.5-1 D-3.5-4");
}

TEST(SandboxPkce, APollWithAnotherVerifierEndsTheLogin) {
  Approved login(begin_with(kChallenge));
  EXPECT_EQ(error_of(login.poll_with(std::string(43, 'a'))), "invalid_grant");
  EXPECT_EQ(login.rules(), "P-4.5-1");
}

TEST(SandboxPkce, TheChallengeIsNoVerifier) {
  Approved login(begin_with(kChallenge));
  EXPECT_EQ(error_of(login.poll_with(kChallenge)), "invalid_grant");
  EXPECT_EQ(login.rules(), "P-4.5-1");
}

TEST(SandboxPkce, AMalformedVerifierEndsTheLogin) {
  for (const std::string& bad : {std::string(42, 'a'), std::string(129, 'a'),
                                 std::string(43, 'a') + "%2B", std::string(43, 'a') + "%3D"}) {
    Approved login(begin_with(kChallenge));
    EXPECT_EQ(error_of(login.poll_with(bad)), "invalid_grant");
    EXPECT_EQ(login.rules(), "P-4.1-1") << bad;
  }
}

TEST(SandboxPkce, AVerifierWithoutAChallengeEndsTheLogin) {
  Approved login("client_id=demo-tv&scope=openid");
  EXPECT_EQ(error_of(login.poll_with(kVerifier)), "invalid_grant");
  EXPECT_EQ(login.rules(), "P-4.5-1");
}

TEST(SandboxPkce, EveryPollNeedsTheVerifierEvenOneThatIsTooEarly) {
  Sandbox sandbox;
  sandbox.start(begin_with(kChallenge));
  EXPECT_EQ(error_of(sandbox.poll_after(seconds(1))), "invalid_grant");
  EXPECT_EQ(sandbox.rules(), "P-4.5-1");
}

TEST(SandboxPkce, WhereItIsRequiredNoLoginBeginsWithoutAChallenge) {
  Sandbox sandbox(R"({"pkce":"required"})");
  EXPECT_EQ(error_of(sandbox.post("/device_authorization", "client_id=demo-tv")),
            "invalid_request");
  EXPECT_EQ(sandbox.post("/device_authorization", begin_with(kChallenge)).status, 200);
  EXPECT_EQ(sandbox.rules(), "") << "nothing obliges a client to use PKCE";
}

TEST(SandboxPkce, TakesTheShortestAndTheLongestVerifier) {
  for (const std::size_t length : {43u, 128u}) {
    const std::string verifier = std::string(length - 4, 'a') + "-._~";
    Approved login(begin_with(base64url_encode(sha256(verifier))));
    EXPECT_EQ(login.poll_with(verifier).status, 200);
    EXPECT_EQ(login.rules(), "");
  }
}

TEST(SandboxPkce, GivesTokensForTheMatchingVerifier) {
  Sandbox sandbox;
  sandbox.start(begin_with(kChallenge));
  const std::string poll = sandbox.poll_body() + "&code_verifier=" + std::string(kVerifier);
  sandbox.now += seconds(5);
  EXPECT_EQ(error_of(sandbox.post("/token", poll)), "authorization_pending");
  sandbox.server.decide(sandbox.user_code, Decision::approve, "Grace", sandbox.now);
  sandbox.now += seconds(5);
  EXPECT_EQ(sandbox.post("/token", poll).status, 200);
  EXPECT_EQ(sandbox.rules(), "");
}

TEST(SandboxPkce, NeverWritesTheVerifierDown) {
  Approved login(begin_with(kChallenge));
  const std::string wrong(43, 'q');
  login.poll_with(wrong);
  for (const char* path : {"/sandbox/log", "/sandbox/violations"}) {
    EXPECT_EQ(login.get(path).body.find(wrong), std::string::npos);
    EXPECT_EQ(login.get(path).body.find(kChallenge), std::string::npos);
  }
}

}  // namespace
}  // namespace deviceflow::sandbox
