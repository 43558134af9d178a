#include <gtest/gtest.h>

#include <deviceflow/stored_login.hpp>
#include <string>

#include "foundation/json.hpp"

namespace deviceflow::test {
namespace {

using std::chrono::seconds;

StoredLogin everything() {
  StoredLogin out;
  out.issuer = "https://id.example.com";
  out.client_id = "tv \"one\"\n";
  out.subject = "alice";
  out.tokens.access_token = Secret("access \"\\ ~");
  out.tokens.token_type = "Bearer";
  out.tokens.expires_in = seconds(3600);
  out.tokens.scope = "openid tv";
  out.tokens.refresh_token = Secret("refresh");
  out.tokens.id_token = Secret("id");
  out.tokens.authorization_details = R"([{"a":{"b":{"c":["d"]}}}])";
  out.resources = {"https://api.example.com", "urn:x"};
  out.certificate = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";
  out.received_at = WallTime(seconds(1700000000));
  out.expires_at = WallTime(seconds(1700003600));
  out.refresh_begun = RefreshMark{"abc", WallTime(seconds(1700003000))};
  out.dpop_key = Secret("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
  out.pending = PendingLogin{Secret("device"),
                             "WDJB-MJHT",
                             "https://id.example.com/device",
                             "https://id.example.com/device?user_code=WDJB-MJHT",
                             seconds(10),
                             WallTime(seconds(1700000000)),
                             WallTime(seconds(1700000600)),
                             "tv",
                             Secret("verifier"),
                             Secret("key of the codes")};
  return out;
}

TEST(StoredLogin, ComesBackAsItWasSaved) {  // T-10.3-1: keyed by issuer and client
  const auto back = read_record(to_record(everything()));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(to_record(*back).reveal(), to_record(everything()).reveal());
  EXPECT_EQ(back->tokens.access_token.reveal(), everything().tokens.access_token.reveal());
  EXPECT_EQ(back->client_id, everything().client_id);
  EXPECT_EQ(back->resources, everything().resources);
  EXPECT_EQ(back->certificate, everything().certificate);
  EXPECT_EQ(back->dpop_key.reveal(), everything().dpop_key.reveal());  // N-5-3
  EXPECT_EQ(back->tokens.authorization_details, R"([{"a":{"b":{"c":["d"]}}}])");
  EXPECT_EQ(back->pending->code_verifier.reveal(), "verifier");
  EXPECT_EQ(back->pending->dpop_key.reveal(), "key of the codes");
  EXPECT_EQ(back->refresh_begun->token_hash, "abc");
  EXPECT_EQ(back->pending->interval, seconds(10));
  EXPECT_EQ(to_record(everything()).reveal(), to_record(everything()).reveal());
}

TEST(StoredLogin, WhatIsUnknownStaysUnknown) {
  StoredLogin bare;
  bare.issuer = "https://id.example.com";
  bare.client_id = "tv";
  bare.tokens.access_token = Secret("a");
  const auto back = read_record(to_record(bare));
  ASSERT_TRUE(back.ok());
  EXPECT_FALSE(back->tokens.expires_in);
  EXPECT_FALSE(back->tokens.scope);
  EXPECT_FALSE(back->received_at);
  EXPECT_FALSE(back->expires_at);
  EXPECT_FALSE(back->refresh_begun);
  EXPECT_FALSE(back->pending);
  EXPECT_TRUE(back->tokens.refresh_token.empty());
}

TEST(StoredLogin, AnEmptyScopeIsNotAnUnknownOne) {
  StoredLogin login = everything();
  login.tokens.scope = "";
  EXPECT_EQ(read_record(to_record(login))->tokens.scope, "");
}

TEST(StoredLogin, ANewerFormIsLeftAloneAndTheMessageSaysTheWayOut) {
  const auto read = read_record(Secret(R"({"format":2,"tokens":[]})"));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::store_newer_version);
  EXPECT_EQ(read.error().blame, Blame::storage);
  EXPECT_EQ(read.error().stage, Stage::store);
  EXPECT_NE(read.error().message.find("update"), std::string::npos);
}

TEST(StoredLogin, DamageIsRecognised) {
  constexpr const char* kStart = R"({"format":1,"issuer":"i","client_id":"c","tokens":{)";
  const std::string records[] = {
      "",
      "{",
      "null",
      "[]",
      "{}",
      R"({"format":"1"})",
      R"({"format":0})",
      R"({"format":1})",
      R"({"format":1,"issuer":"i","client_id":"c"})",
      R"({"format":1,"issuer":"i","client_id":"c","tokens":"x"})",
      kStart + std::string(R"("access_token":5}})"),
      kStart + std::string(R"("expires_in":"60"}})"),
      kStart + std::string(R"("expires_in":-1}})"),
      kStart + std::string(R"("expires_in":9223372036854775807}})"),
      kStart + std::string(R"(},"expires_at":9223372036854775807})"),
      kStart + std::string(R"(},"refresh_begun":1})"),
      kStart + std::string(R"(},"pending":{"device_code":"d"}})"),
      kStart + std::string(R"(},"issuer":"j"})"),
  };
  for (const std::string& record : records) {
    const auto read = read_record(Secret(record));
    ASSERT_FALSE(read.ok()) << record;
    EXPECT_EQ(read.error().code, ErrorCode::store_damaged) << record;
    EXPECT_NE(read.error().message.find("igning in again"), std::string::npos) << record;
  }
}

TEST(StoredLogin, APendingLoginThatWouldPollWithoutAWaitIsDamaged) {
  const auto record = [](const char* interval) {
    return Secret(
        std::string(R"({"format":1,"issuer":"i","client_id":"c","tokens":{},"pending":{)"
                    R"("device_code":"d","user_code":"u","verification_uri":"https://i/d",)"
                    R"("taken_at":1,"expires_at":2,"interval":)") +
        interval + "}}");
  };
  EXPECT_TRUE(read_record(record("1")).ok());
  ASSERT_FALSE(read_record(record("0")).ok());
  EXPECT_EQ(read_record(record("0")).error().code, ErrorCode::store_damaged);
}

TEST(StoredLogin, EveryCutOfARecordIsDamagedAndNeverReadAsAnother) {
  const Secret whole = to_record(everything());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = read_record(Secret(whole.reveal().substr(0, size)));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, ErrorCode::store_damaged);
  }
}

TEST(StoredLogin, NoErrorShowsAnyPartOfTheRecord) {
  const auto read = read_record(
      Secret(R"({"format":1,"issuer":"i","client_id":"c","tokens":{"sentinel":1,"sentinel":2}})"));
  EXPECT_EQ(read.error().message.find("sentinel"), std::string::npos);
}

TEST(StoredLogin, MembersThatThisVersionDoesNotKnowAreIgnored) {  // T-5.1-5
  EXPECT_TRUE(
      read_record(
          Secret(R"({"format":1,"new":[1],"issuer":"i","client_id":"c","tokens":{"new":1}})"))
          .ok());
}

}  // namespace
}  // namespace deviceflow::test
