// What an ID token has to say, claim by claim.
#include "protocol/id_token.hpp"

#include <gtest/gtest.h>

#include <deviceflow/messages.hpp>
#include <deviceflow/platform.hpp>
#include <map>

#include "foundation/encoding.hpp"
#include "foundation/json.hpp"
#include "jose_helpers.hpp"
#include "key_maker.hpp"
#include "protocol/jwks.hpp"
#include "protocol/jwt.hpp"

namespace deviceflow::test {
namespace {

constexpr std::int64_t kNow = 1800000000;
using Claims = std::map<std::string, std::string>;  // JSON text by name

WallTime at(std::int64_t second) {
  return WallTime(std::chrono::seconds(second));
}

IdTokenExpectations ours() {
  IdTokenExpectations expected;
  expected.issuer = "https://id.example.com";
  expected.client_id = "tv";
  return expected;
}

// A good token with some claims replaced; an empty text leaves a claim out.
std::string token(const Claims& changes = {}, std::string_view header = R"({"alg":"RS256"})") {
  Claims claims{{"iss", R"("https://id.example.com")"},
                {"sub", R"("person-1")"},
                {"aud", R"("tv")"},
                {"exp", "1800000300"},
                {"iat", "1800000000"}};
  for (const auto& [name, text] : changes) claims[name] = text;
  std::string json = "{";
  for (const auto& [name, text] : claims) {
    if (text.empty()) continue;
    json += (json.size() > 1 ? ",\"" : "\"") + name + "\":" + text;
  }
  return compact(header, json + "}");
}

Result<IdTokenClaims> check(const std::string& text, const IdTokenExpectations& expected = ours(),
                            std::optional<WallTime> now = at(kNow),
                            std::optional<WallTime> date = std::nullopt) {
  auto jwt = parse_jwt(text);
  if (!jwt.ok()) return jwt.error();
  return check_id_token(*jwt, expected, now, date, openssl_hash);
}

// Why a token with these changes is refused.
std::string reason(const Claims& changes, const IdTokenExpectations& expected = ours(),
                   std::int64_t now = kNow) {
  const auto result = check(token(changes), expected, at(now));
  if (result.ok()) return "none";
  EXPECT_EQ(result.error().code, ErrorCode::id_token_invalid);
  EXPECT_EQ(result.error().stage, Stage::id_token);
  EXPECT_TRUE(is_security_alarm(result.error().code));
  return result.error().reason;
}

// --- Misuse and forgery ---

TEST(IdToken, RefusesAnAlgorithmThatIsNotTheClients) {  // O-3.1.3.7-5, J-3.1-1
  IdTokenExpectations expected = ours();
  expected.algorithms = {JwsAlgorithm::es256};
  EXPECT_EQ(check(token(), expected).error().code, ErrorCode::algorithm_not_allowed);
  EXPECT_EQ(check(token({}, R"({"alg":"none"})")).error().code, ErrorCode::algorithm_not_allowed);
  EXPECT_TRUE(check(token({}, R"({"alg":"ES256"})"), expected).ok());
}

TEST(IdToken, ATokenKeyedWithThePublicKeyAsASharedSecretIsRefused) {  // O-3.1.3.7-5
  // HS256 over the public key's PEM: what a verifier that lets the header choose would accept.
  const std::string pem(public_half(private_key("RSA", "2048")).reveal());
  const auto mac = [&](const std::string& input) {
    std::string inner(64, '\x36');
    std::string outer(64, '\x5c');
    const std::string key = openssl_hash(HashAlgorithm::sha256, pem);
    for (std::size_t i = 0; i < key.size(); ++i) {
      inner[i] = static_cast<char>(inner[i] ^ key[i]);
      outer[i] = static_cast<char>(outer[i] ^ key[i]);
    }
    return openssl_hash(HashAlgorithm::sha256,
                        outer + openssl_hash(HashAlgorithm::sha256, inner + input));
  };
  std::string forged = token({}, R"({"alg":"HS256","typ":"JWT"})");
  forged.resize(forged.rfind('.'));
  forged += "." + base64url_encode(mac(forged));
  EXPECT_EQ(check(forged).error().code, ErrorCode::algorithm_not_allowed);
  // Relabelled, its signature is no RSA signature.
  std::string relabelled = token({}, R"({"alg":"RS256","typ":"JWT"})");
  relabelled.resize(relabelled.rfind('.'));
  relabelled += "." + base64url_encode(mac(relabelled));
  Jwks keys;
  keys.keys.push_back((*make_pem_signer(private_key("RSA", "2048")))->public_jwk());
  keys.keys[0].kid = "k";
  auto jwt = parse_jwt(relabelled);
  jwt->kid = "k";
  EXPECT_EQ(*verify_signature(*jwt, keys, *make_openssl_verifier()), SignatureCheck::invalid);
}

TEST(IdToken, KeysOfAnotherIssuerWithTheSameKidDoNotFit) {  // J-3.8-1, O-3.1.3.7-4
  const auto ours_signer = make_pem_signer(private_key("EC", "P-256"), {}, "kid-1");
  const auto other_signer = make_pem_signer(generate_es256_key(), {}, "kid-1");
  JsonValue header = JsonValue::object();
  header.set("kid", "kid-1");
  JsonValue claims = JsonValue::object();
  claims.set("iss", "https://id.example.com");
  const auto forged = sign_jwt(**other_signer, std::move(header), claims);
  Jwks keys;
  keys.keys.push_back((*ours_signer)->public_jwk());
  EXPECT_EQ(*verify_signature(*parse_jwt(forged->reveal()), keys, *make_openssl_verifier()),
            SignatureCheck::invalid);
}

TEST(IdToken, OtherKindsOfTokensAreNoIdTokens) {  // J-3.12-1
  for (const char* typ : {"at+jwt", "application/at+jwt", "logout+jwt", "dpop+jwt",
                          "token-introspection+jwt", "client-authentication+jwt", "secevent+jwt"}) {
    const std::string header = std::string(R"({"alg":"RS256","typ":")") + typ + R"("})";
    EXPECT_EQ(check(token({}, header)).error().reason, "typ") << typ;
  }
  EXPECT_EQ(reason({{"events", R"({"http://schemas.openid.net/event/backchannel-logout":{}})"}}),
            "typ");
  EXPECT_EQ(reason({{"token_introspection", R"({"active":true})"}}), "typ");
  EXPECT_TRUE(check(token({}, R"({"alg":"RS256","typ":"jwt"})")).ok());
}

// --- Claims ---

TEST(IdToken, EachRequiredClaimHasToBeThere) {  // O-2-1
  for (const char* claim : {"iss", "sub", "aud", "exp", "iat"}) {
    EXPECT_EQ(reason({{claim, ""}}), claim);
    EXPECT_EQ(reason({{claim, "null"}}), claim);
    EXPECT_EQ(reason({{claim, "{}"}}), claim);
    EXPECT_EQ(reason({{claim, "true"}}), claim);
  }
}

TEST(IdToken, TheIssuerIsTheDiscoveredOneToTheLetter) {  // O-3.1.3.7-1
  for (const char* iss : {R"("https://id.example.com/")", R"("https://ID.example.com")",
                          R"("http://id.example.com")", R"("")", R"(["https://id.example.com"])"}) {
    EXPECT_EQ(reason({{"iss", iss}}), "iss") << iss;
  }
}

TEST(IdToken, TheSubjectIsAnyShortText) {  // O-2-1
  EXPECT_EQ(reason({{"sub", R"("")"}}), "sub");
  EXPECT_EQ(reason({{"sub", "5"}}), "sub");
  EXPECT_EQ(reason({{"sub", R"("Zoë")"}}), "none");
  EXPECT_EQ(reason({{"sub", R"("a\u0000b")"}}), "none");
  EXPECT_EQ(reason({{"sub", "\"" + std::string(256, 'a') + "\""}}), "sub");
  EXPECT_EQ(reason({{"sub", "\"" + std::string(255, 'a') + "\""}}), "none");
}

TEST(IdToken, ATokenForAnotherClientIsRefused) {  // O-3.1.3.7-2
  EXPECT_EQ(reason({{"aud", R"("phone")"}}), "aud");
  EXPECT_EQ(reason({{"aud", R"("TV")"}}), "aud");
  EXPECT_EQ(reason({{"aud", "[]"}}), "aud");
  EXPECT_EQ(reason({{"aud", R"(["phone"])"}}), "aud");
  EXPECT_EQ(reason({{"aud", R"(["tv",5])"}}), "aud");
  EXPECT_EQ(reason({{"aud", R"(["tv"])"}}), "none");
  // With others in it, the token says for whom it was made.
  EXPECT_EQ(reason({{"aud", R"(["tv","stranger"])"}}), "azp");
  EXPECT_EQ(reason({{"aud", R"(["api","tv"])"}, {"azp", R"("tv")"}}), "none");
  EXPECT_EQ(reason({{"aud", R"(["api"])"}, {"azp", R"("tv")"}}), "aud");
}

TEST(IdToken, AnAuthorizedPartyHasToBeThisClient) {  // O-3.1.3.7-3
  EXPECT_EQ(reason({{"azp", R"("phone")"}}), "azp");
  EXPECT_EQ(reason({{"azp", "null"}}), "azp");
  EXPECT_EQ(reason({{"azp", R"("tv")"}}), "none");
}

TEST(IdToken, ANonceCountsOnlyWhereOneWasSent) {  // O-3.1.3.7-7
  EXPECT_EQ(reason({{"nonce", R"("whatever")"}}), "none");
  IdTokenExpectations expected = ours();
  expected.nonce = "n-1";
  EXPECT_EQ(reason({}, expected), "nonce");
  EXPECT_EQ(reason({{"nonce", R"("n-2")"}}, expected), "nonce");
  EXPECT_EQ(reason({{"nonce", "5"}}, expected), "nonce");
  EXPECT_EQ(reason({{"nonce", R"("n-1")"}}, expected), "none");
}

// --- at_hash ---

TEST(IdToken, TheAccessTokensHashHasToFit) {  // O-3.1.3.8-1
  // The example of OpenID Connect Core appendix A.
  const Secret access("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
  IdTokenExpectations expected = ours();
  expected.access_token = &access;
  EXPECT_EQ(reason({{"at_hash", R"("77QmUPtjPfzWtF2AnpK9RQ")"}}, expected), "none");
  EXPECT_EQ(reason({{"at_hash", R"("77QmUPtjPfzWtF2AnpK9RR")"}}, expected), "at_hash");
  EXPECT_EQ(reason({{"at_hash", R"("")"}}, expected), "at_hash");
  EXPECT_EQ(reason({{"at_hash", "null"}}, expected), "at_hash");
  EXPECT_EQ(reason({}, expected), "none");
}

TEST(IdToken, TheHashIsTheOneOfTheSignature) {  // O-3.1.3.8-1
  const Secret access("abc");
  IdTokenExpectations expected = ours();
  expected.access_token = &access;
  const auto with = [&](const char* alg, HashAlgorithm hash) {
    const std::string whole = openssl_hash(hash, "abc");
    const std::string half = base64url_encode(whole.substr(0, whole.size() / 2));
    return check(
               token({{"at_hash", "\"" + half + "\""}}, std::string(R"({"alg":")") + alg + R"("})"),
               expected)
        .ok();
  };
  EXPECT_TRUE(with("PS256", HashAlgorithm::sha256));
  EXPECT_TRUE(with("ES384", HashAlgorithm::sha384));
  EXPECT_TRUE(with("EdDSA", HashAlgorithm::sha512));
  EXPECT_FALSE(with("ES384", HashAlgorithm::sha256));
}

// --- Time ---

TEST(IdToken, TimesAreNumbersThatMakeSense) {  // O-3.1.3.7-6
  for (const char* bad : {"\"1800000300\"", "-1", "0", "0.5", "9223372036854775807", "1e300",
                          "18446744073709551615", "[]"}) {
    EXPECT_EQ(reason({{"exp", bad}}), "exp") << bad;
    EXPECT_EQ(reason({{"iat", bad}}), "iat") << bad;
  }
  EXPECT_EQ(reason({{"exp", "1800000300.5"}}), "none");
  EXPECT_EQ(reason({{"iat", "1.8e9"}}), "none");
  EXPECT_EQ(reason({{"iat", "1800000301"}}), "iat");
}

TEST(IdToken, ExpiresAfterItsLeewayToTheSecond) {  // O-3.1.3.7-6
  EXPECT_EQ(reason({}, ours(), kNow + 299), "none");
  EXPECT_EQ(reason({}, ours(), kNow + 300 + 119), "none");
  EXPECT_EQ(reason({}, ours(), kNow + 300 + 120), "expired");
  EXPECT_EQ(reason({}, ours(), kNow + 300 + 121), "expired");
}

TEST(IdToken, IssuedFarInTheFutureIsNonsense) {
  EXPECT_EQ(reason({}, ours(), kNow - 599), "none");  // this device's clock is slow
  EXPECT_EQ(reason({}, ours(), kNow - 601), "issued_in_future");
}

TEST(IdToken, ItIsNotValidBeforeItsTime) {  // O-3.1.3.7-6
  EXPECT_EQ(reason({{"nbf", "1800000120"}}), "none");
  EXPECT_EQ(reason({{"nbf", "1800000121"}}), "not_yet_valid");
  EXPECT_EQ(reason({{"nbf", "true"}}), "nbf");
}

TEST(IdToken, WithoutAKnownTimeItIsNeitherExpiredNorFresh) {
  const auto unjudged = [](std::optional<WallTime> now, std::optional<WallTime> date,
                           const Claims& changes = {}) {
    const auto claims = check(token(changes), ours(), now, date);
    EXPECT_TRUE(claims.ok());
    return claims.ok() && !claims->time_checked;
  };
  EXPECT_TRUE(unjudged(std::nullopt, std::nullopt));
  EXPECT_TRUE(unjudged(std::nullopt, at(kNow)));
  EXPECT_TRUE(unjudged(at(0), std::nullopt));
  EXPECT_TRUE(unjudged(at(1704067199), std::nullopt, {{"exp", "1600000000"}, {"iat", "1"}}));
  EXPECT_TRUE(unjudged(at(kNow + 86401 + 3600), at(kNow + 3600)));  // would have expired
  EXPECT_TRUE(unjudged(at(kNow), at(kNow + 86401)));
  EXPECT_FALSE(unjudged(at(kNow), at(kNow + 86400)));
  // Every other rule holds all the same.
  EXPECT_EQ(check(token({{"aud", R"("phone")"}}), ours(), std::nullopt).error().reason, "aud");
  EXPECT_EQ(check(token({{"exp", "\"1\""}}), ours(), std::nullopt).error().reason, "exp");
}

TEST(IdToken, TellsWhoThePersonIs) {  // O-2-1
  const auto claims = check(token({{"email", R"("a@example.com")"}}), ours(), at(kNow), at(kNow));
  ASSERT_TRUE(claims.ok());
  EXPECT_TRUE(claims->time_checked);
  EXPECT_EQ(claims->issuer, "https://id.example.com");
  EXPECT_EQ(claims->subject, "person-1");
  EXPECT_EQ(claims->expires_at, at(kNow + 300));
  EXPECT_EQ(claims->issued_at, at(kNow));
  EXPECT_EQ(json_or_null(claims->members.reveal()).find("email")->as_string(), "a@example.com");
}

}  // namespace
}  // namespace deviceflow::test
