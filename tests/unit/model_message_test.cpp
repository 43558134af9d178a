#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "model/error_words.hpp"
#include "model_exchanges.hpp"
#include "model_logins.hpp"

namespace deviceflow::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Message words_for(const Error& error, std::string last_failure = "", seconds lifetime = {}) {
  return message_for({error, {}, std::move(last_failure)}, provider_facts(), lifetime);
}

std::string value_of(const Message& message, std::string_view row) {
  for (const MessageRow& one : message.rows) {
    if (one.name == row) return one.value;
  }
  return "";
}

// The setting that it calls wrong must be this one, and its advice must name that.
void expect_setting(const Error& error, std::string_view setting, std::string_view advice) {
  const Message message = words_for(error);
  EXPECT_EQ(name(screen_for(error)), "misconfigured") << error.label();
  EXPECT_EQ(value_of(message, "Setting"), setting) << error.label();
  EXPECT_TRUE(has(message.text, advice)) << message.text;
  EXPECT_EQ(value_of(message, "Reason"), error_words(error, Language()));
  EXPECT_EQ(message.again, "Try again");
}

Error answer_of(Stage stage, int status, bool retryable = false) {
  Error error = error_of(ErrorCode::invalid_response, Blame::protocol, stage);
  error.http_status = status;
  error.retryable = retryable;
  return error;
}

std::string retried(std::optional<milliseconds> next_in, std::string reason = "refused") {
  Error error = error_of(ErrorCode::network, Blame::network, Stage::discovery);
  error.reason = std::move(reason);
  return retry_message(error, next_in, provider_facts()).text;
}

TEST(ModelMessage, AnIssuerWithoutTlsIsNotCalledAnotherIssuer) {
  for (const Stage stage : {Stage::discovery, Stage::device_authorization, Stage::token}) {
    expect_setting(error_of(ErrorCode::insecure_endpoint, Blame::caller, stage),
                   "Address of the server", "https://");
  }
}

// Policies of an organisation refuse on the phone; the device only sees the code expire.
TEST(ModelMessage, AnExpiredCodeMayNotHaveBeenAllowed) {
  const Error error = error_for(Screen::expired);
  EXPECT_EQ(value_of(words_for(error), "Codes not allowed?"),
            "If your phone says so, ask the administrator of your account.");
  EXPECT_EQ(value_of(words_for(error, "timeout"), "Codes not allowed?"), "");
}

TEST(ModelMessage, AProxyThatFailedIsNamedWithItsSetting) {
  Error error = error_of(ErrorCode::network, Blame::network, Stage::discovery);
  error.reason = "proxy_auth";
  error.details = {"id.example.com", "443", "proxy.example.com:3128", "https_proxy", ""};
  EXPECT_EQ(screen_for(error), Screen::offline);
  EXPECT_EQ(words_for(error).text,
            "The proxy wants a password: proxy.example.com:3128. Check the proxy (https_proxy), "
            "then try again.");
  error.details.setting = "proxy";
  EXPECT_TRUE(has(words_for(error).text, "(Proxy)"));
}

TEST(ModelMessage, APortWithoutTlsIsNoUntrustedCertificate) {
  Error error = error_of(ErrorCode::tls, Blame::network, Stage::discovery);
  error.reason = "plain_http";
  error.details = {"id.example.com", "8080", "", "", ""};
  EXPECT_EQ(screen_for(error), Screen::offline);
  EXPECT_EQ(words_for(error).text,
            "id.example.com does not use TLS on port 8080. Check the address in the settings.");
}

TEST(ModelMessage, TroubleOfThisMachineIsNotBlamedOnTheIssuer) {
  Error error = error_of(ErrorCode::invalid_argument, Blame::caller, Stage::discovery);
  error.reason = "local";  // an authorities' file that can't be used, for instance
  expect_setting(error, "Settings", "settings");
  error.reason = "";
  expect_setting(error, "Issuer", "Check Issuer");
}

TEST(ModelMessage, EveryErrorCodeHasItsScreen) {
  struct Row {
    ErrorCode code;
    Blame blame;
    Screen screen;
  };
  for (const Row& row : {
           Row{ErrorCode::invalid_argument, Blame::caller, Screen::misconfigured},
           Row{ErrorCode::insecure_endpoint, Blame::caller, Screen::misconfigured},
           Row{ErrorCode::device_flow_not_supported, Blame::server, Screen::misconfigured},
           Row{ErrorCode::not_possible, Blame::caller, Screen::misconfigured},
           Row{ErrorCode::network, Blame::network, Screen::offline},
           Row{ErrorCode::timeout, Blame::network, Screen::offline},
           Row{ErrorCode::tls, Blame::network, Screen::untrusted},
           Row{ErrorCode::oauth_error, Blame::server, Screen::refused},
           Row{ErrorCode::invalid_response, Blame::protocol, Screen::refused},
           Row{ErrorCode::response_too_large, Blame::protocol, Screen::refused},
           Row{ErrorCode::redirect_refused, Blame::protocol, Screen::refused},
           Row{ErrorCode::issuer_mismatch, Blame::protocol, Screen::misconfigured},
           Row{ErrorCode::verification_uri_refused, Blame::protocol, Screen::refused},
           Row{ErrorCode::subject_mismatch, Blame::protocol, Screen::refused},
           Row{ErrorCode::unsupported_token_type, Blame::protocol, Screen::refused},
           Row{ErrorCode::access_denied, Blame::user, Screen::denied},
           Row{ErrorCode::expired_token, Blame::user, Screen::expired},
           Row{ErrorCode::cancelled, Blame::user, Screen::home},
       }) {
    EXPECT_EQ(name(screen_for(error_of(row.code, row.blame))), name(row.screen)) << name(row.code);
  }
}

TEST(ModelMessage, AServersErrorIsASettingOrARefusal) {
  for (const auto* code :
       {"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}) {
    EXPECT_EQ(screen_for(oauth(code)), Screen::misconfigured) << code;
    EXPECT_EQ(screen_for(oauth(code, 400, Stage::token)), Screen::misconfigured) << code;
  }
  for (const auto* code : {"invalid_grant", "invalid_request", "server_error", "made_up"}) {
    EXPECT_EQ(screen_for(oauth(code)), Screen::refused) << code;
  }
}

TEST(ModelMessage, AHandshakeThatBrokeIsAMatterOfTheNetwork) {
  Error error = error_of(ErrorCode::tls, Blame::network);
  error.reason = "tls_handshake";
  EXPECT_EQ(screen_for(error), Screen::offline);
  error.reason = "tls_untrusted";
  EXPECT_EQ(screen_for(error), Screen::untrusted);
}

TEST(ModelMessage, AnAnswerThatCanNotBeUsedIsJudgedByItsStatus) {
  EXPECT_EQ(screen_for(answer_of(Stage::device_authorization, 405)), Screen::misconfigured);
  EXPECT_EQ(screen_for(answer_of(Stage::device_authorization, 200)), Screen::refused);
  EXPECT_EQ(screen_for(answer_of(Stage::device_authorization, 503, true)), Screen::refused);
  EXPECT_EQ(screen_for(answer_of(Stage::discovery, 200)), Screen::misconfigured);
  EXPECT_EQ(screen_for(answer_of(Stage::discovery, 503, true)), Screen::offline);
}

TEST(ModelMessage, AWrongSettingIsCalledByItsName) {
  expect_setting(oauth("invalid_client", 401), "Client ID and secret", "Check the client ID");
  expect_setting(oauth("unauthorized_client"), "Client ID", "device grant");
  expect_setting(oauth("unauthorized_client", 401), "Client ID and secret",
                 "the client secret in the settings");
  expect_setting(oauth("unsupported_grant_type"), "Client ID", "device grant");
  expect_setting(oauth("invalid_scope"), "Scope", "Change Scope");
  expect_setting(error_of(ErrorCode::issuer_mismatch, Blame::protocol, Stage::discovery), "Issuer",
                 "Issuer has to match");
  expect_setting(error_of(ErrorCode::device_flow_not_supported, Blame::server, Stage::discovery),
                 "Issuer", "Check Issuer");
  expect_setting(answer_of(Stage::discovery, 404), "Issuer", "Check Issuer");
  expect_setting(answer_of(Stage::device_authorization, 404), "Device authorization",
                 "Check Device authorization");
  expect_setting(answer_of(Stage::token, 404), "Token endpoint", "Check Token endpoint");
  expect_setting(answer_of(Stage::token, 405), "Token endpoint", "Check Token endpoint");
  expect_setting(error_of(ErrorCode::not_possible, Blame::caller, Stage::usage), "Settings",
                 "settings");
}

TEST(ModelMessage, AWrongSettingIsShownAsItIs) {
  EXPECT_EQ(value_of(words_for(oauth("invalid_client")), "Now"), "tv-app");
  EXPECT_EQ(value_of(words_for(oauth("invalid_scope")), "Now"), "openid profile");
  EXPECT_EQ(value_of(words_for(answer_of(Stage::token, 404)), "Now"), "login.example.com");
  AppFacts facts = provider_facts();
  facts.scope.clear();
  const Message without = message_for({oauth("invalid_scope"), {}, {}}, facts, {});
  EXPECT_TRUE(
      std::ranges::none_of(without.rows, [](const auto& row) { return row.name == "Now"; }));
}

TEST(ModelMessage, TheServersOwnWordsAreQuotedWhereThereAreSome) {
  for (Error error : {oauth("invalid_scope"), oauth("invalid_request")}) {
    EXPECT_EQ(value_of(words_for(error), "The server says"), "");
    error.description = "Ask Bob.";
    EXPECT_EQ(value_of(words_for(error), "The server says"), "Ask Bob.");
  }
}

TEST(ModelMessage, TitlesForASofaHoldNoJargon) {
  std::vector<Message> all;
  for (const Screen screen : {Screen::denied, Screen::expired, Screen::offline, Screen::untrusted,
                              Screen::misconfigured, Screen::refused}) {
    all.push_back(words_for(error_for(screen)));
  }
  all.push_back(words_for(answer_of(Stage::token, 404)));
  all.push_back(retry_message(error_for(Screen::offline), seconds(5), provider_facts()));
  all.push_back(model_on(Screen::connecting).message());
  for (const Message& message : all) {
    EXPECT_NE(message.title, "");
    for (const auto* jargon : {"expired_token", "access_denied", "invalid_", "OAuth", "HTTP", "TLS",
                               "token", "grant", "endpoint", "404", "_"}) {
      EXPECT_FALSE(has(message.title, jargon)) << message.title;
      EXPECT_FALSE(has(message.kicker, jargon)) << message.kicker;
    }
  }
}

TEST(ModelMessage, EveryOutcomeOffersAnotherTry) {  // U-5
  const std::map<Screen, std::string> kExpected{
      {Screen::denied, "Start again"},      {Screen::expired, "Get a new code"},
      {Screen::offline, "Try again"},       {Screen::untrusted, "Try again"},
      {Screen::misconfigured, "Try again"}, {Screen::refused, "Try again"},
  };
  for (const auto& [screen, again] : kExpected) {
    const Message message = words_for(error_for(screen));
    EXPECT_EQ(message.again, again) << name(screen);
    const bool amber =
        screen == Screen::expired || screen == Screen::offline || screen == Screen::misconfigured;
    EXPECT_EQ(message.serious, !amber) << name(screen);
  }
}

TEST(ModelMessage, EveryOutcomeSaysWhatToDoNow) {
  EXPECT_TRUE(has(words_for(error_for(Screen::denied)).text, "start again"));
  EXPECT_TRUE(has(words_for(error_for(Screen::denied)).text, "Nothing was shared"));
  EXPECT_EQ(words_for(error_for(Screen::offline)).title, "login.example.com can't be reached");
  EXPECT_EQ(words_for(error_for(Screen::offline)).text,
            "The server has a problem. Check this device's network, then try again.");
  const Message untrusted = words_for(error_for(Screen::untrusted));
  EXPECT_TRUE(has(untrusted.text, "date of this device"));
  EXPECT_TRUE(has(untrusted.text, "set the CA file in the settings"));
  EXPECT_TRUE(has(untrusted.title, "login.example.com"));
  const Message refused = words_for(error_for(Screen::refused));
  EXPECT_EQ(refused.title, "Unexpected response from login.example.com");
  EXPECT_TRUE(has(value_of(refused, "To find out more"), "Developer tab"));
}

TEST(ModelMessage, AFailureLeadsToTheSettingThatCanFixIt) {
  const auto fix = [](const Error& error) { return words_for(error).fix; };
  EXPECT_EQ(fix(error_for(Screen::offline)), kServerSetting);
  EXPECT_EQ(fix(error_for(Screen::untrusted)), WhichSetting{Setting::ca_file});
  EXPECT_EQ(fix(error_for(Screen::refused)), WhichSetting{Setting::provider});
  EXPECT_EQ(fix(oauth("invalid_client", 401)), WhichSetting{Setting::client_id});
  EXPECT_EQ(fix(oauth("invalid_scope")), WhichSetting{Setting::scope});
  EXPECT_EQ(fix(error_of(ErrorCode::issuer_mismatch, Blame::protocol)), kServerSetting);
  EXPECT_EQ(fix(answer_of(Stage::token, 404)), (WhichSetting{Setting::endpoint, "token_endpoint"}));
  Error proxy = error_for(Screen::offline);
  proxy.reason = "proxy_auth";
  proxy.details.proxy = "proxy.example.com:3128";
  EXPECT_EQ(fix(proxy), WhichSetting{Setting::proxy});
  EXPECT_EQ(retry_message(error_for(Screen::offline), {}, provider_facts()).fix, kServerSetting);
  EXPECT_EQ(fix(error_for(Screen::denied)), std::nullopt);
  EXPECT_EQ(fix(error_for(Screen::expired)), std::nullopt);
  EXPECT_EQ(words_for(error_for(Screen::expired), "invalid_response").fix, std::nullopt);
}

TEST(ModelMessage, TheServersSettingIsCalledAsOnTheScreen) {
  AppFacts facts = provider_facts();
  facts.server_setting = "Server";
  const Error error = error_of(ErrorCode::issuer_mismatch, Blame::protocol, Stage::discovery);
  const Message message = message_for({error, {}, {}}, facts, {});
  EXPECT_EQ(value_of(message, "Setting"), "Server");
  EXPECT_TRUE(has(message.text, "Server has to match")) << message.text;
}

TEST(ModelMessage, OnlyAServerThatHasNeverAnsweredMayBeMisspelt) {
  AppFacts facts = provider_facts();
  Error error = error_of(ErrorCode::network, Blame::network, Stage::discovery);
  const auto asks = [&](const char* reason) {
    error.reason = reason;
    return has(message_for({error, {}, {}}, facts, {}).text, " right?");
  };
  EXPECT_TRUE(asks("dns"));
  EXPECT_TRUE(asks("refused"));
  EXPECT_TRUE(asks("timeout"));
  EXPECT_FALSE(asks("http_503"));
  error.details.host = "api.example.com";  // an endpoint elsewhere
  error.reason = "dns";
  EXPECT_TRUE(has(message_for({error, {}, {}}, facts, {}).text, "Is api.example.com right?"));
  facts.reached = true;
  EXPECT_FALSE(asks("dns"));
}

TEST(ModelMessage, AnExpiredCodeSaysHowLongItWasValid) {
  const Error error = error_for(Screen::expired);
  EXPECT_EQ(words_for(error, "", minutes(10)).text,
            "It was valid for 10 minutes. The old code can't be used any more, here or on your "
            "phone.");
  EXPECT_EQ(words_for(error).text,
            "Its time is up. The old code can't be used any more, here or on your phone.");
  EXPECT_EQ(words_for(error, "dns", minutes(15)).text,
            "It was valid for 15 minutes. The last check failed because of the network: The "
            "server's name "
            "is not found.");
  EXPECT_EQ(words_for(error, "http_503").text,
            "Its time is up. At the last check: The server has a problem.");
}

TEST(ModelMessage, ARetrySaysWhenItComesWhereThatIsKnown) {
  EXPECT_EQ(retried(std::nullopt),
            "The server can't be reached. Is login.example.com:9443 right? The sign-in continues "
            "automatically once the network is back.");
  EXPECT_EQ(
      retried(milliseconds(4001)),
      "The server can't be reached. Is login.example.com:9443 right? Trying again in 5 seconds. "
      "The sign-in continues automatically once the network is back.");
  EXPECT_TRUE(has(retried(milliseconds(-300)), "Trying again in 1 second."));
}

TEST(ModelMessage, ARetryWithoutAReasonGoesByItsCode) {
  const Error error = error_of(ErrorCode::timeout, Blame::network);
  const Message message = retry_message(error, std::nullopt, provider_facts());
  EXPECT_TRUE(message.text.starts_with("The server does not answer.")) << message.text;
  EXPECT_EQ(message.title, "Trying to reach login.example.com");
  EXPECT_EQ(message.again, "");
  EXPECT_FALSE(message.serious);
}

TEST(ModelMessage, AStoreThatFailsIsNotBlamedOnTheProvider) {
  Error full = error_of(ErrorCode::store_io, Blame::storage, Stage::store);
  full.message = "The disk is full.";
  EXPECT_EQ(screen_for(full), Screen::misconfigured);
  const Message message = message_for({full, {}, {}}, provider_facts(), std::chrono::seconds(0));
  EXPECT_EQ(message.title, "This device can't store the sign-in");
  EXPECT_EQ(value_of(message, "Reason"), "This device can't read or write the stored sign-in.");
  EXPECT_EQ(message.again, "Try again");
}

}  // namespace
}  // namespace deviceflow::demo
