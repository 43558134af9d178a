// Answers of real servers (tests/wire/samples.json), through the readers: as they come, and brought
// to the RFCs' form by the provider's description.
#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>
#include <deviceflow/provider.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "foundation/json.hpp"
#include "virtual_login.hpp"

namespace deviceflow::test {
namespace {

std::string meaning_of(const Error& error) {
  return error.code == ErrorCode::oauth_error ? "refused" : "unusable";
}

std::string token_meaning(const TokenAnswer& out) {
  using Kind = TokenAnswer::Kind;
  switch (out.kind) {
    case Kind::tokens: return "tokens";
    case Kind::pending: return "pending";
    case Kind::slow_down: return "slow_down";
    case Kind::passing_fault: return "not_now";
    case Kind::denied: return "denied";
    case Kind::expired: return "expired";
    default: break;
  }
  const bool unknown = out.error->message.find("does not know this code") != std::string::npos;
  return unknown ? "unknown_code" : meaning_of(*out.error);
}

std::string refresh_meaning(const RefreshAnswer& out) {
  if (out.kind == RefreshAnswer::Kind::session_over) return "dead";
  if (out.kind == RefreshAnswer::Kind::user_needed) return "user_needed";
  return out.tokens ? "tokens" : meaning_of(*out.error);
}

// What the readers make of an answer, in the words of samples.json.
std::string read(const HttpResponse& response, Stage stage) {
  if (stage == Stage::device_authorization) {
    const auto out = read_device_authorization_response(response);
    return out.ok() ? "codes" : meaning_of(out.error());
  }
  if (stage == Stage::introspection) {
    const auto out = read_introspection_response(response);
    if (!out.ok()) return meaning_of(out.error());
    return out->active ? "active" : "inactive";
  }
  if (stage == Stage::refresh) return refresh_meaning(read_refresh_response(response, {}));
  if (stage == Stage::revocation) {
    const auto out = read_revocation_response(response);
    return out.error ? meaning_of(*out.error) : "revoked";
  }
  return token_meaning(read_token_response(response));
}

Stage stage_of(std::string_view step) {
  for (const Stage stage :
       {Stage::device_authorization, Stage::introspection, Stage::refresh, Stage::revocation}) {
    if (step == name(stage)) return stage;
  }
  return Stage::token;
}

Provider provider_of(std::string_view name) {
  const auto provider = builtin_provider(name);
  if (!provider.ok()) {
    ADD_FAILURE() << provider.error().message;
    return {};
  }
  return *provider;
}

std::string text(const JsonValue& sample, std::string_view member) {
  const JsonValue* value = sample.find(member);
  return value == nullptr ? "" : std::string(value->as_string().value_or(""));
}

std::string first_of(std::string one, std::string other) {
  return one.empty() ? other : one;
}

TEST(WireSamples, AreUnderstoodAsTheyComeAndThroughTheirProfiles) {  // W-1, W-4, W-5
  std::ifstream file(std::string(DEVICEFLOW_SOURCE_DIR) + "/tests/wire/samples.json");
  std::stringstream json;
  json << file.rdbuf();
  const auto samples = parse_json(json.str());
  ASSERT_TRUE(samples.ok()) << samples.error().message;
  int alone = 0;
  int with_profile = 0;
  int profiled = 0;
  int number = 0;
  for (const JsonValue& sample : samples->items()) {
    const std::string means = text(sample, "means");
    const Stage stage = stage_of(text(sample, "step"));
    const HttpResponse response = answer(static_cast<int>(*sample.find("status")->as_integer()),
                                         text(sample, "body"), text(sample, "content_type"));
    const std::string label =
        std::to_string(number++) + " " + text(sample, "provider") + ": " + text(sample, "body");
    const std::string plain = read(response, stage);
    EXPECT_EQ(plain, first_of(text(sample, "without_profile"), means)) << label;
    alone += plain == means ? 1 : 0;
    const std::string name = text(sample, "profile");
    if (name.empty()) continue;
    ++profiled;
    const std::string fixed = read(through(provider_of(name), response, stage), stage);
    EXPECT_EQ(fixed, first_of(text(sample, "with_profile"), means)) << label;
    with_profile += fixed == means ? 1 : 0;
  }
  ASSERT_EQ(number, 155);
  std::cout << number << " samples; understood without a profile: " << alone
            << "; with a profile: " << with_profile << " of the " << profiled
            << " whose provider has one\n";
}

}  // namespace
}  // namespace deviceflow::test
