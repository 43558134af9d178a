// PKCE, resource indicators and authorization details on the device grant.
#include <gtest/gtest.h>

#include <deviceflow/http.hpp>
#include <deviceflow/platform.hpp>
#include <set>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "jose_helpers.hpp"
#include "protocol/pkce.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

int count(const OAuthRequest& request, std::string_view name) {
  int n = 0;
  for (const Form::Field& field : request.form.fields()) n += field.name == name ? 1 : 0;
  return n;
}

Result<OAuthRequest> request_with(std::vector<std::string> resources, std::string details = "") {
  DeviceAuthorizationParameters parameters;
  parameters.endpoint = "https://id.example.com/device_authorization";
  parameters.resources = std::move(resources);
  parameters.authorization_details = std::move(details);
  return make_device_authorization_request(parameters);
}

// --- PKCE ---

TEST(Pkce, MakesTheChallengeOfTheRfc) {  // P-4.2-1
  RandomBytes bytes{};
  const auto octets = base64url_decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  std::copy(octets->reveal().begin(), octets->reveal().end(), bytes.begin());
  const Pkce pkce = make_pkce(bytes, openssl_hash);
  EXPECT_EQ(pkce.verifier.reveal(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_EQ(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Pkce, MakesANewVerifierForEverySession) {  // P-4.1-1
  std::set<std::string> seen;
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (int i = 0; i < 1000; ++i) {
    RandomBytes bytes{};
    bytes[0] = static_cast<std::uint8_t>(i);
    bytes[31] = static_cast<std::uint8_t>(i >> 8);
    const std::string verifier(make_pkce(bytes, openssl_hash).verifier.reveal());
    EXPECT_EQ(verifier.size(), 43u);
    EXPECT_EQ(verifier.find_first_not_of(kUnreserved), std::string::npos) << verifier;
    seen.insert(verifier);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(Pkce, TheVerifierGoesIntoEveryPollAndNowhereElse) {  // P-4.5-1
  DeviceLoginOptions options;
  options.request.endpoint = "https://id.example.com/device_authorization";
  options.request.code_challenge = "challenge-1";
  options.code_verifier = Secret("verifier-sentinel");
  options.revocation_endpoint = "https://id.example.com/revoke";
  VirtualLogin run(codes_json(), std::move(options));
  run.script({pending(), slow_down(), tokens()});
  EXPECT_TRUE(run.run().tokens.ok());
  ASSERT_EQ(run.polls.size(), 3u);
  for (const OAuthRequest& poll : run.polls) {
    EXPECT_EQ(poll.form.get("code_verifier"), "verifier-sentinel");
    EXPECT_FALSE(poll.form.has("code_challenge"));
  }
  ASSERT_EQ(run.starts.size(), 1u);
  EXPECT_EQ(run.starts[0].form.get("code_challenge"), "challenge-1");
  EXPECT_EQ(run.starts[0].form.get("code_challenge_method"), "S256");
  EXPECT_EQ(run.starts[0].form.encode().reveal().find("sentinel"), std::string_view::npos);
  EXPECT_EQ(run.login().redactor().scrub("a verifier-sentinel b"), "a [redacted] b");
}

TEST(Pkce, AWrongVerifierIsFinal) {  // P-4.5-1
  DeviceLoginOptions options;
  options.code_verifier = Secret("verifier-sentinel");
  VirtualLogin run(codes_json(), std::move(options));
  run.script({pending(), error("invalid_grant")});
  const auto outcome = run.run();
  EXPECT_EQ(outcome.tokens.error().oauth_code, "invalid_grant");
  EXPECT_EQ(run.polls.size(), 2u);
}

TEST(Pkce, SendsNothingWhereItIsOff) {  // P-5-1
  VirtualLogin run;
  run.script({tokens()});
  run.run();
  EXPECT_FALSE(run.starts[0].form.has("code_challenge"));
  EXPECT_FALSE(run.starts[0].form.has("code_challenge_method"));
  EXPECT_FALSE(run.polls[0].form.has("code_verifier"));
}

TEST(Pkce, ATraceHidesTheVerifier) {  // P-4.5-1
  ExchangeRecord record;
  record.request.method = Method::post;
  record.request.body = Secret("grant_type=x&code_verifier=verifier-sentinel");
  const std::string line = std::string(to_trace(record, Redactor(), TraceSecrets::redact).reveal());
  EXPECT_EQ(line.find("sentinel"), std::string::npos) << line;
}

// --- Resource indicators ---

TEST(Resource, HasToBeAnAbsoluteUriWithoutFragment) {  // G-2-1
  for (const char* bad :
       {"", "api.example.com", "/api", "https://api.example.com/#x", "https://api.example.com/a b",
        ":x", "1a:b", "https:", "https://api.example.com/\n", "https://api.example.com/\xC3\xA9"}) {
    const auto request = request_with({bad});
    ASSERT_FALSE(request.ok()) << bad;
    EXPECT_EQ(request.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(request_with({"urn:example:cooperation-context"}).ok());
}

TEST(Resource, SeveralAreSentOneByOneAtBothEndpoints) {  // G-2-2, G-2.2-1
  DeviceLoginOptions options;
  options.request.resources = {"https://a.example.com/", "https://b.example.com/?tenant=1"};
  VirtualLogin run(codes_json(), std::move(options));
  run.script({pending(), tokens()});
  run.run();
  run.polls.push_back(run.starts[0]);
  ASSERT_EQ(run.polls.size(), 3u);
  for (const OAuthRequest& request : run.polls) {
    EXPECT_EQ(count(request, "resource"), 2);
    const std::string body(request.form.encode().reveal());
    EXPECT_NE(body.find("resource=https%3A%2F%2Fa.example.com%2F&resource=https%3A%2F%2Fb"),
              std::string::npos);
  }
}

TEST(Resource, ARefusedOneIsFinal) {  // G-2.2-1
  VirtualLogin run;
  run.script({error("invalid_target")});
  EXPECT_EQ(run.run().tokens.error().oauth_code, "invalid_target");
  EXPECT_EQ(run.polls.size(), 1u);
}

TEST(Resource, StaysOneMemberInATrace) {
  ExchangeRecord record;
  record.request.method = Method::post;
  record.request.body = Secret("resource=a%3Ab&grant_type=x&resource=c%3Ad");
  const std::string line = std::string(to_trace(record, Redactor(), TraceSecrets::keep).reveal());
  EXPECT_NE(line.find(R"("form":{"resource":["a:b","c:d"],"grant_type":"x"})"), std::string::npos)
      << line;
}

// --- Authorization details ---

TEST(AuthorizationDetails, HaveToBeAnArrayOfObjectsWithATypeEach) {  // A-3-1
  for (const char* bad : {"x", "{}", "[]", "[5]", "[{}]", R"([{"type":""}])", R"([{"type":5}])",
                          R"([{"type":"a"},{"actions":["read"]}])", R"({"type":"a"})",
                          R"([{"type":"a","type":"b"}])", R"([{"type":"a"}] x)"}) {
    const auto request = request_with({}, bad);
    ASSERT_FALSE(request.ok()) << bad;
    EXPECT_EQ(request.error().code, ErrorCode::invalid_argument);
  }
}

TEST(AuthorizationDetails, GoOutAsTheyAre) {  // A-3-1
  const std::string details = R"([ {"type":"payment","creditor":"Zoë & söhne","amount":1.50} ])";
  const auto request = request_with({}, details);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(Form::parse(request->form.encode().reveal())->get("authorization_details"), details);
  EXPECT_EQ(count(*request, "authorization_details"), 1);
}

TEST(AuthorizationDetails, RefusedOnesEndTheLoginWithoutAPoll) {  // A-3-1
  VirtualLogin run;
  run.start_script({error("invalid_authorization_details")});
  EXPECT_EQ(run.run().tokens.error().oauth_code, "invalid_authorization_details");
  EXPECT_TRUE(run.polls.empty());
}

TEST(AuthorizationDetails, WhatWasGrantedIsShown) {  // A-7-1
  VirtualLogin run;
  run.script({replies(answer(200, R"({"access_token":"access","token_type":"Bearer",)"
                                  R"("authorization_details":[{"type":"payment","limit":5}]})"))});
  const auto outcome = run.run();
  ASSERT_TRUE(outcome.tokens.ok());
  const TokenSet copy = *outcome.tokens;
  EXPECT_EQ(copy.authorization_details, R"([{"type":"payment","limit":5}])");
  VirtualLogin none;
  none.script({tokens()});
  EXPECT_TRUE(none.run().tokens->authorization_details.empty());
}

TEST(GrantExtensions, CantBeSentAsExtraParameters) {  // D-3.1-4
  for (const char* name : {"resource", "authorization_details", "code_challenge", "code_verifier",
                           "code_challenge_method", "client_assertion"}) {
    DeviceAuthorizationParameters parameters;
    parameters.extra = {{name, "x"}};
    EXPECT_FALSE(make_device_authorization_request(parameters).ok()) << name;
  }
}

}  // namespace
}  // namespace deviceflow::test
