// A whole login with a marked secret in every place that can hold one.
#include <gtest/gtest.h>

#include <array>
#include <deviceflow/http.hpp>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "model/exchange_log.hpp"
#include "model/exchange_row.hpp"
#include "model/exchange_text.hpp"
#include "model_exchanges.hpp"
#include "protocol/exchange_secrets.hpp"

namespace deviceflow::demo {
namespace {

// Each holds characters that every encoding writes differently.
const std::string kDeviceCode = "SENTINEL/device+code \"1\"";
const std::string kClientSecret = "SENTINEL client&secret=2";
const std::string kAccess = "SENTINEL/access~token+3==";
const std::string kRefresh = "SENTINEL\\refresh/4";
const std::string kIdToken = "eyJTRU5USU5FTA.eyJzdWIi.SENTINEL-id-5";
const std::string kQuery = "SENTINEL-query-6";
const std::string kCookie = "SENTINEL-cookie-7";
const std::string kAccount = "SENTINEL:account/8";

std::string quoted(const std::string& text) {
  return "\"" + json_escape(text) + "\"";
}

// As PHP writes it, and as a server may that escapes whatever it likes.
std::string slashes_escaped(const std::string& text) {
  std::string out;
  for (const char c : json_escape(text)) out += c == '/' ? std::string("\\/") : std::string(1, c);
  return out;
}
std::string all_escaped(const std::string& text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
  }
  return out;
}
std::string lower_percent(const std::string& text) {
  std::string out = percent_encode(text);
  for (std::size_t i = 0; i + 2 < out.size(); ++i) {
    if (out[i] != '%') continue;
    for (const std::size_t k : {i + 1, i + 2}) {
      if (out[k] >= 'A' && out[k] <= 'F') out[k] = static_cast<char>(out[k] - 'A' + 'a');
    }
  }
  return out;
}

void add_polls(ExchangeLog& log) {
  Form form;
  form.add("device_code", kDeviceCode);
  form.add("client_secret", kClientSecret);
  const auto poll = [&] {
    return request_of(Stage::token, "https://auth.example/t", form.encode().reveal());
  };
  ExchangeRecord slow = poll();
  answer_with(slow, 400,
              R"({"error":"slow_down","error_description":"code )" + slashes_escaped(kDeviceCode) +
                  " or " + percent_encode(kDeviceCode) + " or " + form_encode(kDeviceCode) +
                  " or " + lower_percent(kDeviceCode) + " or " + all_escaped(kDeviceCode) + "\"}");
  log.add(std::move(slow));
  ExchangeRecord odd = poll();
  answer_with(odd, 400,
              "{\"error\":" + quoted(kClientSecret) + ",\"" + json_escape(kDeviceCode) + "\":1}");
  log.add(std::move(odd));
  ExchangeRecord failure = poll();
  failure.failure = TransportFailure{TransportFailure::Kind::timeout, false, "at " + kDeviceCode};
  log.add(std::move(failure));
  ExchangeRecord half = poll();
  answer_with(half, 502,
              R"({"x":{"access_token":")" + slashes_escaped(kAccess) + R"(","refresh_to)");
  log.add(std::move(half));
  ExchangeRecord tokens = poll();
  answer_with(tokens, 200,
              R"({"access_token":")" + slashes_escaped(kAccess) + R"(","token_type":"Bearer",)" +
                  R"("refresh_token":)" + quoted(kRefresh) + R"(,"id_token":)" + quoted(kIdToken) +
                  R"(,"note":"{\"refresh_token\":\"SENTINEL-nested\"}"})");
  set_header(tokens.response->headers, "Set-Cookie", "sid=" + kCookie);
  set_header(tokens.response->headers, "X-Auth-Token", kCookie);
  log.add(std::move(tokens));
}

ExchangeLog login() {
  ExchangeLog log;
  ExchangeRecord start = request_of(Stage::device_authorization, "https://auth.example/d", "a=b");
  set_header(start.request.headers, "Authorization",
             "Basic " + base64_encode("tv:" + form_encode(kClientSecret)));
  answer_with(start, 200,
              R"({"user_code":"WDJB-MJHT","device_code":)" + quoted(kDeviceCode) +
                  R"(,"verification_uri":"https://auth.example/device"})");
  log.add(std::move(start));
  add_polls(log);
  ExchangeRecord form_answer = exchange(
      Stage::token, 200, "access_token=" + form_encode(kAccess) + "&x=" + lower_percent(kAccess),
      "application/x-www-form-urlencoded");
  log.add(std::move(form_answer));
  Form asked;
  asked.add("token", kAccess);
  ExchangeRecord introspection = request_of(
      Stage::introspection, "https://auth.example/i?token=" + kQuery, asked.encode().reveal());
  set_header(introspection.request.headers, "Authorization",
             "Basic " + base64_encode("account:" + kAccount));
  answer_with(introspection, 401, "<p>" + kAccount + " " + kQuery + " " + kAccess, "text/html");
  log.add(std::move(introspection));
  ExchangeRecord user =
      request_of(Stage::userinfo, "https://auth.example/u/" + percent_encode(kAccess));
  set_header(user.request.headers, "Authorization", "Bearer " + kAccess);
  answer_with(user, 302, "");
  set_header(user.response->headers, "Location",
             "https://else.example/?access_token=" + lower_percent(kAccess) + "#" + kQuery);
  set_header(user.response->headers, "WWW-Authenticate", "Bearer realm=\"" + kRefresh + "\"");
  log.add(std::move(user));
  return log;
}

std::string everything(const ExchangeLog& log, Secrets mode) {
  std::string out;
  for (std::size_t i = 0; i < log.size(); ++i) {
    for (const Side side : {Side::request, Side::response}) {
      for (const BodyStyle style : {BodyStyle::pretty, BodyStyle::raw}) {
        out += plain_text(exchange_lines(log.at(i), side, style, mode, log.secrets()));
      }
    }
  }
  return out;
}

std::string every_row(const ExchangeLog& log) {
  std::string out;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const ExchangeRow row = row_of(log.at(i), log.secrets(), std::chrono::seconds(0));
    out += row.time + row.method + row.url + row.path + row.status + row.took + row.size +
           row.meaning + "\n";
  }
  return out;
}

TEST(ModelSecrets, NamesThatOnlySoundLikeSecretsAreNone) {
  for (const auto* name : {"token_type", "token_type_hint", "user_code", "token_endpoint", "scope",
                           "client_id", "client_assertion_type", "access_token_expires_in", ""}) {
    EXPECT_FALSE(names_a_secret(name)) << name;
  }
}

TEST(ModelSecrets, NamesOfSecretsAreKnownInEverySpelling) {
  for (const auto* name :
       {"access_token", "refresh_token", "id_token", "device_code", "client_secret", "token",
        "client_assertion", "code_verifier", "password", "assertion", "registration_access_token",
        "subject_token", "app_secret", "accessToken", "X-Auth-Token"}) {
    EXPECT_TRUE(names_a_secret(name)) << name;
  }
}

TEST(ModelSecrets, ProseAboutATokenIsLeftAlone) {
  EXPECT_TRUE(find_secret_values("Unknown token: it has expired").empty());
  EXPECT_TRUE(find_secret_values(R"({"id_token": null, "token": {"a": 1}})").empty());
}

TEST(ModelSecrets, ASecretTooShortToSearchForIsMaskedByItsName) {
  ExchangeLog log;
  log.add(request_of(Stage::token, "https://auth.example/t", "client_secret=abc&token=de"));
  const std::string text = everything(log, Secrets::masked);
  EXPECT_FALSE(has(text, "=abc"));
  EXPECT_FALSE(has(text, "=de"));
}

TEST(ModelSecrets, NoMaskedViewOfALoginHoldsOne) {
  const ExchangeLog log = login();
  for (const std::string& text : {everything(log, Secrets::masked), every_row(log)}) {
    EXPECT_FALSE(has(text, "SENTINEL")) << text;
    EXPECT_FALSE(has(text, "\\u0053\\u0045")) << text;
    EXPECT_FALSE(has(text, base64_encode("account:" + kAccount))) << text;
    EXPECT_FALSE(has(text, "U0VOVElORUw")) << text;  // the same word in base64
  }
}

TEST(ModelSecrets, WhatIsNoSecretStaysReadable) {
  const std::string text = everything(login(), Secrets::masked);
  for (const auto* part : {"\"user_code\": \"WDJB-MJHT\"", "\"error\": \"slow_down\"",
                           "authorization: Bearer ••••", "set-cookie: ••••", "JWT, 37 chars"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
}

TEST(ModelSecrets, RevealedViewsHoldEveryOne) {
  const std::string text = everything(login(), Secrets::revealed);
  for (const std::string& secret : {kDeviceCode, kClientSecret, kAccess, kIdToken, kQuery, kCookie,
                                    kAccount, json_escape(kRefresh)}) {
    EXPECT_TRUE(has(text, secret)) << secret;
  }
}

TEST(ModelSecrets, AProfileGivesSecretsTheirNames) {
  ExchangeRecord record = exchange(Stage::token, 200, R"({"key":"odd-token-1"})");
  ExchangeRecord normalized = exchange(Stage::token, 200, R"({"access_token":"odd-token-1"})");
  EXPECT_TRUE(secrets_of(record).empty());
  record.normalized = std::move(*normalized.response);
  ASSERT_EQ(secrets_of(record).size(), 1u);
  EXPECT_EQ(secrets_of(record)[0].reveal(), "odd-token-1");
}

}  // namespace
}  // namespace deviceflow::demo
