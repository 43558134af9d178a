#include <gtest/gtest.h>

#include "common/json_output.hpp"
#include "foundation/json.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TerminalJsonOutput : public testing::Test {
 protected:
  JsonOutput make(bool show_tokens = false) {
    return JsonOutput([this](std::string_view text) { out_ += text; },
                      [this](std::string_view text) { err_ += text; }, show_tokens);
  }

  std::string out_;
  std::string err_;
};

DeviceAuthorization example_codes() {
  DeviceAuthorization codes;
  codes.device_code = Secret("device-code-1");
  codes.user_code = "WDJB-MJHT";
  codes.verification_uri = "https://example.com/device";
  codes.expires_in = seconds(1800);
  codes.interval = seconds(5);
  return codes;
}

TokenSet example_tokens() {
  TokenSet tokens;
  tokens.access_token = Secret("access-1");
  tokens.token_type = "Bearer";
  return tokens;
}

TEST_F(TerminalJsonOutput, APromptHasNullForAMissingCompleteUriAndNoDeviceCode) {
  make().prompt(example_codes(), SteadyTime{});
  EXPECT_EQ(out_,
            "{\"event\":\"prompt\",\"user_code\":\"WDJB-MJHT\",\"verification_uri\":"
            "\"https://example.com/device\",\"verification_uri_complete\":null,"
            "\"expires_in\":1800,\"interval\":5}\n");
}

TEST_F(TerminalJsonOutput, AProviderHasItsFieldsAndItsFacts) {
  Provider provider;
  provider.name = "x";
  provider.title = "X";
  provider.fields = {{"host", "the host", "e.com", false}};
  provider.facts_from = "docs of X";
  provider.facts_date = "2026-11";
  provider.confidence = "docs";
  make().providers({provider});
  EXPECT_EQ(out_,
            "{\"event\":\"provider\",\"name\":\"x\",\"title\":\"X\",\"fields\":{\"host\":{"
            "\"title\":\"the host\",\"example\":\"e.com\",\"optional\":false}},"
            "\"facts_from\":\"docs of X\",\"facts_date\":\"2026-11\",\"confidence\":\"docs\"}\n");
}

TEST_F(TerminalJsonOutput, APollHasItsNextWaitInSeconds) {
  make().poll({3, PollReport::Result::authorization_pending, "", {}}, milliseconds(5170));
  EXPECT_EQ(out_,
            "{\"event\":\"poll\",\"attempt\":3,\"result\":\"authorization_pending\","
            "\"next_in\":5.17}\n");
}

TEST_F(TerminalJsonOutput, WholeAndSmallFractionsOfSecondsKeepTheirDigits) {
  JsonOutput output = make();
  output.poll({1, PollReport::Result::slow_down, "", {}}, milliseconds(10000));
  output.poll({2, PollReport::Result::slow_down, "", {}}, milliseconds(10007));
  EXPECT_NE(out_.find("\"next_in\":10}"), std::string::npos) << out_;
  EXPECT_NE(out_.find("\"next_in\":10.007}"), std::string::npos) << out_;
}

TEST_F(TerminalJsonOutput, ARetryHasAReasonAndTheLastPollHasNoNextOne) {
  make().poll({4, PollReport::Result::retry, "http_503", {}}, std::nullopt);
  EXPECT_EQ(out_,
            "{\"event\":\"poll\",\"attempt\":4,\"result\":\"retry\",\"reason\":\"http_503\","
            "\"next_in\":null}\n");
}

TEST_F(TerminalJsonOutput, TokensAreCountedButNotShown) {
  TokenSet tokens = example_tokens();
  tokens.refresh_token = Secret("refresh-1");
  make().tokens({tokens});
  EXPECT_EQ(out_,
            "{\"event\":\"tokens\",\"token_type\":\"Bearer\",\"expires_in\":null,\"scope\":null,"
            "\"has_refresh_token\":true,\"has_id_token\":false,\"id_token_claims\":null,"
            "\"store\":null,\"quirks\":[]}\n");
}

TEST_F(TerminalJsonOutput, TokensThatCameAreShownWhereTheUserAskedForThem) {
  TokenSet tokens = example_tokens();
  tokens.expires_in = seconds(3600);
  tokens.scope = "openid profile";
  Quirks quirks;
  quirks.add(Quirk::number_as_string);
  TokenNews news{tokens};
  news.quirks = quirks;
  make(true).tokens(news);
  EXPECT_EQ(out_,
            "{\"event\":\"tokens\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
            "\"scope\":\"openid profile\",\"has_refresh_token\":false,\"has_id_token\":false,"
            "\"id_token_claims\":null,\"store\":null,\"quirks\":[\"number_as_string\"],"
            "\"access_token\":\"access-1\"}\n");
}

TEST_F(TerminalJsonOutput, AnIntrospectionKeepsEveryMemberThatTheServerSent) {
  Introspection answer;
  answer.active = true;
  answer.members = Secret(R"({"sub":"ada","active":true,"aud":["a","b"],"exp":1.50})");
  make().introspection(answer);
  EXPECT_EQ(out_,
            "{\"event\":\"introspection\",\"active\":true,\"sub\":\"ada\",\"aud\":[\"a\",\"b\"],"
            "\"exp\":1.50}\n");
}

TEST_F(TerminalJsonOutput, TokensCarryVerifiedClaimsAndThePlaceTheyAreKept) {
  const TokenSet tokens = example_tokens();
  IdTokenClaims claims;
  claims.members = Secret(R"({"sub":"ada","event":"mine"})");
  TokenNews news{tokens};
  news.claims = &claims;
  news.kept.folder = "/home/ada/logins";
  make().tokens(news);
  EXPECT_NE(out_.find(R"("id_token_claims":{"sub":"ada","event":"mine"},)"), std::string::npos);
  EXPECT_NE(out_.find(R"("store":"/home/ada/logins",)"), std::string::npos) << out_;
}

TEST_F(TerminalJsonOutput, UserInfoKeepsEveryMemberThatTheServerSent) {
  UserInfo info;
  info.members = Secret(R"({"sub":"ada","event":"x","name":"Ada"})");
  make().userinfo(info);
  EXPECT_EQ(out_, "{\"event\":\"userinfo\",\"sub\":\"ada\",\"name\":\"Ada\"}\n");
}

TEST_F(TerminalJsonOutput, AStatusHasAllItsMembersWhateverIsStored) {
  LoginStatus status;
  status.issuer = "https://id.example.com";
  status.client_id = "tv";
  status.kept.folder = "/logins";
  make().status(status);
  EXPECT_EQ(
      out_,
      "{\"event\":\"status\",\"logged_in\":false,\"issuer\":\"https://id.example.com\","
      "\"client_id\":\"tv\",\"account\":\"\",\"subject\":null,\"scope\":null,\"expires_in\":null,"
      "\"has_refresh_token\":false,\"store\":\"/logins\",\"sign_in_needed\":true}\n");
  out_.clear();
  status.logged_in = true;
  status.subject = "ada";
  status.scope = "openid";
  status.expires_in = seconds(0);
  status.has_refresh_token = true;
  make().status(status);
  EXPECT_EQ(out_,
            "{\"event\":\"status\",\"logged_in\":true,\"issuer\":\"https://id.example.com\","
            "\"client_id\":\"tv\",\"account\":\"\",\"subject\":\"ada\",\"scope\":\"openid\","
            "\"expires_in\":0,"
            "\"has_refresh_token\":true,\"store\":\"/logins\",\"sign_in_needed\":false}\n");
}

TEST_F(TerminalJsonOutput, ASignOutTellsWhatBecameOfEachToken) {
  using Result = SignOutReport::Part::Result;
  SignOutNews news;
  news.logout = true;
  news.report.removed = true;
  news.report.refresh_token.result = Result::revoked;
  news.report.access_token = {Result::not_possible,
                              make_error(Blame::caller, ErrorCode::not_possible, Stage::revocation,
                                         "There is no revocation endpoint.")};
  make().signed_out(news);
  EXPECT_EQ(out_,
            "{\"event\":\"revoked\",\"what\":\"refresh_token\",\"done\":true}\n"
            "{\"event\":\"revoked\",\"what\":\"access_token\",\"done\":false,"
            "\"code\":\"not_possible\"}\n"
            "{\"event\":\"logged_out\"}\n");
}

TEST_F(TerminalJsonOutput, ARevocationThatIsNotConfirmedIsLeftToTheErrorEvent) {
  SignOutNews news;
  news.report.refresh_token.result = SignOutReport::Part::Result::not_confirmed;
  make().signed_out(news);
  EXPECT_EQ(out_, "");
}

TEST_F(TerminalJsonOutput, EndpointsSayWhereTheyCameFrom) {
  KnownEndpoints known;
  known.issuer = "https://example.com";
  known.endpoints[0] = {"https://example.com/d", "metadata"};
  known.endpoints[1] = {"https://example.com/t", "flag"};
  make().endpoints(known);
  EXPECT_EQ(out_,
            "{\"event\":\"endpoints\",\"issuer\":\"https://example.com\","
            "\"device_authorization_endpoint\":{\"url\":\"https://example.com/d\","
            "\"from\":\"metadata\"},"
            "\"token_endpoint\":{\"url\":\"https://example.com/t\",\"from\":\"flag\"},"
            "\"introspection_endpoint\":{\"url\":null,\"from\":null},"
            "\"revocation_endpoint\":{\"url\":null,\"from\":null},"
            "\"userinfo_endpoint\":{\"url\":null,\"from\":null},"
            "\"jwks_uri\":{\"url\":null,\"from\":null},\"quirks\":[]}\n");
}

TEST_F(TerminalJsonOutput, AnExpiryTellsItsLastFailure) {
  Failure failure;
  failure.error.code = ErrorCode::expired_token;
  failure.error.stage = Stage::token;
  failure.error.message = "Too late.";
  failure.last_failure = "timeout";
  make().failure(failure);
  EXPECT_EQ(out_,
            "{\"event\":\"error\",\"stage\":\"token\",\"code\":\"expired_token\","
            "\"description\":null,\"http_status\":null,\"reason\":null,\"details\":{},"
            "\"last_failure\":\"timeout\","
            "\"message\":\"Too late.\",\"quirks\":[]}\n");
}

TEST_F(TerminalJsonOutput, ARefusalKeepsTheServersOwnCodeAndWords) {
  Failure failure;
  failure.error.code = ErrorCode::oauth_error;
  failure.error.stage = Stage::device_authorization;
  failure.error.oauth_code = "invalid_client";
  failure.error.description = "who?";
  failure.error.http_status = 401;
  failure.error.message = "The server refused.";
  make().failure(failure);
  EXPECT_EQ(out_,
            "{\"event\":\"error\",\"stage\":\"device_authorization\",\"code\":\"invalid_client\","
            "\"description\":\"who?\",\"http_status\":401,\"reason\":null,\"details\":{},"
            "\"last_failure\":null,"
            "\"message\":\"The server refused.\",\"quirks\":[]}\n");
}

TEST_F(TerminalJsonOutput, CharactersThatFoolATerminalAreEscapedAndReadTheSame) {  // T-10.14-1
  DeviceAuthorization codes = example_codes();
  codes.user_code = "A\x1b[2J\xC2\x9B\xE2\x80\xAE\xC3\xA9\xF0\x9F\x94\x91";
  make().prompt(codes, SteadyTime{});
  EXPECT_NE(out_.find("A\\u001b[2J\\u009b\\u202e\xC3\xA9\xF0\x9F\x94\x91"), std::string::npos)
      << out_;
  const auto parsed = parse_json(std::string_view(out_).substr(0, out_.size() - 1));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->find("user_code")->as_string(), codes.user_code);
}

TEST_F(TerminalJsonOutput, RemarksStayAwayFromStandardOutput) {
  make().remark("The sandbox saw a violation.");
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "deviceflow: The sandbox saw a violation.\n");
}

}  // namespace
}  // namespace deviceflow::demo
