// What an issuer publishes and signs, for the tests of whoever verifies it.
#ifndef DEVICEFLOW_TESTS_ISSUER_HPP
#define DEVICEFLOW_TESTS_ISSUER_HPP

#include <cstdint>
#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>
#include <map>
#include <string>

#include "fake_world.hpp"
#include "foundation/json.hpp"
#include "key_maker.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::test {

inline constexpr const char* kJwks = "https://id.example.com/jwks";
/// An issuer's keys: kid and curve.
using Keys = std::map<std::string, std::string>;

inline std::string key_set(const Keys& keys) {
  std::string json;
  for (const auto& [kid, curve] : keys) {
    JsonValue key = to_json_value((*make_pem_signer(private_key("EC", curve)))->public_jwk());
    key.set("kid", kid);
    json += (json.empty() ? "" : ",") + to_json(key);
  }
  return "{\"keys\":[" + json + "]}";
}

inline void publish_keys(FakeWorld& world, const Keys& keys) {
  world.answers[kJwks].clear();
  world.answers[kJwks].push_back(answer(200, key_set(keys)));
}

/// Metadata that name the keys, and further members.
inline void publish_metadata(FakeWorld& world, const std::string& more = "") {
  std::string json = metadata_json();
  json.insert(json.size() - 1, R"(,"jwks_uri":"https://id.example.com/jwks")" + more);
  world.answers[kWellKnown].clear();
  world.answers[kWellKnown].push_back(answer(200, json));
}

inline std::string signed_jwt(const char* kid, const char* curve, const JsonValue& claims,
                              const char* typ = nullptr) {
  const auto signer = make_pem_signer(private_key("EC", curve));
  JsonValue header = JsonValue::object();
  header.set("kid", kid);
  if (typ != nullptr) header.set("typ", typ);
  return std::string(sign_jwt(**signer, std::move(header), claims)->reveal());
}

inline JsonValue id_claims(std::int64_t now, const char* subject, const char* audience = "tv",
                           const char* issuer = kIssuer) {
  JsonValue claims = JsonValue::object();
  claims.set("iss", issuer).set("sub", subject).set("aud", audience);
  claims.set("iat", JsonValue::integer(now)).set("exp", JsonValue::integer(now + 300));
  return claims;
}

}  // namespace deviceflow::test

#endif
