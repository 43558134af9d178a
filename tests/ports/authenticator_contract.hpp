// What every authenticator has to keep (authenticator.hpp), to be run against one of your own: make
// it in an AuthenticatorKind and instantiate AuthenticatorContract with that, as ports_test.cpp
// does.
#ifndef DEVICEFLOW_TESTS_AUTHENTICATOR_CONTRACT_HPP
#define DEVICEFLOW_TESTS_AUTHENTICATOR_CONTRACT_HPP

#include <gtest/gtest.h>

#include <algorithm>
#include <deviceflow/auth.hpp>
#include <memory>
#include <ostream>
#include <string>

namespace deviceflow::test {

struct AuthenticatorKind {
  const char* name;
  std::shared_ptr<Authenticator> (*make)();
};

inline void PrintTo(const AuthenticatorKind& kind, std::ostream* out) {
  *out << kind.name;
}

class AuthenticatorContract : public testing::TestWithParam<AuthenticatorKind> {
 protected:
  static constexpr WallTime kWall{std::chrono::seconds(1800000000)};

  static OAuthRequest a_request() {
    OAuthRequest request;
    request.url = "https://id.example.com/token";
    request.form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    request.form.add("device_code", "the-device-code");
    request.headers.push_back({"Accept", Secret("application/json")});
    return request;
  }
  /// `request` with what the authenticator adds.
  OAuthRequest applied(std::uint8_t random = 1) {
    OAuthRequest request = a_request();
    RandomBytes bytes{};
    bytes.fill(random);
    EXPECT_TRUE(authenticator->apply(request, kWall, bytes).ok());
    return request;
  }

  std::shared_ptr<Authenticator> authenticator = GetParam().make();
};

// RFC 6749 section 2.3: not more than one method in a request. T-2.3-1
TEST_P(AuthenticatorContract, AddsExactlyOneKindOfAuthentication) {
  const OAuthRequest request = applied();
  const int header = find_header(request.headers, "Authorization") ? 1 : 0;
  const int secret = request.form.has("client_secret") ? 1 : 0;
  const int assertion = request.form.has("client_assertion") ? 1 : 0;
  EXPECT_LE(header + secret + assertion, 1);
  EXPECT_TRUE(header == 1 || request.form.has("client_id")) << "nobody says who the client is";
}

TEST_P(AuthenticatorContract, LeavesTheRequestAsItIsOtherwise) {
  const OAuthRequest before = a_request();
  const OAuthRequest after = applied();
  EXPECT_EQ(after.url, before.url);
  EXPECT_EQ(after.stage, before.stage);
  for (const auto& field : before.form.fields()) {
    EXPECT_EQ(after.form.get(field.name), field.value.reveal()) << field.name;
  }
  EXPECT_EQ(find_header(after.headers, "Accept"), "application/json");
}

TEST_P(AuthenticatorContract, AddsNothingTwice) {
  applied(1);
  const OAuthRequest second = applied(2);
  const auto times = [&](std::string_view name) {
    const auto& fields = second.form.fields();
    return std::count_if(fields.begin(), fields.end(),
                         [&](const auto& f) { return f.name == name; });
  };
  for (const char* name : {"client_id", "client_secret", "client_assertion"}) {
    EXPECT_LE(times(name), 1) << name;
  }
}

// H-x-1
TEST_P(AuthenticatorContract, WhatItAddsFitsIntoAHeader) {
  const OAuthRequest request = applied();
  for (const Header& header : request.headers) {
    EXPECT_EQ(header.value.reveal().find_first_of("\r\n"), std::string_view::npos) << header.name;
  }
}

TEST_P(AuthenticatorContract, NamesItsSecretsForRedaction) {
  const OAuthRequest request = applied();
  Redactor redactor;
  authenticator->reveal_to(redactor);
  const auto kept_out = [&](std::string_view secret) {
    EXPECT_EQ(redactor.scrub("log: " + std::string(secret)).find(secret), std::string::npos);
  };
  if (const auto header = find_header(request.headers, "Authorization")) {
    kept_out(header->substr(header->find(' ') + 1));
  }
  if (request.form.has("client_secret")) kept_out(request.form.get("client_secret"));
}

// It works without, or says so and leaves the request alone.
TEST_P(AuthenticatorContract, AnUnknownTimeIsNoReasonToSendHalf) {
  OAuthRequest request = a_request();
  const auto result = authenticator->apply(request, std::nullopt, RandomBytes{});
  if (result.ok()) return;
  EXPECT_FALSE(result.error().message.empty());
  EXPECT_EQ(request.form.encode().reveal(), a_request().form.encode().reveal());
  EXPECT_EQ(request.headers.size(), a_request().headers.size());
}

}  // namespace deviceflow::test

#endif
