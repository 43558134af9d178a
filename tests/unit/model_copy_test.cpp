// What the Developer tab puts into the clipboard.
#include <gtest/gtest.h>

#include "model/app_model.hpp"
#include "model/curl_command.hpp"
#include "model_exchanges.hpp"

namespace deviceflow::demo {
namespace {

using Kind = Intent::Kind;

std::string curl_of(const ExchangeRecord& record, Secrets mode = Secrets::masked) {
  return curl_command(record.request, mode, {});
}

ExchangeRecord poll() {
  ExchangeRecord record = request_of(Stage::token, "https://auth.example/token?a=b",
                                     "client_id=it%27s+a+tv&device_code=dev%2Fice-1&empty=");
  set_header(record.request.headers, "Authorization", "Basic dHY6c2VjcmV0");
  set_header(record.request.headers, "DPoP", "proof-1");
  return record;
}

TEST(CurlCommand, SecretsAreVariablesWhileTheyAreMasked) {
  EXPECT_EQ(curl_of(poll()), R"(curl --include --globoff \
  --url 'https://auth.example/token?a=b' \
  --header 'Accept: application/json' \
  --header 'Authorization: Basic '"$BASIC_CREDENTIALS" \
  --header 'DPoP: proof-1' \
  --data-urlencode 'client_id=it'\''s a tv' \
  --data-urlencode 'device_code='"$DEVICE_CODE" \
  --data-urlencode 'empty='
)");
}

TEST(CurlCommand, RevealedSecretsStandThere) {
  const std::string command = curl_of(poll(), Secrets::revealed);
  EXPECT_NE(command.find("'Authorization: Basic dHY6c2VjcmV0'"), std::string::npos) << command;
  EXPECT_NE(command.find("'DPoP: proof-1'"), std::string::npos) << command;
  EXPECT_NE(command.find("'device_code=dev/ice-1'"), std::string::npos) << command;
}

TEST(CurlCommand, ABearerTokenIsTheAccessToken) {
  ExchangeRecord record = request_of(Stage::userinfo, "https://auth.example/userinfo");
  set_header(record.request.headers, "Authorization", "Bearer access-1");
  EXPECT_EQ(curl_of(record), R"(curl --include --globoff \
  --url 'https://auth.example/userinfo' \
  --header 'Accept: application/json' \
  --header 'Authorization: Bearer '"$ACCESS_TOKEN"
)");
}

TEST(CurlCommand, NothingInItMeansAnythingToAShell) {
  const ExchangeRecord record =
      request_of(Stage::token, "https://auth.example/$(id)';id;`id`", "a=%24HOME%22%27%60id%60");
  const std::string command = curl_of(record);
  EXPECT_NE(command.find(R"('https://auth.example/$(id)'\'';id;`id`')"), std::string::npos)
      << command;
  EXPECT_NE(command.find(R"('a=$HOME"'\''`id`')"), std::string::npos) << command;
}

TEST(CurlCommand, APostWithoutABodyStaysOne) {
  ExchangeRecord record = request_of(Stage::token, "https://auth.example/");
  record.request.method = Method::post;
  EXPECT_TRUE(curl_of(record).ends_with("--request POST\n"));
}

ExchangeRecord codes() {
  return exchange(Stage::device_authorization, 200,
                  R"({"device_code":"device-code-1","user_code":"WDJB-MJHT",)"
                  R"("verification_uri":"https://auth.example/device",)"
                  R"("verification_uri_complete":"https://auth.example/device?c=WDJB-MJHT",)"
                  R"("expires_in":600})");
}

TEST(CopiedBody, HoldsNeitherSecretsNorTheUserCode) {  // C-PX-1
  const std::string body = body_text(codes(), false, Secrets::masked, {});
  EXPECT_EQ(body.find("device-code-1"), std::string::npos) << body;
  EXPECT_EQ(body.find("WDJB"), std::string::npos) << body;
  EXPECT_NE(body.find("\"expires_in\":600"), std::string::npos) << body;
}

TEST(CopiedBody, IsWholeWhereSecretsAreRevealed) {
  EXPECT_EQ(body_text(codes(), false, Secrets::revealed, {}), codes().response->body.reveal());
  EXPECT_EQ(body_text(poll(), true, Secrets::revealed, {}), poll().request.body.reveal());
}

TEST(ModelCopy, ACommandTellsTheShellAndTheStripTellsThePerson) {
  AppModel model{AppFacts{}};
  model.on_event({0, ExchangeCame{exchange(Stage::token, 400, kPending)}}, SteadyTime{});
  model.on_intent({Kind::show_developer, 0});
  auto commands = model.on_intent({Kind::copy_curl, 0});
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].kind, Command::Kind::copy_curl);
  EXPECT_EQ(model.developer().newest_result().title, "developer.copied");
  EXPECT_EQ(model.developer().newest_result().words, model.language()("copied.curl"));
  EXPECT_EQ(model.developer().curl().reveal().substr(0, 5), "curl ");
  commands = model.on_intent({Kind::copy_body, 0});
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].kind, Command::Kind::copy_body);
  EXPECT_EQ(model.developer().body().reveal(), kPending);
  model.on_intent({Kind::toggle_secrets, 0});
  model.on_intent({Kind::copy_body, 0});
  EXPECT_EQ(model.developer().newest_result().words, model.language()("copied.body.whole"));
}

TEST(ModelCopy, NothingIsCopiedWhereThereIsNothing) {
  AppModel model{AppFacts{}};
  EXPECT_TRUE(model.on_intent({Kind::copy_curl, 0}).empty());
  model.on_event({0, ExchangeCame{failed(TransportFailure::Kind::timeout)}}, SteadyTime{});
  EXPECT_TRUE(model.on_intent({Kind::copy_body, 0}).empty());
  EXPECT_EQ(model.developer().newest_result().words, model.language()("copied.nothing"));
}

}  // namespace
}  // namespace deviceflow::demo
